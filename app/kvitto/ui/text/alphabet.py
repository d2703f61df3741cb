"""The order of words in a list: that of the Swedish alphabet, in which å, ä and ö come last."""

import unicodedata
from typing import Final

_LAST: Final = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})
"""What comes behind z, in that order."""


def sort_key(text: str) -> str:
    """Return what a text is sorted by: its letters as they stand in the alphabet, whatever case.

    Other marks on letters, as in é, make no difference.
    """
    if text.isascii():
        return text.casefold()
    placed = unicodedata.normalize("NFC", text).casefold().translate(_LAST)
    return "".join(
        letter
        for letter in unicodedata.normalize("NFD", placed)
        if not unicodedata.combining(letter)
    )
