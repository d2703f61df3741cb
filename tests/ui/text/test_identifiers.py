"""Ids and numbers are shown with all that is in them."""

from kvitto.core.erased import token
from kvitto.ui.text.identifiers import phone_number, reference_line, short_id
from kvitto.ui.widgets.list_files import dialled, numbers_of

REVERSED = "\N{RIGHT-TO-LEFT OVERRIDE}76543210764"


def test_a_reversed_number_does_not_read_as_another() -> None:
    assert phone_number(REVERSED) == "⟨U+202E⟩76543210764"
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in phone_number("46\u202e", is_masked=True)


def test_what_a_server_hides_from_viewers_is_shown_as_hidden() -> None:
    hidden = "•" * 9 + "67"
    assert phone_number(hidden) == phone_number(hidden, is_masked=True) == hidden


def test_neither_does_a_reversed_id() -> None:
    assert short_id(REVERSED, 40) == "⟨U+202E⟩76543210764"
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in short_id(REVERSED)


def test_of_a_person_who_was_erased_there_is_a_word() -> None:
    number, reference = token(bytes(32), "number"), token(bytes(32), "reference")

    assert phone_number(number) == phone_number(number, is_masked=True) == "erased"
    assert reference_line(reference) == "erased"
    assert (reference_line("Höst\nrea"), reference_line(None)) == ("Höst⟨U+000A⟩rea", "")
    assert dialled(number) == "erased"
    assert numbers_of([number, "46701234567", None]) == ["+46701234567"]
