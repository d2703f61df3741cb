"""Post reports as the SMS service does: over connections that stay open, one request at a time.

Quick enough to be the load of a benchmark, from a process of its own.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.client import HTTPConnection
from types import TracebackType
from typing import Final, NamedTuple, Self
from urllib.parse import urlsplit

from typing_extensions import override

_HEAD_END: Final = b"\r\n\r\n"
_CONNECT_S: Final = 60.0


class Answer(NamedTuple):
    """What came back for one body.

    Attributes:
        body: what was posted.
        status: the answer's status.
        latency_s: from when it was due to its answer.
    """

    body: bytes
    status: int
    latency_s: float


def report_body(
    message_id: str,
    *,
    batch_id: str = "batch-a",
    code: int = 102,
    final: bool = False,
    created: str = "2026-03-01T10:00:00Z",
    recipient: str = "46701234567",
    price: float = 0.082,
    reference: str = "Höstrea",
) -> bytes:
    """Return a report with the fields of the SMS service."""
    fields = {
        "messageId": message_id,
        "batchId": batch_id,
        "recipient": recipient,
        "code": code,
        "duration": int(final),
        "created": created,
        "segments": 2,
        "price": price,
        "currency": "eur",
        "reference": reference,
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def post(
    url: str, body: bytes, headers: Mapping[str, str] | None = None, *, time_limit_s: float = 20.0
) -> tuple[int, bytes]:
    """Post one body on a connection of its own; return the answer's status and body."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = HTTPConnection(parts.hostname, parts.port, timeout=time_limit_s)
    try:
        connection.request("POST", parts.path or "/", body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Poster:
    """Posts bodies to one URL over a number of connections.

    A connection that breaks is not opened again, and what was under way on it is `unanswered`.
    An async context; belongs to one loop.

    Args:
        url: where to post.
        connections: how many connections.
        on_answer: is given every answer.

    Attributes:
        unanswered: the bodies whose connection broke before their answer came.
    """

    def __init__(
        self, url: str, on_answer: Callable[[Answer], None], *, connections: int = 32
    ) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._host: Final = parts.hostname
        self._port: Final = parts.port or 80
        self._count: Final = connections
        self._on_answer: Final = on_answer
        self._head: Final = (
            f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._bodies: Iterator[bytes] = iter(())
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._lines: set[_Line] = set()
        self._idle: list[_Line] = []
        self._rest: asyncio.Future[None] | None = None
        self.unanswered: Final[list[bytes]] = []

    @property
    def open_connections(self) -> int:
        """How many connections have not been closed."""
        return len(self._lines)

    async def __aenter__(self) -> Self:
        """Open the connections.

        Raises:
            OSError: nobody listens there.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_CONNECT_S):
                for _ in range(self._count):
                    await loop.create_connection(lambda: _Line(self), self._host, self._port)
        except BaseException:
            self._close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()
        await asyncio.sleep(0)

    async def post_all(self, bodies: Iterable[bytes]) -> None:
        """Post as quickly as answers come; return when all is answered or no connection is left."""
        self._bodies = iter(bodies)
        idle, self._idle = self._idle, []
        for line in idle:
            self._go_on(line)
        await self._until_rest()

    async def post_paced(self, bodies: Iterable[bytes], per_second: float) -> None:
        """Post at an even rate, however slowly answers come: a late one counts from its due time.

        Return as `post_all` does.
        """
        loop = asyncio.get_running_loop()
        start = time.perf_counter()
        for number, body in enumerate(bodies):
            due = start + number / per_second
            wait_s = due - time.perf_counter()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            if not self._lines:
                self.unanswered.append(body)
                return
            self._waiting.append((body, due))
            if self._idle:
                loop.call_soon(self._go_on, self._idle.pop())
        await self._until_rest()

    async def _until_rest(self) -> None:
        if len(self._idle) == len(self._lines) and not self._waiting:
            return
        self._rest = asyncio.get_running_loop().create_future()
        await self._rest
        self._rest = None

    def _close(self) -> None:
        for line in list(self._lines):
            line.close()

    # --- What the lines tell --------------------------------------------------------------------

    def opened(self, line: "_Line") -> None:
        """Take a new connection in."""
        self._lines.add(line)
        self._idle.append(line)

    def answered(self, line: "_Line", answer: Answer) -> None:
        """Note an answer, and give the connection its next body."""
        self._on_answer(answer)
        self._go_on(line)

    def lost(self, line: "_Line", body: bytes | None) -> None:
        """Note that a connection is closed, and what was under way on it."""
        self._lines.discard(line)
        if line in self._idle:
            self._idle.remove(line)
        if body is not None:
            self.unanswered.append(body)
        if not self._lines:
            self.unanswered.extend(waiting for waiting, _ in self._waiting)
            self._waiting.clear()
        self._look_for_rest()

    def _go_on(self, line: "_Line") -> None:
        if self._waiting:
            body, due = self._waiting.popleft()
        else:
            following = next(self._bodies, None)
            if following is None:
                self._idle.append(line)
                self._look_for_rest()
                return
            body, due = following, time.perf_counter()
        line.post(b"%b%d\r\n\r\n%b" % (self._head, len(body), body), body, due)

    def _look_for_rest(self) -> None:
        is_at_rest = len(self._idle) == len(self._lines) and not self._waiting
        if is_at_rest and self._rest is not None and not self._rest.done():
            self._rest.set_result(None)


class _Line(asyncio.Protocol):
    """One connection of a poster."""

    def __init__(self, owner: Poster) -> None:
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self._body: bytes | None = None
        self._due = 0.0
        self._received = b""

    def post(self, request: bytes, body: bytes, due: float) -> None:
        """Send a request; its owner is told the answer."""
        assert self._transport is not None
        self._body = body
        self._due = due
        self._transport.write(request)

    def close(self) -> None:
        """Close the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._owner.opened(self)

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(_HEAD_END)
        if not found or len(rest) < length_of_body(head):
            return
        body, self._body = self._body, None
        assert body is not None, "an answer that nobody asked for"
        self._received = b""
        answer = Answer(body, int(head[9:12]), time.perf_counter() - self._due)
        self._owner.answered(self, answer)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._owner.lost(self, self._body)


def length_of_body(head: bytes) -> int:
    """Return how long the body is that follows an answer's head."""
    _, found, after = head.lower().partition(b"\r\ncontent-length:")
    return int(after.partition(b"\r\n")[0]) if found else 0
