"""How long answers take, in flat memory: counts in classes that are 2 % wide."""

import math
from collections import Counter
from typing import Final

_GROWTH: Final = math.log(1.02)
_SHORTEST_S: Final = 1e-6


class Latencies:
    """Durations, by which share of them is how long.

    Attributes:
        count: how many there are.
        longest_s: the longest, exactly; 0 where there is none.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self.longest_s = 0.0
        self._classes: Counter[int] = Counter()

    def add(self, duration_s: float) -> None:
        """Count one."""
        self.count += 1
        self.longest_s = max(self.longest_s, duration_s)
        self._classes[int(math.log(max(duration_s, _SHORTEST_S) / _SHORTEST_S) / _GROWTH)] += 1

    def quantile_s(self, share: float) -> float:
        """Return the duration that this share of all does not exceed, at most 2 % too long.

        Args:
            share: 0.5 for the median, 0.99 for all but the slowest in a hundred.
        """
        wanted = math.ceil(share * self.count)
        seen = 0
        for number in sorted(self._classes):
            seen += self._classes[number]
            if seen >= wanted:
                return min(self.longest_s, _SHORTEST_S * math.exp((number + 1) * _GROWTH))
        return self.longest_s
