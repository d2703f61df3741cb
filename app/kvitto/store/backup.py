"""Make a whole copy of a store while it receives, and put one in its place."""

import contextlib
import errno
import logging
import os
import re
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

import msgspec

from kvitto.clock import utc_now
from kvitto.own_user import is_own
from kvitto.paths import database_file, is_data_folder, is_in_folder
from kvitto.store.backup_contents import (
    StoreContents,
    check_is_file,
    interrupted_unless,
    raise_if_interrupted,
    read_contents,
)
from kvitto.store.carry_over import carry_over, mark_made_while_receiving
from kvitto.store.engines.sqlite import uri_of
from kvitto.store.errors import (
    DatabaseReadOnlyError,
    DatabaseUnreadableError,
    DiskFullError,
    NothingReceivedError,
)
from kvitto.store.file_guard import companions
from kvitto.store.folder import may_use, prepare_folder
from kvitto.store.lockfile import Instance, is_alive, read_instance_info
from kvitto.store.migrations import NEWEST
from kvitto.store.replacing import (
    finish_replacement,
    flush,
    free_folder,
    make_staging,
    order_replacement,
    take_back,
)
from kvitto.store.restorations import LeftOut
from kvitto.store.restore_errors import (
    BackupFailedError,
    BackupInDataFolderError,
    BackupNotAFileError,
    BackupThereError,
    FileFault,
    NotABackupError,
    RestoreFailedError,
    StoreInUseError,
    UnfinishedRestoreError,
)
from kvitto.store.sqlite_errors import from_os, translated

log = logging.getLogger(__name__)

_BUSY_S: Final = 5.0
_LONGEST_PREFIX: Final = 40
_STILL_S: Final = 3600.0
"""An unfinished copy that nothing was written to for so long is nobody's any more."""


class Restored(msgspec.Struct, frozen=True):
    """What was restored.

    Attributes:
        contents: what is there now.
        kept: the folder with what was there before; None where nothing was.
        left_out: which reports were received and are not in what is there now; None for none.
    """

    contents: StoreContents
    kept: Path | None
    left_out: LeftOut | None


def back_up(
    folder: Path,
    target: Path,
    *,
    replaces: bool = False,
    may_go_on: Callable[[], bool] = lambda: True,
) -> StoreContents:
    """Copy a store into one file, whole as of one moment, while others go on using it.

    The copy is the user's alone, checked, and on the disk when it has its name.

    Args:
        folder: the data folder.
        target: the file.
        replaces: whether an older file of that name may be replaced.
        may_go_on: is asked now and then; InterruptedError if not.

    Raises:
        StoreError: it can't be made; of the kind that says why. There is no file then.
    """
    source = database_file(folder)
    if not _is_there(source):
        raise NothingReceivedError(folder)
    place, part = part_beside(target, folder, replaces=replaces)
    try:
        _copy(source, part, target, may_go_on)
        with _in_words_of(target):
            _mark_whole(part, is_receiving=_is_receiving(folder))
        return finish_copy(part, place, target, replaces=replaces, may_go_on=may_go_on)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def part_beside(target: Path, folder: Path | None, *, replaces: bool) -> tuple[Path, Path]:
    """Return where a copy goes, and an empty file beside it, the user's alone, to make it in.

    Raises:
        StoreError: no copy may be made there, or not of the store in `folder`.
    """
    place = Path(os.path.realpath(target))
    if is_data_folder(place.parent):
        raise BackupInDataFolderError(place.parent)
    if folder is not None and is_in_folder(place, folder):
        raise BackupInDataFolderError(folder)  # a hard link's own folder is another
    if place.exists() and not place.is_file():
        raise BackupNotAFileError(target)
    if place.exists() and not replaces:
        raise BackupThereError(target)
    prefix = f".{place.name[:_LONGEST_PREFIX]}."
    _remove_leftovers(place.parent, prefix)
    part = place.with_name(f"{prefix}{token_hex(8)}.part")
    with _in_words_of(target):
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    return place, part


def _remove_leftovers(folder: Path, prefix: str) -> None:
    """Remove what earlier copies to the same file have left that were killed."""
    pattern = re.compile(re.escape(prefix) + r"[0-9a-f]{16}\.part")
    with contextlib.suppress(OSError):
        for one in folder.iterdir():
            if not pattern.fullmatch(one.name):
                continue
            found = one.lstat()
            is_still = time.time() - found.st_mtime > _STILL_S
            if stat.S_ISREG(found.st_mode) and is_still and is_own(found):
                one.unlink()


def finish_copy(
    part: Path,
    place: Path,
    target: Path,
    *,
    replaces: bool,
    may_go_on: Callable[[], bool] = lambda: True,
) -> StoreContents:
    """Check a copy that is made, bring it to the disk, and give it its name.

    Raises:
        StoreError: it is not whole, can't be written, or has no name to get.
    """
    contents = read_contents(part, may_go_on)
    try:
        with _in_words_of(target):
            part.chmod(0o600)
            flush(part)
            _give_name(part, place, replaces=replaces)
            flush(place.parent)
    except FileExistsError:
        raise BackupThereError(target) from None
    return contents


