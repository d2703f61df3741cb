"""A store on a server, for a window: it changes it by itself, and reports may come in elsewhere."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kvitto.clock import utc_now
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreClosedError, StoreError
from kvitto.store.mutations import Edit
from kvitto.store.receivers_seen import ReceiversSeen
from kvitto.store.server_errors import (
    ChangeRefusedError,
    NotChangedError,
    StoreAwayError,
    StoreBusyError,
    StoreRefusedError,
    StoreUnreachableError,
    StoreVersionError,
)
from kvitto.store.write_requests import ReportRequest, WriteResult

if TYPE_CHECKING:  # a window on a store in its folder loads nothing of the writer
    from kvitto.store.writer import Writer

log = logging.getLogger(__name__)

_SILENCE_S: Final = 75.0
"""Heartbeats are a minute apart."""
_CLOCKS: Final = timedelta(minutes=3)
"""How old the first heartbeat that is read may be: its clock is another computer's."""


class DirectStore:
    """A store on a server that a window reads and changes. Any thread.

    Attributes:
        database: the store.
        elsewhere: what is known of its receivers.

    Args:
        url: where it is.
        folder: the data folder of this computer that goes with it.
        on_revision: is told each new revision, on a thread of its own; 0 when the store can't be
            reached any more.

    Raises:
        DriverMissingError: the driver is not installed.
        StoreVersionError: another version made the store. One that can't be reached or read now is
            tried again later.
    """

    def __init__(self, url: StoreUrl, folder: Path, on_revision: Callable[[int], None]) -> None:
        from kvitto.store.engines.opening import server_database, watch_revisions

        self.elsewhere: Final = ReceivedElsewhere()
        self._place: Final = url.place
        self.database: Final = server_database(url, folder, receives=False)
        self._writer: Writer | None = None
        self._is_closed = False
        self._lock: Final = threading.Lock()
        try:
            self.database.ensure_is_there()
        except StoreVersionError:
            self.database.close()
            raise
        except StoreError as error:
            log.warning("The store at %s can't be read yet (%s)", url.place, error.detail)
        self._watch: Final = watch_revisions(self.database, on_revision)

    @property
    def is_heard(self) -> bool:
        """Whether the server has answered lately."""
        return self._watch.is_heard

    @property
    def silence(self) -> StoreError:
        """Why nothing is read from a server that does not answer, and ends no connection."""
        return StoreAwayError(self._place, "no answer")

    def edit(self, edit: Edit) -> int:
        """Make a change of the user's; return the revision that holds it.

        Raises:
            ChangeRefusedError: this user may not make it.
            NotChangedError: the server can't be reached, or is locked by others.
            StoreError: the store can't do it.
        """
        change = self._started().edit(edit)
        error = change.exception()
        if isinstance(error, StoreUnreachableError | StoreBusyError):
            raise NotChangedError(error.place, error.detail) from error
        if isinstance(error, StoreRefusedError):
            raise ChangeRefusedError(error.place, error.detail) from error
        if isinstance(error, StoreError):
            raise error.anew()  # the writer keeps it
        return change.result()

    def append_all(self, arrivals: Sequence[ReportRequest]) -> list[WriteResult | StoreError]:
        """Store reports that came by another way than HTTP; return what became of each.

        Raises:
            StoreClosedError: it is closed.
        """
        writer = self._started()

        async def append() -> list[WriteResult | BaseException]:
            return await asyncio.gather(
                *(writer.append(one) for one in arrivals), return_exceptions=True
            )

        done: list[WriteResult | StoreError] = []
        for one in asyncio.run(append()):
            if not isinstance(one, WriteResult | StoreError):
                raise one
            done.append(one.anew() if isinstance(one, StoreError) else one)
        return done

    def close(self) -> None:
        """Make what was begun, and no more; close the connections."""
        with self._lock:
            self._is_closed = True
        self._watch.close()
        if self._writer is not None:
            self._writer.close()
        self.database.close()

    def _started(self) -> "Writer":
        """Return the writer, which is loaded and started at the first change."""
        from kvitto.store.writer import Writer

        with self._lock:
            if self._is_closed:
                raise StoreClosedError
            if self._writer is None:
                self._writer = Writer(self.database)
                self._writer.start()
            return self._writer


class ReceivedElsewhere:
    """Whether receivers on other computers store into a store, as far as a window can know.

    Whether heartbeats go on is told by this computer's clock, so that others' may be wrong.
    Belongs to one thread.

    Attributes:
        lost_at: since when the store can't be read, UTC; None while it can.

    Args:
        clock: the time, UTC.
        now: seconds that only go forward.
    """

    def __init__(
        self, clock: Callable[[], datetime] = utc_now, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock: Final = clock
        self._now: Final = now
        self._seen: ReceiversSeen | None = None
        self._changed_at = 0.0
        self._is_doubted = False
        """Whether the first heartbeat was an old one: of a receiver that crashed, or by a clock
        that is wrong."""
        self.lost_at: datetime | None = None

    @property
    def is_lost(self) -> bool:
        """Whether the store can't be read now."""
        return self.lost_at is not None

    def lose(self) -> None:
        """Note that the store can't be read any more."""
        self.lost_at = self.lost_at or self._clock()

    def note(self, seen: ReceiversSeen) -> None:
        """Note what the store says of its receivers now."""
        before, self._seen = self._seen, seen
        was_lost, self.lost_at = self.lost_at is not None, None
        if before is None:
            is_old = seen.running is not None and self._clock() - seen.running > _CLOCKS
            self._is_doubted, self._changed_at = is_old, self._now()
        elif seen.beats != before.beats:
            self._is_doubted, self._changed_at = False, self._now()
        elif was_lost:
            self._changed_at = self._now()  # they may have been kept from it as we were

    @property
    def is_known(self) -> bool:
        """Whether the store was read, for long enough to know."""
        return self._seen is not None and not (self._is_doubted and self._is_recent)

    @property
    def is_receiving(self) -> bool:
        """Whether a receiver's heartbeats go on."""
        is_running = self._seen is not None and self._seen.running is not None
        return is_running and self._is_recent and not self._is_doubted

    @property
    def may_be_kept(self) -> bool:
        """Whether the last receiver, which is not heard of, may keep reports on its own disk."""
        return self._seen is not None and self._seen.is_spooling and not self.is_receiving

    @property
    def _is_recent(self) -> bool:
        return self._now() - self._changed_at < _SILENCE_S

    @property
    def last(self) -> datetime | None:
        """When a receiver was heard of last, UTC; None where none was."""
        return None if self._seen is None else self._seen.last
