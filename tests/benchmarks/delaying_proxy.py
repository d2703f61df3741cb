"""A network of some milliseconds: passes on what comes by TCP to a server's socket, and back, late.

``python -m tests.benchmarks.delaying_proxy SOCKET ONE_WAY_MS`` prints its port, and runs until it
is ended.
"""

import asyncio
import selectors
import sys
from typing import Final

from typing_extensions import override


class _End(asyncio.Protocol):
    """One end of a connection: what comes in is sent on from the other one, so much later.

    Args:
        one_way_s: how much.
    """

    def __init__(self, one_way_s: float) -> None:
        self._loop: Final = asyncio.get_running_loop()
        self._one_way_s: Final = one_way_s
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._later(data)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._later(b"")

    def _later(self, data: bytes) -> None:
        self._loop.call_later(self._one_way_s, self._send_on, data)

    def _send_on(self, data: bytes) -> None:
        if self.other is None or self.other.transport is None:
            return
        if data:
            self.other.transport.write(data)
        else:
            self.other.transport.close()


class _Near(_End):
    """The end that a program has connected to: connects to the server, and reads from then on."""

    def __init__(self, server_socket: str, one_way_s: float) -> None:
        super().__init__(one_way_s)
        self._server_socket: Final = server_socket
        self._connecting: asyncio.Task[None] | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None
        self.transport.pause_reading()
        self._connecting = self._loop.create_task(self._connect())

    async def _connect(self) -> None:
        far = _End(self._one_way_s)
        await self._loop.create_unix_connection(lambda: far, self._server_socket)
        self.other, far.other = far, self
        assert self.transport is not None
        self.transport.resume_reading()


async def _serve(server_socket: str, one_way_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Near(server_socket, one_way_s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _exact_loop() -> asyncio.AbstractEventLoop:
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


if __name__ == "__main__":
    # epoll counts in whole milliseconds.
    with asyncio.Runner(loop_factory=_exact_loop) as runner:
        runner.run(_serve(sys.argv[1], float(sys.argv[2]) / 1000))
