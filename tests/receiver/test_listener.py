"""Opening the sockets, and why it can't be done."""

import contextlib
import errno
import logging
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typing_extensions import override

from kvitto.receiver.listener import PortSharing, open_sockets
from kvitto.receiver.receiver_errors import AddressUnusableError, PortTakenError
from kvitto.receiver.urls import DEFAULT_HOST
from tests.helpers.logwatch import LogWatch


@contextlib.contextmanager
def opened(host: str, port: int = 0) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(one) for one in open_sockets(host, port, 16)]
        yield sockets


def test_port_0_takes_any_free_port() -> None:
    with opened("127.0.0.1") as (one, *_), opened("127.0.0.1") as (other, *_):
        assert 0 < one.getsockname()[1] != other.getsockname()[1] > 0


def test_all_addresses_of_a_name_get_the_same_port() -> None:
    with opened("localhost") as sockets:
        assert len({one.getsockname()[1] for one in sockets}) == 1
        assert {one.getsockname()[0] for one in sockets} <= {"127.0.0.1", "::1"}


def test_any_address_in_ipv6_takes_ipv4_too() -> None:
    with opened("::") as (one,):
        port = one.getsockname()[1]
        for host in ("127.0.0.1", "::1"):
            socket.create_connection((host, port), timeout=5).close()


def test_a_taken_port_is_refused_with_the_way_out() -> None:
    with opened("127.0.0.1") as (one, *_):
        port = one.getsockname()[1]
        with pytest.raises(PortTakenError) as caught:
            open_sockets("127.0.0.1", port, 16)
    assert (caught.value.host, caught.value.port) == ("127.0.0.1", port)
    assert f"Port {port} on 127.0.0.1 is taken" in str(caught.value)
    assert "--port; 0 takes any free one" in str(caught.value)


def test_a_port_can_be_taken_again_right_after_it_was_used() -> None:
    with opened("127.0.0.1") as (one, *_):
        port = one.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        one.setblocking(True)
        server, _ = one.accept()
        server.close()  # the side that closes first keeps the port for a while
        client.close()
    with opened("127.0.0.1", port):
        pass


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("203.0.113.7", 0, "not an address of this computer"),
        ("", 0, "no computer has that name"),
        ("127.0.0.1", 65_536, "65536 is not a port"),
        ("127.0.0.1", -1, "-1 is not a port"),
    ],
)
def test_an_unusable_address_is_refused_with_the_way_out(host: str, port: int, reason: str) -> None:
    with pytest.raises(AddressUnusableError, match=reason) as caught:
        open_sockets(host, port, 16)
    assert "--port" in str(caught.value) or "--host" in str(caught.value)


def test_an_unknown_name_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(AddressUnusableError, match="no computer has that name"):
        open_sockets("localhost", 0, 16)


@pytest.mark.parametrize(
    ("number", "port", "reason"),
    [
        (errno.EACCES, 80, "ports below 1024"),
        (errno.EACCES, 8370, "the system does not allow it"),
        (errno.EAFNOSUPPORT, 8370, "the system does not allow it"),
    ],
)
def test_a_port_that_the_system_keeps_is_refused_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, number: int, port: int, reason: str
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(AddressUnusableError, match=reason):
        open_sockets("127.0.0.1", port, 16)


# --- Both loopback addresses ----------------------------------------------------------------------


def test_the_default_address_is_reached_by_localhost_whichever_way_that_leads() -> None:
    with opened(DEFAULT_HOST) as sockets:
        port = sockets[0].getsockname()[1]
        assert [one.getsockname()[:2] for one in sockets] == [("127.0.0.1", port), ("::1", port)]
        for host in ("127.0.0.1", "::1", "localhost"):
            socket.create_connection((host, port), timeout=5).close()


def without(monkeypatch: pytest.MonkeyPatch, family: socket.AddressFamily) -> None:
    """Have the system know no loopback address of a family."""

    class Socket(socket.socket):
        @override
        def bind(self, address: Any, /) -> None:
            if self.family == family:
                raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
            super().bind(address)

    monkeypatch.setattr(socket, "socket", Socket)


@pytest.mark.parametrize(
    ("missing", "host"), [(socket.AF_INET6, "127.0.0.1"), (socket.AF_INET, "::1")]
)
def test_one_loopback_address_will_do_where_the_other_is_missing(
    monkeypatch: pytest.MonkeyPatch, missing: socket.AddressFamily, host: str
) -> None:
    without(monkeypatch, missing)
    with opened(DEFAULT_HOST) as (one,):
        assert one.getsockname()[0] == host


def test_without_any_loopback_address_it_is_told_of_the_one_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Socket(socket.socket):
        @override
        def bind(self, address: Any, /) -> None:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(socket, "socket", Socket)
    with pytest.raises(AddressUnusableError) as caught:
        open_sockets(DEFAULT_HOST, 0, 16)
    assert caught.value.host == DEFAULT_HOST


def test_a_port_that_is_taken_on_the_second_address_alone_is_told_in_the_log(
    log_watch: LogWatch,
) -> None:
    with opened("::1") as (other,):
        port = other.getsockname()[1]
        with (
            log_watch.expect(logging.WARNING, "Another program listens"),
            opened(DEFAULT_HOST, port) as (one,),
        ):
            assert one.getsockname() == ("127.0.0.1", port)


def without_ipv6(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the system have no IPv6, but names that lead there."""
    make = socket.socket.__init__

    def refuse(self: socket.socket, family: int = -1, *more: int, **named: object) -> None:
        if family == socket.AF_INET6:
            raise OSError(number, "no IPv6")
        make(self, family, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "__init__", refuse)
    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: found)


@pytest.mark.parametrize("number", [errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL])
def test_a_name_with_an_address_of_a_kind_that_is_missing_listens_on_the_others(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    without_ipv6(monkeypatch, number)
    with opened("localhost") as (one,):
        assert one.getsockname()[0] == "127.0.0.1"


def test_an_address_of_a_kind_that_is_missing_is_refused_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_ipv6(monkeypatch, errno.EAFNOSUPPORT)
    with pytest.raises(AddressUnusableError, match="the system does not allow it"):
        open_sockets("::1", 0, 16)


@pytest.mark.skipif(sys.platform != "linux", reason="only there two can share a port")
def test_a_port_is_shared_with_a_successor_only() -> None:
    with contextlib.ExitStack() as stack:
        first = open_sockets("127.0.0.1", 0, 16, PortSharing.BY_SUCCESSOR)
        for one in first:
            stack.callback(one.close)
        port = first[0].getsockname()[1]
        for sharing in (PortSharing.NONE, PortSharing.BY_SUCCESSOR):
            with pytest.raises(PortTakenError):
                open_sockets("127.0.0.1", port, 16, sharing)

        for one in open_sockets("127.0.0.1", port, 16, PortSharing.WITH_PREDECESSOR):
            stack.callback(one.close)


@pytest.mark.skipif(sys.platform != "linux", reason="only there two can share a port")
def test_nobody_takes_the_place_of_another_program() -> None:
    with opened("127.0.0.1") as (one, *_), pytest.raises(PortTakenError):
        open_sockets("127.0.0.1", one.getsockname()[1], 16, PortSharing.WITH_PREDECESSOR)
