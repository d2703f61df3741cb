"""Post as quickly as answers come, with as little of the processor as Python can do it with.

The load shares two cores with what it measures. A server of one thread leaves it a core of its own,
one of two threads does not: whatever the load takes there, the server lacks. A sender is another
machine; so asyncio, which takes as long for a request as the sockets do, is left out here.
"""

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final
from urllib.parse import urlsplit

from tests.helpers.posting import Answer, length_of_body

_HEAD_END: Final = b"\r\n\r\n"
_PATIENCE_S: Final = 20.0
_AT_ONCE: Final = 64 * 1024


class _Line:
    """One connection, with one request at a time."""

    __slots__ = ("body", "received", "sent_at", "socket")

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), _PATIENCE_S)
        self.socket.settimeout(None)  # with a time limit, Python asks before each call
        self.body: bytes | None = None
        self.received = b""
        self.sent_at = 0.0


class Lines:
    """Posts bodies to one URL over a number of connections, each with one request at a time.

    Attributes:
        unanswered: how many requests had no answer when their connection broke.

    Args:
        url: where to post.
        connections: how many connections.
        on_answer: is given every answer.
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
        self.unanswered = 0

    def post_all(self, bodies: Iterator[bytes]) -> None:
        """Post until there are no more bodies, and all are answered.

        Raises:
            TimeoutError: an answer is missing.
        """
        with ExitStack() as opened, select.epoll() as poll:
            lines: dict[int, _Line] = {}
            for _ in range(self._count):
                line = _Line(self._host, self._port)
                opened.enter_context(line.socket)
                lines[line.socket.fileno()] = line
                poll.register(line.socket, select.EPOLLIN)
            under_way = sum([self._go_on(line, bodies) for line in lines.values()])
            while under_way:
                ready = poll.poll(_PATIENCE_S)
                if not ready:
                    msg = f"{under_way} answers are missing"
                    raise TimeoutError(msg)
                for number, _ in ready:
                    line = lines[number]
                    data = line.socket.recv(_AT_ONCE)
                    if not data:
                        poll.unregister(number)
                        self.unanswered += line.body is not None
                        under_way -= line.body is not None
                    elif self._takes(line, data):
                        under_way += self._go_on(line, bodies) - 1

    def _go_on(self, line: _Line, bodies: Iterator[bytes]) -> int:
        """Send the next request; return how many that were."""
        line.body = body = next(bodies, None)
        if body is None:
            return 0
        line.sent_at = time.perf_counter()
        line.socket.sendall(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
        return 1

    def _takes(self, line: _Line, data: bytes) -> bool:
        """Take what came; return whether the answer is whole."""
        line.received += data
        head, found, rest = line.received.partition(_HEAD_END)
        if not found or len(rest) < length_of_body(head):
            return False
        assert line.body is not None, "an answer that nobody asked for"
        line.received = b""
        status = int(head[9:12])
        self._on_answer(Answer(line.body, status, time.perf_counter() - line.sent_at))
        return True
