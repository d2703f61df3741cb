"""Country calling codes at the beginning of phone numbers. Source: ITU-T E.164, annex.

No calling code is the beginning of another, so that digits alone tell where it ends.
"""

from typing import Final

_ONE_DIGIT: Final = frozenset("17")
_PAIRS: Final = (
    "2027303132333436394041434445464748495152535455565758606162636465668182848690919293949598"
)
_TWO_DIGITS: Final = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))

LONGEST: Final = 3
"""The most digits that a calling code has."""


def calling_code_of(digits: str | None) -> str:
    """Return the calling code of an MSISDN without its plus sign; "" for what is none.

    The first `LONGEST` digits are enough.

    >>> calling_code_of("46701234567")
    '46'
    """
    if not digits or not digits.isascii() or not digits.isdigit() or digits[0] == "0":
        return ""
    if digits[0] in _ONE_DIGIT:
        return digits[0]
    if digits[:2] in _TWO_DIGITS:
        return digits[:2]
    return digits[:LONGEST] if len(digits) >= LONGEST else ""
