"""Notice that somebody touches the database's files while the writer has them open.

Only names and sizes are looked at. The files are opened by SQLite and by nobody else: POSIX takes
all of a process's locks on a file away when that process closes it.
"""

import os
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from kvitto.store.engines.sqlite import LOG_LIMIT_BYTES
from kvitto.store.file_errors import FileLinkedError


class FileState(Enum):
    """What became of the files since the writer opened them or wrote to them last."""

    WHOLE = "whole"
    """Nobody else has touched them."""
    LOG_GONE = "log gone"
    """The log, or its index, was deleted, moved or replaced; or the index was cut."""
    LOG_CUT = "log cut"
    """The log was made shorter, or overwritten by something shorter."""
    DATABASE_GONE = "database gone"
    """The database was deleted, moved or replaced."""
    TOUCHED = "touched"
    """Somebody else has written into the database; another program may do so rightly."""


class _Seen(NamedTuple):
    """What the system tells of a file; all zero where there is none."""

    device: int = 0
    number: int = 0
    size: int = 0
    changed_ns: int = 0

    @property
    def identity(self) -> tuple[int, int]:
        """What stays the same as long as it is the same file."""
        return self.device, self.number


def companions(path: Path) -> tuple[Path, Path]:
    """Return the log of a database and the log's index; they may be missing."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def refuse_links(path: Path) -> None:
    """See that no file of a database is a link: SQLite would look for the others elsewhere.

    Raises:
        FileLinkedError: one is.
    """
    for file in (path, *companions(path)):
        if file.is_symlink():
            raise FileLinkedError(file)


class FileGuard:
    """Watches the files that one writing connection uses. Belongs to the writer's thread.

    Attributes:
        log_bytes: how long the log was when it was looked at last.
    """

    def __init__(self, path: Path) -> None:
        """Watch the database at `path` and its companions."""
        self.log_bytes = 0
        self._database: Final = str(path)
        log, index = companions(path)
        self._log: Final = str(log)
        self._index: Final = str(index)
        self._is_index_cut = False
        self._seen = (_Seen(), _Seen(), _Seen())

    def remember(self) -> None:
        """Take what is there for the writer's own: it has just opened it."""
        self._seen = (_look(self._database), _look(self._log), _look(self._index))
        self._is_index_cut = False
        self.log_bytes = self._seen[1].size

    def remember_log(self) -> None:
        """Take the log and its index that are there for the writer's own."""
        self._seen = (self._seen[0], _look(self._log), _look(self._index))
        self._is_index_cut = False
        self.log_bytes = self._seen[1].size

    def note(self) -> None:
        """Take the length of the log for the writer's own doing: it has just committed."""
        database, log, index = self._seen
        self.log_bytes = _look(self._log).size
        self._seen = (database, log._replace(size=self.log_bytes), index)

    def note_database(self) -> None:
        """Take what is in the database for right: the log was folded in, or it was looked into."""
        database, log, index = self._seen
        now = _look(self._database)
        if now.identity == database.identity:
            self._seen = (now, log, index)

    def is_database_touched(self) -> bool:
        """Return whether somebody has written into the database's file, or replaced it."""
        return _look(self._database) != self._seen[0]

    def suspect_database(self) -> None:
        """Take the database for touched, until it was looked into."""
        database, log, index = self._seen
        self._seen = (database._replace(size=-1), log, index)

    def log_changes(self) -> int:
        """Return when the log was changed, as the system has it; 0 where there is none."""
        return _look(self._log).changed_ns

    def database_changes(self) -> tuple[int, int]:
        """Return the size of the database's file, and when it was changed, as the system has it."""
        now = _look(self._database)
        return now.size, now.changed_ns

    def has_own_log(self) -> bool:
        """Return whether the log that lies there is the one that the writer opened."""
        return _look(self._log).identity == self._seen[1].identity

    def look(self) -> FileState:
        """Return what became of the files."""
        database, log, index = self._seen
        if (now := _look(self._database)).identity != database.identity:
            return FileState.DATABASE_GONE
        if (log_now := _look(self._log)).identity != log.identity:
            return FileState.LOG_GONE
        index_now = _look(self._index)
        if index_now.identity != index.identity:
            return FileState.LOG_GONE
        if index_now.size < index.size:
            self._lengthen_index(index.size)
        elif index_now.size > index.size:
            self._seen = (database, log, index_now)
        if self._is_index_cut:
            return FileState.LOG_GONE
        self.log_bytes = log_now.size
        # It is cut to its limit by whoever folds a longer one in; else it only grows.
        if log_now.size < min(log.size, LOG_LIMIT_BYTES):
            return FileState.LOG_CUT
        return FileState.WHOLE if now == database else FileState.TOUCHED

    def _lengthen_index(self, size: int) -> None:
        """Give the index its length again, before anything else is done.

        SQLite has mapped it, and the system ends whoever reads what a file does not have any more;
        zeros are only no index. By its name: it must not be opened here.
        """
        self._is_index_cut = True
        with suppress(OSError):
            os.truncate(self._index, size)


def _look(path: str) -> _Seen:
    try:
        # A link is another file: SQLite looks for the log beside what a link leads to. For every
        # group, and a Path takes five times as long.
        found = os.lstat(path)
    except OSError:
        return _Seen()
    return _Seen(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
