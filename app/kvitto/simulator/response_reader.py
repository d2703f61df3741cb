"""Read the answers of an HTTP/1.1 server from the bytes of a connection.

Of an answer's body only the beginning is kept, and whatever the server sends, memory is bounded.
"""

import re
from typing import Final, NamedTuple

KEPT_BYTES: Final = 1024
"""How much of an answer's body is kept."""
_HEAD_LIMIT: Final = 64 * 1024
_LINE_LIMIT: Final = 8 * 1024
_HEAD_END: Final = b"\r\n\r\n"
_STATUS_LINE: Final = re.compile(rb"HTTP/1\.([01]) (\d{3})(?: [^\r\n]*)?", re.ASCII)
_DIGITS: Final = re.compile(rb"\d{1,15}", re.ASCII)
_HEX: Final = re.compile(rb"[0-9a-fA-F]{1,12}", re.ASCII)
_WITHOUT_BODY: Final = (204, 304)
_USUAL: Final = re.compile(
    rb"HTTP/1\.1 200 OK\r\n(?:(?!Connection|Content-Length|Transfer-Encoding)[^\r\n]+\r\n)*"
    rb"Content-Length: 0\r\n"
    rb"(?:(?!Connection|Content-Length|Transfer-Encoding)[^\r\n]+\r\n)*\r\n",
    re.IGNORECASE,
)


class NotHttpError(Exception):
    """What came is no answer in HTTP/1."""


class Answer(NamedTuple):
    """One answer.

    Attributes:
        status: its status.
        size: the bytes of its body.
        beginning: the first of them, at most `KEPT_BYTES`.
        keeps: whether the connection stays open.
    """

    status: int
    size: int
    beginning: bytes
    keeps: bool


_OK: Final = Answer(200, 0, b"", keeps=True)


class AnswerReader:
    """Reads one answer after another from what a connection brings."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._buffer = bytearray()
        self._reset()

    def _reset(self) -> None:
        self._status = 0
        self._keeps = True
        self._left: int | None = None
        """Bytes of the body, or of the chunk, that are still to come; None in a head or until the
        end of the connection."""
        self._is_chunked = False
        self._in_trailer = False
        self._size = 0
        self._beginning = b""

    @property
    def is_clean(self) -> bool:
        """Whether nothing has come since the last answer."""
        return not self._status and not self._buffer

    def feed(self, data: bytes) -> Answer | None:
        """Take in what came; return the answer once it is complete.

        Raises:
            NotHttpError: it is not HTTP.
        """
        if not self._buffer and not self._status and _USUAL.fullmatch(data):
            return _OK
        self._buffer += data
        while not self._status:
            if not self._read_head():
                return None
        return self._read_body()

    def end(self) -> Answer | None:
        """Note that the connection is closed; return the answer that this completes, if any."""
        if self._status and self._left is None and not self._is_chunked:
            return self._answer()
        return None

    def _answer(self) -> Answer:
        answer = Answer(self._status, self._size, self._beginning, self._keeps)
        self._reset()
        return answer

    # --- The head -------------------------------------------------------------------------------

    def _read_head(self) -> bool:
        """Read a head; False while it is not complete. Those of interim answers are skipped."""
        end = self._buffer.find(_HEAD_END)
        if end < 0:
            if len(self._buffer) > _HEAD_LIMIT:
                raise NotHttpError("the head is too large")
            if self._buffer[:7] != b"HTTP/1."[: len(self._buffer)]:
                raise NotHttpError("it does not begin with HTTP/1")
            return False
        lines = bytes(self._buffer[:end]).split(b"\r\n")
        del self._buffer[: end + len(_HEAD_END)]
        found = _STATUS_LINE.fullmatch(lines[0])
        if found is None:
            raise NotHttpError("the status line is none")
        status = int(found[2])
        if 100 <= status < 200 and status != 101:
            return True
        self._status = status
        self._read_fields(lines[1:], is_newest=found[1] == b"1")
        return True

    def _read_fields(self, lines: list[bytes], *, is_newest: bool) -> None:
        fields: dict[bytes, bytes] = {}
        for line in lines:
            name, _, value = line.partition(b":")
            fields[name.strip().lower()] = value.strip().lower()
        connection = fields.get(b"connection", b"")
        self._keeps = b"close" not in connection and (is_newest or b"keep-alive" in connection)
        length = fields.get(b"content-length")
        if self._status in _WITHOUT_BODY:
            self._left = 0
        elif b"chunked" in fields.get(b"transfer-encoding", b""):
            self._is_chunked = True
        elif length is not None:
            if not _DIGITS.fullmatch(length):
                raise NotHttpError("its length is no number")
            self._left = int(length)
        else:
            self._keeps = False  # the body ends where the connection does

    # --- The body -------------------------------------------------------------------------------

    def _read_body(self) -> Answer | None:
        if self._is_chunked:
            return self._read_chunks()
        self._take(self._left)
        return self._answer() if self._left == 0 else None

    def _read_chunks(self) -> Answer | None:
        while True:
            if self._left:
                self._take(self._left)
                if self._left:
                    return None
            line = self._line()
            if line is None:
                return None
            if self._left == 0:
                self._left = None  # that was the line end after a chunk
            elif not self._in_trailer:
                self._begin_chunk(line)
            elif not line:
                return self._answer()

    def _begin_chunk(self, line: bytes) -> None:
        size = line.partition(b";")[0].strip()
        if not _HEX.fullmatch(size):
            raise NotHttpError("the size of a chunk is no number")
        if int(size, 16) == 0:
            self._in_trailer = True
        else:
            self._left = int(size, 16)

    def _take(self, most: int | None) -> None:
        piece = bytes(self._buffer if most is None else self._buffer[:most])
        del self._buffer[: len(piece)]
        self._size += len(piece)
        if len(self._beginning) < KEPT_BYTES:
            self._beginning = (self._beginning + piece)[:KEPT_BYTES]
        if self._left is not None:
            self._left -= len(piece)

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > _LINE_LIMIT:
                raise NotHttpError("a line is too long")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line
