"""Diagnose why a probe did not come back: by the answer, or by the error that came instead.

Each kind of tunnel has error pages of its own. What is marked *assumed* is not in its makers'
documentation, but seen in practice or reasoned. A misread answer costs a worse sentence, not a
wrong status light: that is green only where the proof came back.
"""

import errno
import re
import socket
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec

from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.network import Proxy
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.receiver.responses import SERVER
from kvitto.receiver.urls import KEY_PATH, redacted

READ_BYTES: Final = 16 * 1024
"""How much of an answer is read."""
_LONGEST_NAME: Final = 40

_NGROK_CODE: Final = re.compile(r"ERR_NGROK_(\d{1,6})")
# To what is no browser Cloudflare answers a line of text, else a page (assumed: of this form).
_CLOUDFLARE_CODE: Final = re.compile(
    r"error code:?\s*(\d{3,4})\b|<span[^>]*>\s*(1\d{3})\s*</span>|Error\s+(1\d{3})\b", re.IGNORECASE
)
_PAGE: Final = re.compile(r"<!doctype html|<html|<head|<body", re.IGNORECASE)
_ASKS_FOR_SOMEBODY: Final = re.compile(
    r'type\s*=\s*["\']?password|log\s?in\b|sign\s?in\b|captive|you are about to visit|'
    r"accept the terms|hotspot",
    re.IGNORECASE,
)

_LOGIN_PATH: Final = re.compile(
    r"log-?[io]n|sign-?in|auth|\bsso\b|account|consent|/access/|captive|portal|challenge",
    re.IGNORECASE,
)

_CLOUDFLARE_NO_TUNNEL: Final = frozenset({1016, 1033})
"""Its makers: 1033, no healthy `cloudflared` is connected; 1016, the name leads to no tunnel."""
_BY_CLOUDFLARE: Final = {
    502: CheckFailure.WRONG_PORT,  # `cloudflared` is connected and can't reach what it leads to
    520: CheckFailure.OTHER_PROGRAM,  # the answer is not HTTP as it should be
    521: CheckFailure.TUNNEL_DOWN,  # without `cloudflared`: the user's own server refuses
    522: CheckFailure.NO_ANSWER,
    523: CheckFailure.TUNNEL_DOWN,
    524: CheckFailure.NO_ANSWER,
    525: CheckFailure.TLS,
    526: CheckFailure.TLS,
    530: CheckFailure.TUNNEL_DOWN,
}
_BY_STATUS: Final = {
    HTTPStatus.UNAUTHORIZED: CheckFailure.PAGE_IN_THE_WAY,
    # These two come from our own side of the internet: from a proxy that nobody set, and from what
    # keeps the guests of a network out (RFC 6585).
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: CheckFailure.OWN_PROXY,
    HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED: CheckFailure.NETWORK_LOGIN,
    HTTPStatus.FORBIDDEN: CheckFailure.REFUSED_AT_EDGE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: CheckFailure.REFUSED_AT_EDGE,
    HTTPStatus.TOO_MANY_REQUESTS: CheckFailure.REFUSED_AT_EDGE,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: CheckFailure.REFUSED_AT_EDGE,
    HTTPStatus.SERVICE_UNAVAILABLE: CheckFailure.TUNNEL_DOWN,
    HTTPStatus.GATEWAY_TIMEOUT: CheckFailure.NO_ANSWER,
}
_BY_NGROK: Final = {
    3004: CheckFailure.OTHER_PROGRAM,  # what it leads to does not speak HTTP
    6022: CheckFailure.PAGE_IN_THE_WAY,  # assumed: like the next
    6024: CheckFailure.PAGE_IN_THE_WAY,  # the warning page before the first visit
}


class UnprovenAnswer(msgspec.Struct, frozen=True):
    """An answer to a probe that holds no proof.

    Attributes:
        status: its HTTP status.
        headers: its headers, by names in lower case.
        text: the beginning of its body.
    """

    status: int
    headers: Mapping[str, str]
    text: str = ""


class Hint(msgspec.Struct, frozen=True):
    """What is known of the tunnel from this side.

    Attributes:
        kind: what it is.
        is_connected: whether it is up, as far as its program says; None where it does not say.
    """

    kind: TunnelProvider = TunnelProvider.OTHER
    is_connected: bool | None = None


def failure_of(answer: UnprovenAnswer, hint: Hint) -> tuple[CheckFailure, str]:
    """Diagnose an answer without a proof: return the failure, and the technical detail."""
    server = _printable(answer.headers.get("server", ""))
    detail = f"HTTP {answer.status}" + (f" from {server}" if server else "")
    ngrok = _ngrok_code(answer)
    if ngrok is not None:
        return _of_ngrok(ngrok), f"{detail}, ERR_NGROK_{ngrok}"
    if server == "cloudflare" or "cf-ray" in answer.headers:
        failure, code = _of_cloudflare(answer)
        if failure is not None:
            return failure, detail + (f", error code {code}" if code else "")
    if 300 <= answer.status < 400:
        place = _place(answer.headers.get("location", ""))
        return CheckFailure.PAGE_IN_THE_WAY, detail + (f", leads to {place}" if place else "")
    if server == SERVER:
        return CheckFailure.OTHER_PROGRAM, f"{detail}: another Kvitto"
    if answer.status == HTTPStatus.BAD_GATEWAY:
        return _of_bad_gateway(hint), detail
    failure = _BY_STATUS.get(HTTPStatus(answer.status)) if answer.status in _STATUSES else None
    if failure is None and _PAGE.search(answer.text) and _ASKS_FOR_SOMEBODY.search(answer.text):
        return CheckFailure.PAGE_IN_THE_WAY, f"{detail}, a page for people"
    return failure or CheckFailure.OTHER_PROGRAM, detail


