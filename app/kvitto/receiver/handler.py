"""Answer requests. Source: protocol, "What we answer"."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Final, TypeAlias, cast

from aiohttp import hdrs, web
from aiohttp.http import HttpVersion11

from kvitto.core.ip1_fast_path import parse_fast
from kvitto.core.rejection import ReasonCode, RejectedBodyError, RejectionKind
from kvitto.core.report import DeliveryReport, Origin
from kvitto.receiver.authentication import NO_KEY, Authentication
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.dropped_bodies import DroppedBodies, is_passed_on
from kvitto.receiver.key_search import Authorization
from kvitto.receiver.known_heads import Again
from kvitto.receiver.metrics import Metrics
from kvitto.receiver.probes import PROBE_HEADER, ProbePath, Probes
from kvitto.receiver.protocol import Connection
from kvitto.receiver.receiver_errors import InternalFaultError
from kvitto.receiver.rejection_watch import RejectionWatch
from kvitto.receiver.request_body import (
    ClientDisconnectedError,
    InvalidBodyError,
    KeyHider,
    kept_headers,
    read_body,
    report_in,
)
from kvitto.receiver.request_boundaries import may_be_short, short_by
from kvitto.receiver.responses import CONTINUE, Replies, Reply
from kvitto.receiver.store_health import StoreHealth
from kvitto.receiver.unauthorized import ClientSources, UnauthorizedCounter
from kvitto.receiver.urls import HEALTH_PATH, path_of
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.errors import DailyLimitError, QueueFullError, StoreError
from kvitto.store.write_requests import (
    RejectedRequest,
    ReportRequest,
    UnauthorizedCount,
    WriteResult,
)

log = logging.getLogger(__name__)

Append: TypeAlias = Callable[
    [ReportRequest | RejectedRequest | UnauthorizedCount], Awaitable[WriteResult]
]
"""Stores an arrival, and returns once it is on the disk; raises a StoreError if it can't be."""

