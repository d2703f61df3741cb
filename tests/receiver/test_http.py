"""HTTP as peers speak it, well and badly, with each of aiohttp's parsers."""

import contextlib
import logging

import pytest

from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.server import ReceiverService
from kvitto.store.write_requests import ReportRequest
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Answered, Wire, a_body, a_chunked_request, a_request, wait_until

H2C = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAB")

pytestmark = pytest.mark.usefixtures("parser")


def test_a_connection_stays_open_for_many_requests(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        for code in range(101, 121):
            answer = wire.ask(a_request(path, a_body(code=code)))
            assert (answer.status, answer.closes) == (200, False)
    assert len(fake_store.of(ReportRequest)) == 20


def test_pipelined_requests_are_answered_in_their_order(
    receiver: ReceiverService, path: str
) -> None:
    requests = [
        a_request(path, a_body()),
        a_request("/nowhere", b"x" * 100),
        a_chunked_request(path, b"[", b"]"),
        a_request(path, b"{"),
        a_request(path, method="GET"),
        a_request(path, a_body(code=201)),
    ]
    with Wire(receiver.port) as wire:
        wire.send(b"".join(requests * 20))
        answers = [wire.answer().status for _ in range(len(requests) * 20)]
    assert answers == [200, 404, 422, 400, 405, 200] * 20


def test_a_peer_that_asks_is_told_to_send_its_body(receiver: ReceiverService, path: str) -> None:
    body = a_body()
    with Wire(receiver.port) as wire:
        for _ in range(2):
            head = a_request(path, b"", "Expect: 100-Continue", length=len(body))
            assert wire.send(head).answer() == Answered("HTTP/1.1", 100, {}, b"")
            assert wire.send(body).answer().status == 200


def test_a_peer_that_does_not_wait_is_not_told_to_send(
    receiver: ReceiverService, path: str
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body(), "Expect: 100-continue")).status == 200


def test_a_peer_that_asks_in_vain_is_told_so_at_once(receiver: ReceiverService, path: str) -> None:
    for target, length, status in [
        ("/r/wrong", 10, 404),
        (path, 1_000_000, 413),
        ("/r/wrong", 1_000_000, 404),
    ]:
        with Wire(receiver.port) as wire:
            answer = wire.ask(a_request(target, b"", "Expect: 100-continue", length=length))
            assert (answer.status, answer.closes) == (status, True)
    with Wire(receiver.port) as wire:
        request = a_request(path, b"", "Expect: 100-continue", method="PUT", length=10)
        assert (wire.ask(request).status, receiver.snapshot().unauthorized) == (405, 2)


def test_http_1_0_closes_unless_it_is_asked_not_to(receiver: ReceiverService, path: str) -> None:
    with Wire(receiver.port) as wire:
        request = a_request(path, a_body(), "Connection: keep-alive", version="HTTP/1.0")
        answer = wire.ask(request)
        assert (answer.status, answer.headers["connection"]) == (200, "keep-alive")
        answer = wire.ask(a_request(path, a_body(), version="HTTP/1.0"))
        assert (answer.status, answer.closes) == (200, True)
        assert wire.until_closed() == b""


def test_a_peer_may_ask_to_close(receiver: ReceiverService, path: str) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.ask(a_request(path, a_body(), "Connection: close"))
        assert (answer.status, answer.closes) == (200, True)
        assert wire.until_closed() == b""


def test_a_peer_that_closes_its_half_gets_its_answers_all_the_same(
    receiver: ReceiverService, path: str
) -> None:
    with Wire(receiver.port) as wire:
        wire.send(a_request(path, a_body()) * 3).half_close()
        assert [wire.answer().status for _ in range(3)] == [200] * 3
        assert wire.until_closed() == b""
    with Wire(receiver.port) as wire:
        assert wire.half_close().until_closed() == b""


@pytest.mark.parametrize("fields", [H2C, ("Connection: Upgrade", "Upgrade: websocket")])
def test_an_offer_to_speak_another_protocol_is_passed_over(
    receiver: ReceiverService, path: str, fake_store: FakeStore, fields: tuple[str, ...]
) -> None:
    request = a_request(path, a_body(), *fields)
    with Wire(receiver.port) as wire:
        assert wire.ask(request).status == 200
        head, body = request[: -len(a_body())], request[-len(a_body()) :]
        assert wire.send(head, body[:20], body[20:]).answer().status == 200
        assert wire.ask(a_request(path, a_body())).status == 200
        assert wire.ask(a_request(path, b"", *fields, method="GET")).status == 405
        assert wire.ask(a_request(path, a_body())).status == 200
    assert len(fake_store.of(ReportRequest)) == 4