def redirection(url: str, answer: UnprovenAnswer, callback_key: str) -> str:
    """Return where an answer redirects to, without the key; "" for a page for people.

    That is so where the host stays the same, such as for https instead of http, and where the path
    goes along. A login is a page for people wherever it is.

    Args:
        url: what was asked for.
        answer: the answer to it.
        callback_key: the key in `url`.
    """
    location = answer.headers.get("location", "")
    if not 300 <= answer.status < 400 or not location:
        return ""
    try:
        target = urlsplit(urljoin(url, location))
        host, port = (target.hostname or "").rstrip("."), target.port
    except ValueError:
        return ""
    if target.scheme not in {"http", "https"} or not host or callback_key in target.query:
        return ""  # what repeats our URL as a value comes back to it after a login
    goes_along = f"{KEY_PATH}{callback_key}" in target.path
    is_same_host = host == (urlsplit(url).hostname or "").rstrip(".")
    if not goes_along and (not is_same_host or _LOGIN_PATH.search(target.path)):
        return ""
    place = host if port is None else f"{host}:{port}"
    path = redacted(target.path) if goes_along else ""
    return "".join(one for one in f"{target.scheme}://{place}{path}" if one.isprintable())


def failure_of_silence(hint: Hint) -> CheckFailure:
    """Diagnose a connection that was closed without an answer."""
    # sshd takes the connection, and closes it when ssh finds nothing to pass it on to.
    return CheckFailure.WRONG_PORT if hint.kind is TunnelProvider.SSH else CheckFailure.NO_ANSWER


_STATUSES: Final = frozenset(HTTPStatus)


def _ngrok_code(answer: UnprovenAnswer) -> int | None:
    found = _NGROK_CODE.search(answer.headers.get("ngrok-error-code", ""))
    if found is None and answer.status >= 400:
        found = _NGROK_CODE.search(answer.text)  # the header is not in every version's answers
    return None if found is None else int(found[1])


def _of_ngrok(code: int) -> CheckFailure:
    if code // 100 == 32:  # 3200: the endpoint is offline; its neighbours likewise (assumed)
        return CheckFailure.TUNNEL_DOWN
    if code // 1000 == 8:  # 8012: nothing answers where the agent leads; likewise
        return CheckFailure.WRONG_PORT
    return _BY_NGROK.get(code, CheckFailure.REFUSED_AT_EDGE)  # limits, policies, the account


def _of_cloudflare(answer: UnprovenAnswer) -> tuple[CheckFailure | None, str]:
    found = _CLOUDFLARE_CODE.search(answer.text) if answer.status >= 400 else None
    code = "" if found is None else next(group for group in found.groups() if group)
    if answer.headers.get("cf-mitigated", "") == "challenge":
        return CheckFailure.PAGE_IN_THE_WAY, code
    if code and int(code) in _CLOUDFLARE_NO_TUNNEL:
        return CheckFailure.TUNNEL_DOWN, code
    if len(code) == 4:  # rules of the owner, limits, blocked countries and addresses
        return CheckFailure.REFUSED_AT_EDGE, code
    return _BY_CLOUDFLARE.get(answer.status), code


def _of_bad_gateway(hint: Hint) -> CheckFailure:
    """Diagnose a 502 of a server in front of the tunnel.

    A web server in front of `ssh -R` says so when the tunnel is down; but where our end of it is
    up, it is what comes after.
    """
    is_by_far_end = hint.kind in (TunnelProvider.SSH, TunnelProvider.OTHER)
    return (
        CheckFailure.TUNNEL_DOWN
        if is_by_far_end and not hint.is_connected
        else CheckFailure.WRONG_PORT
    )


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:_LONGEST_NAME]


def _place(location: str) -> str:
    """Return whose address it is: what follows may repeat our key."""
    try:
        parts = urlsplit(location)
        host = parts.hostname
    except ValueError:
        return ""
    return _printable(f"{parts.scheme}://{host}") if host else ""


_OWN_TROUBLE: Final = frozenset(
    {
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS),
        # A firewall of this computer.
        *(errno.EACCES, errno.EPERM),
    }
)
_UNKNOWN_ISSUER: Final = frozenset({18, 19, 20, 21})
"""What OpenSSL calls a certificate by nobody we know: a proxy that inspects TLS has one."""


def failure_of_error(error: Exception, hint: Hint, proxy: Proxy | None) -> tuple[CheckFailure, str]:
    """Diagnose an error: return the failure, and the technical detail.

    DNS and NO_ANSWER may be NO_NETWORK or OWN_DNS instead: that takes another check.

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


def is_of_unknown_issuer(error: Exception) -> bool:
    """Tell whether a certificate was refused because nobody whom we trust has issued it."""
    return _verify_code(error) in _UNKNOWN_ISSUER


def _verify_code(error: Exception) -> int:
    """Return OpenSSL's number for what is wrong with a certificate; 0 where it tells none."""
    if not isinstance(error, aiohttp.ClientConnectorCertificateError):
        return 0
    return int(getattr(error.certificate_error, "verify_code", 0))


def _of_proxy(error: Exception, proxy: Proxy, detail: str) -> tuple[CheckFailure, str]:
    """Diagnose an error behind a proxy: it hardly ever tells more than that it did not work."""
    if not proxy.url:
        what = "can't be used by Kvitto" if proxy.place else "has an address that can't be read"
        return CheckFailure.OWN_PROXY, f"the proxy {proxy.place} {what}; without it: {detail}"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return CheckFailure.OWN_PROXY, f"the proxy {proxy.place}: HTTP {error.status}"
    if _verify_code(error) and not is_of_unknown_issuer(error):
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
