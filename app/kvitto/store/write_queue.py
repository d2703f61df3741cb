"""What waits for the writer, and how those are told who wait for it."""

import asyncio
import contextlib
import logging
import threading
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from typing import TypeAlias

from kvitto.store.ingest import Arrival
from kvitto.store.mutations import Edit
from kvitto.store.write_requests import WriteResult

log = logging.getLogger(__name__)


class Job:
    """An arrival, and who waits for its receipt."""

    __slots__ = ("arrival", "loop", "receipt")

    def __init__(
        self,
        arrival: Arrival,
        loop: asyncio.AbstractEventLoop,
        receipt: asyncio.Future[WriteResult],
    ) -> None:
        self.arrival = arrival
        self.loop = loop
        self.receipt = receipt


class QueuedEdit:
    """An edit, and who waits for it."""

    __slots__ = ("done", "edit")

    def __init__(self, edit: Edit) -> None:
        self.edit = edit
        self.done: Future[int] = Future()
        # Who stops waiting for it must not cancel it: the writer answers in any case.
        self.done.set_running_or_notify_cancel()

    def settle(self, result: int | Exception) -> None:
        """Tell who waits; the first word counts."""
        with contextlib.suppress(InvalidStateError):
            if isinstance(result, Exception):
                self.done.set_exception(result)
            else:
                self.done.set_result(result)


class Barrier:
    """Passes the queue in its turn; set when all before it is committed."""

    __slots__ = ("passed",)

    def __init__(self) -> None:
        self.passed = threading.Event()


class End:
    """The last thing in the queue."""


Queued: TypeAlias = list[Job] | QueuedEdit | Barrier | End


def release(jobs: Sequence[Job], results: Sequence[WriteResult | Exception]) -> None:
    """Give every waiting request its result: one call into each loop, not one for each job."""
    by_loop: defaultdict[
        asyncio.AbstractEventLoop, list[tuple[asyncio.Future[WriteResult], WriteResult | Exception]]
    ] = defaultdict(list)
    for job, result in zip(jobs, results, strict=True):
        by_loop[job.loop].append((job.receipt, result))
    for loop, finished in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, finished)
        except RuntimeError:
            # The loop is closed: nobody waits any more.
            log.debug("A loop was closed before its receipts came")


def _settle(
    finished: Sequence[tuple[asyncio.Future[WriteResult], WriteResult | Exception]],
) -> None:
    for future, result in finished:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
