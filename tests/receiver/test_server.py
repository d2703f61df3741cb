"""Starting, stopping, and what the receiver tells of itself."""

import gc
import logging
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.metrics import ReceiverCounters
from kvitto.receiver.receiver_errors import AddressUnusableError, PortTakenError
from kvitto.receiver.server import PeriodicTasks, ReceiverService
from kvitto.receiver.urls import callback_url
from kvitto.store.errors import StoreClosedError
from kvitto.store.write_requests import ReportRequest, UnauthorizedCount
from tests.helpers.logwatch import LogWatch
from tests.helpers.posting import post
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_request, many_wires, wait_until

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PROJECT = Path(__file__).parents[2]


def service_on(port: int, fake_store: FakeStore, host: str = "127.0.0.1") -> ReceiverService:
    return ReceiverService(fake_store.append, lambda: (), host=host, port=port)


# --- Starting -------------------------------------------------------------------------------------


def test_it_listens_as_soon_as_it_has_started(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    url = callback_url(receiver.host, receiver.port, path.removeprefix("/r/"))
    assert post(url, a_body()) == (200, b"")
    assert receiver.snapshot().listening
    assert fake_store.only(ReportRequest).body == a_body()


def test_a_taken_port_is_named_and_the_receiver_that_has_it_goes_on(
    receiver: ReceiverService, fake_store: FakeStore, path: str
) -> None:
    second = service_on(receiver.port, fake_store)
    with pytest.raises(PortTakenError, match=f"Port {receiver.port} on 127.0.0.1 is taken"):
        second.start()
    second.stop()
    assert not second.snapshot().listening
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body())).status == 200


def test_an_address_of_somebody_else_is_named(fake_store: FakeStore) -> None:
    with pytest.raises(AddressUnusableError, match=r"203\.0\.113\.7"):
        service_on(0, fake_store, "203.0.113.7").start()


def test_a_receiver_is_started_once(receiver: ReceiverService) -> None:
    with pytest.raises(RuntimeError):
        receiver.start()


def test_a_receiver_that_never_started_can_be_stopped(fake_store: FakeStore) -> None:
    service_on(0, fake_store).stop()


def test_a_mistake_while_starting_is_raised_and_gives_the_port_back(
    fake_store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PeriodicTasks, "every", lambda *_arguments: 1 / 0)
    service = service_on(0, fake_store)
    with pytest.raises(ZeroDivisionError):
        service.start()
    service.stop()
    monkeypatch.undo()
    again = service_on(service.port, fake_store)
    again.start()
    again.stop()


# --- Stopping -------------------------------------------------------------------------------------


def test_stopping_finishes_and_answers_the_requests_under_way(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    stopping = threading.Thread(target=receiver.stop)
    with (
        many_wires(receiver.port, 3) as (storing, pipelining, sending),
        Wire(receiver.port) as idle,
    ):
        assert idle.ask(a_request(path, a_body())).status == 200
        request = a_request(path, a_body(code=201))
        with fake_store.hold():
            storing.send(request)
            pipelining.send(request + request)
            sending.send(request[:-5])
            wait_until(lambda: fake_store.waiting == 2, "they are under way")
            stopping.start()
            assert idle.until_closed() == b""
            with pytest.raises(ConnectionRefusedError):
                Wire(receiver.port)
            assert storing.is_open()
        assert (storing.answer().status, sending.send(request[-5:]).answer().status) == (200, 200)
        first, second = pipelining.answer(), pipelining.answer()
        assert (first.status, first.closes, second.status, second.closes) == (200, False, 200, True)
        assert storing.until_closed() == sending.until_closed() == b""
    stopping.join(60)
    assert not stopping.is_alive()
    assert not receiver.snapshot().listening
    assert receiver.snapshot().open_connections == 0
    assert len(fake_store.of(ReportRequest)) == 5


def test_stopping_does_not_wait_long_for_unknown_callers(start: Starter) -> None:
    receiver = start(Limits(unknown_callers_s=0.1))
    with Wire(receiver.port) as silent, Wire(receiver.port) as slow:
        slow.send(b"POST / HTTP/1.1\r\n")
        wait_until(lambda: receiver.snapshot().open_connections == 2, "they are there")
        # Longer than any test may take.
        receiver.stop(wait_s=3600.0)
        assert silent.until_closed() == slow.until_closed() == b""


def test_stopping_gives_up_on_a_store_that_hangs(
    receiver: ReceiverService, path: str, fake_store: FakeStore, log_watch: LogWatch
) -> None:
    with Wire(receiver.port) as wire, fake_store.hold():
        wire.send(a_request(path, a_body()))
        wait_until(lambda: fake_store.waiting == 1, "it is being stored")
        with log_watch.expect(logging.WARNING, "Stopped with 1 requests unanswered"):
            receiver.stop(wait_s=0.2)
        assert wire.until_closed() == b""
    assert not receiver.snapshot().listening


def test_stopping_in_the_middle_of_a_crowd_leaves_no_socket_open(start: Starter) -> None:
    for _ in range(5):
        receiver = start(Limits(connections=16, unknown_callers_s=0.0))
        with many_wires(receiver.port, 150):
            receiver.stop()
    gc.collect()  # what is left open complains when it is collected, and the complaint is an error


def test_a_second_stop_does_nothing(receiver: ReceiverService) -> None:
    threads = [threading.Thread(target=receiver.stop) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    receiver.stop()
    assert not receiver.snapshot().listening


def test_the_port_is_free_after_a_stop(receiver: ReceiverService, fake_store: FakeStore) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request("/healthz", method="GET")).status == 200
        receiver.stop()
    again = service_on(receiver.port, fake_store)
    again.start()
    again.stop()


def test_no_task_and_no_thread_is_left_behind(start: Starter, path: str) -> None:
    before = threading.active_count()
    receiver = start()
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request(path, a_body())).status == 200
        receiver.stop()
    assert threading.active_count() == before


