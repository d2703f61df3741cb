"""The connection that the writer writes through, and what it does about its files."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection
from typing_extensions import override

from kvitto.store.callback_keys import note_keys, put_back_keys
from kvitto.store.database import FileDatabase
from kvitto.store.database_watch import DatabaseWatch
from kvitto.store.engines.base import WriteConnection
from kvitto.store.errors import (
    DatabaseGoneError,
    DatabaseLockedError,
    LogGoneError,
    StoreError,
)
from kvitto.store.file_errors import reports_lost
from kvitto.store.file_guard import FileGuard, FileState
from kvitto.store.folding import FoldSchedule, fold, write_anew
from kvitto.store.ingest import Arrival
from kvitto.store.log_comparison import LogComparison
from kvitto.store.log_copy import LogCopy
from kvitto.store.open_elsewhere import warning_of_log
from kvitto.store.recent_arrivals import RecentArrivals, newest
from kvitto.store.recent_store import with_recent_saved
from kvitto.store.repair import (
    close_unfolded,
    driver_connection,
    leave_log,
    put_log_back,
    rescue_log_or_say,
    save_database,
)
from kvitto.store.replacing import finish_replacement
from kvitto.store.sqlite_errors import from_os
from kvitto.store.transactions import Transaction

log = logging.getLogger(__name__)

LOG_TOLD_BYTES: Final = 256 << 20
"""A larger log is told of. It is folded in at a 64th of that, unless somebody reads."""
_TRIES: Final = 5  # how often the log is put back at once, when it is touched again meanwhile
_TRY_AGAIN_S: Final = 2.0
"""The time between two tries to save what can't be saved at the moment."""


