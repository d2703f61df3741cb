"""From the bytes of a body to JSON in UTF-8: content codings and character sets.

The sender documents neither, and something between it and us may add one. Pure functions.
"""

import codecs
import contextlib
import zlib
from collections.abc import Iterable
from typing import Final

from aiohttp import hdrs
from multidict import CIMultiDictProxy

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import RejectedBodyError, RejectionKind
from kvitto.core.report import DeliveryReport

_GZIP: Final = frozenset({"gzip", "x-gzip"})
_DEFLATE: Final = "deflate"
_IDENTITY: Final = frozenset({"", "identity", "none", "utf-8", "utf8"})
"""What stands there and means nothing: a charset is often put under the wrong name."""
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZLIB_MAGIC: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""With these no JSON begins: nothing else needs to be known of what is packed."""

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_ZLIB_WINDOW: Final = zlib.MAX_WBITS
_RAW_WINDOW: Final = -zlib.MAX_WBITS

_CHARSETS: Final = {
    "iso-8859-1": "latin-1",
    "iso8859-1": "latin-1",
    "latin1": "latin-1",
    "latin-1": "latin-1",
    # What says iso-8859-1 or nothing often is windows-1252; in JSON both are rare enough.
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso8859-15",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-32": "utf-32",
    "utf-32le": "utf-32-le",
    "utf-32be": "utf-32-be",
}
"""The charsets that are read: a list of ours, since Python's own has slow and odd ones in it."""
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\0\0\0", "utf-32-le"),
    (b"\0\0\0{", "utf-32-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
"""How an object begins in other encodings of Unicode, marked or not; the longer first."""
_BEHIND: Final = b"\0\x1a\x1b;, \t\r\n\xef\xbb\xbf"
"""What some senders leave behind the object: the end of a text in C, or of a statement."""
for _codec in {*_CHARSETS.values(), *(name for _, name in _MARKS)}:
    codecs.lookup(_codec)  # now: the first use of a codec reads a file


def report_in(
    body: bytes, headers: CIMultiDictProxy[str], limit: int
) -> tuple[DeliveryReport, bytes]:
    """Return the report in a body, and the body without its content coding.

    Args:
        body: the bytes as they came.
        headers: the request's headers.
        limit: how large the body may be without its content coding.

    Raises:
        RejectedBodyError: it is not a report, and why.
    """
    encodings = headers.getall(hdrs.CONTENT_ENCODING, ())
    if not encodings and not _is_packed(body):
        return _report_of(body, headers), body
    try:
        plain = unpacked(body, encodings, limit)
        return _report_of(plain, headers), plain
    except RejectedBodyError as rejection:
        if rejection.kind is not RejectionKind.NOT_JSON:
            raise
        # A label is no proof: what reads as it came, is read.
        try:
            return _report_of(body, headers), body
        except RejectedBodyError as unlabelled:
            if unlabelled.kind is not RejectionKind.NOT_JSON:
                raise
        raise


def _report_of(plain: bytes, headers: CIMultiDictProxy[str]) -> DeliveryReport:
    """Return the report in a body without content coding, in whatever charset."""
    try:
        return parse(plain)
    except RejectedBodyError as rejection:
        if rejection.kind is not RejectionKind.NOT_JSON:
            raise
        other = transcoded(plain, headers.get(hdrs.CONTENT_TYPE, ""))
        whole = (plain if other is None else other).rstrip(_BEHIND)
        if other is None and whole == plain:
            raise
    return parse(whole)


def _is_packed(body: bytes) -> bool:
    """Tell whether a body is packed for certain, whatever its headers say."""
    return body.startswith((_GZIP_MAGIC, *_ZLIB_MAGIC))


def unpacked(body: bytes, encodings: Iterable[str], limit: int) -> bytes:
    """Return `body` without its content codings: those that it shows, then those that it names.

    Args:
        body: the bytes as they came.
        encodings: the values of the request's Content-Encoding headers.
        limit: the largest result; no more than that is ever unpacked.

    Raises:
        RejectedBodyError: the result would be larger than `limit`, or the body is not in that
            coding, or the coding is one that we don't read.
    """
    names = [name.strip().lower() for value in encodings for name in value.split(",")]
    names = [name for name in names if name not in _IDENTITY]
    try:
        if _is_packed(body):
            body = _unpacked_by_magic(body, limit)
            # Two steps on its way may each have packed it.
            with contextlib.suppress(zlib.error, EOFError):
                body = _unpacked_by_magic(body, limit)
            return body
        if not names:
            return body
        if len(names) > 1 or names[0] not in _GZIP | {_DEFLATE}:
            raise RejectedBodyError(
                RejectionKind.NOT_JSON,
                "The body has a Content-Encoding other than gzip or deflate.",
            )
        return _inflated(body, limit) if names[0] == _DEFLATE else _gunzipped(body, limit)
    except (zlib.error, EOFError) as error:
        name = names[0] if names and names[0] in _GZIP | {_DEFLATE} else "gzip"
        raise RejectedBodyError(
            RejectionKind.NOT_JSON, f"The body is not whole, or not in {name}."
        ) from error


def _unpacked_by_magic(body: bytes, limit: int) -> bytes:
    if body.startswith(_GZIP_MAGIC):
        return _gunzipped(body, limit)
    return _inflated(body, limit) if body.startswith(_ZLIB_MAGIC) else body


def _gunzipped(body: bytes, limit: int) -> bytes:
    """Unpack all members of a gzip body."""
    members: list[bytes] = []
    while body:
        member, body = _unpacked_member(body, _GZIP_WINDOW, limit)
        members.append(member)
        limit -= len(member)
    return b"".join(members)


def _inflated(body: bytes, limit: int) -> bytes:
    """Unpack a deflate body, with or without zlib's wrapping: both are sent under that name."""
    try:
        return _unpacked_member(body, _ZLIB_WINDOW, limit)[0]
    except zlib.error:
        return _unpacked_member(body, _RAW_WINDOW, limit)[0]


def _unpacked_member(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    unpacker = zlib.decompressobj(wbits=window)
    result = unpacker.decompress(body, limit + 1)
    if len(result) > limit:
        raise RejectedBodyError(
            RejectionKind.TOO_LARGE, "The body is too large for a report once it is decompressed."
        )
    if not unpacker.eof:
        raise EOFError
    return result, unpacker.unused_data


def transcoded(body: bytes, content_type: str) -> bytes | None:
    """Return `body` in UTF-8, if it shows or `content_type` declares another charset that we read.

    JSON is UTF-8 whatever the header says, so this is for what can't be read as such. None where
    there is nothing else to try.
    """
    _, _, value = content_type.lower().partition("charset=")
    declared = _CHARSETS.get(value.partition(";")[0].strip().strip("\"'"))
    charset = next((name for mark, name in _MARKS if body.startswith(mark)), declared)
    if charset is None:
        return None
    try:
        return body.decode(charset).encode("utf-8")
    except UnicodeError:
        return None
