"""When reports came, and how many: what is told at a glance."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds
from kvitto.store.database import Database
from kvitto.store.schema import batch, batch_report_minute

_MINUTE_US: Final = 60_000_000


class Traffic:
    """Tells it from the sums by minute, from any thread; each call uses a connection of its own.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        with (
            self._database.in_words(),
            self._database.reading.connect() as connection,
            connection.begin(),
        ):
            yield connection

    def reports_since(self, minute: int) -> int:
        """Return how many new reports have arrived since a minute since the epoch; no demo ones."""
        with self._snapshot() as connection:
            return stored_since(connection, minute)

    def first_arrival(self) -> datetime | None:
        """Return when the first report arrived, a demo one too, UTC; None before that."""
        with self._snapshot() as connection:
            first_us = connection.scalar(select(func.min(batch.c.first_seen_at_us)))
            return None if first_us is None else from_microseconds(first_us)

    def last_arrival(self) -> datetime | None:
        """Return when the latest new report of the sender arrived, UTC; None before the first."""
        query = select(func.max(batch.c.last_seen_at_us)).where(batch.c.origin != Origin.DEMO.value)
        with self._snapshot() as connection:
            last_us = connection.scalar(query)
            return None if last_us is None else from_microseconds(last_us)


def stored_since(connection: Connection, minute: int) -> int:
    """Return how many new reports have arrived since a minute since the epoch; no demo ones."""
    seen = select(batch.c.pk).where(
        batch.c.last_seen_at_us >= minute * _MINUTE_US, batch.c.origin != Origin.DEMO.value
    )
    query = select(func.coalesce(func.sum(batch_report_minute.c.report_count), 0)).where(
        batch_report_minute.c.batch_pk.in_(seen), batch_report_minute.c.minute >= minute
    )
    return int(connection.scalars(query).one())
