"""Read a file that SQLite has open, through SQLite's own descriptor of it.

POSIX takes all locks on a file away when the process closes any descriptor of it, so that none may
be opened here; but one that is open may be read from, at a place of its own.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

_FOLDER = "/dev/fd"


def descriptor_of(file: Path) -> int | None:
    """Return a descriptor of a file that this process has open; None where that is not known.

    It is good for as long as whoever has opened it keeps it open. Windows has none, and its locks
    are other ones.
    """
    if sys.platform == "win32":
        return None
    with suppress(OSError):
        wanted = file.lstat()
        for name in os.listdir(_FOLDER):  # noqa: PTH208 - there may be thousands
            with suppress(OSError, ValueError):
                found = os.fstat(int(name))
                if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
                    return int(name)
    return None


def read_into(descriptor: int, into: bytearray, at: int = 0) -> int:
    """Read what is there from `at` on; return how many bytes.

    Raises:
        OSError: it can't be read.
    """
    if sys.platform == "win32":
        return 0
    return os.preadv(descriptor, [into], at)
