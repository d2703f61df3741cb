"""Whose a file is. Windows has no such numbers: there, rights are the folder's."""

import contextlib
import os
import sys


def user_id() -> int:
    """Return the number of the user that this program runs as; 0 on Windows."""
    number = 0
    if sys.platform != "win32":
        number = os.geteuid()
    return number


def user_name() -> str:
    """Return what colleagues call the user that this program runs as, as the system knows it."""
    name = os.environ.get("USERNAME", "")
    if sys.platform != "win32":
        import pwd

        with contextlib.suppress(KeyError):
            found = pwd.getpwuid(os.geteuid())
            name = found.pw_gecos.partition(",")[0].strip() or found.pw_name
    return name


def is_own(found: os.stat_result) -> bool:
    """Tell whether a file or folder is this user's; always on Windows.

    Args:
        found: what `stat` or `lstat` says of it.
    """
    return sys.platform == "win32" or found.st_uid == user_id()
