"""How ids and phone numbers are written: grouped, masked, elided."""

from typing import Final

from PySide6.QtCore import QCoreApplication

from kvitto.core.calling_codes import calling_code_of
from kvitto.core.erased import is_token
from kvitto.core.invisible import HIDDEN_DIGIT, plain_line, plain_number
from kvitto.core.phone_number import LEAST_DIGITS

_SHOWN_WHEN_MASKED: Final = 2
_SHORTEST_PARTLY_MASKED: Final = 5


def phone_number(digits: str | None, *, is_masked: bool = False) -> str:
    """Return an MSISDN for reading, in groups: `+46 70 123 45 67`; masked but for its end.

    Of a person who was erased there is a word.

    Swedish mobile numbers are grouped as Swedes write them, all others behind their calling code.
    """
    if not digits:
        return "–"
    if is_token(digits):
        return erased_word()
    if is_masked:
        return plain_number(masked(digits))
    if not (digits.isascii() and digits.isdigit()):
        return plain_number(digits)
    swedish_mobile = 11
    if digits.startswith("467") and len(digits) == swedish_mobile:
        parts = [digits[:2], digits[2:4], digits[4:7], digits[7:9], digits[9:]]
    else:
        code = len(calling_code_of(digits)) if len(digits) >= LEAST_DIGITS else 0
        parts = [digits[:code]] if code else []
        rest = digits[code:]
        # A group of one digit is never left: four are two groups of two.
        while rest:
            group = 2 if len(rest) in (2, 4) else 3
            parts.append(rest[:group])
            rest = rest[group:]
    return "+" + "\N{NO-BREAK SPACE}".join(parts)


def erased_word() -> str:
    """Return what stands in the place of a number or a reference of a person who was erased."""
    return QCoreApplication.translate("Identifiers", "erased")


def reference_line(reference: str | None) -> str:
    """Return the client's own id of a message on one line; "" for none."""
    return erased_word() if is_token(reference) else plain_line(reference or "")


def masked(digits: str) -> str:
    """Return a number with bullets for all but its last two characters; of a short one, for all."""
    shown = _SHOWN_WHEN_MASKED if len(digits) > _SHORTEST_PARTLY_MASKED else 0
    return HIDDEN_DIGIT * (len(digits) - shown) + digits[len(digits) - shown :]


def batch_name(label: str | None, batch_id: str, length: int = 0) -> str:
    """Return what a batch is called: its label, or the SMS service's id of it.

    Args:
        label: what the user calls it, if anything.
        batch_id: the SMS service's id.
        length: how long an id may be; 0 for no bound.
    """
    if label:
        return plain_line(label)
    return short_id(batch_id, length) if length else plain_line(batch_id)


def short_id(identifier: str, length: int = 13) -> str:
    """Return an id elided in its middle; the whole belongs in the tooltip and on the clipboard."""
    identifier = plain_line(identifier)
    if len(identifier) <= length:
        return identifier
    head = (length - 1) // 2
    tail = length - 1 - head
    return f"{identifier[:head]}…{identifier[-tail:]}"
