"""Those who take their time, those who are many, and those whom they must not keep out."""

import contextlib
import logging
import threading
from collections.abc import Iterator

import pytest

from kvitto.core.rejection import RejectionKind
from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.handler import ReportHandler
from kvitto.receiver.responses import Answer
from kvitto.receiver.server import ReceiverService
from kvitto.store.write_requests import RejectedRequest
from tests.helpers.logwatch import LogWatch
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import (
    Wire,
    a_body,
    a_request,
    many_wires,
    wait_until,
)

HEALTH = a_request("/healthz", method="GET")


# --- Those who take their time --------------------------------------------------------------------

HASTY = Limits(request_s=1.0, idle_s=1.0, sweep_s=0.05, linger_s=0.2)
"""Long enough for a request that is sent at once, on a machine that is busy with other tests."""


def ignored(wire: Wire) -> None:
    """Expect to be closed without an answer."""
    assert wire.until_closed() == b""


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"P",
        b"POST /r/ HTTP/1.1\r\nHost: a\r\n",
        a_request("/", b"", length=5)[:-2],
    ],
)
def test_whoever_does_not_finish_a_request_is_closed(start: Starter, beginning: bytes) -> None:
    receiver = start(HASTY)
    with Wire(receiver.port) as wire:
        ignored(wire.send(beginning))
    assert receiver.snapshot().timed_out == 1


def test_whoever_does_not_finish_a_body_is_closed(
    start: Starter, path: str, fake_store: FakeStore
) -> None:
    receiver = start(HASTY)
    with Wire(receiver.port) as wire:
        ignored(wire.send(a_request(path, b"{", length=50)))
    assert receiver.snapshot().timed_out == 1
    wait_until(lambda: receiver.snapshot().refused == 1, "it is counted")
    assert fake_store.only(RejectedRequest).kind is RejectionKind.CUT_OFF


def test_sending_a_little_now_and_then_buys_no_time(start: Starter, path: str) -> None:
    receiver = start(HASTY)
    with Wire(receiver.port) as wire:

        def drip() -> bool:
            with contextlib.suppress(ConnectionError):
                wire.send(b"x")
            return receiver.snapshot().timed_out == 1

        wire.send(a_request(path, b"", length=50_000))
        wait_until(drip, "closed in the middle of its drops")


def test_an_idle_connection_is_closed_after_its_time(start: Starter, path: str) -> None:
    receiver = start(HASTY)
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body())).status == 200
        ignored(wire)
    assert receiver.snapshot().timed_out == 1


def test_a_connection_in_use_is_never_too_old(start: Starter, path: str) -> None:
    receiver = start(HASTY)
    with Wire(receiver.port) as wire:
        count = 0
        with Wire(receiver.port) as clock:
            clock.send(b"P")
            while receiver.snapshot().timed_out == 0:
                count += 1
                assert wire.ask(a_request(path, a_body())).status == 200
        assert wire.ask(a_request(path, a_body())).status == 200


def test_a_report_that_is_being_stored_has_all_the_time_it_needs(
    start: Starter, path: str, fake_store: FakeStore
) -> None:
    receiver = start(HASTY)
    with Wire(receiver.port) as wire, Wire(receiver.port) as clock:
        with fake_store.hold():
            wire.send(a_request(path, a_body()))
            wait_until(lambda: fake_store.waiting == 1, "it is being stored")
            for _ in range(2):
                clock.until_closed()
            with Wire(receiver.port) as clock_again:
                clock_again.until_closed()
            assert wire.is_open()
        assert wire.answer().status == 200


def test_a_peer_that_does_not_take_its_answers_is_not_read_from_and_then_closed(
    start: Starter, fake_store: FakeStore
) -> None:
    receiver = start(HASTY)
    requests = a_request("/nowhere", method="GET") * 200
    with Wire(receiver.port, receive_buffer=4_096) as wire:
        wire.socket.setblocking(False)
        sent = 0

        def keep_sending() -> bool:
            nonlocal sent
            with contextlib.suppress(BlockingIOError, ConnectionError):
                while sent < 100_000_000:
                    sent += wire.socket.send(requests)
            return receiver.snapshot().timed_out == 1

        wait_until(keep_sending, "closed while it does not read")
        assert sent < 100_000_000
    wait_until(lambda: receiver.snapshot().open_connections == 0, "its seat is free")


def test_a_peer_that_takes_its_answers_late_gets_them_all(start: Starter) -> None:
    receiver = start(Limits(request_s=60.0))
    count = 40_000
    with Wire(receiver.port, receive_buffer=4_096) as wire:
        sending = threading.Thread(target=wire.send, args=(HEALTH * count,))
        sending.start()
        answered = 0

        def has_come_to_rest() -> bool:
            nonlocal answered
            before, answered = answered, receiver.snapshot().answered.get(200, 0)
            return 0 < answered == before

        wait_until(has_come_to_rest, "it waits for its peer", every_s=0.2)
        assert answered < count
        assert [wire.answer().status for _ in range(count)] == [200] * count
        sending.join()


