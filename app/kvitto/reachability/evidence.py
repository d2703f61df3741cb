"""What was found out at a moment, and for how long that is valid."""

import sys
import time
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from kvitto.clock import utc_now

_CLOCKS_DIFFER_S: Final = 2.0
"""So far in the future a moment may lie: it may come from a coarser clock."""


class Moment(NamedTuple):
    """A time, by two clocks.

    Attributes:
        at: by the clock on the wall, UTC. It can be set, forwards and backwards.
        steady_s: by one that cannot, in seconds since any moment. It goes on while the computer
            sleeps, where the system has such a clock.
    """

    at: datetime
    steady_s: float


class Evidence(msgspec.Struct, frozen=True):
    """Something that was known for certain at a moment. It grows old.

    Attributes:
        at: when, UTC.
        steady_s: when, by the steady clock; too early rather than too late.
        valid_s: for how many seconds it is valid.
    """

    at: datetime
    steady_s: float
    valid_s: float

    def age_s(self, now: Moment) -> float | None:
        """Return how old it is, by the clock that says more; None where the clock was set back."""
        wall_s = (now.at - self.at).total_seconds()
        if wall_s < -_CLOCKS_DIFFER_S:
            return None
        return max(wall_s, now.steady_s - self.steady_s, 0.0)

    def is_fresh(self, now: Moment) -> bool:
        """Return whether it is still valid."""
        age_s = self.age_s(now)
        return age_s is not None and age_s <= self.valid_s


def steady_now() -> float:
    """Return the time by a clock that nobody can set; it counts sleep where the system does."""
    now = time.monotonic()
    if sys.platform == "linux":
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
    return now


def moment_now() -> Moment:
    """Return the time."""
    return Moment(utc_now(), steady_now())
