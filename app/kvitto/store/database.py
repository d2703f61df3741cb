"""Open the database of a data folder: its place, permissions, version and connections."""

import logging
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from kvitto.paths import database_file, replacement_file
from kvitto.store.engines.base import Database as Database
from kvitto.store.engines.sqlite import OpenConnections, make_engine
from kvitto.store.errors import (
    AlreadyRunningError,
    DatabaseBrokenError,
    DatabaseGoneError,
    DatabaseLockedError,
    LogGoneError,
    NothingReceivedError,
    OutdatedDatabaseError,
    StoreError,
    UpgradeBlockedError,
)
from kvitto.store.file_guard import FileGuard, FileState, companions, refuse_links
from kvitto.store.folder import prepare_folder
from kvitto.store.lockfile import Instance
from kvitto.store.log_index import LogIndex
from kvitto.store.migrations import NEWEST
from kvitto.store.migrations.runner import OnUpgrade, go_on, read_version, upgrade
from kvitto.store.replacing import discard_staging, finish_replacement
from kvitto.store.sqlite_errors import from_os, translated
from kvitto.store.sync_folders import sync_service

log = logging.getLogger(__name__)

_BUSY_TIMEOUT_S: Final = 5.0
"""How long a statement waits for another program's lock."""


_SHORTEST: Final = 512
"""Bytes of the smallest page that a database may have."""


