"""Keep reports on the receiver's own disk while its store can't be reached, and pass them on.

A report goes to the store, as ever, as long as that takes it: there the truth is in one place. Only
where the store does not take it, it is added to a file, and answered once it is on that disk. From
then on all reports go into the file, without waiting for a store that is away, until the file is
empty again: one thread passes them on in the order in which they came. What waits for another store
than the one at the same place now stays in the file, and is told of.

The heartbeats that the store does not take are kept beside them: a receiver that is killed
meanwhile had received until then.
"""

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from kvitto.clock import utc_now
from kvitto.receiver.supervision import OnFault, run_forever_in_thread
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.errors import DailyLimitError, StoreClosedError, StoreError
from kvitto.store.ingest import Arrival
from kvitto.store.mutations import RecordHeartbeat
from kvitto.store.spool_errors import SpoolOtherStoreError, SpoolWaitingError
from kvitto.store.spool_file import MOST_BYTES, SpoolFile, Waiting
from kvitto.store.spooled import StoreHeartbeats, StoreSpooled
from kvitto.store.write_queue import Job, release
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer

log = logging.getLogger(__name__)

SPOOL_NAME: Final = "spool.db"
_AT_ONCE: Final = 512
"""Reports that are passed on in one transaction, or kept in one: as many as in a group."""
_LOOK_EVERY_S: Final = 1.0
_HEARTBEAT_EVERY_S: Final = 10.0
"""So often is a heartbeat kept: each is a flush of the disk."""
_NOT_AWAY: Final = (DailyLimitError, StoreClosedError)
"""Why a report is refused although the store is there."""


