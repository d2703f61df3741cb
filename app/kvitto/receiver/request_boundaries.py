"""Find where requests end in the data of a connection, so that each can be parsed alone.

aiohttp's parser drops the requests that were complete in a piece of data if anything behind them in
the same piece is not HTTP (aiohttp issue 8087). What is handed to it in pieces that end where a
request ends costs nothing that was complete. Where a stream is cut into pieces has no meaning in
HTTP: a cut at a wrong place would do no harm.
"""

import re
from enum import IntEnum
from typing import Final

from kvitto.core.ip1_parser import parse
from kvitto.core.rejection import ReasonCode, RejectedBodyError, RejectionKind

_END_OF_HEAD: Final = b"\r\n\r\n"
_EMPTY_LINES: Final = b"\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_IS_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_CHUNK_SIZE: Final = re.compile(rb"[0-9a-f]+", re.IGNORECASE)
"""Python's int() takes a sign and more."""
_LONGEST_LINE: Final = 256
"""Of a chunk's size and its extensions; beyond it this is lost until the next head."""


class _In(IntEnum):
    HEAD = 0
    BODY = 1
    CHUNK_SIZE = 2
    CHUNK = 3
    TRAILER = 4


_HEAD: Final = _In.HEAD
_BODY: Final = _In.BODY


class RequestBoundaries:
    """Follows one connection.

    Args:
        most_bytes: the longest head that is followed.
    """

    __slots__ = ("_head", "_left", "_line", "_most_bytes", "_state")

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._state = _HEAD
        self._head = b""
        self._line = b""
        self._left = 0

    @property
    def unfinished_head(self) -> bytes:
        """What came since the last request ended, where no head has ended since."""
        return self._head

    @property
    def is_between(self) -> bool:
        """Whether no request has begun since the last one ended; empty lines may have come."""
        return self._state is _HEAD and not self._head.strip(_EMPTY_LINES)

    def cut(self, data: bytes, at: int = 0) -> int:
        """Return where the first request ends in `data`, looked at from `at`; its end if none does.

        What lies before that is taken in: the next call is to go on there.
        """
        size = len(data)
        while at < size:
            at = self._advance(data, at)
            if self._state is _HEAD and not self._head:
                break
        return at

    def _advance(self, data: bytes, at: int) -> int:
        """Follow the data to the end of a part; return where that is."""
        state = self._state
        if state is _HEAD:
            return self._advance_head(data, at)
        if state is _BODY or state is _In.CHUNK:
            taken = min(self._left, len(data) - at)
            self._left -= taken
            if not self._left:
                self._state = _HEAD if state is _BODY else _In.CHUNK_SIZE
            return at + taken
        return self._advance_line(data, at)

    def _advance_head(self, data: bytes, at: int) -> int:
        head = self._head
        if head:
            overlap = head[-3:]
            found = (overlap + data[at : at + 3]).find(_END_OF_HEAD)
            end = at + found + 4 - len(overlap) if found >= 0 else -1
            if end < 0:
                found = data.find(_END_OF_HEAD, at)
                end = found + 4 if found >= 0 else -1
        else:
            found = data.find(_END_OF_HEAD, at)
            end = found + 4 if found >= 0 else -1
        if end < 0:
            self._head = (head + data[at:])[: self._most_bytes]
            return len(data)
        self._begin_body(head + data[at:end])
        self._head = b""
        return end

    def _begin_body(self, head: bytes) -> None:
        if _IS_CHUNKED.search(head):
            self._state, self._line = _In.CHUNK_SIZE, b""
            return
        found = _LENGTH.search(head)
        self._left = int(found[1]) if found else 0
        if self._left:
            self._state = _BODY

    def _advance_line(self, data: bytes, at: int) -> int:
        """Follow a line between chunks, or of the trailer."""
        newline = data.find(b"\n", at)
        end = len(data) if newline < 0 else newline + 1
        self._line = (self._line + data[at:end])[:_LONGEST_LINE]
        if newline < 0:
            return end
        line, self._line = self._line.strip(), b""
        if self._state is _In.TRAILER:
            if not line:
                self._state = _HEAD
            return end
        if not line:
            return end  # the end of the chunk before
        size = line.partition(b";")[0].rstrip()
        if _CHUNK_SIZE.fullmatch(size) is None:
            self._state = _HEAD
            return end
        self._left = int(size, 16)
        self._state = _In.CHUNK if self._left else _In.TRAILER
        return end


def may_begin(data: bytes, at: int) -> bool:
    """Tell whether a request may begin here: with a letter, behind empty lines."""
    first = data[at : at + 1]
    if first in {b"\r", b"\n"}:
        first = data[at:].lstrip(b"\r\n")[:1]
    return not first or (first.isalpha() and first.isascii())


_LONGEST_REST: Final = 4096


def may_be_short(body: bytes) -> bool:
    """Tell whether a body that is no JSON may lack its end: it is the beginning of an object.

    And it has more bytes than characters.
    """
    text = body.strip()
    return text.startswith(b"{") and not text.endswith(b"}") and not body.isascii()


def short_by(body: bytes, following: bytes) -> RejectedBodyError | None:
    """Return by how much the Content-Length of `body` was too small; None if it was not.

    Args:
        body: what the Content-Length let through.
        following: what came behind it on the same connection, and is no request.
    """
    if not following or len(following) > _LONGEST_REST or not body.lstrip().startswith(b"{"):
        return None
    whole = body + following
    try:
        parse(whole)
    except RejectedBodyError as rejection:
        if rejection.kind is RejectionKind.NOT_JSON:
            return None
    text = whole.decode("utf-8", "replace").rstrip()
    count = len(whole.rstrip()) - len(body)
    # Some count an emoji as two characters, as UTF-16 has it.
    if len(body) in {len(text), len(text) + sum(one > "\uffff" for one in text)}:
        return RejectedBodyError(ReasonCode.LENGTH_IN_CHARACTERS, count=count)
    return RejectedBodyError(ReasonCode.LENGTH_TOO_SMALL, count=count)


_LINE: Final = re.compile(rb"[A-Z]{1,16} ([^\r\n]{1,8190}) HTTP/1\.[01]\r\n")
_UNENCODED: Final = re.compile(rb"[\t\x0b\x0c \x7f-\xff]")


def encode_target(data: bytes, at: int) -> bytes:
    """Return `data` with the target encoded of the request that begins at `at`.

    As it is, where nothing need be encoded, or the line has not come whole.
    """
    line = _LINE.match(data, at)
    if line is None or _UNENCODED.search(data, line.start(1), line.end(1)) is None:
        return data
    target = _UNENCODED.sub(lambda one: b"%%%02X" % one[0][0], line[1])
    return data[: line.start(1)] + target + data[line.end(1) :]