def test_a_target_may_be_a_whole_url(receiver: ReceiverService, path: str) -> None:
    with Wire(receiver.port) as wire:
        for host in ("http://localhost", "http://127.0.0.1:8370", "https://example.org"):
            assert wire.ask(a_request(f"{host}{path}?a=b", a_body())).status == 200
        assert wire.ask(a_request("http://localhost/r/x", a_body())).status == 404


HOSTS = ["xn--", "xn--a", "a..b", "å", "a" * 300, "[::1]", "u:p@a:80", "%00", "xn--" + "9" * 90]


@pytest.mark.parametrize("host", HOSTS)
def test_whatever_host_a_target_names_is_answered(
    receiver: ReceiverService, path: str, host: str
) -> None:
    for target, status in ((path, 200), ("/x", 404)):
        request = a_request(f"http://{host}{target}", a_body())
        for pieces in ([request], [request[:17], request[17:]]):
            with Wire(receiver.port) as wire:
                assert wire.send(*pieces).answer().status in {status, 400}


def test_ipv6_works_like_ipv4(start: Starter, path: str) -> None:
    with Wire(start(host="::1").port, "::1") as wire:
        assert wire.ask(a_request(path, a_body())).status == 200


def test_the_rest_of_an_unknown_callers_body_does_not_disturb_its_next_request(
    receiver: ReceiverService, path: str
) -> None:
    body = b"x" * 60_000
    request = a_request("/nowhere", body)
    with Wire(receiver.port) as wire:
        half = len(request) // 2
        assert wire.send(request[:half]).answer().status == 404
        assert wire.send(request[half:]).ask(a_request(path, a_body())).status == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03secret\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nBad header: x\r\n\r\n",
        b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nLong: " + b"a" * 9_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 100 + b"\r\n",
    ],
    ids=lambda request: request[:40].decode("latin-1"),
)
def test_what_is_not_http_is_answered_400_and_told_nothing(
    receiver: ReceiverService, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with Wire(receiver.port) as wire:
        answer = wire.send(request_).answer()
        assert (answer.status, answer.closes) == (400, True)
        assert answer.body == b"Bad request\n"
        assert set(answer.headers) == {
            "server", "date", "content-length", "content-type", "connection",
        }  # fmt: skip
        wire.until_closed()
    assert receiver.snapshot().malformed == 1
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


def test_what_is_not_http_behind_good_requests_costs_them_nothing(
    receiver: ReceiverService, path: str
) -> None:
    with Wire(receiver.port) as wire:
        wire.send(a_request(path, a_body()) * 2)
        assert [wire.answer().status for _ in range(2)] == [200, 200]
        assert wire.send(b"nonsense\r\n\r\n").answer().status == 400
        wire.until_closed()


@pytest.mark.parametrize("length", ["x", "9" * 5_000])
def test_what_is_not_http_lets_the_request_before_it_be_answered(
    receiver: ReceiverService, path: str, fake_store: FakeStore, length: str
) -> None:
    with Wire(receiver.port) as wire:
        with fake_store.hold():
            wire.send(a_request(path, a_body()))
            wait_until(lambda: fake_store.waiting == 1, "it is being stored")
            wire.send(f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n".encode())
        assert wire.answer().status == 200
        assert wire.until_closed()[:12] in {b"HTTP/1.1 400", b""}
    assert receiver.snapshot().malformed == 1


def test_a_head_that_never_ends_is_cut_off(start: Starter) -> None:
    receiver = start(Limits(head_bytes=20_000))
    with Wire(receiver.port) as wire:
        wire.send(b"GET / HTTP/1.1\r\nHost: a\r\n")
        with contextlib.suppress(ConnectionError):
            for number in range(60):
                wire.send(b"Field-%d: %b\r\n" % (number, b"x" * 1_000))
        assert wire.until_closed()[:12] in {b"HTTP/1.1 400", b""}
    assert receiver.snapshot().malformed == 1


def test_chunks_that_are_none_do_not_keep_an_unknown_caller_connected(start: Starter) -> None:
    receiver = start(Limits(linger_s=300.0, request_s=300.0))
    request = a_chunked_request("/nowhere", b"begin", b"end").replace(b"3\r\n", b"zz\r\n")
    with Wire(receiver.port) as wire:
        at = request.index(b"begin") + 3
        assert wire.send(request[:at]).answer().status == 404
        wire.send(request[at:]).until_closed()
