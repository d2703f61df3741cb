"""Erase a person: tokens take the place of the number, the reference and the bodies; sums stay."""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

import msgspec
from sqlalchemy import (
    Connection,
    Row,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from kvitto.core.erased import KEY_BYTES, PREFIX, REDACTED, Tokens, is_token, token
from kvitto.core.phone_number import PhoneNumber, mentions_of, phone_number
from kvitto.core.rejection import RejectionKind
from kvitto.core.timestamps import to_microseconds
from kvitto.store.asked_tables import asked_batch, asked_difference
from kvitto.store.dialect import NEW, NEW_IF_ANY, is_one_of, upsert
from kvitto.store.erased_rows import MessageEraser
from kvitto.store.erasure_tables import erased_message, erasure
from kvitto.store.mentions import mentioning_messages, mentioning_requests
from kvitto.store.person import ERASED, REWRITTEN, found_recipients
from kvitto.store.schema import (
    batch,
    client_source,
    message,
    message_follow_up,
    purged_message,
    quarantine,
    report,
    store_state,
)
from kvitto.store.unreadable_items import ids_of

_AT_ONCE: Final = 200


class ErasePerson(msgspec.Struct, frozen=True, tag=True):
    """Erase a person: all in one transaction, so that it is done or not.

    Afterwards the number, the references and the bodies of all that was received about it are
    tokens, wherever the number stood in the database; states and sums stay. What is left of it
    between the rows goes when the writer writes the file anew, which it does at once.

    Attributes:
        number: the number.
        now: the time, UTC.
    """

    leaves_traces: ClassVar[bool] = True

    number: PhoneNumber
    now: datetime

    def apply(self, connection: Connection, revision: int) -> bool:
        """Make it; there is nothing left to do."""
        _Erasing(connection, self.number, revision).erase(to_microseconds(self.now))
        return True


class EraseAgain(msgspec.Struct, frozen=True, tag=True):
    """Erase the messages of people who were erased before, where they have come back.

    They do with an older backup, in which nobody had been erased yet.
    """

    leaves_traces: ClassVar[bool] = True

    def apply(self, connection: Connection, revision: int) -> bool:
        """Make it; there is nothing left to do."""
        back = _come_back(connection)
        if back:
            keys = sorted(back)
            eraser = MessageEraser(
                connection, os.urandom(KEY_BYTES), revision, given=dict(back.values())
            )
            eraser.erase(keys)
            for key in sorted(eraser.batches):
                _write_references(connection, key, revision)
        return True


def erase_again(connection: Connection) -> None:
    """Make `EraseAgain` in a database that no writer has open.

    Args:
        connection: to it; in no transaction.
    """
    with connection.begin():
        if _come_back(connection):
            revision = connection.scalars(select(store_state.c.revision)).one() + 1
            EraseAgain().apply(connection, revision)
            connection.execute(update(store_state).values(revision=revision))


def is_erasure_unfinished(connection: Connection) -> bool:
    """Return whether the file is to be written anew, or somebody erased has come back."""
    newest = select(erasure.c.event).order_by(erasure.c.pk.desc()).limit(1)
    return connection.scalar(newest) == ERASED or bool(_come_back(connection))


def note_rewritten(connection: Connection, now_us: int) -> None:
    """Note that the file was written anew; in a transaction."""
    names = ("message_count", "report_count", "mention_count", "refused_count", "id_count")
    counts = dict.fromkeys(names, 0)
    revision = select(store_state.c.revision).scalar_subquery()
    connection.execute(
        insert(erasure).values(event=REWRITTEN, happened_at_us=now_us, revision=revision, **counts)
    )


def _come_back(connection: Connection) -> dict[int, tuple[tuple[str, str], Tokens]]:
    """Return the messages that were erased and are there in clear: by key, their ids and tokens."""
    gone = erased_message.c
    query = (
        select(
            message.c.pk,
            gone.batch_external_id,
            gone.external_id,
            gone.recipient.label("recipient_token"),
            gone.reference.label("reference_token"),
            message.c.recipient,
            message.c.reference,
        )
        .select_from(erased_message)
        .join(batch, batch.c.external_id == gone.batch_external_id)
        .join(
            message,
            and_(message.c.batch_pk == batch.c.pk, message.c.external_id == gone.external_id),
        )
    )
    found: dict[int, tuple[tuple[str, str], Tokens]] = {}
    for row in connection.execute(query):
        tokens = Tokens(row.recipient_token, row.reference_token)
        clear = [row.reference] if tokens.recipient is None else [row.reference, row.recipient]
        if any(one is not None and not is_token(one) for one in clear):
            found[row.pk] = ((row.batch_external_id, row.external_id), tokens)
    return found


class _Erasing:
    """One erasure, in a transaction."""

    def __init__(self, connection: Connection, number: PhoneNumber, revision: int) -> None:
        self._connection = connection
        self._number = number
        self._revision = revision
        self._mentions: Final = mentions_of(number)
        self._key: Final = os.urandom(KEY_BYTES)
        self._reports = 0

    def erase(self, now_us: int) -> None:
        """Erase all, and note that it was done."""
        own = {key for key, _ in found_recipients(self._connection, self._number)}
        found = mentioning_messages(self._connection, self._number, own)
        own |= found.earlier
        batches = self._erase_messages(sorted(own), keeps_recipient=False)
        reports = self._reports
        batches |= self._erase_messages(sorted(found.telling), keeps_recipient=True)
        self._forget_notes(own)
        for key in sorted(batches):
            _write_references(self._connection, key, self._revision)
        refused = self._delete_refused()
        self._redact()
        self._connection.execute(
            insert(erasure).values(
                event=ERASED,
                happened_at_us=now_us,
                message_count=len(own),
                report_count=reports,
                mention_count=len(found.telling),
                refused_count=refused,
                id_count=self._count_ids(),
                revision=self._revision,
            )
        )

    # --- Messages -------------------------------------------------------------------------------

    def _tells(self, text: str | None) -> bool:
        return text is not None and self._mentions.search(text) is not None

    def _erase_messages(self, keys: Sequence[int], *, keeps_recipient: bool) -> set[int]:
        """Put tokens into messages; return the keys of their batches."""
        batches: set[int] = set()
        for first in range(0, len(keys), _AT_ONCE):
            eraser = MessageEraser(
                self._connection, self._key, self._revision, keeps_recipient=keeps_recipient
            )
            tokens = eraser.erase(keys[first : first + _AT_ONCE])
            self._remember(tokens)
            batches |= eraser.batches
            self._reports += eraser.reports
        return batches

    def _remember(self, tokens: dict[tuple[str, str], Tokens]) -> None:
        rows = [
            {
                "batch_external_id": batch_id,
                "external_id": message_id,
                "recipient": its.recipient,
                "reference": its.reference,
                "revision": self._revision,
            }
            for (batch_id, message_id), its in tokens.items()
        ]
        if rows:
            # One that told of another person who was erased before gets more tokens now.
            statement = upsert(erased_message, recipient=NEW_IF_ANY, reference=NEW)
            self._connection.execute(statement, rows)

    def _forget_notes(self, keys: Iterable[int]) -> None:
        """Delete what the user noted on the person's messages; what was done about them stays."""
        table = message_follow_up
        of_person = is_one_of(table.c.message_pk, keys)
        self._connection.execute(
            update(table).where(of_person).values(note=None, revision=self._revision)
        )
        self._connection.execute(
            delete(table).where(table.c.mark.is_(None), table.c.note.is_(None))
        )

    # --- What else is kept ----------------------------------------------------------------------

    def _delete_refused(self) -> int:
        """Delete the refused requests that tell of the number; return how many."""
        gone = mentioning_requests(self._connection, self._number)
        if gone:
            self._remember_unreadable(gone)
            keys = [row.pk for row in gone]
            freed = sum(len(row.body) + len(row.headers) for row in gone)
            self._connection.execute(delete(quarantine).where(is_one_of(quarantine.c.pk, keys)))
            bytes_left = func.max(0, store_state.c.quarantine_bytes - freed)
            self._connection.execute(update(store_state).values(quarantine_bytes=bytes_left))
        return len(gone)

    def _remember_unreadable(self, rows: Sequence[Row[Any]]) -> None:
        """Remember messages to the person that were never read: each pass asks for them again."""
        for row in rows:
            told = ids_of(row.body) if row.kind == RejectionKind.API.value else None
            if told is None:
                continue
            is_stored = (
                select(message.c.pk)
                .join(batch)
                .where(
                    batch.c.external_id == told.batch_id, message.c.external_id == told.message_id
                )
            )
            number = phone_number(told.recipient)
            is_own = number is not None and number.is_same(self._number)
            if is_own and self._connection.scalar(is_stored) is None:
                its = [token(self._key, name, *told) for name in ("recipient", "reference")]
                self._remember({(told.batch_id, told.message_id): Tokens(*its)})

    def _count_ids(self) -> int:
        """Count the SMS service's ids that have the number in them: without them nothing works."""
        found: set[str] = set()
        for column in (
            batch.c.external_id,
            message.c.external_id,
            purged_message.c.external_id,
            asked_difference.c.external_id,
        ):
            holding = select(column).where(func.instr(column, self._number.national) > 0)
            found.update(one for one in self._connection.scalars(holding) if self._tells(one))
        return len(found)

    def _redact(self) -> None:
        """Take the number out of what the user wrote, and what unknown callers asked for."""
        self._redact_in(batch, batch.c.pk, (batch.c.label, batch.c.notes))
        self._redact_in(batch, batch.c.pk, (batch.c.first_reference, batch.c.last_reference))
        self._redact_in(
            message_follow_up, message_follow_up.c.message_pk, (message_follow_up.c.note,)
        )
        self._redact_asked()
        for row in self._connection.execute(
            select(client_source.c.source, client_source.c.requested)
        ).all():
            if self._tells(row.requested):
                self._connection.execute(
                    delete(client_source).where(client_source.c.source == row.source)
                )

    def _redact_asked(self) -> None:
        """Take the number out of what the SMS service says of batches when it is asked."""
        told = asked_batch.c
        columns = (told.sender, told.reference, told.tags, told.body)
        keys = self._redact_in(asked_batch, told.batch_pk, columns)
        of_these = is_one_of(batch.c.pk, keys)
        self._connection.execute(update(batch).where(of_these).values(revision=self._revision))

    def _redact_in(self, table: Table, key: Any, columns: Sequence[Any]) -> list[int]:
        """Take the number out of columns; return the keys of the rows that had it."""
        redacted: list[int] = []
        some = or_(*(column.is_not(None) for column in columns))
        rows: Sequence[Row[Any]] = self._connection.execute(select(key, *columns).where(some)).all()
        for row in rows:
            names = [column.name for column in columns]
            texts: dict[str, str | None] = dict(zip(names, row[1:], strict=True))
            changed = {
                name: self._mentions.sub(REDACTED, text)
                for name, text in texts.items()
                if text is not None and self._tells(text)
            }
            if changed:
                redacted.append(row[0])
                self._connection.execute(
                    update(table).where(key == row[0]).values(revision=self._revision, **changed)
                )
        return redacted


def _write_references(connection: Connection, batch_key: int, revision: int) -> None:
    """Give a batch the references that are left in its reports."""
    found = connection.execute(
        select(func.min(report.c.reference), func.max(report.c.reference))
        .select_from(report)
        .join(message, message.c.pk == report.c.message_pk)
        .where(message.c.batch_pk == batch_key, ~report.c.reference.startswith(PREFIX))
    ).one()
    connection.execute(
        update(batch)
        .where(batch.c.pk == batch_key)
        .values(revision=revision, first_reference=found[0], last_reference=found[1])
    )
