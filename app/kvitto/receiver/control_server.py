"""The control listener, at which the windows of this computer's user reach the receiver.

A second HTTP listener on 127.0.0.1, on a port of its own, which no tunnel leads to. Requests need
the token in the data folder; those that a browser may have made are refused before that is checked.
It runs on a thread and a loop of its own, so that it delays no answer to a report.
"""

import asyncio
import contextlib
import hmac
import logging
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures.thread import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http import HTTPStatus
from secrets import token_hex
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from aiohttp import web
from typing_extensions import override

from kvitto.receiver.control_messages import (
    HEARTBEAT_S,
    MAX_BODY_BYTES,
    REQUEST_PATH,
    WATCH_PATH,
    ReceiverStatus,
    Request,
)
from kvitto.receiver.receiver_errors import ReceiverError, problem_of
from kvitto.receiver.server import settle
from kvitto.store.errors import StoreError

log = logging.getLogger(__name__)

_HOST: Final = "127.0.0.1"
_TOKEN_BYTES: Final = 32
MAX_CONNECTIONS: Final = 32
"""Open at once; beyond that, those that have not sent the token are closed."""
_UNAUTHENTICATED_S: Final = 5.0
"""How long a connection may stay open without having sent the token."""
_LOOK_EVERY_S: Final = 0.5
"""How often a fault is checked again: nobody notifies of its end."""
_PACE_S: Final = 0.05
"""The time between two lines to a watcher, at least."""
_END_S: Final = 2.0
_THREADS: Final = 3
"""For what blocks: while it moves to another port, keys can be asked for."""


class ControlServer:
    """Answers requests of windows, from its construction until `close`.

    Threads: `notify` and `close` from any.

    Args:
        answer: answers a request, on this server's own loop; a `StoreError` or `ReceiverError` of
            it is passed on to the client.
        status: returns the status now; is called on this server's loop, and must be quick.

    Attributes:
        token: authenticates requests. A secret.
        port: where it listens on 127.0.0.1.
    """

    def __init__(
        self, answer: Callable[[Request], Awaitable[Any]], status: Callable[[], ReceiverStatus]
    ) -> None:
        self._answer = answer
        self._status = status
        self.token: Final = token_hex(_TOKEN_BYTES)
        self._socket = socket.create_server((_HOST, 0))
        self._socket.setblocking(False)
        self.port: Final[int] = self._socket.getsockname()[1]
        self._watchers: set[asyncio.Event] = set()
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(
            ThreadPoolExecutor(_THREADS, thread_name_prefix="kvitto-control-work")
        )
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="kvitto-control", daemon=True)
        self._thread.start()

    def notify(self) -> None:
        """Send the watchers the current status, soon."""
        # A new watcher gets the status at once: nothing is missed.
        if self._watchers:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """Send the watchers a last status, answer no more, and end the thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    def __enter__(self) -> Self:
        """Return the server itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    # --- On its own thread ----------------------------------------------------------------------

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = _Server(self._handle)
        listener = await self._loop.create_server(server.connect, sock=self._socket)
        await self._stopped.wait()
        self._wake()
        with contextlib.suppress(NotImplementedError):  # Windows
            self._loop.remove_reader(self._socket)
        await settle()
        listener.close()
        await server.shutdown(_END_S)
        await settle()

    def _wake(self) -> None:
        for event in self._watchers:
            event.set()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        refused = self._refused(request)
        if refused is not None:
            return web.Response(status=refused)
        _note_authenticated(request)
        if (request.method, request.path) == ("GET", WATCH_PATH):
            return await self._watch(request)
        if (request.method, request.path) != ("POST", REQUEST_PATH):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        try:
            asked = msgspec.json.decode(await request.read(), type=Request)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.warning("A window's request can't be parsed: %s", error)
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        try:
            answer = await self._answer(asked)
        except (StoreError, ReceiverError) as error:
            return _json(problem_of(error), HTTPStatus.CONFLICT)
        except Exception:
            log.exception("A window's request failed: %s", type(asked).__name__)
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        return _json(answer)

    def _refused(self, request: web.BaseRequest) -> HTTPStatus | None:
        """Return the status code of a refusal; None where the request is authorized."""
        headers = request.headers
        # A web page can make a browser post here, and by DNS rebinding even read the answer.
        if headers.get("Host") != f"{_HOST}:{self.port}":
            return HTTPStatus.FORBIDDEN
        if "Origin" in headers or "Sec-Fetch-Site" in headers:
            return HTTPStatus.FORBIDDEN
        told = headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(told, f"Bearer {self.token}".encode()):
            return HTTPStatus.UNAUTHORIZED
        return None

    async def _watch(self, request: web.BaseRequest) -> web.StreamResponse:
        """Send the status now and after each change, until the client or this server ends."""
        response = web.StreamResponse(headers={"Content-Type": "application/jsonl"})
        response.enable_chunked_encoding()
        told: ReceiverStatus | None = None
        told_at = 0.0
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
            async with self._watching() as news:
                while True:
                    is_last = self._stopped.is_set()
                    status = self._status()
                    is_due = self._loop.time() - told_at >= HEARTBEAT_S
                    if status != told or is_due:
                        await response.write(msgspec.json.encode(status) + b"\n")
                        told, told_at = status, self._loop.time()
                        if not is_last:
                            # What follows a commit, such as the counts, is there by then.
                            await asyncio.sleep(_PACE_S)
                            continue
                    if is_last:
                        break
                    is_well = status.is_listening and not status.alarm
                    pause_s = HEARTBEAT_S if is_well else _LOOK_EVERY_S
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(pause_s):
                            await news.wait()
                    news.clear()
            await response.write_eof()
        return response

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator[asyncio.Event]:
        news = asyncio.Event()
        self._watchers.add(news)
        try:
            yield news
        finally:
            self._watchers.discard(news)


def _json(answer: object, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    body = msgspec.json.encode(answer)
    return web.Response(status=status, body=body, content_type="application/json")


# --- Connections --------------------------------------------------------------------------------


class _Connection(web.RequestHandler):
    """One connection, which is closed unless it sends the token soon."""

    __slots__ = ("is_authenticated",)

    def __init__(self, server: "_Server", **options: Any) -> None:
        super().__init__(server, **options)
        self.is_authenticated = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(_UNAUTHENTICATED_S, self.close_unless_authenticated)

    def close_unless_authenticated(self) -> None:
        """Close it, if it has not sent the token."""
        if not self.is_authenticated and self.transport is not None:
            self.transport.abort()


def _note_authenticated(request: web.BaseRequest) -> None:
    if isinstance(request.protocol, _Connection):
        request.protocol.is_authenticated = True


class _Server(web.Server):
    """Makes connections, and limits their number."""

    def __init__(self, handle: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        # Malformed requests are not logged, and our own errors are where requests are answered.
        quiet = logging.getLogger(f"{__name__}.http")
        quiet.setLevel(logging.CRITICAL + 1)
        super().__init__(handle, request_factory=_request, access_log=None, logger=quiet)

    def connect(self) -> asyncio.Protocol:
        """Return the protocol of a new connection."""
        if len(self.connections) >= MAX_CONNECTIONS:
            for one in self.connections:
                if isinstance(one, _Connection):
                    one.close_unless_authenticated()
        return _Connection(self, loop=asyncio.get_running_loop(), **self._kwargs)


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=MAX_BODY_BYTES
    )
