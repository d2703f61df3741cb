"""Connections to the database file: how they are opened, kept ready and all closed at once."""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from typing_extensions import override

from kvitto.store.errors import DatabaseLockedError

_STATEMENTS_AT_HAND: Final = 256
"""Compiled statements that a connection keeps: the fold has some 60."""
LOG_LIMIT_BYTES: Final = 64 << 20
"""The log is cut to this once it is folded in, however large a long reader has made it."""
_LOOK_EVERY_S: Final = 0.01
_LATELY_S: Final = 1.0


class OpenConnections:
    """The connections that a process has to one database; it can close them all for a while.

    While any connection of a process is open, SQLite goes on with the index of the log that it has
    mapped: a log that was replaced is taken up only after all are closed.

    Args:
        path: the database.
        wait_s: how long a new connection waits while none may be opened.

    Attributes:
        has_written: whether one was opened that may write.
    """

    def __init__(self, path: Path, wait_s: float) -> None:
        self._path = path
        self._wait_s = wait_s
        self._may_open = threading.Event()
        self._may_open.set()
        self._lock = threading.Lock()
        self._open: set[sqlite3.Connection] = set()
        self.has_written = False
        self._released_s = -_LATELY_S

    @property
    def is_held(self) -> bool:
        """Whether no connection may be opened now."""
        return not self._may_open.is_set()

    @property
    def was_held(self) -> bool:
        """Whether none may be opened now, or lately: what was interrupted then tells of it late."""
        return self.is_held or time.monotonic() - self._released_s < _LATELY_S

    def open(self, mode: str) -> sqlite3.Connection:
        """Open a connection, and wait while none may be opened.

        The path is escaped, and never part of another URL; no database is ever made here.

        Args:
            mode: "ro" or "rw", as SQLite's own URIs have it.

        Raises:
            DatabaseLockedError: none may be opened for too long.
            sqlite3.Error: it can't be opened.
        """
        if not self._may_open.wait(self._wait_s):
            raise DatabaseLockedError(self._path, "it is being repaired")
        opened = sqlite3.connect(
            uri_of(self._path, mode),
            uri=True,
            timeout=self._wait_s,
            check_same_thread=False,
            cached_statements=_STATEMENTS_AT_HAND,
        )
        with self._lock:
            self._open.add(opened)
            self.has_written = self.has_written or mode == "rw"
        return opened

    def closed(self, connection: object) -> None:
        """Note that a connection is closed."""
        with self._lock:
            self._open.discard(connection)

    def hold(self, besides: sqlite3.Connection | None, wait_s: float) -> bool:
        """Let no connection be opened until `release`, and end the queries of those that are open.

        Args:
            besides: the one that stays open.
            wait_s: how long to wait for the others to be closed.

        Returns:
            Whether all others are closed.
        """
        self._may_open.clear()
        end = time.monotonic() + wait_s
        pause = threading.Event()
        while True:
            with self._lock:
                others = [one for one in self._open if one is not besides]
                for one in others:
                    try:
                        one.interrupt()
                    except sqlite3.ProgrammingError:
                        # It failed as it was prepared, and was closed without a word.
                        self._open.discard(one)
            if not others:
                return True
            if time.monotonic() > end:
                return False
            pause.wait(_LOOK_EVERY_S)

    def release(self) -> None:
        """Let connections be opened again."""
        self._released_s = time.monotonic()
        self._may_open.set()


def uri_of(path: Path, mode: str) -> str:
    """Return SQLite's URI of a file, whatever characters its path has."""
    return f"{path.absolute().as_uri()}?mode={mode}"


class _ReadingPool(QueuePool):
    """Closes, once it is disposed of, what is given back later, too: nobody would ever."""

    _is_disposed = False

    @override
    def dispose(self) -> None:
        self._is_disposed = True
        super().dispose()

    @override
    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        if self._is_disposed:
            super().dispose()


def make_engine(connections: OpenConnections, *, read_only: bool) -> Engine:
    """Return an engine whose connections can only read, or may write.

    Transactions of those that may write start with BEGIN IMMEDIATE.
    """
    # To open a connection takes longer than most queries do: those for reading are used again.
    pool: dict[str, Any] = (
        {"poolclass": _ReadingPool, "pool_size": 3, "max_overflow": -1, "pool_use_lifo": True}
        if read_only
        else {"poolclass": NullPool}
    )
    engine = create_engine(
        "sqlite+pysqlite://",
        creator=lambda: connections.open("ro" if read_only else "rw"),
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
            # The writer alone folds the log in, between its own commits: `WriterConnection`.
            cursor.execute("PRAGMA wal_autocheckpoint = 0")
            cursor.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT_BYTES}")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    def on_checkin(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        if connections.is_held:
            record.invalidate()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    event.listen(engine, "checkin", on_checkin)
    event.listen(engine, "close", lambda connection, _record: connections.closed(connection))
    return engine
