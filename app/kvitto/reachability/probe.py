"""Post probes to the public URL as the SMS service may, and see what comes back."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from http import HTTPStatus
from typing import Final

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from msgspec.structs import replace

from kvitto.certificates import client_context, root_count
from kvitto.clock import utc_now
from kvitto.posting import posting_session
from kvitto.reachability.diagnosis import (
    READ_BYTES,
    Hint,
    UnprovenAnswer,
    failure_of,
    failure_of_error,
    is_of_unknown_issuer,
    redirection,
)
from kvitto.reachability.failures import INCONCLUSIVE, CheckFailure, ProbeResult
from kvitto.reachability.host_scope import HostScope
from kvitto.reachability.network import Proxy, ScopedResolver, finds_names, has_route, proxy_for
from kvitto.reachability.public_url import public_callback_url
from kvitto.receiver.error_details import cleaned, trace_of
from kvitto.receiver.probes import PROBE_HEADER, Probe, ProbePath, Probes
from kvitto.receiver.supervision import in_thread

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 15.0
_CONNECT_S: Final = 10.0
_WITHOUT_TUNNEL: Final = INCONCLUSIVE | {CheckFailure.DNS, CheckFailure.NO_ANSWER}
_AGENT: Final = "Kvitto reachability check"
"""Not that of a browser: to those, some tunnels show a page first that no sender ever sees."""


class _Framing(Enum):
    """How the length of a body is sent. The SMS service may do either: this is not documented."""

    SIZED = "with a Content-Length"
    CHUNKED = "in chunks, without a Content-Length"


class Prober:
    """Posts probes. Belongs to one loop.

    Args:
        timeout_s: how long one probe may take.
        clock: the time, UTC.
        has_way: tells whether this computer has a way to others; is called on a thread.
        tls: how the certificates of the far end are verified; None for as this computer does it.
        resolver: makes what finds the addresses of names; None for the system's.
    """

    def __init__(
        self,
        *,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], datetime] = utc_now,
        has_way: Callable[[], bool] = has_route,
        tls: ssl.SSLContext | None = None,
        resolver: Callable[[], AbstractResolver] = ThreadedResolver,
    ) -> None:
        self._timeout_s = timeout_s
        self._clock = clock
        self._has_way = has_way
        self._tls = tls
        self._resolver = resolver

    async def test(
        self, base: str, callback_key: str, probes: Probes, hint: Hint | None = None
    ) -> ProbeResult:
        """Post a probe in each framing, and return the combined result.

        Never follows where it is sent on. Raises nothing: what goes wrong on our side is a failure
        that says so.

        Args:
            base: the public URL, of `public_base`.
            callback_key: the key that belongs to it.
            probes: those of the receiver that it should lead to.
            hint: what is known of the tunnel.
        """
        started = time.monotonic()
        hidden = [callback_key]
        try:
            proxy = await in_thread(proxy_for, base)
            hidden += () if proxy is None else proxy.hidden
            url = public_callback_url(base, callback_key)
            tls = self._tls
            if tls is None and url.startswith("https:"):
                # Anew each time: somebody may have installed the list that was missing.
                tls = await in_thread(client_context)
            finding = await self._test(_Test(url, callback_key, probes, hint or Hint(), proxy, tls))
        except Exception as error:  # noqa: BLE001 - a test that fails must not end the monitor
            log.error("The public address could not be tested: %s", trace_of(error, hidden))  # noqa: TRY400
            finding = _Finding(CheckFailure.TEST_FAILED, None, type(error).__name__)
        return ProbeResult(
            failure=finding.failure,
            at=self._clock(),
            took_s=time.monotonic() - started,
            status=finding.status,
            detail=cleaned(finding.detail, hidden),
            place=cleaned(finding.place, hidden),
            scope=finding.scope,
            is_partial=finding.is_partial,
        )

    async def _test(self, test: "_Test") -> "_Finding":
        sized, chunked = await asyncio.gather(
            self._try(test, _Framing.SIZED), self._try(test, _Framing.CHUNKED)
        )
        if sized.failure is None and chunked.failure is not None and chunked.status is None:
            # It may have got lost by chance, as anything may.
            chunked = await self._try(test, _Framing.CHUNKED)
        return _verdict(sized, chunked)

    async def _try(self, test: "_Test", framing: _Framing) -> "_Finding":
        probe, probes, hint = test.probes.make(), test.probes, test.hint
        resolver = ScopedResolver(self._resolver())
        try:
            answer = await self._post(test, probe, framing, resolver)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            finding = await self._of_error(error, test, resolver)
        else:
            finding = _of_answer(answer, probe, test)
        finding = replace(finding, scope=resolver.scope)
        if hint.is_connected is False and finding.failure in _WITHOUT_TUNNEL:
            # Its own program says so; and its name and its far end go with it.
            finding = replace(finding, failure=CheckFailure.TUNNEL_DOWN)
        if finding.failure is None:
            return finding
        return _of_arrival(finding, await in_thread(probes.seen, probe))

    async def _post(
        self, test: "_Test", probe: Probe, framing: _Framing, resolver: ScopedResolver
    ) -> UnprovenAnswer:
        proxy = test.proxy
        connector = aiohttp.TCPConnector(
            # Each test is to find out anew what somebody from outside would.
            resolver=resolver,
            use_dns_cache=False,
            force_close=True,
            ssl=True if test.tls is None else test.tls,
        )
        async with (
            posting_session(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._timeout_s, connect=_CONNECT_S),
                headers={"User-Agent": _AGENT, "Content-Type": "application/json"},
                auto_decompress=True,
            ) as client,
            client.post(
                test.url,
                data=probe.body,
                chunked=True if framing is _Framing.CHUNKED else None,
                headers={PROBE_HEADER: probe.nonce},
                allow_redirects=False,
                proxy=(proxy.url or None) if proxy is not None else None,
            ) as response,
        ):
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = await _beginning(response)
            return UnprovenAnswer(response.status, headers, body.decode("utf-8", "replace"))

    async def _of_error(
        self, error: Exception, test: "_Test", resolver: ScopedResolver
    ) -> "_Finding":
        """Diagnose a probe without an answer."""
        failure, detail = failure_of_error(error, test.hint, test.proxy)
        if is_of_unknown_issuer(error) and await in_thread(root_count) == 0:
            return _Finding(CheckFailure.OWN_CERTIFICATES, None, f"nobody is trusted; {detail}")
        asked_for_name = resolver.was_asked and resolver.scope is None
        if failure is CheckFailure.DNS or (failure is CheckFailure.NO_ANSWER and asked_for_name):
            if not await in_thread(self._has_way):
                failure = CheckFailure.NO_NETWORK
            elif not await finds_names(self._resolver):
                failure = CheckFailure.OWN_DNS
            else:
                failure = CheckFailure.DNS
        elif failure is CheckFailure.NO_ANSWER and not await in_thread(self._has_way):
            failure = CheckFailure.NO_NETWORK
        place = (
            test.proxy.place if failure is CheckFailure.OWN_PROXY and test.proxy is not None else ""
        )
        return _Finding(failure, None, detail, place)


class _Test(msgspec.Struct, frozen=True):
    """What is tested, and how."""

    url: str
    callback_key: str
    probes: Probes
    hint: Hint
    proxy: Proxy | None
    tls: ssl.SSLContext | None


class _Finding(msgspec.Struct, frozen=True):
    """What came of a probe."""

    failure: CheckFailure | None
    status: int | None
    detail: str
    place: str = ""
    scope: HostScope | None = None
    is_partial: bool = False


def _verdict(sized: _Finding, chunked: _Finding) -> _Finding:
    """Combine the findings of two probes that differ only in their framing."""
    for one, framing in ((sized, _Framing.SIZED), (chunked, _Framing.CHUNKED)):
        if one.failure is CheckFailure.BODIES_DROPPED:
            is_partial = one is chunked and sized.failure is None
            detail = f"{one.detail}, sent {framing.value}"
            return replace(one, detail=detail, is_partial=is_partial)
    if sized.failure is not None or chunked.failure is None or chunked.failure in INCONCLUSIVE:
        return sized
    detail = f"only with a Content-Length: without one, {chunked.detail}"
    return replace(
        chunked, failure=CheckFailure.BODIES_DROPPED, detail=detail, place="", is_partial=True
    )


def _of_answer(answer: UnprovenAnswer, probe: Probe, test: _Test) -> _Finding:
    status, proxy = answer.status, test.proxy
    reached = test.probes.proved(probe, answer.text.encode("utf-8", "replace"))
    if reached is ProbePath.BODY_LOST:
        return _Finding(CheckFailure.BODIES_DROPPED, status, "the body got lost")
    if reached is ProbePath.ELSEWHERE:
        return _Finding(CheckFailure.WRONG_KEY, status, f"HTTP {status} from this Kvitto")
    if reached is ProbePath.KEY and status == HTTPStatus.OK:
        return _Finding(None, status, "")
    if proxy is not None and proxy.url and test.url.startswith("http:"):
        # To a URL without TLS the proxy may answer itself: whose answer it is can't be known.
        detail = f"HTTP {status} by way of the proxy {proxy.place}"
        return _Finding(CheckFailure.OWN_PROXY, status, detail, proxy.place)
    failure, detail = failure_of(answer, test.hint)
    place = (
        redirection(test.url, answer, test.callback_key)
        if failure is CheckFailure.PAGE_IN_THE_WAY
        else ""
    )
    return _Finding(CheckFailure.REDIRECTED if place else failure, status, detail, place)


def _of_arrival(finding: _Finding, seen: ProbePath | None) -> _Finding:
    """Diagnose a probe that has come in, though its answer proves nothing."""
    match seen:
        case None:
            return finding
        case ProbePath.ELSEWHERE:
            return replace(finding, failure=CheckFailure.WRONG_KEY)
        case ProbePath.BODY_LOST:
            return replace(finding, failure=CheckFailure.BODIES_DROPPED, detail="the body got lost")
        case ProbePath.KEY if finding.status == HTTPStatus.OK:
            # The status that the SMS service reads comes back; only our proof does not.
            detail = "the answer's body was changed on its way back"
            return replace(finding, failure=None, detail=detail)
        case ProbePath.KEY if finding.failure in INCONCLUSIVE:
            return finding  # what lost its answer was on our own way out
        case ProbePath.KEY:
            detail = f"it came in, but its answer got lost: {finding.detail}"
            return replace(finding, failure=CheckFailure.NO_ANSWER, detail=detail)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Return the beginning of an answer's body; what is broken off counts as far as it came."""
    read = bytearray()
    try:
        while len(read) < READ_BYTES and (piece := await response.content.readany()):
            read += piece
    except (aiohttp.ClientError, OSError):
        pass
    return bytes(read[:READ_BYTES])
