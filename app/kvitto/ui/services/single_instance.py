"""One window per data folder: a second start raises the first one."""

import asyncio
import errno
import logging
import os
import time
from pathlib import Path
from typing import Final

from filelock import BaseFileLock, Timeout
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from kvitto.paths import window_lock_file
from kvitto.store.errors import DiskFullError, FolderUnusableError, WindowSilentError
from kvitto.ui.services.first_steps import window_lock
from kvitto.ui.services.running_window import (
    ANSWER_S,
    RAISE_REQUEST,
    RAISED,
    raise_running_window,
    server_name,
    socket_files,
)

log = logging.getLogger(__name__)

_WAIT_MS: Final = 1000
_TRIES: Final = 50
_REST_S: Final = 0.1


class SingleInstance(QObject):
    """The right to show a window for a data folder: held by one process at a time.

    A lock of the system's decides who has it, and is free again when a process ends, however it
    ends. The local server only lets others ask that the window be raised.

    Signals:
        raise_requested: somebody started Kvitto again on the same folder.
    """

    raise_requested = Signal()

    def __init__(
        self, folder: Path, parent: QObject | None = None, *, lock: BaseFileLock | None = None
    ) -> None:
        """Work for the data folder `folder`, which must exist.

        Args:
            folder: the data folder.
            parent: the owner.
            lock: its `window_lock`, where that is made already; it may have been taken.
        """
        super().__init__(parent)
        self._folder = folder
        self._lock = lock or window_lock(folder)
        self._server = QLocalServer(self)
        if os.name != "posix":
            self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def take(self) -> bool:
        """Take the right; return whether we have it now. See `raise_other` for who has not.

        Raises:
            FolderUnusableError: the lock can't be made.
            DiskFullError: there is no room for it.
        """
        try:
            if not self._lock.is_locked:
                self._lock.acquire()
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise DiskFullError(window_lock_file(self._folder), str(error)) from error
            raise FolderUnusableError(self._folder, str(error)) from error
        names = _server_names(self._folder)
        for name in names:
            # Who listens has the right: what is in the way was left behind by a crash.
            QLocalServer.removeServer(name)
            if self._server.listen(name):
                return True
        why = self._server.errorString() if names else "no folder is this user's alone"
        log.warning("A second start can't raise this window: %s", why)
        return True

    def raise_other(self, answer_s: float = ANSWER_S) -> bool:
        """Ask the window that has the right to come to the front; return whether it answered.

        Blocks meanwhile; any thread may call it.
        """
        if os.name == "posix":
            return raise_running_window(self._folder, answer_s)
        socket = QLocalSocket()
        socket.connectToServer(server_name(self._folder))
        if not socket.waitForConnected(_WAIT_MS):
            return False
        socket.write(RAISE_REQUEST)
        socket.waitForBytesWritten(_WAIT_MS)
        while not socket.canReadLine() and socket.waitForReadyRead(int(answer_s * 1000)):
            pass
        return socket.readLine().data() == RAISED

    async def take_or_raise(self) -> bool:
        """Take the right, or raise the window that has it; return whether we have it now.

        Raises:
            FolderUnusableError: the lock can't be made.
            WindowSilentError: it can't be taken, and nobody answers: not even a while later, when
                one that was starting listens, and one that was ending has ended.
        """
        tries = 0
        while not self.take():
            began = time.monotonic()
            if await asyncio.to_thread(self.raise_other):
                return False
            tries += 1
            if tries >= _TRIES or time.monotonic() - began >= ANSWER_S:
                places = ", ".join(_server_names(self._folder)) or "no place"
                raise WindowSilentError(self._folder, f"nobody answers at {places}")
            await asyncio.sleep(_REST_S)
        return True

    def give_back(self) -> None:
        """Let another window take the right."""
        self._server.close()
        self._lock.release()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.write(RAISED)
            socket.flush()
            socket.disconnected.connect(socket.deleteLater)
            self.raise_requested.emit()


def _server_names(folder: Path) -> list[str]:
    """Return the names that the local server may have, the best first."""
    if os.name == "posix":
        return [str(path) for path in socket_files(folder)]
    return [server_name(folder)]
