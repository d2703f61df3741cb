"""Marks that can't be seen are shown as what they are."""

import pytest

from app.core.invisible import plain_line, with_marks_shown

MARKS = [0x200B, 0x200E, 0x200F, 0x202A, 0x202E, 0x2066, 0x2069, 0xFEFF, 0x061C, 0x2028, 0xE0041]


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_is_shown_as_its_number(mark: int) -> None:
    shown = f"46⟨U+{mark:04X}⟩70"
    assert with_marks_shown(f"46{chr(mark)}70") == plain_line(f"46{chr(mark)}70") == shown


@pytest.mark.parametrize("control", [0, 0x0A, 0x1B, 0x7F, 0x85])
def test_in_a_line_a_control_character_is_shown_too(control: int) -> None:
    assert plain_line(f"a{chr(control)}b") == f"a⟨U+{control:04X}⟩b"


@pytest.mark.parametrize("text", ["", "46701234567", "Höstrea", "مرحبا", "日本 é ½"])
def test_what_can_be_seen_stays(text: str) -> None:
    assert with_marks_shown(text) == plain_line(text) == text
