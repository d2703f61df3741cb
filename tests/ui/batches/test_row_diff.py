"""Rows get from one order to another, and keep their identity on the way."""

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.ui.batches.row_diff import (
    Insertion,
    Keys,
    Permutation,
    Removal,
    Step,
    extent,
    merged,
    ordered,
    reordered,
    steps_between,
)

orders = st.lists(st.integers(1, 60), unique=True, max_size=60)


def keys(numbers: list[int]) -> Keys:
    return np.array(numbers, dtype=np.int64)


def walked(old: list[int], steps: list[Step]) -> list[int]:
    rows = list(old)
    for step in steps:
        match step:
            case Removal(at, count):
                del rows[at : at + count]
            case Insertion(at, come):
                rows[at:at] = come.tolist()
            case Permutation(order):
                assert sorted(order.tolist()) == list(range(len(rows)))
                rows = [rows[one] for one in order.tolist()]
    return rows


@given(orders, orders)
def test_the_steps_lead_from_any_order_to_any_other(old: list[int], new: list[int]) -> None:
    assert walked(old, steps_between(keys(old), keys(new))) == new


@given(orders, orders)
def test_a_row_that_stays_is_never_taken_away(old: list[int], new: list[int]) -> None:
    rows = list(old)
    for step in steps_between(keys(old), keys(new)):
        if isinstance(step, Removal):
            gone = rows[step.at : step.at + step.rows]
            assert not set(gone) & set(new)
        rows = walked(rows, [step])


@given(orders, orders)
def test_there_are_few_steps_however_much_differs(old: list[int], new: list[int]) -> None:
    assert len(steps_between(keys(old), keys(new))) <= 17


@given(st.integers(0, 5), orders)
def test_rows_whose_key_is_not_known_give_way(unknown: int, new: list[int]) -> None:
    old = new[:3] + [0] * unknown
    assert walked(old, steps_between(keys(old), keys(new))) == new


def test_nothing_is_done_where_nothing_differs() -> None:
    assert steps_between(keys([3, 1, 2]), keys([3, 1, 2])) == []


def test_one_row_that_comes_is_inserted_where_it_belongs() -> None:
    [step] = steps_between(keys([5, 4, 2]), keys([5, 4, 3, 2]))
    assert isinstance(step, Insertion)
    assert (step.at, step.keys.tolist()) == (2, [3])


@given(orders, orders)
def test_merging_shows_what_is_fresh_and_leaves_what_stands_in_its_order(
    standing: list[int], fresh: list[int]
) -> None:
    found = merged(array("q", standing), array("q", fresh)).tolist()

    assert sorted(found) == sorted(fresh)
    assert [key for key in found if key in standing] == [key for key in standing if key in fresh]


@pytest.mark.parametrize(
    ("standing", "fresh", "found"),
    [
        ([1, 2, 3], [9, 1, 2, 3], [9, 1, 2, 3]),
        ([1, 2, 3], [1, 8, 9, 2, 3], [1, 8, 9, 2, 3]),
        ([3, 1, 2], [1, 9, 2, 3], [3, 1, 9, 2]),
        ([1, 2], [2, 1, 9], [1, 9, 2]),
    ],
)
def test_what_is_new_comes_behind_its_neighbour(
    standing: list[int], fresh: list[int], found: list[int]
) -> None:
    assert merged(array("q", standing), array("q", fresh)).tolist() == found


def test_keys_are_put_in_an_order() -> None:
    assert reordered(array("q", [7, 8, 9]), np.array([2, 0, 1])).tolist() == [9, 7, 8]


def test_keys_are_put_in_their_own_order() -> None:
    assert ordered(array("q", [9, 7, 8])).tolist() == [7, 8, 9]


def test_the_extent_holds_all_that_is_sought() -> None:
    assert extent(array("q", [7, 8, 9, 5, 6]), [5, 8, 4]) == (1, 3)
    assert extent(array("q", [7, 8]), [1]) is None
