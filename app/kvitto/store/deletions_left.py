"""What the writer has to delete yet, and whether it is at it."""

import time
from collections.abc import Callable
from contextlib import suppress
from math import inf
from threading import Timer
from typing import Final

from kvitto.store.deletions import ContinueDeletions, is_any_pending
from kvitto.store.engines.base import Database
from kvitto.store.errors import StoreError
from kvitto.store.mutations import Edit
from kvitto.store.write_queue import QueuedEdit

_LONGEST_REST_S: Final = 1.0
_LATELY_S: Final = 10.0
"""Something is being deleted, or purged, if a part of that was made so lately."""


class DeletionsLeft:
    """Goes on with deletions until nothing is left of them. Belongs to the writer's thread.

    Attributes:
        change: what goes on with them, or did last.
        waits: whether another receiver deletes, or may be gone in the middle of it.
        made_s: when a part of a deletion or of a purge was made last, by `time.monotonic`.
    """

    def __init__(self, database: Database) -> None:
        """Go on with those in `database`."""
        self._database = database
        self.waits = bool(database.receiver)
        self._edit = ContinueDeletions()
        self.change = QueuedEdit(self._edit)
        self.change.done.set_result(0)
        self.made_s = -inf

    @property
    def are_under_way(self) -> bool:
        """Whether something is being deleted, or purged; any thread."""
        return time.monotonic() - self.made_s < _LATELY_S

    def is_part(self, edit: Edit) -> bool:
        """Return whether an edit that is about to be made deletes a part; note when that was."""
        is_part = bool(getattr(edit, "needs_lease", False))
        if is_part:
            self.made_s = time.monotonic()
        return is_part

    def begun(self) -> QueuedEdit | None:
        """Return what goes on with them; None where nothing is left, or something does already."""
        with suppress(StoreError):
            is_left = is_any_pending(self._database)
            self.waits = bool(self._database.receiver)
            if is_left and self.change.done.done():
                self.change = QueuedEdit(self._edit)
                return self.change
        return None

    def go_on(self, change: QueuedEdit, put_back: Callable[[QueuedEdit], None]) -> None:
        """Have an edit put back of which a part was made.

        Of the deletions the next part comes after a rest as long as the last one took, but for its
        commit: reports come between, whose answers would all wait behind a part else.

        Args:
            change: the edit.
            put_back: puts it behind what waits; any thread.
        """
        if change is not self.change:
            put_back(change)
            return
        rest = Timer(min(self._edit.took_s, _LONGEST_REST_S), put_back, (change,))
        rest.name, rest.daemon = "kvitto-deletion-rest", True
        try:
            rest.start()
        except RuntimeError:  # there are no threads to be had
            put_back(change)
