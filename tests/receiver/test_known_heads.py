"""A head that has come before is known by its bytes: what it means stays, and nothing else does."""

import asyncio
import gc
import logging
import threading
from collections.abc import Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.known_heads import KnownHeads
from kvitto.receiver.limited_connection import LimitedConnection
from kvitto.receiver.protocol import Connection
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.errors import StoreStalledError
from kvitto.store.write_requests import RejectedRequest, ReportRequest
from tests.helpers.logwatch import LogWatch
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_chunked_request, a_request, wait_until


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return what is given to aiohttp to parse from now on."""
    given: list[bytes] = []
    receive = LimitedConnection.data_received

    def note(self: LimitedConnection, data: bytes) -> None:
        given.append(data)
        receive(self, data)

    monkeypatch.setattr(LimitedConnection, "data_received", note)
    return given


@pytest.fixture
def wire(receiver: ReceiverService, path: str, parsed: list[bytes]) -> Iterator[Wire]:
    """Return a connection on which one report has come, of three digits of code."""
    with Wire(receiver.port) as opened:
        assert opened.ask(a_request(path, a_body(code=101))).status == 200
        parsed.clear()
        yield opened


def codes(fake_store: FakeStore) -> list[int]:
    return [one.report.code for one in fake_store.of(ReportRequest)]


# --- What is taken by its bytes -------------------------------------------------------------------


def test_the_second_report_behind_a_head_is_stored_without_parsing_it(
    wire: Wire, receiver: ReceiverService, path: str, parsed: list[bytes], fake_store: FakeStore
) -> None:
    for code in (112, 201, 202):
        answer = wire.ask(a_request(path, a_body(code=code)))
        assert (answer.version, answer.status, answer.closes) == ("HTTP/1.1", 200, False)
    with Wire(receiver.port) as other:
        assert other.ask(a_request(path, a_body(code=203))).status == 200
    assert parsed == []
    stored = fake_store.of(ReportRequest)
    assert [one.body for one in stored] == [a_body(code=code) for code in (101, 112, 201, 202, 203)]
    assert len({(one.callback_key, one.origin, one.marks) for one in stored}) == 1
    counters = receiver.snapshot()
    assert (counters.answered, counters.stored) == ({200: 5}, 5)


def test_it_is_answered_only_once_it_is_stored(
    wire: Wire, path: str, parsed: list[bytes], fake_store: FakeStore
) -> None:
    with fake_store.hold():
        wire.send(a_request(path, a_body(code=201)))
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
        assert wire.is_open()
    assert wire.answer().status == 200
    assert parsed == []


def test_what_can_not_be_stored_is_answered_503(
    wire: Wire, path: str, parsed: list[bytes], fake_store: FakeStore, log_watch: LogWatch
) -> None:
    fake_store.failure = StoreStalledError()
    answer = wire.ask(a_request(path, a_body(code=201)))
    assert (answer.status, answer.headers["retry-after"]) == (503, "600")
    fake_store.failure = ValueError("a mistake")
    with (
        log_watch.expect(logging.ERROR, "A request could not be answered"),
        log_watch.expect(logging.WARNING, "Reports are answered 503 from now on"),
    ):
        assert wire.ask(a_request(path, a_body(code=201))).status == 503
    fake_store.failure = None
    assert wire.ask(a_request(path, a_body(code=201))).status == 200
    assert parsed == []
    assert codes(fake_store) == [101, 201]


# --- What is not ----------------------------------------------------------------------------------


def test_a_key_that_is_not_valid_any_more_is_not_taken(
    wire: Wire, path: str, callback_keys: list[CallbackKey], fake_store: FakeStore
) -> None:
    callback_keys.clear()
    assert wire.ask(a_request(path, a_body(code=201))).status == 404
    assert codes(fake_store) == [101]


def test_a_body_that_is_no_report_is_refused_as_ever(
    wire: Wire, path: str, fake_store: FakeStore
) -> None:
    body = b"[" + b" " * (len(a_body()) - 2) + b"]"
    assert wire.ask(a_request(path, body)).status == 422
    assert fake_store.only(RejectedRequest).body == body


@pytest.mark.parametrize("pieces", [1, 40, 130, 300])
def test_a_request_in_two_pieces_is_taken_as_one(
    wire: Wire, path: str, pieces: int, fake_store: FakeStore
) -> None:
    request = a_request(path, a_body(code=201))
    assert wire.send(request[:pieces], request[pieces:]).answer().status == 200
    assert wire.ask(a_request(path, a_body(code=202))).status == 200
    assert codes(fake_store) == [101, 201, 202]


def test_a_head_that_asks_for_more_is_parsed_each_time(
    wire: Wire, path: str, parsed: list[bytes], fake_store: FakeStore
) -> None:
    for field in ("Expect: 100-continue", "Content-Encoding: identity", "Upgrade: h2c"):
        for _ in range(2):
            assert wire.ask(a_request(path, a_body(code=201), field)).status == 200
    assert wire.ask(a_chunked_request(path, a_body(code=201))).status == 200
    assert len(parsed) == 7
    for _ in range(2):
        assert wire.ask(a_request(path, a_body(code=201), "Connection: keep-alive")).status == 200
    assert len(parsed) == 8
    answer = wire.ask(a_request(path, a_body(code=201), "Connection: close"))
    assert (answer.status, answer.closes) == (200, True)
    assert len(codes(fake_store)) == 11


# --- What comes meanwhile -------------------------------------------------------------------------


def test_answers_to_what_follows_wait_for_its_own(
    wire: Wire, path: str, parsed: list[bytes], fake_store: FakeStore
) -> None:
    with fake_store.hold():
        wire.send(a_request(path, a_body(code=201)))
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
        wire.send(
            a_request("/nowhere", b"x")
            + a_request(path, a_body(code=202))
            + a_request(path, method="GET")
        )
        wait_until(lambda: len(parsed) == 1, "what follows is there")
        assert wire.is_open()
    assert [wire.answer().status for _ in range(4)] == [200, 404, 200, 405]
    assert wire.ask(a_request(path, a_body(code=203))).status == 200
    assert codes(fake_store) == [101, 201, 202, 203]
    assert len(parsed) == 1


def test_what_is_not_http_behind_it_costs_it_nothing(
    wire: Wire, receiver: ReceiverService, path: str, parsed: list[bytes], fake_store: FakeStore
) -> None:
    with fake_store.hold():
        wire.send(a_request(path, a_body(code=201)))
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
        wire.send(b"\x16\x03\x01 no HTTP\r\n\r\n")
        wait_until(lambda: len(parsed) == 1, "what follows is there")
        wait_until(lambda: receiver.snapshot().malformed == 1, "it is looked at")
    assert (wire.answer().status, wire.answer().status) == (200, 400)
    assert wire.until_closed() == b""
    # It belongs to whoever has sent a valid key before it.
    wait_until(lambda: bool(fake_store.of(RejectedRequest)), "it is kept")


def test_a_request_that_is_begun_behind_it_has_its_limit_of_time(
    start: Starter, path: str, fake_store: FakeStore
) -> None:
    receiver = start(Limits(request_s=0.2, sweep_s=0.02))
    request = a_request(path, a_body(code=201))
    with Wire(receiver.port) as wire:
        assert wire.ask(request).status == 200
        with fake_store.hold():
            wire.send(request)
            wait_until(lambda: fake_store.waiting == 1, "it is being stored")
            wire.send(request[:-5])
        assert wire.answer().status == 200
        assert wire.until_closed() == b""
    assert receiver.snapshot().timed_out == 1


def test_whoever_closes_its_half_gets_its_answer(
    wire: Wire, path: str, parsed: list[bytes], fake_store: FakeStore
) -> None:
    with fake_store.hold():
        wire.send(a_request(path, a_body(code=201))).half_close()
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
    answer = wire.answer()
    assert (answer.status, answer.closes) == (200, True)
    assert wire.until_closed() == b""
    assert parsed == []


def test_whoever_is_gone_has_its_report_stored(
    wire: Wire, receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with fake_store.hold():
        wire.send(a_request(path, a_body(code=201)))
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
        wire.reset()
        wait_until(lambda: not receiver.snapshot().open_connections, "it is gone")
    wait_until(lambda: codes(fake_store) == [101, 201], "it is stored")


def test_what_is_cut_off_behind_it_is_not_waited_for(
    wire: Wire, path: str, parsed: list[bytes], fake_store: FakeStore, receiver: ReceiverService
) -> None:
    with fake_store.hold():
        wire.send(a_request(path, a_body(code=201)))
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
        wire.send(a_request(path, a_body(code=202))[:-5]).half_close()
        wait_until(lambda: len(parsed) == 1, "what follows is there")
    answer = wire.answer()
    assert (answer.status, answer.closes) == (200, True)
    assert wire.until_closed() == b""
    assert receiver.snapshot().timed_out == 0
    wait_until(lambda: bool(fake_store.of(RejectedRequest)), "it is kept")


def test_who_follows_is_asked_for_a_body_only_behind_its_answer(
    wire: Wire, path: str, parsed: list[bytes], fake_store: FakeStore
) -> None:
    body = a_body(code=202)
    head = a_request(path, body, "Expect: 100-continue").removesuffix(body)
    with fake_store.hold():
        wire.send(a_request(path, a_body(code=201)))
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
        wire.send(head)
        wait_until(lambda: len(parsed) == 1, "what follows is there")
    assert [wire.answer().status, wire.answer().status] == [200, 100]
    assert wire.ask(body).status == 200
    assert wire.ask(head).status == 100
    assert wire.ask(body).status == 200
    assert codes(fake_store) == [101, 201, 202, 202]


def test_no_other_answer_comes_in_the_place_of_one_that_is_missing(
    wire: Wire, path: str, fake_store: FakeStore
) -> None:
    fake_store.failure = asyncio.CancelledError()  # type: ignore[assignment]  # no Exception
    wire.send(a_request(path, a_body(code=201)))
    assert wire.until_closed() == b""


def test_what_is_large_is_not_kept(wire: Wire) -> None:
    for size, is_kept in ((100, True), (60_000, False)):
        assert wire.ask(a_request("/nowhere", b"x" * size)).status == 404
        kept = [one._lone for one in gc.get_objects() if isinstance(one, Connection)]  # noqa: SLF001
        assert any(one is not None for one in kept) is is_kept


def test_stopping_answers_it_and_closes(
    wire: Wire, receiver: ReceiverService, path: str, parsed: list[bytes], fake_store: FakeStore
) -> None:
    stopping = threading.Thread(target=receiver.stop)
    with fake_store.hold():
        wire.send(a_request(path, a_body(code=201)))
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
        stopping.start()
        wait_until(lambda: not receiver.snapshot().listening, "it is stopping")
    answer = wire.answer()
    assert (answer.status, answer.closes) == (200, True)
    assert wire.until_closed() == b""
    stopping.join()
    assert parsed == []


def test_an_idle_connection_is_closed_after_its_time(start: Starter, path: str) -> None:
    receiver = start(Limits(idle_s=0.1, sweep_s=0.02))
    with Wire(receiver.port) as wire:
        for _ in range(2):
            assert wire.ask(a_request(path, a_body())).status == 200
        assert wire.until_closed() == b""
    assert receiver.snapshot().timed_out == 1


# --- The heads ------------------------------------------------------------------------------------


def parsed_as(length: int, target: str = "/r/key", **fields: str) -> web.Request:
    return make_mocked_request(
        "POST", target, headers={"Content-Length": str(length), **fields}, closing=False
    )


def test_a_head_means_the_same_for_another_body_of_its_length() -> None:
    heads = KnownHeads()
    heads.note(a_request("/r/key", b"12345"), parsed_as(5))
    assert heads.target_and_body(a_request("/r/key", b"54321")) == ("/r/key", b"54321")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        a_request("/r/key", b"1234", length=5),
        a_request("/r/key", b"123456", length=5),
        a_request("/r/key", b"123456"),
        a_request("/r/kex", b"12345"),
        b"\r\n" + a_request("/r/key", b"12345"),
        a_request("/r/key", b"12345") * 2,
        a_request("/r/key", b"12345", "A: b"),
    ],
)
def test_other_bytes_are_not_known(data: bytes) -> None:
    heads = KnownHeads()
    heads.note(a_request("/r/key", b"12345"), parsed_as(5))
    assert heads.target_and_body(data) is None


@pytest.mark.parametrize(
    "data",
    [
        a_request("/r/key", b"12345") + b"G",  # the next request has begun
        b"\r\n\r\n" + a_request("/r/key", b"12345"),
        a_request("/r/key", b"\n\r\n\r\n").replace(b"\r\n", b"\n", 2),
        a_request("/r/key", b"12345", "A: " + "a" * 2000),
        b"POST",
    ],
)
def test_a_head_whose_end_is_in_doubt_is_not_kept(data: bytes) -> None:
    heads = KnownHeads()
    heads.note(data, parsed_as(5))
    assert len(heads) == 0


def test_only_so_many_are_kept() -> None:
    heads = KnownHeads()
    for number in range(1100):
        target = f"/r/{number}"
        heads.note(a_request(target, b"12345"), parsed_as(5, target))
        assert 0 < len(heads) <= 1024
        assert heads.target_and_body(a_request(target, b"54321")) == (target, b"54321")
