"""The ticks stand at round places, and say them in the reader's words."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from kvitto.core.money import NANO
from kvitto.ui.charts.ticks import amount_ticks, count_ticks, even_step, moment_text, time_ticks
from kvitto.ui.charts.time_bins import DAY_S, HOUR_S
from kvitto.ui.text import formatting
from tests.ui.charts.test_time_bins import at


def texts(ticks: list[tuple[int, str]]) -> list[str]:
    return [text for _, text in ticks]


def test_amounts_are_round_and_have_the_same_decimals(swedish: None) -> None:
    assert texts(amount_ticks(0, 0.011 * NANO, 6)) == [
        "0,000",
        "0,002",
        "0,004",
        "0,006",
        "0,008",
        "0,010",
    ]
    assert texts(amount_ticks(79.91 * NANO, 80.6 * NANO, 4)) == ["80,00", "80,20", "80,40", "80,60"]
    assert texts(amount_ticks(0, 2_100_000.0 * NANO, 3)) == [
        "0",
        "1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000",
        "2\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000",
    ]


def test_amounts_below_zero_and_of_one_nano_have_ticks(swedish: None) -> None:
    assert texts(amount_ticks(-2.0 * NANO, 0.5 * NANO, 3)) == ["−2", "−1", "0"]
    assert texts(amount_ticks(0.0, 2.0, 5)) == ["0,000000000", "0,000000001", "0,000000002"]


@given(st.floats(-1e24, 1e24), st.floats(1.0, 1e24), st.integers(1, 12))
def test_there_are_never_more_ticks_than_have_room(low: float, span: float, most: int) -> None:
    high = low + span
    ticks = amount_ticks(low, high, most)

    assert len(ticks) <= most + 2
    rounding = 1 + 1e-9 * max(abs(low), abs(high))
    assert all(low - rounding <= place <= high + rounding for place, _ in ticks)


@given(st.floats(0.0, 1e20), st.integers(1, 50))
def test_a_step_is_round(span: float, most: int) -> None:
    step = even_step(span, most)

    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert span / step <= most * (1 + 1e-9)


def test_numbers_of_reports_are_whole() -> None:
    assert [place for place, _ in count_ticks(1.06, 5)] == [0, 1]
    assert [place for place, _ in count_ticks(530.0, 5)] == [0, 200, 400]


def test_hours_say_the_time_and_midnight_the_day(stockholm: None, swedish: None) -> None:
    ticks = time_ticks(at("2026-11-02T14:00"), at("2026-11-03T11:30"), 6.0 * HOUR_S)

    assert texts(ticks) == ["18:00", "3 nov.", "06:00", "12:00"]


def test_days_months_and_years_say_themselves(stockholm: None, swedish: None) -> None:
    begin = at("2025-11-20T12:00")
    assert texts(time_ticks(begin, begin + 3 * DAY_S, float(DAY_S))) == [
        "21 nov.",
        "22 nov.",
        "23 nov.",
    ]
    assert texts(time_ticks(begin, begin + 100 * DAY_S, 28.0 * DAY_S)) == ["dec.", "2026", "feb."]
    assert texts(time_ticks(begin, begin + 1000 * DAY_S, 300.0 * DAY_S)) == ["2026", "2027", "2028"]


def test_a_moment_says_its_year_only_where_it_is_another(stockholm: None, swedish: None) -> None:
    year = datetime.now(UTC).year

    assert moment_text(at(f"{year}-06-03T12:20")).endswith("3 juni 14:20")
    assert moment_text(at("2018-06-03T12:20")) == "sön 3 juni 2018 14:20"


def test_days_are_written_in_the_order_of_the_locale(stockholm: None, swedish: None) -> None:
    instant = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
    assert formatting.day(instant, with_weekday=True) == "tis 3 nov."

    QLocale.setDefault(QLocale("en_US"))
    assert (formatting.day(instant), formatting.month(instant)) == ("Nov 3", "Nov")
    QLocale.setDefault(QLocale("en_GB"))
    assert formatting.day(instant, with_weekday=True) == "Tue 3 Nov"
    assert formatting.month(datetime(2027, 1, 5, tzinfo=UTC)) == formatting.year(instant).replace(
        "6", "7"
    )
