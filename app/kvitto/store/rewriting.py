"""Write the database's file anew, so that nothing of what was erased is left between its rows.

SQLite leaves what was overwritten or deleted where it stood, until something else needs the room;
so does the search index, and the log keeps whole pages of before.
"""

import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Final

from sqlalchemy import Connection, update

from kvitto.clock import utc_now
from kvitto.core.timestamps import to_microseconds
from kvitto.store.database import Database
from kvitto.store.engines.base import WriteConnection
from kvitto.store.erasing import EraseAgain, is_erasure_unfinished, note_rewritten
from kvitto.store.errors import StoreError
from kvitto.store.mutations import Edit
from kvitto.store.recent_arrivals import newest
from kvitto.store.schema import store_state
from kvitto.store.write_queue import QueuedEdit
from kvitto.store.writer_watchdog import WriterWatchdog

log = logging.getLogger(__name__)

_TRY_AGAIN_S: Final = 60.0
"""The time between two tries, where somebody who reads, or a full disk, hinders it."""
_OVERDUE_S: Final = 600.0
"""How much later it is tried though reports come all the time: they wait for it, or come again."""


class Rewriting:
    """Writes the file anew after a person was erased, and again where that was hindered.

    Belongs to the writer's thread.

    Args:
        database: whose file it is.
        connection: the writer's.
        watchdog: is told of it, and of its progress: it takes long, but is not stuck.
        put: puts a change into the writer's queue.
    """

    def __init__(
        self,
        database: Database,
        connection: WriteConnection,
        watchdog: WriterWatchdog,
        put: Callable[[QueuedEdit], None],
    ) -> None:
        self._database = database
        self._connection = connection
        self._watchdog = watchdog
        self._put = put
        self._is_due = False
        self._try_at_s = 0.0

    def begin(self) -> None:
        """Go on with what an earlier run has not finished, if anything; at the writer's start."""
        with (
            contextlib.suppress(StoreError),  # whoever writes first is told
            self._database.in_words(),
            self._database.reading.connect() as connection,
        ):
            if is_erasure_unfinished(connection):
                change = QueuedEdit(EraseAgain())
                change.done.add_done_callback(_tell_of_failure)
                self._put(change)

    def around(self, edit: Edit) -> AbstractContextManager[None]:
        """Have it known while an edit is made that leaves traces: it looks through all there is."""
        return self._watchdog.rewriting() if _leaves_traces(edit) else contextlib.nullcontext()

    def folding(self) -> AbstractContextManager[None]:
        """Have it known while the log is folded in: it may be as long as the database."""
        return self._watchdog.rewriting() if self._is_due else contextlib.nullcontext()

    def after(self, edit: Edit) -> None:
        """Write the file anew where an edit that was made leaves traces."""
        if _leaves_traces(edit):
            log.info("What was erased is being taken out of the file: it is written anew")
            self._is_due, self._try_at_s = True, 0.0
            self._connection.is_written_anew = False
            self.look()

    def look(self, *, is_idle: bool = True) -> None:
        """Write the file anew where that is due, and was not tried just now.

        Args:
            is_idle: whether nothing has come for a moment.
        """
        try_at_s = self._try_at_s + (0 if is_idle else _OVERDUE_S)
        if not self._is_due or time.monotonic() < try_at_s:
            return
        try:
            with self._watchdog.rewriting(), self._database.in_words():
                is_done = self._connection.write_anew(self._watchdog.begin)
                if is_done:
                    self._connection.write(_note)
        except StoreError as error:
            is_done = False
            self._connection.failed(error)
            log.warning("Traces of what was erased are left for now: %s", error)
        self._is_due = not is_done
        self._try_at_s = time.monotonic() + _TRY_AGAIN_S


def _note(connection: Connection) -> tuple[int, int | None]:
    with connection.begin():
        note_rewritten(connection, to_microseconds(utc_now()))
        # By a revision that goes back, the writer knows that it has read an old state.
        connection.execute(update(store_state).values(revision=store_state.c.revision + 1))
    return newest(connection)


def _leaves_traces(edit: Edit) -> bool:
    return getattr(edit, "leaves_traces", False)


def _tell_of_failure(done: "Future[int]") -> None:
    error = done.exception()
    if error is not None and not isinstance(error, StoreError):
        log.error("Who was erased could not be erased again", exc_info=error)