class Spool:
    """Reports that wait for a store, from its construction until `close`.

    Args:
        folder: the data folder of the receiver, which has it to itself.
        place: what the store is called.
        is_taking: whether reports are kept at all; otherwise only those that wait are passed on.
        most_bytes: how large the file may become.
        on_change: is called when reports begin or cease to wait, on any thread.

    Raises:
        StoreError: its file can't be used.
    """

    def __init__(
        self,
        folder: Path,
        place: str,
        *,
        is_taking: bool = True,
        most_bytes: int = MOST_BYTES,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._place = place
        self.is_taking: Final = is_taking
        self._file = SpoolFile(folder / SPOOL_NAME, most_bytes=most_bytes)
        self._on_change = on_change
        self._writer: Writer | None = None
        self._filing = threading.Lock()
        try:
            self._waiting = self._file.state()
            self._of_others = self._file.of_others()
            self._earlier = self._file.heartbeats()
        except StoreError:
            self._file.close()
            raise
        self._is_away = self._waiting[0] > 0
        self._run: datetime | None = None
        self._next_heartbeat = 0.0
        self._refused: StoreError | None = None
        self._refused_at: datetime | None = None
        self._passed_on = 0
        self._stuck: list[int] = []
        self._keys: tuple[CallbackKey, ...] | None = None
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._keeping = threading.Thread(target=self._keep, name="kvitto-spool", daemon=True)
        self._keeping.start()
        self._stopped = threading.Event()
        self._passing: threading.Thread | None = None
        if self._is_away:
            count, since = self._waiting
            local = "" if since is None else f"{since.astimezone():%Y-%m-%d %H:%M:%S}"
            log.warning("%d reports wait here for the store since %s", count, local)
        self._tell_of_others()

    # --- What others ask ------------------------------------------------------------------------

    @property
    def waiting(self) -> tuple[int, datetime | None]:
        """How many reports wait, and since when, UTC."""
        return self._waiting

    @property
    def refused(self) -> StoreError | None:
        """Why reports can't be kept now; None while they can."""
        return self._refused

    @property
    def is_away(self) -> bool:
        """Whether reports are kept here now, and don't go to the store."""
        return self._is_away

    @property
    def notice(self) -> SpoolWaitingError:
        """What the user is told while the store is away, or something waits."""
        count, since = self._waiting
        return SpoolWaitingError(count, since or utc_now(), self._place)

    @property
    def notice_of_others(self) -> SpoolOtherStoreError | None:
        """What the user is told where reports wait for another store; None where none does."""
        count, since = self._of_others
        return None if since is None else SpoolOtherStoreError(count, since, self._file.path)

    def has_kept_all(self, since: datetime) -> bool:
        """Return whether no report was refused since a moment, UTC, though the store was away."""
        return self.is_taking and (self._refused_at is None or self._refused_at < since)

    def keys(self) -> list[CallbackKey]:
        """Return the callback keys as they were known last.

        Raises:
            StoreError: they can't be read.
        """
        return self._file.keys()

    def keep_keys(self, keys: Sequence[CallbackKey], mark: str) -> None:
        """Keep the callback keys for a start at which the store is away.

        Args:
            keys: the keys.
            mark: of the store that they are of: what is kept from now on waits for that.
        """
        if tuple(keys) == self._keys and mark == self._file.mark:
            return
        is_other = mark != self._file.mark
        try:
            with self._filing:
                self._file.keep_keys(keys, mark)
                if is_other:
                    self._waiting, self._of_others = self._file.state(), self._file.of_others()
                    self._earlier = self._file.heartbeats()
                    self._is_away = self._waiting[0] > 0
        except StoreError as error:
            log.warning("The keys are not kept for a start without the store: %s", error)
            return
        self._keys = tuple(keys)
        if is_other:
            self._tell_of_others()

    def _tell_of_others(self) -> None:
        if (notice := self.notice_of_others) is not None:
            log.warning("%s", notice)
            self._on_change()

    # --- Heartbeats -----------------------------------------------------------------------------

    def keep_heartbeat(self, heartbeat: RecordHeartbeat) -> None:
        """Keep a heartbeat that the store does not take; see `HeartbeatKeeper`."""
        is_due = heartbeat.is_stopped or time.monotonic() >= self._next_heartbeat
        if not (self.is_taking and is_due):
            return
        self._next_heartbeat = time.monotonic() + _HEARTBEAT_EVERY_S
        try:
            self._file.keep_heartbeat(heartbeat)
        except StoreError as error:
            log.info("A heartbeat is not kept: %s", error.detail)
        else:
            self._run = heartbeat.started

    def forget_heartbeat(self) -> None:
        """Delete what was kept of this run; see `HeartbeatKeeper`."""
        if self._run is not None:
            with contextlib.suppress(StoreError):
                self._file.remove_heartbeat(self._run)
                self._run, self._next_heartbeat = None, 0.0

    def _pass_on_heartbeats(self) -> None:
        """Store how long earlier runs went on.

        Raises:
            StoreError: the store does not take it yet.
        """
        assert self._writer is not None
        earlier = self._earlier
        self._writer.edit(StoreHeartbeats(earlier, self._file.mark)).result()
        for one in earlier:
            self._file.remove_heartbeat(one.started)
        self._earlier = []

    # --- Taking reports -------------------------------------------------------------------------

    async def append(
        self, arrival: Arrival, store: Callable[[Arrival], Awaitable[WriteResult]]
    ) -> WriteResult:
        """Store an arrival, or keep a report that the store does not take.

        Args:
            arrival: the arrival.
            store: stores it.

        Raises:
            StoreError: it is neither stored nor kept, and why.
        """
        if not (self.is_taking and isinstance(arrival, ReportRequest)):
            return await store(arrival)
        if not self._is_away:
            try:
                # What is stored later all the same is known when it is passed on.
                return await store(arrival)
            except _NOT_AWAY:
                raise
            except StoreError as error:
                self._note_away(f"{type(error).__name__}: {error.detail}")
        loop = asyncio.get_running_loop()
        receipt: asyncio.Future[WriteResult] = loop.create_future()
        self._jobs.put(Job(arrival, loop, receipt))
        return await receipt

    def _note_away(self, why: str) -> None:
        if self._is_away:
            return
        self._is_away = True
        log.warning("Reports are kept on this computer's disk, the store takes none: %s", why)
        self._on_change()

    def _keep(self) -> None:
        """Add reports to the file, all that have come together; on a thread of its own."""
        is_open = True
        while is_open:
            jobs = [self._jobs.get()]
            with contextlib.suppress(queue.Empty):
                while len(jobs) < _AT_ONCE:
                    jobs.append(self._jobs.get_nowait())
            is_open = None not in jobs
            self._keep_some([job for job in jobs if job is not None])

    def _keep_some(self, jobs: Sequence[Job]) -> None:
        reports = [job.arrival for job in jobs if isinstance(job.arrival, ReportRequest)]
        try:
            with self._filing:
                self._file.add(reports)
                count, since = self._waiting
                first = min((one.arrived for one in reports), default=None)
                self._waiting = count + len(reports), since or first
                self._is_away = True  # what is passed on may just have ended
        except StoreError as error:
            if self._refused is None:
                log.warning("%s (%s)", error, error.detail)
            self._refused, self._refused_at = error, utc_now()
            release(jobs, [error] * len(jobs))
        except Exception as error:
            self._refused_at = utc_now()
            log.exception("Reports could not be kept")
            release(jobs, [error] * len(jobs))
        else:
            self._refused = None
            release(jobs, [WriteResult.STORED] * len(jobs))
        self._on_change()

    # --- Passing them on ------------------------------------------------------------------------

    def start(self, writer: Writer, on_fault: OnFault = lambda _fault: None) -> None:
        """Begin to pass on what waits, whenever something does.

        Args:
            writer: the store's writer; it must be open until `close` returns.
            on_fault: is called with a mistake of ours, which ends nothing.
        """
        self._writer = writer
        self._passing = threading.Thread(
            target=run_forever_in_thread,
            args=("passing on what waits", self._step, self._stopped, on_fault),
            name="kvitto-passing-on",
            daemon=True,
        )
        self._passing.start()

    def _step(self) -> None:
        if not (self._is_away or self._earlier):
            self._stopped.wait(_LOOK_EVERY_S)
            return
        try:
            if self._earlier:
                self._pass_on_heartbeats()
            if self._is_away:
                stuck = self._stuck[-1] if self._stuck else 0
                self._pass_on(self._file.first(_AT_ONCE, after=stuck))
        except StoreError:
            # Where it is another one, its keys are read soon: see `keep_keys`.
            self._stopped.wait(_LOOK_EVERY_S)

    def _pass_on(self, waiting: Sequence[Waiting]) -> None:
        """Store what waits, and delete it here.

        Raises:
            StoreError: the store does not take it yet.
        """
        assert self._writer is not None
        try:
            spooled = StoreSpooled([one for _, one in waiting], self._file.mark)
            self._writer.edit(spooled).result()
        except StoreError:
            raise
        except Exception:
            if len(waiting) > 1:
                # A mistake of ours. One must not hold up its neighbours: each on its own.
                for one in waiting:
                    self._pass_on([one])
            else:
                log.exception("A report that waits can't be stored; it is kept")
                self._stuck += [number for number, _ in waiting]
                self._note_passed_on([])
            return
        self._note_passed_on([number for number, _ in waiting])

    def _note_passed_on(self, numbers: Sequence[int]) -> None:
        """Delete what the store has; where nothing is left, all goes to the store again."""
        with self._filing:
            count = self._waiting[0] - len(numbers)
            if numbers:
                self._file.remove(numbers, is_last=count <= len(self._stuck))
            self._waiting = count, self._file.oldest() if count else None
            self._is_away = count > len(self._stuck)
            self._refused = None
        self._passed_on += len(numbers)
        if not self._is_away:
            log.info("The store takes reports again; %d that waited are stored", self._passed_on)
            self._passed_on = 0
        self._on_change()

    def close(self) -> None:
        """Keep what is under way, and close the file: what waits goes on waiting in it."""
        self._stopped.set()
        if self._passing is not None:
            self._passing.join()
        self._jobs.put(None)
        self._keeping.join()
        self._file.close()
