"""What the system's signals mean to the window: to end."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from PySide6.QtCore import QSocketNotifier

from kvitto.output import is_ignored_hangup
from kvitto.ui.services.first_steps import SIGNALS


@contextmanager
def stopping_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM ask to stop, while Qt's loop runs and Python's does not.

    Python handles a signal only when it runs; the socket that it is told through wakes Qt, which
    then runs a line of Python.
    """

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop()

    near, far = socket.socketpair()
    near.setblocking(False)
    far.setblocking(False)
    notifier = QSocketNotifier(near.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: near.recv(64))
    old_fd = signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
    old = {
        number: signal.signal(number, on_signal)
        for number in SIGNALS
        if not is_ignored_hangup(number)
    }
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(old_fd)
        notifier.setEnabled(False)
        near.close()
        far.close()
