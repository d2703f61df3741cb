"""Tell whether anybody has touched the files, down to the last byte of the log."""

import time
from pathlib import Path
from typing import Final

from kvitto.store.file_guard import FileGuard, FileState
from kvitto.store.log_copy import LogCopy
from kvitto.store.log_index import LogIndex

_COMPARE_S: Final = 1.0
"""The time between two comparisons of the whole log with its copy, while it changes."""
_VERIFY_S: Final = 0.05
"""The time between two comparisons of the index, while reports arrive: it takes as long as a
twentieth of a report does. What was committed since the last one can be stored once more."""


class LogComparison:
    """Compares the log with its copy: its beginning and its end each time, all of it now and then.

    Belongs to the writer's thread.

    Args:
        database: the database.
        guard: watches the names and sizes of its files.
        copy: holds the log.
    """

    def __init__(self, database: Path, guard: FileGuard, copy: LogCopy) -> None:
        self._guard = guard
        self._copy = copy
        self._index = LogIndex(database, copy)
        self._next_s = 0.0
        self._compared = (0, 0)
        self._verified = (copy.mark(), 0)
        self._verify_at_s = 0.0
        self._is_wrong = False

    def look(self) -> FileState:
        """Return what became of the files."""
        state = self._guard.look()
        if state is FileState.LOG_CUT and self._copy.is_in_place() and self._index.is_right():
            # Somebody has folded all of it in and emptied it, and others have begun it anew.
            self._guard.note()
            state = self._guard.look()
        if state not in {FileState.WHOLE, FileState.TOUCHED}:
            return state
        now = time.monotonic()
        if now < self._next_s and not self._is_wrong:
            return state if self._copy.is_in_place() else FileState.LOG_CUT
        if self._is_wrong or not self._index.is_right():
            return FileState.LOG_GONE
        changes = (self._guard.log_changes(), self._copy.size)
        is_right = self._copy.is_in_place() if changes == self._compared else self._copy.is_same()
        if not is_right:
            return FileState.LOG_CUT
        self._next_s = now + _COMPARE_S
        self._compared = changes
        return state

    def open_index(self) -> None:
        """Compare the index that SQLite has opened now."""
        self._index.begin()
        self._is_wrong = False

    def close_index(self, revision: int) -> None:
        """Compare it for the last time, before SQLite closes it, and none from then on.

        Args:
            revision: the newest that is copied.
        """
        if not self._is_wrong and self._index.is_right():
            self._verified = (self._copy.mark(), revision)
        else:
            self._is_wrong = True
        self._index.drop()

    def begin(self, frames: int, revision: int) -> bool:
        """Copy a log that SQLite has just opened; return whether it could be read.

        Args:
            frames: how many frames it has.
            revision: the newest that is in it, or in the database.
        """
        self.open_index()
        is_read = self._copy.begin(frames)
        self._verified = (self._copy.mark(), revision)
        self.doubt()
        return is_read

    def has_right_index(self) -> bool:
        """Return whether SQLite has opened a right index, of a log that is not copied yet.

        One that others kept open while nobody wrote was not made anew.
        """
        self._index.begin()
        frames = self._index.frames()
        try:
            if not frames:
                return not self._guard.has_log()
            # What is behind that would be overwritten.
            return self._copy.begin(frames) and not self._copy.follow() and self._index.is_right()
        finally:
            self._copy.drop()

    def is_same(self, revision: int) -> bool:
        """Return whether the log has every byte that it had, and its index says so.

        Args:
            revision: the newest that is copied.
        """
        if self._copy.is_same() and self._index.is_right():
            self._verified = (self._copy.mark(), revision)
            self._verify_at_s = time.monotonic() + _VERIFY_S
            return True
        return False

    def follow(self, revision: int, *, is_certain: bool) -> bool:
        """Copy what was committed; return whether there is any, and nobody has touched the files.

        Args:
            revision: what was committed.
            is_certain: whether the index is to be compared now; else, now and then.
        """
        if not self._copy.follow():
            return False
        if is_certain or time.monotonic() >= self._verify_at_s:
            if not self._index.is_right():
                return False
            self._verified = (self._copy.mark(), revision)
            self._verify_at_s = time.monotonic() + _VERIFY_S
        return True

    def go_back(self, revision: int) -> int:
        """Hold no transaction that may be made of wrong pages, by an index that was overwritten.

        Args:
            revision: the newest that is copied.

        Returns:
            The newest that is left.
        """
        if not self._is_wrong and self._index.is_right():
            return revision
        self._is_wrong = True
        self._index.drop()
        mark, verified = self._verified
        self._copy.go_back(mark)
        return verified

    def is_touched(self) -> bool:
        """Return whether anything is wrong with the files, down to the last byte of the log."""
        self.doubt()
        return self.look() is not FileState.WHOLE

    def doubt(self) -> None:
        """Have the whole log, and its index, compared at the next look."""
        self._next_s, self._compared, self._verify_at_s = 0.0, (0, 0), 0.0
