"""What changed in the store, at a pace that a window can show, and all of one moment."""

import logging
from asyncio import Future
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from kvitto.clock import utc_now
from kvitto.store.changes import ask_changes
from kvitto.store.errors import StoreError
from kvitto.store.prepared_statements import Asked
from kvitto.store.reader import Changes, Reader
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.from_threads import CallsFromThreads

log = logging.getLogger(__name__)

PACE_MS = 100
"""At most one refresh in this time, whatever arrives."""
POLL_MS = 500
"""How often is asked while nobody nudges us."""
OVERDUE_MS = 5000
"""How long a reading from a server takes until that counts as away."""
_FIRST_OVERDUE_MS: Final = 20_000
"""The first one reads all batches."""
_SHARE: Final = 4
_LONGEST_REST_MS: Final = 1000
"""The rest after a refresh is so many times as long as that took, but no longer than this: a huge
batch does not keep a processor busy."""

Reading = Callable[[Changes], Any]
"""Reads something on another thread, in the snapshot of the changes that it is given."""


@dataclass(frozen=True)
class Asking:
    """A reading that says what it will ask: all of a tick is asked at once.

    Attributes:
        read: the reading.
        asked: what it will ask, as far as that is known; it may ask something else.
    """

    read: Reading
    asked: Sequence[Asked]

    def __call__(self, changes: Changes) -> Any:
        """Read."""
        return self.read(changes)


class _Part(NamedTuple):
    """Something on the screen that is read along with the changes.

    Attributes:
        plan: returns what to read next, asked in the window's thread; None for nothing.
        show: takes what was read, in the window's thread.
    """

    plan: Callable[[], Reading | None]
    show: Callable[[Any], None]


class _Tick(NamedTuple):
    """What was read at once: all of it is of the same revision."""

    changes: Changes
    results: Sequence[tuple[_Part, Any]]


