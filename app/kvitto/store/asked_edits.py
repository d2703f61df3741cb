"""Take in what the SMS service's API says: statuses that no report has told of, and its own sums.

Each edit decides anew what is missing, in the transaction that adds it: a report may have come
since. So a pass over a batch can be cut off anywhere, and made any number of times.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from kvitto.core.asked_status import is_same_status, with_asked
from kvitto.core.report import DeliveryReport, Origin, fingerprint
from kvitto.core.state import ReceivedReport
from kvitto.core.timestamps import to_microseconds
from kvitto.store.asked_statuses import delete_asked, told_of
from kvitto.store.asked_tables import asked_batch, asked_difference, asked_status
from kvitto.store.changed_rows import TouchedBatch, TouchedMessage
from kvitto.store.dialect import NEW, insert_or_ignore, upsert
from kvitto.store.erased_messages import erased_among
from kvitto.store.message_columns import MESSAGE
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.real_batches import REAL_BATCH
from kvitto.store.record_rows import state_from_row
from kvitto.store.schema import batch, message, pending_deletion, store_state
from kvitto.store.write_changes import write_messages, write_sums

PENDING: Final = "pending"
"""The `incomplete` of a batch whose first pass is not over."""
_PART_S: Final = 0.01
"""How long one transaction forgets, so that no report waits long behind it."""
_MESSAGES_AT_ONCE: Final = 100


class AskedStatus(msgspec.Struct, frozen=True):
    """A status that was asked.

    Attributes:
        report: what it says, as a report would; it has a time.
        body: JSON that reads as that report.
    """

    report: DeliveryReport
    body: str


class AskedDifference(msgspec.Struct, frozen=True):
    """Something that the API and a report say differently of a message.

    Attributes:
        kind: what, in a word.
        price_nano, currency: the API's price, where that is it.
    """

    kind: str
    price_nano: int | None = None
    currency: str | None = None


class AskedMessage(msgspec.Struct, frozen=True):
    """What the API says of one message."""

    message_id: str
    statuses: tuple[AskedStatus, ...]
    differences: tuple[AskedDifference, ...] = ()


class AddAsked(msgspec.Struct, frozen=True, tag=True):
    """Add the statuses of some messages that no report has told of; each message whole or not.

    Does nothing to a batch that must not be asked about: see `askable`.
    """

    batch_id: str
    asked_at: datetime
    messages: tuple[AskedMessage, ...]

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        batch_key = key_if_askable(connection, self.batch_id)
        if batch_key is None:
            return True
        asked_at_us = to_microseconds(self.asked_at)
        connection.execute(
            insert_or_ignore(asked_batch).values(
                batch_pk=batch_key,
                asked_at_us=asked_at_us,
                incomplete=PENDING,
                seen_count=0,
                unknown_there_count=0,
                revision=revision,
            )
        )
        adding = _Adding(connection, batch_key, self.batch_id, self.asked_at, revision)
        adding.add(_without_erased(connection, self.batch_id, self.messages))
        self._write_differences(connection, batch_key, revision)
        connection.execute(update(batch).where(batch.c.pk == batch_key).values(revision=revision))
        return True

    def _write_differences(self, connection: Connection, batch_key: int, revision: int) -> None:
        rows = [
            {
                "batch_pk": batch_key,
                "external_id": one.message_id,
                "kind": difference.kind,
                "price_nano": difference.price_nano,
                "currency": difference.currency,
                "asked_at_us": to_microseconds(self.asked_at),
                "revision": revision,
            }
            for one in self.messages
            for difference in one.differences
        ]
        if rows:
            statement = upsert(
                asked_difference, price_nano=NEW, currency=NEW, asked_at_us=NEW, revision=NEW
            )
            connection.execute(statement, rows)


class FinishAsking(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Note what came of asking about a batch.

    Attributes:
        batch_id: the batch.
        asked_at: when.
        incomplete: why it can't say that all is there; None where it can.
        seen: how many messages were seen.
        unknown_there: how many messages are stored by a report, and unknown to the API.
        messages, segments, total_nano, currency, sender: what the API says of the batch.
    """

    batch_id: str
    asked_at: datetime
    incomplete: str | None = None
    seen: int = 0
    unknown_there: int = 0
    messages: int | None = None
    segments: int | None = None
    total_nano: int | None = None
    currency: str = ""
    sender: str = ""

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        batch_key = key_if_askable(connection, self.batch_id)
        if batch_key is None:
            return True
        values: dict[str, Any] = {
            "asked_at_us": to_microseconds(self.asked_at),
            "incomplete": self.incomplete,
            "message_count": self.messages,
            "segment_count": self.segments,
            "seen_count": self.seen,
            "unknown_there_count": self.unknown_there,
            "total_nano": self.total_nano,
            "currency": self.currency or None,
            "sender": self.sender or None,
            "revision": revision,
        }
        connection.execute(
            upsert(asked_batch, **dict.fromkeys(values, NEW)).values(batch_pk=batch_key, **values)
        )
        if self.incomplete is None:
            # What differed in an earlier pass, and no more does.
            connection.execute(
                delete(asked_difference).where(
                    asked_difference.c.batch_pk == batch_key,
                    asked_difference.c.asked_at_us < to_microseconds(self.asked_at),
                )
            )
        connection.execute(update(batch).where(batch.c.pk == batch_key).values(revision=revision))
        return True


