"""How things are said, in the two locales that Kvitto speaks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QLocale

from kvitto.core.money import Money
from kvitto.core.report import Origin
from kvitto.core.status import CODE_NAMES, Group, Result
from kvitto.ui.text import formatting, identifiers

NBSP = "\N{NO-BREAK SPACE}"
NOW = datetime(2026, 3, 1, 10, 0, 5, 123_456, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english(qapp: QCoreApplication) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def _swedish(_english: None) -> None:
    QLocale.setDefault(QLocale("sv_SE"))


# --- Statuses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("result", list(Result))
def test_every_result_has_a_word_and_a_meaning(result: Result) -> None:
    assert formatting.result_word(result)
    assert formatting.result_meaning(result).endswith(".")


def test_results_have_different_words() -> None:
    assert len({formatting.result_word(result) for result in Result}) == len(Result)


@pytest.mark.parametrize("code", [*CODE_NAMES, 404, 599, 299, 777, -1])
def test_every_code_has_a_word_and_a_meaning(code: int) -> None:
    for final in (False, True):
        assert formatting.status_word(code, final=final)
        assert formatting.status_meaning(code, final=final).endswith(".")
    assert formatting.sender_name(code)


@pytest.mark.parametrize("code", [111, 112, 113])
def test_being_with_a_carrier_is_never_called_delivered(code: int) -> None:
    assert "elivered" not in formatting.status_word(code, final=False)
    assert "not delivered yet" in formatting.status_meaning(code, final=False)
    assert formatting.status_word(code, final=True) == "Ended, unknown"
    assert "not known" in formatting.status_meaning(code, final=True)


@pytest.mark.parametrize("code", [500, 511, 599])
def test_an_error_is_tried_again_until_it_is_final(code: int) -> None:
    assert formatting.status_word(code, final=False) == "Retrying"
    assert "still tried" in formatting.status_meaning(code, final=False)
    assert formatting.status_word(code, final=True) == "Failed"
    assert formatting.code_word(code) == "Error", "neither is said of a code alone"


def test_a_code_without_a_name_shows_its_number_and_group() -> None:
    assert formatting.sender_name(599) == "599 · Error"
    assert formatting.sender_name(201) == "DeliveredToHandset"


def test_every_group_and_origin_has_a_word() -> None:
    assert len({formatting.group_word(group) for group in Group}) == len(Group)
    assert len({formatting.origin_word(origin) for origin in Origin}) == len(Origin)


# --- Numbers and money --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nano", "written"),
    [
        (0, "0.00"),
        (82_000_000, "0.082"),
        (80_520_000_000, "80.52"),
        (5_000_000_000, "5.00"),
        (1_234_567_000_000_001, "1,234,567.000000001"),
        (-500_000_000, "-0.50"),
        (10**37, "10,000,000,000,000,000,000,000,000,000.00"),
    ],
)
def test_amounts_have_all_their_decimals_and_at_least_two(nano: int, written: str) -> None:
    assert formatting.amount(nano) == written


@pytest.mark.usefixtures("_swedish")
def test_amounts_are_written_as_swedes_write_them() -> None:
    assert formatting.amount(1_234_567_080_000_000) == f"1{NBSP}234{NBSP}567,08"
    assert formatting.money(Money(-82_000_000, "SEK")) == f"\N{MINUS SIGN}0,082{NBSP}SEK"


@pytest.mark.parametrize(
    ("currency", "written"),
    [("EUR", f"0.50{NBSP}EUR"), ("SEK", f"0.50{NBSP}SEK"), ("", "0.50 (no currency)")],
)
def test_money_says_its_currency(currency: str, written: str) -> None:
    assert formatting.money(Money(500_000_000, currency)) == written


@given(st.integers(-(10**40), 10**40))
def test_no_digit_of_an_amount_is_lost(nano: int) -> None:
    units, _, decimals = formatting.amount(nano).replace(",", "").partition(".")

    assert int(units + decimals.ljust(9, "0")) == nano


@given(st.integers(-(10**30), 10**30))
def test_a_whole_number_of_any_size_is_written(value: int) -> None:
    assert formatting.number(value).replace(",", "") == str(value)


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (0, 1000, "0 %"),
        (1, 1000, "< 1 %"),
        (6, 1000, "1 %"),
        (999, 1000, "99 %"),
        (1000, 1000, "100 %"),
        (495, 1000, "50 %"),
        (3, 2, "100 %"),
        (-1, 2, "0 %"),
        (9995, 10_000, "99 %"),
        (10**30 - 1, 10**30, "99 %"),
        (1, 10**30, "< 1 %"),
        (0, 0, ""),
    ],
)
def test_only_none_is_0_per_cent_and_only_all_is_100(part: int, whole: int, written: str) -> None:
    assert formatting.percent(part, whole) == written


# --- Ids and phone numbers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("digits", "written"),
    [
        ("46701234567", "+46 70 123 45 67"),
        ("456189040623", "+45 618 904 06 23"),
        ("4670123", "+46 701 23"),
        ("4740001010", "+47 400 010 10"),
        ("3545551234", "+354 555 12 34"),
        ("12", "+12"),
        ("Kvitto", "Kvitto"),
        ("", "–"),
        (None, "–"),
    ],
)
def test_phone_numbers_are_grouped(digits: str | None, written: str) -> None:
    assert identifiers.phone_number(digits).replace(NBSP, " ") == written


@pytest.mark.parametrize(
    ("digits", "written"),
    [
        ("46701234567", "•••••••••67"),
        ("123456", "••••56"),
        ("12345", "•••••"),
        ("7", "•"),
        (None, "–"),
    ],
)
def test_a_masked_number_shows_at_most_its_end(digits: str | None, written: str) -> None:
    assert identifiers.phone_number(digits, is_masked=True) == written


def test_an_id_is_elided_in_its_middle() -> None:
    assert identifiers.short_id("5c613848879973045cf39ac3") == "5c6138…f39ac3"
    assert identifiers.short_id("short") == "short"
    assert len(identifiers.short_id("x" * 256, 25)) == 25


# --- Times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (-5, "now"),
        (0.5, "now"),
        (1, "1 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (86_399, "23 h ago"),
    ],
)
def test_how_long_ago_is_said_in_one_unit(seconds: float, written: str) -> None:
    assert formatting.ago(NOW - timedelta(seconds=seconds), NOW) == written


def test_what_was_days_ago_has_a_date() -> None:
    assert formatting.ago(NOW - timedelta(days=3), NOW) == "26/02/2026"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 s"),
        (0.04, "0 s"),
        (0.4, "0.4 s"),
        (0.96, "1 s"),
        (1, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3599.9, "1 h"),
        (4320, "1 h 12 min"),
        (86_400, "1 d"),
        (183_600, "2 d 3 h"),
        (-5, "5 s"),
    ],
)
def test_a_duration_has_its_one_or_two_largest_units(seconds: float, written: str) -> None:
    assert formatting.duration(seconds) == written


def test_times_are_cut_to_the_millisecond_in_any_year() -> None:
    for year in (1960, 2026):
        written = formatting.iso_time(NOW.replace(year=year))
        assert ":05.123" in written


def test_the_exact_time_is_local_with_its_date() -> None:
    local = NOW.astimezone()

    assert formatting.exact_time(NOW) == f"{local:%d/%m/%Y %H:%M:%S}"
    assert formatting.clock_time(NOW, with_seconds=False) == f"{local:%H:%M}"
