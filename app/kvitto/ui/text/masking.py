"""Hide phone numbers in texts: for a shared screen."""

import re
from collections.abc import Callable
from typing import Final

from kvitto.ui.text.identifiers import masked

_GAP: Final = r"[ \0\u00a0()./+-]{0,3}"
_RUN: Final = re.compile(rf"[0-9](?:{_GAP}[0-9])*")
_DATE: Final = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?: \d\d)?")
_NOT_DIGIT: Final = re.compile(r"[^0-9]")
_TELLING: Final = 7
"""So many last digits give a number away, however its beginning is written."""


def mask_number(text: str, number: str | None) -> str:
    """Return `text` with a phone number hidden in it, however it is spaced or begun.

    The length stays the same.

    Args:
        text: any text.
        number: the number's digits; of an odd recipient, its text. None or "" hides nothing.
    """
    if not number:
        return text
    if _NOT_DIGIT.search(number):
        text = text.replace(number, masked(number))
    end = _NOT_DIGIT.sub("", number)[-_TELLING:]
    return _mask(text, lambda digits: end in digits) if end else text


def mask_all_numbers(text: str) -> str:
    """Return `text` with everything hidden that may be a phone number. The length stays the same.

    Dates in ISO form are left.
    """
    return _mask(text, lambda digits: len(digits) >= _TELLING)


def _mask(text: str, is_meant: Callable[[str], bool]) -> str:
    def hidden(match: re.Match[str]) -> str:
        run = match[0]
        digits = _NOT_DIGIT.sub("", run)
        if _DATE.fullmatch(run) or not is_meant(digits):
            return run
        shown = iter(masked(digits))
        return "".join(next(shown) if one.isdigit() else one for one in run)

    return _RUN.sub(hidden, text)
