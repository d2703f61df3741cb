"""A whole report is not undone by what comes behind it on the same connection."""

import random
from itertools import pairwise

import pytest

from kvitto.core.rejection import RejectionKind
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.server import ReceiverService
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.write_requests import RejectedRequest, ReportRequest
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_chunked_request, a_request, wait_until

pytestmark = pytest.mark.usefixtures("parser")

TLS_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03secret"
GARBAGE = [
    b"\0", b"\0" * 300, b" ", b"}", b'"}', b"garbage\r\n\r\n", TLS_HELLO, b"\xef\xbb\xbf",
    b"\r\n\0", b"HTTP/1.1 200 OK\r\n\r\n", b"5\r\nhello\r\n", b"POST\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
]  # fmt: skip
PATIENT = Limits(excerpt_s=30.0)
"""The end of a body is waited for until it is there, however busy the machine is."""


def requests(path: str) -> list[bytes]:
    body = a_body()
    return [
        a_request(path, body),
        a_chunked_request(path, body),
        a_chunked_request(path, body[:30], body[30:]),
    ]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("is_at_once", [True, False])
def test_a_whole_report_is_answered_200_and_the_rest_400(
    receiver: ReceiverService, path: str, fake_store: FakeStore, garbage: bytes, is_at_once: bool
) -> None:
    for request in requests(path):
        with Wire(receiver.port) as wire:
            parts = [request + garbage] if is_at_once else [request, garbage]
            assert wire.send(*parts).answer().status == 200
            assert wire.answer().status == 400
            wire.until_closed()
    wait_until(lambda: receiver.snapshot().refused == 3, "they are counted")
    assert len(fake_store.of(ReportRequest)) == 3
    assert {one.kind for one in fake_store.of(RejectedRequest)} == {RejectionKind.MALFORMED}
    assert receiver.snapshot().malformed == 3


@pytest.mark.parametrize("garbage", [b"\0", TLS_HELLO, b"POST / HTTP/1.1\r\nBad header: x\r\n\r\n"])
def test_it_does_not_matter_where_the_stream_is_cut(
    start: Starter, path: str, garbage: bytes
) -> None:
    fake_store = FakeStore()
    receiver = start(fake_store=fake_store)
    chosen = random.Random(8087)
    for request in requests(path):
        stream = request * 2 + garbage
        for _ in range(25):
            places = sorted(chosen.sample(range(1, len(stream)), chosen.randint(1, 4)))
            cuts = [0, *places, len(stream)]
            before = len(fake_store.of(ReportRequest))
            with Wire(receiver.port) as wire:
                wire.send(*(stream[a:b] for a, b in pairwise(cuts)))
                assert [wire.answer().status for _ in range(3)] == [200, 200, 400]
            assert len(fake_store.of(ReportRequest)) == before + 2


@pytest.mark.parametrize("count", [31, 32, 33, 200])
def test_many_reports_in_one_go_lose_none_to_what_follows(
    receiver: ReceiverService, path: str, fake_store: FakeStore, count: int
) -> None:
    body = b"".join(a_request(path, a_body(messageId=str(one))) for one in range(count))
    with Wire(receiver.port) as wire:
        wire.send(body + b"\0")
        assert [wire.answer().status for _ in range(count + 1)] == [200] * count + [400]
    assert len(fake_store.of(ReportRequest)) == count


def test_a_report_that_asks_to_close_is_stored_and_what_follows_is_counted(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        wire.send(a_request(path, a_body(), "Connection: close") + b"\0")
        assert wire.answer().status == 200
        wire.until_closed()
    assert len(fake_store.of(ReportRequest)) == 1
    wait_until(lambda: receiver.snapshot().refused == 1, "it is counted")


def test_empty_lines_behind_a_report_are_no_request(receiver: ReceiverService, path: str) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body()) + b"\r\n\r\n").status == 200
        assert wire.ask(b"\r\n" + a_request(path, a_body())).status == 200
    wait_until(lambda: receiver.snapshot().open_connections == 0, "it is gone")
    assert (receiver.snapshot().malformed, receiver.snapshot().refused) == (0, 0)


