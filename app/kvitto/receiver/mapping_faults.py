"""Start this program again when a file that it has mapped into memory is cut.

SQLite maps the log's index. Where somebody cuts that file, the system ends each process that reads
what is gone, by SIGBUS. No Python code runs then, unless the system's own handler calls it. What
such a process was doing can't be gone on with; but what was answered is on the disk, so that the
same program, started anew, has all of it.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

STARTED_AGAIN: Final = "KVITTO_STARTED_AGAIN"
"""The variable that tells the program that it was started again so."""
LEAST_S: Final = 1.0
"""A process that is hit sooner ends: whoever watches it starts it again, less and less often."""
_DEFAULT: Final = 0
_SIGBUS: Final = getattr(signal, "SIGBUS", 0)


class MappingFaults:
    """Executes a command in the place of this process when the system is about to end it.

    From its construction until `close`; nothing on systems that lock files that are mapped.

    Args:
        command: returns the command.
        rescue: saves what only this process has, before that; it must not use SQLite. What it
            returns is what `started_again_with` returns then.
    """

    def __init__(
        self, command: Callable[[], Sequence[str]], rescue: Callable[[], int] = lambda: 0
    ) -> None:
        self._command = command
        self._rescue = rescue
        self._began_s = time.monotonic()
        self._is_handling = False
        self._given_up = threading.Event()
        self._handler: Any = None
        self._system: Any = None
        if os.name != "posix":
            return
        import ctypes  # here: what fails before needs none of it

        self._handler = ctypes.CFUNCTYPE(None, ctypes.c_int)(self._on_fault)
        self._system = ctypes.CDLL(None)
        self._system.signal.argtypes = (ctypes.c_int, ctypes.c_void_p)
        self._system.signal.restype = ctypes.c_void_p
        self._set(ctypes.cast(self._handler, ctypes.c_void_p).value)

    def close(self) -> None:
        """Let the system end the process from now on."""
        self._set(_DEFAULT)

    def _set(self, handler: int | None) -> None:
        if self._system is not None:
            self._system.signal(_SIGBUS, handler)

    def _on_fault(self, number: int) -> None:
        """Handle the signal, on the thread that has caused it: it is somewhere within SQLite."""
        if self._is_handling:  # what reads on another thread is hit, too: it ends with this process
            self._given_up.wait()
            return
        self._is_handling = True
        try:
            self._start_again(number)
        finally:
            self._set(_DEFAULT)  # another one, once this returns, ends the process
            self._given_up.set()

    def _start_again(self, number: int) -> None:
        """Save what is to be saved, and become another process; return where that is not to be."""
        rescued = 0
        try:
            rescued = self._rescue()
        except Exception as error:  # noqa: BLE001 - there is nobody to tell but the terminal
            _say(error)
        if time.monotonic() - self._began_s < LEAST_S:
            return
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
        os.environ[STARTED_AGAIN] = f"{os.getpid()} {rescued}"
        command = list(self._command())
        try:
            os.execv(command[0], command)
        except OSError as error:
            _say(error)


def _say(error: Exception) -> None:
    os.write(2, f"kvitto: {type(error).__name__}: {error}\n".encode())


def started_again_with() -> int | None:
    """Return what the process rescued whose place this one takes; None where it takes none's.

    Once: after that it returns None.
    """
    pid, _, rescued = os.environ.pop(STARTED_AGAIN, "").partition(" ")
    # A process that one of those has started inherits the variable, but not the number.
    return int(rescued) if pid == str(os.getpid()) and rescued.isdecimal() else None
