"""Tell whether anybody has touched the files, down to the last byte of the log."""

import threading
import time
from typing import Final

from kvitto.store.file_guard import FileGuard, FileState
from kvitto.store.log_copy import LogCopy
from kvitto.store.log_index import LogIndex

_COMPARE_S: Final = 1.0
"""The time between two comparisons of the whole log with its copy, while it changes."""
_TRIES: Final = 5
_PAUSE_S: Final = 0.02
"""Whoever begins the log anew writes the index's header a moment before the log's."""


class LogComparison:
    """Compares the log with its copy: its beginning and its end each time, all of it now and then.

    Belongs to the writer's thread.

    Args:
        guard: watches the names and sizes of the files.
        copy: holds the log.
        index: the log's, which is compared as well.
    """

    def __init__(self, guard: FileGuard, copy: LogCopy, index: LogIndex) -> None:
        self._guard = guard
        self._copy = copy
        self._index = index
        self._next_s = 0.0
        self._compared = (0, 0)

    def look(self) -> FileState:
        """Return what became of the files."""
        state = self._guard.look()
        if state not in {FileState.WHOLE, FileState.TOUCHED}:
            return state
        now = time.monotonic()
        changes = self._compared
        if now >= self._next_s:
            self._next_s = now + _COMPARE_S
            if self.is_index_touched():
                return FileState.LOG_GONE
            changes = (self._guard.log_changes(), self._copy.size)
        is_in_doubt = changes != self._compared
        if self._copy.is_same() if is_in_doubt else self._copy.is_in_place():
            self._compared = changes
            return state
        # Another program that has folded it in may have cut it since the first look at its size.
        state = self._guard.look()
        return FileState.LOG_CUT if state in {FileState.WHOLE, FileState.TOUCHED} else state

    def is_same(self) -> bool:
        """Return whether the log and its index have all that is held, or were begun anew."""
        return not (self.is_index_touched() or self.is_header_touched()) and self._copy.is_same()

    def is_log_in_place(self) -> bool:
        """Return whether the log is there, as far as it can be compared quickly."""
        return self._guard.has_own_log() and self._copy.is_in_place()

    def is_index_touched(self) -> bool:
        """Return whether the index lacks anything of what is held of the log.

        Whoever begins the log anew may rightly change it, but writes the log's new header first.
        """
        return not self._index.has(self._copy.pages) and not self._copy.is_begun_anew()

    def is_index_replaced(self) -> bool:
        """Return whether the index lacks what is newest; after each commit."""
        return not self._index.has_newest(self._copy.pages) and not self._copy.is_begun_anew()

    def is_touched(self) -> bool:
        """Return whether anything is wrong with the files, down to the last byte of the log."""
        self.doubt()
        return self.look() is not FileState.WHOLE

    def is_header_touched(self) -> bool:
        """Return whether the index's header leads to another log, or leaves out what is held."""
        pause = threading.Event()
        for _ in range(_TRIES):
            copy = self._copy
            if self._index.leads_to(len(copy.pages), copy.salts) or copy.is_begun_anew():
                return False
            pause.wait(_PAUSE_S)
        return True

    def doubt(self) -> None:
        """Have the whole log compared at the next look."""
        self._next_s, self._compared = 0.0, (0, 0)
