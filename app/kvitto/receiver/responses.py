"""The responses, ready to send: head and body in one piece, made once and used for every request.

aiohttp's own responses build their headers anew for each request. These hardly ever change, and
reveal little about the program on purpose.
"""

import json
import time
from collections.abc import Mapping
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion10
from typing_extensions import override

SERVER: Final = "kvitto"
"""All that unknown callers learn about the program: no versions."""
RETRY_AFTER_S: Final = 600
"""The SMS service tries again after ten minutes (protocol, "The SMS service's contract")."""
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
"""Sent to a peer that waits for it before it sends its body."""

_PLAIN: Final = {"Content-Type": "text/plain; charset=utf-8"}
_JSON: Final = {"Content-Type": "application/json"}
_RETRY: Final = {"Retry-After": str(RETRY_AFTER_S)}
_NO_STORE: Final = {"Cache-Control": "no-store"}
_NO_HEADERS: Final[Mapping[str, str]] = {}


class Answer(web.StreamResponse):
    """One response, for any number of requests: it keeps no state of them."""

    def __init__(self, dates: "DateLine", head: str, body: bytes, *, keeps: bool) -> None:
        super().__init__()
        connection = "" if keeps else "Connection: close\r\n"
        self._dates = dates
        self._keeps = keeps
        self._head = (head + connection).encode("latin-1")
        self._head_for_1_0 = (head + (connection or "Connection: keep-alive\r\n")).encode("latin-1")
        self._answer_body = body

    @property
    @override
    def keep_alive(self) -> bool:
        """Whether the connection stays open for another request."""
        return self._keeps

    @override
    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Send the whole response; wait while the peer does not take it.

        Raises:
            ConnectionError: the peer has disconnected.
        """
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        head = self._head if request.version != HttpVersion10 else self._head_for_1_0
        body = b"" if request.method == "HEAD" else self._answer_body
        transport.write(head + self._dates.line() + body)
        if request.protocol.writing_paused:
            await request.writer.drain()
        return None

    def wire(self) -> bytes:
        """Return the response as bytes, for HTTP 1.1."""
        return self._head + self._dates.line() + self._answer_body

    @override
    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: all is sent."""


class DateLine:
    """The `Date` header and the end of a head, made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._line = b""

    def line(self) -> bytes:
        """Return the header with the current time, and the empty line that ends a head."""
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._line = f"Date: {formatdate(second, usegmt=True)}\r\n\r\n".encode("ascii")
        return self._line


class Reply:
    """One response, in two forms: for connections that stay open, and for those that close."""

    def __init__(
        self,
        dates: DateLine,
        status: HTTPStatus,
        body: bytes = b"",
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        fields = {"Server": SERVER, "Content-Length": str(len(body)), **headers}
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.status: Final = status.value
        self.keeping: Final = Answer(dates, head, body, keeps=True)
        self.closing: Final = Answer(dates, head, body, keeps=False)


class Replies:
    """All responses of the receiver. Source: protocol, "What we answer"."""

    def __init__(self) -> None:
        self._dates = dates = DateLine()
        self.ok = Reply(dates, HTTPStatus.OK)
        self.not_found = Reply(dates, HTTPStatus.NOT_FOUND, b"Not found\n", _PLAIN)
        self.not_post = Reply(
            dates,
            HTTPStatus.METHOD_NOT_ALLOWED,
            b"Reports are posted\n",
            {"Allow": "POST", **_PLAIN},
        )
        self.malformed = Reply(dates, HTTPStatus.BAD_REQUEST, b"Bad request\n", _PLAIN)
        self.unavailable = Reply(
            dates,
            HTTPStatus.SERVICE_UNAVAILABLE,
            _error("The report can't be stored now. Please try again later."),
            _JSON | _RETRY,
        )

    def healthy(self, text: str) -> Reply:
        """Return the response to a health check that is told more than that all is well."""
        return Reply(self._dates, HTTPStatus.OK, text.encode("ascii"), _PLAIN | _NO_STORE)

    def refused(self, status: HTTPStatus, reason: str) -> Reply:
        """Return a response with the reason why a body was refused."""
        return Reply(self._dates, status, _error(reason), _JSON)

    def probe(self, status: HTTPStatus, proof: bytes) -> Reply:
        """Return the response to a probe of our own."""
        return Reply(self._dates, status, proof, _JSON | _NO_STORE)


def _error(reason: str) -> bytes:
    return json.dumps({"error": reason}, ensure_ascii=False).encode("utf-8") + b"\n"