class ChangeFeed(QObject):
    """Asks the store what changed since the revision that the window shows.

    A nudge only says that there is something; nothing is pushed. What is on the screen besides the
    table is read in the same snapshot and shown in the same turn of the window's loop: no two
    numbers on the screen are of different revisions. Belongs to the window's thread, but for
    `notify`.

    Signals:
        changed: a :class:`~kvitto.store.reader.Changes`; everything since the one before. The first
            one, after `start`, holds all batches and no messages.
        failed: a `StoreError` that keeps us from reading, which is tried again each second; None
            when it works again.
        recovered: it works again: what was asked for meanwhile, and failed, is to be asked again.
    """

    changed = Signal(object)
    failed = Signal(object)
    recovered = Signal()

    def __init__(
        self,
        reader: Reader,
        tasks: Tasks,
        *,
        is_notified: Callable[[], bool],
        silence: StoreError | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Follow a store.

        Args:
            reader: reads it.
            tasks: runs that.
            is_notified: tells whether somebody nudges us; else we ask by ourselves.
            silence: the failure that it is when a reading takes very long; None where it is none.
            parent: the owner.
        """
        super().__init__(parent)
        self._silence = silence
        self._overdue = QTimer(self, singleShot=True, interval=OVERDUE_MS)
        self._overdue.timeout.connect(lambda: self._fail(self._silence))
        self._reader = reader
        self._tasks = tasks
        self._is_notified = is_notified
        self._revision = 0
        self._is_started = False
        self._is_reading = False
        self._is_stale = False
        self._is_outdated = False
        self._is_first = True
        self._failure: StoreError | None = None
        self._failed_at: datetime | None = None
        self._is_hurried = False
        self._parts: list[_Part] = []
        self._ahead: Future[Changes] | None = None
        self._throttle = QTimer(self, singleShot=True, interval=PACE_MS)
        self._throttle.timeout.connect(self._on_paced)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._on_poll)
        self._from_threads = CallsFromThreads(self)

    @property
    def revision(self) -> int:
        """The revision that the window shows."""
        return self._revision

    @property
    def has_read(self) -> bool:
        """Whether the window shows what the store held at the start, or later."""
        return not self._is_first

    @property
    def failed_at(self) -> datetime | None:
        """Since when nothing can be read, UTC; None while it can."""
        return self._failed_at

    def reading_text(self) -> str:
        """Return what is said in the place of what is not read yet."""
        return self.tr("Reading …") if self._failed_at is None else self.tr("Not read yet")

    def add_part(self, plan: Callable[[], Reading | None], show: Callable[[Any], None]) -> None:
        """Read something along with all changes.

        Args:
            plan: asked before each reading, in the window's thread; returns what reads on another
                thread, or None where nobody looks.
            show: takes what was read, after `changed` was emitted and before anything is painted.
        """
        self._parts.append(_Part(plan, show))

    def refresh(self) -> None:
        """Read the parts again as soon as may be: something else is shown now."""
        self._is_stale = self._is_hurried = True
        if self._is_started and not self._is_reading:
            self._throttle.stop()
            self._tasks.start(self._read(), "feed")

    def read_anew(self) -> None:
        """Read all again as soon as may be: the store tells other things of what there was."""
        self._is_outdated = True
        self.refresh()

    def read_ahead(self) -> None:
        """Begin to read what `start` tells, while the window is being built."""
        self._ahead = self._tasks.begin(self._all)

    def start(self) -> None:
        """Read for the first time, and from then on what changes."""
        self._is_started = True
        self._on_notified()
        self._poll.start()

    def stop(self) -> None:
        """Ask no more."""
        self._is_started = False
        self._poll.stop()
        self._throttle.stop()
        self._overdue.stop()

    def notify(self, _revision: int) -> None:
        """Say that there is a newer revision; from any thread."""
        self._from_threads.call(self._on_notified)

    def _on_notified(self) -> None:
        self._is_stale = True
        if self._is_started and not self._is_reading and not self._throttle.isActive():
            self._tasks.start(self._read(), "feed")

    def _on_poll(self) -> None:
        if not self._is_notified():
            self._on_notified()

    def _on_paced(self) -> None:
        if self._is_stale and self._is_started:
            self._tasks.start(self._read(), "feed")

    async def _read(self) -> None:
        if self._is_reading:
            return
        self._is_reading = True
        self._is_stale = self._is_hurried = False
        is_first = self._is_first
        if self._silence is not None:
            self._overdue.start(OVERDUE_MS if self.has_read else _FIRST_OVERDUE_MS)
        clock = QElapsedTimer()
        clock.start()
        try:
            changes, results = await self._ask()
        except StoreError as error:
            self._fail(error)
            self._is_stale = True
        else:
            self._show(changes, results)
        finally:
            self._is_reading = False
            self._overdue.stop()
            if self._is_started:
                rest_ms = max(PACE_MS, min(_SHARE * clock.elapsed(), _LONGEST_REST_MS))
                if self._failure is not None:
                    rest_ms = _LONGEST_REST_MS
                elif self._is_hurried:
                    rest_ms = 0
                elif is_first:
                    # It takes as long as the program's start, and tells nothing of the next one.
                    rest_ms = PACE_MS
                self._throttle.start(rest_ms)

    def _show(self, changes: Changes, results: Sequence[tuple[_Part, Any]]) -> None:
        was_failing = self._failure is not None
        self._fail(None)
        if self._is_first or changes.revision != self._revision:
            self._is_first = False
            self._revision = changes.revision
            self.changed.emit(changes)
        for part, result in results:
            part.show(result)
        if was_failing:
            self.recovered.emit()

    async def _ask(self) -> _Tick:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            # Nobody listened to nudges since, and the parts are read next.
            self._is_stale = self._is_hurried = True
            return _Tick(await ahead, ())
        planned = [(part, reading) for part in self._parts if (reading := part.plan()) is not None]
        if self._is_outdated:
            self._is_outdated, self._revision = False, 0
        return await self._tasks.in_thread(self._read_all, is_first=self._is_first, planned=planned)

    def _read_all(self, *, is_first: bool, planned: Sequence[tuple[_Part, Reading]]) -> _Tick:
        asked = [] if is_first else [ask_changes(self._revision)]
        for _, reading in planned:
            if isinstance(reading, Asking):
                asked += reading.asked
        with self._reader.database.shared_snapshot(asked):
            changes = self._all() if is_first else self._since()
            return _Tick(changes, [(part, reading(changes)) for part, reading in planned])

    def _all(self) -> Changes:
        return self._reader.changes_since(0, limit=0)

    def _since(self) -> Changes:
        return self._reader.changes_since(self._revision)

    def _fail(self, error: StoreError | None) -> None:
        is_news = str(error) != str(self._failure)
        self._failure = error
        self._failed_at = None if error is None else self._failed_at or utc_now()
        if is_news:
            self.failed.emit(error)
