"""Probes against each failure, over real sockets."""

import errno
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver

from kvitto.reachability.diagnosis import Hint
from kvitto.reachability.failures import CheckFailure, ProbeResult
from kvitto.reachability.probe import Prober
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.receiver.probes import PROBE_HEADER, Probes
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from tests.reachability.conftest import KEY
from tests.reachability.far_ends import FarEnds, NoNames, certificate
from tests.receiver.fake_store import FakeStore


async def outcome(
    url: str,
    receiver: ReceiverService | None = None,
    *,
    hint: Hint | None = None,
    timeout_s: float = 10.0,
    has_way: bool = True,
    tls: ssl.SSLContext | None = None,
    resolver: Callable[[], AbstractResolver] | None = None,
) -> ProbeResult:
    prober = Prober(
        timeout_s=timeout_s,
        has_way=lambda: has_way,
        tls=tls,
        resolver=aiohttp.ThreadedResolver if resolver is None else resolver,
    )
    probes = Probes() if receiver is None else receiver.probes
    return await prober.test(url, KEY.value, probes, hint)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


# --- A URL that works -----------------------------------------------------------------------------


async def test_a_probe_that_comes_back_through_the_tunnel_finds_the_url_reachable(
    receiver: ReceiverService, far_ends: FarEnds, fake_store: FakeStore
) -> None:
    url, _ = await far_ends.tunnel(receiver.port)
    result = await outcome(url, receiver)
    assert (result.failure, result.status, result.detail) == (None, 200, "")
    assert fake_store.stored == []


