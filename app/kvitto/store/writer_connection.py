"""The connection that the writer writes through, and what it does about its files."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Final

from sqlalchemy import Connection

from kvitto.store.callback_keys import known_rows, put_back_keys
from kvitto.store.damage import (
    FileMarks,
    file_marks,
    find_damage,
    marks_of,
    view_of,
    why_unusable,
)
from kvitto.store.database import Database
from kvitto.store.errors import (
    DatabaseBrokenError,
    DatabaseGoneError,
    DatabaseLockedError,
    LogGoneError,
    LogLargeError,
    ReportsLostError,
    StoreError,
)
from kvitto.store.file_guard import FileGuard, FileState
from kvitto.store.ingest import Arrival, IngestGroup
from kvitto.store.log_copy import LogCopy
from kvitto.store.mutations import Edit
from kvitto.store.open_elsewhere import programs_using
from kvitto.store.prepared_statements import cursor_of, writing
from kvitto.store.recent_arrivals import RecentArrivals
from kvitto.store.repair import (
    close_unfolded,
    driver_connection,
    is_log_folded,
    leave_log,
    put_log_back,
    save_database,
)
from kvitto.store.replacing import finish_replacement
from kvitto.store.sqlite_errors import from_os

log = logging.getLogger(__name__)

CHECKPOINT_PAGES: Final = 4000
"""Pages of 4 KiB in the write-ahead log before it is folded into the database: 16 MB."""
_PAGE_BYTES: Final = 4096
LOG_TOLD_BYTES: Final = 256 << 20
"""A larger log is told of. It is folded in at a sixteenth of that, unless somebody reads."""
_LOOK_S: Final = 0.5
"""How long the reports of one group may wait while the file is looked through."""
_COMPARE_S: Final = 1.0
"""The time between two comparisons of the whole log with its copy, while it changes."""
_STILL_S: Final = 0.3
"""A file that somebody has written into is taken for finished when it is unchanged for so long."""
_STILL_WITHIN_S: Final = 1.5
"""How long the reports of one group may wait for that."""
_TRY_AGAIN_S: Final = 2.0
"""The time between two tries to save what can't be saved at the moment."""


