"""Shares in whole per cent that add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.shares import split_percent

COUNTS = st.lists(st.integers(0, 10**9), max_size=12)


@pytest.mark.parametrize(
    ("counts", "parts"),
    [
        ([], []),
        ([0, 0], [0, 0]),
        ([5], [100]),
        ([5, 0], [100, 0]),
        ([1, 1, 1], [34, 33, 33]),
        ([999, 1], [99, 1]),
        ([9_999_999, 1], [99, 1]),
        ([9995, 5], [99, 1]),
        ([1, 1, 998], [1, 1, 98]),
    ],
)
def test_what_is_left_over_goes_to_who_lost_most(counts: list[int], parts: list[int]) -> None:
    assert split_percent(counts) == parts


@given(COUNTS, st.integers(0, 100))
def test_parts_add_up_and_nothing_is_all_or_none_that_is_not(counts: list[int], total: int) -> None:
    parts = split_percent(counts, total)

    assert len(parts) == len(counts)
    assert sum(parts) == (total if any(counts) else 0)
    assert all(0 <= part <= total for part in parts)
    assert all(part == 0 for part, count in zip(parts, counts, strict=True) if not count)
    occurring = sum(count > 0 for count in counts)
    if occurring <= total:
        assert all(part > 0 for part, count in zip(parts, counts, strict=True) if count)
        if occurring > 1:
            assert max(parts) < total


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_more_gets_no_less(counts: list[int]) -> None:
    parts = sorted(zip(counts, split_percent(counts), strict=True))
    assert [part for _, part in parts] == sorted(part for _, part in parts)


def test_more_kinds_than_per_cents_still_add_up() -> None:
    assert sum(split_percent([1] * 300)) == 100
    assert sum(split_percent([1, 1, 1], 1)) == 1
