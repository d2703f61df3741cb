"""Tell whether the database's file is what the log belongs to, after somebody has written into it.

Another program that folds the log in has every right to. One that copies an older database over
ours has not.
"""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Final

from sqlalchemy import Connection

from kvitto.store.damage import (
    FileMarks,
    file_marks,
    find_damage,
    is_whole,
    marks_of,
    view_of,
    why_unusable,
)
from kvitto.store.database import FileDatabase
from kvitto.store.errors import DatabaseBrokenError, DatabaseGoneError
from kvitto.store.file_guard import FileGuard, FileState, companions
from kvitto.store.log_copy import LogCopy
from kvitto.store.repair import driver_connection, rescue_log, set_aside

_LOOK_S: Final = 0.5
"""How long the reports of one group may wait while the file is looked through."""
_STILL_S: Final = 0.3
"""A file that somebody has written into is taken for finished when it is unchanged for so long."""
_STILL_WITHIN_S: Final = 1.5
"""How long the reports of one group may wait for that."""


class DatabaseWatch:
    """Knows what the database's file says without its log. Belongs to the writer's thread.

    Args:
        database: whose file it is.
        guard: watches it.
        on_suspicion: is called when the file should be looked through.
    """

    def __init__(
        self, database: FileDatabase, guard: FileGuard, on_suspicion: Callable[[], None]
    ) -> None:
        self._database = database
        self._guard = guard
        self._on_suspicion = on_suspicion
        self._marks: FileMarks | None = None
        self._judged = (0, 0)
        self._why_unusable = ""

    def accept(self) -> None:
        """Take what is in the file for right: the writer has folded the log in."""
        self._guard.note_database()
        # Where not all is folded in, what is in the file alone need not make sense.
        self._marks = file_marks(self._database.path) or self._marks

    def holds(self, revision: int) -> bool:
        """Return whether the file alone holds a revision that was folded in; else look into it."""
        found = file_marks(self._database.path)
        if found is not None and found.revision >= revision:
            return True
        self._marks = FileMarks((revision, 0), (), frozenset())
        self._guard.suspect_database()
        return False

    def is_all_folded(self, revision: int, *, looks: bool = False) -> bool:
        """Return whether the file alone holds a revision; nothing is folded in to find out.

        Another program may have folded the log in and cut it, as SQLite lets it.

        Args:
            revision: which.
            looks: whether to look through the file, since wrong pages may have been folded in.
        """
        found = file_marks(self._database.path)
        return found is not None and found.revision >= revision and (not looks or self.is_whole())

    def is_other(
        self, connection: Connection | None, newest: tuple[int, int], *, is_log_whole: bool
    ) -> bool:
        """Return whether what is in the file is neither what was there nor folded in since.

        Args:
            connection: the writer's, where it is open.
            newest: the revision and the key of the newest report that are committed.
            is_log_whole: whether nobody has touched the log: else nothing is read through it.

        Raises:
            DatabaseGoneError: somebody goes on writing into it.
            DatabaseBrokenError: it is what was there, but damaged.
        """
        path, marks = self._database.path, self._marks
        found = file_marks(path)
        if found is None or found == marks or (marks is not None and not found.follows(marks)):
            self._wait_until_still()
            found = file_marks(path)
        if found is not None and marks is not None and not found.follows(marks):
            return True
        if not self._guard.database_changes()[0]:
            return True  # beside an empty file SQLite deletes the log
        if connection is None or not is_log_whole:
            seen = None if connection is None else view_of(driver_connection(connection))
            is_known = found is not None and found in {marks, seen}
            if not is_known and (connection is not None or not self._is_folded(newest)):
                return True
            self._on_suspicion()
        else:
            try:
                self._look_through(connection)
            except DatabaseBrokenError:
                if found == marks:
                    raise
                return True
        self.accept()
        return False

    def _is_folded(self, newest: tuple[int, int]) -> bool:
        """Return whether the file alone is whole, and has all that the writer has committed.

        While the writer has no connection, any program that closes its own folds in the log.
        """
        self._wait_until_still()
        found, marks = file_marks(self._database.path), self._marks
        if found is None or marks is None or not found.follows(marks):
            return False
        return found.newest == newest and self.is_whole()

    def ensure_other_is_usable(self) -> None:
        """See that reports can be received into what somebody has written over the database.

        Raises:
            DatabaseBrokenError: they can't.
        """
        changes = self._guard.database_changes()
        if changes != self._judged:
            self._why_unusable = why_unusable(self._database.path, self._database.known_keys)
            self._judged = changes
        if self._why_unusable:
            raise DatabaseBrokenError(self._database.path, self._why_unusable)

    def is_whole(self) -> bool:
        """Return whether the file alone is a database without damage, whosever it is."""
        return bool(self._guard.database_changes()[0]) and is_whole(self._database.path)

    def leave_log(self, copy: LogCopy) -> None:
        """Leave the log as it belongs beside what lies there now; nothing is written any more.

        Raises:
            OSError: it can't be written.
        """
        if self._guard.look() is FileState.DATABASE_GONE:
            return
        if self._guard.is_database_touched() and self.is_whole():
            # It would be read as part of another database.
            set_aside(companions(self._database.path)[0])
        else:
            rescue_log(copy)

    def _wait_until_still(self) -> None:
        """Wait until nobody writes into the file any more."""
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

    def _look_through(self, connection: Connection) -> None:
        """Look for damage in the file and its log; not for long.

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
            raise DatabaseBrokenError(self._database.path, found)
