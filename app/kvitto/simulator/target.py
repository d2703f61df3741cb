"""The URL that everything is sent to, and the requests that carry it there."""

from collections.abc import Mapping
from typing import Final, Self
from urllib.parse import quote, urlsplit

import msgspec

from kvitto import __version__
from kvitto.receiver.urls import redacted

_PORTS: Final = {"http": 80, "https": 443}
_SAFE: Final = "/%:@!$&'()*+,;=~-._?"
_HEADERS: Final = {
    "Connection": "keep-alive",
    "Accept": "application/json, text/plain, */*",
    "User-Agent": f"kvitto-simulate/{__version__}",
    "Content-Type": "application/json; charset=utf-8",
}
"""Such as the HTTP clients of Java and .NET send: the SMS service's are unknown."""


class TargetError(ValueError):
    """It is not a URL that can be posted to; the text is a sentence for the user."""


class Target(msgspec.Struct, frozen=True):
    """Where to post: one URL, and never another.

    Attributes:
        host: its host, a name or an address.
        port: its port.
        is_tls: whether it is https.
        shown: the URL without what is secret in it, for the scorecard.
        url: the whole of it, in ASCII.
        head: the beginning of every request, up to its length.
    """

    host: str
    port: int
    is_tls: bool
    shown: str
    url: str
    head: bytes

    @classmethod
    def of(cls, url: str) -> Self:
        """Read a URL.

        Raises:
            TargetError: it is not one of http or https, or holds a name and password.
        """
        if not url.isprintable() or " " in url:
            raise TargetError("The URL has characters in it that no URL has.")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            msg = f"That is not a URL: {error}."
            raise TargetError(msg) from error
        if parts.scheme not in _PORTS or not host:
            raise TargetError("A URL to post to begins with http:// or https:// and has a host.")
        if parts.username is not None or parts.password is not None:
            raise TargetError("A URL with a name or password in it is not a callback URL.")
        if port == 0:
            raise TargetError("Port 0 is nobody's.")
        try:
            host_ascii = host.encode("ascii" if host.isascii() else "idna").decode("ascii")
        except UnicodeError as error:
            msg = f"{host!r} is not the name of a computer."
            raise TargetError(msg) from error
        path = quote(parts.path or "/", safe=_SAFE)
        query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
        in_brackets = f"[{host_ascii}]" if ":" in host_ascii else host_ascii
        authority = in_brackets if port is None else f"{in_brackets}:{port}"
        return cls(
            host=host_ascii,
            port=_PORTS[parts.scheme] if port is None else port,
            is_tls=parts.scheme == "https",
            shown=redacted(f"{parts.scheme}://{authority}{path}") + ("?…" if query else ""),
            url=f"{parts.scheme}://{authority}{path}{query}",
            head=_head(path + query, authority),
        )

    def request(self, body: bytes) -> bytes:
        """Return a whole request."""
        return b"%bContent-Length: %d\r\n\r\n%b" % (self.head, len(body), body)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of every request but for those of its host and length."""
        return _HEADERS


def _head(path: str, authority: str) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in _HEADERS.items()]
    return f"POST {path} HTTP/1.1\r\nHost: {authority}\r\n{''.join(lines)}".encode("ascii")
