"""What changed in the store, at a pace that a window can show."""

import logging
from asyncio import Future
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes, Reader
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.throttle import Throttle

log = logging.getLogger(__name__)

PACE_MS = 100
"""At most one refresh in this time, whatever arrives."""
POLL_MS = 500
"""How often is asked while nobody nudges us."""


class ChangeFeed(QObject):
    """Asks the store what changed since the revision that the window shows.

    A nudge only says that there is something; nothing is pushed. Belongs to the window's thread,
    but for `notify`.

    Signals:
        changed: a :class:`~kvitto.store.reader.Changes`; everything since the one before. The first
            one, after `start`, holds all batches and no messages.
        failed: a `StoreError` that kept us from reading; None when it works again.
    """

    changed = Signal(object)
    failed = Signal(object)
    _notified = Signal()

    def __init__(
        self,
        reader: Reader,
        tasks: Tasks,
        *,
        is_notified: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """Read from `reader`; ask by ourselves while nobody would nudge us: `is_notified` tells."""
        super().__init__(parent)
        self._reader = reader
        self._tasks = tasks
        self._is_notified = is_notified
        self._revision = 0
        self._is_started = False
        self._is_first = True
        self._failure: StoreError | None = None
        self._ahead: Future[Changes] | None = None
        # Its pace does not depend on how long a reading takes: it holds the newest changes only.
        self._throttle = Throttle(tasks, self._read, "feed", rest_ms=PACE_MS, share=0, parent=self)
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._on_poll)
        self._notified.connect(self._on_notified, Qt.ConnectionType.QueuedConnection)

    @property
    def revision(self) -> int:
        """The revision that the window shows."""
        return self._revision

    @property
    def has_read(self) -> bool:
        """Whether the window shows what the store held at the start, or later."""
        return not self._is_first

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

    def notify(self, _revision: int) -> None:
        """Say that there is a newer revision; from any thread."""
        self._notified.emit()

    def _on_notified(self) -> None:
        if self._is_started:
            self._throttle.want()

    def _on_poll(self) -> None:
        if not self._is_notified():
            self._on_notified()

    async def _read(self) -> None:
        try:
            changes = await self._ask()
        except StoreError as error:
            self._fail(error)
            self._throttle.want()
            return
        self._fail(None)
        if self._is_first or changes.revision != self._revision:
            self._is_first = False
            self._revision = changes.revision
            self.changed.emit(changes)

    async def _ask(self) -> Changes:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            # Nobody listened to nudges since.
            self._throttle.want()
            return await ahead
        return await self._tasks.in_thread(self._all if self._is_first else self._since)

    def _all(self) -> Changes:
        return self._reader.changes_since(0, limit=0)

    def _since(self) -> Changes:
        return self._reader.changes_since(self._revision)

    def _fail(self, error: StoreError | None) -> None:
        is_news = str(error) != str(self._failure)
        self._failure = error
        if is_news:
            self.failed.emit(error)