class WriterConnection:
    """Opens the connection, and sees before and after each use that nobody has touched the files.

    All that it commits it holds twice in memory until the database's file is known to have it: as
    the log that SQLite wrote, and as the arrivals. A log that is gone, cut or overwritten is put
    back from the first; where the database is overwritten, the arrivals are stored once more.

    Belongs to the writer's thread; `incident` may be read from any.

    Args:
        database: where to write.
        mends: whether it repairs what others do to the files, and folds the log in.
        on_suspicion: is called when the file should be looked through.

    Attributes:
        incident: what was done to the files last, and is over; None where nothing was.
        warning: that the log grows, and who may be the cause; None while it does not.
        damage: why nothing is written any more; None while something is.
        failure: why what others did can't be mended now; None where nothing is to be.
    """

    def __init__(
        self, database: Database, *, mends: bool, on_suspicion: Callable[[], None]
    ) -> None:
        self.damage: StoreError | None = None
        self.warning: StoreError | None = None
        self.incident: StoreError | None = None
        self.failure: StoreError | None = None
        self._on_suspicion = on_suspicion
        self._database = database
        self._mends = mends
        self._guard = FileGuard(database.path)
        self._copy = LogCopy(database.path)
        self._recent = RecentArrivals()
        self._base: FileMarks | None = None
        self._connection: Connection | None = None
        self._is_watching = False
        self._has_mended = False
        self._is_overwritten = False
        self._revision = 0
        self._last_report = 0
        self._fold_at_bytes = 0
        self._compare_at_s = 0.0
        self._compared = (0, 0)
        self._judged = (0, 0)
        self._why_unusable = ""
        self._failed_state = FileState.WHOLE
        self._try_at_s = 0.0

    def write(
        self, work: Callable[[Connection], tuple[int, int | None]], arrivals: Sequence[Arrival] = ()
    ) -> None:
        """Have a transaction made, by `work`; once more where somebody touched the files meanwhile.

        Args:
            work: makes and commits it; returns its revision, and the key of the newest report if
                that is known.
            arrivals: what it stores.

        Raises:
            StoreError: it is not committed.
        """
        try:
            self._write(work, arrivals)
        except Exception as error:
            if self.failure is not None or self.damage is not None or not self._is_touched():
                raise
            log.info("A transaction is made again: %s", type(error).__name__)
            self._write(work, arrivals)

    def look(self) -> None:
        """Look whether somebody has touched the files, and mend that; nothing before the first use.

        Raises:
            StoreError: somebody has, and they can't be mended now.
        """
        if self._is_watching and self._mends and self.damage is None:
            self.ready()

    def fold_if_due(self) -> None:
        """Fold the log into the database where it is large enough, and see that this was right."""
        connection, size = self._connection, self._copy.size
        if connection is None or not self._mends:
            return
        if size < self._fold_at_bytes // 2:
            self._fold_at_bytes = 0  # it was begun anew
        is_large = size >= CHECKPOINT_PAGES * _PAGE_BYTES
        if not (is_large or self._recent.is_full) or size < self._fold_at_bytes:
            return
        if not self._copy.is_same():
            self._doubt()
            return
        # Where somebody's reading keeps it from being folded in, not for every transaction.
        self._fold_at_bytes = size + CHECKPOINT_PAGES * _PAGE_BYTES // 4
        is_complete = False
        try:
            with self._database.in_words():
                is_busy, frames, folded = _fold(driver_connection(connection))
                is_complete = not is_busy and frames == folded
        finally:
            # Also what was folded in of a log that was cut: the copy has all of these pages.
            self._guard.note_database()
            self._base = file_marks(self._database.path)
            if not self._copy.is_same():
                self._doubt()
                is_complete = False
        if is_complete and (self._base is None or self._base.revision < self._revision):
            self._base = FileMarks(self._revision, ())
            self._guard.suspect_database()
        elif is_complete:
            self._recent.forget()

    def failed(self, error: StoreError) -> None:
        """Close the connection after an error, unless only it still holds what was received.

        What a failed connection still remembers is not to be trusted.
        """
        if error is not self.failure and not isinstance(error, DatabaseGoneError | LogGoneError):
            self.close()

    def close(self) -> None:
        """Close the connection, and leave the log; the next use opens another."""
        connection, self._connection = self._connection, None
        self._let_others_watch(None)
        if connection is not None:
            self._is_watching = self._mends
            with self._database.in_words():
                close_unfolded(connection)
                connection.close()

    def finish(self) -> None:
        """See for the last time that the files are whole, and close the connection for good."""
        try:
            with self._database.in_words():
                self.look()
        except StoreError:
            self._leave_log()
        finally:
            self.close()
            self._copy.drop()

    def _leave_log(self) -> None:
        """Leave the log beside a database that can't be mended, for kvitto salvage to read."""
        for one in self._database.relatives():
            one.leaves_log = True
        self.close()
        is_there = self._guard.has_own_log() and self._copy.is_same()
        if is_there or not self._copy.is_complete or self._guard.look() is FileState.DATABASE_GONE:
            return
        try:
            self._copy.put_back()
        except OSError as error:
            log.critical("What was received last is lost: %s", error)

    def _write(
        self, work: Callable[[Connection], tuple[int, int | None]], arrivals: Sequence[Arrival]
    ) -> None:
        connection = self.ready()
        revision, last_report = work(connection)
        path = self._database.path
        if self._mends and not self._copy.follow():
            raise LogGoneError(path, "it was cut while it was written")
        state = self._guard.look()
        if state is FileState.LOG_CUT or (state is not FileState.WHOLE and not self._mends):
            raise LogGoneError(path, state.value)
        self._guard.note()
        self._revision = revision
        self._last_report = self._last_report if last_report is None else last_report
        if self._mends and arrivals:
            self._recent.add(arrivals, revision)
        if state is not FileState.WHOLE:
            self.ready()
        if (self._guard.log_bytes > LOG_TOLD_BYTES) != (self.warning is not None):
            self._tell_of_the_log()

    def _tell_of_the_log(self) -> None:
        size = self._guard.log_bytes
        if size <= LOG_TOLD_BYTES:
            self.warning = None
            return
        readers = ", ".join(programs_using(self._database.path))
        self.warning = LogLargeError(self._database.path, size >> 20, readers)
        log.warning("%s", self.warning.sentence)

    def _let_others_watch(self, guard: FileGuard | None) -> None:
        for one in self._database.relatives():
            one.guard = guard

    # --- Opening --------------------------------------------------------------------------------

    def ready(self) -> Connection:
        """Return the connection, to files that nobody else has touched."""
        if self.damage is not None:
            raise self.damage
        self._mend_if_touched()
        if self._connection is None:
            self._connection = self._opened()
        return self._connection

    def _opened(self) -> Connection:
        database = self._database
        if self._mends:
            try:
                finish_replacement(database.path.parent)
            except OSError as error:
                raise from_os(error, database.path) from error
        database.ensure_file_is_there()
        connection = database.writing.connect()
        try:
            if not self._mends:
                self._tell_of_loss(connection)
            elif self._copy.size and not self._has_mended:
                self._copy.reopen()
            else:
                self._begin(connection)
            self._guard.remember()
        except BaseException:
            close_unfolded(connection)
            raise
        self._is_watching = True
        self._let_others_watch(self._guard)
        return connection

    def _begin(self, connection: Connection) -> None:
        """Fold in what is there, hold what is left of the log, and store what is missing."""
        path = self._database.path
        is_busy, frames, _ = _fold(driver_connection(connection))
        if is_busy or frames < 0 or not self._copy.begin(frames):
            raise DatabaseLockedError(path, "its log is in use")
        self._base = file_marks(path)
        if self._has_mended:
            put_back_keys(connection, self._database.known_keys)
            self._copy.follow()
        self._store_again(connection)
        self._tell_of_loss(connection)
        with connection.begin():
            self._database.remember_keys(known_rows(connection))
        self._guard.remember()
        self._has_mended = self._is_overwritten = False
        self._fold_at_bytes = 0

    def _store_again(self, connection: Connection) -> None:
        """Store the arrivals that are not there any more."""
        revision, _ = _newest(connection)
        for group in self._recent.since(revision):
            with writing(connection):
                ingest = IngestGroup(connection)
                ingest.store(group.arrivals)
            group.revision = ingest.revision
            if not self._copy.follow():
                raise LogGoneError(self._database.path, "it was cut while it was written")

    def _tell_of_loss(self, connection: Connection) -> None:
        """Compare what is there with what was committed before."""
        revision, last_report = _newest(connection)
        if revision < self._revision or self._is_overwritten:
            lost = max(0, self._last_report - last_report)
            self.incident = ReportsLostError(self._database.path, lost)
            log.critical("%s", self.incident.sentence)
        self._revision, self._last_report = revision, last_report

    # --- Mending --------------------------------------------------------------------------------

    def _look(self) -> FileState:
        state = self._guard.look()
        if not self._mends or state not in {FileState.WHOLE, FileState.TOUCHED}:
            return state
        now = time.monotonic()
        changes = (
            (self._guard.log_changes(), self._copy.size) if now >= self._compare_at_s else None
        )
        if changes is None or changes == self._compared:
            return state if self._copy.is_in_place() else FileState.LOG_CUT
        self._compare_at_s = now + _COMPARE_S
        if not self._copy.is_same():
            return FileState.LOG_CUT
        self._compared = changes
        return state

    def _is_touched(self) -> bool:
        """Return whether anything is wrong with the files, down to the last byte of the log."""
        if not self._is_watching:
            return False
        self._doubt()
        return self._look() is not FileState.WHOLE

    def _doubt(self) -> None:
        """Have the whole log compared at the next look."""
        self._compare_at_s, self._compared = 0.0, (0, 0)

    def _mend_if_touched(self) -> None:
        if not self._is_watching:
            return
        state = self._look()
        if state is FileState.WHOLE:
            self.failure = None
            return
        if (
            self.failure is not None
            and state is self._failed_state
            and time.monotonic() < self._try_at_s
        ):
            raise self.failure
        try:
            self._mend(state)
        except StoreError as error:
            self.failure, self._failed_state = error, state
            self._try_at_s = time.monotonic() + _TRY_AGAIN_S
            raise
        self.failure = None

    def _mend(self, state: FileState) -> None:
        """Make the files whole, or accept them, where another program had a right to write."""
        if not self._mends:
            if state is FileState.TOUCHED and self._connection is not None:
                self._look_through(self._connection)
                self._guard.note_database()
            else:
                # Whoever receives into the files mends them.
                self.close()
                self._is_watching = False
            return
        if state is FileState.DATABASE_GONE:
            if self._connection is None:
                raise DatabaseGoneError(self._database.path)
            self._mended(save_database(self._database, self._connection))
            self._copy.drop()
            return
        if self._guard.is_database_touched():
            if self._is_other_database(state):
                self._go_on_with_other()
                return
            self._guard.note_database()
        if state is FileState.TOUCHED:
            return
        if (
            state is FileState.LOG_CUT
            and not self._guard.log_bytes
            and self._connection is not None
            and is_log_folded(driver_connection(self._connection))
        ):
            self._copy.begin(0)
            self._guard.note()
            self._guard.note_database()
            self._base = file_marks(self._database.path)
            return
        if not self._copy.is_complete:
            raise LogGoneError(self._database.path, "it is larger than what is held of it")
        is_own = self._guard.has_own_log()
        self._mended(put_log_back(self._database, self._connection, self._copy, is_own=is_own))

    def _mended(self, incident: StoreError) -> None:
        self.incident = incident
        self._connection = None
        self._has_mended = True
        self._is_watching = False
        self._let_others_watch(None)
        log.error("%s", incident.sentence)

    def _is_other_database(self, state: FileState) -> bool:
        """Return whether what is in the file is not what was there, nor what another folded in.

        Raises:
            DatabaseGoneError: somebody goes on writing into it.
        """
        found, base = file_marks(self._database.path), self._base
        if (
            state is FileState.TOUCHED
            and self._connection is not None
            and found != base
            and (found is None or base is None or found.revision >= base.revision)
        ):
            try:
                self._look_through(self._connection)
            except DatabaseBrokenError:
                pass
            else:
                self._base = found
                return False
        self._wait_until_still()
        found = file_marks(self._database.path)
        known = [base]
        if self._connection is not None:
            known.append(view_of(driver_connection(self._connection)))
        if found is None or found not in known:
            return True
        self._base = found
        return False

    def _wait_until_still(self) -> None:
        """Wait until nobody writes into the database's file any more."""
        now = time.monotonic()
        give_up_s, still_s = now + _STILL_WITHIN_S, now + _STILL_S
        changes = self._guard.database_changes()
        pause = threading.Event()
        while (now := time.monotonic()) < still_s:
            if now > give_up_s:
                raise DatabaseGoneError(self._database.path, "it is being overwritten")
            pause.wait(_STILL_S / 10)
            latest = self._guard.database_changes()
            if latest != changes:
                changes, still_s = latest, now + _STILL_S

    def _go_on_with_other(self) -> None:
        """Receive into what somebody has written over the database, if it is of any use."""
        database = self._database
        changes = self._guard.database_changes()
        if changes != self._judged:
            self._why_unusable = why_unusable(database.path, database.known_keys)
            self._judged = changes
        if self._why_unusable:
            raise DatabaseBrokenError(database.path, self._why_unusable)
        leave_log(database, self._connection)
        self._connection = None
        self._has_mended = self._is_overwritten = True
        self._is_watching = False
        self._copy.drop()
        self._let_others_watch(None)

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
            with closing(fresh), self._database.in_words():
                found = find_damage(fresh, lambda: time.monotonic() < end_s)
                # What this connection knows has not been read anew: nobody has committed since.
                if not found and marks_of(fresh) != marks_of(driver_connection(connection)):
                    found = "another database was written over it"
        finally:
            connections.closed(fresh)
        if found is None:
            self._on_suspicion()
        elif found:
            # Whoever copies a file over it may not have come to the end.
            raise DatabaseBrokenError(self._database.path, found)


def _fold(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Fold in what no reader holds; return if it is busy, the frames, and how many are folded."""
    found: tuple[int, int, int] = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return found


def _newest(connection: Connection) -> tuple[int, int]:
    """Return the newest revision, and the key of the newest report."""
    # The log and its index are opened by this query.
    found = cursor_of(connection).execute("SELECT revision, last_report FROM meta", ()).fetchone()
    return found[0], found[1]


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
