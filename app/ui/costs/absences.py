"""Times in which Kvitto was not running: nobody knows what would have come."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from app.store.charts import Opening

NO_GAP_US: Final = 15_000_000
"""Signs of life are a few seconds apart; so short a silence is none."""
_US: Final = 1_000_000


class Absence(NamedTuple):
    """A time in which Kvitto was not running, seconds since the epoch; open where None."""

    begin_s: float | None
    end_s: float | None


def absences(
    openings: Sequence[Opening],
    *,
    now_us: int,
    is_running: bool,
    first_arrival_us: int | None = None,
) -> list[Absence]:
    """Return the times in which no receiver was running, oldest first.

    Args:
        openings: when one was, in any order.
        now_us: the time, microseconds since the epoch.
        is_running: whether one is running now for certain; else its last sign of life counts.
        first_arrival_us: when the first report arrived. Where that was before the first opening,
            openings were not noted from the beginning, and nothing is known of the time before.
    """
    if not openings:
        return []
    spans: list[list[int]] = []
    for one in sorted(openings, key=lambda opening: opening.opened_us):
        if spans and one.opened_us - spans[-1][1] <= NO_GAP_US:
            spans[-1][1] = max(spans[-1][1], one.last_us)
        else:
            spans.append([one.opened_us, one.last_us])
    found: list[Absence] = []
    first_us = spans[0][0]
    if first_arrival_us is None or first_arrival_us >= first_us - NO_GAP_US:
        found.append(Absence(None, first_us / _US))
    found += [Absence(before[1] / _US, after[0] / _US) for before, after in pairwise(spans)]
    last_us = spans[-1][1]
    if not is_running and now_us - last_us > NO_GAP_US:
        found.append(Absence(last_us / _US, None))
    return found


def cut(found: Sequence[Absence], begin_s: float, end_s: float) -> list[tuple[float, float]]:
    """Return the parts of absences that lie within a time."""
    parts = (
        (
            begin_s if one.begin_s is None else max(one.begin_s, begin_s),
            end_s if one.end_s is None else min(one.end_s, end_s),
        )
        for one in found
    )
    return [(begin, end) for begin, end in parts if begin < end]