_READING: Final = (hdrs.METH_GET, hdrs.METH_HEAD)
_TOO_LARGE: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value
_BROWSER_HEADERS: Final = (hdrs.ORIGIN, "Sec-Fetch-Site")
"""Headers that a browser adds to the request of a web page, and the page can't remove."""
_STATUSES: Final = {
    RejectionKind.NOT_JSON: HTTPStatus.BAD_REQUEST,
    RejectionKind.WRONG_URL: HTTPStatus.NOT_FOUND,
    RejectionKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""The status of the response to a refused request; 422 for all others."""
_PROBE_STATUSES: Final = {
    ProbePath.KEY: HTTPStatus.OK,
    ProbePath.ELSEWHERE: HTTPStatus.NOT_FOUND,
    ProbePath.BODY_LOST: HTTPStatus.BAD_REQUEST,
}
"""The status of the response to a probe: that of a report in its place."""


class ReportHandler:
    """Answers requests. Belongs to one loop.

    Args:
        append: stores an arrival.
        callback_keys: returns the keys that are valid now.
        limits: how large a body may be, and how much is kept of a refused request.
        replies: the answers.
        metrics: where answers are counted.
        refused: keeps requests that are refused although they have a valid key.
        unauthorized: where the unauthorized requests are counted.
        unknown_callers: where it is noted who they were.
        probes: recognises the requests that we sent ourselves.
        dropped_bodies: where it is noted that a body was lost on the way.
        alarm: notes whether the store works.
        clock: the time, UTC.
        no_auth: whether reports are taken without a key, too; can be changed at any time.
        is_stalled: returns whether the store is stuck.
        health: returns what a health check is told beside that all is well; "" for nothing.
    """

    def __init__(
        self,
        *,
        append: Append,
        callback_keys: Callable[[], Sequence[CallbackKey]],
        limits: Limits,
        replies: Replies,
        metrics: Metrics,
        refused: RejectionWatch,
        unauthorized: UnauthorizedCounter,
        unknown_callers: ClientSources,
        probes: Probes,
        dropped_bodies: DroppedBodies,
        alarm: StoreHealth,
        clock: Callable[[], datetime],
        no_auth: bool,
        is_stalled: Callable[[], bool] = lambda: False,
        health: Callable[[], str] = lambda: "",
    ) -> None:
        self._append = append
        self._callback_keys = callback_keys
        self._limits = limits
        self._replies = replies
        self._metrics = metrics
        self._refused = refused
        self._unauthorized = unauthorized
        self._unknown_callers = unknown_callers
        self._probes = probes
        self._dropped_bodies = dropped_bodies
        self._alarm = alarm
        self._clock = clock
        self._authentication: Final = Authentication(callback_keys, no_auth=no_auth)
        self._is_stalled = is_stalled
        self._health = health

    @property
    def no_auth(self) -> bool:
        """Whether reports are taken without a key, too."""
        return self._authentication.no_auth

    @no_auth.setter
    def no_auth(self, no_auth: bool) -> None:
        self._authentication.no_auth = no_auth

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request. After any error in here that is 503, so that it is sent again."""
        connection = cast("Connection", request.protocol)
        try:
            reply = await self._counted(self._answer(request, connection))
        except ClientDisconnectedError:
            return self._replies.malformed.closing  # nobody will read it
        if self._leaves_rest_unread(request, reply) or connection.closes_after(request):
            return reply.closing
        return reply.keeping

    def again(self, target: str, body: bytes) -> Again | None:
        """Return what stores the report in a body behind a known head; None for an unusual one."""
        caller = self._authentication.caller(target)
        if caller is None or caller.key is None or caller.extra:
            return None
        report = parse_fast(body)
        if report is None:
            return None
        return caller, self._counted(self._store(caller, report, body))

    async def _counted(self, answering: Awaitable[Reply]) -> Reply:
        """Await a reply, and count it. After any error in there it is 503."""
        try:
            reply = await answering
        except ClientDisconnectedError:
            raise
        except StoreError as error:
            # The writer has logged its errors, but for the arrivals that it rejects at once.
            is_logged = not isinstance(error, QueueFullError | DailyLimitError)
            self._alarm.failed(error, is_logged=is_logged)
            reply = self._replies.unavailable
        except Exception:
            if self._alarm.failed(InternalFaultError()):
                log.exception("A request could not be answered")
            reply = self._replies.unavailable
        self._metrics.answered[reply.status] += 1
        return reply

    async def _answer(self, request: web.BaseRequest, connection: Connection) -> Reply:
        caller = self._authentication.caller(request.raw_path)
        if caller is NO_KEY and any(name in request.headers for name in _BROWSER_HEADERS):
            caller = None  # any web page that the user looks at could send it
        if caller is None or caller.extra:
            reply = self._answer_elsewhere(request, is_unknown_caller=caller is None)
            if reply is not None or caller is None:
                return reply or self._replies.not_found
        connection.recognise(caller)
        if request.method != hdrs.METH_POST:
            return self._replies.not_post
        try:
            body = await read_body(request, self._limits, _ask_for_body)
        except InvalidBodyError as unfit:
            connection.keep_from_closing()
            return await self._refuse(request, caller, unfit, unfit.beginning, unfit.size)
        except ClientDisconnectedError as gone:
            self._note_cut_off(request, connection, caller, gone)
            raise
        connection.keep_from_closing()
        return await self._take(request, connection, caller, body)

    def _answer_elsewhere(
        self, request: web.BaseRequest, *, is_unknown_caller: bool
    ) -> Reply | None:
        """Return the response to a request for another path; None where the path has a key."""
        path = path_of(request.raw_path)
        if path == HEALTH_PATH and request.method in _READING:
            if self._is_stalled():
                return self._replies.unavailable
            text = self._health()
            return self._replies.healthy(text) if text else self._replies.ok
        response = self._probe_response(request, None, ProbePath.ELSEWHERE)
        if response is None and is_unknown_caller:
            self._unauthorized.count()
            self._unknown_callers.note(path, request.remote, request.headers)
            return self._replies.not_found
        return response

    async def _take(
        self, request: web.BaseRequest, connection: Connection, caller: Authorization, body: bytes
    ) -> Reply:
        """Store a report; refuse any other body."""
        try:
            if caller.extra:
                raise _wrong_url(caller)
            report, plain = report_in(body, request.headers, self._limits.body_bytes)
        except RejectedBodyError as rejection:
            # Only here: so probes cost reports nothing.
            response = self._probe_response(request, body, ProbePath.KEY) or self._probe_response(
                request, None, ProbePath.BODY_LOST
            )
            if response is not None:
                return response
            explained = await self._explained(request, connection, rejection, body)
            if explained is not None:
                rejection, body = explained
            elif not body and is_passed_on(request.headers):
                self._dropped_bodies.note(caller.key, self._clock())
                rejection = RejectedBodyError(ReasonCode.BODY_DROPPED)
            is_large = rejection.kind is RejectionKind.TOO_LARGE
            kept = body[: self._limits.excerpt_bytes] if is_large else body
            return await self._refuse(request, caller, rejection, kept, len(body))
        reply = await self._store(caller, report, plain)
        if plain is body and caller.key is not None:
            connection.note_head(request)
        return reply

    async def _store(self, caller: Authorization, report: DeliveryReport, plain: bytes) -> Reply:
        """Store a report; return the reply once it is on the disk."""
        arrived = self._clock()
        receipt = await self._append(
            ReportRequest(report, plain, arrived, caller.key, caller.origin, caller.marks)
        )
        self._alarm.worked()
        self._metrics.count_report(receipt, arrived, caller.origin)
        return self._replies.ok

    async def _explained(
        self,
        request: web.BaseRequest,
        connection: Connection,
        rejection: RejectedBodyError,
        body: bytes,
    ) -> tuple[RejectedBodyError, bytes] | None:
        """Return a better reason and the whole body, if its end came behind its Content-Length."""
        if rejection.kind is not RejectionKind.NOT_JSON or not request.content_length:
            return None
        if may_be_short(body):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.excerpt_s):
                    while short_by(body, connection.following()) is None:
                        if not await connection.arrival():
                            break
        following = connection.following()
        better = short_by(body, following)
        if better is None:
            return None
        connection.claim_following()
        return better, body + following

    async def _refuse(
        self,
        request: web.BaseRequest,
        caller: Authorization,
        rejection: RejectedBodyError,
        kept: bytes,
        size: int,
    ) -> Reply:
        """Keep a refused request in quarantine, then answer why."""
        status = _STATUSES.get(rejection.kind, HTTPStatus.UNPROCESSABLE_ENTITY)
        if self._probes.is_probe(request.headers.get(PROBE_HEADER), kept):
            return self._replies.refused(status, str(rejection))
        await self._refused.keep(
            self._arrival(
                rejection, kept, size, self._kept_headers(request), caller.key, caller.origin
            )
        )
        self._alarm.worked()
        return self._replies.refused(status, str(rejection))

    # --- Incomplete requests --------------------------------------------------------------------

    def _note_cut_off(
        self,
        request: web.BaseRequest,
        connection: Connection,
        caller: Authorization,
        gone: ClientDisconnectedError,
    ) -> None:
        """Note an authenticated request whose connection ended in the middle of its body."""
        is_probe = self._probes.is_probe(request.headers.get(PROBE_HEADER), gone.beginning)
        if connection.is_stopping or is_probe:
            return  # stopping is recorded elsewhere
        self._refused.note(
            self._arrival(
                RejectedBodyError(ReasonCode.BODY_INCOMPLETE),
                gone.beginning,
                gone.size,
                self._kept_headers(request),
                caller.key,
                caller.origin,
            )
        )

    def note_unanswered(
        self, rejection: RejectedBodyError, data: bytes, caller: Authorization | None
    ) -> None:
        """Note data that is no request, if its connection has sent a valid key.

        Args:
            rejection: why it is none.
            data: its beginning.
            caller: who sent the latest request before it on the same connection.
        """
        if caller is None:
            caller = self._authentication.caller(data.decode("utf-8", "surrogateescape"))
        if caller is None:
            return
        kept = KeyHider(one.value for one in self._callback_keys()).data(data)
        kept = kept[: self._limits.excerpt_bytes]
        self._refused.note(self._arrival(rejection, kept, len(kept), (), caller.key, caller.origin))

    def _kept_headers(self, request: web.BaseRequest) -> tuple[tuple[str, str], ...]:
        hider = KeyHider(one.value for one in self._callback_keys())
        return kept_headers(request.raw_headers, hider, self._limits)

    def _arrival(
        self,
        rejection: RejectedBodyError,
        kept: bytes,
        size: int,
        headers: tuple[tuple[str, str], ...],
        key: int | None,
        origin: Origin,
    ) -> RejectedRequest:
        return RejectedRequest(
            rejection.kind, rejection.reason, kept, size, headers, self._clock(), key, origin
        )

    def _probe_response(
        self, request: web.BaseRequest, body: bytes | None, place: ProbePath
    ) -> Reply | None:
        """Return the response to a probe of ours; None for any other request."""
        proof = self._probes.answer(request.headers.get(PROBE_HEADER), body, place)
        if proof is None:
            return None
        return self._replies.probe(_PROBE_STATUSES[place], proof)

    def _leaves_rest_unread(self, request: web.BaseRequest, reply: Reply) -> bool:
        """Tell whether so much of the body may follow that it is not read to its end."""
        if reply.status == _TOO_LARGE:
            return True
        content = request.content
        if content.is_eof():
            return False
        return (
            _waits_for_us(request)
            or (request.content_length or 0) > self._limits.body_bytes
            or content.exception() is not None
        )


def _wrong_url(caller: Authorization) -> RejectedBodyError:
    return RejectedBodyError(ReasonCode.URL_TOO_LONG, extra=caller.extra)


def _waits_for_us(request: web.BaseRequest) -> bool:
    """Tell whether the peer sends the body only after `100 Continue`."""
    return (
        request.version >= HttpVersion11
        and request.headers.get(hdrs.EXPECT, "").lower() == "100-continue"
    )


def _ask_for_body(request: web.BaseRequest) -> None:
    if _waits_for_us(request):
        cast("Connection", request.protocol).tell(CONTINUE)
