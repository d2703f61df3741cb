"""How rows get from one order to another in few steps, whatever differs."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

_FEW: Final = 8
"""So many separate runs of rows are inserted or removed where they stand; more are gathered."""


class Removal(NamedTuple):
    """Take away so many rows from `at` on."""

    at: int
    rows: int


class Insertion(NamedTuple):
    """Put the rows with these keys before the row `at`."""

    at: int
    keys: Sequence[int]


class Permutation(NamedTuple):
    """Put the rows in another order: the row that is to be at `n` is now at `order[n]`."""

    order: Sequence[int]


Step = Removal | Insertion | Permutation


def steps_between(old: Sequence[int], new: Sequence[int]) -> list[Step]:
    """Return the steps that make the rows with the keys `new` of those with the keys `old`.

    A row whose key is in both is moved, never replaced: what is selected or open stays so. There
    are few steps, so that ten thousand rows that go here and there cost no more than one run of
    them.

    Args:
        old: the keys of the rows that there are. 0 stands for a row whose key is not known.
        new: the keys of the rows that there are to be, all different, none of them 0.
    """
    if len(new) >= len(old) and new[: len(old)] == old:
        added = new[len(old) :]
        return [Insertion(len(old), added)] if added else []
    is_old, is_new = set(old), set(new)
    staying = [key for key in old if key in is_new]
    wanted = [key for key in new if key in is_old]
    return [
        *_removals(old, wanted, is_in_order=staying == wanted, is_new=is_new),
        *_insertions(new, wanted, is_old),
    ]


def _removals(
    old: Sequence[int], wanted: Sequence[int], *, is_in_order: bool, is_new: set[int]
) -> list[Step]:
    gone = _runs(old, lambda key: key not in is_new)
    if is_in_order and len(gone) <= _FEW:
        return [Removal(at, count) for at, count in reversed(gone)]
    # All that goes is put behind what stays, so that it goes at once.
    place = {key: row for row, key in enumerate(old)}
    order = [place[key] for key in wanted]
    order += [row for row, key in enumerate(old) if key not in is_new]
    leaving = len(old) - len(wanted)
    tail: list[Step] = [Removal(len(wanted), leaving)] if leaving else []
    return [Permutation(order), *tail]


def _insertions(new: Sequence[int], wanted: Sequence[int], is_old: set[int]) -> list[Step]:
    come = _runs(new, lambda key: key not in is_old)
    if len(come) <= _FEW:
        return [Insertion(at, new[at : at + count]) for at, count in come]
    # All that comes is put behind what is there at once, and then in its place.
    added = [key for key in new if key not in is_old]
    place = {key: row for row, key in enumerate((*wanted, *added))}
    return [Insertion(len(wanted), added), Permutation([place[key] for key in new])]


def _runs(keys: Sequence[int], is_meant: Callable[[int], bool]) -> list[tuple[int, int]]:
    """Return where the unbroken runs of the keys that are meant begin, and how long they are."""
    found: list[tuple[int, int]] = []
    start = -1
    for row, key in enumerate(keys):
        if is_meant(key):
            if start < 0:
                start = row
        elif start >= 0:
            found.append((start, row - start))
            start = -1
    if start >= 0:
        found.append((start, len(keys) - start))
    return found


def merged(standing: Sequence[int], fresh: Sequence[int]) -> list[int]:
    """Return the keys of `fresh`, with those that stand already left in the order they have.

    What is new comes behind its neighbour in `fresh`; what is not in `fresh` goes.
    """
    is_fresh, is_standing = set(fresh), set(standing)
    after: dict[int, list[int]] = {}
    neighbour = 0
    for key in fresh:
        if key in is_standing:
            neighbour = key
        else:
            after.setdefault(neighbour, []).append(key)
    found = after.get(0, [])
    for key in standing:
        if key in is_fresh:
            found.append(key)
            found += after.get(key, ())
    return found
