"""What the tests of notices share."""

from datetime import UTC, datetime, timedelta
from typing import Final

from kvitto.core.report import Origin
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.services.notifications import NotDelivered
from tests.store.arrivals import a_report
from tests.ui.waiting import shown_all

MINUTE: Final = timedelta(minutes=1)

Told = list[tuple[str, str, Selection | NotDelivered]]


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


async def arrive(
    context: Context,
    batch_id: str,
    codes: dict[int, int],
    at: datetime,
    origin: Origin = Origin.WEBHOOK,
) -> None:
    """Store as many final reports at each code, and wait until the window knows of them."""
    number = 0
    for code, count in codes.items():
        for _ in range(count):
            number += 1
            report = a_report(
                f"m{number}", batch_id=batch_id, code=code, final=code >= 200, reference=batch_id
            )
            await context.backend.append(ReportRequest(report, b"", at, origin=origin))
    revision = context.backend.reader.revision()
    if context.feed.revision:
        await shown_all(context.feed, revision)


def listed(about: Selection | NotDelivered) -> list[str]:
    """Return of which batches those are listed who did not get it."""
    assert isinstance(about, NotDelivered)
    return [batch.batch_id for batch in about.batches]


def key_of(about: Selection | NotDelivered) -> int:
    """Return the key of the only batch of which those are listed."""
    assert isinstance(about, NotDelivered)
    [batch] = about.batches
    return batch.key
