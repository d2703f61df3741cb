"""A tunnel between the SMS service and the receiver, that the test opens and closes."""

import asyncio
import contextlib
from types import TracebackType
from typing import Final, Self

_PIECE: Final = 64 * 1024


class Tunnel:
    """Passes connections on to a port of this computer. An async context on the test's loop.

    While it is closed, connections are refused, and those that were open are broken.

    Args:
        port: where the receiver listens.
    """

    def __init__(self, port: int) -> None:
        self._inner_port: Final = port
        self._outer_port = 0
        self._server: asyncio.Server | None = None
        self._open: Final[set[asyncio.StreamWriter]] = set()

    def url(self, inner_url: str) -> str:
        """Return the receiver's URL as it is outside."""
        return inner_url.replace(f":{self._inner_port}/", f":{self._outer_port}/")

    async def open(self) -> None:
        """Listen, on the same port each time."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._outer_port)
        self._outer_port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening, and break what is open."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        async with asyncio.timeout(60):
            while self._open:  # noqa: ASYNC110 - the end of several tasks
                await asyncio.sleep(0.002)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            inner_reader, inner_writer = await asyncio.open_connection(
                "127.0.0.1", self._inner_port
            )
            self._open.add(inner_writer)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_copy(reader, inner_writer))
                    group.create_task(_copy(inner_reader, writer))
            finally:
                inner_writer.transport.abort()
                self._open.discard(inner_writer)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()
            self._open.discard(writer)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()
