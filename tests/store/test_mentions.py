"""Where a phone number stands in texts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.phone_number import PhoneNumber, mentions_of
from kvitto.store import mentions
from kvitto.store.mentions import is_mentioned

NUMBERS = st.builds(
    PhoneNumber, st.sampled_from(["", "46", "1"]), st.text("0123456789", min_size=6, max_size=9)
)
BETWEEN = st.sampled_from(
    [*" -()/.\\+x", "\N{EN DASH}", "\N{ZERO WIDTH SPACE}", "\N{ARABIC-INDIC DIGIT ONE}", *[""] * 24]
)
BESIDE = st.one_of(
    st.binary(max_size=4),
    st.sampled_from([b"0", b"00", b"9", b"\xe2", b"\xe2\x80", b"\xf0\x9f\x98", b"\xff"]),
)


@st.composite
def numbers_and_texts(draw: st.DrawFn) -> tuple[PhoneNumber, bytes]:
    """Return a number, and a text in which it may stand, or nearly."""
    number = draw(NUMBERS)
    parts: list[bytes] = []
    for digit in draw(st.sampled_from([number.national, f"0{number.national}", number.digits])):
        parts += [digit.encode(), draw(BETWEEN).encode()]
    for place in draw(st.lists(st.integers(0, len(parts)), max_size=2)):
        parts.insert(place, draw(BESIDE))
    return number, draw(BESIDE) + b"".join(parts) + draw(BESIDE)


@given(numbers_and_texts())
def test_it_is_found_where_its_pattern_finds_it(case: tuple[PhoneNumber, bytes]) -> None:
    number, data = case
    text = data.decode("utf-8", "replace")
    is_found = mentions_of(number).search(text) is not None
    assert is_mentioned(number, data) is is_found
    assert is_mentioned(number, text) is is_found


@pytest.fixture
def looked_for(monkeypatch: pytest.MonkeyPatch) -> list[PhoneNumber]:
    """Return the numbers whose forms were looked for."""
    numbers: list[PhoneNumber] = []

    def noted(number: PhoneNumber) -> "re.Pattern[str]":
        numbers.append(number)
        return mentions_of(number)

    monkeypatch.setattr(mentions, "mentions_of", noted)
    return numbers


def test_its_forms_are_looked_for_only_where_its_digits_are(looked_for: list[PhoneNumber]) -> None:
    number = PhoneNumber("46", "701234567")
    for text in (b"46 70-123 45 99", "none", b""):
        assert not is_mentioned(number, text)
    assert not looked_for
    assert is_mentioned(number, b"46 70-123 45 67")
    assert looked_for
