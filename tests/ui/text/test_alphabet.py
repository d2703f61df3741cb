"""Words stand in the order of the Swedish alphabet."""

import pytest

from kvitto.ui.text.alphabet import sort_key


@pytest.mark.parametrize(
    "words",
    [
        ["Zorn", "Åkerby", "Ängby", "Öja"],
        ["zebra", "ål", "ÄLG", "ö"],
        ["Eva", "Évita", "Ewa"],
        ["Ala\N{COMBINING RING ABOVE}", "Al\N{LATIN SMALL LETTER A WITH RING ABOVE}s"],
        ["a", "B", "c"],
    ],
)
def test_words_are_in_the_order_of_the_alphabet(words: list[str]) -> None:
    keys = [sort_key(word) for word in words]
    assert keys == sorted(set(keys))


def test_case_makes_no_difference() -> None:
    assert sort_key("Ångström AB") == sort_key("ångström ab")
