"""Find messages among a million: which batches hold matches, and a batch's matches in order."""

import threading
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, desc, func, select, union_all

from kvitto.store.database import Database
from kvitto.store.dialect import as_json, is_one_of
from kvitto.store.message_columns import COST_NANO, MESSAGE, REPORTED_AT_US
from kvitto.store.records import MessageRecord, message_record
from kvitto.store.schema import batch, batch_status, message, store_state
from kvitto.store.search_conditions import Conditions, MessageFilter, Place, conditions_of

__all__ = ("MessageFilter", "MessageOrder", "MessageSearch")


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
    SENT = "sent"


_ORDER_COLUMNS: Final = {
    MessageOrder.ARRIVAL: message.c.pk,
    MessageOrder.MESSAGE_ID: message.c.external_id,
    MessageOrder.RECIPIENT: message.c.recipient,
    MessageOrder.CODE: message.c.code,
    MessageOrder.SEGMENTS: message.c.segments,
    MessageOrder.PRICE: COST_NANO,
    MessageOrder.REFERENCE: message.c.reference,
    MessageOrder.CHANGED: REPORTED_AT_US,
    MessageOrder.SENT: message.c.first_created_at_us,
}
_WITH_BATCH: Final[Select[Any]] = (
    select(*MESSAGE, batch.c.external_id.label("batch_id"), batch.c.label, batch.c.origin)
    .select_from(message)
    .join(batch, batch.c.pk == message.c.batch_pk)
)
_READ_FIRST: Final = 50_000
"""As many of the newest messages a server reads through in 16 ms."""
_MOST_READ: Final = 400_000
"""Where more would have to be read, the index is quicker."""
_COUNTED_AT_ONCE: Final = 250_000
"""Messages whose matches are counted at once."""
_KEYS: Final = msgspec.json.Decoder(list[int])


class MessageSearch:
    """Finds messages, from any thread; each call uses a connection of its own.

    A call can take long among a million messages; all raise InterruptedError when they are ended
    early, and a `StoreError` where the database can't be read.
    """

    def __init__(self, database: Database) -> None:
        """Find in `database`, which must stay open."""
        self._database = database
        self._gate = threading.Lock()
        self._running: set[Any] = set()
        self._is_stopped = False

    def interrupt(self) -> None:
        """End the calls that are running, if any; from another thread."""
        with self._gate:
            for driver in self._running:
                self._database.interrupt(driver)

    @property
    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._is_stopped

    def stop(self) -> None:
        """End the calls that are running, and all that come later; from another thread."""
        self._is_stopped = True
        self.interrupt()

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        with self._database.read() as connection:
            driver = connection.connection.driver_connection
            with self._gate:
                self._running.add(driver)
            try:
                if self._is_stopped:
                    raise InterruptedError("nothing is wanted any more")
                yield connection
            finally:
                # It is closed only after this: nobody interrupts a closed connection.
                with self._gate:
                    self._running.discard(driver)

    # --- Batches --------------------------------------------------------------------------------

    def batches(
        self,
        wanted: MessageFilter,
        *,
        limit: int | None = None,
        among: Collection[int] | None = None,
    ) -> dict[int, int]:
        """Return how many messages match in each batch that has a match, by the batch's key.

        Args:
            wanted: the filter.
            limit: stop after so many matches, the newest: a quick first look, whose counts are
                not whole.
            among: look only into the batches with these keys.
        """
        with self._snapshot() as connection:
            conditions = conditions_of(connection, wanted)
            if among is not None:
                counts = {key: _count(connection, key, conditions) for key in among}
            elif limit is not None:
                counts = _first_counts(connection, conditions, limit)
            else:
                counts = _all_counts(connection, conditions)
            return {key: count for key, count in counts.items() if count}

    # --- Messages -------------------------------------------------------------------------------

    def keys(
        self,
        batch_key: int,
        wanted: MessageFilter,
        *,
        order: MessageOrder = MessageOrder.ARRIVAL,
        is_descending: bool = False,
    ) -> "array[int]":
        """Return the keys of all messages of a batch that match, in order; see `page`."""
        with self._snapshot() as connection:
            condition = conditions_of(connection, wanted).in_batch(connection, batch_key)
            query = select(message.c.pk).where(condition)
            if order is MessageOrder.ARRIVAL:
                # They sort themselves. As one text they come ten times as quickly as row by row.
                found = _KEYS.decode(connection.scalars(as_json(query)).one())
                found.sort(reverse=is_descending)
                return array("q", found)
            query = query.order_by(*_ordering(order, is_descending))
            return array("q", connection.scalars(query))

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
        ordering = _ordering(order, is_descending)
        with self._snapshot() as connection:
            condition = conditions_of(connection, wanted).in_batch(connection, batch_key)
            # Only the keys are sorted: whole rows are read for those that are returned.
            chosen = select(message.c.pk).where(condition).order_by(*ordering)
            chosen = chosen.offset(offset).limit(limit)
            query = _WITH_BATCH.where(message.c.pk.in_(chosen)).order_by(*ordering)
            return [message_record(row) for row in connection.execute(query)]

    def matching(
        self,
        keys: Sequence[int],
        wanted: MessageFilter,
        *,
        among: Collection[int] | None = None,
    ) -> list[MessageRecord]:
        """Return those of the messages with these keys that match, in no certain order.

        Args:
            keys: the messages' keys.
            wanted: the filter.
            among: only messages of the batches with these keys.
        """
        if not keys:
            return []
        with self._snapshot() as connection:
            conditions = conditions_of(connection, wanted)
            query = _WITH_BATCH.where(is_one_of(message.c.pk, keys), conditions.facts)
            if among is not None:
                query = query.where(is_one_of(message.c.batch_pk, among))
            having_text = conditions.having_text(connection, keys)
            return [
                message_record(row)
                for row in connection.execute(query)
                if row.pk in having_text or row.batch_pk in conditions.named
            ]


