"""The one connection that the writer writes through, and what it does about its files."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Final

from sqlalchemy import Connection

from kvitto.store.database import Database
from kvitto.store.errors import (
    DatabaseBrokenError,
    DatabaseGoneError,
    LogGoneError,
    LogLargeError,
    ReportsLostError,
    StoreError,
)
from kvitto.store.file_guard import FileGuard, FileState
from kvitto.store.mutations import Edit
from kvitto.store.open_elsewhere import programs_using
from kvitto.store.prepared_statements import cursor_of
from kvitto.store.repair import is_log_folded, save
from kvitto.store.replacing import finish_replacement
from kvitto.store.sqlite_errors import from_os

log = logging.getLogger(__name__)

CHECKPOINT_PAGES: Final = 4000
"""Pages of 4 KiB in the write-ahead log before it is folded into the database: 16 MB."""
LOG_TOLD_BYTES: Final = 256 << 20
"""A larger log is told of. It is folded in at a sixteenth of that, unless somebody reads."""
_LOOK_S: Final = 0.5
"""How long the reports of one group may wait while the file is looked through."""
_INSTRUCTIONS: Final = 50_000
"""Instructions of SQLite's machine between two looks at whether to stop: some milliseconds."""
_TRY_AGAIN_S: Final = 2.0
"""The time between two tries to save what can't be saved at the moment."""


class WriterConnection:
    """Opens the connection, and sees before each use that nobody has touched the files.

    Belongs to the writer's thread; `incident` may be read from any.

    Args:
        database: where to write.
        mends: whether it repairs what others do to the files.
        on_suspicion: is called when the file should be looked through.

    Attributes:
        incident: what was done to the files last, and is over; None where nothing was.
        warning: that the log grows, and who may be the cause; None while it does not.
        damage: why nothing is written any more; None while something is.
    """

    def __init__(
        self, database: Database, *, mends: bool, on_suspicion: Callable[[], None]
    ) -> None:
        self.damage: StoreError | None = None
        self.warning: StoreError | None = None
        self._on_suspicion = on_suspicion
        self.incident: StoreError | None = None
        self._database = database
        self._mends = mends
        self._guard = FileGuard(database.path)
        self._connection: Connection | None = None
        self._revision = 0
        self._last_report = 0
        self._failure: StoreError | None = None
        self._failed_state = FileState.WHOLE
        self._try_at_s = 0.0

    def ready(self) -> Connection:
        """Return the connection, to files that nobody else has touched.

        Raises:
            StoreError: somebody has, and they can't be mended now.
        """
        if self.damage is not None:
            raise self.damage
        if self._connection is not None:
            state = self._guard.look()
            if state is not FileState.WHOLE:
                self._mend(self._connection, state)
        if self._connection is None:
            if self._mends:
                try:
                    finish_replacement(self._database.path.parent)
                except OSError as error:
                    raise from_os(error, self._database.path) from error
            self._database.ensure_file_is_there()
            self._connection = connection = self._database.writing.connect()
            if self._mends:
                pragma = f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}"
                cursor_of(connection).execute(pragma, ())
            self._look_for_loss(connection)
            self._guard.remember()
            self._let_others_watch(self._guard)
        return self._connection

    def committed(self, revision: int, last_report: int | None = None) -> None:
        """Note what a transaction has committed."""
        self._revision = revision
        self._last_report = self._last_report if last_report is None else last_report
        self._guard.note()
        if (self._guard.log_bytes > LOG_TOLD_BYTES) != (self.warning is not None):
            self._tell_of_the_log()

    def _tell_of_the_log(self) -> None:
        size = self._guard.log_bytes
        if size <= LOG_TOLD_BYTES:
            self.warning = None
            return
        readers = ", ".join(programs_using(self._database.path))
        self.warning = LogLargeError(self._database.path, size >> 20, readers)
        log.warning("%s", self.warning)

    def failed(self, error: StoreError) -> None:
        """Close the connection after an error, unless only it still holds what was received.

        What a failed connection still remembers is not to be trusted.
        """
        if error is not self._failure and not isinstance(error, DatabaseGoneError | LogGoneError):
            self.close()

    def close(self) -> None:
        """Close the connection; the next use opens another."""
        connection, self._connection = self._connection, None
        self._let_others_watch(None)
        if connection is not None:
            with self._database.in_words():
                connection.close()

    def _let_others_watch(self, guard: FileGuard | None) -> None:
        for one in self._database.relatives():
            one.guard = guard

    def _look_for_loss(self, connection: Connection) -> None:
        """Compare what is there with what was committed before the last connection ended."""
        # The log and its index are opened by this query.
        query = "SELECT revision, last_report_pk FROM store_state"
        revision, last_report = cursor_of(connection).execute(query, ()).fetchone()
        lost = max(0, self._last_report - last_report)
        if revision < self._revision:
            self.incident = ReportsLostError(self._database.path, lost)
            log.critical("%s", self.incident)
        self._revision, self._last_report = revision, last_report

    def _mend(self, connection: Connection, state: FileState) -> None:
        """Save what only the open connection still holds, and begin anew."""
        if (
            state is FileState.LOG_CUT
            and not self._guard.log_bytes
            and is_log_folded(driver_connection(connection))
        ):
            self._guard.note()
            return
        is_known = self._failure is not None and state is self._failed_state
        if is_known and time.monotonic() < self._try_at_s:
            assert self._failure is not None
            raise self._failure
        try:
            if state is FileState.TOUCHED:
                self._look_through(connection)
                self._guard.note()
            elif self._mends:
                self.incident = save(self._database, connection, state)
                self._connection = None
                self._let_others_watch(None)
                log.error("%s", self.incident)
            else:
                # Whoever receives into the files mends them. Nothing is folded in here.
                self.close()
        except StoreError as error:
            self._failure, self._failed_state = error, state
            self._try_at_s = time.monotonic() + _TRY_AGAIN_S
            raise
        self._failure = None

    def _look_through(self, connection: Connection) -> None:
        """Look for damage in a file that somebody else has written into; not for long.

        Another program that folds the log in has every right to. One that copies an older database
        over ours has not.

        Raises:
            DatabaseBrokenError: it is not what the log belongs to any more.
        """
        end_s = time.monotonic() + _LOOK_S
        connections = self._database.connections
        fresh = connections.open("ro")
        try:
            with closing(fresh):
                found = find_damage(fresh, lambda: time.monotonic() < end_s)
                # What this connection knows has not been read anew: nobody has committed since.
                if not found and _marks(fresh) != _marks(driver_connection(connection)):
                    found = "another database was written over it"
        finally:
            connections.closed(fresh)
        if found is None:
            self._on_suspicion()
        elif found:
            # Whoever copies a file over it may not have come to the end.
            raise DatabaseBrokenError(self._database.path, found)


