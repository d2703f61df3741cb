"""When reports came, and how many: what is told at a glance."""

from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true

from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.database import Database
from kvitto.store.real_batches import HAS_REPORTS, REAL_BATCH
from kvitto.store.schema import batch, batch_report_minute, message, report, store_state

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
        self._latest: _Latest | None = None

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
        """Return when the SMS service's latest new report arrived, UTC; None before the first.

        Looks only at the batches that have changed since the last time, as long as the one that
        was the latest then tells the same.
        """
        with self._database.read() as connection:
            revision = connection.scalars(select(store_state.c.revision)).one()
            known, found = self._latest, None
            if known is not None and known.revision <= revision:
                is_known = or_(batch.c.revision > known.revision, batch.c.pk == known.batch_pk)
                found = _latest_of(connection, revision, is_known)
                if found is not None and found.at_us < known.at_us:
                    found = None  # it was deleted, or counts no more: another one is the latest
            found = found or _latest_of(connection, revision, true())
        self._latest = found
        return None if found is None else from_microseconds(found.at_us)


class _Latest(NamedTuple):
    """The batch whose report arrived last, as of a revision."""

    revision: int
    at_us: int
    batch_pk: int


def _latest_of(
    connection: Connection, revision: int, condition: ColumnElement[bool]
) -> _Latest | None:
    """Return the latest of the batches that meet a condition; None where none counts."""
    query = (
        select(batch.c.last_seen_at_us, batch.c.pk)
        .where(condition, REAL_BATCH, HAS_REPORTS)
        .order_by(batch.c.last_seen_at_us.desc())
        .limit(1)
    )
    found = connection.execute(query).one_or_none()
    return None if found is None else _Latest(revision, *found)


def stored_since(connection: Connection, minute: int) -> int:
    """Return how many new reports have arrived since a minute since the epoch; no demo ones."""
    seen = select(batch.c.pk).where(batch.c.last_seen_at_us >= minute * _MINUTE_US, REAL_BATCH)
    query = select(func.coalesce(func.sum(batch_report_minute.c.report_count), 0)).where(
        batch_report_minute.c.batch_pk.in_(seen), batch_report_minute.c.minute >= minute
    )
    return int(connection.scalars(query).one())
