"""How long a group waits for more arrivals, where the store is far away."""

import time
from collections.abc import Callable
from typing import Final

_FAR_S: Final = 0.005
"""A store that a group waits for as long as this is far away, or its disk is slow."""
_SHARE: Final = 0.25
_LONGEST_S: Final = 0.003


class Gathering:
    """Has the next group wait a moment for those whose answers have just been given.

    Who is answered sends the next report at once. A group that goes off with the first of them
    leaves the others to the group after it, so that half of them always wait for two: where that
    takes much longer than to take them in, it is better to go together. As many are waited for as
    were under way, for a quarter of the time that the last group waited for the store, and for
    3 ms at most. Where the store answers at once, nobody is waited for.

    Threads: all belongs to the writer's.

    Args:
        clock_s: returns the time, in seconds.
        processor_s: returns how much processor time this thread has taken.
    """

    def __init__(
        self,
        clock_s: Callable[[], float] = time.perf_counter,
        processor_s: Callable[[], float] = time.thread_time,
    ) -> None:
        self._clock_s, self._processor_s = clock_s, processor_s
        self._began = self._began_processor = self._waited_s = self._end = 0.0
        self._under_way = 0

    def group_begins(self) -> None:
        """Note that a group is about to be stored."""
        self._began, self._began_processor = self._clock_s(), self._processor_s()

    def group_ends(self, under_way: int) -> None:
        """Note that it is stored.

        Args:
            under_way: how many arrivals were in it, or have come meanwhile.
        """
        processor_s = self._processor_s() - self._began_processor
        self._waited_s = self._clock_s() - self._began - processor_s
        self._under_way = under_way

    def first_came(self) -> None:
        """Note that the next group has its first arrival."""
        share_s = self._waited_s * _SHARE if self._waited_s > _FAR_S else 0.0
        self._end = self._clock_s() + min(share_s, _LONGEST_S)

    def left_s(self, count: int) -> float:
        """Return how much longer a group of `count` waits, in seconds; 0 if it goes off now."""
        if count >= self._under_way:
            return 0.0
        return max(0.0, self._end - self._clock_s())