def _ordering(order: MessageOrder, is_descending: bool) -> tuple[ColumnElement[Any], ...]:
    column: ColumnElement[Any] = _ORDER_COLUMNS[order]
    if order is MessageOrder.ARRIVAL:
        return (column.desc() if is_descending else column.asc(),)
    return (column.desc() if is_descending else column.asc(), message.c.pk)


# --- Counts -------------------------------------------------------------------------------------


def _all_counts(connection: Connection, conditions: Conditions) -> dict[int, int]:
    if not conditions.has_text and not conditions.has_facts:
        return _sums(connection, conditions.in_time(batch_status.c.batch_pk))
    counts = Counter(_named_counts(connection, conditions))
    for part in _parts(connection):
        for place in conditions.everywhere(among=part):
            query = select(message.c.batch_pk, func.count()).select_from(place.source)
            query = query.where(place.condition, ~conditions.among_named(message.c.batch_pk))
            counts.update(_pairs(connection, query.group_by(message.c.batch_pk)))
    return counts


def _parts(connection: Connection) -> list[range | None]:
    """Return the keys of all messages in parts.

    SQLite sorts what it counts by batch, in memory: some 50 bytes a match. A server does neither.
    """
    if connection.dialect.name == "postgresql":
        return [None]
    last = connection.scalars(select(store_state.c.last_message_pk)).one()
    return [range(at, at + _COUNTED_AT_ONCE) for at in range(1, last + 1, _COUNTED_AT_ONCE)]


def _first_counts(connection: Connection, conditions: Conditions, limit: int) -> dict[int, int]:
    """Count the newest matches, and some in batches that have the text in their name."""
    if not conditions.has_text and not conditions.has_facts:
        return _sums(connection, conditions.in_time(batch_status.c.batch_pk))
    if conditions.is_indexed and connection.dialect.name == "postgresql":
        found = _newest_on_server(connection, conditions, limit)
    else:
        found = _newest(connection, conditions.everywhere(), limit)
    return found | _named_counts(connection, conditions, limit=limit)


def _newest(connection: Connection, places: Iterable[Place], limit: int) -> dict[int, int]:
    queries = [
        select(message.c.batch_pk.label("batch_pk"), place.arrival.label("arrival"))
        .select_from(place.source)
        .where(place.condition)
        for place in places
    ]
    found = union_all(*queries).order_by(desc("arrival")).limit(limit).subquery()
    query = select(found.c.batch_pk, func.count()).group_by(found.c.batch_pk)
    return _pairs(connection, query)


def _newest_on_server(connection: Connection, conditions: Conditions, limit: int) -> dict[int, int]:
    """Count the newest matches where the index is in no order of arrival.

    A common text is found among the newest messages, a rare one by the index.
    """
    rows = _READ_FIRST
    found: dict[int, int] = {}
    for _ in range(2):
        lowest = conditions.indexed - rows + 1
        found = _newest(connection, conditions.everywhere(newest=limit, lowest=lowest), limit)
        total = sum(found.values())
        if total >= limit or lowest <= 1:
            return found
        if _MOST_READ * total < limit * rows:
            break
        rows = min(_MOST_READ, 2 * rows * limit // total)
    return _newest(connection, conditions.everywhere(newest=limit), limit)


def _named_counts(
    connection: Connection, conditions: Conditions, *, limit: int | None = None
) -> dict[int, int]:
    """Count the matches of the batches all of whose messages have the text."""
    if not conditions.named:
        return {}
    if not conditions.has_facts:
        key = batch_status.c.batch_pk
        return _sums(connection, and_(conditions.among_named(key), conditions.in_time(key)))
    some = select(message.c.batch_pk.label("batch_pk")).where(
        conditions.among_named(message.c.batch_pk), conditions.facts
    )
    found = some.limit(limit).subquery()
    query = select(found.c.batch_pk, func.count()).group_by(found.c.batch_pk)
    return _pairs(connection, query)


def _sums(connection: Connection, condition: ColumnElement[bool]) -> dict[int, int]:
    """Count the messages of whole batches: the sums know, no message needs to be read."""
    query = select(batch_status.c.batch_pk, func.sum(batch_status.c.message_count)).where(condition)
    return _pairs(connection, query.group_by(batch_status.c.batch_pk))


def _count(connection: Connection, batch_key: int, conditions: Conditions) -> int:
    condition = conditions.in_batch(connection, batch_key)
    return int(connection.scalar(select(func.count()).select_from(message).where(condition)) or 0)


def _pairs(connection: Connection, query: Select[Any]) -> dict[int, int]:
    return {key: int(count) for key, count in connection.execute(query)}
