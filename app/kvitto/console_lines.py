"""The lines that `kvitto receive` prints about what it has received."""

import contextlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kvitto.clock import utc_now
from kvitto.receiver.metrics import ReceiverCounters
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.clock_guard import clock_doubt
from kvitto.store.database import Database
from kvitto.store.errors import StoreError
from kvitto.store.rejection_counts import RejectionCountsReader
from kvitto.terminal import count, say, tell_at_once

Waiting = tuple[int, datetime | None]
"""How many reports wait on this computer's disk for the store, and since when, UTC."""
NONE_WAIT: Final[Waiting] = (0, None)


def news_of(counters: ReceiverCounters, waiting: Waiting = NONE_WAIT) -> tuple[int, ...]:
    """Return the counts for which a new line is printed."""
    told = (counters.stored, counters.duplicates, counters.refused, counters.unauthorized)
    return (*told, waiting[0])


def line_of(counters: ReceiverCounters, waiting: Waiting = NONE_WAIT) -> str:
    """Return what the receiver has done so far, with the time."""
    clock = datetime.now().astimezone().strftime("%H:%M:%S")
    kept, since = waiting
    done = "stored" if since is None else "received"
    parts = [f"{count(counters.stored, 'report', 'reports')} {done} since the start"]
    if since is not None:
        local = since.astimezone()
        is_today = local.date() == datetime.now().astimezone().date()
        when = f"{local:%H:%M}" if is_today else f"{local:%Y-%m-%d %H:%M}"
        wait = "waits" if kept == 1 else "wait"
        parts.append(f"{count(kept, 'report', 'reports')} {wait} here for the store since {when}")
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


class ClockLine:
    """Makes a line when the computer's clock is not believed, and one when it is again.

    Args:
        database: the receiver's store.
        now: seconds that only go forward.
        clock: the time, UTC.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._now = now
        self._clock = clock
        self._is_doubtful = False
        self._next = 0.0

    def look(self) -> str:
        """Return a line if that has changed since the last look, a minute ago; or ""."""
        if self._now() < self._next:
            return ""
        self._next = self._now() + LINE_EVERY_S
        wall = self._clock()
        try:
            with self._database.in_words(), self._database.reading.connect() as connection:
                is_doubtful = clock_doubt(connection, wall) is not None
        except StoreError:
            return ""
        if is_doubtful == self._is_doubtful:
            return ""
        self._is_doubtful = is_doubtful
        if not is_doubtful:
            return "The computer's clock agrees again: old data is deleted and keys are revoked."
        return (
            f"The computer's clock says {wall.astimezone():%Y-%m-%d %H:%M}, which does not agree "
            "with what was received, or it was changed. Nothing old is deleted, and no key is "
            "revoked, until you confirm it. Set the clock; or if it is right: "
            "kvitto confirm-clock, with the same --data-dir"
        )


def tell_url(runtime: ReceiverRuntime) -> bool:
    """Print the callback URL, the first line; return whether it is known yet."""
    if runtime.keys.is_url_known:
        tell_at_once(runtime.callback_url)
        return True
    say("The store can't be reached: until it can, reports are answered 503, and sent again.")
    return False


def watch(runtime: ReceiverRuntime, stop: threading.Event) -> None:
    """Print a line now and then, and at once about the first report and refused requests."""
    told, told_waiting = ReceiverCounters(), NONE_WAIT
    refused, clock = RejectionLine(runtime.database), ClockLine(runtime.database)
    next_line = time.monotonic() + LINE_EVERY_S
    is_url_told = runtime.keys.is_url_known
    while not stop.wait(_LOOK_EVERY_S):
        if not is_url_told and runtime.keys.is_url_known:
            tell_at_once(runtime.callback_url)
            is_url_told = True
        now = runtime.service.snapshot()
        if line := refused.look(now.refused):
            say(line)
        if line := clock.look():
            say(line)
        waiting = NONE_WAIT if runtime.spool is None else runtime.spool.waiting
        is_first = not told.stored and now.stored
        is_changed = bool(waiting[0]) != bool(told_waiting[0])
        is_new = news_of(now, waiting) != news_of(told, told_waiting)
        if is_first or is_changed or (time.monotonic() >= next_line and is_new):
            say(line_of(now, waiting))
            told, told_waiting = now, waiting
        if time.monotonic() >= next_line:
            next_line = time.monotonic() + LINE_EVERY_S
