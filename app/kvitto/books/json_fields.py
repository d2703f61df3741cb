"""Read the fields of a JSON object one by one: what can't be read counts as absent."""

import logging
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

import msgspec

from kvitto.core.money import nano_of

log = logging.getLogger(__name__)
T = TypeVar("T")

LONGEST_TEXT: Final = 256
CURRENCIES: Final = {"euro": "EUR"}
"""As the documentation of the account has it; the rest are codes of three letters."""
BROKEN_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError)
"""What the decoder raises."""
_LARGEST: Final = 10**12
SAFE_NAME: Final = re.compile(r"[A-Za-z_]{1,40}")
_MOST_NAMES: Final = 50


class ShapeError(Exception):
    """An answer is not what it should be; says why, without any of its values."""


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what any decimal holds
        return Decimal("Infinity")


_ESCAPES: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a whole emoji
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"  # half of one
    rb"|\\."
)
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_VALUE: Final = msgspec.json.Decoder(float_hook=_exact)


def decoded(decoder: msgspec.json.Decoder[T], raw: bytes) -> T:
    """Return what JSON says. Half an emoji, as of a text that was cut, is a zero character.

    Raises:
        msgspec.DecodeError: it can't be read; see also `BROKEN_JSON`.
    """
    try:
        return decoder.decode(raw)
    except msgspec.DecodeError:
        mended = _ESCAPES.sub(lambda found: rb"\u0000" if found[1] else found[0], raw)
        if mended == raw:
            raise
        return decoder.decode(mended)


def object_in(raw: bytes) -> dict[str, msgspec.Raw]:
    """Return the fields of an object.

    Raises:
        ShapeError: it is none.
    """
    try:
        return decoded(_OBJECT, raw)
    except BROKEN_JSON:
        raise ShapeError("It is not a JSON object.") from None


def nested_of(fields: dict[str, msgspec.Raw], name: str) -> dict[str, msgspec.Raw]:
    """Return the fields of an object in a field; none where there is no object."""
    try:
        return object_in(bytes(fields[name])) if name in fields else {}
    except ShapeError:
        return {}


def raw_of(fields: dict[str, msgspec.Raw], *names: str) -> bytes:
    """Return what some fields say, as it is; b"" where none is there."""
    return b",".join(bytes(fields[name]) for name in names if name in fields)


def value_of(fields: dict[str, msgspec.Raw], name: str) -> Any:
    """Return what a field says, numbers exact; None where it is absent or can't be read."""
    if name not in fields:
        return None
    try:
        return _VALUE.decode(fields[name])
    except BROKEN_JSON:
        return None


def text_of(fields: dict[str, msgspec.Raw], name: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text, or a whole number as one; "" where there is none that is short enough."""
    value = value_of(fields, name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and len(value) <= longest else ""


def whole_of(fields: dict[str, msgspec.Raw], name: str) -> int | None:
    """Return a number of 0 or more, be it written as a text; None where there is none."""
    text = text_of(fields, name).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def summary_in(fields: dict[str, msgspec.Raw]) -> tuple[int | None, int | None]:
    """Return how many messages and parts a batch's summary counts; None where it can't be read."""
    if "messageSummary" not in fields:
        return None, None
    try:
        by_code = [
            object_in(bytes(one)) for one in object_in(bytes(fields["messageSummary"])).values()
        ]
        messages = [whole_of(one, "messages") for one in by_code]
        segments = [whole_of(one, "sms") for one in by_code]
    except ShapeError:
        return None, None
    return _total(messages), _total(segments)


def _total(numbers: list[int | None]) -> int | None:
    known = [one for one in numbers if one is not None]
    return sum(known) if len(known) == len(numbers) else None


def amount_nano_of(fields: dict[str, msgspec.Raw], name: str) -> int | None:
    """Return an amount of money in nano-units, exact; None where there is none."""
    value = value_of(fields, name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        amount = Decimal(value.strip().replace(",", ".") if isinstance(value, str) else value)
        return nano_of(amount) if abs(amount) < _LARGEST else None
    except ArithmeticError:
        return None


def currency_in(text: str) -> str:
    """Return a currency as three upper-case letters; "" where it is none."""
    plain = text.strip()
    found = CURRENCIES.get(plain.lower(), plain.upper())
    return found if re.fullmatch("[A-Z]{3}", found) else ""


def kind_of(raw: bytes) -> str:
    """Return what kind of JSON it is, in words."""
    first = raw.strip()[:1]
    kinds = {b"{": "object", b"[": "list", b'"': "text", b"t": "true or false"}
    kinds |= {b"f": "true or false", b"n": "null"}
    return kinds.get(first, "number")


class ShapeLog:
    """Logs the names and kinds of fields that nobody has told of: once each, never a value."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str, str]] = set()

    def note(self, what: str, fields: dict[str, msgspec.Raw], known: frozenset[str]) -> None:
        """Log what is not `known` of the fields of a `what`."""
        for name in fields.keys() - known:
            # A name with digits in it may be somebody's number.
            shown = name if SAFE_NAME.fullmatch(name) else "…"
            one = (what, shown, kind_of(bytes(fields[name])))
            if one not in self._told and len(self._told) < _MOST_NAMES:
                self._told.add(one)
                log.info("The SMS service's %s has a new field: %s, %s", *one)
