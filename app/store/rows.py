"""Messages and reports as rows, and rows as messages and reports."""

import struct
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Final, TypeVar

from sqlalchemy import Row

from app.core.money import Money
from app.core.report import DeliveryReport
from app.core.state import Known, MessageState, Rank, ReceivedReport
from app.core.times import from_microseconds, to_microseconds

_RANK: Final = struct.Struct(">?qq")

T = TypeVar("T")
Values = dict[str, Any]
"""The values of one row by column."""


def pack_rank(rank: Rank) -> bytes:
    """Return a rank as the 17 bytes that the store keeps."""
    return _RANK.pack(rank.final, to_microseconds(rank.created), rank.sequence)


def unpack_rank(packed: bytes) -> Rank:
    """Return the rank that `pack_rank` packed."""
    final, created_us, sequence = _RANK.unpack(packed)
    return Rank(final, from_microseconds(created_us), sequence)


def state_to_values(state: MessageState) -> Values:
    """Return a message's state as the values of its row, keys and revision aside."""
    price = None if state.price is None else state.price.value
    return {
        "code": state.code,
        "final": state.rank.final,
        "created_us": to_microseconds(state.rank.created),
        "report_pk": state.rank.sequence,
        "arrived_us": to_microseconds(state.arrived),
        "first_created_us": to_microseconds(state.first_created),
        "reports": state.reports,
        "price_nano": None if price is None else price.nano,
        "currency": None if price is None else price.currency,
        "price_rank": _foreign_rank(state.price, state.rank),
        "segments": _value(state.segments),
        "segments_rank": _foreign_rank(state.segments, state.rank),
        "recipient": _value(state.recipient),
        "recipient_rank": _foreign_rank(state.recipient, state.rank),
        "reference": _value(state.reference),
        "reference_rank": _foreign_rank(state.reference, state.rank),
    }


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
    "price_rank",
    "segments",
    "segments_rank",
    "recipient",
    "recipient_rank",
    "reference",
    "reference_rank",
)
"""The columns of `message` that keep its state, in the order that `state_from_values` takes."""


def state_from_values(values: Sequence[Any]) -> MessageState:
    """Return the state that the values of `STATE_COLUMNS` keep."""
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
        price_rank,
        segments,
        segments_rank,
        recipient,
        recipient_rank,
        reference,
        reference_rank,
    ) = values
    rank = Rank(bool(final), from_microseconds(created_us), report_pk)
    price = None if price_nano is None else Money(price_nano, currency)
    return MessageState(
        rank=rank,
        code=code,
        arrived=from_microseconds(arrived_us),
        first_created=from_microseconds(first_created_us),
        reports=reports,
        price=_known(price, price_rank, rank),
        segments=_known(segments, segments_rank, rank),
        recipient=_known(recipient, recipient_rank, rank),
        reference=_known(reference, reference_rank, rank),
    )


_STATE: Final = attrgetter(*STATE_COLUMNS)


def state_from_row(row: Row[Any]) -> MessageState:
    """Return the state that a row of `message` keeps."""
    return state_from_values(_STATE(row))


def report_to_values(received: ReceivedReport) -> Values:
    """Return a report as the values of its row, as far as the report itself has them."""
    report = received.report
    return {
        "pk": received.sequence,
        "code": report.code,
        "final": report.final,
        "created_us": None if report.created is None else to_microseconds(report.created),
        "arrived_us": to_microseconds(received.arrived),
        "recipient": report.recipient,
        "segments": report.segments,
        "price_nano": report.price_nano,
        "currency": report.currency,
        "reference": report.reference,
    }


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


def _value(known: Known[T] | None) -> T | None:
    return None if known is None else known.value


def _foreign_rank(known: Known[Any] | None, rank: Rank) -> bytes | None:
    """Return the rank of a value that is not the current state's own."""
    return None if known is None or known.rank == rank else pack_rank(known.rank)


def _known(value: T | None, packed: bytes | None, rank: Rank) -> Known[T] | None:
    if value is None:
        return None
    return Known(value, rank if packed is None else unpack_rank(packed))
