"""A lock on a folder itself: unlike a file in it, it can't be deleted while somebody holds it."""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path
from typing import Final

_POLL_S: Final = 0.05

if sys.platform == "win32":

    def _lock(_descriptor: int) -> None:
        """Lock nothing."""

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """The lock of one process on a folder; the system takes it back when the process ends.

    Where the system lets nobody delete a file that is locked, there is none, and none is needed.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare to lock `folder`."""
        self._folder: Final = folder
        self._descriptor: int | None = None

    def acquire(self, wait_s: float = 0.0) -> bool:
        """Take it; return whether it is ours: not where another has it for longer than `wait_s`.

        Raises:
            OSError: the folder can't be opened.
        """
        if os.name == "nt":
            return True
        descriptor = os.open(self._folder, os.O_RDONLY)
        end = time.monotonic() + wait_s
        while True:
            try:
                _lock(descriptor)
            except BlockingIOError:
                if time.monotonic() >= end:
                    os.close(descriptor)
                    return False
                threading.Event().wait(_POLL_S)
            except OSError:
                os.close(descriptor)  # this file system has no such locks
                return True
            else:
                self._descriptor = descriptor
                return True

    def release(self) -> None:
        """Give it back; nothing where it is not held."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)
