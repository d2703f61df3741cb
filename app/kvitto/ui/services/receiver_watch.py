"""What the receiver tells, for the window: it is told on another thread, and acted on in Qt's."""

from PySide6.QtCore import QObject, Signal

from kvitto.receiver.receiver_outlook import ReceiverOutlook
from kvitto.ui.backend import Backend
from kvitto.ui.services.from_threads import CallsFromThreads


class ReceiverWatch(QObject):
    """Tells what is new about the receiver. Belongs to the window's thread.

    Signals:
        changed: whether, where or why not reports are received is another matter than before.
    """

    changed = Signal()

    def __init__(self, backend: Backend, parent: QObject | None = None) -> None:
        """Watch the receiver of `backend` from now on."""
        super().__init__(parent)
        self._backend = backend
        self._known = _standing(backend.outlook)
        self._from_link = CallsFromThreads(self)
        backend.link.observers.add(self._on_news)

    def _on_news(self, _outlook: ReceiverOutlook) -> None:
        """Hear of it; on the link's thread."""
        self._from_link.call(self._on_heard)

    def _on_heard(self) -> None:
        standing = _standing(self._backend.outlook)
        if standing != self._known:
            self._known = standing
            self.changed.emit()


def _standing(outlook: ReceiverOutlook) -> tuple[object, ...]:
    """Return what the window's words about the receiver depend on."""
    status = outlook.status
    if status is None:
        error = outlook.error
        return outlook.connection, None if error is None else str(error)
    address = (status.pid, status.phase, status.host, status.port)
    return outlook.connection, *address, status.trouble, status.alarm, status.no_auth
