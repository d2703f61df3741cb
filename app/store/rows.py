"""Messages and reports as rows, and rows as messages and reports."""

import struct
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Final, TypeVar

from sqlalchemy import Row

from app.core.money import Money
from app.core.report import DeliveryReport
from app.core.state import Known, MessageState, Rank, ReceivedReport
from app.core.times import from_microseconds

_RANK: Final = struct.Struct(">?qq")

T = TypeVar("T")
Values = dict[str, Any]
"""The values of one row by column."""


def pack_rank(rank: Rank) -> bytes:
    """Return a rank as the 17 bytes that the store keeps."""
    return _RANK.pack(*rank)


def unpack_rank(packed: bytes) -> Rank:
    """Return the rank that `pack_rank` packed."""
    return Rank(*_RANK.unpack(packed))


STATE_COLUMNS: Final = (
    "code",
    "final",
    "created_us",
    "report_pk",
    "arrived_us",
    "first_created_us",
    "reports",
    "price_nano",
    "currency",
    "segments",
    "recipient",
    "reference",
)
"""The columns of `message` that keep its state, in the order of `state_to_values`: those that say
something of every message. After them come `RANK_COLUMNS`."""
RANK_COLUMNS: Final = ("price_rank", "segments_rank", "recipient_rank", "reference_rank")
"""The ranks of the values that are not the current state's own; hardly any message has one."""


def state_to_values(state: MessageState) -> tuple[Any, ...]:
    """Return a message's state as the values of `STATE_COLUMNS`, and no bool among them."""
    rank, price = state.rank, state.price
    segments, recipient, reference = state.segments, state.recipient, state.reference
    return (
        state.code,
        1 if rank.final else 0,
        rank.created_us,
        rank.sequence,
        state.arrived_us,
        state.first_created_us,
        state.reports,
        None if price is None else price.value.nano,
        None if price is None else price.value.currency,
        None if segments is None else segments.value,
        None if recipient is None else recipient.value,
        None if reference is None else reference.value,
    )


def ranks_to_values(state: MessageState) -> tuple[bytes | None, ...] | None:
    """Return the values of `RANK_COLUMNS`; None for the many messages that have none."""
    rank = state.rank
    for known in (state.price, state.segments, state.recipient, state.reference):
        if known is not None and known.rank is not rank and known.rank != rank:
            break
    else:
        return None
    return (
        _foreign_rank(state.price, rank),
        _foreign_rank(state.segments, rank),
        _foreign_rank(state.recipient, rank),
        _foreign_rank(state.reference, rank),
    )


def state_from_values(values: Sequence[Any]) -> MessageState:
    """Return the state that the values of `STATE_COLUMNS` and `RANK_COLUMNS` keep."""
    (
        code,
        final,
        created_us,
        report_pk,
        arrived_us,
        first_created_us,
        reports,
        price_nano,
        currency,
        segments,
        recipient,
        reference,
        price_rank,
        segments_rank,
        recipient_rank,
        reference_rank,
    ) = values
    rank = Rank(bool(final), created_us, report_pk)
    price = None if price_nano is None else Money(price_nano, currency)
    return MessageState(
        rank=rank,
        code=code,
        arrived_us=arrived_us,
        first_created_us=first_created_us,
        reports=reports,
        price=_known(price, price_rank, rank),
        segments=_known(segments, segments_rank, rank),
        recipient=_known(recipient, recipient_rank, rank),
        reference=_known(reference, reference_rank, rank),
    )


_STATE: Final = attrgetter(*STATE_COLUMNS, *RANK_COLUMNS)


def state_from_row(row: Row[Any]) -> MessageState:
    """Return the state that a row of `message` keeps."""
    return state_from_values(_STATE(row))


def report_from_row(row: Row[Any], *, batch_id: str, message_id: str) -> ReceivedReport:
    """Return the report that a row of `report` keeps."""
    created_us = row.created_us
    return ReceivedReport(
        report=DeliveryReport(
            message_id=message_id,
            batch_id=batch_id,
            code=row.code,
            final=bool(row.final),
            created=None if created_us is None else from_microseconds(created_us),
            recipient=row.recipient,
            segments=row.segments,
            price_nano=row.price_nano,
            currency=row.currency,
            reference=row.reference,
        ),
        sequence=row.pk,
        arrived=from_microseconds(row.arrived_us),
    )


def _foreign_rank(known: Known[Any] | None, rank: Rank) -> bytes | None:
    """Return the rank of a value that is not the current state's own."""
    return None if known is None or known.rank == rank else pack_rank(known.rank)


def _known(value: T | None, packed: bytes | None, rank: Rank) -> Known[T] | None:
    if value is None:
        return None
    return Known(value, rank if packed is None else unpack_rank(packed))
