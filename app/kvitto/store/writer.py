"""The one thread that writes: group commit, and a receipt only for what is on the disk."""

import asyncio
import contextlib
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final

from kvitto.store.daily_limit import DailyLimit
from kvitto.store.deletions import may_leave_deletions
from kvitto.store.deletions_left import DeletionsLeft
from kvitto.store.edit_errors import RefusedEditError
from kvitto.store.engines.base import Database, WriteConnection
from kvitto.store.errors import StoreClosedError, StoreError, StoreStalledError
from kvitto.store.gathering import Gathering
from kvitto.store.ingest import Arrival
from kvitto.store.mutations import Edit
from kvitto.store.packing import Packing
from kvitto.store.rewriting import Rewriting
from kvitto.store.transactions import EditTransaction, GroupTransaction
from kvitto.store.write_connections import write_connection
from kvitto.store.write_queue import Barrier, End, Job, Queued, QueuedEdit, release
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer_alarm import WriterAlarm
from kvitto.store.writer_watchdog import WriterWatchdog

log = logging.getLogger(__name__)

MAX_WAITING: Final = 1500
"""Arrivals that may wait for the disk; more are turned away at once."""
MAX_GROUP: Final = 512
"""Arrivals that share a transaction at most, so that none waits for a huge one."""
_LOOK_EVERY_S: Final = 1.0
"""The files are looked at so often while nothing is written."""
STALL_S: Final = 30.0
"""A group that takes longer is stuck: nothing more is taken until it is through."""


