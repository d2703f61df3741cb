"""What the user changes. Each edit is one transaction of the writer, with a revision of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from kvitto.core.outages import Outage, OutageCause
from kvitto.core.timestamps import to_microseconds
from kvitto.store.dialect import insert_or_ignore, is_one_of
from kvitto.store.edit_audit import Signature, ensure_seen, note_edit
from kvitto.store.edit_errors import EditConflictError
from kvitto.store.receiver_tables import edit_audit, outage, receiver_key_day, receiver_run
from kvitto.store.schema import batch, quarantine, refused_minute, store_state


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


class ChangeBatch(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Change what the user says of a batch.

    Attributes:
        key: which.
        change: to what.
        seen: what the user saw of that; where another has changed it since, nothing is.
        signature: who changes it; None where the store has one user.
    """

    key: int
    change: BatchChange
    seen: BatchChange = BatchChange()
    signature: Signature | None = None

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do.

        Raises:
            EditConflictError: another has changed what the user saw, or deleted the batch.
        """
        values = _told(self.change)
        if self.signature is not None and values:
            query = select(batch).where(batch.c.pk == self.key)
            found = connection.execute(query).one_or_none()
            if found is None:
                raise EditConflictError
            of = edit_audit.c.batch_pk == self.key
            seen = {name: one for name, one in _told(self.seen).items() if name in values}
            there = {name: getattr(found, name) for name in seen}
            ensure_seen(connection, self.signature, of, there, seen, values)
            note_edit(connection, self.signature, revision, values, batch_pk=self.key)
        connection.execute(
            update(batch).where(batch.c.pk == self.key).values(revision=revision, **values)
        )
        return True


def _told(change: BatchChange) -> dict[str, Any]:
    """Return what is not UNSET."""
    return {
        name: value
        for name in change.__struct_fields__
        if (value := getattr(change, name)) is not msgspec.UNSET
    }


class DeleteRejections(msgspec.Struct, frozen=True, tag=True):
    """Delete refused requests."""

    removes: ClassVar[bool] = True
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
        receiver: the name of the receiver, which notes its own; "" where there is one.
    """

    begin: datetime
    end: datetime | None
    by: OutageCause
    fault: str = ""
    receiver: str = ""

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        end_us = None if self.end is None else to_microseconds(self.end)
        values = {"ended_at_us": end_us, "fault": self.fault, "revision": revision}
        _put_outage(connection, (self.begin, self.by, self.receiver), values, {})
        return True


class AcknowledgeOutage(msgspec.Struct, frozen=True, tag=True):
    """Note that the user needs no word of an outage any more.

    Attributes:
        outage: which, as the `OutageReader` returned it.
        now: the time; None where the user wants word of it again.
    """

    outage: Outage
    now: datetime | None

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        end = self.outage.end
        at_us = None if self.now is None else to_microseconds(self.now)
        values = {"acknowledged_at_us": at_us, "revision": revision}
        # One that a gap between runs tells of has no row so far.
        others = {
            "ended_at_us": None if end is None else to_microseconds(end),
            "fault": self.outage.fault,
        }
        which = self.outage.begin, self.outage.by, self.outage.receiver
        _put_outage(connection, which, values, others)
        return True


class RecordHeartbeat(msgspec.Struct, frozen=True, tag=True):
    """Note that a receiver is running, or has ended: the journal behind "not running".

    Attributes:
        started: when the receiver started; each start has one row.
        now: the heartbeat.
        is_stopped: whether it ends now.
        outages: times since the last heartbeat in which no report could come in.
        receiver: its name; "" where the store has no other.
        folder_id: what tells it from another of that name.
        is_spooling: whether it keeps reports on its own disk while it can't reach the store.
        served: by which keys reports have come to it, and on which days since the epoch.
    """

    started: datetime
    now: datetime
    is_stopped: bool = False
    outages: Sequence[RecordOutage] = ()
    receiver: str = ""
    folder_id: str = ""
    is_spooling: bool = False
    served: Sequence[tuple[int, int]] = ()

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        for one in self.outages:
            one.apply(connection, revision)
        started_at_us, now_us = to_microseconds(self.started), to_microseconds(self.now)
        values = {
            "heartbeat_at_us": now_us,
            "stopped_at_us": now_us if self.is_stopped else None,
            "is_spooling": self.is_spooling,
        }
        marked = connection.execute(
            update(receiver_run)
            .where(
                receiver_run.c.started_at_us == started_at_us,
                receiver_run.c.receiver == self.receiver,
            )
            .values(**values)
        )
        if not marked.rowcount:
            whose = {"receiver": self.receiver, "folder_id": self.folder_id}
            row = {"started_at_us": started_at_us, **whose, **values}
            connection.execute(insert(receiver_run).values(**row))
        for key, day in self.served:
            which = {"receiver": self.receiver, "callback_key_pk": key, "day": day}
            connection.execute(insert_or_ignore(receiver_key_day).values(**which))
        return True


def _put_outage(
    connection: Connection,
    outage_key: tuple[datetime, OutageCause, str],
    values: dict[str, Any],
    only_new: dict[str, Any],
) -> None:
    """Change the outage with this beginning, cause and receiver; make it where there is none.

    Args:
        connection: where.
        outage_key: which.
        values: what it has from now on.
        only_new: what else it has where it is made now.
    """
    begin, by, receiver = outage_key
    begin_us = to_microseconds(begin)
    which = (
        outage.c.began_at_us == begin_us,
        outage.c.cause == by.value,
        outage.c.receiver == receiver,
    )
    changed = connection.execute(update(outage).where(*which).values(**values))
    if not changed.rowcount:
        key = {"began_at_us": begin_us, "cause": by.value, "receiver": receiver}
        row = {**key, **values, **only_new}
        connection.execute(insert(outage).values(**row))
