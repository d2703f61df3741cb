"""Open the database of a data folder: its place, permissions, version and connections."""

import errno
import logging
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from app.paths import database_file
from app.store.drives import network_file_system
from app.store.errors import (
    AlreadyRunningError,
    DatabaseBrokenError,
    DatabaseGoneError,
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseUnreadableError,
    DiskFullError,
    FolderUnusableError,
    NetworkDriveError,
    NothingReceivedError,
    OutdatedDatabaseError,
    StoreError,
    UpgradeBlockedError,
)
from app.store.instance import Instance
from app.store.migrations import NEWEST
from app.store.upgrading import OnUpgrade, go_on, read_version, upgrade

log = logging.getLogger(__name__)

_BUSY_TIMEOUT_S: Final = 5.0
"""How long a statement waits for another program's lock."""


_SHORTEST: Final = 512
"""Bytes of the smallest page that a database may have."""


class Database:
    """A database of the newest schema version, and the ways to reach it.

    Close it after all connections of its engines were given back.

    Attributes:
        path: the database file.
        writing: connections that may write; their transactions start with BEGIN IMMEDIATE.
        reading: connections that can only read, and never hold up the writer.
    """

    def __init__(self, path: Path) -> None:
        """Prepare engines for the file at `path`; opens nothing yet."""
        self.path = path
        self.writing = _engine(path, read_only=False)
        self.reading = _engine(path, read_only=True)
        self._identity: tuple[int, int] | None = None

    def remember_file(self) -> None:
        """Note which file this is, for `ensure_file_is_there`."""
        self._identity = _identity(self.path)

    def ensure_file_is_there(self) -> None:
        """Check that the path still leads to the file that was opened.

        Without this, a deleted database would go on taking reports until the program ends, and
        take them with it.

        Raises:
            DatabaseGoneError: it was moved, deleted or replaced.
        """
        if _identity(self.path) != self._identity:
            raise DatabaseGoneError(self.path)

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Turn what SQLite says about the world into the store's own errors.

        Raises:
            StoreError: of the fitting kind. Mistakes of ours pass through as they are.
            InterruptedError: somebody interrupted the query.
        """
        try:
            yield
        except DBAPIError as error:
            raise _translated(error.orig, self.path, error) from error
        except sqlite3.Error as error:
            raise _translated(error, self.path, error) from error

    def close(self) -> None:
        """Close all connections."""
        self.reading.dispose()
        self.writing.dispose()

    def __enter__(self) -> Self:
        """Return the database itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


def open_database(
    folder: Path,
    *,
    must_exist: bool = False,
    holds_folder: bool = False,
    on_upgrade: OnUpgrade = go_on,
) -> Database:
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
    if must_exist and not path.exists():
        raise NothingReceivedError(folder)
    prepare_folder(folder)
    _refuse_stump(path)
    _make_private_file(path)
    database = Database(path)
    try:
        with database.in_words():
            _migrate(database, on_upgrade, holds_folder=holds_folder)
    except BaseException:
        database.close()
        raise
    database.remember_file()
    _tell_if_others_can_list(folder)
    return database


def open_for_reading(folder: Path) -> Database:
    """Open the database of a data folder as one who never writes: it makes and changes nothing.

    Raises:
        NothingReceivedError: there is none, or nothing is in it yet.
        OutdatedDatabaseError: an earlier version made it; whoever receives upgrades it.
        StoreError: it can't be opened; of the kind that says why.
    """
    path = database_file(folder)
    if not path.exists():
        raise NothingReceivedError(folder)
    _refuse_stump(path)
    database = Database(path)
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


