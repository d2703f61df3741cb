"""Opens files to append to: each write goes to their end, whoever else writes, cuts or renames.

On Windows the C library's flag is not enough: it moves to the end and then writes, what is started
with such a file does not even that, and nobody may rename the file meanwhile. Not tried on Windows:
only what is called.

Source: learn.microsoft.com, "CreateFileW function (fileapi.h)" and "File Access Rights Constants".
"""

import os
import sys
from pathlib import Path
from typing import Any, Final

_APPEND_DATA: Final = 0x0004
_SYNCHRONIZE: Final = 0x0010_0000
_SHARE_ALL: Final = 0x1 | 0x2 | 0x4
"""With those who read, write, and rename or delete."""
_OPEN_ALWAYS: Final = 4
_NORMAL: Final = 0x80
_INVALID: Final = -1


def open_to_append(path: Path, more_flags: int = 0) -> int:
    """Open a file, made for the user alone where it is missing; return its descriptor.

    Args:
        path: the file.
        more_flags: of `os.open`, on Unix.

    Raises:
        OSError: it can't be opened.
    """
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = ctypes.c_ssize_t
        handle = handle_to_append(path, kernel)
        if handle == _INVALID:
            raise ctypes.WinError(ctypes.get_last_error())
        descriptor = msvcrt.open_osfhandle(handle, os.O_APPEND)
    else:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | more_flags, 0o600)
    return descriptor


def handle_to_append(path: Path, kernel: Any) -> int:
    """Return Windows' handle of a file that all writes go to the end of; -1 for none.

    Args:
        path: the file; made where it is missing.
        kernel: kernel32.
    """
    made = kernel.CreateFileW(
        str(path), _APPEND_DATA | _SYNCHRONIZE, _SHARE_ALL, None, _OPEN_ALWAYS, _NORMAL, None
    )
    return int(made)
