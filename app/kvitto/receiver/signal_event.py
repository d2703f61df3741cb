"""An event that the handler of a signal may set."""

import threading
from contextlib import suppress
from typing import Final

from typing_extensions import override


class SignalEvent(threading.Event):
    """An event that may be set in the middle of anything, by the handler of a signal, too.

    The standard one takes a lock of its own to be set. A handler that runs while its thread holds
    that lock, in `wait` or in another handler, would wait for itself, and the program for ever.
    """

    def __init__(self) -> None:
        super().__init__()
        self._is_asked = False
        self._gate: Final = threading.Lock()
        self._gate.acquire()

    @override
    def is_set(self) -> bool:
        """Tell whether it is set."""
        return self._is_asked

    @override
    def set(self) -> None:
        """Set it; whoever waits goes on."""
        self._is_asked = True
        self._open()

    @override
    def clear(self) -> None:
        """Take that back."""
        self._is_asked = False
        self._gate.acquire(blocking=False)

    @override
    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set, for at most `timeout` seconds; return whether it is."""
        if not self._is_asked and self._gate.acquire(timeout=-1 if timeout is None else timeout):
            self._open()  # for whoever waits, too
        return self._is_asked

    def _open(self) -> None:
        with suppress(RuntimeError):  # it is open
            self._gate.release()
