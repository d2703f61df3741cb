"""How the body of a report is kept: as what it says besides the columns of its row.

A body says what the columns say, so it is kept as its difference from a text that is made of them:
of one that is written as the SMS service's documentation has it, some thirty bytes are left, most
of which are the two ids. With these a report can be read of its row alone, whatever else is lost.
No other module knows of that.

What is kept of a body begins with one of these bytes, or else is the body, which doesn't, and as
earlier versions have kept all:

* 0: the body follows. (But where it begins as JSON in UTF-16 or UTF-32 whose first byte is a zero,
  an earlier version has kept it as it was.)
* 1, 2: the CRC-32 of the body, big end first; the ids of its message and its batch; and what stands
  in it between the two halves of the text: dense, or with a space after each comma and colon.
* 3, 4: the CRC-32, the ids, and the body as raw deflate (RFC 1951), whose preset dictionary is that
  text.

An id is its length in bytes and UTF-8; or, with 128 added to the length, the bytes of which it is
the hexadecimal digits. One that is longer than 127 bytes is left out, of the text, too.

What was kept must be read for good: a text that was ever used is never changed, only added to.
"""

import re
import zlib
from functools import lru_cache
from typing import Final

from sqlalchemy import ColumnElement, func, literal

from kvitto.core.money import amount_of
from kvitto.core.report import DeliveryReport
from kvitto.core.timestamps import from_microseconds, to_microseconds

_DENSE: Final = 1
_SPACED: Final = 2
_DEFLATED: Final = 2
"""What is added to the number of a text for a body that differs elsewhere, too."""
_HIDDEN: Final = (_DENSE + _DEFLATED, _SPACED + _DEFLATED)
_MARK: Final = (b"\0", b"\1", b"\2", b"\3", b"\4")
_WHOLE_MARK: Final = _MARK[0]
_LAST_MARK: Final = _MARK[-1]
_UNMARKED: Final = re.compile(rb"\0(?:[^\0-\4]|\0\0[^\0-\4]|\0\xfe\xff)")
"""How a body begins that is kept as it is, though with a zero."""
_HEAD_BYTES: Final = 5
_LONGEST_ID: Final = 127
_OF_DIGITS: Final = 128
_LONGEST_GAP: Final = 40
"""More is deflated: of a huge body nothing but its ends may be as expected."""
_WINDOW_BITS: Final = -12
"""Raw, and as far back as nearly all texts go."""
_FAST: Final = 1
_MEMORY_LEVEL: Final = 5
_COLON_AND_SPACE: Final = b'": '
_BEGINNING: Final = 32
"""Bytes in which the first colon of an ordinary body stands."""
_SECOND_US: Final = 1_000_000


def packed(body: bytes, report: DeliveryReport) -> bytes:
    """Return how a body is kept.

    Args:
        body: any bytes.
        report: the report of its row, which usually is what the body says.
    """
    text = _SPACED if _COLON_AND_SPACE in body[:_BEGINNING] else _DENSE
    message, batch = _kept_id(report.message_id), _kept_batch_id(report.batch_id)
    before, after = _halves(
        text, report.message_id if message[0] else "", report.batch_id if batch[0] else "", report
    )
    end = len(body) - len(after)
    if 0 <= end - len(before) <= _LONGEST_GAP and body.startswith(before) and body.endswith(after):
        return b"".join((_MARK[text], _crc(body), message, batch, body[len(before) : end]))
    deflate = zlib.compressobj(
        _FAST,
        zlib.DEFLATED,
        _WINDOW_BITS,
        _MEMORY_LEVEL,
        zlib.Z_DEFAULT_STRATEGY,
        before + after,
    )
    kept = b"".join(
        (
            _MARK[text + _DEFLATED],
            _crc(body),
            message,
            batch,
            deflate.compress(body),
            deflate.flush(),
        )
    )
    if len(kept) < len(body):
        return kept
    if body[:1] > _LAST_MARK:
        return body
    whole = _WHOLE_MARK + body
    return kept if _UNMARKED.match(whole) else whole


def unpacked(kept: bytes | str, report: DeliveryReport) -> bytes:
    """Return the body of which `packed` has made what is kept.

    Args:
        kept: what is kept; a text where somebody has put one there by hand.
        report: the report of its row, by the row's own columns: the ids may be any.

    Returns:
        The body, byte for byte. Nothing where it is lost: what is kept is damaged, or the columns
        say something else than when it was kept.
    """
    return unpacked_of_row(
        kept,
        report.code,
        report.final,
        None if report.created is None else to_microseconds(report.created),
        report.recipient,
        report.segments,
        report.price_nano,
        report.currency,
        report.reference,
    )


