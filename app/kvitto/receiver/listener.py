"""Open the sockets on which the receiver listens."""

import contextlib
import errno
import ipaddress
import logging
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from enum import Enum
from typing import Any, Final

from kvitto.receiver.receiver_errors import (
    FIRST_FREE_PORT,
    LAST_PORT,
    AddressFault,
    AddressUnusableError,
    PortTakenError,
)
from kvitto.receiver.urls import DEFAULT_HOST

log = logging.getLogger(__name__)

_LOOPBACK_V6: Final = "::1"
_TRIES: Final = 5


class PortSharing(Enum):
    """Whether another receiver may listen on a port at the same time."""

    NONE = "none"
    BY_SUCCESSOR = "by successor"
    """Only we listen; the receiver that is to take our place may listen, too. Linux only."""
    WITH_PREDECESSOR = "with predecessor"
    """We take the place of one that listens there with `BY_SUCCESSOR`. What connects to us waits
    until we accept."""


def open_sockets(
    host: str, port: int, backlog: int, sharing: PortSharing = PortSharing.NONE
) -> list[socket.socket]:
    """Return sockets that listen on all addresses of `host` that this computer has.

    Args:
        host: an address of this computer, a name of it, or "any address" (`0.0.0.0`, `::`). The
            default one means both loopback addresses: tunnels are told `localhost`, and that
            leads to either. One of them will do where the other can't be used.
        port: the port; 0 takes any free one, the same for all addresses.
        backlog: how many connections the system holds until they are accepted.
        sharing: whether another receiver may listen there, too.

    Raises:
        PortTakenError: another program listens there.
        AddressUnusableError: the address is not this computer's, or we may not listen there.
    """
    if not 0 <= port <= LAST_PORT:
        raise AddressUnusableError(host, port, AddressFault.NO_SUCH_PORT)
    if host == DEFAULT_HOST:
        return _on_both_loopbacks(port, backlog, sharing)
    with ExitStack() as opened:
        sockets: list[socket.socket] = []
        unusable: AddressUnusableError | None = None
        for family, address in list(_addresses(host, port)):
            try:
                with _translate_errors(host, port):
                    one = opened.enter_context(socket.socket(family, socket.SOCK_STREAM))
                    _listen(one, (address[0], port, *address[2:]), backlog, sharing)
            except AddressUnusableError as error:
                # A name can have addresses of a kind that this computer lacks, such as IPv6.
                unusable = unusable or error
                continue
            port = one.getsockname()[1]
            sockets.append(one)
        if not sockets and unusable is not None:
            raise unusable
        opened.pop_all()
        return sockets


def _on_both_loopbacks(port: int, backlog: int, sharing: PortSharing) -> list[socket.socket]:
    for _ in range(_TRIES if port == 0 else 0):
        # A port that is free at the first address may be taken at the second.
        with ExitStack() as opened, contextlib.suppress(PortTakenError, AddressUnusableError):
            first = opened.enter_context(
                _opened(socket.AF_INET, (DEFAULT_HOST, 0), backlog, sharing)
            )
            place = (_LOOPBACK_V6, first.getsockname()[1], 0, 0)
            second = _opened(socket.AF_INET6, place, backlog, sharing)
            opened.pop_all()
            return [first, second]
    try:
        first = _opened(socket.AF_INET, (DEFAULT_HOST, port), backlog, sharing)
    except AddressUnusableError:
        # A computer without IPv4.
        with contextlib.suppress(AddressUnusableError):
            return [_opened(socket.AF_INET6, (_LOOPBACK_V6, port, 0, 0), backlog, sharing)]
        raise
    port = first.getsockname()[1]
    try:
        return [first, _opened(socket.AF_INET6, (_LOOPBACK_V6, port, 0, 0), backlog, sharing)]
    except PortTakenError:
        log.warning(
            "Another program listens on port %d of %s, to which localhost may lead. Let tunnels "
            "lead to %s",
            port,
            _LOOPBACK_V6,
            DEFAULT_HOST,
        )
    except AddressUnusableError:
        pass  # a computer without IPv6
    return [first]


def _opened(
    family: socket.AddressFamily, address: tuple[Any, ...], backlog: int, sharing: PortSharing
) -> socket.socket:
    host, port = address[:2]
    with ExitStack() as opened, _translate_errors(host, port):
        one = opened.enter_context(socket.socket(family, socket.SOCK_STREAM))
        _listen(one, address, backlog, sharing)
        opened.pop_all()
        return one


def _addresses(host: str, port: int) -> Iterator[tuple[socket.AddressFamily, tuple[Any, ...]]]:
    with contextlib.suppress(ValueError):
        version = ipaddress.ip_address(host).version
        if version == 4:
            yield socket.AF_INET, (host, port)
            return
        if "%" not in host:
            yield socket.AF_INET6, (host, port, 0, 0)
            return
    if not host:
        raise AddressUnusableError(host, port, AddressFault.NO_SUCH_NAME, "no name")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise AddressUnusableError(host, port, AddressFault.NO_SUCH_NAME, str(error)) from error
    yield from dict.fromkeys((family, address) for family, _, _, _, address in found)


def _listen(
    one: socket.socket, address: tuple[Any, ...], backlog: int, sharing: PortSharing
) -> None:
    if sharing is not PortSharing.NONE and sys.platform == "linux":
        if sharing is PortSharing.BY_SUCCESSOR:
            # Another Kvitto would share a port with us, and take half of the reports, unseen.
            with socket.socket(one.family, socket.SOCK_STREAM) as alone:
                _bind(alone, address)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    _bind(one, address)
    one.listen(backlog)
    one.setblocking(False)


def _bind(one: socket.socket, address: tuple[Any, ...]) -> None:
    if sys.platform == "win32":
        # Without this another program could take over the port while we listen on it.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        # Lets us listen again right after a restart; never beside another program.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if one.family == socket.AF_INET6:
        is_any = address[0] == "::" and socket.has_dualstack_ipv6()
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if is_any else 1)
    one.bind(address)


@contextlib.contextmanager
def _translate_errors(host: str, port: int) -> Iterator[None]:
    """Turn an OSError into an error of the receiver."""
    try:
        yield
    except OSError as error:
        detail = str(error)
        is_taken_on_windows = sys.platform == "win32" and error.errno == errno.EACCES
        if error.errno == errno.EADDRINUSE or is_taken_on_windows:
            raise PortTakenError(host, port, detail) from error
        raise AddressUnusableError(host, port, _fault(error, port), detail) from error


def _fault(error: OSError, port: int) -> AddressFault:
    if error.errno == errno.EACCES and 0 < port < FIRST_FREE_PORT:
        return AddressFault.SYSTEM_PORT
    if error.errno == errno.EADDRNOTAVAIL:
        return AddressFault.NOT_OURS
    return AddressFault.NOT_ALLOWED
