"""Reports of several messages, folded into a ledger: for the tests of ledgers."""

from datetime import datetime, timedelta

from kvitto.core.report import DeliveryReport
from tests.core import strategies
from tests.core.strategies import START
from tests.helpers.ledger import Ledger

FIRST, SECOND, THIRD = (START + timedelta(seconds=seconds) for seconds in (0, 61, 125))


def report(
    code: int = 102,
    *,
    message: str = "message-1",
    batch: str = "batch-a",
    final: bool = False,
    created: datetime | None = FIRST,
    price_nano: int | None = None,
    currency: str | None = "EUR",
    segments: int | None = None,
) -> DeliveryReport:
    return DeliveryReport(
        message_id=message,
        batch_id=batch,
        code=code,
        final=final,
        created=created,
        price_nano=price_nano,
        currency=currency,
        segments=segments,
    )


def ledger_of(*reports: DeliveryReport) -> Ledger:
    """Fold reports in the given order of arrival."""
    return Ledger(strategies.received(reports))
