"""What the user changes. Each edit is one transaction of the writer, with a revision of its own."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from kvitto.core.outages import Outage, OutageCause
from kvitto.core.timestamps import to_microseconds
from kvitto.store.asked_tables import asked_batch, asked_status
from kvitto.store.dialect import insert_or_ignore, is_one_of
from kvitto.store.schema import (
    batch,
    message,
    message_follow_up,
    outage,
    purged_message,
    quarantine,
    receiver_run,
    refused_minute,
    report,
    store_state,
)

_PART_S: Final = 0.01
"""How long one transaction deletes, so that no report waits long behind it."""
_ROWS_AT_ONCE: Final = 100
"""Messages that are deleted between two looks at the clock."""


class Edit(Protocol):
    """A change that the writer makes in its turn."""

    def apply(self, connection: Connection, revision: int) -> bool:
        """Make a part of it in a transaction of its own; return whether that was all."""


class BatchChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the user says of a batch; what is UNSET stays as it is.

    Attributes:
        label: what it is called; None for its id alone.
        expected_count: how many messages it should have; None where that is not known.
        notes: free text.
        is_archived: whether it is out of the way.
    """

    label: str | msgspec.UnsetType | None = msgspec.UNSET
    expected_count: int | msgspec.UnsetType | None = msgspec.UNSET
    notes: str | msgspec.UnsetType | None = msgspec.UNSET
    is_archived: bool | msgspec.UnsetType = msgspec.UNSET


class ChangeBatch(msgspec.Struct, frozen=True, tag=True):
    """Change what the user says of a batch."""

    key: int
    change: BatchChange

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        values: dict[str, Any] = {
            name: value
            for name in self.change.__struct_fields__
            if (value := getattr(self.change, name)) is not msgspec.UNSET
        }
        connection.execute(
            update(batch).where(batch.c.pk == self.key).values(revision=revision, **values)
        )
        return True


class PurgeBatch(msgspec.Struct, frozen=True, tag=True):
    """Delete a batch's messages and reports, a part at a time, and keep its sums."""

    key: int
    now: datetime

    def apply(self, connection: Connection, revision: int) -> bool:
        """Delete a part; return whether that was all."""
        values = {"purged_at_us": to_microseconds(self.now), "revision": revision}
        connection.execute(update(batch).where(batch.c.pk == self.key).values(**values))
        return delete_messages(connection, self.key, remembers=True)


class DeleteRejections(msgspec.Struct, frozen=True, tag=True):
    """Delete refused requests."""

    keys: tuple[int, ...]

    def apply(self, connection: Connection, revision: int) -> bool:
        """Delete them; there is nothing left to do."""
        del revision
        size = func.length(quarantine.c.body) + func.length(quarantine.c.headers)
        gone = is_one_of(quarantine.c.pk, self.keys)
        freed = connection.scalar(select(func.sum(size)).where(gone)) or 0
        connection.execute(delete(quarantine).where(gone))
        connection.execute(
            update(store_state).values(
                quarantine_bytes=func.max(0, store_state.c.quarantine_bytes - freed),
                quarantine_dropped_count=0,
            )
        )
        return True


class AcknowledgeRejections(msgspec.Struct, frozen=True, tag=True):
    """Note that the user has seen all requests that were refused so far."""

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        table = refused_minute.c
        connection.execute(
            update(refused_minute)
            .where(table.request_count > table.acknowledged_count)
            .values(acknowledged_count=table.request_count, revision=revision)
        )
        return True


class RecordOutage(msgspec.Struct, frozen=True, tag=True):
    """Note that no report can or could come in. One of the same `begin` and `by` is changed.

    Attributes:
        begin: the last moment for which it is known that reports could come in.
        end: the first for which that is known again; None while it is closed.
        by: why.
        fault: of a broken tunnel, what was wrong with it.
    """

    begin: datetime
    end: datetime | None
    by: OutageCause
    fault: str = ""

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        end_us = None if self.end is None else to_microseconds(self.end)
        values = {"ended_at_us": end_us, "fault": self.fault, "revision": revision}
        _put_outage(connection, self.begin, self.by, values, {})
        return True


