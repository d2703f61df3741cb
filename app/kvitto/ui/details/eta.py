"""When a batch will be finished: only where that can be told, and with how far it may be off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Final, NamedTuple

_FEWEST_FINISHED: Final = 10
"""Fewer than this say nothing about a pace."""
_LONGEST_S: Final = 48 * 3600
_QUIET_PARTS: Final = 3
"""So many parts without any at the end mean that it has stopped."""
_LEAST_SHARE: Final = 0.05
"""No estimate is better than this share of the time that is left."""


class Estimate(NamedTuple):
    """When a batch will be finished.

    Attributes:
        end: when, UTC.
        plus_minus_s: how much sooner or later it may be, in seconds.
    """

    end: datetime
    plus_minus_s: float


def estimate_end(
    remaining: int, finishes: Sequence[int], part_s: float, now: datetime
) -> Estimate | None:
    """Return when the remaining messages will be finished if they go on as they did.

    The pace is the median of the parts. How far it may be off is what the end would be at the
    paces of the lower and the upper quarter.

    Args:
        remaining: how many messages are not finished.
        finishes: how many finished in each part of the time until now, the latest last.
        part_s: how long a part is, in seconds.
        now: the time, UTC.

    Returns:
        None where none is left, where they settle too seldom or too unevenly for an estimate, or
        have stopped, or where it is days off.
    """
    if remaining <= 0 or len(finishes) <= _QUIET_PARTS or sum(finishes) < _FEWEST_FINISHED:
        return None
    if not any(finishes[-_QUIET_PARTS:]):
        return None
    slow, usual, quick = quantiles(finishes, n=4, method="inclusive")
    if slow <= 0:
        return None
    left_s = remaining * part_s / usual
    later_s = remaining * part_s / slow - left_s
    sooner_s = left_s - remaining * part_s / quick
    plus_minus_s = max(later_s, sooner_s, left_s * _LEAST_SHARE, 1.0)
    if left_s > _LONGEST_S or plus_minus_s > max(left_s, part_s):
        return None
    return Estimate(now + timedelta(seconds=left_s), plus_minus_s)
