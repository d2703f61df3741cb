"""The columns of the two small tables, each declared once; and what every column has.

Their names are the fields' own words; files that people keep depend on them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final, Generic, Protocol, TypeVar

from kvitto.core.aggregates import CostSum
from kvitto.core.marks import reports_with_unread_fields
from kvitto.core.money import amount_of
from kvitto.core.outages import TimeRange
from kvitto.core.status import Result
from kvitto.export.table_writer import Value
from kvitto.store.records import BatchRecord, QuarantineRecord

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
    """An aware `datetime`, written as ISO-8601 in UTC; in blocks, what is written."""
    FLAG = "flag"
    """`bool`."""


class Heading(Protocol):
    """What every column has; see `ExportColumn`."""

    @property
    def name(self) -> str:
        """Its heading."""

    @property
    def kind(self) -> Kind:
        """What its values are."""

    @property
    def width(self) -> int:
        """How wide it is in a spreadsheet, in characters."""


@dataclass(frozen=True, slots=True)
class ExportColumn(Generic[T]):
    """One column.

    Attributes:
        name: its heading, and its key in JSON.
        kind: what its values are.
        value: takes its value from a record.
        width: how wide it is in a spreadsheet, in characters.
    """

    name: str
    kind: Kind
    value: Callable[[T], Value]
    width: int


def _text(name: str, value: Callable[[T], str | None], width: int = 14) -> ExportColumn[T]:
    return ExportColumn(name, Kind.TEXT, value, width)


def _whole(name: str, value: Callable[[T], int | None], width: int = 10) -> ExportColumn[T]:
    return ExportColumn(name, Kind.WHOLE, value, width)


def _amount(name: str, value: Callable[[T], Decimal | None], width: int = 12) -> ExportColumn[T]:
    return ExportColumn(name, Kind.AMOUNT, value, width)


def _time(name: str, value: Callable[[T], datetime | None]) -> ExportColumn[T]:
    return ExportColumn(name, Kind.TIME, value, 28)


def _flag(name: str, value: Callable[[T], bool]) -> ExportColumn[T]:
    return ExportColumn(name, Kind.FLAG, value, 10)


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


def decoded(body: bytes) -> str:
    """Return a body as text. What is not UTF-8 in it shows as a replacement character."""
    return body.decode("utf-8", errors="replace")


def _header_lines(refused: QuarantineRecord) -> str:
    return "\n".join(f"{name}: {value}" for name, value in refused.headers)


QUARANTINE_COLUMNS: Final[tuple[ExportColumn[QuarantineRecord], ...]] = (
    _time("first_seen_at", lambda refused: refused.first_seen),
    _time("last_seen_at", lambda refused: refused.last_seen),
    _whole("request_count", lambda refused: refused.times),
    _text("kind", lambda refused: refused.kind),
    _text("reason", lambda refused: refused.reason.english, 50),
    _whole("size_bytes", lambda refused: refused.size),
    _text("body", lambda refused: decoded(refused.body), 60),
    _text("headers", _header_lines, 60),
)
"""Bodies that were refused."""
