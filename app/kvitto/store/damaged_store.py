"""Read what can be read of a damaged store."""

import logging
import sqlite3
from collections.abc import Iterator
from typing import Any, Final

log = logging.getLogger(__name__)

_AT_ONCE: Final = 500


class DamagedStore:
    """A damaged store. What can't be read is passed over.

    Attributes:
        skipped: how many keys lay in parts of `report` that could not be read.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.skipped = 0

    def reports(self) -> Iterator[sqlite3.Row]:
        """Yield the reports that can be read, in the order of arrival."""
        last = 0
        end = self._last("report")
        while last < end:
            rows, is_whole = self._some("report", last)
            for row in rows:
                last = row["pk"]
                yield row
            if is_whole and not rows:
                return
            if not is_whole:
                following = self._next_readable("report", last, end)
                self.skipped += following - last - 1
                last = following - 1

    def rows(self, table: str) -> Iterator[sqlite3.Row]:
        """Yield the rows of a small table that can be read."""
        return self.query(f"SELECT * FROM {table}")  # noqa: S608 - our own

    def query(self, query: str) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query, as far as they can be read."""
        try:
            cursor = self._connection.execute(query)
            while (row := cursor.fetchone()) is not None:
                yield row
        except sqlite3.DatabaseError as error:
            log.info("Not all could be read by %s: %s", query, error)

    def one(self, query: str, *values: Any) -> sqlite3.Row | None:
        """Return the row of a query; None where there is none, or it can't be read."""
        try:
            row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        except sqlite3.DatabaseError:
            return None
        return row

    def _some(self, table: str, after: int) -> tuple[list[sqlite3.Row], bool]:
        rows: list[sqlite3.Row] = []
        query = f"SELECT * FROM {table} NOT INDEXED WHERE pk > ? ORDER BY pk LIMIT {_AT_ONCE}"  # noqa: S608 - our own
        try:
            cursor = self._connection.execute(query, (after,))
            while (row := cursor.fetchone()) is not None:
                rows.append(row)
        except sqlite3.DatabaseError:
            return rows, False
        return rows, True

    def _next_readable(self, table: str, last: int, end: int) -> int:
        """Return the least key after `last + 1` from which on something can be read."""
        step = 1
        low, high = last, last + 1
        while high <= end and not self._is_readable(table, high):
            low, high = high, high + step
            step *= 2
        while high - low > 1:
            middle = (low + high) // 2
            if self._is_readable(table, middle):
                high = middle
            else:
                low = middle
        return min(high, end + 1) + 1

    def _is_readable(self, table: str, after: int) -> bool:
        query = f"SELECT * FROM {table} NOT INDEXED WHERE pk > ? ORDER BY pk LIMIT 1"  # noqa: S608 - our own
        try:
            self._connection.execute(query, (after,)).fetchone()
        except sqlite3.DatabaseError:
            return False
        return True

    def _last(self, table: str) -> int:
        """Return the greatest key that a table can have."""
        told = self.one("SELECT last_report_pk FROM store_state")
        found = self.one(f"SELECT max(pk) FROM {table} NOT INDEXED")  # noqa: S608 - our own
        known = [int(one[0]) for one in (told, found) if one is not None and one[0] is not None]
        return max(known, default=1 << 32)
