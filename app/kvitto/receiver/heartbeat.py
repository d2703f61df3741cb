"""Write a heartbeat every minute, so that downtime can be told from a quiet period."""

import contextlib
import logging
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self

from msgspec.structs import replace

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause, TimeRange
from kvitto.receiver.supervision import OnFault, run_forever_in_thread
from kvitto.store.clock_guard import ClockReading
from kvitto.store.daily_limit import UsageKey
from kvitto.store.errors import StoreError
from kvitto.store.mutations import RecordHeartbeat, RecordOutage
from kvitto.store.receiver_runs import Heartbeat
from kvitto.store.server_errors import ReceiverNameTakenError

if TYPE_CHECKING:
    from kvitto.store.writer import Writer

log = logging.getLogger(__name__)

LONGEST_STEP_S: Final = 10.0
"""Where the clocks are read every second, a longer step means that the computer slept."""
LONGEST_SLEEP: Final = timedelta(days=30)
"""A clock that is put forward by more was wrong before."""


class ClockMoment(NamedTuple):
    """A reading of the clocks.

    Attributes:
        wall: the time, UTC; somebody may set it.
        steady_s: seconds by `steady_s` or a clock like it.
    """

    wall: datetime
    steady_s: float


def steady_s() -> float:
    """Return seconds of a clock that is never set, and that goes on while the computer sleeps."""
    if sys.platform == "linux":
        seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        # Python's own clock stops in sleep there, unlike this one.
        seconds = time.clock_gettime(time.CLOCK_MONOTONIC)
    else:
        seconds = time.monotonic()
    return seconds


def suspend_gap(before: ClockMoment, after: ClockMoment) -> TimeRange | None:
    """Return the time for which the computer was suspended, if it was between two readings.

    Both clocks count. A virtual machine whose host has slept only sees that the time was set; so a
    clock that somebody puts forward counts, too: rather one suspension too many.
    """
    wall = after.wall - before.wall
    passed = timedelta(seconds=after.steady_s - before.steady_s)
    if wall <= LONGEST_SLEEP:
        passed = max(passed, wall)
    if passed.total_seconds() <= LONGEST_STEP_S:
        return None
    return TimeRange(after.wall - passed, after.wall)


_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_PROCESS: Final = token_hex(8)
"""Where the system does not say which start of the computer this is: the steady clock can be
compared within this process only."""


def read_clocks() -> ClockReading:
    """Return their current readings."""
    try:
        boot = _BOOT.read_text("ascii").strip()
    except (OSError, ValueError):
        boot = _PROCESS
    return ClockReading(utc_now(), steady_s(), boot)


class HeartbeatKeeper(Protocol):
    """Keeps the last heartbeat of a run on this computer, while its store can't be reached.

    Attributes:
        is_taking: whether it keeps reports, too.
    """

    @property
    def is_taking(self) -> bool: ...  # noqa: D102 - an attribute

    def keep_heartbeat(self, heartbeat: RecordHeartbeat) -> None:
        """Keep a heartbeat, instead of the one before; what hinders it is no matter."""

    def forget_heartbeat(self) -> None:
        """Delete it: the store has a later one."""


HEARTBEAT_EVERY_S: Final = 60.0
"""Each is a flush of the disk; when a crash was need be known to a minute only."""
CHORES_EVERY_S: Final = 5.0
ALARM_S: Final = 1.0
"""The same while the store can't be written: the first that succeeds ends the alarm."""


