"""Shares in whole per cent that add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.shares import own_percent, split_beside, split_percent

COUNTS = st.lists(st.integers(0, 10**9), max_size=12)


@pytest.mark.parametrize(
    ("counts", "parts"),
    [
        ([], []),
        ([0, 0], [0, 0]),
        ([5], [100]),
        ([5, 0], [100, 0]),
        ([1, 1, 1], [34, 33, 33]),
        ([999, 1], [99, 0]),
        ([9_999_999, 1], [99, 0]),
        ([9995, 5], [99, 0]),
        ([1, 1, 998], [0, 0, 99]),
        ([15, 985], [1, 99]),
        ([6, 994], [1, 99]),
        ([961, 21, 18], [96, 2, 2]),
    ],
)
def test_what_is_left_over_goes_to_who_lost_most(counts: list[int], parts: list[int]) -> None:
    assert split_percent(counts) == parts


@given(COUNTS, st.integers(0, 100))
def test_parts_add_up_and_nothing_is_all_that_is_not(counts: list[int], total: int) -> None:
    parts = split_percent(counts, total)

    assert len(parts) == len(counts)
    assert all(part == 0 for part, count in zip(parts, counts, strict=True) if not count)
    is_capped = total > 0 and sum(count > 0 for count in counts) > 1 and sum(parts) == total - 1
    assert is_capped or sum(parts) == (total if any(counts) else 0)
    if is_capped:
        assert sorted(parts)[:-1] == [0] * (len(parts) - 1)
    if sum(count > 0 for count in counts) > 1 and total:
        assert max(parts) < total


@given(COUNTS, st.integers(0, 100))
def test_no_part_is_off_by_a_per_cent_but_one_that_would_be_all(
    counts: list[int], total: int
) -> None:
    whole = sum(counts) or 1
    for part, count in zip(split_percent(counts, total), counts, strict=True):
        assert abs(part * whole - total * count) < whole or (part == total - 1 and count < whole)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_more_gets_no_less(counts: list[int]) -> None:
    parts = sorted(zip(counts, split_percent(counts), strict=True))
    assert [part for _, part in parts] == sorted(part for _, part in parts)


def test_more_kinds_than_per_cents_still_add_up() -> None:
    assert sum(split_percent([1] * 300)) == 100
    assert split_percent([1, 1, 1], 1) == [0, 0, 0]


@pytest.mark.parametrize(
    ("first", "others", "parts"),
    [
        (25, [1, 1, 3], (83, [4, 3, 10])),
        (9999, [1], (99, [0])),
        (1, [9999], (0, [99])),
        (0, [1, 2], (0, [33, 67])),
        (5, [0], (100, [0])),
        (0, [], (0, [])),
    ],
)
def test_the_first_share_is_as_it_is_told_elsewhere(
    first: int, others: list[int], parts: tuple[int, list[int]]
) -> None:
    assert split_beside(first, others) == parts


@given(st.integers(1, 10**6), COUNTS)
def test_shares_beside_the_first_add_up(first: int, others: list[int]) -> None:
    share, left = split_beside(first, others)
    assert share == own_percent(first, first + sum(others))
    assert sum(left) + share in (99, 100)
    assert all(part == 0 for part, count in zip(left, others, strict=True) if not count)