class Writer:
    """Stores arrivals on a thread of its own.

    All that has come while the disk was busy goes into one transaction: its fold, its commit and
    its flush are shared, and then everybody who waits is released at once.

    Attributes:
        daily_limit: knows by which keys nothing more is stored today.
        deletions: what is left of them, and when a part was made last.
        on_suspicion: is called, on its thread, when somebody else has written into the file.

    Threads: `append` belongs to any asyncio loop, everything else may be called from any thread.
    """

    def __init__(
        self,
        database: Database,
        *,
        on_commit: Callable[[int], None] = lambda _revision: None,
        max_waiting: int = MAX_WAITING,
        max_group: int = MAX_GROUP,
        stall_s: float = STALL_S,
    ) -> None:
        """Prepare; `start` starts.

        Args:
            database: where to write; it must stay open until `close` returns.
            on_commit: is told each new revision with news, on the writer's thread; it is quick.
            max_waiting: how many arrivals may wait for the disk.
            max_group: how many arrivals may share a transaction.
            stall_s: how long a group may take until it counts as stuck.
        """
        self._database, self._on_commit = database, on_commit
        self._max_waiting, self._max_group = max_waiting, max_group
        self._queue: queue.SimpleQueue[Queued] = queue.SimpleQueue()
        self._gate, self.deletions = threading.Lock(), DeletionsLeft(database)
        self._closed, self._waiting, self._gathering = False, 0, Gathering()
        self._gathered: dict[asyncio.AbstractEventLoop, list[Job]] = {}
        self._taken: deque[Job] = deque()  # by the writer's thread, from the queue
        self._next: QueuedEdit | Barrier | End | None = None
        self._alarm: Final = WriterAlarm()
        self.daily_limit: Final = DailyLimit()
        self.on_suspicion: Callable[[], None] = lambda: None
        self._connection = write_connection(database, lambda: self.on_suspicion())
        self._watchdog = WriterWatchdog(self._run, stall_s, database)
        self._rewriting = Rewriting(database, self._connection, self._watchdog, self._queue.put)
        self._packing = Packing(database, self._connection, _LOOK_EVERY_S)

    @property
    def alarm(self) -> StoreError | None:
        """Why the last group could not be stored, until one is stored again."""
        return StoreStalledError() if self.is_stalled else self._alarm.error

    @property
    def is_stalled(self) -> bool:
        """Whether what is being written takes too long, or the thread is gone though not closed."""
        return self._watchdog.is_stalled

    @property
    def failures(self) -> int:
        """How many groups and edits could not be stored so far."""
        return self._alarm.failures

    @property
    def incident(self) -> StoreError | None:
        """What was done to the database's files last, and is over; None where nothing was."""
        return self._connection.incident

    @property
    def files(self) -> WriteConnection:
        """What it stores through; its `incident` may be set before anything else."""
        return self._connection

    @property
    def warning(self) -> StoreError | None:
        """What will hinder storing if nobody acts; None where nothing will."""
        return self._connection.warning

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is stored any more, since the file is damaged."""
        return self._connection.damage is not None

    def stop_storing(self, error: StoreError) -> None:
        """Store nothing from now on, until the program starts again: the file is damaged."""
        log.critical("%s (%s)", error, error.detail)
        self._connection.damage = error

    def start(self) -> None:
        """Start the thread."""
        self.daily_limit.read_at_start(self._database)
        self._watchdog.start()

    async def append(self, arrival: Arrival) -> WriteResult:
        """Store an arrival; return when it is committed and flushed to the disk.

        Raises:
            StoreError: it is not stored, and why.
        """
        if isinstance(arrival, ReportRequest):
            error = self.daily_limit.error(arrival.callback_key, arrival.arrived)
            if error is not None:
                raise error
        loop = asyncio.get_running_loop()
        receipt: asyncio.Future[WriteResult] = loop.create_future()
        with self._gate:
            if self._closed:
                raise StoreClosedError
            if self.is_stalled:
                raise StoreStalledError
            if self._waiting >= self._max_waiting:
                raise self._watchdog.full(self._waiting)
            self._waiting += 1
            if (gathered := self._gathered.get(loop)) is None:
                # What comes in the same turn of the loop goes together: the writer is woken once,
                # and does not go off to the disk with the first of them.
                self._gathered[loop] = gathered = []
                loop.call_soon(self._hand_over, loop)
            gathered.append(Job(arrival, loop, receipt))
        return await receipt

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._gate:
            if (jobs := self._gathered.pop(loop, None)) is not None:
                self._send(jobs)

    def _send(self, jobs: list[Job]) -> None:
        self._watchdog.watch(jobs)
        self._queue.put(jobs)

    def _put(self, item: QueuedEdit | Barrier | End) -> None:
        """Put something into the queue, behind all that was appended before; hold the gate."""
        while self._gathered:
            self._send(self._gathered.popitem()[1])
        self._queue.put(item)

    def edit(self, edit: Edit) -> Future[int]:
        """Make a change of the user's in its turn; return its revision, or what hindered it.

        A large edit is made in parts, between reports: hindered in the middle, a part is done.
        Where the writer is stuck it is given up, but what is written just then may be kept yet.
        """
        change = QueuedEdit(edit)
        with self._gate:
            if self._closed:
                raise StoreClosedError
            if self.is_stalled:
                raise StoreStalledError
            self._put(change)
        return self._watchdog.wait_with(change)

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until all that was appended before is stored or refused; return whether it is.

        It is not on time-out, or when the writer is stuck.
        """
        barrier = Barrier()
        with self._gate:
            if self._closed:
                raise StoreClosedError
            self._put(barrier)
        return self._watchdog.wait(barrier.passed, timeout_s)

    def close(self) -> None:
        """Store all that was appended, then stop the thread. A second call does nothing."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._watchdog.let_end()
            self._put(End())
        self._watchdog.wait_for_end()

    # --- On the writer's thread -----------------------------------------------------------------

    def _run(self) -> None:
        self._continue_deletions()
        self._rewriting.begin()
        self._packing.begin()
        try:
            while not isinstance(self._next, End):
                try:
                    self._work()
                except BaseException as error:
                    log.critical("The writer made a mistake, and goes on", exc_info=error)
                    with contextlib.suppress(StoreError):
                        self._connection.close()
        finally:
            self._watchdog.rest()
            with contextlib.suppress(StoreError):
                self._connection.finish()

    def _work(self) -> None:
        """Wait for work, and do it."""
        if not self._taken:  # else a mistake has left some
            self._take()
        while self._taken:
            count = min(len(self._taken), self._max_group)
            self._store([self._taken.popleft() for _ in range(count)])
        item = self._next
        if isinstance(item, Barrier):
            self._look()
            item.passed.set()
        elif isinstance(item, QueuedEdit):
            self._change(item)

    def _take(self) -> None:
        """Wait for work, then take all arrivals that are there, up to what must come after them."""
        self._next = None
        self._watchdog.rest()
        try:
            item: Queued = self._queue.get(timeout=self._packing.wait_s)
        except queue.Empty:
            self._watchdog.begin()
            self._look()
            self._rewriting.look()
            self._next = self._packing.part(is_idle=True)
            return
        self._watchdog.begin()
        self._gathering.first_came()
        while isinstance(item, list):
            self._taken.extend(item)
            with self._gate:
                self._waiting -= len(item)
            if len(self._taken) >= self._max_group:
                return
            try:
                item = self._queue.get(timeout=self._gathering.left_s(len(self._taken)))
            except queue.Empty:
                self._next = self._packing.part(is_idle=False)
                return
        self._next = item

    def _store(self, jobs: Sequence[Job]) -> None:
        """Store a group and release everybody who waits for it, whatever happens."""
        self._watchdog.begin()
        self._gathering.group_begins()
        try:
            group = self._commit([job.arrival for job in jobs])
        except StoreError as error:
            self._alarm.rise(error)
            release(jobs, [error] * len(jobs))
        except Exception as error:
            # A mistake of ours. One arrival must not take its neighbours along: each on its own.
            self._connection.close()
            if len(jobs) == 1:
                log.exception("An arrival could not be stored")
                release(jobs, [error])
            else:
                for job in jobs:
                    self._store([job])
        else:
            self._clear_alarm()
            self._gathering.group_ends(len(jobs) + self._waiting)
            release(jobs, group.results)
            self._tell(group.revision)
            self._fold()
            self._rewriting.look(is_idle=False)

    def _fold(self, *, is_early: bool = False) -> bool:
        """Fold the log in where that is due; what hinders it hinders the next report, too."""
        with contextlib.suppress(StoreError), self._rewriting.folding(), self._database.in_words():
            return self._connection.fold_if_due(is_early=is_early)
        return False

    def _tell(self, revision: int) -> None:
        """Tell of a new revision; whoever hears of it can't end the writer by a mistake."""
        try:
            self._on_commit(revision)
        except Exception:
            log.exception("The listener of the store failed")

    def _commit(self, arrivals: Sequence[Arrival]) -> GroupTransaction:
        is_shared, is_deleting = self._database.is_shared, self.deletions.are_under_way
        group = GroupTransaction(arrivals, notes_repeats=is_shared, is_deleting=is_deleting)
        try:
            with self._database.in_words():
                self._connection.write(group, arrivals)
        except StoreError as error:
            self._connection.failed(error)
            raise
        self.daily_limit.add(group.usage)
        return group

    def _change(self, change: QueuedEdit) -> None:
        """Make a part of an edit; the rest goes to the end of the queue, behind the reports."""
        if change.done.done() and change is not self.deletions.change:
            self._continue_deletions()  # it was given up, and may have begun some
            return
        self._watchdog.begin()
        if self.deletions.is_part(change.edit) and self._fold(is_early=True):
            self._put_back(change)
            return
        edit = EditTransaction(change.edit, self.daily_limit)
        try:
            with self._rewriting.around(change.edit), self._database.in_words():
                self._connection.write(edit)
        except StoreError as error:
            self._hinder(change, error)
            return
        except Exception as error:
            self._connection.close()
            if change is self.deletions.change:
                log.exception("Deleting could not go on")
            change.settle(error)  # whoever asked for an edit is told
            return
        self._clear_alarm(is_edit=True)
        if getattr(change.edit, "has_news", True):
            self._tell(edit.revision)
        self._fold()
        if edit.is_done:
            self._rewriting.after(change.edit)
            change.settle(edit.revision)
            if may_leave_deletions(change.edit, waits_to_delete=self.deletions.waits):
                self._continue_deletions()
            return
        self.deletions.go_on(change, self._put_back)

    def _put_back(self, change: QueuedEdit) -> None:
        """Go on with an edit later, behind the reports that have come meanwhile."""
        with self._gate:
            if not self._closed:
                self._queue.put(change)
                return
        change.settle(StoreClosedError())

    def _hinder(self, change: QueuedEdit, error: StoreError) -> None:
        if not isinstance(error, RefusedEditError):
            self._connection.failed(error)
            self._alarm.rise(error)
        elif change is self.deletions.change:
            self.deletions.waits = True
        change.settle(error)

    def _continue_deletions(self) -> None:
        """Go on with what is to be deleted yet, if anything is; behind all that waits."""
        if (change := self.deletions.begun()) is not None:
            self._put_back(change)

    def _look(self) -> None:
        """See that nobody has touched the files, while nothing is written."""
        failure, incident = self._connection.failure, self._connection.incident
        try:
            with self._database.in_words():
                self._connection.look()
        except StoreError as error:
            if self._alarm.error is not error:
                self._alarm.rise(error)
        else:
            if failure is not None and self._alarm.error is failure:
                self._clear_alarm()
            if self._connection.incident is not incident:
                self._tell(self._connection.revision)

    def _clear_alarm(self, *, is_edit: bool = False) -> None:
        if self._alarm.end(is_edit=is_edit):
            # What failed then is behind what it was to delete.
            self._continue_deletions()
