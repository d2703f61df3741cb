"""This computer's side of the network: routes, the proxy, and name resolution."""

import asyncio
import ipaddress
import re
import socket
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from kvitto.reachability.host_scope import HostScope, scope_of_address
from kvitto.receiver.urls import authority

# Addresses that belong to nobody: no packet is sent, the system only looks for the way.
SOMEWHERE: Final = ("192.0.2.1", "2001:db8::1")
_ANY_PORT: Final = 9
_PROXY_PORT: Final = 80
_END_OF_PLACE: Final = re.compile(r"[/?#]")
_HOST: Final = re.compile(r"[A-Za-z0-9._:-]+")


def has_route(addresses: Iterable[str] = SOMEWHERE) -> bool:
    """Return whether the system knows a way to one of these addresses; sends nothing."""
    return any(True for _ in _ways(addresses))


def own_addresses(addresses: Iterable[str] = SOMEWHERE) -> frozenset[str]:
    """Return this computer's own addresses on the ways to some; others tell of another network.

    None where there is no way. Sends nothing.
    """
    return frozenset(_ways(addresses))


def _ways(addresses: Iterable[str]) -> Iterator[str]:
    """Yield this computer's own address on the way to each address that it knows one to."""
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            with closing(socket.socket(family, socket.SOCK_DGRAM)) as one:
                one.connect((address, _ANY_PORT))
                own = str(one.getsockname()[0])
        except OSError:
            continue
        yield own


class Proxy(msgspec.Struct, frozen=True):
    """The proxy that this computer is set to use.

    Attributes:
        url: as HTTP clients take it, with its name and password; "" where we can't use it.
        place: its host and port, fit to be shown.
        hidden: what must not be shown anywhere.
    """

    url: str
    place: str
    hidden: tuple[str, ...] = ()


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy that this computer is set to use for `url`; None for none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_this_computer(host) or urllib.request.proxy_bypass(host):
        return None
    known = urllib.request.getproxies()
    told = known.get(parts.scheme) or known.get("all") or ""
    return _proxy(told.strip()) if told.strip() else None


def _proxy(told: str) -> Proxy:
    """Return the proxy of a setting: with a scheme or, as many write it, without."""
    scheme, found, rest = told.partition("://")
    if not found:
        scheme, rest = "http", told
    # A password may hold any character, even those that end a host.
    login, _, place = rest.rpartition("@")
    place = _END_OF_PLACE.split(place, maxsplit=1)[0]
    user, _, password = login.partition(":")
    written = [one for one in (login, user, password) if one]
    hidden = tuple(dict.fromkeys([*written, *map(unquote, written), *map(_quoted, written)]))
    try:
        parts = urlsplit(f"http://{place}")
        host, port = parts.hostname or "", parts.port or _PROXY_PORT
    except ValueError:
        host, port = "", 0
    shown = authority(host, port) if host else ""
    if scheme.lower() != "http" or not host or not _HOST.fullmatch(host):
        return Proxy("", f"{scheme.lower()}://{shown}" if shown else "", hidden)
    entry = f"{_quoted(unquote(user))}:{_quoted(unquote(password))}@" if login else ""
    return Proxy(f"http://{entry}{shown}", shown, hidden)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def is_this_computer(host: str) -> bool:
    """Return whether a host is this computer by its name alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


CONTROL_NAMES: Final = ("example.com", "iana.org")
"""Names that are there for good (RFC 2606): who finds neither finds no names at all."""
_CONTROL_S: Final = 4.0


class ScopedResolver(AbstractResolver):
    """Finds addresses by another resolver: the public ones, if a name has any.

    A name with a public address and one of this network is tested by the public one: that is what
    the SMS service has.

    Attributes:
        was_asked: whether it was asked at all.
        scope: from where the addresses that were found can be reached; None before.
    """

    def __init__(self, inner: AbstractResolver) -> None:
        """Ask `inner`."""
        self._inner = inner
        self.was_asked = False
        self.scope: HostScope | None = None

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.was_asked = True
        found = await self._inner.resolve(host, port, family)
        by_scope: dict[HostScope, list[ResolveResult]] = {}
        for one in found:
            by_scope.setdefault(_scope_of(one["host"]), []).append(one)
        for scope in (HostScope.PUBLIC, HostScope.NETWORK, HostScope.COMPUTER):
            if scope in by_scope:
                self.scope = scope
                return by_scope[scope]
        return found

    @override
    async def close(self) -> None:
        await self._inner.close()


async def finds_names(make_resolver: Callable[[], AbstractResolver]) -> bool:
    """Return whether this computer finds names at all."""
    found = await asyncio.gather(*(_is_found(make_resolver(), one) for one in CONTROL_NAMES))
    return any(found)


async def _is_found(resolver: AbstractResolver, name: str) -> bool:
    try:
        async with asyncio.timeout(_CONTROL_S):
            return bool(await resolver.resolve(name, 443, socket.AF_UNSPEC))
    except (OSError, TimeoutError):
        return False
    finally:
        await resolver.close()


def _scope_of(address: str) -> HostScope:
    try:
        return scope_of_address(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return HostScope.COMPUTER
