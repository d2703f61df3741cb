"""Purge what is old, a small part after the other, while reports go on coming in."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import Final, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, delete, func, select, update

from kvitto.core.timestamps import to_microseconds
from kvitto.store.asked_tables import asked_status
from kvitto.store.deletions import delete_batch_row, end_intention, intend_purge
from kvitto.store.dialect import is_one_of
from kvitto.store.errors import ClockDoubtfulError
from kvitto.store.mutations import DeleteRejections, Edit, forget_text, remember_messages
from kvitto.store.retention import PurgePlan, Retention
from kvitto.store.schema import (
    batch,
    message,
    purged_message,
    report,
    store_state,
)

_PART_MESSAGES: Final = 250
"""Messages that one transaction deletes: no report waits noticeably behind it."""
_LONGEST_PAUSE_S: Final = 1.0

T = TypeVar("T")


class InThread(Protocol):
    """Makes a call on another thread, such as `asyncio.to_thread`."""

    def __call__(self, call: Callable[[], T], /) -> Awaitable[T]:
        """Return what the call returns."""


class Purged(msgspec.Struct, frozen=True):
    """What a run has purged.

    Attributes:
        batches: how many batches, wholly.
        messages: how many messages of them and of the one that it was stopped in.
        refused: how many refused requests.
        is_stopped: whether it was stopped before its end.
    """

    batches: int = 0
    messages: int = 0
    refused: int = 0
    is_stopped: bool = False


class PurgePart(msgspec.Struct, tag=True):
    """Purge some messages of a batch with their reports, unless the batch was heard of again.

    An edit of the store's writer. Until the last part is made, the store knows that the others are
    to follow: a later start goes on with them.

    Attributes:
        batch_key: the batch.
        messages: the keys of the messages, not many.
        seen_before: the batch is left alone if it was heard of since then.
        now: what the batch is marked with.
        keeps_sums: whether the sums of the batch stay.
        is_last: whether no part follows.
        is_made: whether it was made, and the batch was not heard of again; known once the edit is.
    """

    batch_key: int
    messages: Sequence[int]
    seen_before: datetime
    now: datetime
    keeps_sums: bool
    is_last: bool
    is_made: bool = False

    def apply(self, connection: Connection, revision: int) -> bool:
        """Make it; there is nothing left to do."""
        marked = connection.execute(
            update(batch)
            .where(
                batch.c.pk == self.batch_key,
                batch.c.last_seen_at_us < to_microseconds(self.seen_before),
            )
            .values(purged_at_us=to_microseconds(self.now), revision=revision)
        )
        self.is_made = marked.rowcount > 0
        if not self.is_made:
            end_intention(connection, self.batch_key)
            return True
        forget_text(connection, self.batch_key)
        if self.messages:
            self._delete_messages(connection)
        if not self.is_last:
            intend_purge(
                connection,
                self.batch_key,
                to_microseconds(self.now),
                to_microseconds(self.seen_before),
                keeps_sums=self.keeps_sums,
            )
            return True
        if not self.keeps_sums:
            self._delete_batch(connection, revision)
        end_intention(connection, self.batch_key)
        return True

    def _delete_messages(self, connection: Connection) -> None:
        of_gone = is_one_of(report.c.message_pk, self.messages)
        repeats = connection.scalar(select(func.sum(report.c.repeat_count)).where(of_gone)) or 0
        if repeats:
            connection.execute(
                update(store_state).values(repeat_count=store_state.c.repeat_count - repeats)
            )
        remember_messages(connection, self.messages)
        connection.execute(delete(report).where(of_gone))
        connection.execute(
            delete(asked_status).where(is_one_of(asked_status.c.message_pk, self.messages))
        )
        connection.execute(delete(message).where(is_one_of(message.c.pk, self.messages)))

    def _delete_batch(self, connection: Connection, revision: int) -> None:
        left = select(message.c.pk).where(message.c.batch_pk == self.batch_key).limit(1)
        if connection.scalar(left) is not None:
            return
        connection.execute(
            delete(purged_message).where(purged_message.c.batch_pk == self.batch_key)
        )
        delete_batch_row(connection, self.batch_key, revision)


class StopPurge(msgspec.Struct, frozen=True, tag=True):
    """Leave the rest of a batch that is being purged as it is, until it is due again."""

    batch_key: int

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        del revision
        end_intention(connection, self.batch_key)
        return True


class Purger:
    """Purges what is due, a small part after the other; reports are stored between them.

    It takes half of the writer's time at most. Belongs to one asyncio loop.

    Args:
        retention: finds the messages.
        edit: makes an edit, as `Writer.edit`.
        in_thread: makes a query away from the loop.
        on_progress: is told how many of all messages are done.
    """

    def __init__(
        self,
        retention: Retention,
        *,
        edit: Callable[[Edit], "Future[int]"],
        in_thread: InThread,
        on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> None:
        self._retention = retention
        self._edit = edit
        self._in_thread = in_thread
        self._on_progress = on_progress
        self._is_stopped = False
        self._messages = 0

    def stop(self) -> None:
        """End the run after the part under way. A later run goes on with what is left."""
        self._is_stopped = True

    async def run(self, due: PurgePlan, now: datetime) -> Purged:
        """Purge what is due; once for each purger.

        Raises:
            ClockDoubtfulError: the clock may be wrong: nothing is purged.
            StoreError: a part could not be made; those before it are.
        """
        if due.doubt is not None and not due.is_empty:
            raise ClockDoubtfulError(now, due.doubt.value)
        batches = refused = 0
        for some in _parts(due.refused):
            if self._is_stopped:
                break
            await self._make(DeleteRejections(tuple(some)))
            refused += len(some)
        for key in due.batches:
            if self._is_stopped:
                break
            batches += await self._purge_batch(key, due, now)
        return Purged(batches, self._messages, refused, is_stopped=self._is_stopped)

    async def _purge_batch(self, key: int, due: PurgePlan, now: datetime) -> bool:
        """Purge a batch; return whether all of it is."""
        messages = await self._in_thread(
            partial(self._retention.message_keys, key, due.seen_before)
        )
        parts = list(_parts(messages))
        if not due.rule.keeps_sums:
            parts.append([])
        for number, some in enumerate(parts, 1):
            if self._is_stopped:
                await self._make(StopPurge(key))
                return False
            part = PurgePart(
                key,
                some,
                due.seen_before,
                now,
                keeps_sums=due.rule.keeps_sums,
                is_last=number == len(parts),
            )
            await self._make(part)
            if not part.is_made:
                return False
            self._messages += len(some)
            self._on_progress(min(self._messages, due.messages), due.messages)
        return bool(parts)

    async def _make(self, part: Edit) -> None:
        """Make a part, then leave the writer to others for as long as that took."""
        began = time.monotonic()
        await asyncio.wrap_future(self._edit(part))
        await asyncio.sleep(min(time.monotonic() - began, _LONGEST_PAUSE_S))


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(keys), _PART_MESSAGES):
        yield keys[at : at + _PART_MESSAGES]