def restore(folder: Path, file: Path, *, may_go_on: Callable[[], bool] = lambda: True) -> Restored:
    """Put a copy of a store in the place of what is in a data folder.

    Nothing is touched before the copy is found to be whole. What was there is kept, with its log,
    in a folder of its own. Where this is cut off, the next start finishes it, or it never was.

    Args:
        folder: the data folder; made where it is missing.
        file: the copy; a log that lies beside it is taken as a part of it.
        may_go_on: is asked now and then; InterruptedError if not.

    Raises:
        StoreError: it can't be done; of the kind that says why.
    """
    path = database_file(folder)
    prepare_folder(folder)
    try:
        with Instance(folder):
            finish_replacement(folder)
            if file.exists() and path.exists() and file.samefile(path):
                raise NotABackupError(file, FileFault.IN_USE)
            staged = make_staging(folder)
            try:
                has_log = _stage(file, staged)
                contents = read_contents(staged, may_go_on, of=file)
                if has_log:
                    _mark_whole(staged, is_receiving=False)
                was_there, had_log = _is_there(path), _has_log(path)
                kept = free_folder(folder, "before-restore")
                before = path if was_there else None
                if was_there:
                    _fold_alone(path)
                left_out = carry_over(staged, before, kept.name, utc_now(), may_go_on, source=file)
                _note_whole(path, had_log=had_log)
                order_replacement(folder, staged, kept)
            except BaseException:
                _discard(folder, staged)
                raise
            _finish(folder)
    except InterruptedError:
        raise
    except sqlite3.Error as error:
        told = translated(error, path, error)
        if isinstance(told, DiskFullError | DatabaseReadOnlyError | DatabaseUnreadableError):
            raise RestoreFailedError(file, folder, str(error)) from error
        raise told from error
    except OSError as error:
        if may_use(path):
            raise RestoreFailedError(file, folder, str(error)) from error
        raise from_os(error, path) from error
    return Restored(contents, kept if was_there else None, left_out)


# --- Parts of a backup --------------------------------------------------------------------------


def _copy(source: Path, part: Path, target: Path, may_go_on: Callable[[], bool]) -> None:
    """Copy through SQLite, in one transaction that reads."""
    try:
        opened = sqlite3.connect(
            uri_of(source, "ro"), uri=True, timeout=_BUSY_S, isolation_level=None
        )
        with closing(opened) as connection:
            interrupted_unless(connection, may_go_on)
            connection.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.Error as error:
        raise_if_interrupted(error)
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
            raise BackupFailedError(target, str(error)) from error
        raise translated(error, source, error) from error


def _is_receiving(folder: Path) -> bool:
    found = read_instance_info(folder)
    return found is not None and is_alive(found)


def _mark_whole(copy: Path, *, is_receiving: bool) -> None:
    """Note in a copy that its receiver has ended: nothing is missing that a log would have.

    Args:
        copy: the copy.
        is_receiving: whether the receiver went on, so that a later time is missing.
    """
    with closing(sqlite3.connect(uri_of(copy, "rw"), uri=True)) as connection, connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] <= NEWEST:
            ended = connection.execute(
                "UPDATE receiver_run SET stopped_at_us = heartbeat_at_us "
                "WHERE stopped_at_us IS NULL AND pk = (SELECT max(pk) FROM receiver_run)"
            )
            if ended.rowcount and is_receiving:
                mark_made_while_receiving(connection)


def _give_name(part: Path, place: Path, *, replaces: bool) -> None:
    if replaces:
        part.replace(place)
        return
    try:
        # Unlike a rename, this never replaces what somebody has put there meanwhile.
        os.link(part, place)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links, such as that of most memory sticks.
        if place.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place)) from None
        part.rename(place)


# --- Parts of a restoring -----------------------------------------------------------------------


def _stage(file: Path, staged: Path) -> bool:
    """Copy a file and the log beside it to where they become one; return whether there was one."""
    check_is_file(file)
    try:
        pairs = [(file, staged)]
        if _has_log(file):
            pairs.append((companions(file)[0], companions(staged)[0]))
        for source, target in pairs:
            with source.open("rb") as reading, target.open("wb") as writing:
                shutil.copyfileobj(reading, writing, 1 << 20)
                target.chmod(0o600)
        return len(pairs) > 1
    except PermissionError as error:
        raise NotABackupError(file, FileFault.UNREADABLE) from error


def _discard(folder: Path, staged: Path) -> None:
    """Remove a database that is not to come after all, and what has been done for it."""
    take_back(folder)
    for one in (staged, staged.with_name(f"{staged.name}-journal"), *companions(staged)):
        one.unlink(missing_ok=True)


def _finish(folder: Path) -> None:
    """Put the database in its place; where that fails, leave everything as it was."""
    try:
        finish_replacement(folder)
    except OSError as error:
        try:
            is_as_before = take_back(folder)
        except OSError:
            raise UnfinishedRestoreError(folder, str(error)) from error
        if is_as_before:
            raise
        log.warning("The restored database is in its place, but not tidied up: %s", error)


def _note_whole(path: Path, *, had_log: bool) -> None:
    """Note in what is kept that it has all that was in its log: it is no copy without one."""
    if had_log and _is_there(path):
        with suppress(sqlite3.Error):  # it is damaged: it is kept as it is
            _mark_whole(path, is_receiving=False)


def _fold_alone(path: Path) -> None:
    """Fold the log of the present database in, and find out that nobody has it open.

    Raises:
        StoreInUseError: somebody has.
    """
    if not may_use(path):
        raise translated(sqlite3.OperationalError(), path, StoreInUseError(path))
    try:
        opened = sqlite3.connect(uri_of(path, "rw"), uri=True, timeout=1.0, isolation_level=None)
        with closing(opened) as connection:
            # It can be left only by somebody who is alone.
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise StoreInUseError(path) from error
        # It is damaged: it is kept as it is.


# --- Errors and interruptions -------------------------------------------------------------------


def _has_log(path: Path) -> bool:
    """Return whether anything is in the log beside a database."""
    log_file = companions(path)[0]
    return log_file.exists() and log_file.stat().st_size > 0


def _is_there(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError as error:
        raise from_os(error, path) from error


@contextmanager
def _in_words_of(target: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except (OSError, sqlite3.Error) as error:
        raise BackupFailedError(target, str(error)) from error
