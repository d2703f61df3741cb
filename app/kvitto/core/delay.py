"""Why a report came as late as it did. Pure: takes times, looks at no clock."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

import msgspec

from kvitto.core.outages import Outage, RetryPolicy

PROMPT: Final = timedelta(seconds=10)
"""A report that takes no longer is not late."""
ON_ITS_WAY: Final = timedelta(minutes=2)
"""A network and the SMS service's time-outs explain no more; what takes longer has waited."""
CLOCKS: Final = timedelta(seconds=5)
"""How far the SMS service's clock may be from ours, and its times from the truth."""


class DelayReason(StrEnum):
    """Why a report came when it did."""

    PROMPT = "prompt"
    """It came at once."""
    NETWORK = "network"
    """It was on its way a little longer."""
    UNREACHABLE = "unreachable"
    """Its first tries came in an outage."""
    QUEUED = "queued"
    """Reports could come in, as others prove: it has waited at the SMS service."""
    UNKNOWN = "unknown"
    """Nothing tells whether reports could come in."""


class Delay(msgspec.Struct, frozen=True):
    """How late a report came, and why.

    Attributes:
        kind: why, as far as times can tell.
        lag: from the change of the status to the arrival. Less than nothing where clocks differ.
        try_number: which of its tries arrived, counted from 1.
    """

    kind: DelayReason
    lag: timedelta
    try_number: int = 1


def delay(
    created: datetime,
    arrived: datetime,
    outages: Sequence[Outage],
    rule: RetryPolicy,
    proofs: Sequence[datetime] = (),
) -> Delay:
    """Return how late a report came, and why.

    An outage is the reason where the arrival is a number of retry intervals after a first try
    that is not before `created`, each earlier try may lie in an outage, and these
    intervals are at least half of the lag: before its first try a report may have been queued, too.
    Otherwise it has waited at the SMS service only where it is proved that reports could come in:
    others came by the same way, and no more than half of the lag passed without any.

    Args:
        created: when the status changed, by the SMS service's clock.
        arrived: when the report came, by ours.
        outages: when no report could come in, in any order; those that matter begin before
            `arrived`.
        rule: the SMS service's.
        proofs: when other reports came by the same way, oldest first.
    """
    lag = arrived - created
    if lag <= PROMPT:
        return Delay(DelayReason.PROMPT, lag)
    near = [
        one for one in outages if one.begin < arrived and _end(one, arrived) >= created - CLOCKS
    ]
    most = min(rule.tries - 1, (lag + CLOCKS) // rule.interval)
    # The first try comes soon after the change: of all explanations, that with most tries.
    fewest = max(1, -(-lag // (2 * rule.interval)))
    for retries in range(most, fewest - 1, -1):
        if _explains(retries, created, arrived, near, rule):
            return Delay(DelayReason.UNREACHABLE, lag, retries + 1)
    if lag <= ON_ITS_WAY:
        return Delay(DelayReason.NETWORK, lag)
    is_proved = _longest_without(created, arrived, proofs) <= lag / 2
    return Delay(DelayReason.QUEUED if is_proved else DelayReason.UNKNOWN, lag)


def _longest_without(created: datetime, arrived: datetime, proofs: Sequence[datetime]) -> timedelta:
    """Return the longest time between the change and the arrival in which no proof came."""
    meanwhile = proofs[bisect_right(proofs, created) : bisect_left(proofs, arrived)]
    edges = [created, *meanwhile, arrived]
    return max(later - earlier for earlier, later in pairwise(edges))


def _explains(
    retries: int, created: datetime, arrived: datetime, outages: Sequence[Outage], rule: RetryPolicy
) -> bool:
    """Tell whether the report may have come by its try after so many in outages."""
    for back in range(1, retries + 1):
        latest = arrived - rule.earliest(back)
        earliest = max(arrived - rule.latest(back), created - CLOCKS)
        if not any(one.begin <= latest and _end(one, arrived) >= earliest for one in outages):
            return False
    return True


def _end(outage: Outage, arrived: datetime) -> datetime:
    """Return an outage's end; what arrives ends one whose end is not known."""
    return arrived if outage.end is None else outage.end
