"""The numbers that the charts draw, as arrays: exact, and quick to cut to what is seen.

All minutes are whole minutes since the epoch, UTC. The arrays are never changed.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from app.core.money import NANO
from app.core.status import Outcome, outcome_of

IntArray: TypeAlias = npt.NDArray[np.int64]

_NONE: Final[IntArray] = np.zeros(0, np.int64)


class Counted(NamedTuple):
    """What a series counts, and as of when: whether another one can be made from it.

    Attributes:
        batch_key: the batch; None for all.
        with_demo: whether demo batches count among all.
        left_out: the keys of the demo batches that don't count.
        revision: the newest revision that it holds.
    """

    batch_key: int | None
    with_demo: bool
    left_out: frozenset[int]
    revision: int


class CostSeries(msgspec.Struct, frozen=True, eq=False):
    """The cumulated cost in one currency.

    The cost after `minutes[i]` is `units[i]` + `nanos[i]` · 10⁻⁹, in two arrays since it need not
    fit 64 bits in one; 0 ≤ `nanos[i]` < 10⁹.

    Attributes:
        currency: of all amounts.
        minutes: where the cost changed, ascending.
        units, nanos: what all that began until then costs.
    """

    currency: str
    minutes: IntArray = _NONE
    units: IntArray = _NONE
    nanos: IntArray = _NONE

    def nano_at(self, minute: int) -> int:
        """Return the cost at the end of a minute, in nano-units, exact."""
        index = int(np.searchsorted(self.minutes, minute, side="right"))
        return self.nano_after(index)

    def nano_after(self, changes: int) -> int:
        """Return the cost after so many changes, in nano-units, exact."""
        if not changes:
            return 0
        return int(self.units[changes - 1]) * NANO + int(self.nanos[changes - 1])

    @property
    def total(self) -> int:
        """The cost after all changes, in nano-units."""
        return self.nano_after(len(self.minutes))

    def amounts(self) -> npt.NDArray[np.float64]:
        """Return the costs in nano-units as floats: for drawing only."""
        return self.units.astype(np.float64) * NANO + self.nanos

    @classmethod
    def of(cls, currency: str, steps: IntArray) -> "CostSeries":
        """Add up steps: rows of a minute, units and nanos, in any order."""
        order = np.argsort(steps[:, 0], kind="stable")
        sums = _summed(steps[order], steps[order, :1])
        carried = np.cumsum(sums[:, 2])
        units = np.cumsum(sums[:, 1]) + carried // NANO
        nanos = carried % NANO
        is_change = (np.diff(units, prepend=0) != 0) | (np.diff(nanos, prepend=0) != 0)
        return cls(currency, sums[is_change, 0], units[is_change], nanos[is_change])

    def steps(self) -> IntArray:
        """Return what `of` makes this series from."""
        return np.column_stack(
            (self.minutes, np.diff(self.units, prepend=0), np.diff(self.nanos, prepend=0))
        )


class Costs(msgspec.Struct, frozen=True, eq=False):
    """What some batches cost over time.

    Attributes:
        counted: which, and as of when.
        series: each currency on its own, by its name; only those that were ever paid in.
    """

    counted: Counted
    series: Mapping[str, CostSeries]

    @property
    def first_minute(self) -> int | None:
        """When the first cost arose; None where there is none."""
        return min((int(one.minutes[0]) for one in self.series.values()), default=None)

    @property
    def last_minute(self) -> int | None:
        """When the last change was; None where there is none."""
        return max((int(one.minutes[-1]) for one in self.series.values()), default=None)


class Rates(msgspec.Struct, frozen=True, eq=False):
    """New reports by their minute of arrival and their code.

    Attributes:
        counted: of which batches, and as of when.
        minutes: ascending; one entry for each code in each minute that has reports.
        codes, reports: the code and the number of reports of each entry.
    """

    counted: Counted
    minutes: IntArray = _NONE
    codes: IntArray = _NONE
    reports: IntArray = _NONE

    @classmethod
    def of(cls, counted: Counted, steps: IntArray) -> "Rates":
        """Add up steps: rows of a minute, a code and a number of reports, in any order."""
        order = np.lexsort((steps[:, 1], steps[:, 0]))
        sums = _summed(steps[order], steps[order, :2])
        return cls(counted, sums[:, 0], sums[:, 1], sums[:, 2])

    def steps(self) -> IntArray:
        """Return what `of` makes this from."""
        return np.column_stack((self.minutes, self.codes, self.reports))

    def outcomes(self) -> list[Outcome]:
        """Return the outcomes that occur, in stacking order."""
        occurring = {outcome_of(int(code)) for code in np.unique(self.codes)}
        return [one for one in Outcome if one in occurring]

    def counts(self, edges: IntArray) -> dict[Outcome, IntArray]:
        """Count the reports in stretches of time, for each outcome that occurs anywhere.

        Args:
            edges: minutes, ascending, at least one; each stretch runs from one to before the next.
        """
        begin, end = np.searchsorted(self.minutes, (edges[0], edges[-1]))
        places = np.searchsorted(edges, self.minutes[begin:end], side="right") - 1
        codes, reports = self.codes[begin:end], self.reports[begin:end]
        counts = {one: np.zeros(len(edges) - 1, np.int64) for one in self.outcomes()}
        for code in np.unique(codes):
            is_code = codes == code
            np.add.at(counts[outcome_of(int(code))], places[is_code], reports[is_code])
        return counts


def _summed(steps: IntArray, keys: IntArray) -> IntArray:
    """Add up rows with equal keys, which stand together; the keys are the first columns."""
    if not len(steps):
        return steps
    is_first = np.concatenate(([True], np.any(keys[1:] != keys[:-1], axis=1)))
    sums: IntArray = np.add.reduceat(steps, np.flatnonzero(is_first), axis=0)
    sums[:, : keys.shape[1]] = keys[is_first]
    return sums
