"""A network between a program and a server's socket that can be cut: bytes vanish, or break off."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_AT_ONCE: Final = 64 * 1024


class CutNetwork:
    """Passes on what comes to a port of 127.0.0.1, to a socket and back.

    Attributes:
        port: the port.
    """

    def __init__(self, server_socket: Path) -> None:
        self._socket: Final = server_socket
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_up = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="cut-network", daemon=True
        )
        self._thread.start()
        assert self._is_up.wait(60)

    def hold(self) -> None:
        """Let nothing through from now on, and keep every connection open."""
        self._loop.call_soon_threadsafe(self._passes.clear)

    def break_off(self) -> None:
        """Let nothing through from now on, and end every connection."""
        self.hold()
        self._loop.call_soon_threadsafe(self._abort)

    def mend(self) -> None:
        """Let all through again, what was held included."""
        self._loop.call_soon_threadsafe(self._passes.set)

    def close(self) -> None:
        """End all connections, and listen no more."""
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    def _abort(self) -> None:
        for one in list(self._writers):
            one.transport.abort()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._passes, self._closing = asyncio.Event(), asyncio.Event()
        self._passes.set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        await self._closing.wait()
        server.close()
        # What is under way is cancelled by `asyncio.run`, and ends its connections then.

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._passes.wait()
            with suppress(OSError):
                answers, requests = await asyncio.open_unix_connection(self._socket)
                self._writers.add(requests)
                try:
                    await asyncio.gather(
                        self._pass_on(reader, requests), self._pass_on(answers, writer)
                    )
                finally:
                    await self._end(requests)
        finally:
            await self._end(writer)

    async def _end(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        piece = b"begin"
        while piece:
            piece = await reader.read(_AT_ONCE)
            await self._passes.wait()
            writer.write(piece)
        writer.close()


@contextmanager
def cut_network(server_socket: Path) -> Iterator[CutNetwork]:
    """Run such a network, which is not cut yet."""
    network = CutNetwork(server_socket)
    try:
        yield network
    finally:
        network.close()
