"""What is kept of a report's body: all of it, unless it holds far more than the report's fields.

Whoever has the key could otherwise fill the disk with fields that nobody asks for. What is kept is
JSON that reads as the same report, so that the report can be understood from its body alone.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from kvitto.core.ip1_fast_path import MAX_ID_LENGTH
from kvitto.core.ip1_parser import parse
from kvitto.core.marks import OPTIONAL_FIELDS
from kvitto.core.money import amount_of
from kvitto.core.rejection import RejectedBodyError
from kvitto.core.report import DeliveryReport

MOST_BESIDES_BYTES: Final = 4 * 1024
"""What a body may hold besides the report's fields."""
_FIELDS: Final = frozenset({"messageId", "id", "batchId", "code", *OPTIONAL_FIELDS})
_LONGEST_FIELD: Final = 12 * MAX_ID_LENGTH + 2
"""Bytes of the longest text that is read, each character written as two escapes."""
_LONGEST_NAME: Final = 64
_LONGEST_BEGINNING: Final = 1024
_LEAST_OF_CUT: Final = 64
"""Bytes that a field takes of which nothing is kept but its name, about."""
_BOM: Final = b"\xef\xbb\xbf"
_DECODER: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encode: Final = msgspec.json.encode


def kept_body(body: bytes, report: DeliveryReport) -> bytes:
    """Return what is kept of a body: itself, or its fields and the beginnings of what is besides.

    A value that is cut becomes an object with its beginning, `cut`, and its size, `bytes`: no field
    of a report is one. What has no room is left out. What is kept once is kept as it is again.

    Args:
        body: the body, as it came but for its content coding.
        report: what it says.
    """
    if len(body) <= MOST_BESIDES_BYTES:
        return body
    try:
        fields = _DECODER.decode(body.removeprefix(_BOM))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _written_anew(body, report)
    read = sum(
        len(bytes(value))
        for name, value in fields.items()
        if name in _FIELDS and len(bytes(value)) <= _LONGEST_FIELD
    )
    if len(body) - read <= MOST_BESIDES_BYTES:
        return body
    kept = _shortened({name: bytes(value) for name, value in fields.items()})
    return kept if _says(kept, report) else _written_anew(body, report)


def _shortened(fields: Mapping[str, bytes]) -> bytes:
    """Return an object of the fields that are read, and as much of the others as there is room."""
    room = MOST_BESIDES_BYTES - 2 - _LEAST_OF_CUT * len(_FIELDS)
    members: list[bytes] = []
    for name, value in fields.items():
        is_field = name in _FIELDS
        if is_field and len(value) <= _LONGEST_FIELD:
            members.append(_member(name, value))
            continue
        shown = name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
        member = _member(shown, value)
        if shown != name or len(member) > room:
            # Each byte may have to be escaped.
            length = min((room - len(shown) - _LEAST_OF_CUT) // 2, _LONGEST_BEGINNING)
            member = _member(shown, _cut(value, max(0, length)))
        if len(member) <= room:
            room -= len(member)
            members.append(member)
        elif is_field:
            members.append(_member(name, _cut(value, 0)))
    return b"{" + b",".join(members) + b"}"


def body_of(report: DeliveryReport) -> bytes:
    """Return a report as JSON of ours, which reads as it."""
    return b"{" + b",".join(_members(report)) + b"}"


def _written_anew(body: bytes, report: DeliveryReport) -> bytes:
    """Return the report as JSON of ours, and the beginning of the body."""
    members = [*_members(report), _member("body", _cut(body, _LONGEST_BEGINNING))]
    return b"{" + b",".join(members) + b"}"


def _members(report: DeliveryReport) -> list[bytes]:
    values: dict[str, object] = {
        "messageId": report.message_id,
        "batchId": report.batch_id,
        "code": report.code,
        # A plus at the beginning is not part of it.
        "recipient": None if report.recipient is None else f"+{report.recipient}",
        "duration": 1 if report.final else None,
        "created": None if report.created is None else report.created.isoformat(),
        "segments": report.segments,
        "price": None
        if report.price_nano is None
        else msgspec.Raw(f"{amount_of(report.price_nano):f}".encode()),
        "currency": report.currency,
        "reference": report.reference,
    }
    members = [_member(name, _encode(one)) for name, one in values.items() if one is not None]
    # Left out again, by whoever reads it.
    members += [_member(name, b"{}") for name in report.left_out if values[name] is None]
    return members


def _member(name: str, value: bytes) -> bytes:
    return _encode(name) + b":" + value


def _cut(value: bytes, length: int) -> bytes:
    return _encode({"cut": value[:length].decode("utf-8", "replace"), "bytes": len(value)})


def _says(body: bytes, report: DeliveryReport) -> bool:
    """Tell whether a body reads as a report, with the same fields left out."""
    try:
        read = parse(body)
    except RejectedBodyError:
        return False
    return read == report and read.left_out == report.left_out
