"""Sign the edits of a window with the name of its user, where a store has several."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from kvitto.store.edit_audit import Signature
from kvitto.store.engines.base import Database
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.mutations import ChangeBatch, Edit
from kvitto.store.shared_retention import ChangeRetention

_REMEMBERED: Final = 100
"""Edits that a window may have made without seeing what became of the one before."""


class Signer:
    """Signs the edits of one window, which knows its own again. Any thread.

    Args:
        database: the store.
        clock: the time, UTC.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._lock: Final = threading.Lock()
        self._own: Final[deque[int]] = deque(maxlen=_REMEMBERED)

    def make(self, edit: Edit, make: Callable[[Edit], int]) -> int:
        """Make an edit by the name of `database.editor`; as it is where that has no name.

        Args:
            edit: what is to be made in the store.
            make: makes it, and returns its revision.

        Returns:
            That revision.
        """
        editor = self._database.editor
        if not editor or not isinstance(edit, ChangeBatch | MarkMessages | ChangeRetention):
            return make(edit)
        with self._lock:  # one after the other, so that the next knows this one
            signature = Signature(editor, self._clock(), tuple(self._own))
            revision = make(replace(edit, signature=signature))
            self._own.append(revision)
        return revision
