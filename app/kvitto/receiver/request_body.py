"""Read a request's body and headers: bounded, decoded, and without keys.

Content codings and character sets are not documented by the SMS service, and proxies may change
them.
"""

import asyncio
import codecs
import contextlib
import re
import zlib
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import unquote

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDictProxy

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import ReasonCode, RejectedBodyError, RejectionKind
from kvitto.core.report import DeliveryReport
from kvitto.receiver.connection_limits import Limits

_NOT_HTTP: Final = (web.RequestPayloadError, HttpProcessingError)
"""What reading a body raises whose chunks are wrong: aiohttp's parser in Python raises the second
where somebody waits already."""


class InvalidBodyError(RejectedBodyError):
    """The body was not read to its end: it is too large, or is no body in HTTP.

    Attributes:
        beginning: its beginning, as far as it came quickly.
        size: its size in bytes, as far as it was announced or read.
    """

    def __init__(self, code: ReasonCode, beginning: bytes, size: int, *, count: int = 0) -> None:
        """Keep all of it."""
        super().__init__(code, count=count)
        self.beginning = beginning
        self.size = size


class ClientDisconnectedError(Exception):
    """The connection was closed before the body was complete: there is nobody to answer.

    Attributes:
        beginning: its beginning, as far as it came.
        size: its size in bytes as it was announced; of chunks, what came.
    """

    def __init__(self, beginning: bytes, size: int) -> None:
        """Keep what came."""
        super().__init__()
        self.beginning = beginning
        self.size = size


async def read_body(
    request: web.BaseRequest, limits: Limits, on_wanted: Callable[[web.BaseRequest], None]
) -> bytes:
    """Return the body as it came, without its transfer coding.

    Holds no more than the limit and one piece of what the connection brings.

    Args:
        request: the request; nothing of its body has been read.
        limits: how large the body may be, and how much is kept of a larger one.
        on_wanted: is called with the request before waiting for a body that has not come yet.

    Raises:
        InvalidBodyError: the body is larger than the limit, or is not HTTP.
        ClientDisconnectedError: nobody waits for the answer any more.
    """
    content = request.content
    if content.is_eof():  # all is here already, as with nearly every report
        body = content.read_nowait()
        if len(body) > limits.body_bytes:
            raise _too_large(body, len(body), limits)
        return body
    announced = request.content_length
    read = bytearray()
    if announced is not None and announced > limits.body_bytes:
        with contextlib.suppress(TimeoutError, InvalidBodyError):
            async with asyncio.timeout(limits.excerpt_s):
                await _read_into(read, request, limits.excerpt_bytes)
        raise _too_large(read, announced, limits)
    on_wanted(request)
    await _read_into(read, request, limits.body_bytes + 1)
    if len(read) > limits.body_bytes:
        raise _too_large(read, len(read), limits)
    return bytes(read)


def _too_large(read: bytes | bytearray, size: int, limits: Limits) -> InvalidBodyError:
    return InvalidBodyError(
        ReasonCode.BODY_TOO_LARGE,
        bytes(read[: limits.excerpt_bytes]),
        size,
        count=limits.body_bytes // 1024,
    )


async def _read_into(read: bytearray, request: web.BaseRequest, enough: int) -> None:
    """Add to `read` until it holds `enough`, or all."""
    content = request.content
    while len(read) < enough and not content.at_eof():
        if request.transport is None and not content.is_eof():
            raise _gone(read, request)
        try:
            # WORKAROUND aiohttp 3.14: readany() may go on waiting in a body that is broken.
            read += (await content.readchunk())[0]
        except OSError as error:
            raise _gone(read, request) from error
        except _NOT_HTTP as error:
            raise InvalidBodyError(
                ReasonCode.CHUNKS_MALFORMED,
                bytes(read),
                len(read),
            ) from error


def _gone(read: bytearray, request: web.BaseRequest) -> ClientDisconnectedError:
    with contextlib.suppress(OSError, *_NOT_HTTP):
        read += request.content.read_nowait()
    announced = request.content_length
    return ClientDisconnectedError(bytes(read), len(read) if announced is None else announced)


_GZIP: Final = frozenset({"gzip", "x-gzip"})
_DEFLATE: Final = "deflate"
_IDENTITY: Final = frozenset({"", "identity", "none", "utf-8", "utf8"})
"""Values without a meaning: a charset is often put under the wrong name."""
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZLIB_MAGIC: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
"""No JSON begins with these, so that a compressed body is recognised without a header."""

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
            raise RejectedBodyError(ReasonCode.ENCODING_UNKNOWN)
        return _inflated(body, limit) if names[0] == _DEFLATE else _gunzipped(body, limit)
    except (zlib.error, EOFError) as error:
        name = names[0] if names and names[0] in _GZIP | {_DEFLATE} else "gzip"
        raise RejectedBodyError(ReasonCode.ENCODING_BROKEN, name=name) from error


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
        raise RejectedBodyError(ReasonCode.DECOMPRESSED_TOO_LARGE)
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


_HIDDEN = "…"
_ENCODED: Final = re.compile(r"\S*%\S*")


class KeyHider:
    """Takes keys out of text, in upper and lower case and percent-encoded.

    Args:
        keys: what must not be kept.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        found = [re.escape(key) for key in keys if key]
        self._keys = re.compile("|".join(found), re.IGNORECASE) if found else None

    def text(self, text: str) -> str:
        """Return `text` without keys."""
        if self._keys is None:
            return text
        if "%" in text:
            text = _ENCODED.sub(self._word, text)
        return self._keys.sub(_HIDDEN, text)

    def data(self, data: bytes) -> bytes:
        """Return `data` without keys."""
        text = data.decode("utf-8", "surrogateescape")
        hidden = self.text(text)
        return data if hidden == text else hidden.encode("utf-8", "surrogateescape")

    def _word(self, match: re.Match[str]) -> str:
        """Return a word as it is, unless a key is hidden in it."""
        assert self._keys is not None
        word, decoded = match.group(), unquote(match.group())
        is_hidden = self._keys.search(decoded) and not self._keys.search(word)
        return self._keys.sub(_HIDDEN, decoded) if is_hidden else word


def kept_headers(
    raw: Iterable[tuple[bytes, bytes]], hider: KeyHider, limits: Limits
) -> tuple[tuple[str, str], ...]:
    """Return a request's headers as text, in their order.

    Args:
        raw: names and values as they came. Bytes that are not UTF-8 are replaced.
        hider: takes the keys out: proxies repeat the URL in headers of their own.
        limits: how many headers, and how many characters in all; the rest is left out.
    """
    kept: list[tuple[str, str]] = []
    room = limits.kept_field_bytes
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("utf-8", "replace"), raw_value.decode("utf-8", "replace")
        name, value = hider.text(name), hider.text(value)
        value = value[: max(0, room - len(name))]
        room -= len(name) + len(value)
        if room < 0 or len(kept) == limits.kept_fields:
            break
        kept.append((name, value))
    return tuple(kept)
