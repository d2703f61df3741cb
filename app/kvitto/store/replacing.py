"""Put one whole database in the place of another, so that a crash leaves either, never a mixture.

What is there is moved into a folder beside it, together with its log: a log that lies beside
another database would be read as part of it. What is to be done is written down first, and done at
the next start where it was cut off.
"""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from kvitto.paths import database_file, replacement_file
from kvitto.store.file_guard import companions

log = logging.getLogger(__name__)

STAGED_NAME: Final = "kvitto-new.db"
"""A database that is whole, or is becoming so, and is to be put in its place."""


class _Replacement(msgspec.Struct, frozen=True):
    """What is being done.

    Attributes:
        staged: the name of the database that comes.
        kept: the name of the folder for the one that goes.
    """

    staged: str
    kept: str


def make_staging(folder: Path) -> Path:
    """Return an empty file, the user's alone, in which a database can be made that is to come.

    Not while a replacement is ordered.
    """
    staged = folder / STAGED_NAME
    for leftover in (staged, staged.with_name(f"{staged.name}-journal")):
        leftover.unlink(missing_ok=True)
    os.close(os.open(staged, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    return staged


def discard_staging(folder: Path) -> None:
    """Remove a database that was being made to come, and was not ordered to; by the folder's owner.

    Raises:
        OSError: it can't be removed.
    """
    if not replacement_file(folder).exists():
        for leftover in (folder / STAGED_NAME, folder / f"{STAGED_NAME}-journal"):
            leftover.unlink(missing_ok=True)


def order_replacement(folder: Path, staged: Path, kept: Path) -> None:
    """Write down that a database is to take the place of the one in a data folder.

    From then on it will: `finish_replacement` does it.

    Args:
        folder: the data folder.
        staged: the whole database, made by `make_staging`; nothing has it open.
        kept: the folder that what is there will be moved to, of `free_folder`.
    """
    flush(staged)
    order = msgspec.json.encode(_Replacement(staged.name, kept.name))
    written = replacement_file(folder)
    new = written.with_suffix(".new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(order)
            out.flush()
            os.fsync(out.fileno())
        new.replace(written)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    flush(folder)


def finish_replacement(folder: Path) -> None:
    """Do what was written down and not finished; nothing where nothing was.

    Nothing may have the database open, and nobody else may be doing this.

    Raises:
        OSError: it can't be done.
    """
    written = replacement_file(folder)
    order = _read_order(folder)
    if order is None:
        return
    staged, kept = order
    if staged.exists():
        path = database_file(folder)
        kept.mkdir(mode=0o700, exist_ok=True)
        # The log last: beside its own database it does no harm.
        for one in (*companions(path), path)[::-1]:
            if one.exists():
                one.replace(kept / one.name)
        flush(kept)
        staged.replace(path)
        flush(folder)
    written.unlink()
    flush(folder)


def take_back(folder: Path) -> bool:
    """Undo a replacement that can't be finished; return whether all is as it was before it.

    Where this is cut off, or fails, the replacement is still ordered. One that is all but finished
    is not undone.

    Raises:
        OSError: it can't be undone.
    """
    order = _read_order(folder)
    if order is None:
        return False
    staged, kept = order
    if not staged.exists():
        return False
    path = database_file(folder)
    for one in (*companions(path), path):
        if (kept / one.name).exists():
            (kept / one.name).replace(one)
    flush(folder)
    replacement_file(folder).unlink()
    flush(folder)
    staged.unlink()
    if kept.exists():
        kept.rmdir()
    return True


def _read_order(folder: Path) -> tuple[Path, Path] | None:
    """Return the database that is ordered to come, and the folder for the one that goes."""
    written = replacement_file(folder)
    try:
        order = msgspec.json.decode(written.read_bytes(), type=_Replacement)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError:
        # It has its name only when it is whole; this one is of nobody's making.
        log.warning("A file that is not Kvitto's was ignored: %s", written.name)
        return None
    return folder / Path(order.staged).name, folder / Path(order.kept).name


def flush(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk. Never for a database that is open."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_folder(folder: Path, why: str) -> Path:
    """Return a folder that is not there yet, for what is replaced.

    Args:
        folder: the data folder.
        why: a word for its name.
    """
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = f"kvitto-{why}-{moment}"
    kept, number = folder / name, 1
    while kept.exists():
        number += 1
        kept = folder / f"{name}-{number}"
    return kept