class ForgetAsked(msgspec.Struct, frozen=True, tag=True):
    """Forget what the API said of a batch, a part at a time: the reports alone count again."""

    batch_key: int

    def apply(self, connection: Connection, revision: int) -> bool:
        """Forget a part; return whether that was all."""
        end = time.monotonic() + _PART_S
        is_left = True
        while is_left and time.monotonic() < end:
            is_left = self._forget_some(connection, revision)
        connection.execute(
            update(batch).where(batch.c.pk == self.batch_key).values(revision=revision)
        )
        if not is_left:
            for table in (asked_batch, asked_difference):
                connection.execute(delete(table).where(table.c.batch_pk == self.batch_key))
        return not is_left

    def _forget_some(self, connection: Connection, revision: int) -> bool:
        """Forget what was said of some messages; return whether any is left."""
        query: Select[Any] = select(*MESSAGE, batch.c.external_id.label("batch_id"))
        rows = connection.execute(
            query.select_from(message)
            .join(batch)
            .where(message.c.batch_pk == self.batch_key, _HAS_ASKED)
            .limit(_MESSAGES_AT_ONCE)
        ).all()
        if not rows:
            return False
        cursor = cursor_of(connection)
        ids = {row.pk: (row.batch_id, row.external_id) for row in rows}
        its_batch = TouchedBatch(self.batch_key, Origin.WEBHOOK)
        changed: list[TouchedMessage] = []
        gone: list[int] = []
        told = told_of(cursor, ids, if_asked=True)
        for row in rows:
            of_message = told[row.pk]
            delete_asked(cursor, [one.sequence for one in of_message.asked])
            of_message.asked = []
            state = of_message.state()
            its_batch.sums.move(state_from_row(row), state)
            if state is None:
                gone.append(row.pk)
            else:
                changed.append(TouchedMessage(row.pk, its_batch, row.external_id, state))
        write_messages(cursor, changed, revision)
        write_sums(cursor, [its_batch], revision)
        connection.execute(delete(message).where(message.c.pk.in_(gone)))
        return True


def _without_erased(
    connection: Connection, batch_id: str, messages: Sequence[AskedMessage]
) -> list[AskedMessage]:
    """Return what was asked with tokens in what is about people who were erased."""
    erased = erased_among(cursor_of(connection), [(batch_id, one.message_id) for one in messages])
    found: list[AskedMessage] = []
    for one in messages:
        tokens = erased.get((batch_id, one.message_id))
        if tokens is not None:
            reports = [tokens.in_report(status.report) for status in one.statuses]
            statuses = [AskedStatus(its, tokens.in_body(its).decode()) for its in reports]
            one = msgspec.structs.replace(one, statuses=tuple(statuses))
        found.append(one)
    return found


_HAS_ASKED: Final = exists().where(asked_status.c.message_pk == message.c.pk)


