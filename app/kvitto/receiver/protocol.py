"""The receiver's side of a connection, which knows some heads of requests by their bytes.

Those are not parsed by aiohttp; see `kvitto.receiver.known_heads`. All others are, and whatever
comes between two that are known: this takes what begins when nothing else is under way, and lets
the answers to what follows wait for its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from typing_extensions import override

from kvitto.receiver.connection_limits import IDLE, SENDING, TAKING, ConnectionSlots, Limits
from kvitto.receiver.key_search import OnUnanswered
from kvitto.receiver.known_heads import Again, KnownHeads
from kvitto.receiver.limited_connection import ConnectionServer, LimitedConnection
from kvitto.receiver.metrics import Metrics
from kvitto.receiver.responses import Replies, Reply
from kvitto.receiver.supervision import start_at_once

_LARGEST_LONE: Final = 4096
"""Bytes: a report is a tenth of that. What is larger is not kept in memory until more comes."""


class Connection(LimitedConnection):
    """One connection of the receiver. Belongs to its loop.

    Args:
        server: who made it.
        loop: the receiver's loop.
    """

    __slots__ = ("_behind", "_lone", "_maker", "_storing", "_takes_known", "_turn")

    def __init__(self, server: "ReceiverServer", loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(server, loop)
        self._maker: Final = server
        # What came alone, when nothing else was under way: a whole request, maybe.
        self._lone: bytes | None = None
        # A request whose head is known is being stored.
        self._takes_known = False
        self._storing: asyncio.Task[None] | None = None
        self._turn: asyncio.Future[None] | None = None
        # What is to be sent right behind its answer.
        self._behind = b""

    def tell(self, data: bytes) -> None:
        """Send what is no answer yet, in its turn."""
        if self._takes_known:
            self._behind = data
        elif self._link is not None and not self._link.is_closing():
            self._link.write(data)

    def note_head(self, request: web.BaseRequest) -> None:
        """Note that the report of a request is stored: its head may be known by its bytes."""
        lone, self._lone = self._lone, None
        if lone is not None:
            self._maker.heads.note(lone, request)

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        self._lone = None
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        is_idle = self._is_idle()
        if is_idle and self._is_taken(data):
            return
        self._lone = data if is_idle and len(data) <= _LARGEST_LONE else None
        super().data_received(data)

    @override
    def eof_received(self) -> bool | None:  # type: ignore[override]  # as the one it overrides
        return super().eof_received() or self._takes_known

    @override
    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer, in its turn: aiohttp calls this for each."""
        if self._takes_known:
            self._turn = self._loop.create_future()
            await self._turn
            self._turn = None
        return await super().finish_response(request, resp, start_time)

    def _is_idle(self) -> bool:
        """Tell whether a request begins next, and all before it are answered."""
        slot = self._slot
        return (
            slot is not None
            and (slot.phase is IDLE or (slot.phase is SENDING and not self._has_begun))
            and not (self._takes_known or self._messages or self._held or self._reading_paused)
            and self._current_request is None
            and self._parses()
            and self._is_between()
            and not self._boundaries.unfinished_head
        )

    def _is_taken(self, data: bytes) -> bool:
        """Store the report in data if its head is known; tell whether it is being stored."""
        found, link = self._maker.heads.target_and_body(data), self._link
        # An answer that the peer has not taken: aiohttp waits for that, and so does the next.
        if found is None or link is None or link.get_write_buffer_size():
            return False
        again = self._maker.again(*found)
        if again is None:
            return False
        caller, answering = again
        self.recognise(caller)
        self.keep_from_closing()
        self._takes_known = True
        self._storing = start_at_once(self._answer(answering))
        return True

    async def _answer(self, answering: Awaitable[Reply]) -> None:
        """Send a reply once it is there, and let those to what follows be sent."""
        try:
            reply = await answering
        except BaseException:
            if self._link is not None:
                self._link.abort()  # the next answer would be taken for the one that is missing
            raise
        finally:
            self._takes_known, self._storing = False, None
            turn = self._turn
            if turn is not None and not turn.done():
                turn.set_result(None)  # it goes on in the next turn of the loop
        link = self._link
        if link is None or link.is_closing():
            return
        is_begun = turn is not None or self._current_request is not None
        last = self._last_body
        is_incomplete = not self._messages and last is not None and not last.is_eof()
        # Of a request that is not whole the rest can't come any more.
        is_cut_off = self._half_closed and is_incomplete and turn is None
        is_over = (self._half_closed or self.is_stopping) and not (is_begun or self._messages)
        if is_over or is_cut_off:
            self._enter(TAKING)
            link.write(reply.closing.wire())
            link.close()
            return
        link.write(reply.keeping.wire() + self._behind)
        self._behind = b""
        if not is_begun:
            self._go_on()
        elif is_incomplete:
            self._has_begun = True
            self._enter(SENDING)


class ReceiverServer(ConnectionServer):
    """Makes a `Connection` for each that is accepted. Belongs to the running loop.

    Args:
        handler: answers a request.
        again: returns what stores a report whose head is known; see `ReportHandler.again`.
        slots, limits, replies, metrics, on_unanswered: see `ConnectionServer`.
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
        again: Callable[[str, bytes], Again | None],
    ) -> None:
        super().__init__(
            handler,
            slots=slots,
            limits=limits,
            replies=replies,
            metrics=metrics,
            on_unanswered=on_unanswered,
        )
        self.heads: Final = KnownHeads()
        self.again: Final = again

    @override
    def __call__(self) -> Connection:
        return Connection(self, self._loop)
