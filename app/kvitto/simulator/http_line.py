"""One connection of the sender, from its opening to its end; one request at a time."""

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import Callable
from typing import Final, NamedTuple

from typing_extensions import override

from kvitto.simulator.requests import Delivery
from kvitto.simulator.response_reader import Answer, AnswerReader, NotHttpError
from kvitto.simulator.retry_queue import Attempt
from kvitto.simulator.summary import Failure
from kvitto.simulator.target import Target

_RESET: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
_CUT_STEP_S: Final = 0.001
_CUT_STEPS: Final = 20


class Result(NamedTuple):
    """What came of one try: an answer, or the reason why there is none."""

    answer: Answer | None = None
    failure: Failure | None = None


class Line(asyncio.Protocol):
    """A connection to the target. Belongs to one loop.

    Args:
        target: where it leads.
        loop: the loop.
        on_sent: is told that a try's request goes out whole.
        on_result: is given a try's result; then the line is free again, if it is still open.

    Attributes:
        attempt: what is under way; None while it is free.
        deadline_s: when that is given up, on the clock of the owner.
    """

    def __init__(
        self,
        target: Target,
        loop: asyncio.AbstractEventLoop,
        on_sent: Callable[[Attempt], None],
        on_result: Callable[["Line", Attempt, Result], None],
    ) -> None:
        self.attempt: Attempt | None = None
        self.deadline_s = 0.0
        self._target: Final = target
        self._loop: Final = loop
        self._on_sent: Final = on_sent
        self._on_result: Final = on_result
        self._transport: asyncio.Transport | None = None
        self._reader: Final = AnswerReader()
        self._is_deaf = False

    @property
    def is_open(self) -> bool:
        """Whether it is connected."""
        return self._transport is not None and not self._transport.is_closing()

    def post(self, attempt: Attempt, deadline_s: float) -> None:
        """Send a request; the line must be open and free."""
        transport = self._transport
        assert transport is not None
        assert self.attempt is None
        self.attempt = attempt
        self.deadline_s = deadline_s
        body, delivery = attempt.post.body, attempt.post.delivery
        is_first = attempt.tries == 1
        if delivery is Delivery.CHUNKED:
            for piece in self._target.chunked_request(body):
                transport.write(piece)
        elif is_first and delivery is Delivery.CUT_INSIDE:
            transport.write(self._target.request(body)[: -(len(body) // 2 + 1)])
            self._cut_soon(attempt)
            return
        else:
            transport.write(self._target.request(body))
            if is_first and delivery is Delivery.CUT_AFTER:
                self._cut_soon(attempt)
        self._on_sent(attempt)

    def give_up(self, failure: Failure) -> None:
        """Close the connection; what is under way on it has failed."""
        self._drop()
        self._finish(Result(failure=failure))

    def close(self) -> None:
        """Close the connection; nothing is told of what is under way on it."""
        self.attempt = None
        self._drop()

    # --- What asyncio tells ---------------------------------------------------------------------

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        if self.attempt is None:
            self._drop()  # nobody asked: a "408" maybe, before the server closes
            return
        try:
            answer = self._reader.feed(data)
        except NotHttpError:
            self.give_up(Failure.NOT_HTTP)
            return
        if answer is None:
            return
        if not answer.keeps or not self._reader.is_clean:
            self._drop()
        self._finish(Result(answer=answer))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        answer = None if self._is_deaf else self._reader.end()
        if answer is not None:
            self._finish(Result(answer=answer))
        else:
            self._finish(Result(failure=Failure.CUT if self._is_deaf else Failure.BROKEN))

    # --- Inside ---------------------------------------------------------------------------------

    def _drop(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    def _finish(self, result: Result) -> None:
        attempt, self.attempt = self.attempt, None
        if attempt is not None:
            self._on_result(self, attempt, result)

    def _cut_soon(self, attempt: Attempt) -> None:
        """Cut the connection a moment later: before the server has read, stored or answered.

        From now on nothing is read: an answer that comes in that moment is lost with it.
        """
        self._is_deaf = True
        delay_s = attempt.post.due_us % _CUT_STEPS * _CUT_STEP_S
        self._loop.call_later(delay_s, self._cut)

    def _cut(self) -> None:
        if self._transport is None:
            return
        connection = self._transport.get_extra_info("socket")
        if connection is not None:
            with contextlib.suppress(OSError):
                # The other side learns of it by a reset, as when a cable is cut.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.give_up(Failure.CUT)