class FileDatabase(Database):
    """The database file of a data folder.

    Attributes:
        path: the database file.
        writing: connections that may write; their transactions start with BEGIN IMMEDIATE.
        connections: all of either kind that are open.
        guard: watches the files for the writer of this process, while there is one.
        log_index: what the writer of this process reads of its log's index.
        leaves_log: whether its log is left when it is closed, since it may not belong to the file.
        is_read_only: whether nothing may be written by it, also not when it is closed.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        """Prepare engines for the file at `path`; opens nothing yet."""
        super().__init__(path.parent)
        self.path = path
        self.is_read_only: Final = is_read_only
        self.connections = OpenConnections(path, _BUSY_TIMEOUT_S)
        self.writing = make_engine(self.connections, read_only=is_read_only)
        self.reading = make_engine(self.connections, read_only=True)
        self._identity: tuple[int, int] | None = None
        self.guard: FileGuard | None = None
        self.log_index: Final = LogIndex(path)
        self.leaves_log = False
        _OPEN.add(self)

    def relatives(self) -> "list[FileDatabase]":
        """Return all that this process has open of the same file, this one included."""
        return [one for one in list(_OPEN) if one.path == self.path]

    @override
    def remember_keys(self, keys: Sequence[tuple[Any, ...]]) -> None:
        """Note the callback keys that are kept now, for `known_keys` of all that have the file."""
        for one in self.relatives():
            one.known_keys = tuple(keys)

    def remember_file(self) -> None:
        """Note which file this is, for `ensure_is_there`."""
        self._identity = _identity(self.path)

    @override
    def ensure_is_there(self) -> None:
        """Check that the path still leads to the file that was opened.

        Without this, a deleted database would go on taking reports until the program ends, and
        take them with it.

        Raises:
            DatabaseGoneError: it was moved, deleted or replaced.
            LogGoneError: its log was, and the writer has not mended that yet.
        """
        if _identity(self.path) != self._identity:
            raise DatabaseGoneError(self.path)
        if self.guard is not None and self.guard.look() in {FileState.LOG_GONE, FileState.LOG_CUT}:
            raise LogGoneError(self.path)

    @override
    def lost(self, what: str) -> StoreError:
        return LogGoneError(self.path, what)

    @override
    @contextmanager
    def in_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._told(translated(error.orig, self.path, error)) from error
        except sqlite3.Error as error:
            raise self._told(translated(error, self.path, error)) from error

    @override
    def interrupt(self, driver: sqlite3.Connection) -> None:
        driver.interrupt()

    def _told(self, error: Exception) -> Exception:
        """Return an error, or that the database is busy where a repair has cut a query off."""
        if isinstance(error, InterruptedError) and self.connections.was_held:
            return DatabaseLockedError(self.path, "it is being repaired")
        return error

    @override
    def close(self) -> None:
        """Close all connections.

        Where this has written, and nobody else has the database open, the log is folded in. One
        that a crash left is left to the next receiver: it tells a whole database from a copy.
        """
        _OPEN.discard(self)
        self.reading.dispose()
        self.reading.pool.dispose()  # a thread that still reads leaves nothing open either
        is_same = self._identity is not None and self._identity == _identity(self.path)
        if self.is_read_only or self.leaves_log:
            is_same = False  # whoever receives folds the log in
        if is_same and (self.connections.has_written or _is_empty(companions(self.path)[0])):
            # Those that can only read leave the log behind them.
            with suppress(DBAPIError, StoreError), self.writing.connect() as last:
                last.exec_driver_sql("SELECT revision FROM store_state").one()
        self.writing.dispose()
        self.log_index.leave_to(next((one.log_index for one in self.relatives()), None))


_OPEN: Final[WeakSet[FileDatabase]] = WeakSet()
"""What this process has open. SQLite maps a log's index once for a whole process, however often the
database is open in it, so whoever repairs a log must find all of them."""


def open_database(
    folder: Path,
    *,
    must_exist: bool = False,
    holds_folder: bool = False,
    on_upgrade: OnUpgrade = go_on,
) -> FileDatabase:
    """Open the database of a data folder; make both where they are missing.

    A file that is damaged, too new or not ours is left exactly as it is. One of an earlier version
    is upgraded, after a copy was kept beside it.

    Args:
        folder: the data folder.
        must_exist: refuse to make a new database.
        holds_folder: whether the caller has the folder's `Instance`.
        on_upgrade: is told how far an upgrade is, and may stop it.

    Raises:
        StoreError: it can't be opened; of the kind that says why.
        InterruptedError: `on_upgrade` stopped the upgrade.
    """
    path = database_file(folder)
    if must_exist and not _is_there(path):
        raise NothingReceivedError(folder)
    prepare_folder(folder)
    _finish_replacement(folder, holds_folder=holds_folder)
    refuse_links(path)
    _refuse_stump(path)
    _make_private_file(path)
    database = FileDatabase(path)
    try:
        with database.in_words():
            _migrate(database, on_upgrade, holds_folder=holds_folder)
    except BaseException:
        database.close()
        raise
    database.remember_file()
    _tell_of_the_folder(folder)
    return database


def open_for_reading(folder: Path) -> FileDatabase:
    """Open the database of a data folder as one who never writes: it makes and changes nothing.

    Raises:
        NothingReceivedError: there is none, or nothing is in it yet.
        OutdatedDatabaseError: an earlier version made it; whoever receives upgrades it.
        StoreError: it can't be opened; of the kind that says why.
    """
    path = database_file(folder)
    refuse_links(path)
    # What a restore was about to put in its place is the receiver's to finish.
    if replacement_file(folder).exists() or not _is_there(path):
        raise NothingReceivedError(folder)
    _refuse_stump(path)
    database = FileDatabase(path, is_read_only=True)
    try:
        with database.in_words(), database.reading.connect() as connection:
            version = read_version(connection, path)
    except BaseException:
        database.close()
        raise
    if version != NEWEST:
        database.close()
        raise OutdatedDatabaseError(path, version) if version else NothingReceivedError(folder)
    database.remember_file()
    return database


def _is_there(path: Path) -> bool:
    """Return whether there is a database with anything in it, or one that is to take its place."""
    try:
        return path.lstat().st_size > 0 or _has_content(companions(path)[0])
    except FileNotFoundError:
        return replacement_file(path.parent).exists()
    except OSError as error:
        raise from_os(error, path) from error


def _finish_replacement(folder: Path, *, holds_folder: bool) -> None:
    """Put a database in its place where that was cut off."""
    try:
        if holds_folder:
            finish_replacement(folder)
            discard_staging(folder)
        elif replacement_file(folder).exists():
            try:
                with Instance(folder):
                    finish_replacement(folder)
            except AlreadyRunningError:
                # Whoever has the folder is doing it: that takes a moment.
                if not _vanishes(replacement_file(folder)):
                    raise
    except OSError as error:
        raise from_os(error, database_file(folder)) from error


def _vanishes(file: Path) -> bool:
    """Wait until a file is gone; return whether it is."""
    end = time.monotonic() + _BUSY_TIMEOUT_S
    pause = threading.Event()
    while file.exists():
        if time.monotonic() > end:
            return False
        pause.wait(0.01)
    return True


def _tell_of_the_folder(folder: Path) -> None:
    service = sync_service(folder.resolve())
    if service is not None:
        log.warning(
            "The data folder is one that %s copies to other computers: it may put older files back "
            "while Kvitto uses them. Choose another one with --data-dir.",
            service,
        )
    if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        log.warning("Others can list the data folder: it is not Kvitto's alone.")


def _make_private_file(path: Path) -> None:
    """Make the file before SQLite does, so that nobody else can read it for a moment.

    SQLite gives its companions (-wal, -shm) the same rights.

    A file that is there already is never opened here, nor anywhere else but by SQLite: POSIX takes
    all of a process's locks on a file away when the process closes it, however often it is open.
    Another process that looks into the database would then take itself for the only one, and
    delete the write-ahead log that we are writing to.
    """
    try:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise from_os(error, path) from error


def _refuse_stump(path: Path) -> None:
    """Refuse a file that is too short for a database: SQLite would take it for an empty one.

    Beside an empty one it deletes the log. Its size tells; it must not be opened, see
    `_make_private_file`.
    """
    try:
        found = path.stat()
    except OSError:
        return  # whoever opens it says why
    # A folder has a size, too: another one on each file system.
    is_stump = stat.S_ISREG(found.st_mode) and found.st_size < _SHORTEST
    if is_stump and (found.st_size or _has_content(companions(path)[0])):
        raise DatabaseBrokenError(path, "the file is too short for a database")


def _has_content(path: Path) -> bool:
    return path.exists() and not _is_empty(path)


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


# --- Versions -----------------------------------------------------------------------------------


def _migrate(database: FileDatabase, on_upgrade: OnUpgrade, *, holds_folder: bool) -> None:
    """Bring the database to the newest version, if it is not; keep a copy of an older one."""
    path = database.path
    with database.reading.connect() as connection:
        version = read_version(connection, path)
    if version == NEWEST:
        return
    with ExitStack() as alone:
        if version and not holds_folder:
            # An older Kvitto that still receives would write into what it does not know.
            try:
                alone.enter_context(Instance(path.parent))
            except AlreadyRunningError as error:
                raise UpgradeBlockedError(path) from error
        try:
            copy = upgrade(path, database.writing, database.reading, version, on_upgrade)
        except sqlite3.Error as error:
            # Of the copy: SQLAlchemy knows nothing of it.
            raise translated(error, path, error) from error
        except InterruptedError:
            raise
        except OSError as error:
            raise from_os(error, path) from error
    if copy is not None:
        log.info("Upgraded from version %s to %s; the copy is %s", version, NEWEST, copy.name)
