"""What SQLite and the system say of the world, as the store's own errors."""

import errno
import shutil
import sqlite3
from pathlib import Path
from typing import Final

from kvitto.store.dialect import MESSAGE_FTS
from kvitto.store.errors import (
    DatabaseBrokenError,
    DatabaseLockedError,
    DatabaseReadOnlyError,
    DatabaseUnreadableError,
    DiskFullError,
    NotPermittedError,
    StoreError,
)
from kvitto.store.folder import may_use
from kvitto.store.schema import metadata

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

_NO_ROOM_BYTES: Final = 256 * 1024


def translated(orig: BaseException | None, path: Path, error: Exception) -> Exception:
    """Return the store's error for SQLite's, or the given one where the fault is ours."""
    code = getattr(orig, "sqlite_errorcode", None)
    if code is None:
        return error
    if code == sqlite3.SQLITE_INTERRUPT:
        return InterruptedError("the query was interrupted")
    detail = f"{getattr(orig, 'sqlite_errorname', '')}: {orig}"
    kind = _SQLITE_MEANING.get(code & 0xFF)
    missing = str(orig).removeprefix("no such table: ").removeprefix("main.")
    if kind is None and missing in {*metadata.tables, MESSAGE_FTS.name}:
        # It was there when the file was opened: somebody has overwritten that.
        kind = DatabaseBrokenError
    if kind is None:
        return error
    if kind is DatabaseUnreadableError:
        if _is_disk_full(path):
            # The shared-memory file can't grow: SQLite calls that an I/O error.
            kind = DiskFullError
        elif not may_use(path):
            kind = NotPermittedError
    return kind(path, detail)


def from_os(error: OSError, path: Path) -> StoreError:
    """Return the store's error for one that the system told of the database at `path`."""
    if error.errno == errno.ENOSPC:
        return DiskFullError(path, str(error))
    if error.errno in {errno.EACCES, errno.EPERM} and not may_use(path):
        return NotPermittedError(path, str(error))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return DatabaseReadOnlyError(path, str(error))
    return DatabaseUnreadableError(path, str(error))


def is_no_room(error: Exception) -> bool:
    """Return whether an error says that a disk is full, fails, or may not be written."""
    if isinstance(error, InterruptedError | FileNotFoundError):
        return False
    return isinstance(
        error,
        OSError
        | DiskFullError
        | DatabaseReadOnlyError
        | DatabaseUnreadableError
        | NotPermittedError,
    )


def _is_disk_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _NO_ROOM_BYTES
    except OSError:
        return False
