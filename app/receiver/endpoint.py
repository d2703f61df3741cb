"""From a request to its answer. Source: protocol, "What we answer"."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from hmac import compare_digest
from http import HTTPStatus
from typing import Final, TypeAlias, cast

from aiohttp import hdrs, web
from aiohttp.http import HttpVersion11

from app.core.marks import URL_MARK
from app.core.refusal import RefusalKind, RefusedBodyError
from app.core.report import Origin
from app.receiver.address import HEALTH_PATH, OPEN_PATH, SECRET_PATH, path_of
from app.receiver.alarm import Alarm
from app.receiver.answers import CONTINUE, Replies, Reply
from app.receiver.body import PeerGoneError, UnfitBodyError, read_body
from app.receiver.coding import report_in
from app.receiver.connection import Connection
from app.receiver.dropped_bodies import DROPPED_BODY, DroppedBodies, is_passed_on
from app.receiver.entry import Entry
from app.receiver.headers import KeyHider, kept_headers
from app.receiver.key_search import key_candidates
from app.receiver.knocks import KnockCounter
from app.receiver.limits import Limits
from app.receiver.probes import PROBE_HEADER, Probes, Reached
from app.receiver.refused_requests import RefusedRequests
from app.receiver.short_length import may_be_short, short_by
from app.receiver.strangers import Strangers
from app.receiver.tally import Tally
from app.store.arrivals import Knocks, Receipt, RefusedArrival, ReportArrival
from app.store.errors import DailyLimitError, QueueFullError, StoreError
from app.store.secrets import CallbackSecret

log = logging.getLogger(__name__)

Append: TypeAlias = Callable[[ReportArrival | RefusedArrival | Knocks], Awaitable[Receipt]]
"""Stores what it is given, and returns once that is on disk; raises StoreError if it can't be."""

