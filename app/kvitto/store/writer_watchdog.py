"""Looks after the writer's thread: one that is stuck, or gone, can't say so itself."""

import contextlib
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Final

from kvitto.store.engines.base import Database
from kvitto.store.errors import QueueFullError, StoreError, StoreStalledError
from kvitto.store.file_errors import BeingRewrittenError
from kvitto.store.write_queue import Job, QueuedEdit, release

log = logging.getLogger(__name__)

_LOOK_S: Final = 1.0
_REWRITING: Final = 20
"""How many times as long a step may take of erasing somebody."""
_LATEST: Final = 2
"""How many times its interval passes at most between two looks of a process that can run."""


class WriterWatchdog:
    """Knows since when the writer's thread has been busy, and lets nobody wait for a stuck one.

    A stuck thread is not replaced: another would wait for the same disk, and take what the first
    writes when it wakes for somebody else's. A thread that is gone is started again.

    Threads: `begin`, `rest` and `rewriting` belong to the writer's thread, the rest to any. `watch`
    is called by one thread at a time.

    Args:
        work: what the thread does until it is asked to end.
        stall_s: how long the thread may be busy until it counts as stuck.
        database: where it writes.
    """

    def __init__(self, work: Callable[[], None], stall_s: float, database: Database) -> None:
        self._work = work
        self._stall_s = stall_s
        self._database = database
        self._wait_s = min(stall_s, database.wait_s or stall_s)
        self._look_s = min(_LOOK_S, stall_s / 4)
        self._awake_s = 0.0
        self._busy_since: float | None = None
        self._is_rewriting = False
        self._changes: set[QueuedEdit] = set()
        self._watched: deque[tuple[float, Sequence[Job]]] = deque()
        self._gate = threading.Lock()
        self._is_watched = False
        self._ended = threading.Event()
        self.thread = self._new_thread()

    @property
    def is_stalled(self) -> bool:
        """Whether the thread has been busy for too long, or is gone though it should not."""
        if self._is_stuck:
            return True
        return self._is_watched and not self.thread.is_alive()

    @property
    def _is_stuck(self) -> bool:
        since = self._busy_since
        stall_s = self._stall_s * (_REWRITING if self._is_rewriting else 1)
        return since is not None and self._awake_s - since > stall_s

    @property
    def awake_s(self) -> float:
        """Seconds for which this process could run, since `start`; counted about every second.

        A process that was stopped, or whose computer slept, has not waited for its disk meanwhile.
        """
        return self._awake_s

    def start(self) -> None:
        """Start the writer's thread, and watch it."""
        self.thread.start()
        self._is_watched = True
        threading.Thread(target=self._watch, name="kvitto-watchdog", daemon=True).start()

    def let_end(self) -> None:
        """Start the thread no more: it is about to be asked to end."""
        with self._gate:
            self._is_watched = False

    def wait_for_end(self) -> None:
        """Wait until the thread has ended; no longer for one that is stuck."""
        while self.thread.is_alive():
            if self.is_stalled:
                log.error("What is being written is given up: the disk does not answer")
                break
            self.thread.join(self._look_s)
        self._ended.set()
        self._give_up()
        self._release_late(math.inf)

    def begin(self) -> None:
        """Note that a piece of work begins."""
        self._busy_since = self._awake_s

    def rest(self) -> None:
        """Note that there is no work."""
        self._busy_since = None

    @contextlib.contextmanager
    def rewriting(self) -> Iterator[None]:
        """Know that somebody is erased within the context, or the database written anew for that.

        To look through all of it, or to fold all of it in, takes long, and tells of no progress.
        """
        self._is_rewriting = True
        try:
            yield
        finally:
            self.begin()
            self._is_rewriting = False

    def wait_with(self, change: QueuedEdit) -> Future[int]:
        """Return a change's future, which fails with `StoreStalledError` should it get stuck."""
        self._changes.add(change)
        change.done.add_done_callback(lambda _done: self._changes.discard(change))
        return change.done

    def watch(self, jobs: Sequence[Job]) -> None:
        """Let nobody wait for the receipts of `jobs` for longer than they may wait.

        They get a `StoreError` then. Should an arrival be stored after that: the SMS service's next
        try is a duplicate.
        """
        self._watched.append((self._awake_s + self._wait_s, jobs))

    def wait(self, event: threading.Event, timeout_s: float | None) -> bool:
        """Wait for what the thread does; return False on time-out, or when it is stuck."""
        end = math.inf if timeout_s is None else time.monotonic() + timeout_s
        while not event.wait(max(0.0, min(self._look_s, end - time.monotonic()))):
            if self.is_stalled or time.monotonic() >= end:
                return False
        return True

    def _new_thread(self) -> threading.Thread:
        # A daemon: a program that fails without closing must end, not wait for ever. Nobody was
        # promised anything that is still in the queue.
        return threading.Thread(target=self._work, name="kvitto-writer", daemon=True)

    def _watch(self) -> None:
        looked_at, was_stuck = time.monotonic(), False
        while not self._ended.wait(self._look_s):
            now = time.monotonic()
            self._awake_s += min(now - looked_at, _LATEST * self._look_s)
            looked_at = now
            if was_stuck != self._is_stuck:
                was_stuck = not was_stuck
                if was_stuck:
                    log.error("The disk does not answer: %s", StoreStalledError())
                else:
                    log.info("The disk answers again")
            if self.is_stalled:
                self._give_up()
            self._release_late(self._awake_s)
            with self._gate:
                if self._is_watched and not self.thread.is_alive():
                    log.critical("The writer's thread is gone, and is started again")
                    self.rest()
                    self.thread = self._new_thread()
                    with contextlib.suppress(RuntimeError):  # no thread to be had: tried again
                        self.thread.start()

    def _give_up(self) -> None:
        for change in self._changes.copy():
            change.settle(StoreStalledError())

    def _release_late(self, now_s: float) -> None:
        """Release those who have waited until now; forget those who have their receipts."""
        with self._gate:
            while self._watched:
                end_s, jobs = self._watched[0]
                waiting = [job for job in jobs if not job.receipt.done()]
                if waiting and end_s > now_s:
                    return
                self._watched.popleft()
                release(waiting, [self._late()] * len(waiting))

    def full(self, waiting: int) -> StoreError:
        """Return why no more can wait than the `waiting` ones."""
        return BeingRewrittenError() if self._is_rewriting else QueueFullError(waiting)

    def _late(self) -> StoreError:
        """Return why a receipt has not come in time."""
        if self._is_rewriting and not self.is_stalled:
            return BeingRewrittenError()
        if self._database.wait_s is None or self.is_stalled:
            return StoreStalledError()
        return self._database.lost("it hangs")
