"""Where the receiver listens, and the callback URL that the SMS service is given."""

import ipaddress
import re
from typing import Final
from urllib.parse import unquote

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8370

KEY_PATH: Final = "/r/"
"""The key follows this in the path of the callback URL."""
NO_AUTH_PATH: Final = "/"
"""Takes reports without a key, where that is allowed."""
HEALTH_PATH: Final = "/healthz"
"""Answers 200 as long as the receiver answers, and 503 while the store is stuck."""

_END_OF_AUTHORITY: Final = re.compile("[/?#]")
_END_OF_PATH: Final = re.compile("[?#]")
_HIDDEN: Final = "…"
_CALLBACK_KEY_IN_URL: Final = re.compile(r"(/+r/+)[^/?#\s]+|[0-9a-f]{32,}", re.IGNORECASE)


def authority(host: str, port: int) -> str:
    """Return `host:port` as a URL has it: brackets around IPv6, this computer for "any address"."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"{host}:{port}"
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def callback_url(host: str, port: int, callback_key: str | None) -> str:
    """Return the URL to which reports are posted.

    Args:
        host: the address on which the receiver listens; "any address" is shown as this computer's.
        port: the port on which it listens.
        callback_key: the value of a valid key; None for the URL without one (`--no-auth`).
    """
    path = NO_AUTH_PATH if callback_key is None else KEY_PATH + callback_key
    return f"http://{authority(host, port)}{path}"


def redacted(url: str) -> str:
    """Return `url` without its key, fit for logs, even if the URL is malformed.

    >>> redacted("http://127.0.0.1:8370/r/0123abcd")
    'http://127.0.0.1:8370/r/…'
    """
    return _CALLBACK_KEY_IN_URL.sub(lambda found: (found[1] or "") + _HIDDEN, url)


def path_of(target: str) -> str:
    """Return the path in a request's target, decoded, without a query.

    A proxy may send the whole URL as the target.

    >>> path_of("http://127.0.0.1:8370/r/0123abcd?from=ip1")
    '/r/0123abcd'
    """
    if not target.startswith("/"):
        _, separator, rest = target.partition("://")
        if not separator:
            return target
        end = _END_OF_AUTHORITY.search(rest)
        target = "/" if end is None else rest[end.start() :]
        if not target.startswith("/"):
            return "/"
    if "?" in target or "#" in target:
        target = _END_OF_PATH.split(target, maxsplit=1)[0]
    return unquote(target) if "%" in target else target