def askable() -> ColumnElement[bool]:
    """Return the condition that a batch may be asked about.

    Not one that was purged or deleted, or is being so: its messages would come back. Nor one that
    the user has archived or put into the bin, or that a demo made: the API does not know it.
    """
    return and_(
        batch.c.purged_at_us.is_(None),
        ~batch.c.is_archived,
        REAL_BATCH,
        ~exists().where(pending_deletion.c.batch_pk == batch.c.pk),
    )


def key_if_askable(connection: Connection, batch_id: str) -> int | None:
    """Return the key of a batch that may be asked about; None where it may not."""
    key: int | None = connection.scalar(
        select(batch.c.pk).where(batch.c.external_id == batch_id, askable())
    )
    return key


class _Adding:
    """Adds statuses to the messages of one batch."""

    def __init__(
        self,
        connection: Connection,
        batch_key: int,
        batch_id: str,
        asked_at: datetime,
        revision: int,
    ) -> None:
        self._connection = connection
        self._cursor = cursor_of(connection)
        self._its_batch = TouchedBatch(batch_key, Origin.WEBHOOK)
        self._batch_id = batch_id
        self._asked_at = asked_at
        self._revision = revision
        lowest = connection.scalar(select(func.min(asked_status.c.pk)))
        self._last_key: int = min(0, lowest or 0)
        self._last_message: int = connection.scalars(select(store_state.c.last_message_pk)).one()
        self._rows: list[dict[str, Any]] = []

    def add(self, messages: Sequence[AskedMessage]) -> None:
        """Add what is missing."""
        rows: Iterable[Row[Any]] = self._connection.execute(
            select(*MESSAGE).where(
                message.c.batch_pk == self._its_batch.pk,
                message.c.external_id.in_([one.message_id for one in messages]),
            )
        )
        known = {
            row.external_id: TouchedMessage(
                row.pk, self._its_batch, row.external_id, state_from_row(row)
            )
            for row in rows
        }
        ids = {one.pk: (self._batch_id, one.message_id) for one in known.values()}
        told = told_of(self._cursor, ids, if_asked=False)
        changed: list[TouchedMessage] = []
        for one in messages:
            there = known.get(one.message_id)
            before = [] if there is None else told[there.pk].all()
            new = [
                status
                for status in one.statuses
                if not any(is_same_status(status.report, other) for other in before)
            ]
            if new:
                changed.append(self._add_to(there, one.message_id, new))
        write_messages(self._cursor, changed, self._revision)
        write_sums(self._cursor, [self._its_batch], self._revision)
        if self._rows:
            self._connection.execute(insert(asked_status), self._rows)
        self._connection.execute(update(store_state).values(last_message_pk=self._last_message))

    def _add_to(
        self, its_message: TouchedMessage | None, message_id: str, new: Sequence[AskedStatus]
    ) -> TouchedMessage:
        if its_message is None:
            self._last_message += 1
            its_message = TouchedMessage(self._last_message, self._its_batch, message_id, None)
        before = state = its_message.state
        prints: set[int] = set()
        for status in new:
            content = fingerprint(status.report)
            if content in prints:
                continue
            prints.add(content)
            self._last_key -= 1
            received = ReceivedReport.of(status.report, self._last_key, self._asked_at)
            state = with_asked(state, received)
            self._rows.append(self._row(its_message.pk, status, received, content))
        self._its_batch.sums.move(before, state)
        its_message.state = state
        return its_message

    def _row(
        self, message_key: int, status: AskedStatus, received: ReceivedReport, content: int
    ) -> dict[str, Any]:
        told = status.report
        return {
            "pk": received.sequence,
            "message_pk": message_key,
            "fingerprint": content,
            "code": told.code,
            "is_final": told.final,
            "created_at_us": to_microseconds(received.created),
            "asked_at_us": to_microseconds(self._asked_at),
            "recipient": told.recipient,
            "segments": told.segments,
            "price_nano": told.price_nano,
            "currency": told.currency,
            "reference": told.reference,
            "body": status.body,
            "revision": self._revision,
        }
