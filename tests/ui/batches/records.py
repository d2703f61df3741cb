"""Batches and messages as the store returns them."""

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from kvitto.core.aggregates import CostSum, StatusSum
from kvitto.core.money import Money
from kvitto.core.report import Origin
from kvitto.core.state import MessageState, OrderKey, Sourced
from kvitto.core.status import ending_of, step_of
from kvitto.core.timestamps import to_microseconds
from kvitto.store.records import BatchRecord, MessageRecord

_PRICE: Final = Money(82_000_000, "EUR")
START: Final = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)


def a_batch(
    key: int,
    *,
    label: str | None = None,
    statuses: dict[int, int] | None = None,
    costs: dict[str, int] | None = None,
    expected_count: int | None = None,
    minute: int = 0,
    is_archived: bool = False,
    origin: Origin = Origin.WEBHOOK,
    purged: datetime | None = None,
    notes: str | None = None,
) -> BatchRecord:
    """Return a batch; `statuses` counts messages by code, codes from 200 on are finished."""
    counted = {201: 3} if statuses is None else statuses
    finished = 200
    return BatchRecord(
        key=key,
        batch_id=f"68f30000a1c0ffee{key:08x}",
        label=label,
        expected_count=expected_count,
        first_seen=START + timedelta(minutes=key),
        last_seen=START + timedelta(minutes=minute or key),
        reports=sum(counted.values()),
        revision=1,
        statuses={
            code: StatusSum(
                count,
                count if code >= finished else 0,
                2 * count,
                2 * count if code >= finished else 0,
            )
            for code, count in counted.items()
        },
        costs={currency: CostSum(nano, 1) for currency, nano in (costs or {}).items()},
        is_archived=is_archived,
        notes=notes,
        origin=origin,
        purged=purged,
    )


def a_message(
    key: int,
    *,
    batch: int = 1,
    code: int = 201,
    final: bool = True,
    second: int = 0,
    recipient: str | None = "46701234567",
    reference: str | None = "Höstrea",
    price: Money | None = _PRICE,
    segments: int | None = 2,
) -> MessageRecord:
    at_us = to_microseconds(START + timedelta(seconds=second))
    rank = OrderKey(ending_of(code, final=final), at_us, step_of(code), content=key, sequence=key)
    state = MessageState(
        rank=rank,
        code=code,
        final=final,
        arrived_at_us=at_us + 1_000_000,
        first_created_at_us=to_microseconds(START),
        reports=1,
        priced=None if price is None else Sourced(price, rank),
        currency=None if price is None else Sourced(price.currency, rank),
        segments=None if segments is None else Sourced(segments, rank),
        recipient=None if recipient is None else Sourced(recipient, rank),
        reference=None if reference is None else Sourced(reference, rank),
    )
    return MessageRecord(
        key=key,
        batch_key=batch,
        batch_id=f"68f30000a1c0ffee{batch:08x}",
        message_id=f"68f30000beef0000{key:08x}",
        state=state,
        revision=1,
        reported_at_us=state.arrived_at_us,
    )


def seen_again(batch: BatchRecord, **changes: object) -> BatchRecord:
    """Return a batch with some of its attributes changed."""
    return msgspec.structs.replace(batch, **changes)
