"""Messages and reports as rows, and rows as messages and reports."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from sqlalchemy import Row

from kvitto.core.marks import fields_among, split
from kvitto.core.money import NO_CURRENCY, Money
from kvitto.core.report import DeliveryReport
from kvitto.core.state import Funding, MessageState, OrderKey, ReceivedReport, Sourced
from kvitto.core.status import ending_of, step_of
from kvitto.core.timestamps import from_microseconds
from kvitto.store.packed_body import unpacked

T = TypeVar("T")
Source: TypeAlias = str | Sequence[int]
"""What decides a report's rank, as text or decoded."""
Values = dict[str, Any]
"""The values of one row by column."""

STATE_COLUMNS: Final = (
    "code",
    "is_final",
    "created_at_us",
    "fingerprint",
    "report_pk",
    "arrived_at_us",
    "first_created_at_us",
    "report_count",
    "price_nano",
    "currency",
    "funding_code",
    "is_funding_final",
    "funding_created_at_us",
    "segments",
    "recipient",
    "reference",
)
"""The columns of `message` that keep its state, in the order of `state_to_values`: those that say
something of every message. After them come `SOURCE_COLUMNS`."""
SOURCE_COLUMNS: Final = (
    "price_currency",
    "refund_price_nano",
    "refund_currency",
    "price_report_pk",
    "refund_report_pk",
    "currency_report_pk",
    "segments_report_pk",
    "recipient_report_pk",
    "reference_report_pk",
)
"""Where those values come from that are not the current state's own, and what hardly any message
has."""
_SOURCES: Final = msgspec.json.Decoder(list[Any])
_RANK: Final = msgspec.json.Decoder(tuple[int, int, int, int, int])


def state_to_values(state: MessageState) -> tuple[Any, ...]:
    """Return a message's state as the values of `STATE_COLUMNS`, and no bool among them."""
    rank, priced, currency, funding = state.rank, state.priced, state.currency, state.funding
    segments, recipient, reference = state.segments, state.recipient, state.reference
    return (
        state.code,
        1 if state.final else 0,
        rank.created_at_us,
        rank.content,
        rank.sequence,
        state.arrived_at_us,
        state.first_created_at_us,
        state.reports,
        None if priced is None else priced.value.nano,
        None if currency is None else currency.value,
        None if funding is None else funding.code,
        None if funding is None else 1 if funding.final else 0,
        None if funding is None else funding.created_at_us,
        None if segments is None else segments.value,
        None if recipient is None else recipient.value,
        None if reference is None else reference.value,
    )


def sources_to_values(state: MessageState) -> tuple[Any, ...] | None:
    """Return the values of `SOURCE_COLUMNS`; None for the many messages that have none."""
    own = state.rank.sequence
    refund = state.refund
    if refund is None:
        for known in (
            state.priced,
            state.currency,
            state.segments,
            state.recipient,
            state.reference,
        ):
            if known is not None and known.rank.sequence != own:
                break
        else:
            return None
    return (
        _own_currency(state.priced, state.currency),
        None if refund is None else refund.value.nano,
        _own_currency(refund, state.currency),
        _source(state.priced, own),
        _source(refund, own),
        _source(state.currency, own),
        _source(state.segments, own),
        _source(state.recipient, own),
        _source(state.reference, own),
    )


