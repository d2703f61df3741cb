"""From a request to its answer. Source: protocol, "What we answer"."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from hmac import compare_digest
from http import HTTPStatus
from typing import Final, NamedTuple, TypeAlias, cast

from aiohttp import hdrs, web
from aiohttp.http import HttpVersion11

from app.core.refusal import RefusalKind, RefusedBodyError
from app.core.report import Origin
from app.receiver.address import HEALTH_PATH, OPEN_PATH, SECRET_PATH, path_of
from app.receiver.alarm import Alarm
from app.receiver.answers import CONTINUE, Replies, Reply
from app.receiver.body import PeerGoneError, UnfitBodyError, read_body
from app.receiver.coding import report_in
from app.receiver.connection import Connection
from app.receiver.headers import kept_headers
from app.receiver.knocks import KnockCounter
from app.receiver.limits import Limits
from app.receiver.probes import PROBE_HEADER, Probes, Reached
from app.receiver.strangers import Strangers
from app.receiver.tally import Tally
from app.store.arrivals import Knocks, Receipt, RefusedArrival, ReportArrival
from app.store.errors import QueueFullError, StoreError
from app.store.secrets import CallbackSecret

log = logging.getLogger(__name__)

Append: TypeAlias = Callable[[ReportArrival | RefusedArrival | Knocks], Awaitable[Receipt]]
"""Stores what it is given, and returns once that is on disk; raises StoreError if it can't be."""

