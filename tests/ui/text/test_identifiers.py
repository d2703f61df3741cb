"""Ids and numbers are shown with all that is in them."""

from kvitto.ui.text.identifiers import phone_number, short_id

REVERSED = "\N{RIGHT-TO-LEFT OVERRIDE}76543210764"


def test_a_reversed_number_does_not_read_as_another() -> None:
    assert phone_number(REVERSED) == "⟨U+202E⟩76543210764"
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in phone_number("46\u202e", is_masked=True)


def test_neither_does_a_reversed_id() -> None:
    assert short_id(REVERSED, 40) == "⟨U+202E⟩76543210764"
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in short_id(REVERSED)
