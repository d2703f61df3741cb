"""The columns of the two large tables, each declared once: made block by block, column by column.

Their names are the fields' own words; files that people keep depend on them.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias

from kvitto.core.erased import PREFIX, is_token, unless_erased
from kvitto.core.marks import joined, split
from kvitto.core.money import NO_CURRENCY, amount_of, nano_of
from kvitto.core.report import Origin
from kvitto.core.status import CODE_NAMES, group_of, is_finished, result_of
from kvitto.core.timestamps import iso_at
from kvitto.export.export_columns import Kind, decoded
from kvitto.export.table_writer import TableWriter
from kvitto.store.table_blocks import Block

_API: Final = Origin.API.value

Forms: TypeAlias = Mapping[Kind, Callable[[Any], Any]]
Cells: TypeAlias = Sequence[Any]
"""The cells of one column in a block, as a format writes them."""
_MOST_KEPT: Final = 1024
"""Cells that are kept: of a store's few prices, references and batches each occurs many times."""


class BlockWriter(TableWriter, Protocol):
    """Writes a table in blocks of many rows.

    Attributes:
        forms: what makes a cell of a value, or of None, by the kind of its column; values of other
            kinds are written as they are.
    """

    @property
    def forms(self) -> Forms:
        """What makes a cell of a value, by the kind of its column."""

    def write_block(self, columns: Sequence[Cells]) -> None:
        """Write rows, which are given by their columns."""


@dataclass(frozen=True, slots=True)
class BlockColumn:
    """One column.

    Attributes:
        name: its heading, and its key in JSON.
        kind: what its values are.
        of: the store's columns that it is made of.
        value: makes its value of theirs, or of that of `values`; None where it is that already.
            For what has few different values: each is made once for many rows.
        values: makes all in a block at once of the block's columns; for what has another value in
            nearly each row. None where `value` takes theirs.
        width: how wide it is in a spreadsheet, in characters.
        is_for_spreadsheets: whether it is in CSV and Excel files too, not in JSON Lines only.
    """

    name: str
    kind: Kind
    of: tuple[str, ...]
    value: Callable[..., Any] | None
    width: int
    is_for_spreadsheets: bool = True
    values: Callable[..., Cells] | None = None

    def maker(self, forms: Forms) -> Callable[[Block], Cells]:
        """Return what makes its cells in a block, for a writer with these `forms`."""
        names, values, form = self.of, self.values, forms.get(self.kind)
        make = self._made(form)
        if values is None:
            if make is None:
                [name] = names
                return lambda block: block[name]
            kept = lru_cache(_MOST_KEPT)(make)
            return lambda block: list(map(kept, *[block[name] for name in names]))
        if make is None:
            return lambda block: values(*[block[name] for name in names])
        one = make if self.value is None else lru_cache(_MOST_KEPT)(make)
        return lambda block: list(map(one, values(*[block[name] for name in names])))

    def _made(self, form: Callable[[Any], Any] | None) -> Callable[..., Any] | None:
        """Return what makes a cell of a value; None where that is the cell."""
        value = self.value
        if value is None or form is None:
            return form or value
        if len(self.of) == 1 or self.values is not None:
            return lambda one: form(value(one))
        return lambda *of: form(value(*of))


def _text(
    name: str,
    *of: str,
    value: Callable[..., str | None] | None = None,
    values: Callable[..., Cells] | None = None,
    width: int = 14,
    is_for_spreadsheets: bool = True,
) -> BlockColumn:
    return BlockColumn(name, Kind.TEXT, of, value, width, is_for_spreadsheets, values)


def _whole(
    name: str,
    *of: str,
    value: Callable[..., int] | None = None,
    values: Callable[..., Cells] | None = None,
) -> BlockColumn:
    return BlockColumn(name, Kind.WHOLE, of, value, 10, values=values)


def _amount(
    name: str,
    *of: str,
    value: Callable[..., Decimal | None],
    values: Callable[..., Cells] | None = None,
    width: int = 12,
) -> BlockColumn:
    return BlockColumn(name, Kind.AMOUNT, of, value, width, values=values)


def _time(name: str, *of: str, values: Callable[..., Cells]) -> BlockColumn:
    return BlockColumn(name, Kind.TIME, of, None, 28, values=values)


def _flag(
    name: str,
    *of: str,
    value: Callable[..., bool] | None = None,
    values: Callable[..., Cells] | None = None,
) -> BlockColumn:
    return BlockColumn(name, Kind.FLAG, of, value, 10, values=values)


def _as_they_are(cells: Cells) -> Cells:
    return cells


def _unless_erased(texts: Cells) -> Cells:
    return list(map(unless_erased, texts)) if _may_be_tokens(texts) else texts


def _may_be_tokens(texts: Cells) -> bool:
    """Tell at once of most blocks that no text in them is a token."""
    try:
        return PREFIX in "".join(filter(None, texts))
    except TypeError:  # somebody has put a BLOB into the database
        return True


def _times(at_us: Cells) -> Cells:
    return list(map(iso_at, at_us))


# --- Messages -----------------------------------------------------------------------------------


def _amount_of(nano: int | None) -> Decimal | None:
    return None if nano is None else amount_of(nano)


def _cost(price_nano: int | None, is_refunded: int) -> Decimal | None:
    return _amount_of(0 if price_nano is not None and is_refunded else price_nano)


def _paid_back(price_nano: int | None, is_refunded: int) -> Decimal | None:
    return _amount_of(price_nano) if is_refunded else None


def _currency_of(price_nano: int | None, currency: str | None) -> str | None:
    return None if price_nano is None or currency == NO_CURRENCY else currency


