"""Deletions that survive a restart: one transaction states the intention, the rest follows.

The first transaction takes a batch's row and sums away and notes in `pending_deletion` that its
messages and reports are to follow. From then on nothing shows the batch, and a report that comes
for it makes it anew. The writer deletes the rest in small parts between the reports, and goes on
with it at its next start.
"""

import time
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, ClassVar, Final

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kvitto.core.report import Origin
from kvitto.store.asked_tables import (
    asked_batch,
    asked_difference,
    asked_operator,
    batch_tombstone,
)
from kvitto.store.dialect import insert_or_ignore, is_one_of
from kvitto.store.mutations import delete_messages
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

_PART_S: Final = 0.01
"""How long one transaction detaches or deletes, so that no report waits long behind it."""
_PURGED_AT_ONCE: Final = 1000
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
    """Make a part of the deletions that are under way; the writer's own edit."""

    has_rest: ClassVar[bool] = False
    detaches: ClassVar[bool] = True

    def apply(self, connection: Connection, revision: int) -> bool:
        """Make a part; return whether nothing is left to do."""
        if not detach_some(connection, revision):
            return False
        first = select(pending_deletion).order_by(pending_deletion.c.batch_pk).limit(1)
        row = connection.execute(first).one_or_none()
        if row is None:
            return True
        if row.kind != Deletion.BATCH and not _is_still_old(connection, row):
            end_intention(connection, row.batch_pk)
        elif _is_rest_deleted(connection, row):
            if row.kind == Deletion.OLD_BATCH:
                delete_batch_row(connection, row.batch_pk, revision)
            end_intention(connection, row.batch_pk)
        else:
            _mark_purged(connection, row, revision)
            return False
        return not has_pending(connection)


def has_pending(connection: Connection) -> bool:
    """Return whether a deletion is under way."""
    return connection.scalar(select(pending_deletion.c.batch_pk).limit(1)) is not None


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


def intend_purge(
    connection: Connection,
    batch_key: int,
    purged_at_us: int,
    unseen_since_at_us: int,
    *,
    keeps_sums: bool,
) -> None:
    """Note that an old batch is being purged; nothing where that is noted already."""
    kind = Deletion.MESSAGES if keeps_sums else Deletion.OLD_BATCH
    _intend(connection, batch_key, kind, purged_at_us, unseen_since_at_us)


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
        asked_operator,
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
    if kind is Deletion.BATCH:
        # It takes what a purge under way would have left.
        end_intention(connection, batch_key)
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


def _mark_purged(connection: Connection, row: Row[Any], revision: int) -> None:
    if row.kind != Deletion.BATCH:
        connection.execute(
            update(batch)
            .where(batch.c.pk == row.batch_pk)
            .values(purged_at_us=row.purged_at_us, revision=revision)
        )


def _is_rest_deleted(connection: Connection, row: Row[Any]) -> bool:
    """Delete some of what is left of a batch; return whether nothing is."""
    key: int = row.batch_pk
    if not delete_messages(connection, key, remembers=row.kind != Deletion.BATCH):
        return False
    if row.kind == Deletion.MESSAGES:
        return True
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
