"""What all formats have in common."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

Value: TypeAlias = str | int | Decimal | datetime | None
"""What a cell holds; `bool` is among the whole numbers. Texts have no lone surrogates, decimals
are finite, times are aware. None is an empty cell."""


T = TypeVar("T")
Forms: TypeAlias = Mapping[type, Callable[[Any], T]]
"""What makes a cell of a value, by its type."""


class ByType(Generic[T]):
    """Makes cells of values, each by its own type: a look-up for each of millions of cells."""

    def __init__(self, forms: Forms[T], otherwise: Callable[[Any], T]) -> None:
        """Take what makes them of the named types, and of all others such as enumerations."""
        self._get = dict(forms).get
        self._otherwise = otherwise

    def of(self, values: Iterable[Value]) -> list[T]:
        """Return a cell for each value."""
        get, otherwise = self._get, self._otherwise
        return [get(type(value), otherwise)(value) for value in values]


class TableWriter(Protocol):
    """Writes one table, row by row, in memory that does not grow with it.

    Its constructor writes the head. All methods may raise an `OSError` of the stream.
    """

    def write(self, values: Sequence[Value]) -> None:
        """Write one row: a value for each column."""

    def finish(self) -> None:
        """Write what is still missing; the last call but `close`."""

    def close(self) -> None:
        """Let go of what the writer holds, finished or not. The stream stays open."""


def plain(number: int | Decimal) -> str:
    """Return a number's digits, with a point where it has one and never an exponent."""
    return format(number, "f") if isinstance(number, Decimal) else str(number)
