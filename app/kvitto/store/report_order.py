"""Rows of several queries in one order, read side by side and never all at once."""

import itertools
from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Row

ROWS_AT_ONCE: Final = 1000
"""Rows that are read from the database together."""
ROWS_IN_BLOCK: Final = 250
"""So few that Python does not look for garbage among them, which takes as long as reading them."""
NO_ROWS: Final[tuple[int | None, Iterator[Row[Any]]]] = (None, iter(()))
"""What comes after the last key."""


def stream(connection: Connection, query: Any) -> Iterator[Row[Any]]:
    """Yield the rows of a query without holding them all."""
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        yield from named(rows)


def blocks(connection: Connection, query: Any) -> Iterator[Sequence[Row[Any]]]:
    """Yield the rows of a query in blocks, without holding them all."""
    # Whoever reads no further has the server's cursor closed, too.
    with connection.execute(query, execution_options={"yield_per": ROWS_IN_BLOCK}) as rows:
        yield from rows.partitions()


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
        key: the name of the column.
        is_sorted: whether the keys grow. If not, whoever takes them knows their order, and takes
            none that is not there while others wait before it.
    """

    def __init__(self, rows: Iterable[Row[Any]], key: str, *, is_sorted: bool = True) -> None:
        self.strays: list[int] = []
        self._is_sorted = is_sorted
        self._groups = itertools.groupby(rows, attrgetter(key))
        self._key: int | None
        self._key, self._rows = next(self._groups, NO_ROWS)

    def of(self, key: int) -> Iterator[Row[Any]]:
        """Return the rows with this key; take them before those with another."""
        while self._is_sorted and self._key is not None and self._key < key:
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
