"""The lines that `kvitto receive` prints about what it has received."""

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kvitto.receiver.metrics import ReceiverCounters
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.database import Database
from kvitto.store.errors import StoreError
from kvitto.store.rejection_counts import RejectionCountsReader
from kvitto.terminal import count, say


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
_LOOK_EVERY_S: Final = 0.5


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


def watch(runtime: ReceiverRuntime, stop: threading.Event) -> None:
    """Print a line now and then, and at once about the first report and refused requests."""
    told = ReceiverCounters()
    refused = RejectionLine(runtime.database)
    next_line = time.monotonic() + LINE_EVERY_S
    while not stop.wait(_LOOK_EVERY_S):
        now = runtime.service.snapshot()
        if line := refused.look(now.refused):
            say(line)
        is_first = not told.stored and now.stored
        is_due = time.monotonic() >= next_line and news_of(now) != news_of(told)
        if is_first or is_due:
            say(line_of(now))
            told = now
        if time.monotonic() >= next_line:
            next_line = time.monotonic() + LINE_EVERY_S
