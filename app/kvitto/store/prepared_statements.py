"""Statements that are compiled once: for what runs for every group of reports.

SQLAlchemy looks up, binds and converts at each execution, and the driver lets other threads run at
each step of a statement, then waits for its turn; in a group of a few reports that costs more than
the database does. These statements are written with SQLAlchemy as all others are, but executed by
the driver, with rows that are ready, and as many of them at once as may be. Other engines make
their own of them: `StatementCursor`.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from operator import itemgetter
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql import ClauseElement

Tuple: TypeAlias = tuple[Any, ...]


class StatementCursor:
    """Executes these statements with an engine other than SQLite."""

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


Cursor: TypeAlias = DBAPICursor | StatementCursor
"""Executes these statements: what it raises is the driver's own. See `cursor_of`."""
CURSOR: Final = "kvitto_cursor"
"""Where a connection's `info` has what returns its `StatementCursor`; SQLite's have none."""

_DIALECT: Final = sqlite.dialect(paramstyle="qmark")
_ROW: Final = re.compile(r"VALUES (\([^()]*\))")
_MOST_AT_ONCE: Final = 64


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


class Prepared:
    """One statement, compiled.

    Args:
        statement: what to execute. Its parameters are bound by name.
        names: the columns that an UPDATE sets, where the statement does not say.
        elsewhere: the same in the SQL of servers, where they need it said in another way.
    """

    def __init__(
        self, statement: Executable, *names: str, elsewhere: Callable[[], str] | None = None
    ) -> None:
        assert isinstance(statement, ClauseElement)
        self.statement: Final = statement
        self.names: Final = names
        self.elsewhere: Final = elsewhere
        compiled = statement.compile(dialect=_DIALECT, column_keys=names or None)
        self._sql: Final = str(compiled)
        order: list[str] = compiled.positiontup or []  # type: ignore[attr-defined]
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._constants: Final = constants
        self._pick: Final = _picker(order)

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
        cursor.execute(self._sql, self._pick({**self._constants, **values}))

    def write(self, cursor: Cursor, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute the statement for each of `rows`; nothing where there are none."""
        if isinstance(cursor, StatementCursor):
            for row in rows:
                cursor.execute(self, row)
        elif rows:
            cursor.executemany(self._sql, [self._pick({**self._constants, **row}) for row in rows])


class PreparedInsert:
    """An INSERT of many rows, compiled.

    Args:
        statement: what to execute; it says what happens to a row that is there.
        names: the columns that are inserted, in the order of the values in a row.
    """

    def __init__(self, statement: Insert, *names: str) -> None:
        self.statement: Final = statement
        self.names: Final = names
        compiled = statement.compile(dialect=_DIALECT, column_keys=names)
        order: list[str] = compiled.positiontup or []
        assert sorted(order) == sorted(names)
        places = [names.index(name) for name in order]
        self._pick: Final = None if places == sorted(places) else itemgetter(*places)
        sql = str(compiled)
        self._of_many: Final = [sql]
        match = _ROW.search(sql)
        assert match is not None
        for count in range(2, _MOST_AT_ONCE + 1):
            some = ", ".join([match[1]] * count)
            self._of_many.append(f"{sql[: match.start(1)]}{some}{sql[match.end(1) :]}")

    def write(self, cursor: Cursor, rows: Sequence[Tuple]) -> None:
        """Insert all rows.

        They are whole numbers, texts, bytearrays and None: what the driver need not convert.
        """
        if isinstance(cursor, StatementCursor):
            if rows:
                cursor.insert(self, rows)
            return
        if self._pick is not None:
            rows = list(map(self._pick, rows))
        for first in range(0, len(rows), _MOST_AT_ONCE):
            some = rows[first : first + _MOST_AT_ONCE]
            cursor.execute(self._of_many[len(some) - 1], list(chain.from_iterable(some)))


def _picker(order: Sequence[str]) -> Callable[[Mapping[str, Any]], Tuple]:
    """Return what makes a row in a statement's order out of its values by name."""
    return lambda values: tuple([values[name] for name in order])
