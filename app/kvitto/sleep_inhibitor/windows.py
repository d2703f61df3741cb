"""Windows: SetThreadExecutionState. Not tried on Windows: only what it is called with.

Source: learn.microsoft.com, "SetThreadExecutionState function (winbase.h)".
"""

import ctypes
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from kvitto.sleep_inhibitor.inhibitor import CannotKeepAwakeError

ES_CONTINUOUS: Final = 0x80000000
ES_SYSTEM_REQUIRED: Final = 0x00000001

SetState = Callable[[int], int]
"""Takes the new state; returns the one before, or 0 where that failed."""


class WindowsInhibitor:
    """Holds from a thread of its own: the state is a thread's, and ends with it.

    Args:
        set_state: another SetThreadExecutionState than the system's.
    """

    def __init__(self, set_state: SetState | None = None) -> None:
        self._set_state = set_state or _system_call
        self._thread: ThreadPoolExecutor | None = None

    def hold(self, reason: str) -> None:
        """Keep the computer awake; the reason is not shown anywhere.

        Raises:
            CannotKeepAwakeError: the system refused.
        """
        del reason
        self.release()
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kvitto-awake")
        if not thread.submit(self._set_state, ES_CONTINUOUS | ES_SYSTEM_REQUIRED).result():
            thread.shutdown()
            msg = "SetThreadExecutionState failed"
            raise CannotKeepAwakeError(msg)
        self._thread = thread

    def is_held(self) -> bool:
        """Tell whether the thread is there: nobody else can undo its state."""
        return self._thread is not None

    def release(self) -> None:
        """Put the state back, and end the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.submit(self._set_state, ES_CONTINUOUS).result()
            thread.shutdown()


def _system_call(state: int) -> int:
    if sys.platform == "win32":
        return int(ctypes.windll.kernel32.SetThreadExecutionState(ctypes.c_uint(state)))
    else:  # noqa: RET505 - mypy looks at the branch of one system only
        msg = "this is not Windows"
        raise CannotKeepAwakeError(msg)
