"""That the computer has slept, told from two looks at its clocks."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from kvitto.core.outages import TimeRange
from kvitto.receiver.heartbeat import ClockMoment, steady_s, suspend_gap

START: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def moment(wall_s: float, steady: float) -> ClockMoment:
    return ClockMoment(START + timedelta(seconds=wall_s), steady)


def span(begin_s: float, end_s: float) -> TimeRange:
    return TimeRange(START + timedelta(seconds=begin_s), START + timedelta(seconds=end_s))


@pytest.mark.parametrize(
    ("after", "slept"),
    [
        pytest.param(moment(1, 101), None, id="a second has passed"),
        pytest.param(moment(8, 108), None, id="the machine is busy"),
        pytest.param(moment(3600, 3700), span(0, 3600), id="it has slept"),
        pytest.param(moment(3600, 101), span(0, 3600), id="its host has slept"),
        pytest.param(moment(-3600, 101), None, id="its clock was put back"),
        pytest.param(moment(-3600, 160), span(-3660, -3600), id="and it has slept, too"),
        pytest.param(moment(86400 * 2000, 101), None, id="its clock was wrong"),
        pytest.param(
            moment(86400 * 2000, 160), span(86400 * 2000 - 60, 86400 * 2000), id="and it has slept"
        ),
    ],
)
def test_more_time_than_between_two_looks_is_sleep(
    after: ClockMoment, slept: TimeRange | None
) -> None:
    assert suspend_gap(moment(0, 100), after) == slept


def test_the_steady_clock_goes_on() -> None:
    first = steady_s()

    assert steady_s() >= first
