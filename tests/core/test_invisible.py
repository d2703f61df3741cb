"""Marks that can't be seen are shown as what they are."""

import pytest

from kvitto.core.invisible import plain_line, plain_number, plain_text, with_marks_shown

MARKS = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x180E, 0x200B, 0x200D, 0x200E, 0x200F, 0x2028, 0x202A),
    *(0x202E, 0x2066, 0x2069, 0x2800, 0x3164, 0xE000, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0x1D173),
    *(0xE0041, 0xE0100),
]


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_is_shown_as_its_number(mark: int) -> None:
    shown = f"46⟨U+{mark:04X}⟩70"
    assert with_marks_shown(f"46{chr(mark)}70") == shown
    assert plain_line(f"46{chr(mark)}70") == plain_text(f"46{chr(mark)}70") == shown


def test_what_is_passed_over_at_once_is_as_when_each_character_is_looked_at() -> None:
    for code in range(0x3000):
        one = chr(code)
        # The noncharacter makes that the whole text is looked at.
        for shown in (with_marks_shown, plain_line, plain_text):
            assert shown(one) == shown(f"{one}\uffff").removesuffix("\uffff")


@pytest.mark.parametrize("control", [0, 0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0xD800, 0xDFFF])
def test_in_a_line_a_control_character_is_shown_too(control: int) -> None:
    assert plain_line(f"a{chr(control)}b") == f"a⟨U+{control:04X}⟩b"


def test_in_a_text_line_ends_and_tabs_stay() -> None:
    assert plain_text("a\n\tb\x1b\r\n") == "a\n\tb⟨U+001B⟩⟨U+000D⟩\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "46701234567",
        "Höstrea",
        "Ho\u0308st",
        "مَرْحَبًا",
        "日本 é ½",
        "❤️",
        "👩‍👧",
        "1️⃣",
        "👍🏽",
        "Tiếng Việt",
    ],
)
def test_what_can_be_seen_stays(text: str) -> None:
    assert with_marks_shown(text) == plain_line(text) == plain_text(text) == text


def test_a_thousand_marks_on_one_letter_do_not_reach_into_other_rows() -> None:
    shown = plain_line("a" + "\u0301" * 1000 + "b")
    assert shown.startswith("a" + "\u0301" * 3 + "⟨U+0301⟩")
    assert shown.count("\u0301") == 3


@pytest.mark.parametrize("text", ["467\u05d001", "٤٦٧", "\uff14670", "46\u202e7", "4670\n"])
def test_in_a_number_all_that_is_no_number_is_shown(text: str) -> None:
    shown = plain_number(text)
    assert shown.isprintable()
    assert all(one.isascii() or one in "⟨⟩" for one in shown)
