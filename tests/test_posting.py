"""A connection that is reset while a request is written fails like any other, and says nothing."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from kvitto.posting import posting_session

_TRIES = 60
_AT_ONCE = 6


@pytest.fixture
def resetting() -> Iterator[str]:
    """Accept connections and reset them, each other one after a piece was read; yield the URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=50)

    def reset() -> None:
        reads = False
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                if reads := not reads:
                    connection.recv(10)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    thread = threading.Thread(target=reset)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("is_chunked", [True, None])
def test_a_reset_is_a_lost_connection(resetting: str, is_chunked: bool | None) -> None:
    told: list[dict[str, Any]] = []
    raised: Counter[str] = Counter()

    async def post() -> None:
        connector = aiohttp.TCPConnector(force_close=True)
        with pytest.raises(aiohttp.ClientError) as caught:
            async with (
                posting_session(connector=connector) as client,
                client.post(resetting, data=b"a body", chunked=is_chunked) as answer,
            ):
                await answer.read()
        raised[type(caught.value).__name__] += 1

    async def post_all() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, one: told.append(one))
        for _ in range(_TRIES // _AT_ONCE):
            await asyncio.gather(*(post() for _ in range(_AT_ONCE)))

    asyncio.run(post_all())
    assert raised.total() == _TRIES
    assert told == []
