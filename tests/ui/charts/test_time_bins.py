"""Stretches of local time begin where people expect it, also when the clock is changed."""

import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from kvitto.ui.charts.time_bins import (
    DAY_S,
    EARLIEST_S,
    HOUR_S,
    LADDER,
    LATEST_S,
    Stretch,
    Unit,
    edges,
    fitting,
    is_midnight,
    starts,
)
from tests.helpers.examples import examples
from tests.ui.charts.conftest import Zone

DAY = Stretch(1, Unit.DAY)
HOUR = Stretch(1, Unit.HOUR)


def at(text: str) -> int:
    """Return a UTC time in seconds since the epoch."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def local(times: list[int], form: str = "%H:%M") -> list[str]:
    return [time.strftime(form, time.localtime(one)) for one in times]


def test_the_day_on_which_clocks_go_forward_has_23_hours(stockholm: None) -> None:
    days = starts(DAY, at("2026-03-27T12:00"), at("2026-03-31T12:00"))

    assert local(days, "%d %H:%M") == ["28 00:00", "29 00:00", "30 00:00", "31 00:00"]
    assert [(b - a) // HOUR_S for a, b in pairwise(days)] == [24, 23, 24]


def test_the_day_on_which_clocks_go_back_has_25_hours(stockholm: None) -> None:
    days = starts(DAY, at("2026-10-23T12:00"), at("2026-10-27T12:00"))

    assert [(b - a) // HOUR_S for a, b in pairwise(days)] == [24, 25, 24]
    assert all(is_midnight(one) for one in days)
    assert not is_midnight(days[0] + HOUR_S)


def test_hours_go_on_through_a_change_of_the_clock(stockholm: None) -> None:
    forward = starts(HOUR, at("2026-03-28T23:00"), at("2026-03-29T03:00"))
    back = starts(HOUR, at("2026-10-24T22:00"), at("2026-10-25T03:00"))

    assert local(forward) == ["00:00", "01:00", "03:00", "04:00"]
    assert local(back) == ["00:00", "01:00", "02:00", "02:00", "03:00"]
    assert {b - a for a, b in pairwise(forward)} == {b - a for a, b in pairwise(back)} == {HOUR_S}


def test_longer_steps_of_hours_begin_at_midnight_on_both_sides_of_a_change(
    stockholm: None,
) -> None:
    six = starts(Stretch(6, Unit.HOUR), at("2026-03-28T23:00"), at("2026-03-30T04:01"))
    two = starts(Stretch(2, Unit.HOUR), at("2026-03-28T23:00"), at("2026-03-29T05:00"))

    assert local(six) == ["00:00", "06:00", "12:00", "18:00", "00:00", "06:00"]
    assert local(two) == ["00:00", "04:00", "06:00"], "02:00 does not exist on that day"


def test_a_zone_with_half_an_hour_has_its_own_full_hours(zone: Zone) -> None:
    zone("Asia/Kolkata")
    assert local(starts(HOUR, at("2026-03-01T00:00"), at("2026-03-01T03:00"))) == [
        "06:00",
        "07:00",
        "08:00",
    ]


def test_where_clocks_change_at_midnight_the_day_begins_at_one(zone: Zone) -> None:
    zone("Africa/Cairo")
    days = starts(DAY, at("2026-04-22T12:00"), at("2026-04-25T12:00"))

    assert local(days, "%d %H:%M") == ["23 00:00", "24 01:00", "25 00:00"]


def test_weeks_begin_on_the_first_day_of_the_locale(stockholm: None, swedish: None) -> None:
    week = Stretch(7, Unit.DAY)
    span = (at("2026-03-01T12:00"), at("2026-03-20T12:00"))
    assert local(starts(week, *span), "%a %d") == ["Mon 02", "Mon 09", "Mon 16"]

    QLocale.setDefault(QLocale("en_US"))
    assert local(starts(week, *span), "%a %d") == ["Sun 08", "Sun 15"]


def test_months_and_years_begin_on_their_first_day(stockholm: None) -> None:
    quarter = Stretch(3, Unit.MONTH)
    found = starts(quarter, at("2025-11-15T00:00"), at("2026-08-01T00:00"))
    assert local(found, "%Y-%m-%d %H") == ["2026-01-01 00", "2026-04-01 00", "2026-07-01 00"]

    years = starts(Stretch(5, Unit.YEAR), at("2019-01-01T00:00"), at("2031-01-01T00:00"))
    assert local(years, "%Y-%m-%d") == ["2020-01-01", "2025-01-01", "2030-01-01"]


@pytest.mark.parametrize("stretch", LADDER)
def test_the_first_and_last_times_there_are_can_be_shown(stretch: Stretch, zone: Zone) -> None:
    for name in ("Pacific/Kiritimati", "Etc/GMT+12"):
        zone(name)
        span = 50.0 * stretch.seconds
        for begin in (float(EARLIEST_S), LATEST_S - span):
            assert starts(stretch, begin, begin + span)


@settings(
    examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    begin=st.integers(at("1975-01-01T00:00"), at("2037-01-01T00:00")),
    stretch=st.sampled_from(LADDER[:14]),
    count=st.integers(1, 40),
    name=st.sampled_from(("Europe/Stockholm", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")),
)
def test_stretches_cover_a_time_without_gaps(
    begin: int, stretch: Stretch, count: int, name: str, zone: Zone
) -> None:
    zone(name)
    end = begin + count * stretch.seconds

    found = edges(stretch, begin, end)

    assert found[0] <= begin < end <= found[-1]
    lengths = [b - a for a, b in pairwise(found)]
    assert all(0 < one <= stretch.seconds + 2 * HOUR_S for one in lengths)
    assert all(one < end for one in found[:-1])
    assert found[1:] == [] or found[1] > begin


def test_the_shortest_stretch_that_is_long_enough_is_taken() -> None:
    assert fitting(0.0) == Stretch(1, Unit.MINUTE)
    assert fitting(61.0) == Stretch(2, Unit.MINUTE)
    assert fitting(float(DAY_S)) == DAY
    assert fitting(1e15) == LADDER[-1]
