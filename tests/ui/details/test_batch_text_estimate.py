"""An end is foretold only where it can be."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.ui.details.batch_text import estimate_end
from tests.ui.details.arriving import START as NOW


def test_a_steady_pace_foretells_the_end() -> None:
    found = estimate_end(300, [30] * 10, 60.0, NOW)

    assert found is not None
    assert found.end == NOW + timedelta(minutes=10)
    assert found.plus_minus_s == pytest.approx(30), "never better than five per cent"


def test_an_uneven_pace_may_be_further_off() -> None:
    found = estimate_end(300, [20, 25, 30, 30, 30, 30, 30, 35, 40, 45], 60.0, NOW)

    assert found is not None
    assert found.end == NOW + timedelta(minutes=10)
    assert found.plus_minus_s > 30


@pytest.mark.parametrize(
    ("remaining", "finishes"),
    [
        (0, [30] * 10),
        (300, [0] * 10),
        (300, [1] * 9 + [0]),
        (300, [30] * 7 + [0, 0, 0]),
        (300, [0] * 5 + [100] * 5),
        (10_000_000, [2] * 10),
        (300, [1, 1, 1, 9, 30, 30, 30, 90, 90, 90]),
        (300, [30, 30]),
    ],
    ids=[
        "nothing is left",
        "nothing settles",
        "too few finished",
        "it has stopped",
        "it has just begun",
        "it is years off",
        "it is too uneven",
        "too short a time",
    ],
)
def test_where_it_cannot_be_told_nothing_is_said(remaining: int, finishes: list[int]) -> None:
    assert estimate_end(remaining, finishes, 60.0, NOW) is None


@given(
    st.integers(-5, 10**9),
    st.lists(st.integers(0, 10**6), max_size=20),
    st.floats(1, 3600),
)
def test_an_end_lies_ahead_and_says_how_far_it_may_be_off(
    remaining: int, finishes: list[int], part_s: float
) -> None:
    found = estimate_end(remaining, finishes, part_s, NOW)

    if found is not None:
        assert found.end > NOW
        assert found.plus_minus_s > 0
