"""What all formats have in common."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol, TypeAlias

Value: TypeAlias = str | int | Decimal | datetime | None
"""What a cell holds; `bool` is among the whole numbers. Texts have no lone surrogates, decimals
are finite, times are aware. None is an empty cell."""


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
