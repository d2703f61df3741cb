"""Purge what is old, a small part after the other, while reports go on coming in."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Final

import msgspec

from kvitto.store.deletions import DeleteBatches, PurgePart, StopPurge
from kvitto.store.errors import ClockDoubtfulError
from kvitto.store.mutations import DeleteRejections, Edit
from kvitto.store.retention import PurgePlan

_REJECTIONS_AT_ONCE: Final = 250
"""Refused requests that one transaction deletes: no report waits noticeably behind it."""
_LONGEST_PAUSE_S: Final = 1.0


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


class Purger:
    """Purges what is due, a small part after the other; reports are stored between them.

    It takes half of the writer's time at most. Belongs to one asyncio loop.

    Args:
        edit: makes an edit, as `Writer.edit`.
        on_progress: is told how many of all messages are done.
    """

    def __init__(
        self,
        edit: Callable[[Edit], "Future[int]"],
        on_progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> None:
        self._edit = edit
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
        if due.binned and not self._is_stopped:
            await self._make(DeleteBatches(tuple(due.binned)))
            batches += len(due.binned)
        for key in due.batches:
            if self._is_stopped:
                break
            batches += await self._purge_batch(key, due, now)
        return Purged(batches, self._messages, refused, is_stopped=self._is_stopped)

    async def _purge_batch(self, key: int, due: PurgePlan, now: datetime) -> bool:
        """Purge a batch; return whether all of it is."""
        while not self._is_stopped:
            part = PurgePart(key, due.seen_before, now, due.rule.keeps_sums)
            await self._make(part)
            if part.made is None or part.made.is_overtaken:
                return False
            self._messages += part.made.messages
            self._on_progress(min(self._messages, due.messages), due.messages)
            if part.made.is_last:
                return True
        await self._make(StopPurge(key))
        return False

    async def _make(self, part: Edit) -> None:
        """Make a part, then leave the writer to others for as long as that took."""
        began = time.monotonic()
        await asyncio.wrap_future(self._edit(part))
        await asyncio.sleep(min(time.monotonic() - began, _LONGEST_PAUSE_S))


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(keys), _REJECTIONS_AT_ONCE):
        yield keys[at : at + _REJECTIONS_AT_ONCE]
