"""Read the delivery reports of iP.1's SMS API v2.

The sender's documentation is careless with types, and its own sample gives "ISO-8601 string" as a
time, so the reader is lenient exactly where the protocol's page "Fields" says so and strict
everywhere else. What it refuses is kept in quarantine and can be read again, so strictness loses
nothing.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn, cast

import msgspec

from app.core.money import NANO, nano_of
from app.core.refusal import RefusalKind, RefusedBodyError
from app.core.report import DeliveryReport
from app.core.usual import (
    MAX_ABS_CODE,
    MAX_ID_LENGTH,
    MAX_SEGMENTS,
    PRICE_LIMIT,
    instant_in,
    parse_usual,
)

__all__ = ("MAX_ABS_CODE", "MAX_ID_LENGTH", "MAX_SEGMENTS", "PRICE_LIMIT", "parse")

_BOM: Final = b"\xef\xbb\xbf"
_NUMBER: Final = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_NOT_FINITE: Final = Decimal("Infinity")
_BOOLEANS: Final = {"true": 1, "false": 0}

_KINDS_OF_JSON: Final[dict[type, str]] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    Decimal: "a number",
    type(None): "null",
}


def parse(body: bytes) -> DeliveryReport:
    """Read one request body as a delivery report.

    Args:
        body: the raw bytes: JSON in UTF-8, with or without a byte order mark.

    Raises:
        RefusedBodyError: it is not JSON, or JSON but not a report; says why.
    """
    return parse_usual(body) or parse_unusual(body)


def parse_unusual(body: bytes) -> DeliveryReport:
    """Read one request body with all the leniency there is; as `parse`, which is quicker."""
    payload = _decoded(body)
    if not isinstance(payload, dict):
        kind = _KINDS_OF_JSON[type(payload)]
        _refuse(f"The JSON is {kind}, not an object with the report's fields.")
    fields = cast("Mapping[str, object]", payload)
    _refuse_neighbours(fields)
    currency = _currency(fields.get("currency"))
    return DeliveryReport(
        message_id=_message_id(fields),
        batch_id=_needed_id(fields, "batchId"),
        code=_code(fields.get("code")),
        final=_final(fields.get("duration")),
        created=_created(fields.get("created")),
        recipient=_recipient(fields.get("recipient")),
        segments=_segments(fields.get("segments")),
        price_nano=_price_nano(fields.get("price")),
        currency=currency,
        reference=_reference(fields.get("reference")),
    )


def _refuse(reason: str) -> NoReturn:
    raise RefusedBodyError(RefusalKind.NOT_A_REPORT, reason)


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


def _refuse_constant(name: str) -> NoReturn:
    msg = f"{name} is not JSON."
    raise ValueError(msg)


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
                    parse_constant=_refuse_constant,
                ),
            )
    except UnicodeDecodeError:
        reason = "The body is not text in UTF-8."
    except RecursionError:
        reason = "The JSON is nested too deeply to be a report."
    except ValueError:
        reason = "The body is not JSON." if body.strip() else "The body is empty."
    raise RefusedBodyError(RefusalKind.NOT_JSON, reason)


def _refuse_neighbours(fields: Mapping[str, object]) -> None:
    """Refuse the sender's other callbacks by name: they come here by a wrong setting."""
    if "code" not in fields and len(fields.keys() & {"body", "direction", "statuses"}) > 1:
        raise RefusedBodyError(
            RefusalKind.INCOMING_SMS,
            "This is an incoming SMS, not a delivery report: "
            "the URL for incoming messages points here by mistake.",
        )
    if "batchId" not in fields and fields.keys() & {"emailId", "recipientAddress"}:
        raise RefusedBodyError(
            RefusalKind.EMAIL_REPORT,
            "This is a report about an e-mail, not about an SMS.",
        )


# --- Fields -------------------------------------------------------------------------------------


def _is_absent(value: object) -> bool:
    return value is None or value == ""


def _text(value: object, name: str) -> str:
    """Return a text or a whole number as text, bounded."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        _refuse(f"The field {name} is {_KINDS_OF_JSON[type(value)]}, not a text.")
    text = value if isinstance(value, str) else str(value)
    if len(text) > MAX_ID_LENGTH:
        _refuse(f"The field {name} is longer than {MAX_ID_LENGTH} characters.")
    return text


def _needed_id(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if _is_absent(value):
        _refuse(f"The field {name} is missing.")
    text = _text(value, name)
    if _UNSTORABLE.search(text):
        _refuse(f"The field {name} holds characters that no id has.")
    return text


def _message_id(fields: Mapping[str, object]) -> str:
    # The sender's newer English page calls it id; messageId goes first where both are given.
    if _is_absent(fields.get("messageId")) and not _is_absent(fields.get("id")):
        return _needed_id(fields, "id")
    return _needed_id(fields, "messageId")


def _free_text(value: object, name: str) -> str | None:
    if _is_absent(value):
        return None
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", _text(value, name))


def _recipient(value: object) -> str | None:
    text = _free_text(value, "recipient")
    return None if text is None else text.strip().removeprefix("+") or None


def _reference(value: object) -> str | None:
    return _free_text(value, "reference")


def _number(value: object, name: str) -> int | Decimal:
    """Return a JSON number, or a text that holds one, exact and finite."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value.strip()):
            _refuse(f"The field {name} is a text that is not a number.")
        value = Decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        _refuse(f"The field {name} is {_KINDS_OF_JSON[type(value)]}, not a number.")
    if isinstance(value, Decimal) and not value.is_finite():
        _refuse(f"The field {name} is not a finite number.")
    return value


def _whole(value: object, name: str, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`.

    The bounds are compared first, and only compared: nothing expands or overflows at a huge
    exponent.
    """
    number = _number(value, name)
    if not low <= number <= high:
        _refuse(f"The field {name} is out of bounds.")
    whole = int(number)
    if whole != number:
        _refuse(f"The field {name} is not a whole number.")
    return whole


def _code(value: object) -> int:
    if _is_absent(value):
        _refuse("The field code is missing.")
    return _whole(value, "code", -MAX_ABS_CODE, MAX_ABS_CODE)


def _final(value: object) -> bool:
    """Return whether `duration` says that the status is final: 1 does (assumed)."""
    if _is_absent(value):
        return False
    if isinstance(value, str):
        value = _BOOLEANS.get(value.strip().lower(), value)
    if isinstance(value, bool):
        return value
    return bool(_whole(value, "duration", 0, 1))


def _segments(value: object) -> int | None:
    if _is_absent(value):
        return None
    return _whole(value, "segments", 0, MAX_SEGMENTS)


def _price_nano(value: object) -> int | None:
    if _is_absent(value):
        return None
    price = Decimal(_number(value, "price"))
    if -PRICE_LIMIT < price < PRICE_LIMIT:
        nano = nano_of(price)
        if abs(nano) < PRICE_LIMIT * NANO:  # the last decimals may round up to the limit
            return nano
    _refuse("The field price is out of bounds.")


def _currency(value: object) -> str | None:
    if _is_absent(value):
        return None
    if not (isinstance(value, str) and re.fullmatch("[A-Za-z]{3}", value)):
        _refuse("The field currency is not three letters.")
    return value.upper()


def _created(value: object) -> datetime | None:
    """Return the time of a status change, or None where it can't be read: never a refusal."""
    return instant_in(value) if isinstance(value, str) else None
