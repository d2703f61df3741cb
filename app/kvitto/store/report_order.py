"""Rows of several queries in one order, read side by side and never all at once."""

import itertools
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from operator import attrgetter
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import Connection, CursorResult, Row, Select

Tuple: TypeAlias = tuple[Any, ...]

ROWS_AT_ONCE: Final = 1000
"""Rows that are read from the database together."""
ROWS_IN_BLOCK: Final = 250
"""So few that Python does not look for garbage among them, which takes as long as reading them."""
NO_ROWS: Final[tuple[int | None, Iterator[Row[Any]]]] = (None, iter(()))
"""What comes after the last key."""


def stream(connection: Connection, query: Any) -> Generator[Row[Any], None, None]:
    """Yield the rows of a query without holding them all; close it before the connection."""
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        yield from named(rows)


def blocks(connection: Connection, query: Select[Any]) -> Generator[Sequence[Tuple], None, None]:
    """Yield the rows of a query in blocks, without holding them all.

    They are plain; truth values may be whole numbers. What fails may be the driver's own error.
    Close it before the connection.
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        # What SQLAlchemy makes of the rows takes nearly as long as reading them.
        compiled: Any = query.compile(
            dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
        )
        values = [compiled.params[name] for name in compiled.positiontup or ()]
        with closing(driver.execute(str(compiled), values)) as cursor:
            while some := cursor.fetchmany(ROWS_IN_BLOCK):
                yield some
        return
    # Whoever reads no further has the server's cursor closed, too.
    with connection.execute(query, execution_options={"yield_per": ROWS_IN_BLOCK}) as rows:
        for block in rows.partitions():
            yield cast("Sequence[Tuple]", block)


def named(rows: CursorResult[Any]) -> Iterator[Any]:
    """Return rows whose columns are read by their names several times as fast as of a `Row`."""
    make: Any = namedtuple
    return map(make("NamedRow", rows.keys(), rename=True)._make, rows)


class ReportOrder:
    """Rows in the order of a key, taken key by key.

    Attributes:
        strays: the keys that nobody took, as far as was read.

    Args:
        rows: the rows, in the order of the key.
        key: the name of its column; or what takes it out of a row.
    """

    def __init__(self, rows: Iterable[Any], key: str | Callable[[Any], int]) -> None:
        self.strays: list[int] = []
        its = attrgetter(key) if isinstance(key, str) else key
        self._groups = itertools.groupby(rows, its)
        self._key: int | None
        self._rows: Iterator[Any]
        self._key, self._rows = next(self._groups, NO_ROWS)

    def of(self, key: int) -> Iterator[Any]:
        """Return the rows with this key; take them before those with another."""
        while self._key is not None and self._key < key:
            self.strays.append(self._key)
            self._key, self._rows = next(self._groups, NO_ROWS)
        if self._key != key:
            return
        yield from self._rows
        self._key, self._rows = next(self._groups, NO_ROWS)

    def rest(self) -> list[int]:
        """Read to the end; return all strays."""
        while self._key is not None:
            self.strays.append(self._key)
            self._key, self._rows = next(self._groups, NO_ROWS)
        return self.strays
