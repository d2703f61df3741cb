"""Find the addresses of names as the sender would, and remember what was found."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from typing import Final

from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from kvitto.reachability.host_scope import HostScope, scope_of_address

CONTROL_NAMES: Final = ("example.com", "iana.org")
"""Names that are there for good (RFC 2606): who finds neither finds no names at all."""
_CONTROL_S: Final = 4.0


class ScopedResolver(AbstractResolver):
    """Finds addresses by another resolver: the public ones, if a name has any.

    A name with a public address and one of this network is tested by the public one: that is what
    the sender has.

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
    """Tell whether this computer finds names at all."""
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