class WriterConnection(WriteConnection):
    """Opens the connection, and sees before and after each use that nobody has touched the files.

    All that it commits it holds twice in memory until the database's file is known to have it: as
    the log that SQLite wrote, and as the arrivals. A log that is gone, cut or overwritten is put
    back from the first; where the database is overwritten, the arrivals are stored once more.

    Belongs to the writer's thread; `incident` may be read from any.

    Args:
        database: where to write.
        on_suspicion: is called when the file should be looked through.
    """

    def __init__(self, database: FileDatabase, on_suspicion: Callable[[], None]) -> None:
        self.damage: StoreError | None = None
        self.warning: StoreError | None = None
        self.incident: StoreError | None = None
        self.failure: StoreError | None = None
        self._database = database
        self._guard = FileGuard(database.path)
        self._watch = DatabaseWatch(database, self._guard, on_suspicion)
        self._copy = LogCopy(database.path, database.log_index)
        self._comparison = LogComparison(self._guard, self._copy, database.log_index)
        self._recent = RecentArrivals()
        self._connection: Connection | None = None
        self._is_watching = False
        self._has_mended = False
        self._other_log: str | None = None  # once something is lost: what is kept of another's
        self._is_struck = False
        self.revision = self._last_report = 0
        self.began_with: int | None = None
        self._folding = FoldSchedule()
        self._failed_state = FileState.WHOLE
        self._try_at_s = 0.0

    @override
    def write(self, work: Transaction, arrivals: Sequence[Arrival] = ()) -> None:
        """Make a transaction; once more where somebody touched the files meanwhile."""
        try:
            self._write(work, arrivals)
        except Exception as error:
            if self.failure or self.damage or not self._is_watching:
                raise
            self._is_struck |= self._comparison.is_header_touched()
            if not (self._is_struck or self._comparison.is_touched()):
                raise
            log.info("A transaction is made again: %s", type(error).__name__)
            self._write(work, arrivals)

    @override
    def look(self) -> None:
        """Look whether somebody has touched the files, and mend that; nothing before the first use.

        Raises:
            StoreError: somebody has, and they can't be mended now.
        """
        if self._is_watching and self.damage is None:
            self.ready()

    @override
    def fold_if_due(self, *, is_early: bool = False) -> bool:
        """Fold the log into the database where it is large enough, and see that this was right."""
        connection, size = self._connection, self._copy.size
        is_due = self._folding.is_due(size, is_full=self._recent.is_full, is_early=is_early)
        if connection is None or not is_due or self.damage or self.failure:
            return False
        if self._guard.is_database_touched():  # whoever writes next looks at it, and mends it
            return False
        if not self._comparison.is_same():
            self._comparison.doubt()
            return False
        self._folding.put_off(size)
        try:
            with self._database.in_words():
                is_busy, frames, folded = fold(driver_connection(connection))
                is_complete = not is_busy and frames == folded
        finally:
            self._watch.accept()
            if not self._comparison.is_same():
                # What was folded in may be anything: it is to be folded in once more.
                self._is_struck, is_complete = True, False
        if is_complete and self._watch.holds(self.revision):
            self._recent.folded()
        return True

    @override
    def write_anew(self, on_progress: Callable[[], None]) -> bool:
        """Write the file anew; return whether no trace is left in it, its log, or memory."""
        self._comparison.doubt()  # what is folded in is compared before
        raw = driver_connection(self.ready())
        self._let_others_watch(None)
        try:
            is_done = write_anew(self, raw, on_progress)
        finally:
            try:
                if not self._copy.renew(fold(raw)[1]):
                    self._comparison.doubt()
            finally:
                self._watch.accept()
                self._guard.note()
                self._let_others_watch(self._guard)
        self._recent.let_go()
        if is_done and self._watch.holds(self.revision):
            self._recent.folded()
        return is_done and not self._recent

    @override
    def failed(self, error: StoreError) -> None:
        """Close the connection after an error, unless only it still holds what was received.

        What a failed connection still remembers is not to be trusted.
        """
        if error is not self.failure and not isinstance(error, DatabaseGoneError | LogGoneError):
            self.close()

    @override
    def close(self) -> None:
        """Close the connection, and leave the log; the next use opens another."""
        connection, self._connection = self._connection, None
        self._let_others_watch(None)
        if connection is not None:
            with self._database.in_words():
                close_unfolded(connection)
                connection.close()

    @override
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

    @override
    def rescue(self) -> int:
        """Save what only this process has, if that can be; return the newest report's key."""
        rescue_log_or_say(self._copy)
        return self._last_report

    def _leave_log(self) -> None:
        """Leave the log beside a database that can't be mended, for kvitto salvage to read."""
        for one in self._database.relatives():
            one.leaves_log = True
        self.close()
        try:
            self._watch.leave_log(self._copy)
        except OSError as error:
            log.critical("What was received last is lost: %s", error)

    def _write(self, work: Transaction, arrivals: Sequence[Arrival]) -> None:
        revision, last_report = work(self.ready())
        if revision <= self.revision or self._comparison.is_index_replaced():
            self._is_struck = True  # it may have read old pages, and is not to be held
        if self._is_struck or not self._copy.follow():
            raise LogGoneError(self._database.path, "it was touched while it was written")
        # It is held now: whatever becomes of the file, it is put back.
        self.revision, self.log_bytes = revision, self._copy.size
        self._last_report = self._last_report if last_report is None else last_report
        self._recent.note(work, arrivals, revision)
        state = self._guard.look()
        if state is not FileState.LOG_CUT or self._copy.is_in_place():
            self._guard.note()  # another program may have folded in, and cut, the log before it
        if state is not FileState.WHOLE:
            self.ready()
        size = self._guard.log_bytes
        if (size > LOG_TOLD_BYTES) != (self.warning is not None):
            self.warning = warning_of_log(self._database.path, size, LOG_TOLD_BYTES)

    def _let_others_watch(self, guard: FileGuard | None) -> None:
        for one in self._database.relatives():
            one.guard = guard

    # --- Opening --------------------------------------------------------------------------------

    def ready(self) -> Connection:
        """Return the connection, to files that nobody else has touched."""
        if self.damage is not None:
            raise self.damage
        for left in reversed(range(_TRIES)):
            self._mend_if_touched()
            if self._connection is not None:
                break
            try:
                self._connection = self._opened()
            except Exception:
                if not left or not self._is_struck:
                    raise
        assert self._connection is not None
        return self._connection

    def _opened(self) -> Connection:
        database = self._database
        try:
            finish_replacement(database.path.parent)
        except OSError as error:
            raise from_os(error, database.path) from error
        database.ensure_is_there()
        connection, is_held = None, bool(self._copy.size)
        try:
            connection = database.writing.connect()
            if is_held:
                self._go_on(connection)
            else:
                self._begin(connection)
        except BaseException:
            close_unfolded(connection)
            if is_held:
                self._copy.reopen()
                self._is_struck = self._is_struck or not self._copy.is_same()
            else:
                self._copy.drop()
            raise
        self._is_watching = True
        self._let_others_watch(self._guard)
        return connection

    def _go_on(self, connection: Connection) -> None:
        """Go on with the log that is held: see that it lies there, and SQLite has read it all."""
        self._guard.remember_log()
        self._copy.reopen()
        revision, _ = newest(connection)  # this reads the log
        self._database.log_index.reopen()
        if revision < self.revision or not self._copy.is_same():
            self._is_struck = True
            raise LogGoneError(self._database.path, "it was touched while it was opened")
        self._has_mended = False

    def _begin(self, connection: Connection) -> None:
        """Fold in what is there, hold what is left of the log, and store what is missing."""
        for _ in range(_TRIES):
            is_busy, frames, _ = fold(driver_connection(connection))
            if not is_busy and frames >= 0 and self._copy.begin(frames):
                break
        else:
            raise DatabaseLockedError(self._database.path, "its log is in use")
        self._watch.accept()
        if self._has_mended:
            put_back_keys(connection, self._database.known_keys)
            self._copy.follow()
        self._store_again(connection)
        self._tell_of_loss(connection)
        note_keys(self._database, connection)
        self._guard.remember()
        self._database.log_index.reopen()
        self._has_mended = False
        self._folding.begin_anew()

    def _store_again(self, connection: Connection) -> None:
        """Store the arrivals that are not there any more: all of them, or none."""
        revision, _ = newest(connection)
        if revision >= self.revision and self._other_log is None:
            return
        self._other_log = self._other_log or ""
        self._recent.store_again(connection, revision, max(revision, self.revision))
        if not self._copy.follow():
            raise LogGoneError(self._database.path, "it was cut while it was written")

    def _tell_of_loss(self, connection: Connection) -> None:
        revision, last_report = newest(connection)
        if self._other_log is not None:
            lost = max(0, self._last_report - last_report)
            self.incident = reports_lost(self._database.path, lost, self._other_log)
            log.critical("%s", self.incident)
        self._other_log = None
        self.revision, self._last_report = revision, last_report
        self.began_with = last_report if self.began_with is None else self.began_with

    # --- Mending --------------------------------------------------------------------------------

    def _mend_if_touched(self) -> None:
        if self._connection is not None and self._connection.invalidated:
            self._connection = None  # it was closed by a mending that came to nothing
        if not (self._is_watching or self._is_struck):
            return
        state = FileState.LOG_GONE if self._is_struck else self._comparison.look()
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
            self.failure = with_recent_saved(error, self._database, self._recent)
            self._failed_state, self._try_at_s = state, time.monotonic() + _TRY_AGAIN_S
            raise self.failure from error.__cause__
        self.failure = None

    def _mend(self, state: FileState) -> None:
        """Make the files whole, or accept them, where another program had a right to write."""
        if state is FileState.DATABASE_GONE or not (
            self._copy.is_complete
            or self._guard.is_database_touched()
            or (state is FileState.LOG_GONE and self._comparison.is_log_in_place())
        ):
            if self._connection is None:
                raise DatabaseGoneError(self._database.path)
            self._mended(save_database(self._database, self._connection))
            self._copy.drop()
            return
        if self._guard.is_database_touched():
            is_whole, mine = state is FileState.TOUCHED, (self.revision, self._last_report)
            if self._watch.is_other(self._connection, mine, is_log_whole=is_whole):
                self._go_on_with_other()
                return
        if state is FileState.TOUCHED:
            return
        is_cut = state is FileState.LOG_CUT and not self._guard.log_bytes
        is_gone = self._connection is None and not self._guard.log_changes()
        if (is_cut or is_gone) and self._watch.is_all_folded(self.revision, looks=self._is_struck):
            if is_gone:
                leave_log(self._database, None, is_own=False)
            self._copy.begin(0)
            self._guard.note()
            self._is_watching, self._is_struck = not is_gone, False
            return
        is_own = self._guard.has_own_log()
        self._mended(put_log_back(self._database, self._connection, self._copy, is_own=is_own))
        if not self._copy.is_complete:
            self._copy.drop()

    def _mended(self, incident: StoreError) -> None:
        self.incident = incident
        self._connection = None
        self._has_mended = True
        self._is_watching = self._is_struck = self.is_written_anew = False
        self._let_others_watch(None)
        log.error("%s", incident)

    def _go_on_with_other(self) -> None:
        """Receive into what somebody has written over the database, if it is of any use."""
        database = self._database
        self._watch.ensure_other_is_usable()
        is_own = self._guard.has_own_log() and self._copy.is_same()
        self._other_log = leave_log(database, self._connection, is_own=is_own)
        self._connection = None
        self._has_mended = True
        self._is_watching = self._is_struck = self.is_written_anew = False
        self._copy.drop()
        self._let_others_watch(None)
