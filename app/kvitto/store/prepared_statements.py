"""Statements that are compiled once, at their first use: for what runs for every group of reports.

SQLAlchemy looks up, binds and converts at each execution, and the driver lets other threads run at
each step of a statement, then waits for its turn; in a group of a few reports that costs more than
the database does. These statements are written with SQLAlchemy as all others are, but executed by
the driver, with rows that are ready, and as many of them at once as may be. Other engines make
their own of them: `StatementCursor`.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import ClauseElement

Tuple: TypeAlias = tuple[Any, ...]


class StatementCursor:
    """Executes these statements with an engine other than SQLite.

    Attributes:
        indexed_at_once: how many new messages are taken into the search index together.
    """

    indexed_at_once: int

    def rows(self, statement: "Prepared", values: Mapping[str, Any]) -> list[Tuple]:
        """Execute a query; return its rows."""
        raise NotImplementedError

    def execute(self, statement: "Prepared", values: Mapping[str, Any]) -> None:
        """Execute a statement once."""
        raise NotImplementedError

    def insert(self, statement: "PreparedInsert", rows: Sequence[Tuple]) -> None:
        """Insert rows: one at least."""
        raise NotImplementedError

    def storable(self, text: str) -> str:
        """Return a text as the engine can store it."""
        return text

    def writing(self) -> AbstractContextManager[None]:
        """Make a transaction that holds the write lock; see `writing`."""
        raise NotImplementedError

    def together(self) -> AbstractContextManager[None]:
        """Send what is executed together; see `together`."""
        raise NotImplementedError


Cursor: TypeAlias = DBAPICursor | StatementCursor

"""Executes these statements: what it raises is the driver's own. See `cursor_of`."""
CURSOR: Final = "kvitto_cursor"
"""Where a connection's `info` has what returns its `StatementCursor`; SQLite's have none."""

_DIALECT: Final = sqlite.dialect(paramstyle="qmark")
_ROW: Final = re.compile(r"VALUES (\([^()]*\))")
_MOST_AT_ONCE: Final = 64


def indexed_at_once(cursor: "Cursor", at_most: int) -> int:
    """Return how many new messages are taken into the search index together, `at_most` so many."""
    return min(at_most, cursor.indexed_at_once) if isinstance(cursor, StatementCursor) else at_most


def cursor_of(connection: Connection) -> Cursor:
    """Return a cursor of the connection's driver, in the connection's transaction."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return cast("DBAPICursor", driver.cursor())
    cursor: StatementCursor = connection.info[CURSOR](connection)
    return cursor


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Make a transaction of the driver's own that holds the write lock, for these statements only.

    What fails in it undoes it all. SQLAlchemy's own transactions take eight times as long.
    """
    cursor = cursor_of(connection)
    if isinstance(cursor, StatementCursor):
        with cursor.writing():
            yield
        return
    cursor.execute("BEGIN IMMEDIATE", ())
    try:
        yield
        cursor.execute("COMMIT", ())
    except BaseException:
        # Some of SQLite's errors have undone it already: then this does nothing.
        connection.connection.driver_connection.rollback()  # type: ignore[union-attr]
        raise


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Send what is executed meanwhile to a server in as few messages as may be.

    The connection is in a transaction; what fails may do so later than it was executed.
    """
    cursor = cursor_of(connection)
    with cursor.together() if isinstance(cursor, StatementCursor) else nullcontext():
        yield


class Prepared:
    """One statement, compiled when it is first executed: a start need not wait for all of them.

    Args:
        statement: what to execute. Its parameters are bound by name.
        names: the columns that an UPDATE sets, where the statement does not say.
        elsewhere: the same in the SQL of servers, where they need it said in another way.
    """

    def __init__(
        self, statement: Executable, *names: str, elsewhere: Callable[[], str] | None = None
    ) -> None:
        assert isinstance(statement, ClauseElement)
        self.elsewhere: Final = elsewhere
        self.statement: Final = statement
        self.names: Final = names

    @cached_property
    def _compiled(self) -> tuple[str, Mapping[str, Any], Callable[[Mapping[str, Any]], Tuple]]:
        """The SQL, the values that are always the same, and what picks a row out of the others."""
        compiled = self.statement.compile(dialect=_DIALECT, column_keys=self.names or None)
        order: list[str] = compiled.positiontup or []  # type: ignore[attr-defined]
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return str(compiled), constants, _picker(order)

    def row(self, cursor: Cursor, values: Mapping[str, Any]) -> Tuple:
        """Execute a query for one row; return it as a plain tuple, unconverted."""
        if isinstance(cursor, StatementCursor):
            return cursor.rows(self, values)[0]
        self.execute(cursor, values)
        found: Tuple | None = cursor.fetchone()
        assert found is not None
        return found

    def rows(self, cursor: Cursor, values: Mapping[str, Any]) -> list[Tuple]:
        """Execute a query; return its rows as plain tuples, unconverted."""
        if isinstance(cursor, StatementCursor):
            return cursor.rows(self, values)
        self.execute(cursor, values)
        return list(cursor.fetchall())

    def execute(self, cursor: Cursor, values: Mapping[str, Any]) -> None:
        """Execute the statement once."""
        if isinstance(cursor, StatementCursor):
            cursor.execute(self, values)
            return
        sql, constants, pick = self._compiled
        cursor.execute(sql, pick({**constants, **values}))

    def write(self, cursor: Cursor, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute the statement for each of `rows`; nothing where there are none."""
        if isinstance(cursor, StatementCursor):
            for row in rows:
                cursor.execute(self, row)
        elif rows:
            sql, constants, pick = self._compiled
            cursor.executemany(sql, [pick({**constants, **row}) for row in rows])


