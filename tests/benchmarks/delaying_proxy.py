"""A network of some milliseconds: passes on what comes by TCP to a server's socket, and back, late.

``python -m tests.benchmarks.delaying_proxy SOCKET ONE_WAY_MS`` prints its port, and runs until it
is ended.
"""

import asyncio
import selectors
import sys
from typing import Final

_AT_ONCE: Final = 64 * 1024


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way_s: float
) -> None:
    """Pass on what comes, each piece so much later, and in order."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def take() -> None:
        piece = b"begin"
        while piece:
            try:
                piece = await reader.read(_AT_ONCE)
            except ConnectionError:
                piece = b""
            pieces.put_nowait((loop.time() + one_way_s, piece))

    async with asyncio.TaskGroup() as group:
        group.create_task(take())
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - loop.time())
            if not piece:
                writer.close()
                return
            writer.write(piece)


async def _serve(server_socket: str, one_way_s: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_unix_connection(server_socket)
        await asyncio.gather(
            _pass_on(reader, requests, one_way_s), _pass_on(answers, writer, one_way_s)
        )

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _exact_loop() -> asyncio.AbstractEventLoop:
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


if __name__ == "__main__":
    # epoll counts in whole milliseconds.
    with asyncio.Runner(loop_factory=_exact_loop) as runner:
        runner.run(_serve(sys.argv[1], float(sys.argv[2]) / 1000))
