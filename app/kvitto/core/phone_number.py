"""One phone number in all the forms in which it may be written. Pure."""

import re
import unicodedata
from typing import Final

import msgspec

from kvitto.core.calling_codes import calling_code_of
from kvitto.core.invisible import without_marks

LEAST_DIGITS: Final = 6
"""A shorter number is none that people have."""
MOST_DIGITS: Final = 15
"""No number has more digits, calling code included. Source: ITU-T E.164."""
_ZERO_IS_OF_THE_NUMBER: Final = frozenset(("39", "225", "229", "241", "242", "378", "379"))
"""The calling codes of countries whose numbers may begin with a zero."""
_BETWEEN: Final = r"[\s()./\\\u2010-\u2015\u2212-]"
_SEPARATORS: Final = re.compile(_BETWEEN)
_WRITTEN: Final = re.compile(rf"\+?(?:{_BETWEEN}*\d)+{_BETWEEN}*")


class PhoneNumber(msgspec.Struct, frozen=True):
    """A number without all that differs between the forms in which it is written.

    Attributes:
        calling_code: the country's; "" where the number was written without.
        national: the digits behind it, without the zero that is dialled within a country.
    """

    calling_code: str
    national: str

    @property
    def digits(self) -> str:
        """The MSISDN digits; of a number without calling code, those that are known."""
        return self.calling_code + self.national

    def is_same(self, other: "PhoneNumber") -> bool:
        """Tell whether both can be the same number: one without calling code can be any country's.

        >>> PhoneNumber("", "701234567").is_same(PhoneNumber("46", "701234567"))
        True
        """
        if self.national != other.national:
            return False
        return (
            not self.calling_code
            or not other.calling_code
            or self.calling_code == other.calling_code
        )


def phone_number(text: str | None) -> PhoneNumber | None:
    """Return the number that a text is; None where it is none, or more than one.

    Understands `+46…`, `0046…`, `46…`, `070…`, a zero behind the calling code, separators, digits
    of other scripts, and characters that can't be seen.

    >>> phone_number("+46 (0)70-123 45 67")
    PhoneNumber(calling_code='46', national='701234567')
    >>> phone_number("070-123 45 67")
    PhoneNumber(calling_code='', national='701234567')
    """
    seen = _plain(text or "")
    if not _WRITTEN.fullmatch(seen):
        return None
    digits = _SEPARATORS.sub("", seen).removeprefix("+")
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0") and "+" not in seen:
        return _made("", digits[1:])
    code = calling_code_of(digits)
    national = digits[len(code) :]
    return _made(code, national[1:] if has_needless_zero(digits) else national)


def has_needless_zero(digits: str | None) -> bool:
    """Tell whether MSISDN digits have the zero that is dialled within a country: they reach nobody.

    >>> has_needless_zero("460701234567")
    True
    """
    code = calling_code_of(digits)
    return bool(
        digits
        and code
        and code not in _ZERO_IS_OF_THE_NUMBER
        and digits[len(code) :].startswith("0")
    )


def mentions_of(number: PhoneNumber) -> "re.Pattern[str]":
    """Return what finds a number in a text, in any of its forms; what surrounds it is left."""
    gap = rf"(?:{_BETWEEN}|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])*"
    national = gap.join(number.national)
    code = gap.join(number.calling_code)
    # The whole number is found in a longer one, too: nothing may be left that holds its digits.
    forms = [rf"0{gap}{national}", rf"(?<!\d){national}(?!\d)"]
    if code:
        forms.insert(0, rf"(?:\+{gap})?(?:0{gap}0{gap})?{code}{gap}(?:0{gap})?{national}")
    return re.compile("|".join(forms))


def _made(calling_code: str, national: str) -> PhoneNumber | None:
    if not len(national) >= LEAST_DIGITS or len(calling_code + national) > MOST_DIGITS:
        return None
    return PhoneNumber(calling_code, national)


def _plain(text: str) -> str:
    """Return a text without what can't be seen, and with ASCII digits."""
    if text.isascii():
        return text.strip()
    written = (
        str(unicodedata.digit(one)) if one.isdecimal() else one
        for one in unicodedata.normalize("NFKC", without_marks(text))
    )
    return "".join(written).strip()
