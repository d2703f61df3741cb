"""The drawn line has the exact costs, however few pixels there are."""

import warnings

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kvitto.store.timeseries import CostSeries
from kvitto.ui.charts.decimation import Outline, outline

START = 29_000_000


@pytest.fixture(autouse=True)
def _no_numpy_warning() -> None:
    warnings.simplefilter("error")


def a_series(*changes: tuple[int, int]) -> CostSeries:
    """Return a line that changes by so many nano-units in some minutes after the start."""
    steps = np.array([(START + minute, 0, nano) for minute, nano in changes], np.int64)
    return CostSeries.of("EUR", steps.reshape(-1, 3))


def seen(series: CostSeries, begin: float, end: float, *, until: float, pixels: int) -> Outline:
    """Return what is seen between two minutes after the start."""
    return outline(
        series,
        (START + begin) * 60,
        (START + end) * 60,
        until_s=(START + until) * 60,
        pixels=pixels,
    )


def points(found: Outline) -> list[tuple[float, float]]:
    return [(x / 60, y) for x, y in zip(found.x.tolist(), found.y.tolist(), strict=True)]


def test_steps_are_upright_and_the_line_runs_on_to_now() -> None:
    line = a_series((2, 5), (4, 7))

    assert points(seen(line, 0, 10, until=8, pixels=100)) == [
        (2, 0),
        (2, 5),
        (4, 5),
        (4, 12),
        (8, 12),
    ]


def test_a_line_comes_in_from_the_left_and_goes_out_to_the_right() -> None:
    line = a_series((2, 5), (4, 7), (20, 1))

    assert points(seen(line, 3, 10, until=30, pixels=100)) == [
        (0, 5),
        (1, 5),
        (1, 12),
        (7, 12),
    ]
    assert points(seen(line, 5, 10, until=30, pixels=100)) == [(0, 12), (5, 12)]


def test_before_the_first_change_there_is_no_line() -> None:
    line = a_series((2, 5))

    for found in (
        seen(line, -10, 1, until=30, pixels=10),
        seen(a_series(), 0, 9, until=5, pixels=10),
        seen(line, 50, 60, until=30, pixels=10),
    ):
        assert points(found) == []
        assert (found.low, found.high) == (0.0, 0.0)


def test_a_single_change_at_the_very_edge_is_drawn() -> None:
    assert points(seen(a_series((2, 5)), 2, 9, until=2, pixels=10)) == [(0, 5), (0, 5)]
    assert points(seen(a_series((2, 5)), 0, 2, until=9, pixels=10)) == [(2, 0), (2, 5), (2, 5)]


def test_a_change_after_now_is_drawn() -> None:
    assert points(seen(a_series((5, 1)), 0, 9, until=3, pixels=9))[-1] == (5, 1)


@example(
    changes=[(172, 1), (173, 1), (174, 1), (311, 1), (312, 1)], begin=171, length=280, pixels=4
)
@given(
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(-50, 50)), max_size=80),
    begin=st.integers(-50, 380),
    length=st.integers(5, 500),
    pixels=st.integers(3, 60),
)
def test_at_each_pixels_edge_the_line_has_the_exact_cost(
    changes: list[tuple[int, int]], begin: int, length: int, pixels: int
) -> None:
    line = a_series(*changes)
    end, until = begin + length, 450
    found = seen(line, begin, end, until=until, pixels=pixels)

    x, y = found.x / 60, found.y
    assert len(x) <= 4 * pixels + 2 * min(pixels, len(changes)) + 3
    assert np.all(np.diff(x) >= 0)
    assert np.all((x[1:] == x[:-1]) | (y[1:] == y[:-1])), "uprights and levels only"
    minutes = (line.minutes - START).tolist()
    if not minutes or minutes[0] > min(end, until) or begin > until:
        assert len(x) == 0
        return
    assert x[-1] == pytest.approx(min(end, until) - begin)
    costs = [line.nano_at(START + minute) for minute in range(begin, min(end, until) + 1)]
    shown = [one for at, one in zip(range(begin, end + 1), costs, strict=False) if at >= minutes[0]]
    assert y.min() == min([*shown, 0 if begin < minutes[0] else shown[0]])
    assert y.max() == max([*shown, 0 if begin < minutes[0] else shown[0]])
    assert y[-1] == costs[-1]
    pixel = length / pixels
    for edge in range(1, pixels):
        at = begin + edge * pixel
        is_between = all(abs(minute - at) > 1e-6 for minute in minutes)
        if is_between and minutes[0] < at < until:
            drawn = y[np.flatnonzero(x < at - begin)[-1]]
            assert drawn == line.nano_at(START + int(np.floor(at)))