class AcknowledgeOutage(msgspec.Struct, frozen=True, tag=True):
    """Note that the user needs no word of an outage any more.

    Attributes:
        outage: which, as the `OutageReader` returned it.
        now: the time.
    """

    outage: Outage
    now: datetime

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        end = self.outage.end
        values = {"acknowledged_at_us": to_microseconds(self.now), "revision": revision}
        # One that a gap between runs tells of has no row so far.
        others = {
            "ended_at_us": None if end is None else to_microseconds(end),
            "fault": self.outage.fault,
        }
        _put_outage(connection, self.outage.begin, self.outage.by, values, others)
        return True


class RecordHeartbeat(msgspec.Struct, frozen=True, tag=True):
    """Note that a receiver is running, or has ended: the journal behind "not running".

    Attributes:
        started: when the receiver started; each start has one row.
        now: the heartbeat.
        is_stopped: whether it ends now.
        outages: times since the last heartbeat in which no report could come in.
    """

    started: datetime
    now: datetime
    is_stopped: bool = False
    outages: Sequence[RecordOutage] = ()

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        for one in self.outages:
            one.apply(connection, revision)
        started_at_us, now_us = to_microseconds(self.started), to_microseconds(self.now)
        values = {"heartbeat_at_us": now_us, "stopped_at_us": now_us if self.is_stopped else None}
        marked = connection.execute(
            update(receiver_run)
            .where(receiver_run.c.started_at_us == started_at_us)
            .values(**values)
        )
        if not marked.rowcount:
            connection.execute(insert(receiver_run).values(started_at_us=started_at_us, **values))
        return True


def _put_outage(
    connection: Connection,
    begin: datetime,
    by: OutageCause,
    values: dict[str, Any],
    only_new: dict[str, Any],
) -> None:
    """Change the outage with this beginning and cause; make it where there is none.

    Args:
        connection: where.
        begin: which.
        by: which.
        values: what it has from now on.
        only_new: what else it has where it is made now.
    """
    begin_us = to_microseconds(begin)
    which = (outage.c.began_at_us == begin_us, outage.c.cause == by.value)
    changed = connection.execute(update(outage).where(*which).values(**values))
    if not changed.rowcount:
        row = {"began_at_us": begin_us, "cause": by.value, **values, **only_new}
        connection.execute(insert(outage).values(**row))


def remember_messages(connection: Connection, keys: Sequence[int]) -> None:
    """Note as purged what is to be deleted while the sums go on having it."""
    ids = select(message.c.batch_pk, message.c.external_id).where(is_one_of(message.c.pk, keys))
    connection.execute(
        insert_or_ignore(purged_message).from_select(["batch_pk", "external_id"], ids)
    )


def delete_messages(connection: Connection, batch_key: int, *, remembers: bool) -> bool:
    """Delete some of a batch's messages with their reports; return whether none is left.

    Args:
        connection: where.
        batch_key: of which batch.
        remembers: whether the sums go on having them.
    """
    end = time.monotonic() + _PART_S
    forget_text(connection, batch_key)
    is_left = _delete_some(connection, batch_key, remembers=remembers)
    while is_left and time.monotonic() < end:
        is_left = _delete_some(connection, batch_key, remembers=remembers)
    return not is_left


def forget_text(connection: Connection, batch_key: int) -> None:
    """Forget a batch's text: it goes with its messages."""
    is_kept = (asked_batch.c.batch_pk == batch_key, asked_batch.c.body.is_not(None))
    connection.execute(update(asked_batch).where(*is_kept).values(body=None))


def _delete_some(connection: Connection, batch_key: int, *, remembers: bool) -> bool:
    """Delete the first of a batch's messages with their reports; return whether any is left."""
    of_batch = message.c.batch_pk == batch_key
    some = select(message.c.pk).where(of_batch).order_by(message.c.pk).limit(_ROWS_AT_ONCE + 1)
    keys = connection.scalars(some).all()
    if not keys:
        return False
    gone = keys[:_ROWS_AT_ONCE]
    of_gone = is_one_of(report.c.message_pk, gone)
    repeats = connection.scalar(select(func.sum(report.c.repeat_count)).where(of_gone)) or 0
    if repeats:
        connection.execute(
            update(store_state).values(repeat_count=store_state.c.repeat_count - repeats)
        )
    if remembers:
        remember_messages(connection, gone)
    connection.execute(
        delete(message_follow_up).where(is_one_of(message_follow_up.c.message_pk, gone))
    )
    connection.execute(delete(report).where(of_gone))
    connection.execute(delete(asked_status).where(is_one_of(asked_status.c.message_pk, gone)))
    connection.execute(delete(message).where(is_one_of(message.c.pk, gone)))
    return len(keys) > len(gone)
