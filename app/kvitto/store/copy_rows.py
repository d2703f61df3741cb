"""The rows of a store as they are, table by table, and sums over them; of either engine."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final, TypeAlias

from sqlalchemy import Boolean, Column, LargeBinary, MetaData, Table, Text
from typing_extensions import override

from kvitto.store import asked_tables, binned_batches, erasure_tables, receiver_tables, schema

Tuple: TypeAlias = tuple[Any, ...]
InWords: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Makes a context that turns what an engine says into the store's own errors."""

_PRIME: Final = 1_000_003
_WEIGHTS: Final = 1021
_MODULES: Final = (schema, asked_tables, binned_batches, erasure_tables, receiver_tables)
"""Those that declare tables: with them, the metadata is whole."""


def all_tables() -> list[Table]:
    """Return every table of a store, each behind those that it refers to."""
    metadata: MetaData = _MODULES[0].metadata
    return list(metadata.sorted_tables)


class StoreRows(ABC):
    """What a connection reads, in one transaction.

    Args:
        in_words: is entered while it reads: who takes the rows may fail by another engine's fault.
    """

    def __init__(self, in_words: InWords) -> None:
        self._in_words = in_words

    @abstractmethod
    def query(self, sql: str) -> Iterator[Tuple]:
        """Give the rows of a query, some at a time; before the next is read, to its end."""

    @abstractmethod
    def row(self, sql: str) -> Tuple:
        """Return the only row of a query."""

    @abstractmethod
    def sum_terms(self, column: Column[Any]) -> list[str]:
        """Return what is summed over a column whose values are no whole numbers."""

    def rows(self, table: Table, condition: str = "", limit: int | None = None) -> Iterator[Tuple]:
        """Give the rows of a table, all columns, in the order of their keys."""
        where = f" WHERE {condition}" if condition else ""
        order = ", ".join(quoted(one) for one in table.primary_key.columns)
        upto = "" if limit is None else f" LIMIT {limit}"
        listed = ", ".join(quoted(one) for one in table.columns)
        sql = f"SELECT {listed} FROM {table.name}{where} ORDER BY {order}{upto}"
        return self.query(sql)

    def keys(self, table: Table, upto: int) -> Iterator[int]:
        """Give the keys of a table up to one, in order."""
        sql = f"SELECT pk FROM {table.name} WHERE pk <= {upto} ORDER BY pk"
        return (row[0] for row in self.query(sql))

    def number(self, sql: str) -> int:
        """Return the only value of a query; 0 for NULL."""
        return int(self.row(sql)[0] or 0)

    def sums(self, table: Table, *, besides: frozenset[str] = frozenset()) -> Tuple:
        """Return sums over all columns of a table, by which two tables can be compared.

        Args:
            table: the table.
            besides: the names of columns that are left out.
        """
        terms = ["count(*)"]
        weight = quoted(table.c.pk) if "pk" in table.c else "1"
        for column in table.columns:
            if column.name in besides:
                continue
            name = quoted(column)
            if column.nullable:
                terms.append(f"count({name})")
            if isinstance(column.type, Boolean | Text | LargeBinary):
                values = self.sum_terms(column)
            else:
                values = [f"{name} % {_PRIME}"]
            terms += [f"sum(({one}) * (1 + abs({weight}) % {_WEIGHTS}))" for one in values]
        sql = f"SELECT {', '.join(terms)} FROM {table.name}"
        return tuple(int(one or 0) for one in self.row(sql))


class FileRows(StoreRows):
    """Of a SQLite file.

    Args:
        connection: the driver's connection, in a transaction.
        in_words: see `StoreRows`.
        is_for_server: whether its sums are to be those of a store on a server.
    """

    def __init__(self, connection: Any, in_words: InWords, *, is_for_server: bool) -> None:
        super().__init__(in_words)
        self._connection = connection
        self._is_for_server = is_for_server
        if is_for_server:
            connection.create_function("storable", 1, storable_text, deterministic=True)

    @override
    def query(self, sql: str) -> Iterator[Tuple]:
        with self._in_words():
            cursor = self._connection.execute(sql)
            while some := cursor.fetchmany(500):
                yield from some

    @override
    def row(self, sql: str) -> Tuple:
        with self._in_words():
            found: Tuple = self._connection.execute(sql).fetchone()
        return found

    @override
    def sum_terms(self, column: Column[Any]) -> list[str]:
        name = quoted(column)
        if isinstance(column.type, Boolean):
            return [name]
        if isinstance(column.type, LargeBinary):
            return [f"length({name})"]
        if self._is_for_server:
            has_nul = f"instr(CAST({name} AS BLOB), x'00')"
            name = f"CASE WHEN {has_nul} THEN storable({name}) ELSE {name} END"
        return [f"length(CAST({name} AS BLOB))", f"unicode({name})"]


def storable_text(text: str | None) -> str | None:
    """Return a text without NUL, as a server keeps it: the character's picture instead."""
    return None if text is None else text.replace("\0", "␀")


def quoted(column: Column[Any]) -> str:
    """Return a column's name, as it may be written in any query."""
    return f'"{column.name}"'
