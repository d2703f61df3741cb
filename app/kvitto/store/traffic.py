"""When reports came, and how many: what is told at a glance."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, exists, func, or_, select

from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.database import Database
from kvitto.store.real_batches import HAS_REPORTS, REAL_BATCH
from kvitto.store.schema import batch, batch_report_minute, message, report

_MINUTE_US: Final = 60_000_000
_OUT_OF_ORDER_US: Final = 10_000_000
"""Reports are numbered in the order in which they are stored, which is nearly that of arrival."""


class Traffic:
    """Tells it from the sums by minute, from any thread; each call uses a connection of its own.

    All methods raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database

    def reports_since(self, minute: int) -> int:
        """Return how many new reports have arrived since a minute since the epoch; no demo ones."""
        with self._database.read() as connection:
            return stored_since(connection, minute)

    def reports_between(
        self, since: datetime, until: datetime, batch_key: int | None = None
    ) -> int:
        """Return how many new reports have arrived in a time that ends about now.

        Those of the demo and of batches in the bin are not counted.

        Takes time in proportion to the number of all reports since its beginning: for a minute or
        so.

        Args:
            since: from when on, UTC.
            until: before when, UTC.
            batch_key: only those of this batch, demo or not.
        """
        since_us, until_us = to_microseconds(since), to_microseconds(until)
        before = (
            select(report.c.pk)
            .where(report.c.arrived_at_us < since_us - _OUT_OF_ORDER_US)
            .order_by(report.c.pk.desc())
            .limit(1)
        )
        # Each report's batch is looked up by itself: joined, a server may read all messages.
        batch_pk = (
            select(message.c.batch_pk).where(message.c.pk == report.c.message_pk).scalar_subquery()
        )
        if batch_key is None:
            unreal = select(batch.c.pk).where(batch.c.last_seen_at_us >= since_us, ~REAL_BATCH)
            # Where no such batch had reports, none need be looked up.
            counts = and_(
                report.c.origin != Origin.DEMO.value,
                or_(~exists(unreal), batch_pk.not_in(unreal)),
            )
        else:
            counts = batch_pk == batch_key
        query = select(func.count()).where(
            report.c.pk > func.coalesce(before.scalar_subquery(), 0),
            report.c.arrived_at_us >= since_us,
            report.c.arrived_at_us < until_us,
            counts,
        )
        with self._database.read() as connection:
            return int(connection.scalars(query).one())

    def last_arrival(self) -> datetime | None:
        """Return when the SMS service's latest new report arrived, UTC; None before the first."""
        query = select(func.max(batch.c.last_seen_at_us)).where(REAL_BATCH, HAS_REPORTS)
        with self._database.read() as connection:
            last_us = connection.scalar(query)
            return None if last_us is None else from_microseconds(last_us)


def stored_since(connection: Connection, minute: int) -> int:
    """Return how many new reports have arrived since a minute since the epoch; no demo ones."""
    seen = select(batch.c.pk).where(batch.c.last_seen_at_us >= minute * _MINUTE_US, REAL_BATCH)
    query = select(func.coalesce(func.sum(batch_report_minute.c.report_count), 0)).where(
        batch_report_minute.c.batch_pk.in_(seen), batch_report_minute.c.minute >= minute
    )
    return int(connection.scalars(query).one())
