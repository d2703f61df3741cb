"""Tells of new revisions of a store on a server, whoever commits them, and of other rights."""

import logging
import re
import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import psycopg

from kvitto.store.engines.postgresql import ServerDatabase
from kvitto.store.engines.postgresql_notifying import CHANNEL

log = logging.getLogger(__name__)

POLL_S: Final = 2.0
"""So often is asked where no notification comes, as by a pooler between us and the server."""
_PACE_S: Final = 0.02
"""At most one revision is told of in this time."""
_AGAIN_S: Final = 1.0
_AFTER_MISTAKE_S: Final = 10.0
_LOOK_S: Final = 0.25
"""So often is looked whether to end."""
_END_S: Final = 1.0
_SILENT_POLLS: Final = 3
_REVISION: Final = "SELECT revision FROM store_state"
_NUMBER: Final = re.compile("[1-9][0-9]{0,17}")
"""A revision as it is told; any user of the database may tell something else."""


class RevisionWatch:
    """Watches a store on a connection and a thread of its own, from its construction until `close`.

    Args:
        database: the store; it need not be reachable.
        on_revision: is called with each revision that is notified of, or is found to be another
            than the one told of before, on the watch's thread, and with 0 when the store can't be
            reached, or this user may do something else in it now; it must be quick.
        poll_s: how often is asked where no notification comes.
    """

    def __init__(
        self,
        database: ServerDatabase,
        on_revision: Callable[[int], None],
        *,
        poll_s: float = POLL_S,
    ) -> None:
        self._database: Final = database
        self._on_revision: Final = on_revision
        self._poll_s: Final = poll_s
        self._known = -1
        self._heard_at = 0.0
        self._closed: Final = threading.Event()
        self._thread: Final = threading.Thread(
            target=self._run, name="kvitto-revisions", daemon=True
        )
        self._thread.start()

    @property
    def is_heard(self) -> bool:
        """Whether the server has answered lately: one that is frozen ends no connection."""
        return time.monotonic() - self._heard_at < _SILENT_POLLS * self._poll_s

    def close(self) -> None:
        """End the thread; one that waits for a server that does not answer ends later."""
        self._closed.set()
        self._thread.join(_END_S)

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                with closing(self._database.connect()) as connection:
                    self._watch(connection)
            except psycopg.Error as error:
                if self._closed.is_set():
                    return
                log.debug("New revisions are not told of now: %s", type(error).__name__)
                self._tell(0)
            except Exception:
                # A mistake of ours must not end this for good.
                log.exception("New revisions are not told of now")
                self._known = -1  # whether it was heard of is not known
                self._closed.wait(_AFTER_MISTAKE_S)
            self._closed.wait(_AGAIN_S)

    def _watch(self, connection: psycopg.Connection[Any]) -> None:
        local = self._database.local_of(connection)
        if local is None:
            connection.execute(f"LISTEN {CHANNEL}".encode())
        rights = self._database.look_at_rights(connection)
        next_s = time.monotonic() + self._poll_s
        while not self._closed.is_set():
            if time.monotonic() >= next_s:
                next_s = time.monotonic() + self._poll_s
                if self._database.look_at_rights(connection) != rights:
                    self._tell(0)
                    return  # another connection may see other tables
            row = _last_row(connection, _REVISION if local is None else f"{local}; {_REVISION}")
            self._heard_at = time.monotonic()
            self._tell(0 if row is None else row[0])
            if local is not None:
                self._closed.wait(self._poll_s)  # by a pooler no notification comes
                continue
            while time.monotonic() < next_s:
                if (notified := self._notified(connection)) is None:
                    break
                self._heard_at = time.monotonic()
                # Somebody else may have named it before it was there.
                self._known = notified
                self._on_revision(notified)

    def _tell(self, revision: int) -> None:
        if revision != self._known:
            self._known = revision
            self._on_revision(revision)

    def _notified(self, connection: psycopg.Connection[Any]) -> int | None:
        """Wait for a notification; return the latest revision, None where that is to be asked."""
        end_s = time.monotonic() + self._poll_s
        self._closed.wait(_PACE_S)
        while not self._closed.is_set() and time.monotonic() < end_s:
            wait_s = min(_LOOK_S, self._poll_s)
            come = [*connection.notifies(timeout=wait_s, stop_after=1)]
            if come:
                come += connection.notifies(timeout=0)  # those that wait, too
                # Who has written may be of an earlier version, which tells no number.
                return int(come[-1].payload) if _NUMBER.fullmatch(come[-1].payload) else None
        return None


def _last_row(connection: psycopg.Connection[Any], statements: str) -> tuple[Any, ...] | None:
    """Execute statements in one transaction; return the first row of the last of them."""
    with connection.cursor() as cursor:
        cursor.execute(statements.encode())
        while cursor.nextset():
            pass
        return cursor.fetchone()