# --- Our own mistakes -----------------------------------------------------------------------------


def test_a_mistake_outside_the_endpoint_is_answered_503_too(
    receiver: ReceiverService, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    def fail(_handler: ReportHandler, _request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ReportHandler, "__call__", fail)
    with (
        Wire(receiver.port) as wire,
        log_watch.expect(logging.ERROR, "Error while answering a request"),
    ):
        answer = wire.ask(HEALTH)
        assert (answer.status, answer.closes) == (503, True)


def test_a_mistake_while_sending_an_answer_closes_the_connection_and_is_logged(
    receiver: ReceiverService, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    def fail(_answer: Answer, _request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Answer, "prepare", fail)
    with Wire(receiver.port) as wire, log_watch.expect(logging.ERROR, "Unhandled exception"):
        assert wire.send(HEALTH).until_closed() == b""


# --- Those who are many ---------------------------------------------------------------------------

CROWDED = Limits(connections=32, sweep_s=0.05)


@contextlib.contextmanager
def dripping(port: int, count: int, beginning: bytes) -> Iterator[list[Wire]]:
    with many_wires(port, count) as wires:
        for wire in wires:
            with contextlib.suppress(ConnectionError):
                wire.send(beginning)
        yield wires


def test_five_hundred_slow_unknown_callers_do_not_keep_reports_out(
    start: Starter, path: str
) -> None:
    receiver = start(Limits(connections=100, request_s=300.0, idle_s=300.0))
    with dripping(receiver.port, 500, b"POST / HTTP/1.1\r\nX: ") as unknown_callers:
        for number in range(200):
            with contextlib.suppress(ConnectionError):
                unknown_callers[number].send(b"x")
            with Wire(receiver.port) as wire:
                body = a_body(messageId=str(number))
                assert wire.ask(a_request(path, body)).status == 200
    counters = receiver.snapshot()
    assert counters.stored == 200
    assert counters.evicted >= 400


def test_a_kept_connection_survives_a_crowd_of_unknown_callers(start: Starter, path: str) -> None:
    receiver = start(CROWDED)
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body())).status == 200
        with dripping(receiver.port, 300, b"GET"), dripping(receiver.port, 100, HEALTH):
            assert wire.ask(a_request(path, a_body())).status == 200
        assert wire.ask(a_request(path, a_body())).status == 200


def test_a_report_that_is_being_stored_is_not_closed_by_any_crowd(
    start: Starter, path: str, fake_store: FakeStore
) -> None:
    receiver = start(CROWDED)
    with many_wires(receiver.port, 20) as wires:
        with fake_store.hold():
            for number, wire in enumerate(wires):
                wire.send(a_request(path, a_body(messageId=str(number))))
            wait_until(lambda: fake_store.waiting == 20, "all are being stored")
            with dripping(receiver.port, 300, b"GET"):
                wait_until(lambda: receiver.snapshot().evicted >= 288, "the crowd is thinned")
        assert [wire.answer().status for wire in wires] == [200] * 20


def test_the_senders_own_idle_connections_do_not_keep_it_out(start: Starter, path: str) -> None:
    receiver = start(CROWDED)
    with contextlib.ExitStack() as stack:
        for _ in range(64):
            wire = stack.enter_context(Wire(receiver.port))
            assert wire.ask(a_request(path, a_body())).status == 200
    assert receiver.snapshot().evicted == 32


def test_connections_that_come_and_go_leave_nothing_behind(start: Starter, path: str) -> None:
    receiver = start(CROWDED)
    for number in range(500):
        with Wire(receiver.port) as wire:
            if number % 3 == 0:
                wire.send(HEALTH)
            elif number % 3 == 1:
                wire.reset()
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body())).status == 200
    wait_until(lambda: receiver.snapshot().open_connections == 0, "all are gone")


def test_ten_thousand_wrong_callback_keys_cost_no_disk_and_no_report(
    start: Starter, path: str, fake_store: FakeStore
) -> None:
    receiver = start(Limits(unauthorized_s=60.0))
    with Wire(receiver.port) as wire:
        for batch in range(100):
            wrong = b"".join(
                a_request(f"/r/{batch * 100 + number:032x}", b"{}") for number in range(100)
            )
            wire.send(wrong + a_request(path, a_body(messageId=str(batch))))
            assert [wire.answer().status for _ in range(101)] == [404] * 100 + [200]
    assert receiver.snapshot().unauthorized == 10_000
    assert len(fake_store.stored) == 100
    receiver.stop()
    assert len(fake_store.stored) <= 102


def test_headers_of_a_refused_request_are_bounded(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    fields = [f"X-{number}: {'å' * 1_000}" for number in range(15)]
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, b"[]", *fields)).status == 422
    kept = fake_store.only(RejectedRequest)
    assert kept.kind is RejectionKind.NOT_A_REPORT
    assert sum(len(name) + len(value) for name, value in kept.headers) <= 8_192