def _price_per_segment(price_nano: int | None, segments: int | None) -> Decimal | None:
    """Return the price of one SMS part, rounded to nano-units; None where it is not known."""
    if price_nano is None or not segments:
        return None
    return amount_of(nano_of(amount_of(price_nano) / segments))


def _result(code: int, is_final: int) -> str:
    return result_of(code, final=bool(is_final)).value


def _arrived(report_keys: Cells, arrived_us: Cells) -> Cells:
    # One that is below zero was asked from the API.
    return [
        None if key < 0 else iso_at(at_us)
        for key, at_us in zip(report_keys, arrived_us, strict=True)
    ]


MESSAGE_COLUMNS: Final[tuple[BlockColumn, ...]] = (
    _text("batch_id", "batch_id", width=26),
    _text("batch_label", "label", width=20),
    _text("message_id", "message_id", values=_as_they_are, width=26),
    _text("recipient", "recipient", values=_unless_erased, width=16),
    _whole("code", "code"),
    _text("status", "code", value=CODE_NAMES.get, width=20),
    _text("result", "code", "is_final", value=_result),
    _flag(
        "is_finished",
        "code",
        "is_final",
        value=lambda code, is_final: is_finished(code, final=bool(is_final)),
    ),
    _whole("segments", "segments"),
    _amount("price", "price_nano", value=_amount_of),
    _amount("cost", "price_nano", "is_refunded", value=_cost),
    _amount("paid_back", "price_nano", "is_refunded", value=_paid_back),
    _text("currency", "price_nano", "currency", value=_currency_of, width=10),
    _amount("price_per_segment", "price_nano", "segments", value=_price_per_segment, width=18),
    _text("reference", "reference", value=unless_erased, width=20),
    _time("created_at", "created_at_us", values=_times),
    # A report without a time gets that of its arrival, to the microsecond; no sender's own time
    # is equal to it but by a chance that would make no difference.
    _flag(
        "is_created_at_arrival",
        "created_at_us",
        "arrived_at_us",
        values=lambda created, arrived: list(map(operator.eq, created, arrived)),
    ),
    _time("first_created_at", "first_created_at_us", values=_times),
    _time("arrived_at", "report_pk", "arrived_at_us", values=_arrived),
    _whole("report_count", "report_count"),
    _text("batch_origin", "origin", width=12),
)
"""Of each message its current state; `created` and `arrived` are those of that state's report."""


# --- Reports ------------------------------------------------------------------------------------


def _created_at(created_us: Cells, arrived_us: Cells) -> Cells:
    return [
        iso_at(arrived if created is None else created)
        for created, arrived in zip(created_us, arrived_us, strict=True)
    ]


def _arrived_at(origins: Cells, arrived_us: Cells) -> Cells:
    return [
        None if origin == _API else iso_at(at_us)
        for origin, at_us in zip(origins, arrived_us, strict=True)
    ]


def _delays_us(origins: Cells, created_us: Cells, arrived_us: Cells) -> Cells:
    """Return how long the reports took, by two clocks; None where only one is known."""
    return [
        None if created is None or origin == _API else arrived - created
        for origin, created, arrived in zip(origins, created_us, arrived_us, strict=True)
    ]


def _seconds(microseconds: int | None) -> Decimal | None:
    return None if microseconds is None else amount_of(microseconds * 1000)


def _bodies(bodies: Cells, recipients: Cells, references: Cells) -> Cells:
    """Return the raw bodies as text; None where tokens stand in what is kept of one."""
    if not _may_be_tokens(recipients) and not _may_be_tokens(references):
        return list(map(decoded, bodies))
    return [
        None if is_token(recipient) or is_token(reference) else decoded(body)
        for body, recipient, reference in zip(bodies, recipients, references, strict=True)
    ]


def _sizes(kept: Cells, bodies: Cells) -> Cells:
    return [size or len(body) for size, body in zip(kept, bodies, strict=True)]


REPORT_COLUMNS: Final[tuple[BlockColumn, ...]] = (
    _text("batch_id", "batch_id", width=26),
    _text("message_id", "message_id", values=_as_they_are, width=26),
    _text("recipient", "recipient", values=_unless_erased, width=16),
    _whole("code", "code"),
    _text("status", "code", value=CODE_NAMES.get, width=20),
    _text("group", "code", value=lambda code: group_of(code).name.lower()),
    _text("result", "code", "is_final", value=_result),
    _flag("is_final", "is_final", value=bool),
    _time("created_at", "created_at_us", "arrived_at_us", values=_created_at),
    _flag(
        "is_created_at_arrival",
        "created_at_us",
        values=lambda created_us: [at_us is None for at_us in created_us],
    ),
    _time("arrived_at", "origin", "arrived_at_us", values=_arrived_at),
    _amount(
        "delay_seconds",
        "origin",
        "created_at_us",
        "arrived_at_us",
        values=_delays_us,
        value=_seconds,
    ),
    _whole("segments", "segments"),
    _amount("price", "price_nano", value=_amount_of),
    _text("currency", "price_nano", "currency", value=_currency_of, width=10),
    _text("reference", "reference", value=unless_erased, width=20),
    _text("marks", "marks", value=lambda marks: joined(split(marks)), width=20),
    _text("origin", "origin"),
    _whole("repeat_count", "repeat_count"),
    # All that it says is in the other columns; who wants the SMS service's own text wants JSON.
    _text(
        "body",
        "body",
        "recipient",
        "reference",
        values=_bodies,
        width=60,
        is_for_spreadsheets=False,
    ),
    # Of a huge body a part is kept.
    _whole("body_bytes", "body_bytes", "body", values=_sizes),
)
"""Reports as the SMS service gave them, and what their arrival adds."""
