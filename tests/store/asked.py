"""What the tests of asked statuses share."""

from datetime import timedelta
from typing import Any

from kvitto.core.report import DeliveryReport
from kvitto.core.state import MessageState
from kvitto.store.asked_edits import (
    AddAsked,
    AskedMessage,
    AskedStatus,
)
from kvitto.store.database import Database
from kvitto.store.reader import Reader
from tests.store.arrivals import START

ASKED_AT = START + timedelta(hours=3)


def asking(*told: DeliveryReport, batch_id: str = "batch-a") -> AddAsked:
    """Return the edit that adds what the API says, message by message."""
    by_message: dict[str, list[AskedStatus]] = {}
    for one in told:
        by_message.setdefault(one.message_id, []).append(AskedStatus(one, "{}"))
    messages = tuple(AskedMessage(key, tuple(its)) for key, its in by_message.items())
    return AddAsked(batch_id, ASKED_AT, messages)


def plain(state: MessageState) -> tuple[Any, ...]:
    """Return a state without the keys of its reports, which arrival decides."""
    return (
        (state.code, state.final, state.rank.created_at_us, state.result, state.is_finished),
        (state.first_created_at_us, state.reports, state.is_refunded),
        (state.price, state.cost, state.paid_back),
        None if state.segments is None else state.segments.value,
        None if state.recipient is None else state.recipient.value,
        None if state.reference is None else state.reference.value,
    )


def picture(database: Database) -> dict[str, Any]:
    """Return all states and sums."""
    reader = Reader(database)
    (batch,) = reader.batches()
    return {
        "states": {one.message_id: plain(one.state) for one in reader.stream_messages()},
        "statuses": {code: one for code, one in batch.statuses.items() if one},
        "costs": {currency: one for currency, one in batch.costs.items() if one},
        "seen": (batch.first_seen, batch.last_seen, batch.reports),
    }