def test_the_last_count_of_unknown_callers_is_stored_when_stopping(
    receiver: ReceiverService, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request("/", method="GET")).status == 404
    receiver.stop()
    assert fake_store.only(UnauthorizedCount).requests == 1


def test_a_store_that_is_closed_already_does_not_disturb_stopping(
    receiver: ReceiverService, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request("/", method="GET")).status == 404
    fake_store.failure = StoreClosedError()
    receiver.stop()
    assert receiver.snapshot().unauthorized == 1


def test_a_store_that_hangs_is_not_waited_for_with_a_count(
    receiver: ReceiverService, fake_store: FakeStore, log_watch: LogWatch
) -> None:
    with Wire(receiver.port) as wire:
        assert wire.ask(a_request("/", method="GET")).status == 404
    with fake_store.hold(), log_watch.expect(logging.WARNING, "could not be stored in time"):
        receiver.stop()


def test_unknown_callers_are_stored_now_and_then(start: Starter, fake_store: FakeStore) -> None:
    receiver = start(Limits(unauthorized_s=0.05))
    with Wire(receiver.port) as wire:
        for _ in range(10):
            assert wire.ask(a_request("/", method="GET")).status == 404
        wait_until(
            lambda: sum(k.requests for k in fake_store.of(UnauthorizedCount)) == 10,
            "they are stored",
        )


# --- What it tells --------------------------------------------------------------------------------


def test_it_tells_what_it_has_done(start: Starter, path: str) -> None:
    receiver = start(clock=lambda: NOON)
    assert receiver.snapshot() == ReceiverCounters(listening=True)
    with Wire(receiver.port) as wire:
        requests = [
            a_request(path, a_body()),
            a_request(path, a_body()),
            a_request(path, b"[]"),
            a_request(path, b"{"),
            a_request("/"),
            a_request(path, method="GET"),
        ]
        for request in requests:
            wire.ask(request)
        assert receiver.snapshot() == ReceiverCounters(
            listening=True,
            answered={200: 2, 422: 1, 400: 1, 404: 1, 405: 1},
            stored=1,
            duplicates=1,
            refused=2,
            unauthorized=1,
            open_connections=1,
            last_report=NOON,
        )


def test_a_frozen_window_keeps_no_answer_back(start: Starter, path: str) -> None:
    """The thread that started the receiver hangs, as a window may, and others post."""
    thawed = threading.Event()
    started: list[ReceiverService] = []

    def window() -> None:
        started.append(start())
        thawed.wait()

    thread = threading.Thread(target=window)
    thread.start()
    try:
        wait_until(lambda: bool(started), "it has started")
        with Wire(started[0].port) as wire:
            for number in range(100):
                assert wire.ask(a_request(path, a_body(messageId=str(number)))).status == 200
    finally:
        thawed.set()
        thread.join()


LITTLE_ROOM = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (260, 260))
import logging
logging.basicConfig(level=logging.WARNING)
from datetime import UTC, datetime
from kvitto.core.report import Origin
from kvitto.receiver.server import ReceiverService
from kvitto.store.write_requests import WriteResult
from kvitto.store.callback_keys import CallbackKey

async def append(_arrival):
    return WriteResult.STORED

callback_keys = (CallbackKey(1, "0" * 32, Origin.WEBHOOK, datetime.now(UTC)),)
service = ReceiverService(append, lambda: callback_keys, port=0)
service.start()
print(service.port, flush=True)
sys.stdin.read()
service.stop()
print(service.snapshot().evicted)
"""


def test_a_flood_of_connections_does_not_use_up_the_open_files() -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", LITTLE_ROOM],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert program.stdout is not None
    port = int(program.stdout.readline())
    flood = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(900)]
    with Wire(port) as wire:
        answer = wire.ask(a_request("/r/" + "0" * 32, a_body()))
    for one in flood:
        one.close()
    evicted, complaints = program.communicate("", timeout=30)
    assert answer.status == 200
    assert int(evicted) >= 900 - 260
    assert complaints == ""
