"""Whether this computer has a way to others, and by which proxy. Both may block: use a thread."""

import ipaddress
import socket
import urllib.request
from collections.abc import Iterable
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

# Addresses that belong to nobody: no packet is sent, the system only looks for the way.
SOMEWHERE: Final = ("192.0.2.1", "2001:db8::1")
_ANY_PORT: Final = 9


def has_route(addresses: Iterable[str] = SOMEWHERE) -> bool:
    """Tell whether the system knows a way to one of these addresses; sends nothing."""
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            with closing(socket.socket(family, socket.SOCK_DGRAM)) as one:
                one.connect((address, _ANY_PORT))
        except OSError:
            continue
        return True
    return False


def proxy_for(url: str) -> str | None:
    """Return the HTTP proxy that this computer is set to use for `url`; None for none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_this_computer(host) or urllib.request.proxy_bypass(host):
        return None
    proxy = urllib.request.getproxies().get(parts.scheme)
    return proxy if proxy is not None and proxy.startswith("http://") else None


def is_this_computer(host: str) -> bool:
    """Tell whether a host is this computer by its name alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
