"""What a search found is marked where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.ui.batches.paint_pieces import found_in


@pytest.mark.parametrize(
    ("text", "sought", "found"),
    [
        ("Höstrea 2026", ["HÖST"], ["Höst"]),
        ("order order", ["order"], ["order", "order"]),
        ("+46 70 123 45 67", ["070-123", "70123"], ["70 123"]),
        ("+46 70 123 45 67", ["4567"], ["45 67"]),
        ("Straße", ["strasse"], []),
        ("Höstrea", [""], []),
        ("Höstrea", [], []),
        ("", ["a"], []),
    ],
)
def test_what_was_found_is_marked(text: str, sought: list[str], found: list[str]) -> None:
    spaced = text.replace(" ", "\N{NO-BREAK SPACE}") if text.startswith("+") else text
    marked = [spaced[begin:end] for begin, end in found_in(spaced, sought)]
    assert [one.replace("\N{NO-BREAK SPACE}", " ") for one in marked] == found


@given(st.text(max_size=20), st.lists(st.text(max_size=4), max_size=3))
def test_marks_lie_within_the_text(text: str, sought: list[str]) -> None:
    for begin, end in found_in(text, sought):
        assert 0 <= begin < end <= len(text)
