"""Validate and normalise the public URL that the user types or a tunnel reports."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from kvitto.reachability import host_scope
from kvitto.reachability.host_scope import HostScope
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


class PublicUrlError(ValueError):
    """It is not a URL that reports can be sent to; the text is a sentence for the user."""


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
        raise PublicUrlError("The address is missing.")
    if len(text) > _LONGEST:
        raise PublicUrlError("The address is too long for a URL.")
    if any(letter.isspace() for letter in text):
        raise PublicUrlError("The address has a space or a line break in it.")
    if not text.isprintable() or any(letter in text for letter in '"<>\\^`{|}'):
        raise PublicUrlError("The address has characters in it that no URL has.")
    parts = _split(_with_scheme(text))
    scheme = parts.scheme
    if scheme not in _PORTS:
        raise PublicUrlError("A public address begins with https:// or http://.")
    if "@" in parts.netloc:
        raise PublicUrlError("An address with a name or a password in it is not public.")
    host = public_host(parts.hostname or "")
    try:
        port = parts.port
    except ValueError as error:
        raise PublicUrlError("The port is not a number from 1 to 65535.") from error
    if port == 0 or parts.netloc.endswith(":"):
        raise PublicUrlError("The port is not a number from 1 to 65535.")
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
        raise PublicUrlError("The address has no host: it begins with https:// and a name.")
    host = _in_ascii(host).lower()
    if ":" not in host:
        _check_labels(host)
    try:
        address = host_scope.address_of(host)
        scope = host_scope.scope_of(host)
    except ValueError as error:
        raise PublicUrlError("That number is not the address of a computer.") from error
    if scope is HostScope.COMPUTER:
        raise PublicUrlError(
            "That is this computer's own name for itself: nobody outside finds it by that. Give "
            "the address of a tunnel or a server that leads here."
        )
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
        raise PublicUrlError("After https come a colon and two slashes, as in https://example.net.")
    if rest.startswith(("/", ":")):
        raise PublicUrlError("After https come a colon and two slashes, as in https://example.net.")
    if found is not None and (_SCHEME.match(rest) or _BENT_SCHEME.match(rest)):
        raise PublicUrlError("The address begins twice with https://.")
    return f"https://{text}" if found is None else text


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.hostname
    except ValueError as error:
        raise PublicUrlError("That is not a URL.") from error
    return parts


def _in_ascii(host: str) -> str:
    if ":" in host:
        if "%" in host:
            raise PublicUrlError("That number is not the address of a computer.")
        return host
    labels = _DOTS.split(host)
    try:
        coded = [one if one.isascii() else one.encode("idna").decode("ascii") for one in labels]
        for label in coded:
            if label[:4].lower() == "xn--" and len(label) <= _LONGEST_LABEL:
                _ = label.encode("ascii").decode("idna")
    except ValueError as error:
        raise PublicUrlError("That is not the name of a host.") from error
    return ".".join(coded)


def _check_labels(host: str) -> None:
    if host.endswith("."):
        raise PublicUrlError("There is a dot at the end of the host: leave it out.")
    labels = host.split(".")
    if "" in labels:
        raise PublicUrlError("A part of the host's name is missing between two dots.")
    if len(host) > _LONGEST_HOST or any(len(label) > _LONGEST_LABEL for label in labels):
        raise PublicUrlError(
            "The host's name is too long: 63 characters between two dots, 253 in all."
        )
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise PublicUrlError(
            "A host's name has letters, digits and hyphens only, and dots between its parts."
        )


def _path(parts: SplitResult) -> str:
    path, found, _ = f"{parts.path}/".partition(KEY_PATH)
    if not found:
        path = parts.path
        if parts.query or parts.fragment:
            raise PublicUrlError("A public address has no ? and no # in it.")
    path = path.removesuffix("/")
    if not path:
        return ""
    segments = path.split("/")[1:]
    if "" in segments:
        raise PublicUrlError("There are two slashes in a row in the address.")
    if not all(_SEGMENT.fullmatch(one) and one not in {".", ".."} for one in segments):
        raise PublicUrlError("What follows the host has characters in it that don't belong there.")
    if segments[-1].endswith("."):
        raise PublicUrlError("There is a dot at the end of the address: leave it out.")
    return path
