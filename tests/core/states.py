"""Reports of one message, folded: for the tests of states."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from kvitto.core.report import DeliveryReport
from kvitto.core.state import MessageState, ReceivedReport
from tests.core import strategies
from tests.core.strategies import START

EARLY, MIDDLE, LATE = (START + timedelta(hours=hours) for hours in (1, 2, 3))


def report(
    code: int = 102,
    created: datetime | None = EARLY,
    *,
    final: bool = False,
    price_nano: int | None = None,
    currency: str | None = "EUR",
    segments: int | None = None,
    recipient: str | None = None,
    reference: str | None = None,
) -> DeliveryReport:
    return DeliveryReport(
        message_id="m",
        batch_id="b",
        code=code,
        final=final,
        created=created,
        recipient=recipient,
        segments=segments,
        price_nano=price_nano,
        currency=currency,
        reference=reference,
    )


def folded(received: list[ReceivedReport]) -> MessageState:
    state = MessageState.first(received[0])
    for one in received[1:]:
        state = state.after(one)
    return state


def state_of(*reports: DeliveryReport) -> MessageState:
    """Fold reports in the order of their arrival."""
    return folded(strategies.received(reports))


def of_one_message(
    created: st.SearchStrategy[datetime | None] | None = None,
) -> st.SearchStrategy[list[ReceivedReport]]:
    one = strategies.reports(batches=["b"], messages=["m"], created=created)
    return st.lists(one, min_size=1, max_size=12).map(
        lambda posted: strategies.received(strategies.distinct(posted))
    )
