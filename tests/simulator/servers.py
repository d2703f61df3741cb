"""A server whose answers the test decides."""

import asyncio
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Final, NamedTuple, Self

OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


async def until(is_so: Callable[[], bool], time_limit_s: float = 20.0) -> None:
    """Wait until `is_so`, while the loop goes on.

    Raises:
        TimeoutError: it is not in time.
    """
    async with asyncio.timeout(time_limit_s):
        while not is_so():  # noqa: ASYNC110 - what is waited for knows no events
            await asyncio.sleep(0.002)


def status(number: int, body: bytes = b"", *, close: bool = False) -> bytes:
    """Return an answer."""
    connection = b"Connection: close\r\n" if close else b""
    return b"HTTP/1.1 %d X\r\n%bContent-Length: %d\r\n\r\n%b" % (
        number,
        connection,
        len(body),
        body,
    )


class Request(NamedTuple):
    """What came.

    Attributes:
        head: the request line and headers.
        body: the body without its transfer coding.
        connection: the number of its connection.
    """

    head: str
    body: bytes
    connection: int


class ScriptedServer:
    """Keeps every whole request, and answers as it is told. An async context on the test's loop.

    Args:
        answer: returns what is sent back for a request: bytes as they are, "" to close the
            connection, None to stay silent.
        port: the port; 0 takes any free one.
        tls: for https.
    """

    def __init__(
        self,
        answer: Callable[[Request], bytes | None] = lambda _request: OK,
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: Final[list[Request]] = []
        self.cut = 0
        self._answer: Final = answer
        self._port = port
        self._tls: Final = tls
        self._connections = 0
        self._writers: Final[set[asyncio.StreamWriter]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._port}/r/secret"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self._port, ssl=self._tls
        )
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await until(lambda: not self._writers)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        number = self._connections
        self._writers.add(writer)
        try:
            while True:
                request = await _read(reader, number)
                self.requests.append(request)
                answer = self._answer(request)
                if answer == b"":
                    break
                if answer is not None:
                    writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if isinstance(error, ConnectionError) or error.partial:
                self.cut += 1
        finally:
            writer.transport.abort()
            self._writers.discard(writer)


async def _read(reader: asyncio.StreamReader, connection: int) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
    if "Content-Length" in fields:
        body = await reader.readexactly(int(fields["Content-Length"]))
        return Request(head, body, connection)
    body = b""
    while size := int((await reader.readline()).strip(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return Request(head, body, connection)
