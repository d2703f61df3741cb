"""Validate and normalise the public URL that the user types or a tunnel reports."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kvitto.reachability import host_scope
from kvitto.reachability.host_scope import HostScope
from kvitto.reachability.input_errors import InputFault, PublicUrlError
from kvitto.receiver.urls import KEY_PATH

_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 2000
_LONGEST_HOST: Final = 253
_LONGEST_LABEL: Final = 63
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+")
_BENT_SCHEME: Final = re.compile(r"(?:https?|htt?ps?|ttps?|htpps?)[:;/]", re.IGNORECASE)
_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")
"""What separates the labels of a name in any script (RFC 3490)."""
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def public_base(text: str) -> str:
    """Return a public URL without its key, its query and the slash at its end.

    What the user has at hand will do: a whole callback URL, or a host alone. Hosts that mean the
    computer of whoever uses them are refused; those of this network are not, see `scope_of_base`.

    >>> public_base("Kvitto.Example.net/r/0123abcd")
    'https://kvitto.example.net'

    Raises:
        PublicUrlError: it is no such URL. Nothing else is raised, whatever the text.
    """
    text = text.strip()
    if not text:
        raise PublicUrlError(InputFault.ADDRESS_MISSING)
    if len(text) > _LONGEST:
        raise PublicUrlError(InputFault.ADDRESS_TOO_LONG)
    if any(letter.isspace() for letter in text):
        raise PublicUrlError(InputFault.ADDRESS_HAS_SPACE)
    if not text.isprintable() or any(letter in text for letter in '"<>\\^`{|}'):
        raise PublicUrlError(InputFault.ADDRESS_CHARACTERS)
    parts = _split(_with_scheme(text))
    scheme = parts.scheme
    if scheme not in _PORTS:
        raise PublicUrlError(InputFault.SCHEME)
    if "@" in parts.netloc:
        raise PublicUrlError(InputFault.CREDENTIALS)
    host = public_host(parts.hostname or "")
    try:
        port = parts.port
    except ValueError as error:
        raise PublicUrlError(InputFault.PORT) from error
    if port == 0 or parts.netloc.endswith(":"):
        raise PublicUrlError(InputFault.PORT)
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[scheme]:
        place += f":{port}"
    return f"{scheme}://{place}{_path(parts)}"


def public_host(host: str) -> str:
    """Return a host in ASCII and lower case, an address in its usual form.

    Raises:
        PublicUrlError: it is no host, or means each computer itself.
    """
    if not host:
        raise PublicUrlError(InputFault.HOST_MISSING)
    host = _in_ascii(host).lower()
    if ":" not in host:
        _check_labels(host)
    try:
        address = host_scope.address_of(host)
        scope = host_scope.scope_of(host)
    except ValueError as error:
        raise PublicUrlError(InputFault.NOT_AN_IP_ADDRESS) from error
    if scope is HostScope.COMPUTER:
        raise PublicUrlError(InputFault.OWN_NAME)
    return host if address is None else str(address)


def public_callback_url(base: str, callback_key: str) -> str:
    """Return the URL to which reports are posted from outside.

    Args:
        base: of `public_base`.
        callback_key: the value of a valid key.
    """
    return f"{base}{KEY_PATH}{callback_key}"


def host_of(base: str) -> str:
    """Return the host of a public URL, or "" where it has none."""
    try:
        return urlsplit(base).hostname or ""
    except ValueError:
        return ""


def scope_of_base(base: str) -> HostScope:
    """Return from where the host of a public URL can be reached, as far as its name tells.

    Args:
        base: of `public_base`; "" is this computer's.
    """
    host = host_of(base)
    try:
        return host_scope.scope_of(host) if host else HostScope.COMPUTER
    except ValueError:
        return HostScope.COMPUTER


def _with_scheme(text: str) -> str:
    found = _SCHEME.match(text)
    rest = text if found is None else text[found.end() :]
    if found is None and _BENT_SCHEME.match(text):
        raise PublicUrlError(InputFault.SCHEME_SLASHES)
    if rest.startswith(("/", ":")):
        raise PublicUrlError(InputFault.SCHEME_SLASHES)
    if found is not None and (_SCHEME.match(rest) or _BENT_SCHEME.match(rest)):
        raise PublicUrlError(InputFault.SCHEME_TWICE)
    return f"https://{text}" if found is None else text


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.hostname
    except ValueError as error:
        raise PublicUrlError(InputFault.NOT_A_URL) from error
    return parts


def _in_ascii(host: str) -> str:
    if ":" in host:
        if "%" in host:
            raise PublicUrlError(InputFault.NOT_AN_IP_ADDRESS)
        return host
    labels = _DOTS.split(host)
    try:
        coded = [one if one.isascii() else one.encode("idna").decode("ascii") for one in labels]
        for label in coded:
            if label[:4].lower() == "xn--" and len(label) <= _LONGEST_LABEL:
                _ = label.encode("ascii").decode("idna")
    except ValueError as error:
        raise PublicUrlError(InputFault.NOT_A_HOST) from error
    return ".".join(coded)


def _check_labels(host: str) -> None:
    if host.endswith("."):
        raise PublicUrlError(InputFault.HOST_ENDS_WITH_DOT)
    labels = host.split(".")
    if "" in labels:
        raise PublicUrlError(InputFault.HOST_PART_MISSING)
    if len(host) > _LONGEST_HOST or any(len(label) > _LONGEST_LABEL for label in labels):
        raise PublicUrlError(InputFault.HOST_TOO_LONG)
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise PublicUrlError(InputFault.HOST_CHARACTERS)


def _path(parts: SplitResult) -> str:
    path, found, _ = f"{parts.path}/".partition(KEY_PATH)
    if not found:
        path = parts.path
        if parts.query or parts.fragment:
            raise PublicUrlError(InputFault.QUERY)
    path = path.removesuffix("/")
    if not path:
        return ""
    segments = path.split("/")[1:]
    if "" in segments:
        raise PublicUrlError(InputFault.TWO_SLASHES)
    if not all(_SEGMENT.fullmatch(one) and one not in {".", ".."} for one in segments):
        raise PublicUrlError(InputFault.PATH_CHARACTERS)
    if segments[-1].endswith("."):
        raise PublicUrlError(InputFault.ADDRESS_ENDS_WITH_DOT)
    return path
