"""A guard of the network: tests talk to this machine only."""

import ipaddress
import random
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final


class OutsideThisMachineError(AssertionError):
    """A test tried to reach another machine."""


def free_port() -> int:
    """Return a port that nobody has, and that the system gives to nobody unasked."""
    while True:
        port = random.randrange(20_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class NetworkGuard:
    """Refuse, while it watches, every connection to another machine, and every question for one.

    It sees what Python's sockets do, in any thread of this process.
    """

    def __init__(self) -> None:
        self._attempts: Final[list[str]] = []
        self._watching = False
        # An audit hook cannot be taken away, and nothing gets past it.
        sys.addaudithook(self._hook)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Refuse what leads outside, and forget what was refused before."""
        self._attempts.clear()
        self._watching = True
        try:
            yield
        finally:
            self._watching = False

    def attempts(self) -> list[str]:
        """Return what was refused: the code under test may have swallowed the refusal."""
        return list(self._attempts)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if not event.startswith("socket.") or not self._watching:
            return
        host: object = None
        if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            connection, address = arguments
            if isinstance(connection, socket.socket) and connection.family in {
                socket.AF_INET,
                socket.AF_INET6,
            }:
                host = address[0] if isinstance(address, tuple) else None
        elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
            host = arguments[0]
        if isinstance(host, bytes):
            host = host.decode()
        if isinstance(host, str) and not _is_this_machine(host):
            self._attempts.append(f"{event} {host}")
            raise OutsideThisMachineError(host)


def _is_this_machine(host: str) -> bool:
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
