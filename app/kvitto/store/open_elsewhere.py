"""Name the other programs that have a file open, where the system tells. Opens nothing itself."""

import logging
import os
from pathlib import Path
from typing import Final

from kvitto.store.errors import LogLargeError, StoreError

log = logging.getLogger(__name__)

_PROCESSES: Final = Path("/proc")
_MOST: Final = 5


def programs_using(path: Path) -> list[str]:
    """Return the names and numbers of other processes that have a file open, as far as is known.

    Those of other users, and all but on Linux, stay unknown.
    """
    wanted = os.path.realpath(path)
    found: list[str] = []
    for process in _PROCESSES.glob("[0-9]*"):
        if process.name == str(os.getpid()) or not _has_open(process, wanted):
            continue
        try:
            name = (process / "comm").read_text("utf-8", "replace").strip()
        except OSError:
            continue
        found.append(f"{name} (process {process.name})")
        if len(found) == _MOST:
            break
    return found


def warning_of_log(database: Path, log_bytes: int, most: int) -> StoreError | None:
    """Return that a log is larger than it should be, and who may be the cause, or None; log it."""
    if log_bytes <= most:
        return None
    warning = LogLargeError(database, log_bytes >> 20, ", ".join(programs_using(database)))
    log.warning("%s", warning)
    return warning


def _has_open(process: Path, wanted: str) -> bool:
    try:
        with os.scandir(process / "fd") as files:
            return any(os.readlink(one.path) == wanted for one in files)  # noqa: PTH115 - no Path
    except OSError:
        return False
