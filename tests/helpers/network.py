"""A guard of the network: tests talk to this machine only."""

import ipaddress
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final


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

    It sees what Python's sockets do, in any thread of this process. It is no audit hook: before
    Python 3.12, a thread that begins while another one runs such a hook can't be traced, and ends.
    """

    def __init__(self) -> None:
        self._attempts: Final[list[str]] = []
        self._watching = False
        for name in ("connect", "connect_ex", "sendto", "sendmsg"):
            setattr(socket.socket, name, self._guarded_method(name))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            setattr(socket, name, self._guarded_question(name))

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

    def _guarded_method(self, name: str) -> Callable[..., Any]:
        original = getattr(socket.socket, name)

        def guarded(connection: socket.socket, *arguments: Any) -> Any:
            if arguments and connection.family in {socket.AF_INET, socket.AF_INET6}:
                # The address is the last of them; `sendmsg` has it as its fourth, or is connected.
                address = arguments[-1]
                if isinstance(address, tuple):
                    self._look_at(name, address[0])
            return original(connection, *arguments)

        return guarded

    def _guarded_question(self, name: str) -> Callable[..., Any]:
        original = getattr(socket, name)

        def guarded(host: object, *arguments: Any, **named: Any) -> Any:
            self._look_at(name, host)
            return original(host, *arguments, **named)

        return guarded

    def _look_at(self, name: str, host: object) -> None:
        if not self._watching:
            return
        if isinstance(host, bytes):
            host = host.decode()
        if isinstance(host, str) and not _is_this_machine(host):
            self._attempts.append(f"socket.{name} {host}")
            raise OutsideThisMachineError(host)


def _is_this_machine(host: str) -> bool:
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        # No name has a colon: a bent address leads nowhere.
        return ":" in host
