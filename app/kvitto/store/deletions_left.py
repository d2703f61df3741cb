"""What the writer has to delete yet, and whether it is at it."""

from contextlib import suppress

from kvitto.store.deletions import ContinueDeletions, is_any_pending
from kvitto.store.engines.base import Database
from kvitto.store.errors import StoreError
from kvitto.store.write_queue import QueuedEdit


class DeletionsLeft:
    """Goes on with deletions until nothing is left of them. Belongs to the writer's thread.

    Attributes:
        change: what goes on with them, or did last.
        waits: whether another receiver deletes, or may be gone in the middle of it.
    """

    def __init__(self, database: Database) -> None:
        """Go on with those in `database`."""
        self._database = database
        self.waits = bool(database.receiver)
        self.change = QueuedEdit(ContinueDeletions())
        self.change.done.set_result(0)

    def begun(self) -> QueuedEdit | None:
        """Return what goes on with them; None where nothing is left, or something does already."""
        with suppress(StoreError):
            is_left = is_any_pending(self._database)
            self.waits = bool(self._database.receiver)
            if is_left and self.change.done.done():
                self.change = QueuedEdit(ContinueDeletions())
                return self.change
        return None
