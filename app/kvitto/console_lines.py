"""The lines that `kvitto receive` prints about what it has received."""

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kvitto.receiver.metrics import ReceiverCounters
from kvitto.store.database import Database
from kvitto.store.errors import StoreError
from kvitto.store.rejection_counts import RejectionCountsReader
from kvitto.terminal import count


def news_of(counters: ReceiverCounters) -> tuple[int, ...]:
    """Return the counts for which a new line is printed."""
    return (counters.stored, counters.duplicates, counters.refused, counters.unauthorized)


def line_of(counters: ReceiverCounters) -> str:
    """Return what the receiver has done so far, with the time."""
    clock = datetime.now().astimezone().strftime("%H:%M:%S")
    parts = [f"{count(counters.stored, 'report', 'reports')} stored since the start"]
    if counters.duplicates:
        parts.append(f"{counters.duplicates} came again")
    if counters.refused:
        parts.append(f"{counters.refused} refused and kept (kvitto export --table quarantine)")
    if counters.unauthorized:
        parts.append(f"{count(counters.unauthorized, 'request', 'requests')} without a valid key")
    return f"{clock} {', '.join(parts)}"


LINE_EVERY_S: Final = 60.0


class RejectionLine:
    """Makes the first line at once, and then one a minute at most.

    Args:
        database: the receiver's store.
        now: seconds that only go forward.
    """

    def __init__(self, database: Database, now: Callable[[], float] = time.monotonic) -> None:
        self._counts = RejectionCountsReader(database)
        self._now = now
        self._told = 0
        self._next = 0.0

    def look(self, refused: int) -> str:
        """Return a line if more are refused than the last one told of, and it is time; or ""."""
        now = self._now()
        if refused == self._told or now < self._next:
            return ""
        new, self._told, self._next = refused - self._told, refused, now + LINE_EVERY_S
        line = f"{datetime.now().astimezone():%H:%M:%S} {new} "
        line += "request" if new == 1 else "requests"
        line += " with a valid key refused"
        with contextlib.suppress(StoreError):
            gives_up = self._counts.counts(datetime.now(UTC)).gives_up
            if gives_up is not None:
                line += f"; iP.1 gives these up at {gives_up.astimezone():%H:%M}"
        return f"{line}. See why: kvitto export --table quarantine"
