"""What time is seen: a range that follows the clock, or what the user has zoomed to."""

from enum import StrEnum
from typing import Final, NamedTuple

from kvitto.ui.charts.time_bins import DAY_S, EARLIEST_S, HOUR_S, LATEST_S, MINUTE_S

_SHORTEST_S: Final = 5 * MINUTE_S
_SHORTEST_ALL_S: Final = 10 * MINUTE_S
_QUIET_SHARE: Final = 0.1
"""How much of the time before it is shown after the last change of what has ended."""
_LEAST_QUIET_S: Final = 5 * MINUTE_S
_LEAD_SHARE: Final = 0.02


class Range(StrEnum):
    """The ranges to choose from, each until now."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    ALL = "all"


_LENGTHS_S: Final = {Range.HOUR: HOUR_S, Range.DAY: DAY_S, Range.WEEK: 7 * DAY_S}


class Life(NamedTuple):
    """From the first to the last that there is to see, seconds since the epoch.

    Attributes:
        first_s, last_s: the first and last change.
        goes_on: whether the time since then belongs to it, as it does where all batches are shown;
            of a batch that has ended, only a little is shown.
    """

    first_s: float
    last_s: float
    goes_on: bool


class TimeSpan:
    """The time that is seen, from `begin_s` to `end_s`, seconds since the epoch.

    Attributes:
        range: the range that is followed; None where the user has zoomed or moved.
    """

    def __init__(self) -> None:
        """Follow all."""
        self.range: Range | None = Range.ALL
        self.begin_s = 0.0
        self.end_s = float(DAY_S)

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.begin_s

    def follow(self, life: Life, now_s: float, margin_share: float) -> None:
        """Move to where the range ends now; does nothing where the user has zoomed or moved.

        Args:
            life: what there is to see.
            now_s: the time.
            margin_share: how much of the width is kept free behind the end.
        """
        if self.range is None:
            return
        if self.range is Range.ALL:
            end_s = max(now_s, life.last_s)
            if not life.goes_on:
                quiet_s = max(_QUIET_SHARE * (life.last_s - life.first_s), _LEAST_QUIET_S)
                end_s = max(min(now_s, life.last_s + quiet_s), life.last_s)
            length_s = max(end_s - life.first_s, _SHORTEST_ALL_S)
            begin_s = end_s - length_s - _LEAD_SHARE * length_s
        else:
            end_s = now_s
            begin_s = end_s - _LENGTHS_S[self.range]
        margin_s = (end_s - begin_s) * margin_share / (1.0 - margin_share)
        self._set(begin_s, end_s + margin_s)

    def zoom(self, factor: float, at_s: float, life: Life, now_s: float) -> None:
        """Make what is seen shorter or longer by `factor`, around a time."""
        longest_s = 2 * (max(now_s, life.last_s) - min(now_s, life.first_s)) + 14 * DAY_S
        length_s = min(max(self.length_s * factor, _SHORTEST_S), longest_s)
        share = (at_s - self.begin_s) / self.length_s
        begin_s = at_s - share * length_s
        self.range = None
        self._keep_near(begin_s, begin_s + length_s, life, now_s)

    def move(self, by_s: float, life: Life, now_s: float) -> None:
        """See an earlier or later time."""
        self.range = None
        self._keep_near(self.begin_s + by_s, self.end_s + by_s, life, now_s)

    def _keep_near(self, begin_s: float, end_s: float, life: Life, now_s: float) -> None:
        """Go nowhere where there is nothing to see."""
        half_s = (end_s - begin_s) / 2
        latest_s = max(now_s, life.last_s) - half_s
        earliest_s = min(now_s, life.first_s) - half_s
        begin_s = min(max(begin_s, earliest_s), latest_s)
        self._set(begin_s, begin_s + 2 * half_s)

    def _set(self, begin_s: float, end_s: float) -> None:
        self.begin_s = min(max(begin_s, EARLIEST_S), LATEST_S - _SHORTEST_S)
        self.end_s = max(min(end_s, LATEST_S), self.begin_s + _SHORTEST_S)
