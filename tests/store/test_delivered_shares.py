"""What had become of a batch at each age: by the SMS service's times, whenever reports came."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from kvitto.core.report import Origin
from kvitto.core.usual_share import KNOWN_MOST, LOOKS, MESSAGES_LEAST, Share
from kvitto.store.database import Database
from kvitto.store.delivered_shares import DeliveredShares
from kvitto.store.mutations import PurgeBatch
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

MINUTE_S = 60
QUARTER, HOUR = 1, 3


def a_large(
    batch_id: str,
    second: int,
    *,
    count: int = MESSAGES_LEAST,
    code: int = 201,
    origin: Origin = Origin.WEBHOOK,
) -> Iterable[ReportRequest]:
    """Return the reports of a batch that was sent at a second, all ended a minute later."""
    for number in range(count):
        begun = a_report(f"m{number}", batch_id=batch_id, code=101, second=second)
        ended = a_report(
            f"m{number}", batch_id=batch_id, code=code, final=True, second=second + MINUTE_S
        )
        for report in (begun, ended):
            yield ReportRequest(report, b"{}", START, origin=origin)


def key_of(database: Database, batch_id: str) -> int:
    batch = Reader(database).batch(batch_id)
    assert batch is not None
    return batch.key


@pytest.fixture
def shares(database: Database) -> DeliveredShares:
    return DeliveredShares(database)


async def test_messages_count_from_their_first_status_on_and_as_what_they_were(
    writer: Writer, shares: DeliveredShares
) -> None:
    minutes = {  # first status, last status, its code, final
        "soon": (0, 1, 201, True),
        "at the hour": (0, 60, 201, True),
        "after it": (0, 61, 201, True),
        "sent late": (20, 30, 201, False),
        "failed": (0, 12, 500, True),
        "expired": (0, 12, 202, True),
        "rejected": (0, 12, 403, True),
        "tried": (0, 12, 500, False),
        "unknown": (0, 12, 112, True),
        "cancelled": (0, 50, 203, True),
        "next day": (0, 24 * 60 + 1, 599, True),
    }
    arrivals = []
    for name, (first, last, code, final) in minutes.items():
        arrivals += [
            arriving(a_report(name, code=101, second=first * MINUTE_S)),
            arriving(a_report(name, code=code, final=final, second=last * MINUTE_S)),
        ]
    late = START + timedelta(days=3)
    await append_all(writer, [arriving(one.report, at=late) for one in arrivals])

    own = shares.read([1])[1].own

    assert len(own) == len(LOOKS)
    assert own[0] == Share(9, 1, 0)
    assert own[QUARTER] == Share(9, 1, 3)
    assert own[HOUR] == Share(10, 3, 3)
    assert own[-1] == Share(10, 4, 3)


async def test_a_batch_is_compared_with_the_latest_large_ones_before_it(
    database: Database, writer: Writer, shares: DeliveredShares
) -> None:
    await append_all(writer, a_large("small", 90, count=MESSAGES_LEAST - 1))
    await append_all(writer, a_large("demo", 91, origin=Origin.DEMO))
    await append_all(writer, a_large("later", 101))
    await append_all(writer, a_large("own", 100, count=1))
    for number in range(KNOWN_MOST + 2):
        code = 201 if number >= 2 else 599
        await append_all(writer, a_large(f"b{number}", number, code=code))
    own = key_of(database, "own")

    found = shares.read([own])[own]

    assert len(found.known) == KNOWN_MOST
    assert {one[QUARTER] for one in found.known} == {Share(MESSAGES_LEAST, MESSAGES_LEAST, 0)}
    assert [one[QUARTER].messages for one in (found.own,)] == [1]


async def test_what_changed_is_read_anew(writer: Writer, shares: DeliveredShares) -> None:
    await append_all(writer, a_large("known", 0))
    await append_all(writer, a_large("own", 10))
    assert shares.read([2])[2].known[0][QUARTER] == Share(MESSAGES_LEAST, MESSAGES_LEAST, 0)
    assert shares.read([2]) == shares.read([2])

    more = a_report("more", batch_id="known", code=599, final=True, second=MINUTE_S)
    await append_all(writer, [arriving(more)])

    assert shares.read([2])[2].known[0][QUARTER] == Share(MESSAGES_LEAST + 1, MESSAGES_LEAST, 1)


async def test_nothing_is_known_of_what_was_deleted(
    writer: Writer, shares: DeliveredShares
) -> None:
    await append_all(writer, a_large("purged", 0))
    await append_all(writer, a_large("own", 10))
    writer.edit(PurgeBatch(1, START)).result(60)

    found = shares.read([1, 2, 3])

    assert list(found) == [2]
    assert found[2].known == []
