"""Ask the window that is open already to come to the front, before Qt and the store are loaded.

Loading them takes nearly all of a start, and on a busy computer half a minute.

On Unix the window listens on a socket in a folder that only its user can write: anywhere else
another user could listen in its place, and no window would ever open.
"""

import hashlib
import os
import socket
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from kvitto.own_user import is_own, user_id

RAISE_REQUEST: Final = b"raise\n"
RAISED: Final = b"raised\n"
"""What the window answers. Without it nobody knows that there is one."""
_CONNECT_S: Final = 1.0
ANSWER_S: Final = 10.0
"""How long a window may take that is busy. What takes longer is stuck, and told of."""
_LONGEST_PATH: Final = 100
"""Bytes; the systems' limits are 104 and 108."""


def server_name(folder: Path) -> str:
    """Return the name of the local server of the window on a data folder, which must exist."""
    digest = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=12).hexdigest()
    return f"kvitto-{digest}"


def socket_files(folder: Path) -> list[Path]:
    """Return where the window on a data folder may listen, the best place first.

    Only folders of this user's that exist, or can be made, and that nobody else can write. On Unix.

    Source: the XDG Base Directory Specification, "XDG_RUNTIME_DIR".
    """
    name = server_name(folder)
    user = user_id()
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    shared = Path(tempfile.gettempdir()) / f"kvitto-{user}" if _has_temporary_folder() else None
    if shared is not None:
        with suppress(OSError):
            shared.mkdir(mode=0o700)
    places = [
        *([Path(runtime) / name] if runtime else []),
        Path(f"/run/user/{user}") / name,
        folder.resolve() / "window.socket",
        *([shared / name] if shared is not None else []),
    ]
    fitting = [path for path in places if len(os.fsencode(path)) <= _LONGEST_PATH]
    return [path for path in dict.fromkeys(fitting) if is_private(path.parent)]


def is_private(folder: Path) -> bool:
    """Tell whether a folder is this user's, and nobody else's to write."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    is_ours = stat.S_ISDIR(found.st_mode) and is_own(found)
    return is_ours and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def raise_running_window(folder: Path, answer_s: float = ANSWER_S) -> bool:
    """Raise the window on a data folder; return whether one is there and has answered.

    False is no proof that there is none: `SingleInstance` finds out, and works on every system.
    """
    if os.name != "posix":
        return False
    return any(_raise_at(path, answer_s) for path in socket_files(folder))


def _raise_at(path: Path, answer_s: float) -> bool:
    if sys.platform != "win32":
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.settimeout(_CONNECT_S)
            asking.connect(str(path))
            asking.sendall(RAISE_REQUEST)
            asking.settimeout(answer_s)
            with asking.makefile("rb") as answers:
                return answers.readline(len(RAISED)) == RAISED
    return False


def _has_temporary_folder() -> bool:
    """Tell whether there is one: `TMPDIR` may name a folder that is gone."""
    try:
        tempfile.gettempdir()
    except OSError:
        return False
    return True
