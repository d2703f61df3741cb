"""Ask the window that is open already to come to the front, before Qt and the store are loaded.

Loading them takes nearly all of a start, and on a busy computer half a minute.
"""

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

RAISE_REQUEST: Final = b"raise"
_CONNECT_S: Final = 1.0


def server_name(folder: Path) -> str:
    """Return the name of the local server of the window on a data folder, which must exist."""
    digest = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=12).hexdigest()
    return f"kvitto-{digest}"


def raise_running_window(folder: Path) -> bool:
    """Raise the window on a data folder; return whether one is there and heard.

    False is no proof that there is none: `SingleInstance` finds out, and works on every system.

    Source: Qt's QLocalServer: on Unix its socket lies in QDir::tempPath().
    """
    if os.name != "posix":
        return False
    path = Path(os.environ.get("TMPDIR") or "/tmp") / server_name(folder)
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_CONNECT_S)
        asking.connect(str(path))
        # The window comes to the front once anybody connects: what is said is for people.
        with suppress(OSError):
            asking.sendall(RAISE_REQUEST)
        return True
    return False
