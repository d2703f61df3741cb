"""The numbers that the charts draw, as arrays: exact, and quick to cut to what is seen.

All minutes are whole minutes since the epoch, UTC. The arrays are never changed.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kvitto.core.money import NANO
from kvitto.core.status import Result, result_of
from kvitto.store.search_conditions import ShownScope

IntArray: TypeAlias = npt.NDArray[np.int64]

_NONE: Final[IntArray] = np.zeros(0, np.int64)
_ZERO: Final[IntArray] = np.zeros(1, np.int64)


class Counted(NamedTuple):
    """What a series counts, and as of when: whether another one can be made from it.

    Attributes:
        batch_key: the batch; None for all.
        with_demo: whether demo batches count among all.
        left_out: the keys of the demo batches that don't count.
        revision: the newest revision that it holds.
        binned: the keys of the batches in the bin, which don't count.
        shown: what is shown, where that alone counts; None for all batches.
        members: the keys of the batches that are shown then.
    """

    batch_key: int | None
    with_demo: bool
    left_out: frozenset[int]
    revision: int
    binned: frozenset[int] = frozenset()
    shown: ShownScope | None = None
    members: frozenset[int] = frozenset()


class Rows(NamedTuple):
    """The rows of minutes that have changed since all were read, as they are counted.

    Attributes:
        newest_pk: no batch after this one was there when all were read.
        counted: the numbers of each row by its key, which begins with the batch's.
    """

    newest_pk: int
    counted: Mapping[tuple[Any, ...], tuple[int, int]]


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
        rows: what is counted of the rows that have changed.
    """

    counted: Counted
    series: Mapping[str, CostSeries]
    rows: Rows = Rows(0, {})

    @property
    def first_minute(self) -> int | None:
        """When the first cost arose; None where there is none."""
        return min((int(one.minutes[0]) for one in self.series.values()), default=None)

    @property
    def last_minute(self) -> int | None:
        """When the last change was; None where there is none."""
        return max((int(one.minutes[-1]) for one in self.series.values()), default=None)


class ReportSeries(msgspec.Struct, frozen=True, eq=False):
    """The cumulated number of new reports of one result.

    Attributes:
        minutes: in which some arrived, ascending.
        reports: how many had arrived at the end of each.
    """

    minutes: IntArray = _NONE
    reports: IntArray = _NONE

    @classmethod
    def of(cls, minutes: IntArray, reports: IntArray) -> "ReportSeries":
        """Add up reports by minute, in any order."""
        order = np.argsort(minutes, kind="stable")
        sums = _summed(np.column_stack((minutes, reports))[order], minutes[order, np.newaxis])
        return cls(sums[:, 0], np.cumsum(sums[:, 1]))

    def counts(self, edges: IntArray) -> IntArray:
        """Count the reports in stretches of time, each from one edge to before the next."""
        until = np.concatenate((_ZERO, self.reports))
        counts: IntArray = np.diff(until[np.searchsorted(self.minutes, edges)])
        return counts


class Rates(msgspec.Struct, frozen=True, eq=False):
    """New reports of some batches, by their time of arrival.

    Attributes:
        counted: of which batches, and as of when.
        series: the results that occur, in stacking order.
        rows: what is counted of the rows that have changed.
    """

    counted: Counted
    series: Mapping[Result, ReportSeries]
    rows: Rows = Rows(0, {})

    @classmethod
    def of(cls, counted: Counted, steps: IntArray, rows: Rows) -> "Rates":
        """Add up steps: rows of a minute, an result's place and reports, in any order."""
        series: dict[Result, ReportSeries] = {}
        for place, result in enumerate(Result):
            its = steps[steps[:, 1] == place]
            if len(its):
                series[result] = ReportSeries.of(its[:, 0], its[:, 2])
        return cls(counted, series, rows)

    def steps(self) -> IntArray:
        """Return what `of` makes this from."""
        places = {result: place for place, result in enumerate(Result)}
        parts = [
            np.column_stack(
                (
                    one.minutes,
                    np.full_like(one.minutes, places[result]),
                    np.diff(one.reports, prepend=0),
                )
            )
            for result, one in self.series.items()
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 3), np.int64)

    @property
    def total(self) -> int:
        """How many reports there are."""
        return sum(int(one.reports[-1]) for one in self.series.values())

    @property
    def first_minute(self) -> int | None:
        """When the first report arrived; None where there is none."""
        return min((int(one.minutes[0]) for one in self.series.values()), default=None)

    @property
    def last_minute(self) -> int | None:
        """When the last report arrived; None where there is none."""
        return max((int(one.minutes[-1]) for one in self.series.values()), default=None)

    def counts(self, edges: IntArray) -> dict[Result, IntArray]:
        """Count the reports in stretches of time, for each result that occurs anywhere.

        Args:
            edges: minutes, ascending; each stretch runs from one to before the next.
        """
        return {result: one.counts(edges) for result, one in self.series.items()}


def by_result(steps: IntArray) -> IntArray:
    """Return what `Rates.of` takes, from rows of a minute, a code, reports and ended ones of them.

    What a code means depends on whether it is the last one about its message.
    """
    minutes, codes, reports, ended = steps.T
    parts = [
        np.column_stack((minutes, _places_of_results(codes, final=final), counts))[counts != 0]
        for final, counts in ((True, ended), (False, reports - ended))
    ]
    return np.concatenate(parts)


def _places_of_results(codes: IntArray, *, final: bool) -> IntArray:
    """Return for each code the place of its result in the stacking order."""
    different, which = np.unique(codes, return_inverse=True)
    order = list(Result)
    places = [order.index(result_of(int(code), final=final)) for code in different]
    return np.array(places, np.int64)[which]


def _summed(steps: IntArray, keys: IntArray) -> IntArray:
    """Add up rows with equal keys, which stand together; the keys are the first columns."""
    if not len(steps):
        return steps
    is_first = np.concatenate(([True], np.any(keys[1:] != keys[:-1], axis=1)))
    sums: IntArray = np.add.reduceat(steps, np.flatnonzero(is_first), axis=0)
    sums[:, : keys.shape[1]] = keys[is_first]
    return sums