class HeartbeatWriter:
    """Writes the heartbeats of one run, from its construction until `close`.

    Times in which it ran and nothing could be received become outages: the computer slept, or the
    store could not be written. The latter is recorded once it can be again. Each of them begins
    with the last moment at which the opposite is known, and ends with the first.

    A heartbeat that the disk refuses is left out: the gap that it leaves is the truth.

    Args:
        writer: stores them.
        clock: the time, UTC.
        read_clocks: what is noted of the clocks with each heartbeat but the first and the last;
            None for nothing.
        every_s: the time between two heartbeats.
        on_heartbeat: is called after each heartbeat that is stored, but for the first and the last,
            on the writer's own thread. A `StoreError` of it is ignored.
        on_resume: is called when the computer has slept, on the writer's own thread.
        chores: is called every few seconds, on the writer's own thread. A `StoreError` of it is
            ignored.
        on_fault: is called with a mistake of ours, on the writer's own thread; it goes on.
        has_kept_all: returns whether all that came since a moment was kept for a store that could
            not be written: then that was no outage.
        keeper: keeps the last heartbeat while none can be stored; None for nobody.
        on_name_taken: is called when another receiver runs by this name; returns another, and what
            tells it from another of that name.
        steady: seconds that nobody sets and that go on in sleep.
        receiver: the receiver's name, and what tells it from another of that name; "" where the
            store has no other.
    """

    def __init__(
        self,
        writer: "Writer",
        clock: Callable[[], datetime],
        read_clocks: Callable[[], ClockReading] | None = None,
        *,
        every_s: float = HEARTBEAT_EVERY_S,
        on_heartbeat: Callable[[], None] = lambda: None,
        on_resume: Callable[[], None] = lambda: None,
        chores: Callable[[], None] = lambda: None,
        on_fault: OnFault = lambda _fault: None,
        has_kept_all: Callable[[datetime], bool] = lambda _since: False,
        keeper: HeartbeatKeeper | None = None,
        on_name_taken: Callable[[], tuple[str, str]] | None = None,
        steady: Callable[[], float] = steady_s,
        receiver: tuple[str, str] = ("", ""),
    ) -> None:
        self._writer = writer
        self._receiver, self._folder_id = receiver
        self._clock = clock
        self._every_s = every_s
        self._on_heartbeat = on_heartbeat
        self._on_resume = on_resume
        self._chores = chores
        self._has_kept_all = has_kept_all
        self._keeper = keeper
        self._renamed_from: tuple[str, str] | None = None
        self._namesakes: Mapping[int, int] = {}
        self._on_name_taken = on_name_taken
        self._steady = steady
        self._read_clocks = read_clocks
        self._opened = clock()
        self._latest = ClockMoment(self._opened, steady())
        self._stored = self._opened
        """The last moment at which the store could be written for certain."""
        self._failures = 0
        self._failing_since: datetime | None = None
        self._unnoted: list[RecordOutage] = []
        self._is_clock_set = False
        self._revision = 0
        self._noted: frozenset[UsageKey] = frozenset()
        """By which keys, and on which days, reports came, as far as that is stored."""
        self._on_fault = on_fault
        self._is_first = True
        self._next_beat = 0.0
        self._next_chores = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kvitto-heartbeat", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Record the end of the run."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        run_forever_in_thread("writing heartbeats", self._step, self._stopped, self._on_fault)
        self._look(OutageCause.ASLEEP)
        self._beat(is_stopped=True)

    def _step(self) -> None:
        if self._is_first:
            self._is_first = False
            self._next_beat = time.monotonic() + self._every_s
            self._beat(is_first=True)
        if self._stopped.wait(min(self._every_s, ALARM_S)):
            return
        self._look(OutageCause.ASLEEP)
        if time.monotonic() >= self._next_chores:
            self._next_chores = time.monotonic() + min(self._every_s, CHORES_EVERY_S)
            with contextlib.suppress(StoreError):
                self._chores()
        if not self._is_urgent and time.monotonic() < self._next_beat:
            return
        began_s = time.monotonic()
        self._next_beat = began_s + self._every_s
        if self._beat():
            with contextlib.suppress(StoreError):
                self._on_heartbeat()
        # A long wait for the disk is no sleep.
        self._look(OutageCause.DISK, time.monotonic() - began_s)

    @property
    def _is_urgent(self) -> bool:
        """Whether there is more to store than a heartbeat."""
        is_failing = self._failing_since is not None or self._writer.failures != self._failures
        return is_failing or self._is_clock_set or bool(self._unnoted)

    def _look(self, by: OutageCause, awake_s: float = 0.0) -> None:
        """Read the clocks; note an outage if the computer was suspended since the last time.

        Args:
            by: why it would be one.
            awake_s: for how long it has certainly waited, and not slept.
        """
        # In this order, sleep between the two only is found twice.
        passed_s = self._steady()
        now = ClockMoment(self._clock(), passed_s)
        before, self._latest = self._latest, now
        slept = suspend_gap(before, now)
        wall_s = (now.wall - before.wall).total_seconds()
        if abs(wall_s - (passed_s - before.steady_s)) > LONGEST_STEP_S:
            # Before anything goes by it that can't be undone: see `clock_guard`.
            self._is_clock_set = True
        revision, failures = self._writer.files.revision, self._writer.failures
        if revision > self._revision and failures == self._failures:
            # Stored since the time before.
            self._revision, self._stored = revision, max(self._stored, before.wall)
        if slept is None:
            return
        if by is OutageCause.DISK and (self._failing_since or self._has_kept_all(slept.begin)):
            # What failed is noted as a whole, and what was kept is no outage; but sleep is.
            if (slept.end - slept.begin).total_seconds() - awake_s <= LONGEST_STEP_S:
                return
            by = OutageCause.ASLEEP
        log.info("Suspended for %s (%s)", slept.end - slept.begin, by.value)
        self._unnoted.append(RecordOutage(slept.begin, slept.end, by))
        self._on_resume()

    def _beat(self, *, is_first: bool = False, is_stopped: bool = False) -> bool:
        """Store a heartbeat and the outages to be noted; return whether that succeeded."""
        now = self._clock()
        # After the time: what fails from now on belongs to the next heartbeat.
        failures = self._writer.failures
        if failures != self._failures and self._failing_since is None:
            self._failing_since = self._stored
        outages = list(self._unnoted)
        if self._failing_since is not None and not self._has_kept_all(self._failing_since):
            outages.append(RecordOutage(self._failing_since, now, OutageCause.DISK))
        served: frozenset[UsageKey] = frozenset()
        if self._receiver:
            outages = [replace(one, receiver=self._receiver) for one in outages]
            served = self._writer.daily_limit.served
        mark = RecordHeartbeat(
            self._opened,
            now,
            is_stopped,
            outages,
            self._receiver,
            self._folder_id,
            is_spooling=self._keeper is not None and self._keeper.is_taking,
            served=sorted(served - self._noted),
        )
        try:
            is_between = not (is_first or is_stopped)
            clocks = self._read_clocks() if self._read_clocks and is_between else None
            beat = Heartbeat(
                mark,
                clocks,
                is_first=is_first,
                namesakes=self._namesakes,
                renamed_from=self._renamed_from,
            )
            self._writer.edit(beat).result()
        except ReceiverNameTakenError:
            if self._on_name_taken is not None and not is_stopped:
                self._renamed_from = self._receiver, self._folder_id
                self._receiver, self._folder_id = self._on_name_taken()
                self._noted, self._namesakes = frozenset(), {}
                self._is_first = True  # by that name
            return False
        except StoreError:
            self._failing_since = self._failing_since or self._stored
            if self._keeper is not None:
                self._keeper.keep_heartbeat(mark)
            return False
        if self._keeper is not None:
            self._keeper.forget_heartbeat()
        self._namesakes, self._renamed_from = beat.namesakes, None
        self._noted = served
        self._unnoted.clear()
        self._is_clock_set = False
        self._failing_since = None
        self._failures = failures
        self._stored = now
        return True

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
