"""Finds the addresses of names for clients of HTTP."""

import socket
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult
from typing_extensions import override

from kvitto.books.own_thread import in_own_thread


class SystemResolver(AbstractResolver):
    """Finds addresses as the system does, and keeps no program from ending."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name.

        Raises:
            OSError: there is none.
        """
        find = partial(
            socket.getaddrinfo,
            host,
            port,
            family=family,
            type=socket.SOCK_STREAM,
            flags=socket.AI_ADDRCONFIG,
        )
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=its_family,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for its_family, _type, protocol, _name, address in await in_own_thread(find, "names")
        ]

    @override
    async def close(self) -> None:
        """Close nothing."""
