"""Which batches the SMS service's API may be asked about, and those that only it knows."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, exists, insert, select, update

from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.asked_tables import batch_tombstone
from kvitto.store.binned_batches import not_in_bin
from kvitto.store.database import Database
from kvitto.store.dialect import is_one_of
from kvitto.store.schema import batch, callback_key, pending_deletion, store_state


def askable(*, is_demo: bool = False) -> ColumnElement[bool]:
    """Return the condition that a batch may be asked about.

    Not one that was purged or deleted, or is being so: its messages would come back. Nor one that
    the user has archived or put into the bin.

    Args:
        is_demo: whether the simulator is asked about demo batches: the API does not know them, and
            the simulator no others.
    """
    demo = Origin.DEMO.value
    return and_(
        batch.c.purged_at_us.is_(None),
        ~batch.c.is_archived,
        batch.c.origin == demo if is_demo else batch.c.origin != demo,
        not_in_bin(batch.c.pk),
        ~exists().where(pending_deletion.c.batch_pk == batch.c.pk),
        ~exists().where(batch_tombstone.c.external_id == batch.c.external_id),
    )


def key_if_askable(connection: Connection, batch_id: str, *, is_demo: bool = False) -> int | None:
    """Return the key of a batch that may be asked about; None where it may not."""
    key: int | None = connection.scalar(
        select(batch.c.pk).where(batch.c.external_id == batch_id, askable(is_demo=is_demo))
    )
    return key


def unheard_of(database: Database, batch_ids: Collection[str]) -> set[str]:
    """Return those of some batches that are not stored, and were not deleted. Blocking.

    Raises:
        StoreError: the database can't be read.
    """
    known = [
        select(column).where(is_one_of(column, batch_ids))
        for column in (batch.c.external_id, batch_tombstone.c.external_id)
    ]
    with database.read() as connection:
        found = {one for query in known for one in connection.scalars(query)}
    return set(batch_ids) - found


class CallbackKeyValues(NamedTuple):
    """The values of all keys that there have been: never logged, and not kept.

    Attributes:
        valid, ended: those that are valid, and those that were revoked; none of the demo's.
        since: when the first was made, UTC; None for none.
    """

    valid: frozenset[str]
    ended: frozenset[str]
    since: datetime | None


def callback_key_values(database: Database) -> CallbackKeyValues:
    """Return the values of all keys. Blocking.

    Raises:
        StoreError: the database can't be read.
    """
    query = select(
        callback_key.c.value, callback_key.c.revoked_at_us, callback_key.c.created_at_us
    ).where(callback_key.c.origin != Origin.DEMO.value)
    with database.read() as connection:
        rows = connection.execute(query).all()
    first_us = min((row.created_at_us for row in rows), default=None)
    return CallbackKeyValues(
        frozenset(row.value for row in rows if row.revoked_at_us is None),
        frozenset(row.value for row in rows if row.revoked_at_us is not None),
        None if first_us is None else from_microseconds(first_us),
    )


class AddUnreported(msgspec.Struct, frozen=True, tag=True):
    """Add a batch that has never reported here, so that the API can be asked about it.

    Does nothing where it is stored already, or was deleted. Its `first_seen` and `last_seen` are
    the time of now: of a batch without reports they say when it was found, and give way to the
    first report.

    Attributes:
        batch_id: the batch.
        found: when it was found, UTC.
        sent: about when it was sent; None if unknown.
    """

    batch_id: str
    found: datetime
    sent: datetime | None = None

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        for column in (batch.c.external_id, batch_tombstone.c.external_id):
            if connection.scalar(select(column).where(column == self.batch_id)) is not None:
                return True
        key: int = connection.scalars(select(store_state.c.last_batch_pk)).one() + 1
        found_us = to_microseconds(self.found)
        connection.execute(
            insert(batch).values(
                pk=key,
                external_id=self.batch_id,
                first_seen_at_us=found_us,
                last_seen_at_us=found_us,
                report_count=0,
                revision=revision,
                is_archived=False,
                origin=Origin.API.value,
                sent_at_us=None if self.sent is None else to_microseconds(self.sent),
            )
        )
        connection.execute(update(store_state).values(last_batch_pk=key))
        return True