def state_from_values(values: Sequence[Any]) -> MessageState:
    """Return the state that a message's values keep.

    Args:
        values: those of `STATE_COLUMNS`, and `kvitto.store.message_columns.SOURCES`, as text or
            decoded.
    """
    (
        code,
        final,
        created_at_us,
        fingerprint,
        report_pk,
        arrived_at_us,
        first_created_at_us,
        reports,
        price_nano,
        currency,
        funding_code,
        is_funding_final,
        funding_created_at_us,
        segments,
        recipient,
        reference,
        sources,
    ) = values
    is_final = bool(final)
    rank = OrderKey(
        ending_of(code, final=is_final), created_at_us, step_of(code), fingerprint, report_pk
    )
    funding = None
    if funding_code is not None:
        funding = Funding(bool(is_funding_final), funding_created_at_us, funding_code)
    state = (rank, code, is_final, arrived_at_us, first_created_at_us, reports)
    if sources is None:
        price = None if price_nano is None else Money(price_nano, currency or NO_CURRENCY)
        return MessageState(
            *state,
            None if price is None else Sourced(price, rank),
            None,
            None if currency is None else Sourced(currency, rank),
            funding,
            None if segments is None else Sourced(segments, rank),
            None if recipient is None else Sourced(recipient, rank),
            None if reference is None else Sourced(reference, rank),
        )
    (
        price_currency,
        refund_price_nano,
        refund_currency,
        price_rank,
        refund_rank,
        currency_rank,
        segments_rank,
        recipient_rank,
        reference_rank,
    ) = _SOURCES.decode(sources) if isinstance(sources, str) else sources
    known_currency: Sourced[str] | None = _known(currency, currency_rank, rank)
    return MessageState(
        *state,
        _priced(price_nano, price_currency, price_rank, rank, known_currency),
        _priced(refund_price_nano, refund_currency, refund_rank, rank, known_currency),
        known_currency,
        funding,
        _known(segments, segments_rank, rank),
        _known(recipient, recipient_rank, rank),
        _known(reference, reference_rank, rank),
    )


_STATE: Final = attrgetter(*STATE_COLUMNS, "sources")


def state_from_row(row: Row[Any]) -> MessageState:
    """Return the state that a row of `kvitto.store.message_columns.MESSAGE` keeps."""
    return state_from_values(_STATE(row))


def report_from_row(row: Any, *, batch_id: str, message_id: str) -> ReceivedReport:
    """Return the report that a row keeps, which has the columns of `report` by their names."""
    created_at_us = row.created_at_us
    return ReceivedReport(
        report=DeliveryReport(
            message_id=message_id,
            batch_id=batch_id,
            code=row.code,
            final=bool(row.is_final),
            created=None if created_at_us is None else from_microseconds(created_at_us),
            recipient=row.recipient,
            segments=row.segments,
            price_nano=row.price_nano,
            currency=row.currency,
            reference=row.reference,
            left_out=fields_among(split(row.marks)),
        ),
        sequence=row.pk,
        arrived=from_microseconds(row.arrived_at_us),
    )


def body_from_row(row: Any) -> bytes:
    """Return the body that a row of `report` keeps; nothing where it is lost. See `packed_body`."""
    return unpacked(row.body, report_from_row(row, batch_id="", message_id="").report)


def _source(known: Sourced[Any] | None, own: int) -> int | None:
    """Return the key of the report that a value comes from, if it is not the current state's."""
    return None if known is None or known.rank.sequence == own else known.rank.sequence


def _own_currency(price: Sourced[Money] | None, currency: Sourced[str] | None) -> str | None:
    """Return the currency that came with a price, unless its report is the currency's, too."""
    if price is None or currency is None or price.rank.sequence == currency.rank.sequence:
        return None
    return price.value.currency or None


def _priced(
    nano: int | None,
    own_currency: str | None,
    source: Source | None,
    own: OrderKey,
    currency: Sourced[str] | None,
) -> Sourced[Money] | None:
    """Return a price with the currency that came with it."""
    if nano is None:
        return None
    rank = own if source is None else _rank(source)
    if currency is not None and currency.rank.sequence == rank.sequence:
        own_currency = currency.value
    return Sourced(Money(nano, own_currency or NO_CURRENCY), rank)


def _known(value: T | None, source: Source | None, own: OrderKey) -> Sourced[T] | None:
    if value is None:
        return None
    return Sourced(value, own if source is None else _rank(source))


def _rank(source: Source) -> OrderKey:
    # Within other JSON it comes as what it says: as its text only where SQLite forgets what it was.
    values = _RANK.decode(source) if isinstance(source, str) else source
    pk, final, code, created_at_us, fingerprint = values
    return OrderKey(
        ending_of(code, final=bool(final)), created_at_us, step_of(code), fingerprint, pk
    )
