"""Read the delivery reports of iP.1's SMS API v2.

The SMS service's documentation is careless with types, and its own sample gives "ISO-8601 string"
as a time, so the reader is lenient exactly where the protocol's page "Fields" says so and strict
everywhere else. Without a message id, a batch id and a code it is not a report; what is wrong with
any other field costs that field only. What is refused is kept in quarantine and can be read again,
so strictness loses nothing.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar, cast

import msgspec

from kvitto.core.ip1_fast_path import (
    MAX_ABS_CODE,
    MAX_ID_LENGTH,
    MAX_SEGMENTS,
    PRICE_LIMIT,
    instant_in,
    parse_fast,
)
from kvitto.core.money import NANO, nano_of
from kvitto.core.rejection import ReasonCode, RejectedBodyError
from kvitto.core.report import DeliveryReport

T = TypeVar("T")

__all__ = ("MAX_ABS_CODE", "MAX_ID_LENGTH", "MAX_SEGMENTS", "PRICE_LIMIT", "parse")

_BOM: Final = b"\xef\xbb\xbf"
_NUMBER: Final = re.compile(r"[+-]?\d{1,40}([.,]\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_NOT_FINITE: Final = Decimal("Infinity")
_BOOLEANS: Final = {"true": 1, "false": 0}

_JSON_KINDS: Final[dict[type, str]] = {
    dict: "object",
    list: "list",
    str: "text",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    type(None): "null",
}


def parse(body: bytes) -> DeliveryReport:
    """Read one request body as a delivery report.

    Args:
        body: the raw bytes: JSON in UTF-8, with or without a byte order mark.

    Raises:
        RejectedBodyError: it is not JSON, or JSON but not a report; says why.
    """
    return parse_fast(body) or parse_lenient(body)


def parse_lenient(body: bytes) -> DeliveryReport:
    """Read one request body with all the leniency there is; as `parse`, which is quicker."""
    payload = _decoded(body)
    if not isinstance(payload, dict):
        kind = _JSON_KINDS[type(payload)]
        raise RejectedBodyError(ReasonCode.JSON_NOT_AN_OBJECT, kind=kind)
    fields = cast("Mapping[str, object]", payload)
    _refuse_neighbours(fields)
    message_id, batch_id = _message_id(fields), _needed(fields, "batchId", _id)
    code = _needed(fields, "code", _code)
    optional = _Optional(fields)
    # Read in the order of `kvitto.core.marks.OPTIONAL_FIELDS`, so that what is left out is in it,
    # too.
    return DeliveryReport(
        message_id=message_id,
        batch_id=batch_id,
        code=code,
        recipient=optional.read("recipient", _recipient),
        final=optional.read("duration", _final) or False,
        created=optional.read("created", _created),
        segments=optional.read("segments", _segments),
        price_nano=optional.read("price", _price_nano),
        currency=optional.read("currency", _currency),
        reference=optional.read("reference", _free_text),
        left_out=tuple(optional.left_out),
    )


# --- JSON ---------------------------------------------------------------------------------------


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what any decimal holds
        return _NOT_FINITE


def _exact_whole(text: str) -> int | Decimal:
    # As long as an id may be: an id as a number stays one. Longer ones are out of every bound, and
    # Python does not turn them into an int and back.
    return int(text) if len(text) <= MAX_ID_LENGTH else _exact(text)


def _not_finite(_name: str) -> Decimal:
    # Some write NaN and Infinity where JSON has no word: a field that says so can't be read.
    return _NOT_FINITE


_FAST = msgspec.json.Decoder(float_hook=_exact)


def _decoded(body: bytes) -> object:
    """Decode JSON with exact decimals."""
    if body.startswith(_BOM):
        body = body[len(_BOM) :]
    try:
        try:
            return cast("object", _FAST.decode(body))
        except msgspec.DecodeError:
            # Numbers of any length and half emojis (a text cut inside a surrogate pair) are JSON
            # too, though the fast decoder knows neither.
            return cast(
                "object",
                json.loads(
                    body.decode("utf-8"),
                    parse_int=_exact_whole,
                    parse_float=_exact,
                    parse_constant=_not_finite,
                    # A line break inside a text is no JSON either, but leaves no doubt.
                    strict=False,
                ),
            )
    except UnicodeDecodeError:
        code = ReasonCode.BODY_NOT_UTF8
    except RecursionError:
        code = ReasonCode.JSON_TOO_DEEP
    except ValueError:
        code = ReasonCode.BODY_NOT_JSON if body.strip() else ReasonCode.BODY_EMPTY
    raise RejectedBodyError(code)


def _refuse_neighbours(fields: Mapping[str, object]) -> None:
    """Refuse the SMS service's other callbacks by name: they come here by a wrong setting."""
    if "code" not in fields and len(fields.keys() & {"body", "direction", "statuses"}) > 1:
        raise RejectedBodyError(ReasonCode.INCOMING_SMS)
    if "batchId" not in fields and fields.keys() & {"emailId", "recipientAddress"}:
        raise RejectedBodyError(ReasonCode.EMAIL_REPORT)


