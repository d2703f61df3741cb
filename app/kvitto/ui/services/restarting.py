"""Moves the receiver to another address when the user asks for it, and says what came of it."""

from PySide6.QtCore import QObject, Signal

from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.store.errors import StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text


class Restarting(QObject):
    """Moves the receiver of a session, or starts one. Belongs to the window's thread.

    Signals:
        failed: a sentence: why nothing listens where it should, and what listens instead.
        ended: it was tried; how the session stands now may be another way than before.
    """

    failed = Signal(str)
    ended = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        """Move the receiver of `context`."""
        super().__init__(parent)
        self._context = context

    def restart(self, host: str = "", port: int = -1) -> None:
        """Receive at an address; "" and a negative port are what the user prefers."""
        preferences = self._context.preferences
        port = preferences.port if port < 0 else port
        self._context.tasks.start_latest(self._restart(host or preferences.host, port), "restart")

    def try_again(self, port: int = -1) -> None:
        """Receive at the address that was asked for; a negative port is that one's, too."""
        host, asked_port = self._context.backend.asked_address
        port = asked_port if port < 0 else port
        self._context.tasks.start_latest(self._restart(host, port), "restart")

    def require_key(self) -> None:
        """Take no reports without a key any more."""
        self._context.tasks.start_latest(self._require_key(), "require key")

    async def _require_key(self) -> None:
        link = self._context.backend.link
        try:
            await self._context.tasks.in_thread(lambda: link.client().set_no_auth(no_auth=False))
        except StoreError as error:
            self.failed.emit(error_text(error))

    async def _restart(self, host: str, port: int) -> None:
        backend, preferences = self._context.backend, self._context.preferences
        try:
            await self._context.tasks.in_thread(backend.listen, host, port)
        except (StoreError, ReceiverError) as error:
            address = backend.listens_on
            if address is None:
                if isinstance(error, StoreError):
                    self.failed.emit(error_text(error))
            else:
                # The next start must not fail at what is known not to work.
                preferences.put("host", address[0])
                preferences.put("port", address[1])
                going_on = self.tr("Reports are received as before, on {host}, port {port}.")
                going_on = going_on.format(host=address[0], port=address[1])
                self.failed.emit(f"{error_text(error)} {going_on}")
        else:
            if backend.elsewhere is not None:
                preferences.put("receives_here", True)
        self.ended.emit()
