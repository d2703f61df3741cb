"""Notice that the computer has slept: nothing in it could tell, and no report could come in."""

import sys
import time
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from kvitto.core.outages import TimeRange

LONGEST_STEP_S: Final = 10.0
"""What looks at the clocks every second, and finds that more time has passed, has slept."""
LONGEST_SLEEP: Final = timedelta(days=30)
"""A clock that is put forward by more was wrong before."""


class Moment(NamedTuple):
    """What the clocks say.

    Attributes:
        wall: the time, UTC; somebody may set it.
        steady_s: seconds by `steady_s` or a clock like it.
    """

    wall: datetime
    steady_s: float


def steady_s() -> float:
    """Return seconds of a clock that nobody sets, and that goes on while the computer sleeps."""
    if sys.platform == "linux":
        seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        # Python's own clock stands still in sleep there, unlike this one.
        seconds = time.clock_gettime(time.CLOCK_MONOTONIC)
    else:
        seconds = time.monotonic()
    return seconds


def suspend_gap(before: Moment, after: Moment) -> TimeRange | None:
    """Return the time in which everything stood still, if it did so between two looks.

    Both clocks count. A virtual machine whose host has slept only sees that the time was set; so a
    clock that somebody puts forward counts, too: rather a sleep too many.
    """
    wall = after.wall - before.wall
    passed = timedelta(seconds=after.steady_s - before.steady_s)
    if wall <= LONGEST_SLEEP:
        passed = max(passed, wall)
    if passed.total_seconds() <= LONGEST_STEP_S:
        return None
    return TimeRange(after.wall - passed, after.wall)