# --- Fields -------------------------------------------------------------------------------------


class _Optional:
    """Reads the fields that never cost a report: what can't be read counts as absent."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields
        self.left_out: list[str] = []

    def read(self, name: str, read: Callable[[object, str], T]) -> T | None:
        """Return what a field says; None where it is absent or can't be read."""
        value = self._fields.get(name)
        if _is_absent(value):
            return None
        try:
            return read(value, name)
        except RejectedBodyError:
            self.left_out.append(name)
            return None


def _is_absent(value: object) -> bool:
    return value is None or value == ""


def _text(value: object, name: str) -> str:
    """Return a text or a whole number as text, bounded."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        kind = _JSON_KINDS[type(value)]
        raise RejectedBodyError(ReasonCode.FIELD_NOT_TEXT, name=name, kind=kind)
    text = value if isinstance(value, str) else str(value)
    if len(text) > MAX_ID_LENGTH:
        raise RejectedBodyError(ReasonCode.FIELD_TOO_LONG, name=name, count=MAX_ID_LENGTH)
    return text


def _needed(fields: Mapping[str, object], name: str, read: Callable[[object, str], T]) -> T:
    """Return what a field says, without which it is not a report."""
    value = fields.get(name)
    if _is_absent(value):
        raise RejectedBodyError(ReasonCode.FIELD_MISSING, name=name)
    return read(value, name)


def _id(value: object, name: str) -> str:
    text = _text(value, name)
    if not text.strip():
        raise RejectedBodyError(ReasonCode.FIELD_MISSING, name=name)
    if _UNSTORABLE.search(text):
        raise RejectedBodyError(ReasonCode.FIELD_NOT_AN_ID, name=name)
    return text


def _message_id(fields: Mapping[str, object]) -> str:
    # The SMS service's newer English page calls it id; messageId goes first where both are given.
    if _is_absent(fields.get("messageId")) and not _is_absent(fields.get("id")):
        return _needed(fields, "id", _id)
    return _needed(fields, "messageId", _id)


def _free_text(value: object, name: str) -> str:
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", _text(value, name))


def _recipient(value: object, name: str) -> str | None:
    return _free_text(value, name).strip().removeprefix("+") or None


def _number(value: object, name: str) -> int | Decimal:
    """Return a JSON number, or a text that holds one, exact and finite."""
    if isinstance(value, str):
        text = value.strip()
        if not _NUMBER.fullmatch(text):
            raise RejectedBodyError(ReasonCode.FIELD_TEXT_NOT_NUMBER, name=name)
        value = Decimal(text.replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        kind = _JSON_KINDS[type(value)]
        raise RejectedBodyError(ReasonCode.FIELD_NOT_NUMBER, name=name, kind=kind)
    if isinstance(value, Decimal) and not value.is_finite():
        raise RejectedBodyError(ReasonCode.FIELD_NOT_FINITE, name=name)
    return value


def _whole(value: object, name: str, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`.

    The bounds are compared first, and only compared: nothing expands or overflows at a huge
    exponent.
    """
    number = _number(value, name)
    if not low <= number <= high:
        raise RejectedBodyError(ReasonCode.FIELD_OUT_OF_BOUNDS, name=name)
    whole = int(number)
    if whole != number:
        raise RejectedBodyError(ReasonCode.FIELD_NOT_WHOLE, name=name)
    return whole


def _code(value: object, name: str) -> int:
    return _whole(value, name, -MAX_ABS_CODE, MAX_ABS_CODE)


def _final(value: object, name: str) -> bool:
    """Return whether `duration` says that the status is final: 1 does (assumed)."""
    if isinstance(value, str):
        value = _BOOLEANS.get(value.strip().lower(), value)
    if isinstance(value, bool):
        return value
    return bool(_whole(value, name, 0, 1))


def _segments(value: object, name: str) -> int:
    return _whole(value, name, 0, MAX_SEGMENTS)


def _price_nano(value: object, name: str) -> int:
    price = Decimal(_number(value, name))
    if -PRICE_LIMIT < price < PRICE_LIMIT:
        nano = nano_of(price)
        if abs(nano) < PRICE_LIMIT * NANO:  # the last decimals may round up to the limit
            return nano
    raise RejectedBodyError(ReasonCode.FIELD_OUT_OF_BOUNDS, name=name)


def _currency(value: object, name: str) -> str:
    if isinstance(value, str):
        letters = value.strip()
        if re.fullmatch("[A-Za-z]{3}", letters):
            return letters.upper()
    raise RejectedBodyError(ReasonCode.FIELD_UNREADABLE, name=name)


def _created(value: object, name: str) -> datetime:
    """Return the time of a status change, whenever that is: see `kvitto.core.report.bounded`."""
    instant = instant_in(value) if isinstance(value, str) else None
    if instant is None:
        raise RejectedBodyError(ReasonCode.FIELD_UNREADABLE, name=name)
    return instant
