"""How rows get from one order to another in few steps, whatever differs.

The only module of the table that calculates with numpy, which takes long to load: who needs this
module imports it then, not before. A table is filled without.
"""

from array import array
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FEW: Final = 32
"""So many separate runs of rows are inserted or removed where they stand; more are gathered."""

_DENSE: Final = 8
"""Keys below so many times their number are looked up in a table: that is quicker than to sort."""

Keys = NDArray[np.int64]
"""The keys of rows, in their order."""


class Removal(NamedTuple):
    """Take away so many rows from `at` on."""

    at: int
    rows: int


class Insertion(NamedTuple):
    """Put the rows with these keys before the row `at`."""

    at: int
    keys: Keys


class Permutation(NamedTuple):
    """Put the rows in another order: the row that is to be at `n` is now at `order[n]`."""

    order: NDArray[np.intp]


Step = Removal | Insertion | Permutation


def steps_between(
    old: "Keys | array[int] | Sequence[int]", new: "Keys | array[int] | Sequence[int]"
) -> list[Step]:
    """Return the steps that make the rows with the keys `new` of those with the keys `old`.

    A row whose key is in both is moved, never replaced: what is selected or open stays so. There
    are few steps, so that ten thousand rows that go here and there cost no more than one run of
    them.

    Args:
        old: the keys of the rows that there are. 0 stands for a row whose key is not known.
        new: the keys of the rows that there are to be, all different, none of them 0.
    """
    old, new = np.asarray(old, np.int64), np.asarray(new, np.int64)
    if len(new) >= len(old) and np.array_equal(new[: len(old)], old):
        added = new[len(old) :]
        return [Insertion(len(old), added)] if len(added) else []
    is_staying = np.isin(old, new)
    is_known = np.isin(new, old)
    wanted = new[is_known]
    return [*_removals(old, is_staying, wanted), *_insertions(new, is_known, wanted)]


def _removals(old: Keys, is_staying: NDArray[np.bool_], wanted: Keys) -> list[Step]:
    gone = _runs(~is_staying)
    if len(gone) <= _FEW and np.array_equal(old[is_staying], wanted):
        return [Removal(at, rows) for at, rows in reversed(gone)]
    # All that goes is put behind what stays, so that it goes at once.
    order = np.concatenate((_places(wanted, old), np.flatnonzero(~is_staying)))
    leaving = len(old) - len(wanted)
    tail: list[Step] = [Removal(len(wanted), leaving)] if leaving else []
    return [Permutation(order), *tail]


def _insertions(new: Keys, is_known: NDArray[np.bool_], wanted: Keys) -> list[Step]:
    come = _runs(~is_known)
    if len(come) <= _FEW:
        return [Insertion(at, new[at : at + rows]) for at, rows in come]
    # All that comes is put behind what is there at once, and then in its place.
    added = new[~is_known]
    order = _places(new, np.concatenate((wanted, added)))
    return [Insertion(len(wanted), added), Permutation(order)]


def merged(standing: "array[int]", fresh: "array[int]") -> "array[int]":
    """Return the keys of `fresh`, with those that stand already left in the order they have.

    What is new comes behind its neighbour in `fresh`; what is not in `fresh` goes.
    """
    stood, new = np.asarray(standing), np.asarray(fresh)
    is_known = np.isin(new, stood)
    place = np.full(len(new), -1)
    place[is_known] = _places(new[is_known], stood)
    # Each new one takes the place of the nearest before it that stands; that one comes first.
    nearest = np.maximum.accumulate(np.where(is_known, np.arange(len(new)), -1))
    place = np.where(nearest >= 0, place[nearest], -1)
    return array("q", new[np.argsort(2 * place + ~is_known, kind="stable")].tobytes())


def reordered(keys: "array[int]", order: NDArray[np.intp]) -> "array[int]":
    """Return the keys in an order: the one that is to be at `n` is now at `order[n]`."""
    return array("q", np.asarray(keys)[order].tobytes())


def ordered(keys: "array[int]") -> "array[int]":
    """Return the keys, the smallest first."""
    return array("q", np.sort(np.asarray(keys)).tobytes())


def extent(keys: "array[int]", sought: Collection[int]) -> tuple[int, int] | None:
    """Return the first and the last place of those keys that are sought; None where none is."""
    places = np.flatnonzero(np.isin(np.asarray(keys), list(sought)))
    return (int(places[0]), int(places[-1])) if len(places) else None


def _places(keys: Keys, among: Keys) -> NDArray[np.intp]:
    """Return where each of the keys is in `among`, which has them all."""
    if len(among) and among.min() >= 0 and (last := int(among.max())) < _DENSE * len(among):
        place = np.empty(last + 1, np.intp)
        place[among] = np.arange(len(among))
        return place[keys]
    order = np.argsort(among, kind="stable")
    return order[np.searchsorted(among, keys, sorter=order)]


def _runs(is_meant: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where the unbroken runs of what is meant begin, and how long they are."""
    edges = np.flatnonzero(np.diff(is_meant, prepend=False, append=False))
    return [(int(start), int(end - start)) for start, end in edges.reshape(-1, 2)]
