"""Tell whether anybody has touched the files, down to the last byte of the log."""

import time
from typing import Final

from kvitto.store.file_guard import FileGuard, FileState
from kvitto.store.log_copy import LogCopy

_COMPARE_S: Final = 1.0
"""The time between two comparisons of the whole log with its copy, while it changes."""


class LogComparison:
    """Compares the log with its copy: its beginning and its end each time, all of it now and then.

    Belongs to the writer's thread.

    Args:
        guard: watches the names and sizes of the files.
        copy: holds the log.
    """

    def __init__(self, guard: FileGuard, copy: LogCopy) -> None:
        self._guard = guard
        self._copy = copy
        self._next_s = 0.0
        self._compared = (0, 0)

    def look(self) -> FileState:
        """Return what became of the files."""
        state = self._guard.look()
        if state not in {FileState.WHOLE, FileState.TOUCHED}:
            return state
        now = time.monotonic()
        changes = (self._guard.log_changes(), self._copy.size) if now >= self._next_s else None
        if changes is None or changes == self._compared:
            return state if self._copy.is_in_place() else FileState.LOG_CUT
        self._next_s = now + _COMPARE_S
        if not self._copy.is_same():
            return FileState.LOG_CUT
        self._compared = changes
        return state

    def is_touched(self) -> bool:
        """Return whether anything is wrong with the files, down to the last byte of the log."""
        self.doubt()
        return self.look() is not FileState.WHOLE

    def doubt(self) -> None:
        """Have the whole log compared at the next look."""
        self._next_s, self._compared = 0.0, (0, 0)
