"""Values that a column can't have: SQLite takes any value in any column, from an SQL shell.

Nobody looks for them where they read, which would take too long: what fails is explained by them
afterwards.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from kvitto.core.follow_up import FollowUpMark
from kvitto.core.ip1_fast_path import PRICE_LIMIT
from kvitto.core.money import NANO
from kvitto.core.outages import OutageCause
from kvitto.core.rejection import RejectionKind
from kvitto.core.report import Origin
from kvitto.store.asked_tables import asked_batch
from kvitto.store.database import Database
from kvitto.store.file_errors import WrongTextError, WrongValueError
from kvitto.store.receiver_tables import outage
from kvitto.store.restorations import CAUSE as RESTORED
from kvitto.store.schema import (
    batch,
    callback_key,
    message_follow_up,
    metadata,
    quarantine,
    refused_minute,
    report,
)

READING_FAILS: Final = (
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    msgspec.MsgspecError,
    DBAPIError,
    sqlite3.Error,
)
"""How it ends when something is made of values that a column can't have. A mistake of ours may end
so, too."""
_SQLITE: Final = sqlite_dialect()
_DAY_US: Final = 86_400_000_000
_TIMES_US: Final = (-719_161 * _DAY_US, 2_932_895 * _DAY_US)
"""The second day of the year 1, and the last but one of 9999: in any zone they are in a year."""
_COUNTS: Final = (0, 1 << 53)
"""Counts that are no more than this can be added up."""
_PRICES: Final = (-PRICE_LIMIT * NANO, PRICE_LIMIT * NANO)
_WORDS: Final[Mapping[Column[Any], Sequence[str]]] = {
    batch.c.origin: tuple(Origin),
    callback_key.c.origin: tuple(Origin),
    message_follow_up.c.mark: tuple(FollowUpMark),
    outage.c.cause: (*OutageCause, RESTORED),
    quarantine.c.kind: tuple(RejectionKind),
    refused_minute.c.kind: tuple(RejectionKind),
    report.c.origin: tuple(Origin),
}
"""The texts of which only some mean anything."""
_JSON: Final[Mapping[Column[Any], str]] = {
    asked_batch.c.tags: "array",
    quarantine.c.headers: "array",
    quarantine.c.reason_values: "object",
}
"""The texts that are JSON, and of which type."""


class WrongValue(NamedTuple):
    """A value that its column can't have.

    Attributes:
        column: its table's name and its own.
        row: the row's key, as SQL has it.
        lacks: what it is not.
    """

    column: str
    row: str
    lacks: str

    @override
    def __str__(self) -> str:
        """Say so."""
        return f"{self.column} is {self.lacks} in the row with {self.row}"


def wrong_values(connection: Connection) -> Iterator[WrongValue]:
    """Give each value that its column can't have; none in a store on a server.

    It reads all tables, and none of their long texts.

    Raises:
        StoreError: the database can't be read.
    """
    if connection.dialect.name != "sqlite":
        return
    with any_text(connection):
        for table in metadata.sorted_tables:
            yield from _wrong_in(connection, table)


def _wrong_in(connection: Connection, table: Table) -> Iterator[WrongValue]:
    keys = [key.name for key in table.primary_key.columns]
    for row in connection.exec_driver_sql(_query(table)):
        of = ", ".join(f"{name} {value}" for name, value in zip(keys, row, strict=False))
        for column, is_wrong in zip(table.columns, row[len(keys) :], strict=True):
            if is_wrong:
                yield WrongValue(f"{table.name}.{column.name}", of, _lacks(column))


@cache
def _query(table: Table) -> str:
    """Return SQLite's query for the rows with wrong values: their keys, and which are wrong."""
    wrong = [_is_wrong(column) for column in table.columns]
    # As SQL has them: what stands in a key may be anything, too.
    keys = [func.quote(key) for key in table.primary_key.columns]
    found = select(*keys, *(func.coalesce(one, false()) for one in wrong)).where(or_(*wrong))
    # It is long, and to make it takes longer than a small store does.
    return str(found.compile(dialect=_SQLITE, compile_kwargs={"literal_binds": True}))


def plain(
    connection: Connection, columns: Iterable[ColumnElement[Any]]
) -> list[ColumnElement[Any]]:
    """Return columns with 0 or an empty text in the place of each value that they can't have.

    Args:
        connection: where they are read: a server has no such values.
        columns: the columns, which may be others under a column's name.
    """
    if connection.dialect.name != "sqlite":
        return list(columns)
    return [case((_is_wrong(one), _instead(one)), else_=one).label(one.name) for one in columns]


@contextmanager
def any_text(connection: Connection) -> Iterator[None]:
    """Let texts that are not UTF-8 be read on a connection, with signs of replacement in them."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    usual = driver.text_factory
    driver.text_factory = lambda text: text.decode(errors="replace")
    try:
        yield
    finally:
        driver.text_factory = usual


@contextmanager
def explained_by_wrong_values(database: Database) -> Iterator[None]:
    """Explain what fails in reading by values that their columns can't have, where there are any.

    Raises:
        WrongValueError: there is one. What fails otherwise fails as it does.
    """
    try:
        yield
    except READING_FAILS as error:
        with database.read() as connection:
            found = next(wrong_values(connection), None)
        if found is not None:
            raise WrongValueError(found.column, found.row) from error
        if is_no_text(error):
            raise WrongTextError from error
        raise


def is_no_text(error: Exception) -> bool:
    """Tell whether an error is Python's that a text in the database is not UTF-8."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(orig, sqlite3.OperationalError) and not hasattr(orig, "sqlite_errorcode")


def _is_wrong(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a value is not one that its column can have."""
    kind, bounds, words = _kind(column), _bounds(column), _words(column)
    others: list[ColumnElement[bool]] = [and_(func.typeof(column) != kind, column.is_not(None))]
    if bounds is not None:
        others.append(~column.between(literal(bounds[0]), literal(bounds[1])))
    if words is not None:
        others.append(column.not_in([str(one) for one in words]))
    if isinstance(column, Column) and column in _JSON:
        found = case((func.json_valid(column) == 1, func.json_type(column)), else_="")
        others.append(and_(found != _JSON[column], column.is_not(None)))
    return or_(*others)


def _kind(column: ColumnElement[Any]) -> str:
    """Return what SQLite calls the values that belong into a column."""
    match column.type:
        case Integer() | Boolean():
            return "integer"
        case LargeBinary():
            return "blob"
        case _:
            return "text"


def _bounds(column: ColumnElement[Any]) -> tuple[int, int] | None:
    name: str = column.name
    if name.endswith("_at_us"):
        return _TIMES_US
    if name.endswith("price_nano"):
        return _PRICES
    return _COUNTS if name.endswith("_count") else None


def _words(column: ColumnElement[Any]) -> Sequence[str] | None:
    return _WORDS.get(column) if isinstance(column, Column) else None


def _lacks(column: Column[Any]) -> str:
    """Return what is not where a wrong value is."""
    if column.name.endswith("_at_us"):
        return "no time"
    if _words(column) is not None:
        return "no word that can be there"
    if column in _JSON:
        return f"no JSON {_JSON[column]}"
    return {"integer": "no whole number", "blob": "no BLOB"}.get(_kind(column), "no text")


def _instead(column: ColumnElement[Any]) -> ColumnElement[Any]:
    words = _words(column)
    if words is not None:
        return literal(str(words[0]))
    return literal({"integer": 0, "blob": b""}.get(_kind(column), ""))
