"""Amounts of money as they are typed in."""

from decimal import Decimal, InvalidOperation
from typing import Final

from PySide6.QtCore import QLocale

from kvitto.core.money import nano_of

_TOO_MUCH: Final = Decimal(10**15)
_OF_A_THOUSAND: Final = 3


def amount_typed(text: str) -> int | None:
    """Return an amount that somebody typed, in nano-units; None for what is none.

    With spaces between thousands, and a point or a comma before the decimals. Where both occur, the
    last one is the decimal mark. One that is not the locale's own and stands before three digits
    divides thousands, and so does one that occurs more than once.
    """
    plain = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    mark = max(plain.rfind("."), plain.rfind(","))
    if mark >= 0 and plain.count(plain[mark]) > 1:
        first, *thousands = plain.split(plain[mark])
        if any(len(one) != _OF_A_THOUSAND for one in thousands):
            return None
        plain = "".join((first, *thousands))
        mark = -1
    if mark >= 0:
        is_only_one = plain.count(".") + plain.count(",") == 1
        is_own = plain[mark] == QLocale().decimalPoint()
        if is_only_one and not is_own and len(plain) - mark - 1 == _OF_A_THOUSAND:
            plain = plain.replace(plain[mark], "")
            mark = -1
    if mark >= 0:
        head = plain[:mark].replace(".", "").replace(",", "")
        plain = f"{head}.{plain[mark + 1 :]}"
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return nano_of(amount) if amount.is_finite() and abs(amount) < _TOO_MUCH else None


def typed_amount(nano: int) -> str:
    """Return an amount as it would be typed in: without thousands' marks."""
    return f"{Decimal(nano).scaleb(-9):.2f}".replace(".", QLocale().decimalPoint())