_ASKING: Final = (hdrs.METH_GET, hdrs.METH_HEAD)
_TOO_LARGE: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value
_STATUSES: Final = {
    RefusalKind.NOT_JSON: HTTPStatus.BAD_REQUEST,
    RefusalKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""What is answered to a refused body; 422 to all others."""
_OUR_MISTAKE: Final = (
    "Kvitto made a mistake of its own. The reports that it meets are refused for now, and wait at "
    "the sender for about 90 minutes. The log tells more."
)


class Endpoint:
    """Answers requests. Belongs to one loop.

    Args:
        append: stores what comes.
        secrets: returns the secrets that are valid now.
        limits: how large a body may be, and how much is kept of a refused request.
        replies: the answers.
        tally: where answers are counted.
        knocks: where the requests of strangers are counted.
        strangers: where it is noted who they were.
        probes: recognises the requests that we sent ourselves.
        alarm: is told whether the store works.
        clock: the time, UTC.
        is_open: whether reports are taken without a secret, too.
    """

    def __init__(
        self,
        *,
        append: Append,
        secrets: Callable[[], Sequence[CallbackSecret]],
        limits: Limits,
        replies: Replies,
        tally: Tally,
        knocks: KnockCounter,
        strangers: Strangers,
        probes: Probes,
        alarm: Alarm,
        clock: Callable[[], datetime],
        is_open: bool,
    ) -> None:
        self._append = append
        self._secrets = secrets
        self._limits = limits
        self._replies = replies
        self._tally = tally
        self._knocks = knocks
        self._strangers = strangers
        self._probes = probes
        self._alarm = alarm
        self._clock = clock
        self._is_open = is_open

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request. Whatever happens here, the sender gets 503 and tries again."""
        connection = cast("Connection", request.protocol)
        try:
            reply = await self._answer(request, connection)
        except PeerGoneError:
            return self._replies.malformed.closing  # there is nobody to send it to
        except StoreError as error:
            # The writer has said what hinders it, but for how many wait.
            is_logged = not isinstance(error, QueueFullError)
            self._alarm.failed(type(error).__name__, error.sentence, is_logged=is_logged)
            reply = self._replies.unavailable
        except Exception as error:
            if self._alarm.failed(type(error).__name__, _OUR_MISTAKE):
                log.exception("A request could not be answered")
            reply = self._replies.unavailable
        self._tally.answered[reply.status] += 1
        if self._leaves_rest_unread(request, reply) or connection.closes_after(request):
            return reply.closing
        return reply.keeping

    async def _answer(self, request: web.BaseRequest, connection: Connection) -> Reply:
        path = path_of(request.raw_path)
        way = self._way_in(path)
        if way is None:
            if path == HEALTH_PATH and request.method in _ASKING:
                return self._replies.ok
            proved = self._proof(request, None, Reached.ELSEWHERE)
            if proved is not None:
                return proved
            self._knocks.count()
            self._strangers.note(path, request.remote, request.headers)
            return self._replies.not_found
        connection.recognise()
        if request.method != hdrs.METH_POST:
            return self._replies.not_post
        try:
            body = await read_body(request, self._limits, _ask_for_body)
        except UnfitBodyError as unfit:
            connection.keep_from_closing()
            return await self._refuse(request, way, unfit, unfit.beginning, unfit.size)
        connection.keep_from_closing()
        try:
            report, plain = report_in(body, request.headers, self._limits.body_bytes)
        except RefusedBodyError as refusal:
            # A probe is no report: looked for here, it costs reports nothing.
            proved = self._proof(request, body, Reached.SECRET)
            if proved is not None:
                return proved
            is_large = refusal.kind is RefusalKind.TOO_LARGE
            kept = body[: self._limits.excerpt_bytes] if is_large else body
            return await self._refuse(request, way, refusal, kept, len(body))
        arrived = self._clock()
        receipt = await self._append(ReportArrival(report, plain, arrived, way.key, way.origin))
        self._alarm.worked()
        self._tally.count_report(receipt, arrived, way.origin)
        return self._replies.ok

    async def _refuse(
        self,
        request: web.BaseRequest,
        way: "_WayIn",
        refusal: RefusedBodyError,
        kept: bytes,
        size: int,
    ) -> Reply:
        """Put a refused body into quarantine, then say why."""
        secrets = (secret.value for secret in self._secrets())
        headers = kept_headers(request.raw_headers, secrets, self._limits)
        kind, reason = refusal.kind, refusal.reason
        await self._append(
            RefusedArrival(kind, reason, kept, size, headers, self._clock(), way.key)
        )
        self._alarm.worked()
        self._tally.refused += 1
        return self._replies.refused(_STATUSES.get(kind, HTTPStatus.UNPROCESSABLE_ENTITY), reason)

    def _proof(self, request: web.BaseRequest, body: bytes | None, place: Reached) -> Reply | None:
        """Return the answer to a probe of ours; None to whatever else came."""
        proof = self._probes.answer(request.headers.get(PROBE_HEADER), body, place)
        if proof is None:
            return None
        status = HTTPStatus.OK if place is Reached.SECRET else HTTPStatus.NOT_FOUND
        return self._replies.proved(status, proof)

    def _way_in(self, path: str) -> "_WayIn | None":
        """Return by which right a request to `path` brings a report; None if by none.

        Every secret is compared, and each in constant time, so that the time taken tells nothing.
        """
        if not path.startswith(SECRET_PATH):
            return _NO_SECRET if self._is_open and path == OPEN_PATH else None
        candidate = path[len(SECRET_PATH) :].encode("utf-8", "surrogateescape")
        found = None
        for secret in self._secrets():
            if compare_digest(candidate, secret.value.encode("utf-8")):
                found = secret
        return found

    def _leaves_rest_unread(self, request: web.BaseRequest, reply: Reply) -> bool:
        """Tell whether more of the body may follow than is worth reading to its end."""
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


class _NoSecret(NamedTuple):
    """What stands for a secret where none is needed."""

    key: None = None
    origin: Origin = Origin.WEBHOOK


_NO_SECRET: Final = _NoSecret()
_WayIn: TypeAlias = CallbackSecret | _NoSecret
"""By which right a request brings a report."""


def _waits_for_us(request: web.BaseRequest) -> bool:
    """Tell whether the peer sends the body only when we say so."""
    return (
        request.version >= HttpVersion11
        and request.headers.get(hdrs.EXPECT, "").lower() == "100-continue"
    )


def _ask_for_body(request: web.BaseRequest) -> None:
    transport = request.transport
    if transport is not None and not transport.is_closing() and _waits_for_us(request):
        transport.write(CONTINUE)
