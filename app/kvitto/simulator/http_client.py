"""Post a campaign's requests over HTTP, to one URL and never another."""

import asyncio
import contextlib
import socket
import ssl
import struct
import sys
from collections.abc import AsyncIterator
from typing import Final, NamedTuple, Self

import aiohttp
from yarl import URL

from kvitto.certificates import client_context
from kvitto.posting import posting_session
from kvitto.simulator.requests import Delivery, Post, PostAnswer
from kvitto.simulator.summary import TryFailure
from kvitto.simulator.target import Target

_KEPT_BYTES: Final = 1024
"""How much of an answer's body is kept."""
_CHUNKS: Final = 3
_RESET: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
_CUT_STEP_S: Final = 0.001
_CUT_STEPS: Final = 20


class TryResult(NamedTuple):
    """What came of one try: an answer, or the reason why there is none.

    Attributes:
        answer: what was answered.
        failure: why nothing was.
        was_sent: whether the request may have gone out whole.
    """

    answer: PostAnswer | None = None
    failure: TryFailure | None = None
    was_sent: bool = True


class HttpClient:
    """Posts to a target. An async context; belongs to one loop.

    Redirections are not followed, and proxies of the environment are not used.

    Args:
        target: where to.
        timeout_s: how long an answer may take, connecting included.
        connections: how many are open at most.
    """

    def __init__(self, target: Target, timeout_s: float, connections: int) -> None:
        self._target: Final = target
        self._timeout_s: Final = timeout_s
        self._connections: Final = connections
        self._url: Final = URL(target.url, encoded=True)
        self._tls: ssl.SSLContext | None = None

    async def __aenter__(self) -> Self:
        """Open what connections are kept in."""
        if self._target.is_tls:
            # Reading the system's certificates takes longer than a turn of the loop may.
            loop = asyncio.get_running_loop()
            self._tls = await loop.run_in_executor(None, client_context)
        self._session = posting_session(
            connector=aiohttp.TCPConnector(limit=self._connections, ssl=self._tls or True),
            headers=self._target.headers,
            skip_auto_headers=("Accept-Encoding",),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout_s),
            auto_decompress=False,
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close all connections."""
        await self._session.close()

    async def post(self, post: Post, *, is_first: bool) -> TryResult:
        """Try once to have a body answered; nothing is raised but a cancellation.

        Args:
            post: what is posted.
            is_first: whether it is its first try: only that is cut.
        """
        is_inside = post.delivery is Delivery.CUT_INSIDE
        try:
            if is_first and (is_inside or post.delivery is Delivery.CUT_AFTER):
                async with asyncio.timeout(self._timeout_s):
                    return await self._cut(post, is_inside=is_inside)
            return TryResult(answer=await self._answer(post))
        except TimeoutError:
            return TryResult(failure=TryFailure.SILENT)
        except (aiohttp.ClientConnectorError, UnicodeError):
            return TryResult(failure=TryFailure.UNREACHABLE, was_sent=False)
        except aiohttp.ClientResponseError:
            return TryResult(failure=TryFailure.NOT_HTTP)
        except (aiohttp.ClientError, OSError):
            return TryResult(failure=TryFailure.BROKEN)

    async def _answer(self, post: Post) -> PostAnswer:
        is_chunked = post.delivery is Delivery.CHUNKED
        body = _chunks(post.body) if is_chunked else post.body
        async with self._session.post(self._url, data=body, allow_redirects=False) as response:
            size, beginning = 0, b""
            async for piece in response.content.iter_any():
                size += len(piece)
                if len(beginning) < _KEPT_BYTES:
                    beginning = (beginning + piece)[:_KEPT_BYTES]
            return PostAnswer(response.status, size, beginning)

    async def _cut(self, post: Post, *, is_inside: bool) -> TryResult:
        """Send a request, or half of it, and cut the connection a moment later.

        That may be before the server has read, stored or answered: nothing is read, and an answer
        that comes in that moment is lost.
        """
        try:
            _reader, writer = await asyncio.open_connection(
                self._target.host, self._target.port, ssl=self._tls
            )
        except OSError:
            return TryResult(failure=TryFailure.UNREACHABLE, was_sent=False)
        try:
            request = self._target.request(post.body)
            writer.write(request[: -(len(post.body) // 2 + 1)] if is_inside else request)
            await asyncio.sleep(post.due_us % _CUT_STEPS * _CUT_STEP_S)
            connection = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                # The other side learns of it by a reset, as when a cable is cut.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        finally:
            writer.transport.abort()
        return TryResult(failure=TryFailure.CUT, was_sent=not is_inside)


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    size = max(1, -(-len(body) // _CHUNKS))
    for start in range(0, len(body), size):
        yield body[start : start + size]
