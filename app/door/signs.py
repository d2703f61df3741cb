"""What an answer that is not ours tells of the fault: each kind of tunnel has its own signs.

What is marked *assumed* is not in its makers' documentation, but seen in the wild or reasoned. A
sign that is read wrongly costs a worse sentence, not a wrong colour of the lamp: that is green only
where the proof came back.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

import msgspec

from app.door.faults import Fault
from app.door.kinds import TunnelKind
from app.receiver.address import SECRET_PATH, redacted
from app.receiver.answers import SERVER

READ_BYTES: Final = 16 * 1024
"""How much of an answer is looked at."""
_CLOUDFLARED: Final = (TunnelKind.CLOUDFLARED_QUICK, TunnelKind.CLOUDFLARED_NAMED)
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
    502: Fault.WRONG_PORT,  # `cloudflared` is connected and can't reach what it leads to
    520: Fault.OTHER_PROGRAM,  # the answer is not HTTP as it should be
    521: Fault.TUNNEL_DOWN,  # without `cloudflared`: the user's own server refuses
    522: Fault.NO_ANSWER,
    523: Fault.TUNNEL_DOWN,
    524: Fault.NO_ANSWER,
    525: Fault.TLS,
    526: Fault.TLS,
    530: Fault.TUNNEL_DOWN,
}
_BY_STATUS: Final = {
    HTTPStatus.UNAUTHORIZED: Fault.PAGE_IN_THE_WAY,
    # These two come from our own side of the internet: from a proxy that nobody set, and from what
    # keeps the guests of a network out (RFC 6585).
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: Fault.OWN_PROXY,
    HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED: Fault.NETWORK_LOGIN,
    HTTPStatus.FORBIDDEN: Fault.REFUSED_AT_EDGE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Fault.REFUSED_AT_EDGE,
    HTTPStatus.TOO_MANY_REQUESTS: Fault.REFUSED_AT_EDGE,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: Fault.REFUSED_AT_EDGE,
    HTTPStatus.SERVICE_UNAVAILABLE: Fault.TUNNEL_DOWN,
    HTTPStatus.GATEWAY_TIMEOUT: Fault.NO_ANSWER,
}
_BY_NGROK: Final = {
    3004: Fault.OTHER_PROGRAM,  # what it leads to does not speak HTTP
    6022: Fault.PAGE_IN_THE_WAY,  # assumed: like the next
    6024: Fault.PAGE_IN_THE_WAY,  # the warning page before the first visit
}


class Answer(msgspec.Struct, frozen=True):
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

    kind: TunnelKind = TunnelKind.OTHER
    is_connected: bool | None = None


def fault_of(answer: Answer, hint: Hint) -> tuple[Fault, str]:
    """Return what an answer without a proof tells: the fault, and the technical detail."""
    server = _printable(answer.headers.get("server", ""))
    detail = f"HTTP {answer.status}" + (f" from {server}" if server else "")
    ngrok = _ngrok_code(answer)
    if ngrok is not None:
        return _of_ngrok(ngrok), f"{detail}, ERR_NGROK_{ngrok}"
    if server == "cloudflare" or "cf-ray" in answer.headers:
        fault, code = _of_cloudflare(answer)
        if fault is not None:
            return fault, detail + (f", error code {code}" if code else "")
    if 300 <= answer.status < 400:
        place = _place(answer.headers.get("location", ""))
        return Fault.PAGE_IN_THE_WAY, detail + (f", leads to {place}" if place else "")
    if server == SERVER:
        return Fault.OTHER_PROGRAM, f"{detail}: another Kvitto"
    if answer.status == HTTPStatus.BAD_GATEWAY:
        return _of_bad_gateway(hint), detail
    fault = _BY_STATUS.get(HTTPStatus(answer.status)) if answer.status in _STATUSES else None
    if fault is None and _PAGE.search(answer.text) and _ASKS_FOR_SOMEBODY.search(answer.text):
        return Fault.PAGE_IN_THE_WAY, f"{detail}, a page for people"
    return fault or Fault.OTHER_PROGRAM, detail


def redirection(url: str, answer: Answer, secret: str) -> str:
    """Return where an answer sends requests on to, without the secret; "" for a page for people.

    That is so where the host stays the same, such as for https instead of http, and where the path
    goes along. A login is a page for people wherever it is.

    Args:
        url: what was asked for.
        answer: the answer to it.
        secret: the secret in `url`.
    """
    location = answer.headers.get("location", "")
    if not 300 <= answer.status < 400 or not location:
        return ""
    try:
        target = urlsplit(urljoin(url, location))
        host, port = (target.hostname or "").rstrip("."), target.port
    except ValueError:
        return ""
    if target.scheme not in {"http", "https"} or not host or secret in target.query:
        return ""  # what repeats our URL as a value comes back to it after a login
    goes_along = f"{SECRET_PATH}{secret}" in target.path
    is_same_host = host == (urlsplit(url).hostname or "").rstrip(".")
    if not goes_along and (not is_same_host or _LOGIN_PATH.search(target.path)):
        return ""
    place = host if port is None else f"{host}:{port}"
    path = redacted(target.path) if goes_along else ""
    return "".join(one for one in f"{target.scheme}://{place}{path}" if one.isprintable())


def fault_of_silence(hint: Hint) -> Fault:
    """Return what it tells that a connection was closed without an answer."""
    # sshd takes the connection, and closes it when ssh finds nothing to pass it on to.
    return Fault.WRONG_PORT if hint.kind is TunnelKind.SSH else Fault.NO_ANSWER


_STATUSES: Final = frozenset(HTTPStatus)


def _ngrok_code(answer: Answer) -> int | None:
    found = _NGROK_CODE.search(answer.headers.get("ngrok-error-code", ""))
    if found is None and answer.status >= 400:
        found = _NGROK_CODE.search(answer.text)  # the header is not in every version's answers
    return None if found is None else int(found[1])


def _of_ngrok(code: int) -> Fault:
    if code // 100 == 32:  # 3200: the endpoint is offline; its neighbours likewise (assumed)
        return Fault.TUNNEL_DOWN
    if code // 1000 == 8:  # 8012: nothing answers where the agent leads; likewise
        return Fault.WRONG_PORT
    return _BY_NGROK.get(code, Fault.REFUSED_AT_EDGE)  # limits, policies, the account


def _of_cloudflare(answer: Answer) -> tuple[Fault | None, str]:
    found = _CLOUDFLARE_CODE.search(answer.text) if answer.status >= 400 else None
    code = "" if found is None else next(group for group in found.groups() if group)
    if answer.headers.get("cf-mitigated", "") == "challenge":
        return Fault.PAGE_IN_THE_WAY, code
    if code and int(code) in _CLOUDFLARE_NO_TUNNEL:
        return Fault.TUNNEL_DOWN, code
    if len(code) == 4:  # rules of the owner, limits, blocked countries and addresses
        return Fault.REFUSED_AT_EDGE, code
    return _BY_CLOUDFLARE.get(answer.status), code


def _of_bad_gateway(hint: Hint) -> Fault:
    """Return what a 502 of a server in front of the tunnel tells.

    A web server in front of `ssh -R` says so when the tunnel is down; but where our end of it is
    up, it is what comes after.
    """
    is_by_far_end = hint.kind in (TunnelKind.SSH, TunnelKind.OTHER)
    return Fault.TUNNEL_DOWN if is_by_far_end and not hint.is_connected else Fault.WRONG_PORT


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:_LONGEST_NAME]


def _place(location: str) -> str:
    """Return whose address it is: what follows may repeat our secret."""
    try:
        parts = urlsplit(location)
        host = parts.hostname
    except ValueError:
        return ""
    return _printable(f"{parts.scheme}://{host}") if host else ""
