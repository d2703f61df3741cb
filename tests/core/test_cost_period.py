"""What a period cost, and what the month is likely to cost."""

from datetime import date, timedelta

from kvitto.core.cost_period import (
    DepartmentRule,
    Period,
    by_key,
    estimate,
    month_before,
    month_of,
    read_department_rules,
    same_days_before,
    spent,
)

TODAY = date(2026, 11, 18)  # a Wednesday


def every_day(nano: int, first: date, last: date) -> dict[date, int]:
    return dict.fromkeys(Period(first, last).days(), nano)


def test_months_have_their_own_lengths() -> None:
    assert month_of(date(2028, 2, 3)) == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert month_before(date(2026, 1, 31)) == Period(date(2025, 12, 1), date(2025, 12, 31))


def test_a_running_month_compares_with_as_many_days() -> None:
    november = month_of(TODAY)
    assert same_days_before(november, TODAY) == Period(date(2026, 10, 1), date(2026, 10, 18))
    assert same_days_before(november, date(2026, 12, 4)) == month_of(date(2026, 10, 1))
    march = month_of(date(2026, 3, 30))
    assert same_days_before(march, date(2026, 3, 30)) == month_of(date(2026, 2, 1))


def test_days_of_a_period_are_added_up() -> None:
    daily = every_day(5, date(2026, 10, 25), TODAY)
    assert spent(daily, month_of(TODAY)) == 18 * 5
    assert spent({}, month_of(TODAY)) == 0


def test_even_days_make_an_even_month() -> None:
    daily = every_day(10, date(2026, 8, 1), TODAY)
    assert estimate(daily, TODAY) == 30 * 10


def test_weekdays_are_told_apart() -> None:
    daily = {
        day: 100
        for day in Period(date(2026, 9, 1), TODAY).days()
        if day.weekday() == TODAY.weekday()
    }
    # Wednesdays of November 2026: 4, 11, 18, 25.
    assert estimate(daily, TODAY) == 400


def test_today_counts_as_it_is_where_that_is_more() -> None:
    daily = every_day(10, date(2026, 8, 1), TODAY) | {TODAY: 1000}
    assert estimate(daily, TODAY) == 29 * 10 + 1000


def test_two_weeks_must_be_known() -> None:
    assert estimate({}, TODAY) is None
    assert estimate(every_day(10, TODAY - timedelta(days=13), TODAY), TODAY) is None
    assert estimate(every_day(10, TODAY - timedelta(days=14), TODAY), TODAY) == (
        10 * 15 + 10 * 12  # since the 4th; and twelve days to come
    )


def test_rules_are_read_and_faults_named() -> None:
    read = read_department_rules(
        "# Who pays\nREF-12* = Schools\n\nhealth? = Care=Home\nnothing\n = x\n"
    )

    assert read.rules == [
        DepartmentRule("REF-12*", "Schools"),
        DepartmentRule("health?", "Care=Home"),
    ]
    assert read.faulty_lines == [5, 6]
    assert read.department_of("ref-1234") == "Schools"
    assert read.department_of("HEALTH1") == "Care=Home"
    assert read.department_of("other") is None
    assert read.department_of(None) is None


def test_amounts_are_added_up_by_key_the_largest_first() -> None:
    assert list(by_key([("a", 1), ("b", 5), ("a", 2)]).items()) == [("b", 5), ("a", 3)]