def _marks(connection: sqlite3.Connection) -> list[tuple[int, ...]]:
    """Return what two connections must agree about, if they see the same file."""
    return [
        connection.execute(query).fetchone()
        for query in (
            "PRAGMA page_count",
            "PRAGMA freelist_count",
            "PRAGMA schema_version",
            "SELECT revision, last_report_pk FROM store_state",
            "SELECT (SELECT max(pk) FROM report), (SELECT max(pk) FROM message)",
        )
    ]


def find_damage(
    connection: sqlite3.Connection, may_go_on: Callable[[], bool] = lambda: True
) -> str | None:
    """Return the first damage that SQLite finds in a database; "" for none, None if stopped."""
    connection.set_progress_handler(lambda: 0 if may_go_on() else 1, _INSTRUCTIONS)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_INTERRUPT:
            return None
        if code & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}:
            raise
        return str(error)
    finally:
        connection.set_progress_handler(None, 0)
    return "" if found == "ok" else str(found)


def driver_connection(connection: Connection) -> sqlite3.Connection:
    """Return the driver's own connection."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


@contextmanager
def detaching(connection: Connection, edit: Edit) -> Iterator[None]:
    """Let an edit that says so delete a batch before its messages; before a transaction."""
    if not getattr(edit, "detaches", False):
        yield
        return
    cursor = cursor_of(connection)
    cursor.execute("PRAGMA foreign_keys = OFF", ())
    try:
        yield
    finally:
        cursor.execute("PRAGMA foreign_keys = ON", ())
