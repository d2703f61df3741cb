"""One HTTP connection within its limits: aiohttp's, which tells the slots what it does.

What aiohttp lacks for a public server: a time limit for a request, a limit for the size of a head,
an end to peers that don't take their answers, and no log lines about what unknown callers send.
Parsing, pipelining and keep-alive are aiohttp's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from aiohttp import EMPTY_PAYLOAD, StreamReader, web
from aiohttp.http_exceptions import BadHttpMessage, HttpProcessingError
from aiohttp.http_parser import RawRequestMessage
from aiohttp.web_protocol import _ErrInfo
from typing_extensions import override
from yarl import URL

from kvitto.core.rejection import ReasonCode, RejectedBodyError
from kvitto.receiver.connection_limits import (
    BUSY,
    IDLE,
    SENDING,
    TAKING,
    ConnectionPhase,
    ConnectionSlot,
    ConnectionSlots,
    Limits,
)
from kvitto.receiver.key_search import Authorization, OnUnanswered
from kvitto.receiver.metrics import Metrics
from kvitto.receiver.request_boundaries import RequestBoundaries, encode_target, may_begin
from kvitto.receiver.responses import Replies

log = logging.getLogger(__name__)

_UNREAD_ANSWERS: Final = 16 * 1024
"""Bytes of answers that may wait for a peer; then we wait for it, and it has a limit of time."""
_BUFFER: Final = 32 * 1024
"""Bytes of a body that may wait for us; then the peer waits (at twice as many)."""
_EVER_S: Final = 1e9
_FAULTS_OF_PEERS: Final = (ConnectionError, web.RequestPayloadError, HttpProcessingError)


class LimitedConnection(web.RequestHandler):
    """One connection of the receiver, as aiohttp answers it. Belongs to its loop.

    Args:
        server: who made it.
        loop: the receiver's loop.
    """

    __slots__ = (
        "_answered",
        "_arrived",
        "_boundaries",
        "_caller",
        "_half_closed",
        "_has_begun",
        "_head_bytes",
        "_held",
        "_is_broken",
        "_is_reported",
        "_last_body",
        "_link",
        "_rest",
        "_server",
        "_slot",
    )

    def __init__(self, server: "ConnectionServer", loop: asyncio.AbstractEventLoop) -> None:
        limits = server.limits
        super().__init__(
            server,
            loop=loop,
            logger=log,
            access_log=None,  # type: ignore[arg-type]  # how aiohttp is told to keep none
            max_line_size=limits.line_bytes,
            max_field_size=limits.field_bytes,
            max_headers=limits.fields,
            lingering_time=limits.linger_s,
            keepalive_timeout=_EVER_S,  # the slots' limit of time counts
            read_bufsize=_BUFFER,
            auto_decompress=False,
        )
        self._server: Final = server
        self._slot: ConnectionSlot | None = None
        # aiohttp drops its transport when it begins to close it; it may have to be aborted later.
        self._link: asyncio.Transport | None = None
        self._has_begun = False
        self._head_bytes = 0
        self._answered = 0
        self._half_closed = False
        self._last_body: StreamReader | None = None
        self._boundaries = RequestBoundaries(limits.head_bytes)
        self._held = b""
        self._is_broken = False
        self._is_reported = False
        self._rest = b""
        self._arrived: asyncio.Future[None] | None = None
        self._caller: Authorization | None = None

    # --- For the handler ------------------------------------------------------------------------

    @property
    def is_stopping(self) -> bool:
        """Whether connections close because the receiver stops."""
        return self._server.slots.stopping

    def recognise(self, caller: Authorization) -> None:
        """Note that the peer has sent a valid key."""
        self._caller = caller
        if self._slot is not None:
            self._server.slots.recognise(self._slot)

    def keep_from_closing(self) -> None:
        """Note that a request is complete: the connection stays open until it is answered."""
        self._enter(BUSY)

    def closes_after(self, request: web.BaseRequest) -> bool:
        """Tell whether the connection closes once `request` is answered."""
        if not request.keep_alive or (self._is_broken and self._is_reported):
            return True
        return (self._half_closed or self._server.slots.stopping) and not self._messages

    def following(self) -> bytes:
        """Return the data behind the last whole request, as far as it is kept."""
        return self._rest if self._is_broken else self._boundaries.unfinished_head

    async def arrival(self) -> bool:
        """Wait for more data; return whether more may follow."""
        if self._link is None or self._half_closed:
            return False
        self._arrived = self._loop.create_future()
        await self._arrived
        return True

    def claim_following(self) -> None:
        """Count `following` as a part of the last request: it is reported with that."""
        self._rest = self.following()
        self._is_broken = self._is_reported = True

    # --- Called by asyncio ---------------------------------------------------------------------

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=_UNREAD_ANSWERS)
        self._link = transport
        self._slot = self._server.slots.slot(transport.abort)

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        if self._slot is not None:
            self._server.slots.leave(self._slot)
        self._report_unanswered()
        # The bodies lead back here: without this, only the garbage collector would free us.
        self._link = self._slot = self._last_body = None
        self._notify_arrival()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if not data:  # aiohttp goes on with what its parser holds
            self._feed(b"")
        if self._held:
            data, self._held = self._held + data, b""
        at = 0
        while at < len(data) and self._parses():
            if len(self._messages) >= self._max_msg_queue_size or self._reading_paused:
                self._held = data[at:]
                return
            boundaries = self._boundaries
            before, is_new = boundaries.unfinished_head, self._is_between()
            if is_new:
                data = encode_target(data, at)
            end = boundaries.cut(data, at)
            if is_new and not may_begin(data, at):
                self._reject_malformed(data[at:], None)
            else:
                self._feed(data if end - at == len(data) else data[at:end])
                if not self._parses():
                    self._rest = (before + data[at:])[: self._server.limits.excerpt_bytes]
            at = end
        if self._is_broken:
            room = self._server.limits.excerpt_bytes - len(self._rest)
            self._rest += data[at : at + max(0, room)]
        self._notify_arrival()

    def _is_between(self) -> bool:
        """Tell whether a request begins next: aiohttp must agree, since its word counts."""
        last = self._last_body
        return self._boundaries.is_between and (last is None or last.is_eof())

    def _parses(self) -> bool:
        """Tell whether what comes is still looked at."""
        return not (self._is_broken or self._close or self._force_close)

    def _feed(self, data: bytes) -> None:
        """Let aiohttp parse what is no more than the rest of one request."""
        # Whether a request is under way says nothing: aiohttp needs a turn of the loop until it is.
        is_of_body = self._last_body is not None and not self._last_body.is_eof()
        try:
            super().data_received(data)
        except ValueError as error:
            # The parser lets a few targets and numbers through that the rest of it chokes on.
            self._reject_malformed(data, error)
            return
        messages, slot = self._messages, self._slot
        if messages:
            self._head_bytes = 0
            self._note_body(*messages[-1])
        if not data or slot is None or slot.phase is BUSY:
            return
        if messages and slot.known and messages[0][1].is_eof():
            self._enter(BUSY)
            return
        if not self._has_begun:
            self._has_begun = True
            self._enter(SENDING)
        if not messages and self._current_request is None and not is_of_body:
            self._measure_head(data)

    @override
    def eof_received(self) -> bool | None:  # type: ignore[override]  # None leaves asyncio no choice
        """Keep the connection while an answer is owed: some peers close their half early."""
        self._half_closed = True
        self._notify_arrival()
        last_is_whole = self._last_body is not None and self._last_body.is_eof()
        return last_is_whole and self._request_count > self._answered

    @override
    def resume_reading(self, resume_parser: bool = True) -> None:
        # aiohttp resumes after each piece of a body, which sends the parser round for nothing.
        if self._reading_paused:
            super().resume_reading(resume_parser)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        # Nothing more is read from a peer that does not take its answers: it would be kept here.
        if self._link is not None:
            self._link.pause_reading()
        self._enter(TAKING)

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        if self._link is not None and not (self._reading_paused or self._buffer_paused):
            self._link.resume_reading()

    # --- Called by aiohttp ---------------------------------------------------------------------

    @override
    def log_access(
        self, request: web.BaseRequest, response: web.StreamResponse, time: float | None
    ) -> None:
        """Note that a request is answered: aiohttp calls this just then."""
        self._answered += 1
        self._go_on() if response.keep_alive else self._enter(TAKING)

    def _go_on(self) -> None:
        """Enter the phase of what comes next: nothing, or a request that is here in part."""
        self._head_bytes = 0
        self._has_begun = False
        messages, slot = self._messages, self._slot
        if not messages:
            self._enter(IDLE)
        elif slot is not None and slot.known and messages[0][1].is_eof():
            self._enter(BUSY)
        else:
            self._has_begun = True
            self._enter(SENDING)

    @override
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is not HTTP, without a log line about it."""
        if status == HTTPStatus.BAD_REQUEST:
            self._note_break(exc)
            self._report_unanswered()
            return self._server.replies.malformed.closing
        log.error("Error while answering a request", exc_info=exc)
        return self._server.replies.unavailable.closing

    @override
    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Log our errors only: unknown callers could fill the disk with theirs."""
        error = kw.get("exc_info")
        is_gone = self.transport is None and isinstance(error, RuntimeError)
        if is_gone or isinstance(error, _FAULTS_OF_PEERS):
            log.debug("A peer broke off: %s", type(error).__name__)
        else:
            super().log_exception(*args, **kw)

    # --- Inside ---------------------------------------------------------------------------------

    def _enter(self, phase: ConnectionPhase) -> None:
        if self._slot is not None:
            self._server.slots.enter(self._slot, phase)

    def _note_body(self, message: object, body: StreamReader) -> None:
        """Remember the body of the latest request; break it off if what follows is not HTTP."""
        if body is not EMPTY_PAYLOAD or not isinstance(message, _ErrInfo):
            self._last_body = body
            return
        self._note_break(message.exc)
        if self._last_body is not None and not self._last_body.is_eof():
            self._is_reported = True  # with the request whose body this is
            # WORKAROUND aiohttp 3.14: its quick parser leaves the body waiting for ever.
            self._last_body.set_exception(web.RequestPayloadError())

    def _measure_head(self, data: bytes) -> None:
        """Add what came to the size of an unfinished head; give up on one that is too large."""
        self._head_bytes += len(data)
        if self._head_bytes > self._server.limits.head_bytes:
            self._reject_malformed(data, None)

    def _note_break(self, error: BaseException | None) -> None:
        """Note that the data is not HTTP any more: nothing is parsed from now on."""
        if not self._is_broken:
            self._is_broken = True
            self._server.metrics.malformed += 1
            log.debug("Not HTTP: %s", "no request" if error is None else type(error).__name__)

    def _reject_malformed(self, data: bytes, error: ValueError | None) -> None:
        """Answer 400 to what is not HTTP, once earlier requests are answered."""
        self._note_break(error)
        self._rest = data[: self._server.limits.excerpt_bytes]
        self._messages.append((_ErrInfo(400, error or BadHttpMessage(""), ""), EMPTY_PAYLOAD))
        self._request_count += 1
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _report_unanswered(self) -> None:
        """Report data that is no whole request, once."""
        if self._is_reported or self.is_stopping:
            return
        data = self.following()
        if self._is_broken:
            self._is_reported = True
            rejection = RejectedBodyError(ReasonCode.REQUEST_MALFORMED)
        elif data.strip(b"\r\n"):
            rejection = RejectedBodyError(ReasonCode.REQUEST_INCOMPLETE)
        else:
            return
        self._server.on_unanswered(rejection, data, self._caller)

    def _notify_arrival(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)


def _new_request(message: RawRequestMessage, *rest: Any) -> web.BaseRequest:
    """Return a request, whatever host its target names."""
    if message.url.absolute:
        # WORKAROUND aiohttp 3.14: a host that IDNA can't decode ends its task without an answer.
        message = message._replace(url=URL())
    arguments: tuple[Any, ...] = (message, *rest, asyncio.get_running_loop())
    return web.BaseRequest(*arguments)


class ConnectionServer(web.Server):
    """Makes connections, and has what they share. Belongs to the running loop.

    Args:
        handler: answers a request.
        slots: limits the connections.
        limits: what a peer may cost.
        replies: the answers.
        metrics: where malformed requests are counted.
        on_unanswered: is called with data that is no whole request.
    """

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        *,
        slots: ConnectionSlots,
        limits: Limits,
        replies: Replies,
        metrics: Metrics,
        on_unanswered: OnUnanswered,
    ) -> None:
        super().__init__(handler, request_factory=_new_request)
        self.slots: Final = slots
        self.limits: Final = limits
        self.replies: Final = replies
        self.metrics: Final = metrics
        self.on_unanswered: Final = on_unanswered
