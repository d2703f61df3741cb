"""What other threads have the window's thread do, without a word of Qt on theirs.

Wherever Qt asks an object for its class, as it does while it paints and where a signal is emitted,
PySide6 looks that up without Python's lock. Before Python 3.12 it looks into a table that grows
with each class: where another thread makes a class meanwhile, the process may crash. So whatever
makes such classes, PySide6's own modules included, is imported by the window's thread alone, and no
other thread emits a signal or is a `QThread`.
"""

import contextlib
import socket
import weakref
from collections import deque
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from shiboken6 import isValid

_MOST_BYTES: Final = 4096


class CallsFromThreads:
    """Makes calls in the window's thread, in the order in which other threads ask for them.

    Made and closed in the window's thread; any may ask, and be the last to know of it. Where it is
    closed or its owner is deleted, what was asked for and not done yet is not done any more.
    """

    def __init__(self, owner: QObject | None = None) -> None:
        """Listen from now on."""
        listening, self._asking = socket.socketpair()
        listening.setblocking(False)
        self._asking.setblocking(False)
        self._listener = _Listener(listening, owner)
        self._calls = self._listener.calls
        weakref.finalize(self, self._asking.close)

    def call(self, what: Callable[[], object]) -> None:
        """Have `what` called soon; from any thread."""
        self._calls.append(what)
        # Full: it is asked for already. Closed: nobody makes calls any more.
        with contextlib.suppress(OSError):
            self._asking.send(b"\0")

    def close(self) -> None:
        """Make no more calls."""
        self._asking.close()
        self._listener.close()


class _Listener:
    """The window's end, which ends once the other one does: in the window's thread in any case."""

    def __init__(self, listening: socket.socket, owner: QObject | None) -> None:
        self.calls: deque[Callable[[], object]] = deque()
        self._socket = listening
        self._owner = None if owner is None else weakref.ref(owner)
        self._notifier = QSocketNotifier(listening.fileno(), QSocketNotifier.Type.Read)
        # Keeps this alive, whoever lets go of it, until the notifier is deleted.
        self._notifier.activated.connect(lambda: self._on_asked())

    def close(self) -> None:
        self.calls.clear()
        if self._socket.fileno() >= 0:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._socket.close()

    def _on_asked(self) -> None:
        try:
            is_over = not self._socket.recv(_MOST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            is_over = True
        if is_over:
            self.close()
        else:
            self._make_calls()

    def _make_calls(self) -> None:
        if self._owner is not None:
            owner = self._owner()
            if owner is None or not isValid(owner):
                self.calls.clear()
        try:
            for _ in range(len(self.calls)):
                # A call may close this, or have Qt's loop run, in which the others are made.
                if self.calls:
                    self.calls.popleft()()
        finally:
            if self.calls:
                QTimer.singleShot(0, self._make_calls)
