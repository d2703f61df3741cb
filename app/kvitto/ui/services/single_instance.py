"""One window per data folder: a second start raises the first one."""

import asyncio
import logging
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from kvitto.paths import window_lock_file
from kvitto.store.errors import FolderUnusableError, WindowSilentError
from kvitto.ui.services.running_window import RAISE_REQUEST, server_name

log = logging.getLogger(__name__)

_WAIT_MS: Final = 1000
_TRIES: Final = 50
_REST_S: Final = 0.1


class SingleInstance(QObject):
    """The right to show a window for a data folder: held by one process at a time.

    A lock of the system's decides who has it, and is free again when a process ends, however it
    ends. The local server only lets others ask that the window be raised.

    Attributes:
        name: of the local server.

    Signals:
        raise_requested: somebody started Kvitto again on the same folder.
    """

    raise_requested = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Work for the data folder `folder`, which must exist."""
        super().__init__(parent)
        self._folder = folder
        self.name: Final = server_name(folder)
        self._lock = FileLock(window_lock_file(folder), timeout=0, mode=0o600, thread_local=False)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def take(self) -> bool:
        """Take the right; return whether we have it now. See `raise_other` for who has not.

        Raises:
            FolderUnusableError: the lock can't be made.
        """
        try:
            self._lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            raise FolderUnusableError(self._folder, str(error)) from error
        # Who listens has the right: what is in the way was left behind by a crash.
        QLocalServer.removeServer(self.name)
        if not self._server.listen(self.name):
            log.warning("A second start can't raise this window: %s", self._server.errorString())
        return True

    def raise_other(self) -> bool:
        """Ask the window that has the right to come to the front; return whether it heard."""
        socket = QLocalSocket()
        socket.connectToServer(self.name)
        if not socket.waitForConnected(_WAIT_MS):
            return False
        # To be connected is all that it takes: a busy window need not have looked yet.
        socket.write(RAISE_REQUEST)
        socket.waitForBytesWritten(_WAIT_MS)
        socket.disconnectFromServer()
        return True

    async def take_or_raise(self) -> bool:
        """Take the right, or raise the window that has it; return whether we have it now.

        Raises:
            FolderUnusableError: the lock can't be made.
            WindowSilentError: it can't be taken, and nobody answers: not even a while later, when
                one that was starting listens, and one that was ending has ended.
        """
        tries = 0
        while not self.take():
            if self.raise_other():
                return False
            tries += 1
            if tries >= _TRIES:
                raise WindowSilentError(self._folder, f"nobody listens at {self.name}")
            await asyncio.sleep(_REST_S)
        return True

    def give_back(self) -> None:
        """Let another window take the right."""
        self._server.close()
        self._lock.release()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raise_requested.emit()
