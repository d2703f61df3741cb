"""Delete batches, by the user's wish or since they are old, in parts that survive a restart.

`pending_deletion` has the intention from the first part on; `_make_part` makes every part.

* A batch that the user deletes: the first transaction takes its row and sums away. From then on
  nothing shows it, and a report that comes for it makes it anew. The writer deletes the rest
  between the reports.
* An old batch is purged at the pace of a `Purger`, unless it is heard of again.

With what was not finished, of either kind, the writer goes on at its next start. Where a store has
several receivers, one of them deletes: see `leases`.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kvitto.core.report import Origin
from kvitto.core.timestamps import to_microseconds
from kvitto.store.asked_tables import (
    asked_batch,
    asked_difference,
    asked_operator,
    batch_tombstone,
)
from kvitto.store.binned_batches import binned_batch
from kvitto.store.deletion_pace import pace_of
from kvitto.store.dialect import insert_or_ignore, is_one_of
from kvitto.store.engines.base import Database
from kvitto.store.erasure_tables import dismissed_repeats
from kvitto.store.index_merging import merging_in_parts
from kvitto.store.message_deletion import delete_messages, first_messages
from kvitto.store.receiver_tables import edit_audit
from kvitto.store.schema import (
    batch,
    batch_cost,
    batch_cost_minute,
    batch_mark,
    batch_report_minute,
    batch_status,
    deleted_batch,
    message,
    pending_deletion,
    purged_message,
    report,
)

_PART_S: Final = 0.004
"""How long one transaction detaches, or deletes what is remembered, so that no report waits long
behind it."""
_PURGED_AT_ONCE: Final = 250
"""Rows of `purged` that are deleted between two looks at the clock."""


class Deletion(StrEnum):
    """What is to be deleted."""

    BATCH = "batch"
    """A batch and everything about it."""
    MESSAGES = "messages"
    """The messages and reports of an old batch; its sums stay."""
    OLD_BATCH = "old_batch"
    """An old batch and everything about it."""


class DeleteBatches(msgspec.Struct, frozen=True, tag=True):
    """Delete batches and everything about them.

    They are gone for everybody who reads once this is made; of many, some only a moment later.
    """

    has_rest: ClassVar[bool] = True
    detaches: ClassVar[bool] = True

    keys: tuple[int, ...]

    def apply(self, connection: Connection, revision: int) -> bool:
        """State the intention, and detach as many as the time of one part allows."""
        there = select(batch.c.pk).where(is_one_of(batch.c.pk, self.keys))
        for key in connection.scalars(there).all():
            _intend(connection, key, Deletion.BATCH, None, None)
        detach_some(connection, revision)
        return True


class ContinueDeletions:
    """Make a part of the deletions that are under way; the writer's own edit.

    Attributes:
        took_s: how long the latest part took, without its commit.
    """

    has_rest: ClassVar[bool] = False
    detaches: ClassVar[bool] = True
    needs_lease: ClassVar[bool] = True
    took_s = 0.0

    def apply(self, connection: Connection, revision: int) -> bool:
        """Make a part; return whether nothing is left to do."""
        began_s = time.monotonic()
        try:
            return self._make(connection, revision)
        finally:
            self.took_s = time.monotonic() - began_s

    def _make(self, connection: Connection, revision: int) -> bool:
        if not detach_some(connection, revision):
            return False
        first = select(pending_deletion).order_by(pending_deletion.c.batch_pk).limit(1)
        row = connection.execute(first).one_or_none()
        if row is None:
            return True
        made = _make_part(connection, row, revision)
        return made.is_last and not has_pending(connection)


class PartMade(msgspec.Struct, frozen=True):
    """What a part of a purge has done.

    Attributes:
        messages: how many it has deleted.
        is_last: whether nothing is left to do.
        is_overtaken: whether the batch was heard of again, or deleted by the user.
    """

    messages: int = 0
    is_last: bool = True
    is_overtaken: bool = False


class PurgePart(msgspec.Struct, tag=True):
    """Purge some messages of an old batch with their reports, unless it was heard of again.

    Until the last part is made, the store knows that others are to follow.

    Attributes:
        batch_key: the batch.
        seen_before: the batch is left alone if it was heard of since then.
        now: what the batch is marked with.
        keeps_sums: whether the sums of the batch stay.
        made: what was done; known once the edit is made.
    """

    needs_lease: ClassVar[bool] = True

    batch_key: int
    seen_before: datetime
    now: datetime
    keeps_sums: bool
    made: PartMade | None = None

    def apply(self, connection: Connection, revision: int) -> bool:
        """Make it; there is nothing left to do in this turn."""
        kind = Deletion.MESSAGES if self.keeps_sums else Deletion.OLD_BATCH
        _intend(
            connection,
            self.batch_key,
            kind,
            to_microseconds(self.now),
            to_microseconds(self.seen_before),
        )
        of_batch = pending_deletion.c.batch_pk == self.batch_key
        row = connection.execute(select(pending_deletion).where(of_batch)).one()
        is_gone = row.kind == Deletion.BATCH  # the user was first
        self.made = (
            PartMade(is_overtaken=True) if is_gone else _make_part(connection, row, revision)
        )
        return True


class StopPurge(msgspec.Struct, frozen=True, tag=True):
    """Leave the rest of a batch that is being purged as it is, until it is due again."""

    batch_key: int

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        del revision
        end_intention(connection, self.batch_key)
        return True


def has_pending(connection: Connection) -> bool:
    """Return whether a deletion is under way."""
    return connection.scalar(select(pending_deletion.c.batch_pk).limit(1)) is not None


def may_leave_deletions(edit: object, *, waits_to_delete: bool) -> bool:
    """Return whether to look for deletions that are under way, once an edit is made.

    Args:
        edit: the edit; heartbeats are some, one each minute.
        waits_to_delete: whether another receiver deletes, or may be gone in the middle of it.
    """
    is_paced = getattr(edit, "needs_lease", False)  # a part of a purge: others follow
    return getattr(edit, "has_rest", False) or (waits_to_delete and not is_paced)


def is_any_pending(database: Database) -> bool:
    """Return whether a deletion is under way; as the writer, beside what it does.

    Raises:
        StoreError: the database can't be read.
    """
    with database.in_words(), database.reading.connect() as connection:
        return has_pending(connection)


def detached_keys(connection: Connection) -> Sequence[int]:
    """Return the keys of the batches that are gone, and have messages left."""
    query = select(pending_deletion.c.batch_pk).where(pending_deletion.c.is_detached)
    return connection.scalars(query).all()


def count_detached(connection: Connection) -> tuple[int, int]:
    """Return how many messages and reports are left of batches that are gone."""
    keys = detached_keys(connection)
    if not keys:
        return 0, 0
    of_gone = is_one_of(message.c.batch_pk, keys)
    messages = connection.scalars(select(func.count()).select_from(message).where(of_gone)).one()
    reports = connection.scalars(
        select(func.count()).select_from(report).join(message).where(of_gone)
    ).one()
    return messages, reports


def end_intention(connection: Connection, batch_key: int) -> None:
    """Note that nothing more of a batch is to be deleted."""
    connection.execute(delete(pending_deletion).where(pending_deletion.c.batch_pk == batch_key))


def delete_batch_row(
    connection: Connection, batch_key: int, revision: int, *, may_come_back: bool = False
) -> None:
    """Delete a batch and its sums, and tell whoever shows it. Its messages are not touched.

    Args:
        connection: the transaction.
        batch_key: the batch.
        revision: of this change.
        may_come_back: whether the API may be asked about it again.
    """
    if not may_come_back:
        real = select(batch.c.external_id).where(
            batch.c.pk == batch_key, batch.c.origin != Origin.DEMO.value
        )
        connection.execute(insert_or_ignore(batch_tombstone).from_select(["external_id"], real))
    for table in (
        batch_status,
        batch_cost,
        batch_mark,
        batch_cost_minute,
        batch_report_minute,
        asked_batch,
        asked_difference,
        dismissed_repeats,
        binned_batch,
        asked_operator,
        edit_audit,
    ):
        connection.execute(delete(table).where(table.c.batch_pk == batch_key))
    connection.execute(delete(batch).where(batch.c.pk == batch_key))
    connection.execute(insert(deleted_batch).values(batch_pk=batch_key, revision=revision))


def detach_some(connection: Connection, revision: int) -> bool:
    """Take away the rows and sums of batches that are to be deleted; return whether of all."""
    waiting = (pending_deletion.c.kind == Deletion.BATCH, ~pending_deletion.c.is_detached)
    end = time.monotonic() + _PART_S
    keys = connection.scalars(select(pending_deletion.c.batch_pk).where(*waiting)).all()
    for done, key in enumerate(keys, 1):
        delete_batch_row(connection, key, revision)
        connection.execute(
            update(pending_deletion)
            .where(pending_deletion.c.batch_pk == key)
            .values(is_detached=True)
        )
        if time.monotonic() >= end:
            return done == len(keys)
    return True


def _intend(
    connection: Connection,
    batch_key: int,
    kind: Deletion,
    purged_at_us: int | None,
    unseen_since_at_us: int | None,
) -> None:
    # What the user deletes takes what a purge would leave; a purge goes on by the rule of today.
    is_purge = (pending_deletion.c.batch_pk == batch_key, pending_deletion.c.kind != Deletion.BATCH)
    connection.execute(delete(pending_deletion).where(*is_purge))
    connection.execute(
        insert_or_ignore(pending_deletion).values(
            batch_pk=batch_key,
            kind=kind.value,
            is_detached=False,
            unseen_since_at_us=unseen_since_at_us,
            purged_at_us=purged_at_us,
        )
    )


def _is_still_old(connection: Connection, row: Row[Any]) -> bool:
    query = select(batch.c.pk).where(
        batch.c.pk == row.batch_pk, batch.c.last_seen_at_us < row.unseen_since_at_us
    )
    return connection.scalar(query) is not None


def _make_part(connection: Connection, row: Row[Any], revision: int) -> PartMade:
    """Delete some of what an intention is about; end it where nothing is left, or a batch stays."""
    key: int = row.batch_pk
    is_purge = row.kind != Deletion.BATCH
    if is_purge:
        if not _is_still_old(connection, row):
            end_intention(connection, key)
            return PartMade(is_overtaken=True)
        marked = {"purged_at_us": row.purged_at_us, "revision": revision}
        connection.execute(update(batch).where(batch.c.pk == key).values(**marked))
    _forget_text(connection, key)
    pace = pace_of(connection)
    with merging_in_parts(connection):
        began_s = time.monotonic()
        gone, is_left = first_messages(connection, key, pace.messages)
        asked_s = time.monotonic() - began_s
        delete_messages(connection, gone, remembers=is_purge)
        pace.part_made(len(gone), time.monotonic() - began_s, asked_s=asked_s)
    if is_left or (row.kind != Deletion.MESSAGES and not _are_ids_deleted(connection, key)):
        return PartMade(len(gone), is_last=False)
    if row.kind == Deletion.OLD_BATCH:
        delete_batch_row(connection, key, revision)
    end_intention(connection, key)
    return PartMade(len(gone))


def _forget_text(connection: Connection, batch_key: int) -> None:
    """Forget a batch's text: it goes with its messages."""
    is_kept = (asked_batch.c.batch_pk == batch_key, asked_batch.c.body.is_not(None))
    connection.execute(update(asked_batch).where(*is_kept).values(body=None))


def _are_ids_deleted(connection: Connection, key: int) -> bool:
    """Delete some of what is remembered of a batch's messages; return whether nothing is left."""
    end = time.monotonic() + _PART_S
    while True:
        some = (
            select(purged_message.c.external_id)
            .where(purged_message.c.batch_pk == key)
            .order_by(purged_message.c.external_id)
            .limit(_PURGED_AT_ONCE)
        )
        ids = connection.scalars(some).all()
        if not ids:
            return True
        gone = (purged_message.c.batch_pk == key, purged_message.c.external_id <= ids[-1])
        connection.execute(delete(purged_message).where(*gone))
        if time.monotonic() >= end:
            return False
