"""Find messages among a million: which batches hold matches, and a batch's matches in pages."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    or_,
    select,
)

from app.core.status import Outcome, outcome_of
from app.store.database import Database
from app.store.dialect import message_text_contains
from app.store.records import MessageRecord, message_record
from app.store.schema import batch, batch_status, message

_NATIONAL: Final = re.compile(r"[+0]*([\d\s()./-]+)")
_SEPARATORS: Final = re.compile(r"[\s()./-]+")


class MessageOrder(Enum):
    """What a batch's messages can be sorted by."""

    ARRIVAL = "arrival"
    MESSAGE_ID = "message_id"
    RECIPIENT = "recipient"
    CODE = "code"
    SEGMENTS = "segments"
    PRICE = "price"
    REFERENCE = "reference"
    CHANGED = "changed"


_ORDER_COLUMNS: Final = {
    MessageOrder.ARRIVAL: message.c.pk,
    MessageOrder.MESSAGE_ID: message.c.message_id,
    MessageOrder.RECIPIENT: message.c.recipient,
    MessageOrder.CODE: message.c.code,
    MessageOrder.SEGMENTS: message.c.segments,
    MessageOrder.PRICE: message.c.price_nano,
    MessageOrder.REFERENCE: message.c.reference,
    MessageOrder.CHANGED: message.c.created_us,
}


class MessageFilter(msgspec.Struct, frozen=True):
    """Which messages to show. What is empty or None lets all pass; all parts must hold.

    Attributes:
        text: part of a batch's id or label, or of a message's id, reference or phone number.
        outcomes: what is shown of the message.
        codes: the code of its current state.
        currencies: the currency of its price.
        changed_since: the current state is at least this new, microseconds since the epoch, UTC.
        is_unsettled: only messages that are not settled.
    """

    text: str = ""
    outcomes: frozenset[Outcome] = frozenset()
    codes: frozenset[int] = frozenset()
    currencies: frozenset[str] = frozenset()
    changed_since: int | None = None
    is_unsettled: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything pass."""
        return self == MessageFilter()


class Finder:
    """Finds messages, from any thread; each call uses a connection of its own.

    A call can take long among a million messages. `interrupt`, from another thread, ends it early.
    """

    def __init__(self, database: Database) -> None:
        """Find in `database`, which must stay open."""
        self._database = database
        self._running: Connection | None = None

    def interrupt(self) -> None:
        """End the call that is running, if one is: it raises InterruptedError."""
        running = self._running
        if running is not None:
            driver = running.connection.driver_connection
            if driver is not None:
                driver.interrupt()

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        with (
            self._database.in_words(),
            self._database.reading.connect() as connection,
            connection.begin(),
        ):
            self._running = connection
            try:
                yield connection
            finally:
                self._running = None

    def batches(self, wanted: MessageFilter, *, limit: int | None = None) -> dict[int, int]:
        """Return how many messages match in each batch that has a match, by the batch's key.

        Args:
            wanted: the filter.
            limit: stop after so many matches: a quick first look, whose counts are not whole.
        """
        with self._snapshot() as connection:
            condition = _condition(connection, wanted)
            if limit is None:
                matches = select(message.c.batch_pk.label("batch_pk")).where(condition)
            else:
                matches = select(message.c.batch_pk).where(condition).limit(limit)
            found = matches.subquery()
            counted = select(found.c.batch_pk, func.count()).group_by(found.c.batch_pk)
            return {key: count for key, count in connection.execute(counted)}  # noqa: C416 - rows

    def page(
        self,
        batch_key: int,
        wanted: MessageFilter,
        *,
        order: MessageOrder = MessageOrder.ARRIVAL,
        is_descending: bool = False,
        offset: int = 0,
        limit: int = 200,
    ) -> list[MessageRecord]:
        """Return a page of a batch's messages that match.

        Args:
            batch_key: the batch's key.
            wanted: the filter.
            order: what they are sorted by; equal ones by arrival. Absent values come first.
            is_descending: whether the greatest comes first.
            offset: how many to pass over.
            limit: how many to return at most.
        """
        column: ColumnElement[Any] = _ORDER_COLUMNS[order]
        with self._snapshot() as connection:
            query = (
                _with_batch()
                .where(message.c.batch_pk == batch_key, _condition(connection, wanted))
                .order_by(column.desc() if is_descending else column.asc(), message.c.pk)
                .offset(offset)
                .limit(limit)
            )
            return [message_record(row) for row in connection.execute(query)]

    def matching(self, keys: Sequence[int], wanted: MessageFilter) -> list[MessageRecord]:
        """Return those of the messages with these keys that match, in no certain order."""
        with self._snapshot() as connection:
            query = _with_batch().where(message.c.pk.in_(keys), _condition(connection, wanted))
            return [message_record(row) for row in connection.execute(query)]


def _with_batch() -> Select[Any]:
    return select(message, batch.c.batch_id, batch.c.label).join(
        batch, batch.c.pk == message.c.batch_pk
    )


def _condition(connection: Connection, wanted: MessageFilter) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    if wanted.outcomes or wanted.codes:
        # The few codes that occur, so that an outcome becomes a list of them.
        occurring = connection.scalars(select(batch_status.c.code).distinct()).all()
        codes = {
            code
            for code in occurring
            if (not wanted.outcomes or outcome_of(code) in wanted.outcomes)
            and (not wanted.codes or code in wanted.codes)
        }
        parts.append(message.c.code.in_(sorted(codes)))
    if wanted.currencies:
        parts.append(message.c.currency.in_(sorted(wanted.currencies)))
    if wanted.changed_since is not None:
        parts.append(message.c.created_us >= wanted.changed_since)
    if wanted.is_unsettled:
        parts.append(and_(message.c.final.is_(False), message.c.code != _DELIVERED))
    text = wanted.text.strip()
    if text:
        parts.append(_text_condition(connection, text))
    return and_(True, *parts)


_DELIVERED: Final = 201


def spellings(text: str) -> list[str]:
    """Return what to look for when somebody types `text`: itself, and a phone number's digits.

    Numbers are kept as MSISDN digits, but people type them with spaces and a national zero.

    >>> spellings("070-123 45")
    ['070-123 45', '7012345']
    """
    found = [text]
    match = _NATIONAL.fullmatch(text)
    if match is not None:
        digits = _SEPARATORS.sub("", match[1])
        if digits and digits != text:
            found.append(digits)
    return found


def _text_condition(connection: Connection, text: str) -> ColumnElement[bool]:
    sought = text.casefold()
    labelled = [
        key
        for key, batch_id, label in connection.execute(
            select(batch.c.pk, batch.c.batch_id, batch.c.label)
        )
        if sought in batch_id.casefold() or sought in (label or "").casefold()
    ]
    parts = [message_text_contains(one) for one in spellings(text)]
    if labelled:
        parts.append(message.c.batch_pk.in_(labelled))
    return or_(*parts)
