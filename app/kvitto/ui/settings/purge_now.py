"""Forget what is old: when the user says so, and once a day if they want it."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from kvitto.clock import utc_now
from kvitto.receiver.heartbeat import read_clocks
from kvitto.store.clock_guard import ClockReading, ConfirmClock
from kvitto.store.database import FileDatabase
from kvitto.store.errors import StoreError
from kvitto.store.migrations.runner import purge_copies
from kvitto.store.purge import Purger
from kvitto.store.retention import PurgePlan, Retention, RetentionRule
from kvitto.store.rights import Right
from kvitto.ui.services.context import Context
from kvitto.ui.services.shared_rule import SharedRuleWatch
from kvitto.ui.text.error_text import error_text

log = logging.getLogger(__name__)

EVERY: Final = timedelta(days=1)
"""The time between two runs; and from a change of the rule to the first run by it, so that nothing
is lost to a slip."""
_LOOK_EVERY_MS: Final = 10 * 60 * 1000
_FIRST_LOOK_MS: Final = 60 * 1000
_RULE: Final = frozenset({"forgets", "retention_days", "keeps_sums"})


class PurgeNow(QObject):
    """Forgets by the user's preferences, in the background. Make one, and keep it with the window.

    Belongs to the window's thread. Reports go on being received meanwhile.

    Attributes:
        shared: the rule of the store, where several windows share it; None where they don't.

    Signals:
        started: a run has begun.
        progressed: how many messages of how many are forgotten.
        ended: a run has ended; a :class:`~kvitto.store.purge.Purged`.
        failed: a sentence: why a run ended before its time. `ended` does not come then.
        announced: what the first run by a rule will forget, a `PurgePlan`, and when, UTC: a day
            before it does, and again whenever the window is opened until then.
        clock_confirmed: the user has said that the clock is right, and it is kept.
    """

    started = Signal()
    progressed = Signal(int, int)
    ended = Signal(object)
    failed = Signal(str)
    announced = Signal(object, object)
    clock_confirmed = Signal()

    def __init__(
        self,
        context: Context,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Work on the store of `context`."""
        super().__init__(parent)
        self._backend = context.backend
        self._permissions = context.permissions
        self._tasks = context.tasks
        self._preferences = context.preferences
        self._clock = clock
        self._retention = Retention(context.backend.database)
        self._forgetter: Purger | None = None
        self._is_emptying = False
        self._is_announced = False
        is_shared = context.backend.database.is_shared
        self.shared = SharedRuleWatch(context, self) if is_shared else None
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        context.preferences.changed.connect(self._on_preference)

    @property
    def is_running(self) -> bool:
        """Whether something is being forgotten now."""
        return self._forgetter is not None

    @property
    def next_run(self) -> datetime | None:
        """When it will run by itself next; None where it will not."""
        if not self._preferences.purges:
            return None
        try:
            return datetime.fromisoformat(self._preferences.next_purging).astimezone(UTC)
        except ValueError:
            return None

    def start_daily(self) -> None:
        """Run once a day from now on, if the user wants it; not in the first minute."""
        self._timer.start()
        QTimer.singleShot(_FIRST_LOOK_MS, self, self.look)

    def look(self) -> None:
        """Run if a run is due, and empty the bin of what was in it long enough; if one may."""
        if not self._permissions.may(Right.EDIT):
            return
        if self._forgetter is None and not self._is_emptying:
            self._is_emptying = True
            self._tasks.start(self._empty_bin(), "empty the bin")
        if not self._preferences.purges:
            return
        next_run = self.next_run
        if next_run is None:
            self._put_off()
        elif next_run <= self._clock():
            if self._preferences.is_purge_announced:
                self.run()
            else:
                self._put_off()
                self._tasks.start_latest(self._announce(), "purge announcement")
        elif self._preferences.is_purge_due_first and not self._is_announced:
            self._tasks.start_latest(self._announce(), "purge announcement")

    def now(self) -> datetime:
        """Return what the computer's clock says, UTC."""
        return self._clock()

    def rule(self) -> RetentionRule:
        """Return the rule that the user has chosen, whether or not it is in force."""
        return RetentionRule(self._preferences.retention_days, self._preferences.keeps_sums)

    def due(self, rule: RetentionRule) -> PurgePlan:
        """Return what would be forgotten now. Not in the window's thread."""
        return self._retention.due(rule, self._clock())

    def run(self) -> None:
        """Forget now, by the user's rule; nothing where a run is under way."""
        if self._forgetter is not None:
            return
        self._forgetter = Purger(
            # Asked anew each time: after the receiver is restarted the writer is another one.
            edit=lambda edit: self._backend.edit(edit),
            on_progress=self._on_progress,
        )
        self._put_off()
        self._forget_announcement()
        self.started.emit()
        self._tasks.start(self._run(self._forgetter), "forgetting")

    def confirm_clock(self) -> None:
        """Take the computer's clock for right from now on: the user has looked at it."""
        self._tasks.start(self._confirm_clock(), "confirm clock")

    async def _confirm_clock(self) -> None:
        reading = read_clocks()
        edit = ConfirmClock(ClockReading(self._clock(), reading.steady_s, reading.boot))
        try:
            await self._tasks.in_thread(self._backend.edit(edit).result)
        except StoreError as error:
            if isValid(self):
                self.failed.emit(error_text(error))
        else:
            if isValid(self):
                self.clock_confirmed.emit()

    async def _announce(self) -> None:
        """Tell what the first run will forget; where it would be nothing, that is not said."""
        rule = self.rule()
        try:
            due = await self._tasks.in_thread(self.due, rule)
        except StoreError:
            return  # the next look tries again
        following = self.next_run
        if due.is_empty or following is None or not isValid(self):
            return
        self._is_announced = True
        self._preferences.put("purge_announced", True)
        self._preferences.put("purge_due_first", True)
        self.announced.emit(due, following)

    def stop(self) -> None:
        """End a run soon. What it has forgotten stays so; the next one goes on."""
        if self._forgetter is not None:
            self._forgetter.stop()

    async def _run(self, forgetter: Purger) -> None:
        try:
            due = await self._tasks.in_thread(self.due, self.rule())
            purged = await forgetter.run(due, self._clock())
            # What an upgrade has kept holds numbers and bodies, too.
            database = self._backend.database
            if isinstance(database, FileDatabase):
                await self._tasks.in_thread(purge_copies, database.path, due.seen_before)
        except StoreError as error:
            self._forgetter = None
            if isValid(self):
                self.failed.emit(error_text(error))
        else:
            self._forgetter = None
            log.info("Deleted: %d batches, %d messages", purged.batches, purged.messages)
            if isValid(self):
                self.ended.emit(purged)
        finally:
            self._forgetter = None

    async def _empty_bin(self) -> None:
        """Delete for good what was in the bin for 30 days; not while the clock is doubtful."""
        try:
            due = await self._tasks.in_thread(self._retention.due_in_bin, self._clock())
            if not due.is_empty and due.doubt is None:
                purger = Purger(edit=lambda edit: self._backend.edit(edit))
                purged = await purger.run(due, self._clock())
                log.info("Deleted from the bin: %d batches", purged.batches)
        except StoreError as error:
            log.debug("The bin is not emptied now: %s", error.detail)  # the next look tries again
        finally:
            self._is_emptying = False

    def _on_progress(self, done: int, of_all: int) -> None:
        if isValid(self):
            self.progressed.emit(done, of_all)

    def _put_off(self) -> None:
        self._preferences.put("next_purging", (self._clock() + EVERY).isoformat())

    def _on_preference(self, name: str) -> None:
        if name in _RULE and self._preferences.purges:
            self._preferences.put("purge_announced", False)
            self._forget_announcement()
            self._put_off()

    def _forget_announcement(self) -> None:
        """Know that what was announced is done, or not done by that rule."""
        self._is_announced = False
        self._preferences.put("purge_due_first", False)
