"""The columns of the four tables, each declared once.

Their names are the fields' own words; files that people keep depend on them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Final, Generic, TypeVar

from kvitto.core.aggregates import CostSum
from kvitto.core.asked_status import is_asked
from kvitto.core.erased import is_erased, unless_erased
from kvitto.core.marks import joined, reports_with_unread_fields
from kvitto.core.money import NO_CURRENCY, Money, amount_of, nano_of
from kvitto.core.outages import TimeRange
from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.state import ReceivedReport, Sourced
from kvitto.core.status import CODE_NAMES, Result, group_of, result_of
from kvitto.core.timestamps import to_microseconds
from kvitto.export.table_writer import Value
from kvitto.store.records import BatchRecord, MessageRecord, QuarantineRecord, ReportRecord

T = TypeVar("T")


class Kind(Enum):
    """What a column's values are. Each may also be None."""

    TEXT = "text"
    """`str`: never a number, a date or a formula, whatever it looks like."""
    WHOLE = "whole number"
    """`int`."""
    AMOUNT = "amount"
    """`Decimal`, exact."""
    TIME = "time"
    """An aware `datetime`; written as ISO-8601 in UTC."""
    FLAG = "flag"
    """`bool`."""


@dataclass(frozen=True, slots=True)
class ExportColumn(Generic[T]):
    """One column.

    Attributes:
        name: its heading, and its key in JSON.
        kind: what its values are.
        value: takes its value from a record.
        width: how wide it is in a spreadsheet, in characters.
        is_for_spreadsheets: whether it is in CSV and Excel files too, not in JSON Lines only.
    """

    name: str
    kind: Kind
    value: Callable[[T], Value]
    width: int
    is_for_spreadsheets: bool = True


def _text(
    name: str,
    value: Callable[[T], str | None],
    width: int = 14,
    *,
    is_for_spreadsheets: bool = True,
) -> ExportColumn[T]:
    return ExportColumn(name, Kind.TEXT, value, width, is_for_spreadsheets)


def _whole(name: str, value: Callable[[T], int | None], width: int = 10) -> ExportColumn[T]:
    return ExportColumn(name, Kind.WHOLE, value, width)


def _amount(name: str, value: Callable[[T], Decimal | None], width: int = 12) -> ExportColumn[T]:
    return ExportColumn(name, Kind.AMOUNT, value, width)


def _time(name: str, value: Callable[[T], datetime | None]) -> ExportColumn[T]:
    return ExportColumn(name, Kind.TIME, value, 28)


def _flag(name: str, value: Callable[[T], bool]) -> ExportColumn[T]:
    return ExportColumn(name, Kind.FLAG, value, 10)


# --- Messages -----------------------------------------------------------------------------------


def _known(known: Sourced[T] | None) -> T | None:
    return None if known is None else known.value


def _amount_of(price: Money | None) -> Decimal | None:
    return None if price is None else price.amount


def _currency_of(price: Money | None) -> str | None:
    return None if price is None or price.currency == NO_CURRENCY else price.currency


def _price_per_segment(message: MessageRecord) -> Decimal | None:
    """Return the price of one SMS part, rounded to nano-units; None where it is not known."""
    price, segments = message.state.price, _known(message.state.segments)
    if price is None or not segments:
        return None
    return _share(price.nano, segments)


@lru_cache(maxsize=1024)
def _share(nano: int, parts: int) -> Decimal:
    return amount_of(nano_of(amount_of(nano) / parts))


def _arrived_at(message: MessageRecord) -> datetime | None:
    """Return when the current state's report arrived; None where it was asked from the API."""
    return None if is_asked(message.state) else message.state.arrived


MESSAGE_COLUMNS: Final[tuple[ExportColumn[MessageRecord], ...]] = (
    _text("batch_id", lambda message: message.batch_id, 26),
    _text("batch_label", lambda message: message.batch_label, 20),
    _text("message_id", lambda message: message.message_id, 26),
    _text("recipient", lambda message: unless_erased(_known(message.state.recipient)), 16),
    _whole("code", lambda message: message.state.code),
    _text("status", lambda message: CODE_NAMES.get(message.state.code), 20),
    _text("result", lambda message: message.state.result),
    _flag("is_finished", lambda message: message.state.is_finished),
    _whole("segments", lambda message: _known(message.state.segments)),
    _amount("price", lambda message: _amount_of(message.state.price)),
    _amount("cost", lambda message: _amount_of(message.state.cost)),
    _amount("paid_back", lambda message: _amount_of(message.state.paid_back)),
    _text("currency", lambda message: _currency_of(message.state.price), 10),
    _amount("price_per_segment", _price_per_segment, 18),
    _text("reference", lambda message: unless_erased(_known(message.state.reference)), 20),
    _time("created_at", lambda message: message.state.rank.created),
    # A report without a time gets that of its arrival, to the microsecond; no sender's own time
    # is equal to it but by a chance that would make no difference.
    _flag(
        "is_created_at_arrival",
        lambda message: message.state.rank.created_at_us == message.state.arrived_at_us,
    ),
    _time("first_created_at", lambda message: message.state.first_created),
    _time("arrived_at", _arrived_at),
    _whole("report_count", lambda message: message.state.reports),
    _text("batch_origin", lambda message: message.batch_origin, 12),
)
"""Of each message its current state; `created` and `arrived` are those of that state's report."""


# --- Reports ------------------------------------------------------------------------------------


def _report(record: ReportRecord) -> DeliveryReport:
    return record.received.report


def _is_asked(record: ReportRecord) -> bool:
    """Tell whether it never arrived, but was asked from the SMS service's API."""
    return record.origin is Origin.API


