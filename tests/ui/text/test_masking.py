"""Phone numbers are hidden however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.ui.text.masking import mask_all_numbers, mask_number

NUMBER = "46701740605"


@pytest.mark.parametrize(
    "written",
    [
        "46701740605",
        "+46701740605",
        "+46 70 174 06 05",
        "0701740605",
        "070-174 06 05",
        "(070) 1740605",
        "0046701740605",
        "4\x006\x007\x000\x001\x007\x004\x000\x006\x000\x005\x00",
    ],
)
def test_a_number_is_hidden_but_for_its_end(written: str) -> None:
    hidden = mask_number(f'"to": "{written}"', NUMBER)

    assert len(hidden) == len(written) + 8
    assert "".join(one for one in hidden if one.isdigit()) == "05"
    assert mask_all_numbers(f'"to": "{written}"') == hidden


def test_other_numbers_are_left() -> None:
    text = '{"code": 201, "batchId": "5c613848879973045cf39ac3", "price": 0.082}'

    assert mask_number(text, NUMBER) == text


def test_a_recipient_that_is_no_number_is_hidden() -> None:
    assert "Åsa Berg" not in mask_number("to Åsa Berg now", "Åsa Berg")


@pytest.mark.parametrize("number", [None, ""])
def test_no_number_hides_nothing(number: str | None) -> None:
    assert mask_number("46701740605", number) == "46701740605"


def test_dates_are_not_numbers() -> None:
    assert mask_all_numbers("2026-03-01T10:00:05") == "2026-03-01T10:00:05"
    assert mask_all_numbers("2026-03-01 10:00:05") == "2026-03-01 10:00:05"


@given(st.text(), st.none() | st.text())
def test_the_length_stays(text: str, number: str | None) -> None:
    assert len(mask_number(text, number)) == len(text)
    assert len(mask_all_numbers(text)) == len(text)


@given(st.text(), st.text())
def test_a_number_never_shows_in_any_surroundings(before: str, after: str) -> None:
    assert NUMBER not in mask_number(before + NUMBER + after, NUMBER)
    assert NUMBER not in mask_all_numbers(before + NUMBER + after)
