from random import Random

import pytest

from kvitto.simulator.sms_text import REFERENCES, TEMPLATES, filled, segments_of


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ÅÄÖåäöéÉ¤§" * 16, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # 153 is odd: a character of two does not fit the last place of a part.
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("ç" + "a" * 69, 1),
        ("ç" + "a" * 70, 2),
        ("ç" + "a" * 133, 2),
        ("ç" + "a" * 134, 3),
        ("🎉" * 35, 1),
        ("🎉" * 36, 2),
        # 67 is odd too.
        ("🎉" * 66, 2),
        ("🎉" * 67, 3),
    ],
)
def test_the_parts_of_a_text(text: str, segments: int) -> None:
    assert segments_of(text) == segments


def test_the_texts_are_of_all_kinds() -> None:
    parts = {segments_of(filled(template, Random(1))) for template in TEMPLATES}
    assert {1, 2, 3} <= parts


def test_some_references_have_swedish_letters_and_some_emojis() -> None:
    told = "".join(REFERENCES)
    assert {"ä", "å", "ö"} <= set(told)
    assert any(ord(character) > 0xFFFF for character in told)


def test_every_template_can_be_filled() -> None:
    for template in (*TEMPLATES, *(one.format(week=53) for one in REFERENCES)):
        assert "{" not in filled(template, Random(2))
