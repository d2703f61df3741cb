"""Look for damage in the database's file, in the background, while reports come in."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self

import msgspec
from sqlalchemy import Connection, select, update

from kvitto.core.timestamps import from_microseconds, to_microseconds
from kvitto.store.damage import find_damage
from kvitto.store.database import FileDatabase
from kvitto.store.errors import DatabaseBrokenError, StoreError
from kvitto.store.receiver_tables import receiver_run
from kvitto.store.schema import store_health
from kvitto.store.writer import Writer

log = logging.getLogger(__name__)

CHECK_EVERY: Final = timedelta(days=1)
LONGEST_S: Final = 15 * 60.0
"""A check that takes longer is given up: while it reads, the log can't be begun anew."""
_DAILY_AFTER_S: Final = 20.0
"""After the start: whoever starts Kvitto waits for its window, which needs the processors, too."""
_LOOK_EVERY_S: Final = 60.0
_PUT_OFF_S: Final = 3600.0
"""How long a check that is due waits for what is being deleted: while it reads, the log can't be
begun anew, and what a deletion writes meanwhile is folded in all at once at its end."""


class NoteChecked(msgspec.Struct, frozen=True):
    """Note when the file was found to be whole; an edit of the writer."""

    checked: datetime

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        del revision
        checked_at_us = to_microseconds(self.checked)
        connection.execute(update(store_health).values(checked_at_us=checked_at_us))
        return True


class DamageCheck:
    """Checks the file on a thread of its own: after a crash, once a day, and on suspicion.

    Whether the last run ended in a crash is read when it is made, so before the first heartbeat;
    `start` begins to check, once nothing else waits for the disk. On damage the writer stores
    nothing more: reports wait at the SMS service, where they are whole.

    Args:
        database: what to check.
        writer: is told of damage, and asks for a check when somebody wrote into the file.
        clock: the time, UTC.
    """

    def __init__(
        self, database: FileDatabase, writer: Writer, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._writer = writer
        self._clock = clock
        self._is_closed = False
        self._due_since_s: float | None = None
        self._wake = threading.Event()
        writer.on_suspicion = self._wake.set
        # A crash may have cut off what the disk was about to write.
        self._is_urgent = self._was_crash()
        self._thread = threading.Thread(target=self._run, name="kvitto-damage", daemon=True)

    def start(self) -> None:
        """Check from now on."""
        self._thread.start()

    def close(self) -> None:
        """Stop a check that is under way, and the thread."""
        self._is_closed = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        if not self._is_urgent:
            self._is_urgent = self._wake.wait(_DAILY_AFTER_S)
            self._wake.clear()
        while not self._is_closed:
            try:
                if self._is_urgent or self.is_time():
                    self._is_urgent = not self._check()
            except StoreError:
                pass  # whoever writes tells of it; it is looked again
            except Exception:
                # A mistake of ours must not end the checks for good.
                log.exception("The database could not be checked for damage")
            self._is_urgent = self._wake.wait(_LOOK_EVERY_S) or self._is_urgent
            self._wake.clear()

    def _check(self) -> bool:
        """Check the file; return whether that came to an end."""
        end_s = time.monotonic() + LONGEST_S
        found = self._find(end_s)
        if found:
            # The writer mends what others have done to the files: is it there still?
            self._writer.flush(_LOOK_EVERY_S)
            found = self._find(end_s)
        if found is None:
            if not self._is_closed:
                log.warning("The database could not be checked for damage in time")
            return time.monotonic() >= end_s
        if found:
            self._writer.stop_storing(DatabaseBrokenError(self._database.path, found))
        else:
            self._writer.edit(NoteChecked(self._clock())).result()
            log.info("The database was checked: there is no damage")
        return True

    def _find(self, end_s: float) -> str | None:
        """Return the first damage; "" for none, None where it was stopped."""
        with self._database.in_words():
            connection = self._database.connections.open("ro")
            try:
                with closing(connection):
                    return find_damage(
                        connection, lambda: not self._is_closed and time.monotonic() < end_s
                    )
            finally:
                self._database.connections.closed(connection)

    def is_due(self) -> bool:
        """Return whether the last check is a day old, or from a time that is yet to come."""
        with self._database.read() as connection:
            checked_us = connection.scalar(select(store_health.c.checked_at_us))
        if checked_us is None:
            return True
        return not timedelta() <= self._clock() - from_microseconds(checked_us) < CHECK_EVERY

    def is_time(self) -> bool:
        """Return whether the check is due, and holds up nothing that is being deleted."""
        if not self.is_due():
            self._due_since_s = None
            return False
        now_s = time.monotonic()
        self._due_since_s = now_s if self._due_since_s is None else self._due_since_s
        return not self._writer.deletions.are_under_way or now_s - self._due_since_s >= _PUT_OFF_S

    def _was_crash(self) -> bool:
        query = select(receiver_run).order_by(receiver_run.c.pk.desc()).limit(1)
        with self._database.read() as connection:
            latest = connection.execute(query).first()
        return latest is not None and latest.stopped_at_us is None

    def __enter__(self) -> Self:
        """Return the check itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