def prepare_folder(folder: Path) -> None:
    """Make the data folder for the user alone, and see that it lies on a disk of this computer.

    Raises:
        FolderUnusableError: it can't be made, entered or written to.
        NetworkDriveError: it lies on a network drive.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private_folder(folder)
        resolved = folder.resolve(strict=True)
    except OSError as error:
        raise FolderUnusableError(folder, str(error)) from error
    if not os.access(resolved, os.R_OK | os.W_OK | os.X_OK):
        raise FolderUnusableError(folder, "it can't be written to")
    file_system = network_file_system(resolved)
    if file_system is not None:
        raise NetworkDriveError(folder, file_system)


def _make_private_folder(folder: Path) -> None:
    """Take the rights of others away, unless the folder serves other purposes too."""
    if os.name != "posix" or not stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return
    is_ours = database_file(folder).exists() or not any(folder.iterdir())
    if is_ours and folder.stat().st_uid == os.geteuid():
        folder.chmod(0o700)


def _tell_if_others_can_list(folder: Path) -> None:
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
        raise _from_os(error, path) from error


def _refuse_stump(path: Path) -> None:
    """Refuse a file that is too short for a database: SQLite would take it for an empty one.

    Its size tells; it must not be opened, see `_make_private_file`.
    """
    try:
        size = path.stat().st_size
    except OSError:
        return  # whoever opens it says why
    if 0 < size < _SHORTEST:
        raise DatabaseBrokenError(path, "the file is too short for a database")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


# --- Versions -----------------------------------------------------------------------------------


def _migrate(database: Database, on_upgrade: OnUpgrade, *, holds_folder: bool) -> None:
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
            raise _translated(error, path, error) from error
        except InterruptedError:
            raise
        except OSError as error:
            raise _from_os(error, path) from error
    if copy is not None:
        log.info("Upgraded from version %s to %s; the copy is %s", version, NEWEST, copy.name)


# --- Connections --------------------------------------------------------------------------------


def _engine(path: Path, *, read_only: bool) -> Engine:
    # To open a connection takes longer than most queries do: those for reading are used again.
    pool: dict[str, Any] = (
        {"poolclass": QueuePool, "pool_size": 3, "max_overflow": -1, "pool_use_lifo": True}
        if read_only
        else {"poolclass": NullPool}
    )
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        connect_args={
            "timeout": _BUSY_TIMEOUT_S,
            "check_same_thread": False,
            "cached_statements": _STATEMENTS_AT_HAND,
        },
        **pool,
        # Ours are small integers and texts; the log must never hold a phone number.
        hide_parameters=True,
    )

    def prepare(connection: DBAPIConnection, _record: object) -> None:
        # Transactions are ours to begin: see `begin`.
        connection.isolation_level = None
        cursor = connection.cursor()
        # The order matters: a page that is not read yet decides nothing.
        if not read_only:
            cursor.execute("PRAGMA journal_mode = WAL")
        # FULL: a commit returns when the log is on the disk, and survives a power cut.
        cursor.execute("PRAGMA synchronous = FULL")
        # macOS: fsync leaves data in the drive's cache unless it is asked for more.
        cursor.execute("PRAGMA fullfsync = ON")
        cursor.execute("PRAGMA checkpoint_fullfsync = ON")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA temp_store = MEMORY")
        if read_only:
            # Few pages: there are several of these, and what they read the system keeps at hand.
            cursor.execute("PRAGMA cache_size = -2000")
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("PRAGMA cache_size = -16000")
            cursor.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


_STATEMENTS_AT_HAND: Final = 256
"""Compiled statements that a connection keeps: the fold has some 60."""
_CHECKPOINT_PAGES: Final = 4000
"""Pages of 4 KiB in the write-ahead log before it is folded into the database: 16 MB."""


# --- Errors -------------------------------------------------------------------------------------

_SQLITE_MEANING: Final[dict[int, type[StoreError]]] = {
    sqlite3.SQLITE_FULL: DiskFullError,
    sqlite3.SQLITE_BUSY: DatabaseLockedError,
    sqlite3.SQLITE_LOCKED: DatabaseLockedError,
    sqlite3.SQLITE_READONLY: DatabaseReadOnlyError,
    sqlite3.SQLITE_PERM: DatabaseReadOnlyError,
    sqlite3.SQLITE_CORRUPT: DatabaseBrokenError,
    sqlite3.SQLITE_NOTADB: DatabaseBrokenError,
    sqlite3.SQLITE_CANTOPEN: DatabaseUnreadableError,
    sqlite3.SQLITE_IOERR: DatabaseUnreadableError,
    sqlite3.SQLITE_PROTOCOL: DatabaseLockedError,
}


def _translated(orig: BaseException | None, path: Path, error: Exception) -> Exception:
    """Return the store's error for SQLite's, or the given one where the fault is ours."""
    code = getattr(orig, "sqlite_errorcode", None)
    if code is None:
        return error
    if code == sqlite3.SQLITE_INTERRUPT:
        return InterruptedError("the query was interrupted")
    detail = f"{getattr(orig, 'sqlite_errorname', '')}: {orig}"
    kind = _SQLITE_MEANING.get(code & 0xFF)
    if kind is None:
        return error
    if kind is DatabaseUnreadableError and _is_disk_full(path):
        # The shared-memory file can't grow: SQLite calls that an I/O error.
        kind = DiskFullError
    return kind(path, detail)  # type: ignore[arg-type]


def _is_disk_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _NO_ROOM_BYTES
    except OSError:
        return False


_NO_ROOM_BYTES: Final = 256 * 1024


def _from_os(error: OSError, path: Path) -> StoreError:
    if error.errno == errno.ENOSPC:
        return DiskFullError(path, str(error))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return DatabaseReadOnlyError(path, str(error))
    return DatabaseUnreadableError(path, str(error))
