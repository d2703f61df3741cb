"""One window per data folder: a second start raises the first one."""

import hashlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_WAIT_MS: Final = 1000


class SingleWindow(QObject):
    """The right to show a window for a data folder.

    Signals:
        raise_requested: somebody started Kvitto again on the same folder.
    """

    raise_requested = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Work for the data folder `folder`."""
        super().__init__(parent)
        digest = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=12).hexdigest()
        self._name = f"kvitto-{digest}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def take(self) -> bool:
        """Take the right, or raise the window that has it; return whether we have it now."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_WAIT_MS):
            socket.write(b"raise")
            socket.waitForBytesWritten(_WAIT_MS)
            socket.disconnectFromServer()
            return False
        # What a crashed one left behind is in the way.
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def give_back(self) -> None:
        """Let another window take the right."""
        self._server.close()

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            self.raise_requested.emit()
