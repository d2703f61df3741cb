"""Statements that are compiled once: for what runs for every group of reports.

SQLAlchemy looks up, binds and converts at each execution; in a group of a few reports that costs
more than the database does. These statements are written with it as all others are, but executed
with rows that are ready: whole numbers, texts, bytes and None.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql import ClauseElement

_DIALECT: Final = sqlite.dialect(paramstyle="qmark")


class Prepared:
    """One statement, compiled.

    Args:
        statement: what to execute. Its parameters are bound by name.
        names: the columns that an INSERT or UPDATE sets, where the statement does not say.
    """

    def __init__(self, statement: Executable, *names: str) -> None:
        assert isinstance(statement, ClauseElement)
        compiled = statement.compile(dialect=_DIALECT, column_keys=names or None)
        self._sql: Final = str(compiled)
        order: list[str] = compiled.positiontup or []  # type: ignore[attr-defined]
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._constants: Final = constants
        self._pick: Final = _picker(order)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Execute a query; return its rows as plain tuples, unconverted."""
        row = self._pick({**self._constants, **values})
        cursor = connection.exec_driver_sql(self._sql, row).cursor
        assert cursor is not None
        found = list(cursor.fetchall())
        cursor.close()
        return found

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Execute the statement once."""
        connection.exec_driver_sql(self._sql, self._pick({**self._constants, **values}))

    def write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute the statement for each of `rows`; nothing where there are none."""
        if not rows:
            return
        if self._constants:
            rows = [{**self._constants, **row} for row in rows]
        connection.exec_driver_sql(self._sql, list(map(self._pick, rows)))


def _picker(order: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what makes a row in a statement's order out of its values by name."""
    if not order:
        return _Nothing()
    return itemgetter(*order) if len(order) > 1 else _Single(order[0])


class _Single:
    """A row of one value."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return (values[self._name],)


class _Nothing:
    """A row without values."""

    def __call__(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        del values
        return ()