@pytest.mark.qasync
async def test_the_test_runs_on_the_windows_loop(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    url, _ = await far_ends.tunnel(receiver.port)
    by_name = url.replace("127.0.0.1", "localhost")
    assert [(await outcome(one, receiver)).failure for one in (url, by_name)] == [None, None]


async def test_a_tunnel_that_takes_our_header_away_is_reachable(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    def without_header(request: bytes) -> bytes:
        return request.replace(PROBE_HEADER.encode(), b"X-Gone")

    url = await far_ends.changing(receiver.port, without_header, lambda answer: answer)
    assert (await outcome(url, receiver)).failure is None


async def test_an_answer_whose_body_is_changed_still_tells_the_sender_what_it_needs(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    bare = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    url = await far_ends.changing(receiver.port, lambda request: request, lambda _answer: bare)
    result = await outcome(url, receiver)
    assert (result.failure, result.status) == (None, 200)


async def test_a_secure_far_end_with_a_valid_certificate_is_spoken_to(
    far_ends: FarEnds, tmp_path: Path
) -> None:
    server, client = certificate(tmp_path)
    url = await far_ends.answering("404 Not Found", tls=server)
    assert (await outcome(url, tls=client)).failure is CheckFailure.OTHER_PROGRAM


# --- No way to the far end ------------------------------------------------------------------------


async def test_a_name_without_an_address_is_a_failure_of_the_dns() -> None:
    result = await outcome("https://kvitto.invalid", resolver=NoNames)
    assert (result.failure, result.status) == (CheckFailure.DNS, None)
    assert "Name or service not known" in result.detail


async def test_a_name_without_an_address_and_no_way_out_is_no_network() -> None:
    result = await outcome(
        "https://kvitto.invalid", has_way=False, resolver=lambda: NoNames(socket.EAI_AGAIN)
    )
    assert result.failure is CheckFailure.NO_NETWORK


async def test_a_name_that_went_with_its_tunnel_tells_of_the_tunnel() -> None:
    hint = Hint(TunnelProvider.CLOUDFLARED_QUICK, is_connected=False)
    result = await outcome("https://kvitto.invalid", hint=hint, resolver=NoNames)
    assert result.failure is CheckFailure.TUNNEL_DOWN


async def test_a_far_end_that_takes_no_connections_has_no_tunnel() -> None:
    result = await outcome(f"http://127.0.0.1:{free_port()}")
    assert result.failure is CheckFailure.TUNNEL_DOWN
    assert result.detail.startswith("ConnectionRefusedError: ")


@pytest.mark.parametrize(
    ("has_way", "failure"), [(True, CheckFailure.NO_ANSWER), (False, CheckFailure.NO_NETWORK)]
)
async def test_an_address_without_a_way_to_it_is_no_network(
    monkeypatch: pytest.MonkeyPatch, has_way: bool, failure: CheckFailure
) -> None:
    async def no_way(*_arguments: object, **_options: object) -> socket.socket:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr("aiohappyeyeballs.start_connection", no_way)
    assert (await outcome("http://127.0.0.1:9", has_way=has_way)).failure is failure


async def test_a_far_end_that_never_answers_is_given_up(far_ends: FarEnds) -> None:
    result = await outcome(await far_ends.mute(), timeout_s=0.2)
    assert (result.failure, result.detail) == (CheckFailure.NO_ANSWER, "no answer in time")


# --- TLS ------------------------------------------------------------------------------------------


async def test_a_certificate_of_nobody_we_know_is_a_failure_of_tls(
    far_ends: FarEnds, tmp_path: Path
) -> None:
    server, _ = certificate(tmp_path)
    result = await outcome(await far_ends.answering("200 OK", tls=server))
    assert result.failure is CheckFailure.TLS
    assert result.detail.startswith("certificate: self-signed")


async def test_a_certificate_whose_time_is_over_is_a_failure_of_tls(
    far_ends: FarEnds, tmp_path: Path
) -> None:
    server, client = certificate(tmp_path, is_expired=True)
    result = await outcome(await far_ends.answering("200 OK", tls=server), tls=client)
    assert (result.failure, result.detail) == (
        CheckFailure.TLS,
        "certificate: certificate has expired",
    )


async def test_a_certificate_of_somebody_else_is_a_failure_of_tls(
    far_ends: FarEnds, tmp_path: Path
) -> None:
    server, client = certificate(tmp_path, address="192.0.2.1")
    result = await outcome(await far_ends.answering("200 OK", tls=server), tls=client)
    assert result.failure is CheckFailure.TLS


async def test_a_far_end_that_speaks_no_tls_is_a_failure_of_tls(far_ends: FarEnds) -> None:
    url = await far_ends.saying(b"HTTP/1.1 400 Bad Request\r\n\r\n", at_once=True)
    assert (await outcome(url.replace("http:", "https:"))).failure is CheckFailure.TLS


# --- Something else answers -----------------------------------------------------------------------


async def test_a_program_that_speaks_no_http_is_another_program(far_ends: FarEnds) -> None:
    assert (
        await outcome(await far_ends.saying(b"SSH-2.0-x\r\n"))
    ).failure is CheckFailure.OTHER_PROGRAM


async def test_another_kvitto_is_another_program(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    url, _ = await far_ends.tunnel(receiver.port)
    result = await outcome(url)
    assert (result.failure, result.detail) == (
        CheckFailure.OTHER_PROGRAM,
        "HTTP 422 from kvitto: another Kvitto",
    )


async def test_who_repeats_our_probe_to_us_is_another_program(far_ends: FarEnds) -> None:
    url = await far_ends.changing(
        int((await far_ends.saying(b"")).rpartition(":")[2]),
        lambda request: request,
        lambda _answer: b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\necho",
    )
    assert (await outcome(url)).failure is CheckFailure.OTHER_PROGRAM


async def test_a_redirection_is_not_followed_and_not_shown_whole(far_ends: FarEnds) -> None:
    elsewhere = f"Location: https://login.example.net/?to=/r/{KEY.value}"
    result = await outcome(await far_ends.answering("302 Found", elsewhere))
    assert (result.failure, result.detail) == (
        CheckFailure.PAGE_IN_THE_WAY,
        "HTTP 302, leads to https://login.example.net",
    )


async def test_a_login_page_is_a_page_in_the_way(far_ends: FarEnds) -> None:
    page = "<!DOCTYPE html><form><input type='password'></form>"
    result = await outcome(await far_ends.answering("200 OK", body=page))
    assert result.failure is CheckFailure.PAGE_IN_THE_WAY


async def test_a_tunnel_without_a_tunnel_program_is_down(far_ends: FarEnds) -> None:
    url = await far_ends.answering("530", "Server: cloudflare", body="error code: 1033")
    result = await outcome(url)
    assert (result.failure, result.status) == (CheckFailure.TUNNEL_DOWN, 530)
    assert result.detail == "HTTP 530 from cloudflare, error code 1033"


async def test_a_tunnel_behind_which_nothing_listens_has_the_wrong_port(far_ends: FarEnds) -> None:
    url = await far_ends.answering("502 Bad Gateway", "ngrok-error-code: ERR_NGROK_8012")
    assert (await outcome(url)).failure is CheckFailure.WRONG_PORT


async def test_a_connection_that_sshd_closes_at_once_has_the_wrong_port(far_ends: FarEnds) -> None:
    url = await far_ends.hanging_up()
    assert (await outcome(url, hint=Hint(TunnelProvider.SSH))).failure is CheckFailure.WRONG_PORT
    assert (await outcome(url)).failure is CheckFailure.NO_ANSWER


async def test_a_rule_at_the_edge_refuses(far_ends: FarEnds) -> None:
    url = await far_ends.answering("403 Forbidden", "Server: nginx")
    assert (await outcome(url)).failure is CheckFailure.REFUSED_AT_EDGE


# --- It comes here, and yet not -------------------------------------------------------------------


async def test_a_callback_key_that_has_ended_is_told(
    receiver: ReceiverService, far_ends: FarEnds, callback_keys: list[CallbackKey]
) -> None:
    url, _ = await far_ends.tunnel(receiver.port)
    callback_keys.clear()
    result = await outcome(url, receiver)
    assert (result.failure, result.status) == (CheckFailure.WRONG_KEY, 404)


async def test_a_path_that_is_changed_on_the_way_is_told_even_by_a_page_of_the_proxys_own(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    url = await far_ends.changing(
        receiver.port,
        lambda request: request.replace(b"POST /r/", b"POST /hooks/r/"),
        lambda _answer: b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\npage!",
    )
    assert (await outcome(url, receiver)).failure is CheckFailure.WRONG_KEY


async def test_an_answer_that_gets_lost_is_no_answer_to_the_sender_either(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    url = await far_ends.changing(
        receiver.port,
        lambda request: request,
        lambda _answer: b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
    )
    result = await outcome(url, receiver)
    assert (result.failure, result.status) == (CheckFailure.NO_ANSWER, 500)
    assert result.detail.startswith("it came in, but its answer got lost")


async def test_no_detail_holds_the_callback_key(far_ends: FarEnds) -> None:
    url = await far_ends.answering("200 OK", f"Server: {KEY.value}")
    result = await outcome(url)
    assert KEY.value not in result.detail
    assert "…" in result.detail
