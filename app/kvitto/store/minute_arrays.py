"""Many rows of whole numbers, quickly, and without holding up the window.

A million rows come twice as quickly as one text for each group of them, and the database makes the
texts without holding up Python's other threads, of which one is the window's.
"""

from typing import Final

import numpy as np
from sqlalchemy import Column, ColumnElement, Connection, Select, Text, cast, func

from kvitto.store.timeseries import IntArray

_CHUNK_CHARACTERS: Final = 100_000
"""How much text is turned into numbers at once: a few milliseconds, in which no other Python runs.
"""


def as_text(columns: tuple[Column[int], ...]) -> ColumnElement[str]:
    """Return an aggregate: all rows of a group, as one text of numbers.

    Group by the beginning of the table's key: that needs no sorting.
    """
    row: ColumnElement[str] = cast(columns[0], Text)
    for column in columns[1:]:
        row = row + " " + cast(column, Text)
    return func.aggregate_strings(row, " ")


def read_numbers(
    connection: Connection, query: Select[str, str], width: int
) -> dict[str, IntArray]:
    """Return the rows of a query for a name and a text by `as_text`: one array for each name.

    Args:
        connection: where.
        query: what; names may come in any order, and often.
        width: how many numbers a row has.
    """
    found: dict[str, list[IntArray]] = {}
    waiting: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}

    def convert(name: str) -> None:
        numbers = np.fromstring(" ".join(waiting.pop(name)), np.int64, sep=" ")
        found.setdefault(name, []).append(numbers.reshape(-1, width))
        sizes[name] = 0

    for rows in connection.execute(query).partitions(100):
        for name, text in rows:
            waiting.setdefault(name, []).append(text)
            sizes[name] = sizes.get(name, 0) + len(text)
            if sizes[name] > _CHUNK_CHARACTERS:
                convert(name)
    for name in list(waiting):
        convert(name)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def no_numbers(width: int) -> IntArray:
    """Return no rows of `width` numbers."""
    return np.zeros((0, width), np.int64)
