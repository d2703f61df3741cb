"""The bin: what the user has deleted can be put back for 30 days.

A batch in the bin is out of the table, of sums, charts, exports, searches and follow-up, and
nothing is asked about it. A report that still comes for it is kept with it. It is deleted for good
by `deletions.DeleteBatches`, as soon as the user says so, or when its time is over.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, select, update

from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.batch_rows import records_of
from kvitto.store.binned_batches import binned_batch
from kvitto.store.clock_guard import newest_own_time
from kvitto.store.database import Database
from kvitto.store.dialect import insert_or_ignore, is_one_of
from kvitto.store.records import BatchRecord
from kvitto.store.schema import batch

KEPT: Final = timedelta(days=30)
"""For so long a batch is in the bin; from its last report on, where one came later."""


class MoveToBin(msgspec.Struct, frozen=True, tag=True):
    """Put batches into the bin; one that is there stays as it is."""

    keys: tuple[int, ...]
    now: datetime

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        there = connection.scalars(select(batch.c.pk).where(is_one_of(batch.c.pk, self.keys)))
        rows = [{"batch_pk": key, "binned_at_us": to_microseconds(self.now)} for key in there]
        if rows:
            connection.execute(insert_or_ignore(binned_batch), rows)
        _touch(connection, self.keys, revision)
        return True


class PutBack(msgspec.Struct, frozen=True, tag=True):
    """Take batches out of the bin, as they were."""

    keys: tuple[int, ...]

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        gone = is_one_of(binned_batch.c.batch_pk, self.keys)
        connection.execute(delete(binned_batch).where(gone))
        _touch(connection, self.keys, revision)
        return True


class BinnedBatch(msgspec.Struct, frozen=True):
    """A batch in the bin.

    Attributes:
        record: the batch with its sums.
        binned_at: when it was put there, UTC.
    """

    record: BatchRecord
    binned_at: datetime

    @property
    def kept_until(self) -> datetime:
        """When it is deleted for good, UTC."""
        return max(self.binned_at, self.record.last_seen) + KEPT


def read_bin(database: Database) -> list[BinnedBatch]:
    """Return what is in the bin, the latest first, from any thread.

    Raises:
        StoreError: the database can't be read.
    """
    with database.read() as connection:
        binned_at = {
            key: from_microseconds(at_us)
            for key, at_us in map(tuple, connection.execute(select(binned_batch)))
        }
        records = records_of(connection, is_one_of(batch.c.pk, binned_at)) if binned_at else []
    found = [BinnedBatch(one, binned_at[one.key]) for one in records]
    return sorted(found, key=lambda one: (one.binned_at, one.record.key), reverse=True)


def kept_long_enough(connection: Connection, now: datetime) -> list[int]:
    """Return the keys of the batches whose time in the bin is over, by the computer's clock.

    One that was put there, or heard of, while that clock was behind is not among them as long as
    the SMS service's own times say so.
    """
    before = now - KEPT
    query = (
        select(binned_batch.c.batch_pk)
        .join(batch)
        .where(
            binned_batch.c.binned_at_us < to_microseconds(before),
            batch.c.last_seen_at_us < to_microseconds(before),
        )
        .order_by(binned_batch.c.batch_pk)
    )
    due = []
    for key in connection.scalars(query).all():
        own_time = newest_own_time(connection, key, now)
        if own_time is None or own_time < before:
            due.append(key)
    return due


def _touch(connection: Connection, keys: Sequence[int], revision: int) -> None:
    """Have whoever shows batches hear of them."""
    touched = update(batch).where(is_one_of(batch.c.pk, keys)).values(revision=revision)
    connection.execute(touched)


# --- From another database ----------------------------------------------------------------------

BINNED: Final = (
    "SELECT b.external_id, n.binned_at_us FROM binned_batch AS n "
    "JOIN batch AS b ON b.pk = n.batch_pk"
)
"""Reads what is in the bin of another database."""


def take_over_bin(raw: sqlite3.Connection, binned: Iterable[Sequence[Any]]) -> None:
    """Put batches into the bin that are there in another database.

    Args:
        raw: the driver's connection, in a transaction.
        binned: rows of `BINNED`.
    """
    raw.executemany(
        "INSERT OR IGNORE INTO binned_batch SELECT pk, ?2 FROM batch WHERE external_id = ?1",
        [tuple(one) for one in binned],
    )
