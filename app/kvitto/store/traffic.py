"""When reports came, and how many: what is told at a glance."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from kvitto.core.timestamps import to_microseconds
from kvitto.store.database import Database
from kvitto.store.real_batches import REAL_BATCH
from kvitto.store.schema import batch, batch_report_minute, message, report

_MINUTE_US: Final = 60_000_000
_OUT_OF_ORDER_US: Final = 10_000_000
"""Reports are numbered in the order in which they are stored, which is nearly that of arrival."""


class Traffic:
    """Tells it of a batch, from any thread; each call uses a connection of its own.

    All methods raise a `StoreError` where the database can't be read. For all batches, see
    `kvitto.store.arrival_counts`.
    """

    def __init__(self, database: Database) -> None:
        """Read from `database`, which must stay open."""
        self._database = database

    def reports_between(self, since: datetime, until: datetime, batch_key: int) -> int:
        """Return how many new reports of a batch have arrived in a time that ends about now.

        Takes time in proportion to the number of all reports since its beginning: for a minute or
        so.

        Args:
            since: from when on, UTC.
            until: before when, UTC.
            batch_key: of which batch.
        """
        since_us, until_us = to_microseconds(since), to_microseconds(until)
        # Each report's batch is looked up by itself: joined, a server may read all messages.
        batch_pk = (
            select(message.c.batch_pk).where(message.c.pk == report.c.message_pk).scalar_subquery()
        )
        query = select(func.count()).where(
            report.c.pk > last_report_before(since_us),
            report.c.arrived_at_us >= since_us,
            report.c.arrived_at_us < until_us,
            batch_pk == batch_key,
        )
        with self._database.read() as connection:
            return int(connection.scalars(query).one())


def last_report_before(since_us: Any) -> ColumnElement[int]:
    """Return the key of a report before all that came since a time; 0 where there is none.

    Args:
        since_us: the time, microseconds since the epoch; a value or an expression.
    """
    before = (
        select(report.c.pk)
        .where(report.c.arrived_at_us < since_us - _OUT_OF_ORDER_US)
        .order_by(report.c.pk.desc())
        .limit(1)
    )
    return func.coalesce(before.scalar_subquery(), 0)


def stored_since(connection: Connection, minute: int) -> int:
    """Return how many new reports have arrived since a minute since the epoch; no demo ones."""
    seen = select(batch.c.pk).where(batch.c.last_seen_at_us >= minute * _MINUTE_US, REAL_BATCH)
    query = select(func.coalesce(func.sum(batch_report_minute.c.report_count), 0)).where(
        batch_report_minute.c.batch_pk.in_(seen), batch_report_minute.c.minute >= minute
    )
    return int(connection.scalars(query).one())