BENT: Final = (URL_MARK,)
"""The mark of a report whose URL was bent, but held a valid key."""
_ASKING: Final = (hdrs.METH_GET, hdrs.METH_HEAD)
_TOO_LARGE: Final = HTTPStatus.REQUEST_ENTITY_TOO_LARGE.value
_OF_BROWSERS: Final = (hdrs.ORIGIN, "Sec-Fetch-Site")
"""What a browser adds to a request that a web page makes, and the page can't keep away."""
_STATUSES: Final = {
    RefusalKind.NOT_JSON: HTTPStatus.BAD_REQUEST,
    RefusalKind.WRONG_URL: HTTPStatus.NOT_FOUND,
    RefusalKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""What is answered to a refused body; 422 to all others."""
_PROVED: Final = {
    Reached.SECRET: HTTPStatus.OK,
    Reached.ELSEWHERE: HTTPStatus.NOT_FOUND,
    Reached.BODY_LOST: HTTPStatus.BAD_REQUEST,
}
"""What is answered to a probe, as to a report in its place."""
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
        refused: keeps what is refused although it came by a valid key.
        knocks: where the requests of strangers are counted.
        strangers: where it is noted who they were.
        probes: recognises the requests that we sent ourselves.
        dropped_bodies: where it is noted that a body was lost on the way.
        alarm: is told whether the store works.
        clock: the time, UTC.
        is_open: whether reports are taken without a secret, too; can be changed at any time.
        is_stalled: returns whether the store is stuck.
    """

    def __init__(
        self,
        *,
        append: Append,
        secrets: Callable[[], Sequence[CallbackSecret]],
        limits: Limits,
        replies: Replies,
        tally: Tally,
        refused: RefusedRequests,
        knocks: KnockCounter,
        strangers: Strangers,
        probes: Probes,
        dropped_bodies: DroppedBodies,
        alarm: Alarm,
        clock: Callable[[], datetime],
        is_open: bool,
        is_stalled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._append = append
        self._secrets = secrets
        self._limits = limits
        self._replies = replies
        self._tally = tally
        self._refused = refused
        self._knocks = knocks
        self._strangers = strangers
        self._probes = probes
        self._dropped_bodies = dropped_bodies
        self._alarm = alarm
        self._clock = clock
        self.is_open = is_open
        self._is_stalled = is_stalled

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request. Whatever happens here, the sender gets 503 and tries again."""
        connection = cast("Connection", request.protocol)
        try:
            reply = await self._answer(request, connection)
        except PeerGoneError:
            return self._replies.malformed.closing  # there is nobody to send it to
        except StoreError as error:
            # The writer has said what hinders it, but for what it turns away at once.
            is_logged = not isinstance(error, QueueFullError | DailyLimitError)
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
        entry = self._entry(request.raw_path)
        if entry is _NO_KEY and any(name in request.headers for name in _OF_BROWSERS):
            entry = None  # any web page that the user looks at could send it
        if entry is None or entry.extra:
            reply = self._answer_elsewhere(request, is_stranger=entry is None)
            if reply is not None or entry is None:
                return reply or self._replies.not_found
        connection.recognise(entry)
        if request.method != hdrs.METH_POST:
            return self._replies.not_post
        try:
            body = await read_body(request, self._limits, _ask_for_body)
        except UnfitBodyError as unfit:
            connection.keep_from_closing()
            return await self._refuse(request, entry, unfit, unfit.beginning, unfit.size)
        except PeerGoneError as gone:
            self._note_cut_off(request, connection, entry, gone)
            raise
        connection.keep_from_closing()
        return await self._take(request, connection, entry, body)

    def _answer_elsewhere(self, request: web.BaseRequest, *, is_stranger: bool) -> Reply | None:
        """Return the answer to a request for another path; None for one of the sender's."""
        path = path_of(request.raw_path)
        if path == HEALTH_PATH and request.method in _ASKING:
            return self._replies.unavailable if self._is_stalled() else self._replies.ok
        proved = self._proof(request, None, Reached.ELSEWHERE)
        if proved is None and is_stranger:
            self._knocks.count()
            self._strangers.note(path, request.remote, request.headers)
            return self._replies.not_found
        return proved

    async def _take(
        self, request: web.BaseRequest, connection: Connection, entry: Entry, body: bytes
    ) -> Reply:
        """Store a report; refuse what is none."""
        try:
            if entry.extra:
                raise _wrong_url(entry)
            report, plain = report_in(body, request.headers, self._limits.body_bytes)
        except RefusedBodyError as refusal:
            # A probe is no report: looked for here, it costs reports nothing.
            proved = self._proof(request, body, Reached.SECRET) or self._proof(
                request, None, Reached.BODY_LOST
            )
            if proved is not None:
                return proved
            explained = await self._explained(request, connection, refusal, body)
            if explained is not None:
                refusal, body = explained
            elif not body and is_passed_on(request.headers):
                self._dropped_bodies.note(entry.key, self._clock())
                refusal = RefusedBodyError(refusal.kind, DROPPED_BODY)
            is_large = refusal.kind is RefusalKind.TOO_LARGE
            kept = body[: self._limits.excerpt_bytes] if is_large else body
            return await self._refuse(request, entry, refusal, kept, len(body))
        arrived = self._clock()
        receipt = await self._append(
            ReportArrival(report, plain, arrived, entry.key, entry.origin, entry.marks)
        )
        self._alarm.worked()
        self._tally.count_report(receipt, arrived, entry.origin)
        return self._replies.ok

    async def _explained(
        self,
        request: web.BaseRequest,
        connection: Connection,
        refusal: RefusedBodyError,
        body: bytes,
    ) -> tuple[RefusedBodyError, bytes] | None:
        """Return a better reason and the whole body, if its end came behind its Content-Length."""
        if refusal.kind is not RefusalKind.NOT_JSON or not request.content_length:
            return None
        if may_be_short(body):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.excerpt_s):
                    while short_by(body, connection.following()) is None:
                        if not await connection.arrival():
                            break
        following = connection.following()
        reason = short_by(body, following)
        if reason is None:
            return None
        connection.claim_following()
        return RefusedBodyError(RefusalKind.NOT_JSON, reason), body + following

    async def _refuse(
        self,
        request: web.BaseRequest,
        entry: Entry,
        refusal: RefusedBodyError,
        kept: bytes,
        size: int,
    ) -> Reply:
        """Put a refused body into quarantine, then say why."""
        status = _STATUSES.get(refusal.kind, HTTPStatus.UNPROCESSABLE_ENTITY)
        if self._probes.is_probe(request.headers.get(PROBE_HEADER), kept):
            return self._replies.refused(status, refusal.reason)
        await self._refused.keep(
            self._arrival(refusal, kept, size, self._kept_headers(request), entry.key, entry.origin)
        )
        self._alarm.worked()
        return self._replies.refused(status, refusal.reason)

    # --- Requests that nobody waits for ---------------------------------------------------------

    def _note_cut_off(
        self,
        request: web.BaseRequest,
        connection: Connection,
        entry: Entry,
        gone: PeerGoneError,
    ) -> None:
        """Note a request of the sender's whose connection ended in the middle of its body."""
        is_probe = self._probes.is_probe(request.headers.get(PROBE_HEADER), gone.beginning)
        if connection.is_stopping or is_probe:
            return  # that we stop is noted elsewhere
        self._refused.note(
            self._arrival(
                RefusedBodyError(
                    RefusalKind.CUT_OFF, "The connection ended before the body was complete."
                ),
                gone.beginning,
                gone.size,
                self._kept_headers(request),
                entry.key,
                entry.origin,
            )
        )

    def note_unanswered(self, refusal: RefusedBodyError, data: bytes, entry: Entry | None) -> None:
        """Note what came on a connection and is no request, if that has named a valid key.

        Args:
            refusal: what it is instead.
            data: its beginning.
            entry: by which right the latest request before it came on the same connection.
        """
        if entry is None:
            entry = self._entry(data.decode("utf-8", "surrogateescape"))
        if entry is None:
            return
        kept = KeyHider(one.value for one in self._secrets()).data(data)
        kept = kept[: self._limits.excerpt_bytes]
        self._refused.note(self._arrival(refusal, kept, len(kept), (), entry.key, entry.origin))

    def _kept_headers(self, request: web.BaseRequest) -> tuple[tuple[str, str], ...]:
        hider = KeyHider(one.value for one in self._secrets())
        return kept_headers(request.raw_headers, hider, self._limits)

    def _arrival(
        self,
        refusal: RefusedBodyError,
        kept: bytes,
        size: int,
        headers: tuple[tuple[str, str], ...],
        key: int | None,
        origin: Origin,
    ) -> RefusedArrival:
        return RefusedArrival(
            refusal.kind, refusal.reason, kept, size, headers, self._clock(), key, origin
        )

    def _proof(self, request: web.BaseRequest, body: bytes | None, place: Reached) -> Reply | None:
        """Return the answer to a probe of ours; None to whatever else came."""
        proof = self._probes.answer(request.headers.get(PROBE_HEADER), body, place)
        if proof is None:
            return None
        return self._replies.proved(_PROVED[place], proof)

    # --- Who may come in ------------------------------------------------------------------------

    def _entry(self, target: str) -> Entry | None:
        """Return by which right a request for `target` brings a report; None if by none.

        Every key is compared with every candidate, and each in constant time, so that the time
        taken tells nothing.
        """
        path = path_of(target)
        if path.startswith(SECRET_PATH):
            found = self._known(path[len(SECRET_PATH) :])
            if found is not None:
                marks = () if target.endswith(found.value) else BENT
                return Entry(found.key, found.origin, marks)
        elif self.is_open and path == OPEN_PATH:
            return _NO_KEY
        known = ((self._known(one.value), one.extra) for one in key_candidates(target))
        for found, extra in [one for one in known if one[0] is not None]:
            assert found is not None
            return Entry(found.key, found.origin, BENT, extra)
        return None

    def _known(self, candidate: str) -> CallbackSecret | None:
        """Return the valid key that this is."""
        compared = candidate.encode("utf-8", "surrogateescape")
        found = None
        for secret in self._secrets():
            if compare_digest(compared, secret.value.encode("utf-8")):
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


_NO_KEY: Final = Entry(None, Origin.WEBHOOK)
"""What stands for a key where none is needed."""


def _wrong_url(entry: Entry) -> RefusedBodyError:
    return RefusedBodyError(
        RefusalKind.WRONG_URL,
        f"This is your URL, with “{entry.extra}” too much at its key.",
    )


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
