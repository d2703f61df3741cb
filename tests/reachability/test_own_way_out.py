"""What goes wrong on our own way out proves nothing about the tunnel, and tells no password."""

import errno
import logging
import socket
from pathlib import Path

import pytest

from kvitto.reachability.diagnosis import Hint
from kvitto.reachability.failures import INCONCLUSIVE, CheckFailure
from kvitto.reachability.host_scope import HostScope
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.receiver.error_details import cleaned, trace_of
from kvitto.receiver.server import ReceiverService
from tests.helpers.logwatch import LogWatch
from tests.reachability.conftest import KEY
from tests.reachability.far_ends import FarEnds, NoNames, certificate
from tests.reachability.test_probe import free_port, outcome

URL = "https://kvitto.example.net"
PASSWORD = "hemligt-lösen"
QUOTED = "hemligt-l%C3%B6sen"


def set_proxy(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy)


async def proxy_saying(far_ends: FarEnds, status: str) -> str:
    """Return where a proxy listens that answers everything with one status."""
    answer = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    return (await far_ends.saying(answer, at_once=True)).removeprefix("http://")


# --- A proxy --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status",
    [
        "403 Forbidden",
        "407 Proxy Authentication Required",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
        "200 OK",
    ],
)
@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_a_proxy_that_does_not_let_us_out_is_named_and_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, scheme: str, status: str
) -> None:
    place = await proxy_saying(far_ends, status)
    set_proxy(monkeypatch, f"{scheme}me:{QUOTED}@{place}")
    result = await outcome(URL)
    assert (result.failure, result.place) == (CheckFailure.OWN_PROXY, place)
    assert PASSWORD not in repr(result)
    assert QUOTED not in repr(result)


@pytest.mark.parametrize(
    "status",
    [
        "403 Forbidden",
        "407 Proxy Authentication Required",
        "502 x",
        "404 Not Found",
        "200 OK",
        "302 Found\r\nLocation: http://login.example.net/",
    ],
)
async def test_a_proxys_own_word_about_a_plain_url_is_not_the_far_ends(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, status: str
) -> None:
    place = await proxy_saying(far_ends, status)
    set_proxy(monkeypatch, f"http://{place}")
    assert (await outcome("http://kvitto.example.net")).failure is CheckFailure.OWN_PROXY


@pytest.mark.parametrize(
    "proxy",
    [
        "http://me:hemligt-l%C3%B6sen@127.0.0.1:{port}",
        "me:hemligt-lösen@127.0.0.1:{port}",
        "127.0.0.1:{port}",
        "socks5://me:hemligt-lösen@127.0.0.1:{port}",
        "socks4://127.0.0.1:{port}",
        "https://me:hemligt-lösen@127.0.0.1:{port}",
        "http://me:hemligt-lösen@proxy:many",
        "http://me:hemligt-lösen@",
        "http://me:hemligt-lösen@[::1",
        "http://me:hemligt/lösen?#@127.0.0.1:{port}",
        "nonsense",
        "://",
    ],
)
@pytest.mark.parametrize("url", [URL, "http://kvitto.example.net"])
async def test_a_proxy_that_can_not_be_used_proves_nothing_and_its_password_stays_hidden(
    monkeypatch: pytest.MonkeyPatch, proxy: str, url: str
) -> None:
    set_proxy(monkeypatch, proxy.format(port=free_port()))
    result = await outcome(url, resolver=NoNames)
    assert result.failure is CheckFailure.OWN_PROXY
    for callback_key in (PASSWORD, QUOTED, "hemligt/lösen"):
        assert callback_key not in repr(result)


async def test_a_proxy_that_looks_into_tls_proves_nothing_but_an_old_certificate_does(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, tmp_path: Path
) -> None:
    server, _ = certificate(tmp_path, address="127.0.0.1")
    far = await far_ends.answering("200 OK", tls=server)
    set_proxy(monkeypatch, await far_ends.connecting(int(far.rpartition(":")[2])))
    assert (await outcome(URL)).failure is CheckFailure.OWN_PROXY
    server, client = certificate(tmp_path, is_expired=True)
    far = await far_ends.answering("200 OK", tls=server)
    set_proxy(monkeypatch, await far_ends.connecting(int(far.rpartition(":")[2])))
    assert (await outcome(URL, tls=client)).failure is CheckFailure.TLS


async def test_what_comes_back_by_way_of_a_proxy_is_a_proof_as_good_as_any(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, receiver: ReceiverService
) -> None:
    place, _ = await far_ends.tunnel(receiver.port)
    set_proxy(monkeypatch, f"http://me:{QUOTED}@{place.removeprefix('http://')}")
    assert (await outcome("http://kvitto.example.net", receiver)).failure is None


