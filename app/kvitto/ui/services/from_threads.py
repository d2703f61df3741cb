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

from PySide6.QtCore import QObject, QSocketNotifier

_MOST_BYTES: Final = 4096


class CallsFromThreads:
    """Makes calls in the window's thread, in the order in which other threads ask for them.

    Belongs to the window's thread, but for `call`. Ends with its parent, or by `close`: what was
    asked for and not done yet is not done any more.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Listen from now on."""
        self._calls: deque[Callable[[], object]] = deque()
        self._listening, self._asking = socket.socketpair()
        self._listening.setblocking(False)
        self._asking.setblocking(False)
        self._notifier = QSocketNotifier(
            self._listening.fileno(), QSocketNotifier.Type.Read, parent
        )
        # Keeps this alive as long as the notifier: its socket must not be closed before.
        self._notifier.activated.connect(lambda: self._on_asked())
        self._end = weakref.finalize(self, _end, self._listening, self._asking)

    def call(self, what: Callable[[], object]) -> None:
        """Have `what` called soon; from any thread."""
        self._calls.append(what)
        self._ask()

    def close(self) -> None:
        """Make no more calls."""
        self._notifier.setEnabled(False)
        self._calls.clear()
        self._end()

    def _ask(self) -> None:
        # Full: it is asked for already. Closed: nobody makes calls any more.
        with contextlib.suppress(OSError):
            self._asking.send(b"\0")

    def _on_asked(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._listening.recv(_MOST_BYTES)
        try:
            for _ in range(len(self._calls)):
                self._calls.popleft()()
        finally:
            if self._calls:
                self._ask()


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        one.close()
