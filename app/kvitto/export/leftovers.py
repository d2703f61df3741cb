"""Remove what exports have left behind that were killed: numbers and texts lie in it.

Each export notes in the data folder where its unfinished file lies, before it makes it, and takes
the note back at its end.
"""

import contextlib
import logging
import os
import re
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Final

import msgspec

from kvitto.own_user import is_own
from kvitto.paths import export_notes_folder

log = logging.getLogger(__name__)

PART_SUFFIX: Final = ".part"
SCRATCH_PREFIX: Final = ".kvitto-export-"
_PART: Final = re.compile(r"\..+\.[0-9a-f]{16}\.part")
_OLD_S: Final = 24 * 3600.0
"""No export takes so long: its process's number has come round to another one."""
_STILL_S: Final = 3600.0
"""A folder in which nothing was written for so long is nobody's any more."""


class _Note(msgspec.Struct, frozen=True):
    """Where an export's unfinished file lies.

    Attributes:
        pid: the process that makes it.
        part: the file.
        scratch: where it may have a folder for temporary files.
    """

    pid: int
    part: str
    scratch: str


def part_of(place: Path, longest: int = 40) -> Path:
    """Return a name of nobody's for the unfinished form of a file, beside it."""
    return place.with_name(f".{place.name[:longest]}.{token_hex(8)}{PART_SUFFIX}")


@contextmanager
def noted(data_folder: Path | None, part: Path | None, scratch: Path | None) -> Iterator[None]:
    """Note what is about to be made, until the context ends."""
    if data_folder is None:
        yield
        return
    note = export_notes_folder(data_folder) / f"{token_hex(8)}.json"
    told = msgspec.json.encode(
        _Note(
            os.getpid(), "" if part is None else str(part), "" if scratch is None else str(scratch)
        )
    )
    # Without room for it, the export fails or not for reasons of its own.
    with contextlib.suppress(OSError):
        note.parent.mkdir(mode=0o700, exist_ok=True)
        note.write_bytes(told)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink()


def remove_leftovers(data_folder: Path) -> int:
    """Remove what exports of a data folder have left whose process is gone; return how many.

    Nothing is removed that does not have the name, the owner and the kind of such a file.
    """
    removed = 0
    for path in export_notes_folder(data_folder).glob("*.json"):
        try:
            note = msgspec.json.decode(path.read_bytes(), type=_Note)
            is_old = time.time() - path.stat().st_mtime > _OLD_S
        except (OSError, msgspec.DecodeError):
            continue
        if not is_old and _is_alive(note.pid):
            continue
        removed += bool(note.part) and _remove_part(Path(note.part))
        removed += bool(note.scratch) and _remove_scratch(Path(note.scratch))
        with contextlib.suppress(OSError):
            path.unlink()
    if removed:
        log.info("Removed what %d exports had left that were cut off", removed)
    return removed


def _remove_part(part: Path) -> bool:
    try:
        found = part.lstat()
        if not (_PART.fullmatch(part.name) and stat.S_ISREG(found.st_mode) and is_own(found)):
            return False
        part.unlink()
    except OSError:
        return False
    return True


def _remove_scratch(folder: Path) -> int:
    removed = 0
    for one in folder.glob(f"{SCRATCH_PREFIX}*"):
        try:
            found = one.lstat()
            if not (stat.S_ISDIR(found.st_mode) and is_own(found)):
                continue
            newest = max([found.st_mtime, *(inside.lstat().st_mtime for inside in one.iterdir())])
            if time.time() - newest < _STILL_S:
                continue
            shutil.rmtree(one)
        except OSError:
            continue
        removed += 1
    return removed


def _is_alive(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