async def test_a_proxy_that_takes_no_chunks_is_ours_and_no_tunnel_that_drops_bodies(
    monkeypatch: pytest.MonkeyPatch, far_ends: FarEnds, receiver: ReceiverService
) -> None:
    rejection = b"HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\n\r\n"
    set_proxy(monkeypatch, await far_ends.passing(receiver.port, chunks=rejection))
    assert (await outcome("http://kvitto.example.net", receiver)).failure is None


# --- Names and networks ---------------------------------------------------------------------------


@pytest.mark.parametrize("number", [socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL])
async def test_where_no_name_at_all_is_found_the_url_is_not_to_blame(number: int) -> None:
    result = await outcome(URL, resolver=lambda: NoNames(number, finds_any=False))
    assert result.failure is CheckFailure.OWN_DNS


async def test_where_other_names_are_found_the_url_is_to_blame() -> None:
    result = await outcome(URL, resolver=lambda: NoNames(socket.EAI_AGAIN))
    assert result.failure is CheckFailure.DNS


async def test_without_a_network_nothing_is_known() -> None:
    result = await outcome(URL, has_way=False, resolver=lambda: NoNames(finds_any=False))
    assert result.failure is CheckFailure.NO_NETWORK


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EPERM, errno.EACCES, errno.ENOBUFS])
async def test_what_this_computer_does_not_let_us_do_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    async def refused(*_arguments: object, **_options: object) -> socket.socket:
        raise OSError(number, "no")

    monkeypatch.setattr("aiohappyeyeballs.start_connection", refused)
    assert (await outcome("http://192.0.2.1")).failure is CheckFailure.TEST_FAILED


async def test_a_mistake_of_ours_is_logged_without_callback_keys_and_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    def fail(_url: str) -> None:
        raise RuntimeError(f"http://me:{PASSWORD}@proxy and /r/{KEY.value}")

    monkeypatch.setattr("kvitto.reachability.probe.proxy_for", fail)
    with log_watch.expect(logging.ERROR, "could not be tested"):
        result = await outcome(URL)
    assert (result.failure, result.detail) == (CheckFailure.TEST_FAILED, "RuntimeError")


async def test_a_tunnel_whose_own_program_says_that_it_is_down_is_down_all_the_same() -> None:
    hint = Hint(TunnelProvider.CLOUDFLARED_QUICK, is_connected=False)
    result = await outcome(URL, has_way=False, hint=hint, resolver=NoNames)
    assert result.failure is CheckFailure.TUNNEL_DOWN


def test_what_proves_nothing_is_told_apart_from_what_does() -> None:
    assert CheckFailure.DNS not in INCONCLUSIVE
    assert CheckFailure.OWN_DNS in INCONCLUSIVE


# --- Addresses behind a name ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("addresses", "scope"),
    [
        (["127.0.0.1"], HostScope.COMPUTER),
        (["10.0.0.1", "127.0.0.1"], HostScope.NETWORK),
        (["203.0.113.1", "10.0.0.1"], HostScope.PUBLIC),
    ],
)
async def test_a_public_name_with_private_addresses_only_is_not_public(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], scope: HostScope
) -> None:
    asked: list[object] = []

    async def refused(*, addr_infos: list[tuple[object, ...]], **_options: object) -> socket.socket:
        asked.extend(info[4] for info in addr_infos)
        raise ConnectionRefusedError(errno.ECONNREFUSED, "no")

    monkeypatch.setattr("aiohappyeyeballs.start_connection", refused)
    result = await outcome(URL, resolver=lambda: NoNames(addresses=addresses))
    assert result.scope is scope
    assert {str(one) for one in asked} == {str((addresses[0], 443))}


# --- Details --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"proxy http://me:{PASSWORD}@proxy:3128 refused",
        f"http://me:{PASSWORD}/x@proxy",
        f"https:/me:{PASSWORD}@proxy",
        f"the password {PASSWORD}",
        f"http://a.example/r/{PASSWORD}?x",
    ],
)
def test_details_are_cleaned_of_callback_keys(text: str) -> None:
    assert PASSWORD not in cleaned(text, [PASSWORD] if "the password" in text else [])


def test_a_trace_tells_where_and_not_what_is_callback_key() -> None:
    error = ValueError(f"http://me:{PASSWORD}@proxy")
    assert trace_of(error) == "ValueError: http://…@proxy"
