"""Messages that were not delivered, and what the user did about each."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    false,
    or_,
    select,
    union_all,
    update,
)

from kvitto.core.follow_up import RESULTS, FollowUpGroup, FollowUpMark, group_of
from kvitto.core.status import Result, is_finished, result_of
from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.batch_rows import batch_records
from kvitto.store.database import Database
from kvitto.store.dialect import NEW, is_one_of, upsert
from kvitto.store.edit_audit import (
    EditMark,
    Signature,
    ensure_seen,
    last_message_edits,
    note_edit,
)
from kvitto.store.failure_causes import Causes, read_causes
from kvitto.store.receiver_tables import edit_audit
from kvitto.store.records import BatchRecord
from kvitto.store.schema import batch, message, message_follow_up
from kvitto.store.search_conditions import MessageFilter, conditions_of

_NOTE_LENGTH: Final = 1000


class FollowUpRow(msgspec.Struct, frozen=True, gc=False):
    """A message, as far as it matters to whoever asks what became of it.

    Attributes:
        key: its number in the store.
        batch_key, batch_id, batch_label: its batch.
        recipient: MSISDN digits; None where no report named it.
        reference: the client's own id; None where there is none.
        code, is_ended: its current state.
        changed_at: when that state began, UTC.
        mark: what the user did about it; None for nothing.
        note: what the user noted on it; None for nothing.
        marked_by, noted_by: who said so, and when; None where the store has one user.
    """

    key: int
    batch_key: int
    batch_id: str
    batch_label: str | None
    recipient: str | None
    reference: str | None
    code: int
    is_ended: bool
    changed_at: datetime
    mark: FollowUpMark | None
    note: str | None
    marked_by: EditMark | None = None
    noted_by: EditMark | None = None

    @property
    def result(self) -> Result:
        """What is shown of it."""
        return result_of(self.code, final=self.is_ended)

    @property
    def group(self) -> FollowUpGroup | None:
        """The group that it is in; None for a delivered one."""
        return group_of(self.result)


class MarkMessages(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Keep what the user did about messages; what is UNSET stays as it is.

    Attributes:
        keys: the messages; those that are gone are left out.
        now: the time, UTC.
        mark: what was done; None takes the mark off.
        note: free text of at most 1,000 characters, the rest is cut off; None for none.
        seen: the marks, or the notes, that the user saw, in the order of the keys; where another
            has changed one since, nothing is changed. None where that does not matter.
        signature: who changes it; None where the store has one user.
    """

    keys: tuple[int, ...]
    now: datetime
    mark: FollowUpMark | msgspec.UnsetType | None = msgspec.UNSET
    note: str | msgspec.UnsetType | None = msgspec.UNSET
    seen: tuple[str | None, ...] | None = None
    signature: Signature | None = None

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do.

        Raises:
            EditConflictError: another has changed what the user saw.
        """
        values: dict[str, Any] = {}
        if self.mark is not msgspec.UNSET:
            values["mark"] = None if self.mark is None else self.mark.value
        if self.note is not msgspec.UNSET:
            values["note"] = (self.note or "")[:_NOTE_LENGTH] or None
        there = connection.scalars(select(message.c.pk).where(is_one_of(message.c.pk, self.keys)))
        rows = [
            {
                "message_pk": key,
                "mark": None,
                "note": None,
                **values,
                "changed_at_us": to_microseconds(self.now),
                "revision": revision,
            }
            for key in there
        ]
        if self.signature is not None and values:
            marked = [one["message_pk"] for one in rows]
            self._sign(connection, self.signature, revision, values, marked)
        if rows:
            table = message_follow_up
            changes = dict.fromkeys(("changed_at_us", *values), NEW)
            connection.execute(upsert(table, **changes), rows)
            connection.execute(delete(table).where(table.c.mark.is_(None), table.c.note.is_(None)))
            # Whoever shows these messages hears of it.
            touched = is_one_of(message.c.pk, [row["message_pk"] for row in rows])
            connection.execute(update(message).where(touched).values(revision=revision))
        return True

    def _sign(
        self,
        connection: Connection,
        signature: Signature,
        revision: int,
        values: dict[str, Any],
        there: Sequence[int],
    ) -> None:
        """Check that nobody else was first, and note who changes it."""
        table = message_follow_up
        field = "mark" if "mark" in values else "note"
        query = select(table).where(is_one_of(table.c.message_pk, self.keys))
        kept = {row.message_pk: getattr(row, field) for row in connection.execute(query)}
        for key, seen in zip(self.keys, self.seen or (), strict=bool(self.seen)):
            if key in there:
                of = edit_audit.c.message_pk == key
                now = {field: kept.get(key)}
                ensure_seen(connection, signature, of, now, {field: seen}, values)
        for key in there:
            note_edit(connection, signature, revision, values, message_pk=key)


_ROWS: Final[Select[Any]] = (
    select(
        message.c.pk,
        message.c.batch_pk,
        batch.c.external_id,
        batch.c.label,
        message.c.recipient,
        message.c.reference,
        message.c.code,
        message.c.is_final,
        message.c.created_at_us,
        message_follow_up.c.mark,
        message_follow_up.c.note,
    )
    .select_from(message)
    .join(batch, batch.c.pk == message.c.batch_pk)
    .outerjoin(message_follow_up, message_follow_up.c.message_pk == message.c.pk)
)


class FollowUpReader:
    """Reads messages that were not delivered, from any thread.

    All calls raise a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Read `database`, which must stay open."""
        self._database = database

    def page(
        self,
        group: FollowUpGroup,
        wanted: MessageFilter,
        *,
        among: Collection[int] | None = None,
        before: int | None = None,
        limit: int = 500,
    ) -> list[FollowUpRow]:
        """Return messages of a group, the newest first.

        Args:
            group: the group.
            wanted: only those that match this, too.
            among: only messages of the batches with these keys; None for all.
            before: only messages with a smaller key than this.
            limit: how many to return at most.
        """
        results = RESULTS[group]
        if wanted.results:
            results &= wanted.results
        if not results:
            return []
        sought = msgspec.structs.replace(wanted, results=results)
        with self._database.read() as connection:
            query = _ROWS.where(_matches(connection, sought, among))
            if before is not None:
                query = query.where(message.c.pk < before)
            return self._read(connection, query.order_by(message.c.pk.desc()).limit(limit))

    def causes(self, rows: Sequence[FollowUpRow]) -> Causes:
        """Return why the messages of the batches of these rows mostly did not arrive."""
        keys = {row.batch_key for row in rows if row.group is FollowUpGroup.DID_NOT_ARRIVE}
        if not keys:
            return {}
        with self._database.read() as connection:
            return read_causes(connection, keys)

    def batches(self, keys: Collection[int]) -> list[BatchRecord]:
        """Return the batches with these keys; those that are gone are left out."""
        if not keys:
            return []
        with self._database.read() as connection:
            return batch_records(connection, is_one_of(batch.c.pk, keys))

    def rows(self, keys: Sequence[int]) -> list[FollowUpRow]:
        """Return the messages with these keys as they are now; those that are gone are left out."""
        with self._database.read() as connection:
            return self._read(connection, _ROWS.where(is_one_of(message.c.pk, keys)))

    def _read(self, connection: Connection, query: Select[Any]) -> list[FollowUpRow]:
        rows = list(connection.execute(query))
        said = [row.pk for row in rows if row.mark is not None or row.note is not None]
        edits = last_message_edits(connection, said) if said and self._database.editor else {}
        return [_row(one, edits.get(one.pk, {})) for one in rows]


def _matches(
    connection: Connection, wanted: MessageFilter, among: Collection[int] | None
) -> ColumnElement[bool]:
    """Return the condition that a message matches."""
    if among is not None and len(among) == 1:
        [key] = among
        return conditions_of(connection, wanted).in_batch(connection, key)
    conditions = conditions_of(connection, wanted)
    condition = conditions.facts
    if conditions.has_text:
        places = (
            select(message.c.pk).select_from(place.source).where(place.condition)
            for place in conditions.everywhere()
        )
        named = conditions.among_named(message.c.batch_pk) if conditions.named else false()
        condition = and_(condition, or_(named, message.c.pk.in_(union_all(*places))))
    if among is not None:
        condition = and_(condition, is_one_of(message.c.batch_pk, among))
    return condition


def _row(row: Any, edits: Mapping[str, EditMark]) -> FollowUpRow:
    return FollowUpRow(
        key=row.pk,
        batch_key=row.batch_pk,
        batch_id=row.external_id,
        batch_label=row.label,
        recipient=row.recipient,
        reference=row.reference,
        code=row.code,
        is_ended=is_finished(row.code, final=row.is_final),
        changed_at=from_microseconds(row.created_at_us),
        mark=None if row.mark is None else FollowUpMark(row.mark),
        note=row.note,
        marked_by=None if row.mark is None else edits.get("mark"),
        noted_by=None if row.note is None else edits.get("note"),
    )


# --- From another database ----------------------------------------------------------------------

MARKED: Final = (
    "SELECT b.external_id, m.external_id, f.mark, f.note, f.changed_at_us "
    "FROM message_follow_up AS f JOIN message AS m ON m.pk = f.message_pk "
    "JOIN batch AS b ON b.pk = m.batch_pk"
)
"""Reads what is kept of messages in another database: the batch's and the message's ids first."""


def take_over_marks(raw: sqlite3.Connection, marked: Iterable[Sequence[Any]]) -> None:
    """Keep what another database says of messages that are here, and of which nothing is kept yet.

    Args:
        raw: the driver's connection, in a transaction.
        marked: rows of `MARKED`.
    """
    raw.executemany(
        "INSERT OR IGNORE INTO message_follow_up "
        "SELECT m.pk, ?3, ?4, ?5, (SELECT revision FROM store_state) "
        "FROM message AS m JOIN batch AS b ON b.pk = m.batch_pk "
        "WHERE b.external_id = ?1 AND m.external_id = ?2",
        [tuple(one) for one in marked],
    )
