"""Asks once a day whether a newer version is out, once the user has said yes."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from kvitto import __version__
from kvitto.clock import utc_now
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.preferences import Preferences
from kvitto.updates.announcement import NewVersion, SignedAnnouncement
from kvitto.updates.source import UpdateSource, own_source
from kvitto.updates.update_errors import UpdateUnknownError, WhyUnknown

log = logging.getLogger(__name__)

SWITCH: Final = "asks_for_updates"
ASKED_AT: Final = "update_asked_at"
"""When an answer came, ISO-8601; the preferences of this name and the next say how it went."""
PROBLEM: Final = "update_problem"
_KEPT: Final = "update_kept"
_EVERY: Final = timedelta(days=1)
_LOOK_EVERY_MS: Final = 60 * 60 * 1000


class NewVersions(QObject):
    """What is known of a newer version. Belongs to the window's thread.

    Signals:
        changed: `newer` is another one.

    Args:
        preferences: have the switch, and keep what was told.
        tasks: run what asks.
        source: whom to ask; None for nobody.
        version: what is running.
        clock: the time, UTC.
        parent: the owner.
    """

    changed = Signal()

    def __init__(
        self,
        preferences: Preferences,
        tasks: Tasks,
        *,
        source: UpdateSource | None,
        version: str = __version__,
        clock: Callable[[], datetime] = utc_now,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._tasks = tasks
        self._source = source
        self._version = version
        self._clock = clock
        self._latest: NewVersion | None = None
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def newer(self) -> NewVersion | None:
        """The newer version that is out; None where the user does not want to hear of any."""
        latest = self._latest
        if latest is None or not self._preferences.asks_for_updates:
            return None
        return latest if latest.is_newer_than(self._version) else None

    @property
    def version(self) -> str:
        """What is running."""
        return self._version

    def begin(self) -> None:
        """Show what was told before, and ask whenever it is time."""
        if self._source is None:
            return
        self._preferences.changed.connect(self._on_preference)
        self._timer.start()
        self._tasks.start(self._begin(self._source), "kept announcement")

    async def _begin(self, source: UpdateSource) -> None:
        kept = self._preferences.get(_KEPT, "")
        if kept and self._preferences.asks_for_updates:
            try:
                signed = msgspec.json.decode(kept, type=SignedAnnouncement)
                self._latest = await self._tasks.in_thread(signed.read, source.public_key)
            except (msgspec.DecodeError, UpdateUnknownError) as error:
                log.info("The announcement that was kept is not believed: %s", error)
            else:
                self.changed.emit()
        self._look()

    def _on_preference(self, name: str) -> None:
        if name != SWITCH:
            return
        if not self._preferences.asks_for_updates:
            self._latest = None
            for one in (_KEPT, ASKED_AT, PROBLEM):
                self._preferences.put(one, "")
        self.changed.emit()
        self._look()

    def _look(self) -> None:
        if self._source is not None and self._preferences.asks_for_updates and self._is_due():
            self._tasks.start_latest(self._ask(self._source), "newer version")

    def _is_due(self) -> bool:
        asked_at = asked(self._preferences)
        # After the clock was set back, what it said before tells nothing.
        return asked_at is None or not asked_at <= self._clock() < asked_at + _EVERY

    async def _ask(self, source: UpdateSource) -> None:
        # Loaded here: most windows never ask.
        from kvitto.updates.check import ask_for_update

        try:
            signed = await ask_for_update(source)
        except UpdateUnknownError as error:
            log.info("Whether there is a newer version is not known: %s", error)
            if error.why is not WhyUnknown.UNREACHABLE:
                self._preferences.put(ASKED_AT, self._clock().isoformat())
            self._preferences.put(PROBLEM, error.why.value)
            return
        if not self._preferences.asks_for_updates:
            return  # switched off meanwhile
        self._preferences.put(PROBLEM, "")
        self._preferences.put(ASKED_AT, self._clock().isoformat())
        told = signed.read(source.public_key)
        if self._latest is not None and self._latest.is_newer_than(told.version):
            return  # an old one, well signed: somebody serves it once more
        self._preferences.put(_KEPT, msgspec.json.encode(signed).decode())
        self._latest = told
        self.changed.emit()


def new_versions(preferences: Preferences, tasks: Tasks) -> NewVersions:
    """Return what this program knows of newer versions."""
    return NewVersions(preferences, tasks, source=own_source())


def asked(preferences: Preferences) -> datetime | None:
    """Return when an answer came last, UTC; None where none did."""
    try:
        at = datetime.fromisoformat(preferences.get(ASKED_AT, ""))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
