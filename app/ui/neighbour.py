"""The other process that receives into our folder: it may end, and another may begin."""

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.context import Context

_LOOK_MS: Final = 1000


class Neighbour(QObject):
    """Looks once a second whether another process receives, while we don't.

    Belongs to the window's thread; looks in another.

    Signals:
        changed: the session is attached to another process than before, or to none.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        """Look from now on."""
        super().__init__(parent)
        self._context = context
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._on_time)
        self._timer.start()

    def _on_time(self) -> None:
        if not self._context.session.is_receiving:
            self._context.tasks.start_latest(self._look(), "neighbour")

    async def _look(self) -> None:
        session = self._context.session
        if await self._context.tasks.in_thread(session.look_for_others):
            self.changed.emit()
