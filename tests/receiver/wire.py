"""A client that sends bytes as they are: what libraries would never send, and what they do."""

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

SMS_SERVICE_FIELDS: Final[Mapping[str, object]] = {
    "messageId": "5c613848879973045cf39ac4",
    "batchId": "5c613848879973045cf39ac3",
    "recipient": "456189040623",
    "code": 102,
    "duration": 0,
    "created": "2018-10-23T17:43:21Z",
    "segments": 2,
    "price": 0.082,
    "currency": "eur",
    "reference": "A client reference",
}
PATIENCE_S: Final = 60.0
"""How long anything may take on a machine that is busy with other tests; it mostly takes none."""
_PAUSE = threading.Event()


def a_body(**changes: object) -> bytes:
    """Return a report with the fields of the SMS service."""
    return json.dumps({**SMS_SERVICE_FIELDS, **changes}).encode()


def a_request(
    path: str,
    body: bytes = b"",
    *fields: str,
    method: str = "POST",
    version: str = "HTTP/1.1",
    length: int | None = None,
) -> bytes:
    """Return a request with a Host and a Content-Length, and more header `fields`."""
    length = len(body) if length is None else length
    lines = [f"{method} {path} {version}", "Host: localhost", f"Content-Length: {length}", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def a_chunked_request(path: str, *chunks: bytes, fields: tuple[str, ...] = ()) -> bytes:
    """Return a request whose body is cut into chunks."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked", *fields]
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


class Answered(NamedTuple):
    """An answer as it came."""

    version: str
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def closes(self) -> bool:
        return self.headers.get("connection") == "close"


class Wire:
    """One connection to the receiver.

    Args:
        port: the receiver's port.
        host: the receiver's address.
        limit_s: how long anything may take.
        receive_buffer: how much the system may take in that nobody has read, about.
    """

    def __init__(
        self,
        port: int,
        host: str = "127.0.0.1",
        *,
        limit_s: float = PATIENCE_S,
        receive_buffer: int | None = None,
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket: Final = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(limit_s)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            self.socket.connect((host, port))
        except OSError:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, *parts: bytes) -> Self:
        """Send each part on its own."""
        for part in parts:
            self.socket.sendall(part)
        return self

    def answer(self, *, to: str = "POST") -> Answered:
        """Return the next answer; `to` is the method of its request."""
        while b"\r\n\r\n" not in self._received:
            self._receive()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        version, status, _ = status_line.split(" ", 2)
        length = 0 if to == "HEAD" or status == "100" else int(headers["content-length"])
        while len(self._received) < length:
            self._receive()
        body, self._received = self._received[:length], self._received[length:]
        return Answered(version, int(status), headers, body)

    def ask(self, request: bytes) -> Answered:
        """Send a request and return its answer."""
        return self.send(request).answer(to=request.split(b" ", 1)[0].decode())

    def half_close(self) -> Self:
        """Tell the receiver that nothing more is sent."""
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def reset(self) -> None:
        """Break off as a crash does, not as a goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def until_closed(self) -> bytes:
        """Return what comes until the receiver closes the connection.

        Raises:
            TimeoutError: it does not.
        """
        with contextlib.suppress(ConnectionError):
            while True:
                self._receive()
        received, self._received = self._received, b""
        return received

    def is_open(self) -> bool:
        """Tell whether the receiver has neither closed the connection nor sent anything."""
        patience_s = self.socket.gettimeout()
        self.socket.setblocking(False)
        try:
            return bool(self.socket.recv(1, socket.MSG_PEEK)) and False
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        finally:
            self.socket.settimeout(patience_s)

    def _receive(self) -> None:
        received = self.socket.recv(65_536)
        if not received:
            raise ConnectionResetError("closed by the receiver")
        self._received += received


def wait_until(
    condition: Callable[[], bool], what: str, limit_s: float = PATIENCE_S, every_s: float = 0.005
) -> None:
    """Wait until a condition holds; look `every_s` seconds.

    Raises:
        AssertionError: it does not hold in time.
    """
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, f"not in {limit_s} s: {what}"
        _PAUSE.wait(every_s)


@contextlib.contextmanager
def many_wires(port: int, count: int) -> Iterator[list[Wire]]:
    """Open many connections at once."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Wire(port)) for _ in range(count)]
