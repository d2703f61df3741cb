"""Requests with a body, of aiohttp's client, to who may end the connection while they are written.

A tunnel whose far end is gone accepts a connection and resets it at once. aiohttp's client then
trips over the connection that it has closed itself (an `AttributeError`), or leaves the error in
the task that wrote, which tells it in the log. Here it is a `ClientError`, as any lost connection.
"""

import contextlib
from typing import Any

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.connector import Connection
from typing_extensions import override


class _Request(aiohttp.ClientRequest):
    @override
    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: Connection, content_length: int | None = None
    ) -> None:
        # The connection is closed by then: whoever waits for the answer is told.
        with contextlib.suppress(aiohttp.ClientConnectionResetError):
            await super().write_bytes(writer, conn, content_length)


class _Response(aiohttp.ClientResponse):
    @override
    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        if connection.protocol is None:
            raise aiohttp.ServerDisconnectedError
        return await super().start(connection)


def posting_session(**options: Any) -> aiohttp.ClientSession:
    """Return a session for requests with a body.

    Args:
        options: those of `aiohttp.ClientSession`.
    """
    return aiohttp.ClientSession(request_class=_Request, response_class=_Response, **options)
