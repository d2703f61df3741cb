"""The control listener: moving the receiver to another address, and watching it."""

import queue
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.control_messages import (
    ReceiverPhase,
    ReceiverStatus,
)
from kvitto.receiver.receiver_errors import (
    PortTakenError,
    ReceiverUnreachableError,
)
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import StoreError
from kvitto.store.lockfile import InstanceInfo, read_instance_info
from tests.helpers.new_store import lay_new_database
from tests.helpers.posting import post, report_body
from tests.store.arrivals import a_report, arriving
from tests.store.receiver_run_rows import receiver_runs


@pytest.fixture
def runtime(data_dir: Path) -> Iterator[ReceiverRuntime]:
    with ReceiverRuntime(lay_new_database(data_dir), port=0) as opened:
        yield opened


@pytest.fixture
def told(runtime: ReceiverRuntime) -> InstanceInfo:
    found = read_instance_info(runtime.folder)
    assert found is not None
    return found


@pytest.fixture
def client(told: InstanceInfo) -> Iterator[ControlClient]:
    made = ControlClient(told.control_port, told.control_token)
    yield made
    made.close()


# --- Moving -------------------------------------------------------------------------------------


def test_it_moves_to_another_port_and_says_so(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    old_url = runtime.callback_url

    assert client.listen("127.0.0.1", port).port == port

    assert runtime.callback_url != old_url
    assert post(runtime.callback_url, report_body("m1"))[0] == 200
    with pytest.raises(ConnectionError):
        post(old_url, report_body("m1"))
    found = read_instance_info(runtime.folder)
    assert found is not None
    assert found.address.endswith(f":{port}")
    [opening] = receiver_runs(runtime.database)
    assert not opening.is_stopped, "nothing was interrupted"


def test_a_move_that_fails_says_why_and_keeps_the_old_port(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    url = runtime.callback_url
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTakenError):
        client.listen("127.0.0.1", taken.getsockname()[1])

    assert client.status().is_listening
    assert client.status().trouble is None
    assert post(url, report_body("m1"))[0] == 200


def test_it_moves_to_another_address_at_the_same_port_and_back_where_that_fails(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    port = runtime.service.port
    with socket.create_server(("127.0.0.2", port)):
        with pytest.raises(PortTakenError):
            client.listen("0.0.0.0", port)
        assert client.status().is_listening
        assert post(runtime.callback_url, report_body("m1"))[0] == 200

    assert client.listen("0.0.0.0", port).host == "0.0.0.0"
    assert post(runtime.callback_url, report_body("m2"))[0] == 200


def test_to_move_to_where_it_is_changes_nothing(
    runtime: ReceiverRuntime, client: ControlClient
) -> None:
    service = runtime.service
    client.listen(service.host, service.port)
    client.listen(service.host, 0)
    assert runtime.service is service


def test_one_that_need_not_listen_says_why_it_does_not_and_can_be_edited_and_moved(
    data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        runtime = ReceiverRuntime(data_dir, port=port, must_listen=False)
    with runtime:
        told = read_instance_info(data_dir)
        assert told is not None
        assert told.address == ""
        client = ControlClient(told.control_port, told.control_token)
        status = client.status()
        assert not status.is_listening
        assert status.trouble is not None
        assert status.trouble.code == "PortTakenError"
        client.append([arriving(a_report("m1"))])
        assert receiver_runs(runtime.database) == [], "it was never open"

        status = client.listen("127.0.0.1", port)

        assert (status.port, status.trouble) == (port, None)
        assert post(runtime.callback_url, report_body("m1"))[0] == 200
        client.close()


# --- Watching -----------------------------------------------------------------------------------


class Watching:
    """Watches a receiver on a thread of its own."""

    def __init__(self, client: ControlClient) -> None:
        self.heard: queue.SimpleQueue[ReceiverStatus] = queue.SimpleQueue()
        self.errors: list[StoreError] = []
        self._client = client
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._client.watch(self.heard.put)
        except StoreError as error:
            self.errors.append(error)

    def until(
        self, revision: int = 0, phase: ReceiverPhase = ReceiverPhase.RUNNING
    ) -> ReceiverStatus:
        while True:
            status = self.heard.get(timeout=60)
            if status.revision >= revision and status.phase is phase:
                return status

    def end(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()


def test_a_watcher_hears_of_every_commit_and_of_the_end(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0) as runtime:
        told = read_instance_info(data_dir)
        assert told is not None
        client = ControlClient(told.control_port, told.control_token)
        watching = Watching(client)
        before = watching.until().revision
        assert post(runtime.callback_url, report_body("m1"))[0] == 200
        assert watching.until(before + 1).counters.stored == 1
    watching.until(phase=ReceiverPhase.STOPPING)
    watching.end()
    assert watching.errors == []


def test_a_watcher_can_end_it(client: ControlClient) -> None:
    watching = Watching(client)
    watching.until()
    client.close()
    watching.end()


def test_where_nobody_listens_that_is_said_in_words(data_dir: Path) -> None:
    with ReceiverRuntime(data_dir, port=0):
        told = read_instance_info(data_dir)
    assert told is not None
    client = ControlClient(told.control_port, told.control_token)
    with pytest.raises(ReceiverUnreachableError, match="does not answer"):
        client.status()
    with pytest.raises(ReceiverUnreachableError):
        client.watch(lambda _status: None)


def test_a_client_shows_no_callback_key(told: InstanceInfo, client: ControlClient) -> None:
    assert told.control_token not in repr(client)
