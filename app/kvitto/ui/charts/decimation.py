"""The line of a running cost, cut to what is seen and to the pixels that there are."""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from kvitto.store.timeseries import CostSeries

Floats: TypeAlias = npt.NDArray[np.float64]


class Outline(NamedTuple):
    """What is seen of a line.

    Attributes:
        x: seconds after the beginning of what is seen.
        y: nano-units; for drawing only.
    """

    x: Floats
    y: Floats

    @property
    def low(self) -> float:
        """The least cost that is seen."""
        return float(self.y.min()) if len(self.y) else 0.0

    @property
    def high(self) -> float:
        """The greatest cost that is seen."""
        return float(self.y.max()) if len(self.y) else 0.0


def outline(
    series: CostSeries, begin_s: float, end_s: float, *, until_s: float, pixels: int
) -> Outline:
    """Return the steps of a line between two times.

    Where several changes fall on one pixel, they become one upright from the least to the greatest
    cost there; before and after it the line has the exact costs. It starts with the first change.

    Args:
        series: the line.
        begin_s: what is seen begins here, seconds since the epoch.
        end_s: what is seen ends here.
        until_s: where the line ends, unless a change lies behind that.
        pixels: how wide it is drawn.
    """
    times = series.minutes.astype(np.float64) * 60.0
    costs = series.amounts()
    if not len(times):
        return Outline(costs, costs)
    pixel_s = (end_s - begin_s) / pixels
    end_s = min(end_s, max(until_s, float(times[-1])))
    first, last = np.searchsorted(times, (begin_s, end_s), side="right")
    if last == 0 or end_s < begin_s:
        return Outline(costs[:0], costs[:0])
    seen, after = times[first:last] - begin_s, costs[first:last]
    before = np.concatenate(([0.0], costs))[first:last]
    if last - first > pixels:
        seen, uprights = _by_pixel(seen, before, after, pixel_s)
    else:
        uprights = np.stack((before, after), axis=1)
    x = np.repeat(seen, uprights.shape[1])
    y = uprights.reshape(-1)
    if first:  # the line comes in from the left
        x, y = np.concatenate(([0.0], x)), np.concatenate(([costs[first - 1]], y))
    x = np.concatenate((x, [end_s - begin_s]))
    return Outline(x, np.concatenate((y, [costs[last - 1]])))


def _by_pixel(seen: Floats, before: Floats, after: Floats, pixel_s: float) -> tuple[Floats, Floats]:
    """Return where each pixel with changes has its first, and the four costs of its upright."""
    pixel = np.floor(seen / pixel_s)
    places = np.flatnonzero(np.concatenate(([True], pixel[1:] != pixel[:-1])))
    lasts = np.concatenate((places[1:] - 1, [len(seen) - 1]))
    low = np.minimum(np.minimum.reduceat(after, places), before[places])
    high = np.maximum(np.maximum.reduceat(after, places), before[places])
    return seen[places], np.stack((before[places], low, high, after[lasts]), axis=1)
