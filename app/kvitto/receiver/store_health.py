"""Whether reports can be stored now: logged once when that changes, and shown in the status."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from kvitto.clock import utc_now
from kvitto.receiver.metrics import AlarmState
from kvitto.receiver.receiver_errors import LoopFaultError, Problem, problem_of
from kvitto.receiver.spool_opening import left_behind
from kvitto.receiver.spooling import Spool
from kvitto.store.engines.base import Database
from kvitto.store.errors import DailyLimitError, QueueFullError, StoreClosedError, StoreError
from kvitto.store.ingest import Arrival
from kvitto.store.receiver_names import take_other_name
from kvitto.store.server_errors import ReceiverRenamedError
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer

log = logging.getLogger(__name__)


class StoreHealth:
    """Notes the store's failures and successes.

    A store whose queue is full fails and works by turns, so success counts only once nothing has
    failed for a while. Belongs to one loop; `state` may be read from any thread.

    Args:
        clock: the time, UTC.
        now: seconds that only go forward.
        calm_s: seconds without a failure after which a success ends the alarm.
    """

    def __init__(
        self, clock: Callable[[], datetime], now: Callable[[], float], calm_s: float
    ) -> None:
        self._clock = clock
        self._now = now
        self._calm_s = calm_s
        self._state: AlarmState | None = None
        self._told: set[type[StoreError]] = set()
        self._failed_at = 0.0
        self._works = True

    @property
    def state(self) -> AlarmState | None:
        """The alarm, or None while reports are stored."""
        return self._state

    def failed(self, error: StoreError, *, is_logged: bool = False) -> bool:
        """Note that a request was answered 503; return whether this kind of failure is news.

        Args:
            error: why.
            is_logged: whether a warning of it was logged elsewhere: then this is logged as info.
        """
        self._failed_at = self._now()
        self._works = False
        before = self._state
        since = self._clock() if before is None else before.since
        turned_away = 1 if before is None else before.turned_away + 1
        self._state = AlarmState(problem_of(error), since, turned_away)
        is_news = type(error) not in self._told
        if is_news:
            self._told.add(type(error))
            level = logging.INFO if is_logged else logging.WARNING
            log.log(level, "Reports are answered 503 from now on: %s", error)
        return is_news

    def worked(self) -> None:
        """Note that something was stored."""
        self._works = True
        if self._state is not None:
            self.settle()

    def settle(self) -> None:
        """End the alarm, if the store works and nothing has failed for a while."""
        if self._state is None or not self._works:
            return
        if self._now() - self._failed_at < self._calm_s:
            return
        log.info("Reports are stored again; %d were answered 503", self._state.turned_away)
        self._state = None
        self._told.clear()


_ALARM_SHOWN_S: Final = 1.0
"""A failure of the store is in the status for so long at least: windows poll it."""
_LOOK_AGAIN_S: Final = 60.0
"""So often is looked at whether reports still wait elsewhere, once some did."""


class StoreWatch:
    """Appends to a writer, and notes failures, incidents and repairs for the status.

    Args:
        database: the store.
        writer: its writer.
        valid_keys: returns the numbers of the keys that are valid now.
        on_failure: is called when something could not be stored.
        spool: keeps reports while the store can't be reached; None where nothing does.
        told: what is to be told of its file.
    """

    def __init__(
        self,
        database: Database,
        writer: Writer,
        valid_keys: Callable[[], Sequence[int]],
        on_failure: Callable[[], None],
        spool: Spool | None = None,
        told: StoreError | None = None,
    ) -> None:
        self._database = database
        self._writer = writer
        self._spool = spool
        self._valid_keys = valid_keys
        self._on_failure = on_failure
        self._alarm: StoreError | None = None
        self._alarm_until = 0.0
        self._incident: StoreError | None = None
        self._fault: LoopFaultError | None = None
        self._repairs = 0
        self._told = told
        self._renamed: ReceiverRenamedError | None = None
        self._left = left_behind(database.folder)
        self._look_again = time.monotonic() + _LOOK_AGAIN_S
        for one in self._left:
            log.warning("%s", one)

    async def append(self, arrival: Arrival) -> WriteResult:
        """Store an arrival; see `Writer.append` and `Spool.append`. A failure is told at once."""
        if self._spool is not None:
            return await self._spool.append(arrival, self._store)
        return await self._store(arrival)

    async def _store(self, arrival: Arrival) -> WriteResult:
        try:
            return await self._writer.append(arrival)
        except StoreError as error:
            if not isinstance(error, QueueFullError | StoreClosedError | DailyLimitError):
                self._alarm = error
                self._alarm_until = time.monotonic() + _ALARM_SHOWN_S
                self._on_failure()
            raise

    def alarm(self) -> Problem | None:
        """Return why reports are refused; None while they are stored, or kept for the store."""
        if self._spool is not None and self._spool.refused is not None:
            return problem_of(self._spool.refused)
        alarm = None if self._is_covered else self._writer.alarm
        if alarm is None and self._writer.daily_limit.is_reached(self._valid_keys(), utc_now()):
            alarm = DailyLimitError()
        if alarm is None and not self._is_covered and time.monotonic() < self._alarm_until:
            alarm = self._alarm
        return None if alarm is None else problem_of(alarm)

    def notice(self) -> Problem | None:
        """Return that reports wait, files were changed, storing will fail, or a loop has failed."""
        spool = self._spool
        if spool is not None and (spool.waiting[0] or (self._is_covered and self._writer.alarm)):
            return problem_of(spool.notice)
        incident = self._seen_incident()
        found = self._writer.warning or incident or self._fault or self._renamed or self._told
        if found is None and spool is not None:
            found = spool.notice_of_others
        if found is None and self._left:
            found = self._left_behind()
        return None if found is None else problem_of(found)

    @property
    def is_stalled(self) -> bool:
        """Whether the store is stuck, and nothing is kept for it either."""
        return self._writer.is_stalled and not self._is_covered

    def has_kept_all(self, since: datetime) -> bool:
        """Return whether all that came since a moment was kept, though the store was away."""
        return self._spool is not None and self._spool.has_kept_all(since)

    def health(self) -> str:
        """Return what a health check is told beside that the receiver works; "" for nothing."""
        count, since = (0, None) if self._spool is None else self._spool.waiting
        if since is None:
            return ""
        return f"{count} reports wait here since {since:%Y-%m-%dT%H:%M:%SZ}\n"

    @property
    def _is_covered(self) -> bool:
        """Whether reports are kept when the store does not take them."""
        return self._spool is not None and self._spool.is_taking and not self._spool.refused

    def take_other_name(self) -> tuple[str, str]:
        """Have the receiver go on by another name, and tell; see `HeartbeatWriter`."""
        before = self._database.receiver
        identity = take_other_name(self._database)
        self._renamed = ReceiverRenamedError(before, identity.name)
        log.warning("%s", self._renamed)
        self._on_failure()
        return identity.name, identity.folder_id

    def note_fault(self, _fault: Exception) -> None:
        """Have the notice tell of a mistake in a loop, which goes on; from any thread."""
        if self._fault is None:
            self._fault = LoopFaultError()
            self._on_failure()

    def repairs(self) -> int:
        """Return how often the files were repaired."""
        self._seen_incident()
        return self._repairs

    def _left_behind(self) -> StoreError | None:
        if time.monotonic() >= self._look_again:
            self._look_again = time.monotonic() + _LOOK_AGAIN_S
            self._left = left_behind(self._database.folder)
        return self._left[0] if self._left else None

    def _seen_incident(self) -> StoreError | None:
        incident = self._writer.incident
        if incident is not self._incident:
            self._incident = incident
            self._repairs += 1
        return incident