def unpacked_of_row(
    kept: bytes | str,
    code: int,
    is_final: int,
    created_at_us: int | None,
    recipient: str | None,
    segments: int | None,
    price_nano: int | None,
    currency: str | None,
    reference: str | None,
) -> bytes:
    """Return what `unpacked` does, for the columns of a row as they stand there."""
    if isinstance(kept, str):
        return kept.encode()
    if not is_packed(kept):
        is_marked = kept.startswith(_WHOLE_MARK) and not _UNMARKED.match(kept)
        return kept[1:] if is_marked else kept
    text, is_deflated = kept[0], False
    if text in _HIDDEN:
        text, is_deflated = text - _DEFLATED, True
    try:
        message_id, at = _id_at(kept, _HEAD_BYTES)
        batch_id, at = _id_at(kept, at)
        created = "" if created_at_us is None else _created(created_at_us)
        duration = 1 if is_final else 0
        before = _before(text, message_id, batch_id, recipient, code, duration, created)
        after = _after(text, segments, price_nano, currency, reference)
        if is_deflated:
            body = zlib.decompressobj(_WINDOW_BITS, before + after).decompress(kept[at:])
        else:
            body = before + kept[at:] + after
    except (zlib.error, IndexError, ValueError):
        return b""
    return body if _crc(body) == kept[1:_HEAD_BYTES] else b""


def is_packed(kept: bytes) -> bool:
    """Tell whether a body is not kept whole, but needs the columns of its row to be read."""
    return _WHOLE_MARK < kept[:1] <= _LAST_MARK


def is_hidden(column: ColumnElement[bytes]) -> ColumnElement[bool]:
    """Return the condition that what a body says besides the columns can't be sought in it.

    In what is kept of others it stands as it came.

    Args:
        column: what is kept.
    """
    return func.substr(column, 1, 1).in_([literal(_MARK[one]) for one in _HIDDEN])


def _crc(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(4, "big")


# --- Ids ----------------------------------------------------------------------------------------


def _kept_id(text: str) -> bytes:
    try:
        digits = bytes.fromhex(text)
    except ValueError:
        pass
    else:
        if digits.hex() == text and len(digits) <= _LONGEST_ID:
            return bytes((_OF_DIGITS + len(digits),)) + digits
    encoded = text.encode("utf-8", "surrogatepass")
    return bytes((len(encoded),)) + encoded if len(encoded) <= _LONGEST_ID else b"\0"


_kept_batch_id: Final = lru_cache(64)(_kept_id)
"""As `_kept_id`: of a batch there are many reports."""


def _id_at(kept: bytes, at: int) -> tuple[str, int]:
    """Return the id that begins at a place, and where it ends."""
    length, is_of_digits = kept[at] % _OF_DIGITS, kept[at] >= _OF_DIGITS
    at += 1
    value = kept[at : at + length]
    text = value.hex() if is_of_digits else value.decode("utf-8", "surrogatepass")
    return text, at + length


# --- The text -----------------------------------------------------------------------------------


def _halves(text: int, message_id: str, batch_id: str, of: DeliveryReport) -> tuple[bytes, bytes]:
    """Return the text that is made of ids and columns: before and after what none of them says.

    It need not be JSON: a value that is escaped in the body only differs.
    """
    created = "" if of.created is None else _created(to_microseconds(of.created))
    duration = 1 if of.final else 0
    before = _before(text, message_id, batch_id, of.recipient, of.code, duration, created)
    return before, _after(text, of.segments, of.price_nano, of.currency, of.reference)


def _before(
    text: int,
    message_id: str,
    batch_id: str,
    recipient: str | None,
    code: int,
    duration: int,
    created: str,
) -> bytes:
    if text == _DENSE:
        before = (
            f'{{"messageId":"{message_id}","batchId":"{batch_id}","recipient":"{recipient}",'
            f'"code":{code},"duration":{duration},"created":"{created}'
        )
    else:
        before = (
            f'{{"messageId": "{message_id}", "batchId": "{batch_id}", '
            f'"recipient": "{recipient}", "code": {code}, "duration": {duration}, '
            f'"created": "{created}'
        )
    return before.encode("utf-8", "replace")


def _created(microseconds: int) -> str:
    second, fraction = divmod(microseconds, _SECOND_US)
    if fraction:
        return f"{_second(second)}.{fraction:06}".rstrip("0")
    return _second(second)


# The reports that come together are often of the same few batches and seconds.


@lru_cache(256)
def _after(
    text: int,
    segments: int | None,
    price_nano: int | None,
    currency: str | None,
    reference: str | None,
) -> bytes:
    price = "" if price_nano is None else f"{amount_of(price_nano):f}"
    currency = "" if currency is None else currency.lower()
    if text == _DENSE:
        after = (
            f'","segments":{segments},"price":{price},"currency":"{currency}",'
            f'"reference":"{reference}"}}'
        )
    else:
        after = (
            f'", "segments": {segments}, "price": {price}, "currency": "{currency}", '
            f'"reference": "{reference}"}}'
        )
    return after.encode("utf-8", "replace")


@lru_cache(64)
def _second(second: int) -> str:
    return from_microseconds(second * _SECOND_US).isoformat()[:19]