def _delay_seconds(received: ReceivedReport) -> Decimal | None:
    """Return how long the report took, by two clocks; None where only ours is known."""
    if received.report.created is None:
        return None
    delay_us = to_microseconds(received.arrived) - to_microseconds(received.report.created)
    return amount_of(delay_us * 1000)


REPORT_COLUMNS: Final[tuple[ExportColumn[ReportRecord], ...]] = (
    _text("batch_id", lambda record: _report(record).batch_id, 26),
    _text("message_id", lambda record: _report(record).message_id, 26),
    _text("recipient", lambda record: unless_erased(_report(record).recipient), 16),
    _whole("code", lambda record: _report(record).code),
    _text("status", lambda record: CODE_NAMES.get(_report(record).code), 20),
    _text("group", lambda record: group_of(_report(record).code).name.lower()),
    _text(
        "result",
        lambda record: result_of(_report(record).code, final=_report(record).final),
    ),
    _flag("is_final", lambda record: _report(record).final),
    _time("created_at", lambda record: record.received.created),
    _flag("is_created_at_arrival", lambda record: _report(record).created is None),
    _time("arrived_at", lambda record: None if _is_asked(record) else record.received.arrived),
    _amount(
        "delay_seconds",
        lambda record: None if _is_asked(record) else _delay_seconds(record.received),
    ),
    _whole("segments", lambda record: _report(record).segments),
    _amount("price", lambda record: _amount_of(_report(record).price)),
    _text("currency", lambda record: _currency_of(_report(record).price), 10),
    _text("reference", lambda record: unless_erased(_report(record).reference), 20),
    _text("marks", lambda record: joined(record.marks), 20),
    _text("origin", lambda record: record.origin),
    _whole("repeat_count", lambda record: record.repeats),
    # All that it says is in the other columns; who wants the SMS service's own text wants JSON.
    _text("body", lambda record: _body(record), 60, is_for_spreadsheets=False),
    # Of a huge body a part is kept.
    _whole("body_bytes", lambda record: record.body_bytes or len(record.body)),
)
"""Reports as the SMS service gave them, and what their arrival adds."""


def _body(record: ReportRecord) -> str | None:
    """Return the raw body; None where tokens stand in what is kept of it."""
    return None if is_erased(_report(record)) else _decoded(record.body)


def _decoded(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")


# --- Batches ------------------------------------------------------------------------------------


def batch_columns(
    currencies: Iterable[str], exposed: Mapping[int, Sequence[TimeRange]]
) -> tuple[ExportColumn[BatchRecord], ...]:
    """Return the columns of batches whose costs are in `currencies`: one column for each.

    Currencies are never added together, so there is no column for the whole cost.

    Args:
        currencies: which.
        exposed: of which times reports about each batch may be lost, by its key.
    """
    return (
        _text("batch_id", lambda batch: batch.batch_id, 26),
        _text("label", lambda batch: batch.label, 20),
        _whole("expected_count", lambda batch: batch.expected),
        _whole("message_count", lambda batch: batch.messages),
        _whole("finished_count", lambda batch: batch.finished),
        *map(_result_column, Result),
        _whole("segment_count", lambda batch: batch.segments),
        *(column for one in currencies for column in (_cost_column(one), _paid_back_column(one))),
        _time("first_seen_at", lambda batch: batch.first_seen if batch.reports else None),
        _time("last_seen_at", lambda batch: batch.last_seen if batch.reports else None),
        _whole("report_count", lambda batch: batch.reports),
        _whole(
            "reports_with_unread_fields_count",
            lambda batch: reports_with_unread_fields(batch.marks),
            18,
        ),
        _text("origin", lambda batch: batch.origin, 10),
        _flag("is_archived", lambda batch: batch.is_archived),
        _text("notes", lambda batch: batch.notes, 30),
        _time("purged_at", lambda batch: batch.purged),
        _text("reports_may_be_lost", lambda batch: _intervals(exposed.get(batch.key, ())), 50),
    )


def _intervals(spans: Sequence[TimeRange]) -> str | None:
    """Return times as ISO-8601 writes them: `begin/end`, in UTC."""
    return " ".join(f"{_iso(one.begin)}/{_iso(one.end)}" for one in spans) or None


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


def _result_column(result: Result) -> ExportColumn[BatchRecord]:
    return _whole(f"{result.value}_count", lambda batch: batch.results()[result])


def _cost_column(currency: str) -> ExportColumn[BatchRecord]:
    def cost(batch: BatchRecord) -> Decimal | None:
        counted: CostSum | None = batch.costs.get(currency)
        return None if counted is None else amount_of(counted.nano)

    return _amount(f"cost_{currency or 'without_currency'}", cost, 18)


def _paid_back_column(currency: str) -> ExportColumn[BatchRecord]:
    def paid_back(batch: BatchRecord) -> Decimal | None:
        counted: CostSum | None = batch.costs.get(currency)
        return None if counted is None else amount_of(counted.paid_back_nano)

    return _amount(f"paid_back_{currency or 'without_currency'}", paid_back, 18)


# --- Quarantine ---------------------------------------------------------------------------------


def _header_lines(refused: QuarantineRecord) -> str:
    return "\n".join(f"{name}: {value}" for name, value in refused.headers)


QUARANTINE_COLUMNS: Final[tuple[ExportColumn[QuarantineRecord], ...]] = (
    _time("first_seen_at", lambda refused: refused.first_seen),
    _time("last_seen_at", lambda refused: refused.last_seen),
    _whole("request_count", lambda refused: refused.times),
    _text("kind", lambda refused: refused.kind),
    _text("reason", lambda refused: refused.reason.english, 50),
    _whole("size_bytes", lambda refused: refused.size),
    _text("body", lambda refused: _decoded(refused.body), 60),
    _text("headers", _header_lines, 60),
)
"""Bodies that were refused. What is not UTF-8 in them shows as a replacement character."""