class Asked(NamedTuple):
    """A query of one row, with the values that it is asked with.

    Attributes:
        statement: the query.
        values: its parameters by name.
    """

    statement: Prepared
    values: Mapping[str, Any]

    def row(self, connection: Connection) -> Tuple:
        """Return its row: in the snapshot of a connection, where it may have been asked ahead."""
        return self.statement.row(cursor_of(connection), self.values)


class PreparedInsert:
    """An INSERT of many rows, compiled when it is first executed.

    Args:
        statement: what to execute; it says what happens to a row that is there.
        names: the columns that are inserted, in the order of the values in a row.
    """

    def __init__(self, statement: Insert, *names: str) -> None:
        self.statement: Final = statement
        self.names: Final = names
        self._of_many: Final[dict[int, str]] = {}

    @cached_property
    def _compiled(self) -> tuple[str, Callable[[Tuple], Tuple] | None]:
        """The SQL for one row, and what brings a row into its order; None where it is in it."""
        names = self.names
        compiled = self.statement.compile(dialect=_DIALECT, column_keys=names)
        order: list[str] = compiled.positiontup or []
        assert sorted(order) == sorted(names)
        places = [names.index(name) for name in order]
        return str(compiled), None if places == sorted(places) else itemgetter(*places)

    def write(self, cursor: Cursor, rows: Sequence[Tuple]) -> None:
        """Insert all rows.

        They are whole numbers, texts, bytearrays and None: what the driver need not convert.
        """
        if not rows:
            return
        if isinstance(cursor, StatementCursor):
            cursor.insert(self, rows)
            return
        sql, pick = self._compiled
        if pick is not None:
            rows = list(map(pick, rows))
        for first in range(0, len(rows), _MOST_AT_ONCE):
            some = rows[first : first + _MOST_AT_ONCE]
            cursor.execute(self._sql_of(len(some), sql), list(chain.from_iterable(some)))

    def _sql_of(self, count: int, sql: str) -> str:
        """Return the SQL for so many rows, made out of that for one."""
        known = self._of_many.get(count)
        if known is None:
            match = _ROW.search(sql)
            assert match is not None
            some = ", ".join([match[1]] * count)
            known = f"{sql[: match.start(1)]}{some}{sql[match.end(1) :]}"
            self._of_many[count] = known
        return known


def _picker(order: Sequence[str]) -> Callable[[Mapping[str, Any]], Tuple]:
    """Return what makes a row in a statement's order out of its values by name."""
    return lambda values: tuple([values[name] for name in order])