def test_half_a_request_behind_a_report_is_cut_off(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    half = a_request(path, a_body())[:60]
    with Wire(receiver.port) as wire:
        assert wire.send(a_request(path, a_body()) + half).answer().status == 200
        wire.half_close().until_closed()
    wait_until(lambda: receiver.snapshot().refused == 1, "it is counted")
    kept = fake_store.only(RejectedRequest)
    assert kept.kind is RejectionKind.CUT_OFF
    assert path.encode() not in kept.body


@pytest.mark.parametrize("bad", [b"Bad header: x", b"Content-Length: x"])
def test_a_head_that_is_not_http_but_names_a_valid_key_is_kept_without_it(
    receiver: ReceiverService,
    path: str,
    callback_key: CallbackKey,
    fake_store: FakeStore,
    bad: bytes,
) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\n".encode() + bad + b"\r\n\r\n"
    with Wire(receiver.port) as wire:
        assert wire.send(head).answer().status == 400
    wait_until(lambda: receiver.snapshot().refused == 1, "it is counted")
    kept = fake_store.only(RejectedRequest)
    assert (kept.kind, kept.callback_key) == (RejectionKind.MALFORMED, callback_key.key)
    assert callback_key.value.encode() not in kept.body


@pytest.mark.parametrize("data", [b"\0", TLS_HELLO, b"POST /r/x HTTP/1.1\r\nBad header: x\r\n\r\n"])
def test_what_unknown_callers_send_is_not_kept(
    receiver: ReceiverService, fake_store: FakeStore, data: bytes
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.send(data).answer().status == 400
        wire.until_closed()
    wait_until(lambda: receiver.snapshot().open_connections == 0, "it is gone")
    assert (fake_store.stored, receiver.snapshot().refused) == ([], 0)


# --- A Content-Length that is too small -----------------------------------------------------------


@pytest.mark.parametrize(
    "reference", ["Räksmörgås", "å", "Höst 🍁 2026", "日本語", "ååååååååååååå"]
)
@pytest.mark.parametrize("is_last", [True, False])
@pytest.mark.parametrize("is_at_once", [True, False])
def test_a_length_that_counts_characters_is_told_as_that(
    start: Starter,
    path: str,
    fake_store: FakeStore,
    reference: str,
    is_last: bool,
    is_at_once: bool,
) -> None:
    receiver = start(PATIENT)
    rest = '"messageId":"1","batchId":"2","code":201'
    other = f'"reference":"{reference}"'
    text = f"{{{rest},{other}}}" if is_last else f"{{{other},{rest}}}"
    body, length = text.encode(), len(text)
    head = a_request(path, b"", length=length)
    parts = [head + body] if is_at_once else [head + body[:length], body[length:]]
    with Wire(receiver.port) as wire:
        answer = wire.send(*parts).answer()
        wire.until_closed()
    kept = fake_store.only(RejectedRequest)
    missing = len(body) - length
    assert f"counts characters, not bytes: {missing} more bytes followed" in kept.reason.english
    assert (answer.status, answer.json()["error"], answer.closes) == (
        400,
        kept.reason.english,
        True,
    )
    assert (kept.kind, kept.body) == (RejectionKind.NOT_JSON, body)
    assert receiver.snapshot().refused == 1


def test_a_length_that_is_too_small_otherwise_is_told_as_that(
    start: Starter, path: str, fake_store: FakeStore
) -> None:
    receiver = start(PATIENT)
    body = a_body()
    with Wire(receiver.port) as wire:
        assert wire.send(a_request(path, body, length=len(body) - 2)).answer().status == 400
    assert "too small: 2 more bytes followed" in fake_store.only(RejectedRequest).reason.english


def test_a_body_that_lacks_its_end_is_not_explained_by_the_next_request(
    start: Starter, path: str, fake_store: FakeStore
) -> None:
    receiver = start(Limits(excerpt_s=0.05))
    cut = '{"messageId": "1", "reference": "å'.encode()
    with Wire(receiver.port) as wire:
        wire.send(a_request(path, cut) + a_request(path, a_body()))
        assert [wire.answer().status for _ in range(2)] == [400, 200]
    assert "Content-Length" not in fake_store.only(RejectedRequest).reason.english


@pytest.mark.parametrize("ends", ["reset", "half", "goes on"])
def test_waiting_for_the_end_of_a_body_ends_with_its_connection(
    start: Starter, path: str, fake_store: FakeStore, ends: str
) -> None:
    receiver = start(Limits(excerpt_s=0.2))
    cut = '{"messageId": "1", "reference": "å'.encode()
    with Wire(receiver.port) as other:
        for count in range(1, 11):
            with Wire(receiver.port) as wire:
                wire.send(a_request(path, cut))
                if ends == "reset":
                    wire.reset()
                elif ends == "half":
                    assert wire.half_close().answer().status == 400
                else:
                    assert wire.answer().status == 400
            assert other.ask(a_request("/healthz", method="GET")).status == 200
            wait_until(lambda: len(fake_store.stored) == count, "it is kept")  # noqa: B023


def test_a_length_that_is_too_large_breaks_off_and_is_seen(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        wire.send(a_request(path, a_body(), length=len(a_body()) + 5)).half_close().until_closed()
    wait_until(lambda: receiver.snapshot().refused == 1, "it is counted")
    kept = fake_store.only(RejectedRequest)
    assert (kept.kind, kept.size) == (RejectionKind.CUT_OFF, len(a_body()) + 5)


# --- Counted once ---------------------------------------------------------------------------------


def test_chunks_that_are_none_are_counted_once_however_the_stream_is_cut(
    start: Starter, path: str
) -> None:
    broken = a_chunked_request(path, b"begin", b"end").replace(b"3\r\nend", b"zz\r\nend")
    chosen = random.Random(1)
    for _ in range(40):
        fake_store = FakeStore()
        receiver = start(fake_store=fake_store)
        places = sorted(chosen.sample(range(1, len(broken)), chosen.randint(0, 3)))
        with Wire(receiver.port) as wire:
            wire.send(*(broken[a:b] for a, b in pairwise([0, *places, len(broken)])))
            assert wire.answer().status == 400
            wire.until_closed()
        receiver.stop()
        assert len(fake_store.of(RejectedRequest)) == receiver.snapshot().refused == 1


def test_a_report_whose_framing_is_odd_is_not_taken_for_garbage(start: Starter, path: str) -> None:
    body = a_body()
    for field in (
        "content-length:{}", "CONTENT-LENGTH:\t {} \t", "Content-Length: 000{}",
        "X: y\r\nContent-Length: {}\r\nZ: \r\nW:",
    ):  # fmt: skip
        request = (
            f"POST {path} HTTP/1.1\r\nHost: a\r\n{field.format(len(body))}\r\n\r\n".encode() + body
        )
        fake_store = FakeStore()
        receiver = start(fake_store=fake_store)
        for cut in (0, 30, request.index(body), request.index(body) + 1, len(request) - 1):
            with Wire(receiver.port) as wire:
                assert wire.send(request[:cut], request[cut:]).answer().status == 200
                assert wire.ask(request).status == 200
        receiver.stop()
        assert fake_store.of(RejectedRequest) == []
