"""When no report could come in, as parts of a line of time, each with one cause: for shading."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from kvitto.core.outages import NOT_RUNNING, Outage, OutageCause

NO_GAP: Final = timedelta(seconds=15)
"""So long a restart takes: that is no silence."""
_NO_TIME: Final = timedelta(0)
_TELLING: Final = (
    OutageCause.STOPPED,
    OutageCause.CRASHED,
    OutageCause.UNHEARD,
    OutageCause.ASLEEP,
    OutageCause.DISK,
    OutageCause.TUNNEL,
)
"""The causes, that which explains the others first: nothing else matters while Kvitto is not
running."""
_NEVER_S: Final = float("inf")


class OutageSpan(NamedTuple):
    """A time in which no report could come in, seconds since the epoch; open where None."""

    begin_s: float
    end_s: float | None
    by: OutageCause


class ShadedBand(NamedTuple):
    """A part of a line of time that is to be shaded, from where to where, and why."""

    begin: float
    end: float
    by: OutageCause


def outage_spans(outages: Iterable[Outage]) -> list[OutageSpan]:
    """Return the times in which no report could come in, oldest first; none overlaps another.

    Where several causes meet, that is told which explains the others. The time before the first
    start is none of them: nobody had given the SMS service an address yet.

    Args:
        outages: when it was, in any order; they may overlap.
    """
    found: list[OutageSpan] = []
    turns: list[tuple[float, int, OutageCause]] = []
    for one in outages:
        least = NO_GAP if one.by in NOT_RUNNING else _NO_TIME
        if one.end is not None and one.end - one.begin <= least:
            continue
        turns.append((one.begin.timestamp(), 1, one.by))
        turns.append((_NEVER_S if one.end is None else one.end.timestamp(), -1, one.by))
    turns.sort(key=lambda turn: turn[0])
    closed_by: Counter[OutageCause] = Counter()
    since_s = 0.0
    for at_s, change, by in turns:
        cause = next((one for one in _TELLING if closed_by[one]), None)
        if cause is not None and at_s > since_s:
            _append(found, since_s, at_s, cause)
        closed_by[by] += change
        since_s = at_s
    return found


def _append(found: list[OutageSpan], begin_s: float, end_s: float, by: OutageCause) -> None:
    """Append a time, as one with the last where they meet for the same cause."""
    end = None if end_s == _NEVER_S else end_s
    if found and found[-1].end_s == begin_s and found[-1].by is by:
        found[-1] = found[-1]._replace(end_s=end)
    else:
        found.append(OutageSpan(begin_s, end, by))


def cut(found: Sequence[OutageSpan], begin_s: float, end_s: float) -> list[ShadedBand]:
    """Return the parts of closed times that lie within a time."""
    parts = (
        ShadedBand(
            max(one.begin_s, begin_s),
            end_s if one.end_s is None else min(one.end_s, end_s),
            one.by,
        )
        for one in found
    )
    return [part for part in parts if part.begin < part.end]
