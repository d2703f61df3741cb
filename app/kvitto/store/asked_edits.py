"""Take in what the SMS service's API says: statuses that no report has told of, and its own sums.

Each edit decides anew what is missing, in the transaction that adds it: a report may have come
since. So a pass over a batch can be cut off anywhere, and made any number of times.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kvitto.core.asked_status import with_asked
from kvitto.core.erased import REDACTED
from kvitto.core.report import DeliveryReport, Origin, fingerprint
from kvitto.core.state import ReceivedReport
from kvitto.core.timestamps import to_microseconds
from kvitto.store.askable import key_if_askable
from kvitto.store.asked_statuses import Told, delete_asked, told_of
from kvitto.store.asked_tables import (
    asked_batch,
    asked_difference,
    asked_operator,
    asked_status,
)
from kvitto.store.changed_rows import TouchedBatch, TouchedMessage
from kvitto.store.dialect import NEW, insert_or_ignore, upsert
from kvitto.store.erased_messages import erased_among
from kvitto.store.message_columns import MESSAGE
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.record_rows import state_from_row
from kvitto.store.schema import batch, message, store_state
from kvitto.store.unreadable_items import UnreadableItem, keep_unreadable
from kvitto.store.write_changes import write_messages, write_sums

PENDING: Final = "pending"
"""The `incomplete` of a batch whose first pass is not over."""


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


class AskedOperator(msgspec.Struct, frozen=True):
    """An operator of some messages of a batch.

    Attributes:
        mcc, mnc: its country and network, as digits; "" where that is not known.
        messages: how many messages it had.
        delivered: how many of them were delivered.
    """

    mcc: str
    mnc: str
    messages: int
    delivered: int


class AddAsked(msgspec.Struct, frozen=True, tag=True):
    """Add the statuses of some messages that no report has told of; each message whole or not.

    Does nothing to a batch that must not be asked about: see `kvitto.store.askable`.

    Attributes:
        batch_id: the batch.
        asked_at: when it was asked about.
        messages: what is said of them.
        is_demo: whether the simulator was asked about a demo batch.
        unreadable: what can't be read: it is kept in quarantine.
    """

    batch_id: str
    asked_at: datetime
    messages: tuple[AskedMessage, ...]
    is_demo: bool = False
    unreadable: tuple[UnreadableItem, ...] = ()

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        batch_key = key_if_askable(connection, self.batch_id, is_demo=self.is_demo)
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
        keep_unreadable(connection, self.unreadable, self.asked_at, revision, is_demo=self.is_demo)
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
        begun_at: when the first of the passes began that this one goes on with; None for itself.
        incomplete: why it can't say that all is there; None where it can.
        is_answered: whether the API answered. A batch that it has confirmed since its last report
            stays so where it does not.
        seen: how many messages were seen.
        unknown_there: how many messages are stored by a report, and unknown to the API.
        messages, segments, total_nano, currency: what the API says of the batch.
        sender, reference, tags: by what it names the batch.
        body: its text; "" where none is to be kept, None where what is kept stays.
        operators: how many messages each operator had, and how many of them were delivered, by its
            country and network. Empty where not all were seen.
        is_demo: whether the simulator was asked about a demo batch.
    """

    batch_id: str
    asked_at: datetime
    begun_at: datetime | None = None
    incomplete: str | None = None
    is_answered: bool = True
    seen: int = 0
    unknown_there: int = 0
    messages: int | None = None
    segments: int | None = None
    total_nano: int | None = None
    currency: str = ""
    sender: str = ""
    reference: str = ""
    tags: tuple[str, ...] = ()
    body: str | None = None
    operators: tuple[AskedOperator, ...] = ()
    is_demo: bool = False

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        batch_key = key_if_askable(connection, self.batch_id, is_demo=self.is_demo)
        if batch_key is None:
            return True
        if not self.is_answered and _is_confirmed(connection, batch_key):
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
            "reference": self.reference or None,
            "tags": msgspec.json.encode(self.tags).decode() if self.tags else None,
            "revision": revision,
        }
        if self.incomplete is not None:
            # What was said before is worth more than nothing.
            values = {name: told for name, told in values.items() if told is not None}
        if self.body is not None:
            values["body"] = self.body or None
        for name in _redacted(connection, batch_key):
            if values.get(name) is not None:
                del values[name]
        changed = dict.fromkeys(values, NEW)
        if self.incomplete is not None and not self.unknown_there:
            del changed["unknown_there_count"]
        connection.execute(upsert(asked_batch, **changed).values(batch_pk=batch_key, **values))
        if self.incomplete is None:
            self._write_operators(connection, batch_key, revision)
            # What differed in an earlier pass, and no more does.
            connection.execute(
                delete(asked_difference).where(
                    asked_difference.c.batch_pk == batch_key,
                    asked_difference.c.asked_at_us
                    < to_microseconds(self.begun_at or self.asked_at),
                )
            )
        connection.execute(update(batch).where(batch.c.pk == batch_key).values(revision=revision))
        return True

    def _write_operators(self, connection: Connection, batch_key: int, revision: int) -> None:
        connection.execute(delete(asked_operator).where(asked_operator.c.batch_pk == batch_key))
        rows = [
            {
                "batch_pk": batch_key,
                "mcc": one.mcc,
                "mnc": one.mnc,
                "message_count": one.messages,
                "delivered_count": one.delivered,
                "revision": revision,
            }
            for one in self.operators
        ]
        if rows:
            connection.execute(insert(asked_operator), rows)


def _is_confirmed(connection: Connection, batch_key: int) -> bool:
    """Return whether the API has confirmed a batch since its last report."""
    confirmed = (
        select(asked_batch.c.batch_pk)
        .join(batch)
        .where(
            asked_batch.c.batch_pk == batch_key,
            asked_batch.c.incomplete.is_(None),
            asked_batch.c.asked_at_us > batch.c.last_seen_at_us,
        )
    )
    return connection.execute(confirmed).first() is not None


def _redacted(connection: Connection, batch_key: int) -> set[str]:
    """Return the columns of a batch that an erased number was taken out of.

    Whoever names it anew names it as before, with the number.
    """
    told = asked_batch.c
    columns = (told.sender, told.reference, told.tags, told.body)
    row = connection.execute(select(*columns).where(told.batch_pk == batch_key)).one_or_none()
    texts = {} if row is None else row._asdict()
    return {name for name, text in texts.items() if text is not None and REDACTED in text}


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
            before = Told() if there is None else told[there.pk]
            new = [status for status in one.statuses if not before.has(status.report)]
            # What was said of them before is the API's own, and it says something else now.
            gone = [key for status in new for key in before.give_way(status.report)]
            if new:
                changed.append(self._add_to(there, one.message_id, new, before if gone else None))
                delete_asked(self._cursor, gone)
        write_messages(self._cursor, changed, self._revision)
        write_sums(self._cursor, [self._its_batch], self._revision)
        if self._rows:
            self._connection.execute(insert(asked_status), self._rows)
        self._connection.execute(update(store_state).values(last_message_pk=self._last_message))

    def _add_to(
        self,
        its_message: TouchedMessage | None,
        message_id: str,
        new: Sequence[AskedStatus],
        left: Told | None,
    ) -> TouchedMessage:
        """Add to a message, of which only this is left; None where nothing was taken out."""
        if its_message is None:
            self._last_message += 1
            its_message = TouchedMessage(self._last_message, self._its_batch, message_id, None)
        before = its_message.state
        state = before if left is None else left.state()
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
