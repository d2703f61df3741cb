"""What it tells that a probe got no answer at all: whose failure that is, ours or the far end's."""

import errno
import socket
from typing import Final

import aiohttp

from kvitto.reachability.diagnosis import Hint, failure_of_silence
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.network import Proxy

_OWN_TROUBLE: Final = frozenset(
    {
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS),
        # A firewall of this computer.
        *(errno.EACCES, errno.EPERM),
    }
)
_UNKNOWN_ISSUER: Final = frozenset({18, 19, 20, 21})
"""What OpenSSL calls a certificate by nobody we know: a proxy that looks into TLS has such."""


def failure_of_error(error: Exception, hint: Hint, proxy: Proxy | None) -> tuple[CheckFailure, str]:
    """Return what an error tells, and the technical detail.

    DNS and NO_ANSWER may be NO_NETWORK or OWN_DNS instead: that takes another look.

    Args:
        error: of the HTTP client.
        hint: what is known of the tunnel.
        proxy: the proxy of this computer, if it is set to use one.
    """
    detail = _in_words(error)
    if proxy is not None:
        return _of_proxy(error, proxy, detail)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return CheckFailure.DNS, detail
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return CheckFailure.TLS, detail
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.InvalidURL):
        return CheckFailure.OTHER_PROGRAM, "the answer is not HTTP"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return failure_of_silence(hint), detail
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, socket.gaierror):
        return CheckFailure.DNS, detail
    if isinstance(cause, OSError) and cause.errno in _OWN_TROUBLE:
        return CheckFailure.TEST_FAILED, detail
    if isinstance(cause, ConnectionRefusedError):
        return CheckFailure.TUNNEL_DOWN, detail
    return CheckFailure.NO_ANSWER, detail


def _of_proxy(error: Exception, proxy: Proxy, detail: str) -> tuple[CheckFailure, str]:
    """Return what an error tells behind a proxy: hardly ever more than that it did not work."""
    if not proxy.url:
        what = "can't be used by Kvitto" if proxy.place else "has an address that can't be read"
        return CheckFailure.OWN_PROXY, f"the proxy {proxy.place} {what}; without it: {detail}"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return CheckFailure.OWN_PROXY, f"the proxy {proxy.place}: HTTP {error.status}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        code = getattr(error.certificate_error, "verify_code", 0)
        if code and code not in _UNKNOWN_ISSUER:
            return CheckFailure.TLS, detail
    return CheckFailure.OWN_PROXY, f"by way of the proxy {proxy.place}: {detail}"


def _in_words(error: Exception) -> str:
    """Return one line of an error, without what an object looks like in Python."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        message = getattr(error.certificate_error, "verify_message", "")
        return f"certificate: {message or 'not valid'}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the connection was closed without an answer"
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    text = (getattr(cause, "strerror", None) or str(cause)).splitlines()
    return f"{type(cause).__name__}: {text[0]}" if text else type(cause).__name__
