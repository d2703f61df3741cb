"""The front-door test: post a probe to the public URL, and see what comes back."""

import errno
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Final

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver

from app.door.faults import Fault, ProbeResult
from app.door.network import has_route, proxy_for
from app.door.public_url import public_callback_url
from app.door.signs import READ_BYTES, Answer, Hint, fault_of, fault_of_silence
from app.door.threads import in_thread
from app.receiver.probes import PROBE_HEADER, Probe, Probes, Reached
from app.receiver.service import utc_now

TIMEOUT_S: Final = 15.0
_CONNECT_S: Final = 10.0
_NO_WAY: Final = frozenset(
    {errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}
)
_WITHOUT_TUNNEL: Final = (Fault.DNS, Fault.NO_ANSWER)
_HIDDEN: Final = "…"
_AGENT: Final = "Kvitto front-door test"
"""Not that of a browser: to those, some tunnels show a page first that no sender ever sees."""


class Prober:
    """Makes front-door tests. Belongs to one loop.

    Args:
        timeout_s: how long one test may take.
        clock: the time, UTC.
        has_way: tells whether this computer has a way to others; is called on a thread.
        tls: how the certificates of the far end are verified; None for as the system does it.
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
        self, base: str, secret: str, probes: Probes, hint: Hint | None = None
    ) -> ProbeResult:
        """Post one probe, and say what came of it. Never follows where it is sent on.

        Args:
            base: the public URL, of `public_base`.
            secret: the secret that belongs to it.
            probes: those of the receiver that it should lead to.
            hint: what is known of the tunnel.
        """
        probe = probes.make()
        started = time.monotonic()
        finding = await self._try(public_callback_url(base, secret), probe, hint or Hint(), probes)
        return ProbeResult(
            fault=finding.fault,
            at=self._clock(),
            took_s=time.monotonic() - started,
            status=finding.status,
            detail=finding.detail.replace(secret, _HIDDEN).replace(probe.nonce, _HIDDEN),
        )

    async def _try(self, url: str, probe: Probe, hint: Hint, probes: Probes) -> "_Finding":
        try:
            status, headers, body = await self._post(url, probe)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            finding = await self._of_error(error, hint)
        else:
            finding = _of_answer(status, headers, body, probe, probes, hint)
        if hint.is_connected is False and finding.fault in _WITHOUT_TUNNEL:
            # Its name and its far end go with it.
            finding = _Finding(Fault.TUNNEL_DOWN, finding.status, finding.detail)
        if finding.fault is None:
            return finding
        seen = await in_thread(probes.seen, probe)
        if seen is None:
            return finding
        if seen is Reached.ELSEWHERE:
            return _Finding(Fault.WRONG_SECRET, finding.status, finding.detail)
        if finding.status == HTTPStatus.OK:
            # What the sender looks at comes back; only our proof does not.
            return _Finding(None, finding.status, "the answer's body was changed on its way back")
        return _Finding(
            Fault.NO_ANSWER,
            finding.status,
            f"it came in, but its answer got lost: {finding.detail}",
        )

    async def _post(self, url: str, probe: Probe) -> tuple[int, dict[str, str], bytes]:
        proxy = await in_thread(proxy_for, url)
        connector = aiohttp.TCPConnector(
            # Each test is to find out anew what somebody from outside would.
            resolver=self._resolver(),
            use_dns_cache=False,
            force_close=True,
            ssl=True if self._tls is None else self._tls,
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._timeout_s, connect=_CONNECT_S),
                headers={"User-Agent": _AGENT, "Content-Type": "application/json"},
                auto_decompress=True,
            ) as client,
            client.post(
                url,
                data=probe.body,
                headers={PROBE_HEADER: probe.nonce},
                allow_redirects=False,
                proxy=proxy,
            ) as response,
        ):
            headers = {name.lower(): value for name, value in response.headers.items()}
            return response.status, headers, await _beginning(response)

    async def _of_error(self, error: Exception, hint: Hint) -> "_Finding":
        """Return what it tells that there was no answer."""
        detail = _in_words(error)
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            fault = Fault.DNS if await self._is_on_line() else Fault.NO_NETWORK
        elif isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
            fault = Fault.TLS
        elif isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
            fault, detail = Fault.NO_NETWORK, f"the proxy of this computer: {detail}"
        elif isinstance(error, aiohttp.ClientResponseError | aiohttp.InvalidURL):
            fault, detail = Fault.OTHER_PROGRAM, "the answer is not HTTP"
        elif isinstance(error, aiohttp.ClientConnectorError):
            fault = await self._of_no_connection(error.os_error)
        elif isinstance(error, aiohttp.ServerDisconnectedError):
            fault = fault_of_silence(hint)
        else:
            fault = Fault.NO_ANSWER if await self._is_on_line() else Fault.NO_NETWORK
        return _Finding(fault, None, detail)

    async def _of_no_connection(self, error: OSError) -> Fault:
        if isinstance(error, ConnectionRefusedError):
            return Fault.TUNNEL_DOWN
        if error.errno in _NO_WAY and not await self._is_on_line():
            return Fault.NO_NETWORK
        return Fault.NO_ANSWER

    async def _is_on_line(self) -> bool:
        return await in_thread(self._has_way)


class _Finding(msgspec.Struct, frozen=True):
    """What came of a probe."""

    fault: Fault | None
    status: int | None
    detail: str


def _of_answer(
    status: int, headers: dict[str, str], body: bytes, probe: Probe, probes: Probes, hint: Hint
) -> _Finding:
    reached = probes.proved(probe, body)
    if reached is Reached.ELSEWHERE:
        return _Finding(Fault.WRONG_SECRET, status, f"HTTP {status} from this Kvitto")
    if reached is Reached.SECRET and status == HTTPStatus.OK:
        return _Finding(None, status, "")
    fault, detail = fault_of(Answer(status, headers, body.decode("utf-8", "replace")), hint)
    return _Finding(fault, status, detail)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Return the beginning of an answer's body; what is broken off counts as far as it came."""
    read = bytearray()
    try:
        while len(read) < READ_BYTES and (piece := await response.content.readany()):
            read += piece
    except (aiohttp.ClientError, OSError):
        pass
    return bytes(read[:READ_BYTES])


def _in_words(error: Exception) -> str:
    """Return one line of an error, without what an object looks like in Python."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return (
            f"certificate: {getattr(error.certificate_error, 'verify_message', '') or 'not valid'}"
        )
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the connection was closed without an answer"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    text = (getattr(cause, "strerror", None) or str(cause)).splitlines()
    return f"{type(cause).__name__}: {text[0]}" if text else type(cause).__name__
