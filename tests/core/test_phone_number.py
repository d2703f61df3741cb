"""One phone number in all of its forms."""

import pytest

from kvitto.core.phone_number import (
    PhoneNumber,
    has_needless_zero,
    mentions_of,
    phone_number,
)

PERSON = PhoneNumber("46", "701234567")


@pytest.mark.parametrize(
    "text",
    [
        "46701234567",
        "+46701234567",
        "0046 70 123 45 67",
        "+46 (0)70-123 45 67",
        "460701234567",
        "\N{LEFT-TO-RIGHT EMBEDDING}+46 70\N{NO-BREAK SPACE}123\N{ZERO WIDTH SPACE}4567\u202c",
        "".join(chr(ord(one) + 0xFEE0) for one in "46701234567"),  # full-width
        "+" + "".join(chr(ord(one) + 0x630) for one in "46701234567"),  # Arabic-Indic
    ],
)
def test_every_form_is_the_same_number(text: str) -> None:
    assert phone_number(text) == PERSON


def test_without_a_calling_code_it_can_be_any_countrys() -> None:
    written = phone_number("070-123 45 67")
    assert written == PhoneNumber("", "701234567")
    assert written.is_same(PERSON)
    assert written.is_same(PhoneNumber("47", "701234567"))
    assert not PERSON.is_same(PhoneNumber("47", "701234567"))


@pytest.mark.parametrize(
    "text",
    ["", None, "12345", "Ref 46701234567", "46701234567, 46709999999", "4" * 16],
)
def test_what_is_no_number_is_none(text: str | None) -> None:
    assert phone_number(text) is None


def test_a_zero_behind_the_calling_code_is_needless_but_where_it_belongs_to_the_number() -> None:
    assert has_needless_zero("460701234567")
    assert not has_needless_zero("46701234567")
    assert not has_needless_zero("390612345678")  # Rome
    assert not has_needless_zero("0701234567")
    assert phone_number("+39 06 12345678") == PhoneNumber("39", "0612345678")


def test_a_number_is_found_in_a_text_and_its_neighbours_are_not() -> None:
    mentions = mentions_of(PERSON)
    found = "for +46 (0)70-123 45 67, 0701234567, 701234567, a46701234567b, 1467012345678"
    assert mentions.sub("#", found) == "for #, #, #, a#b, 1#8"
    for text in ("47701234567", "9701234567", "46701234568", "7012345678"):
        assert mentions.sub("#", text) == text


def test_what_stands_before_a_number_is_left() -> None:
    mentions = mentions_of(PhoneNumber("46", "701234567"))
    assert mentions.sub("…", "Call 46701234567 or (+46 70 123 45 67).") == "Call … or (…)."
