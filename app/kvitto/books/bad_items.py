"""What is kept of an item of a page that can't be read: enough to see why, no text to a patient.

Of the fields that are known, their values; of all others, what kind of value they have. A message's
text, sender and owner are in none of them.
"""

from hashlib import blake2b
from typing import Any, Final

import msgspec

from kvitto.books.json_fields import (
    LONGEST_TEXT,
    SAFE_NAME,
    ShapeError,
    kind_of,
    object_in,
    text_of,
    value_of,
)
from kvitto.core.rejection import ReasonCode, ReasonValues, RejectionReason

_NAMES: Final = """
    id messageId batchId recipient direction segments type datacoding priority price currency
    statuses code duration created modified reference mcc mnc
"""
_DROPPED: Final = frozenset(["body", "sender", "owner"])
_OF_PERSON: Final = frozenset(["recipient", "reference"])
_KEPT: Final = frozenset(_NAMES.split())
_MOST_PARTS: Final = 20
_KEPT_BYTES: Final = 4 * 1024
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", order="deterministic")


class BadItemError(ShapeError):
    """An item can't be read.

    Attributes:
        reason: why; holds no values of the item.
    """

    def __init__(self, reason: RejectionReason) -> None:
        self.reason = reason
        super().__init__(reason.english)


class BadItem(msgspec.Struct, frozen=True):
    """An item of a page that can't be read.

    Attributes:
        key: tells it from others of the page.
        reason: why, without any of its values.
        kept: what may be kept of it, as JSON: not its text, sender or owner.
    """

    key: str
    reason: RejectionReason
    kept: bytes


def bad_field(code: ReasonCode, name: str = "") -> BadItemError:
    """Return that an item can't be read for what one of its fields is, or for what it is itself."""
    return BadItemError(RejectionReason(code.value, ReasonValues(name=name)))


def bad_item(raw: bytes, error: ShapeError) -> BadItem:
    """Return what is kept of an item, and why it can't be read."""
    digest = blake2b(raw, digest_size=8).hexdigest()
    try:
        fields = object_in(raw)
    except ShapeError:
        kept = _ENCODER.encode({"kind": kind_of(raw), "bytes": len(raw)})
        return BadItem(f"bad {digest}", _no_object(raw), kept)
    reason = error.reason if isinstance(error, BadItemError) else _no_object(raw)
    an_id = text_of(fields, "id") or text_of(fields, "messageId")
    return BadItem(an_id or f"bad {digest}", reason, _kept(fields))


def _no_object(raw: bytes) -> RejectionReason:
    kind = kind_of(raw)
    if kind == "object":
        return RejectionReason(ReasonCode.BODY_NOT_JSON.value)
    kind = "boolean" if kind == "true or false" else kind
    return RejectionReason(ReasonCode.JSON_NOT_AN_OBJECT.value, ReasonValues(kind=kind))


def _kept(fields: dict[str, msgspec.Raw]) -> bytes:
    """Return what may be kept of an item's fields.

    Values are written anew: a number that is written with escapes would not be found by whoever
    erases it. Without an id it would come back after that, unrecognised, so it is not kept.
    """
    has_id = bool(text_of(fields, "messageId") or text_of(fields, "id"))
    told: dict[str, Any] = {}
    for name, raw in list(fields.items())[: 2 * _MOST_PARTS]:
        if name in _DROPPED or (name in _OF_PERSON and not has_id):
            continue
        told |= _part(name, value_of(fields, name), kind_of(bytes(raw)))
    kept = _ENCODER.encode(told)
    if len(kept) > _KEPT_BYTES:
        short = {
            name: f"({kind_of(bytes(fields[name]))})" if isinstance(value, dict | list) else value
            for name, value in told.items()
        }
        kept = _ENCODER.encode(short)
    return kept[:_KEPT_BYTES]


def _part(name: str, value: Any, kind: str) -> dict[str, Any]:
    """Return a field with what may be kept of its value."""
    if name in _KEPT:
        return {name: _shown(value)}
    # A name with digits in it may be somebody's number.
    return {name if SAFE_NAME.fullmatch(name) else "…": f"({kind})"}


def _shown(value: Any) -> Any:
    match value:
        case dict():
            parts: dict[str, Any] = {}
            for name, one in list(value.items())[:_MOST_PARTS]:
                parts |= _part(name, one, kind_of(msgspec.json.encode(one)))
            return parts
        case list():
            return [_shown(one) for one in value[:_MOST_PARTS]]
        case str():
            return value[:LONGEST_TEXT]
        case _:
            return value
