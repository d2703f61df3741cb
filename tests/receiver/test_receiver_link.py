"""A window's link with the receiver of its folder: found, started, watched, started again."""

import itertools
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.paths import database_file, instance_file
from kvitto.receiver.control_messages import Phase
from kvitto.receiver.hung_receiver import HungReceiver
from kvitto.receiver.receiver_errors import (
    PortTakenError,
    ReceiverNotStartedError,
    ReceiverUnreachableError,
)
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.receiver.receiver_outlook import Connection, ReceiverOutlook
from kvitto.receiver.receiver_process import ReceiverProcess, start_process
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.receiver.urls import callback_url
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.errors import AlreadyRunningError, DatabaseBrokenError
from kvitto.store.lockfile import Instance, InstanceInfo, read_instance_info
from kvitto.store.outage_queries import OutageReader
from kvitto.store.reader import Reader
from tests.helpers.logwatch import LogWatch
from tests.helpers.posting import post, report_body
from tests.helpers.program import has_ended
from tests.helpers.receivers import ReceiversHere


class Join(Protocol):
    def __call__(
        self,
        folder: Path,
        *,
        port: int = 0,
        start: Callable[..., object] | None = None,
        no_auth: bool = False,
    ) -> ReceiverLink: ...


@pytest.fixture
def receivers() -> Iterator[ReceiversHere]:
    made = ReceiversHere()
    yield made
    made.end()


@pytest.fixture
def join(receivers: ReceiversHere) -> Iterator[Join]:
    """Return what links with a folder's receiver."""
    with ExitStack() as links:

        def link(
            folder: Path,
            *,
            port: int = 0,
            start: Callable[..., object] | None = None,
            no_auth: bool = False,
        ) -> ReceiverLink:
            made = ReceiverLink(
                folder,
                host="127.0.0.1",
                port=port,
                no_auth=no_auth,
                start=start or receivers,  # type: ignore[arg-type]
            )
            links.callback(made.close)
            return made

        yield link


def until(
    link: ReceiverLink, is_so: Callable[[ReceiverOutlook], bool], within_s: float = 20
) -> ReceiverOutlook:
    end = time.monotonic() + within_s
    outlook = link.outlook
    while not is_so(outlook):
        assert time.monotonic() < end, outlook
        outlook = link.wait_for_news(outlook, 0.5)
    return outlook


def is_receiving(outlook: ReceiverOutlook) -> bool:
    return outlook.is_receiving


def receiving_after(losses: int) -> Callable[[ReceiverOutlook], bool]:
    return lambda outlook: outlook.losses == losses and outlook.is_receiving


def test_one_is_started_where_there_is_none_and_goes_on_after_the_link(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    link = join(data_dir)
    status = until(link, is_receiving).status
    assert status is not None
    assert status.is_background
    link.close()

    assert post(receivers.runtime.callback_url, report_body("m1"))[0] == 200


def test_the_next_link_finds_it_and_starts_none(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    first = join(data_dir)
    before = until(first, is_receiving)
    first.close()

    again = until(join(data_dir), is_receiving)

    assert len(receivers.started) == 1
    assert again.status is not None
    assert before.status is not None
    assert again.status.port == before.status.port


def test_one_that_an_earlier_window_has_left_moves_to_where_the_next_one_wants_it(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    first = join(data_dir)
    until(first, is_receiving)
    first.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def is_there(outlook: ReceiverOutlook) -> bool:
        return outlook.status is not None and outlook.status.port == port

    until(join(data_dir, port=port), is_there)
    assert len(receivers.started) == 1


def test_one_that_was_started_by_hand_stays_where_it_is(data_dir: Path, join: Join) -> None:
    with ReceiverRuntime(data_dir, port=0) as other, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        link = join(data_dir, port=port)
        until(link, is_receiving)
        link.client().demo_key()
        assert link.client().status().port == other.service.port


def test_one_that_somebody_else_started_is_as_good(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    with ReceiverRuntime(data_dir, port=0) as other:
        link = join(data_dir)
        status = until(link, is_receiving).status
        assert status is not None
        assert (status.port, status.is_background) == (other.service.port, False)
        assert link.client().demo_key() in other.callback_keys.valid()
        assert receivers.started == []


def test_one_that_was_ended_as_it_should_is_not_started_until_that_is_asked_for(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    with ReceiverRuntime(data_dir, port=0):
        link = join(data_dir)
        until(link, is_receiving)
    until(link, lambda outlook: outlook.connection is Connection.STOPPED)
    assert receivers.started == []
    with pytest.raises(ReceiverUnreachableError):
        link.client().status()

    link.listen("127.0.0.1", 0)

    until(link, is_receiving)
    assert len(receivers.started) == 1


def test_one_that_somebody_starts_later_is_found(data_dir: Path, join: Join) -> None:
    with ReceiverRuntime(data_dir, port=0):
        link = join(data_dir)
        until(link, is_receiving)
    until(link, lambda outlook: outlook.connection is Connection.STOPPED)
    with ReceiverRuntime(data_dir, port=0) as again:
        status = until(link, is_receiving).status
        assert status is not None
        assert status.port == again.service.port


def test_to_stop_it_ends_it_and_none_is_started(
    data_dir: Path, join: Join, receivers: ReceiversHere
) -> None:
    link = join(data_dir)
    until(link, is_receiving)

    link.stop()

    assert receivers.started[0].has_ended()
    assert read_instance_info(data_dir) is None
    until(link, lambda outlook: outlook.connection is Connection.STOPPED)
    assert len(receivers.started) == 1


def test_a_taken_port_is_told_and_another_can_be_chosen(
    data_dir: Path, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        link = join(data_dir, port=port)
        outlook = until(link, lambda outlook: outlook.trouble is not None)
        assert isinstance(outlook.trouble, PortTakenError)
        assert not outlook.is_receiving
        with pytest.raises(PortTakenError):
            link.listen("127.0.0.1", port)
        link.client().demo_key()  # the store can be changed all the same

        link.listen("127.0.0.1", 0)

        until(link, is_receiving)


def test_why_it_ends_at_once_is_told_and_it_is_tried_again(
    data_dir: Path, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    database_file(data_dir).write_bytes(b"no database" * 100)
    with caplog.at_level(logging.WARNING):
        link = join(data_dir)
        outlook = until(link, lambda outlook: outlook.connection is Connection.FAILED)
        assert isinstance(outlook.error, DatabaseBrokenError)
        with pytest.raises(DatabaseBrokenError):
            link.client()

        database_file(data_dir).unlink()
        link.listen("127.0.0.1", 0)

        assert until(link, is_receiving).error is None


def test_a_stale_word_of_a_process_that_lives_for_another_reason_is_no_obstacle(
    data_dir: Path, join: Join
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = InstanceInfo(os.getpid(), "http://127.0.0.1:1", "", port, "0" * 64, "0")
    instance_file(data_dir).write_bytes(msgspec.json.encode(told))

    until(join(data_dir), is_receiving)


def test_one_that_has_the_folder_and_can_t_be_asked_is_named(
    data_dir: Path, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), Instance(data_dir) as other:
        other.tell(InstanceInfo(4711, "http://127.0.0.1:8370"))
        outlook = until(join(data_dir), lambda outlook: outlook.connection is Connection.FAILED)
        assert isinstance(outlook.error, AlreadyRunningError)
        assert "4711" in str(outlook.error)


def test_one_of_an_earlier_version_is_replaced_and_one_of_a_later_is_left(
    data_dir: Path, join: Join, receivers: ReceiversHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = join(data_dir)
    until(first, is_receiving)
    first.close()
    replacing: list[bool] = []

    def start(folder: Path, *, replaces: bool, **options: object) -> object:
        replacing.append(replaces)
        receivers.started[0].end()  # as the new process has the old one do
        monkeypatch.setattr("kvitto.receiver.runtime.__version__", "999.0.0")
        return receivers(folder, replaces=replaces, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("kvitto.receiver.receiver_outlook.__version__", "0.0.1")
    later = join(data_dir, start=start)
    until(later, is_receiving)
    assert replacing == []
    later.close()

    monkeypatch.setattr("kvitto.receiver.receiver_outlook.__version__", "999.0.0")
    until(join(data_dir, start=start), is_receiving)
    assert replacing == [True]


def test_one_that_never_comes_up_is_told_of_and_tried_less_and_less_often(
    data_dir: Path, join: Join, log_watch: LogWatch
) -> None:
    begun: list[float] = []

    def start(folder: Path, **_options: object) -> object:
        begun.append(time.monotonic())
        raise ReceiverNotStartedError("it ended at once, with 1")

    with log_watch.expect(logging.WARNING, "can't be started: .*it ended at once"):
        link = join(data_dir, start=start)
        outlook = until(link, lambda _outlook: len(begun) == 4)
        link.close()

    assert outlook.connection is Connection.FAILED
    assert isinstance(outlook.error, ReceiverNotStartedError)
    assert "ends at once" in str(outlook.error)
    pauses = [later - earlier for earlier, later in itertools.pairwise(begun)]
    assert all(pause > least for pause, least in zip(pauses, (0.4, 0.9, 1.9), strict=True)), pauses


# --- As a process of its own --------------------------------------------------------------------


def test_a_program_that_ends_at_once_is_no_receiver(tmp_path: Path) -> None:
    started = ReceiverProcess([sys.executable, "-c", "1 / 0"], tmp_path / "log")

    with pytest.raises(ReceiverNotStartedError):
        started.wait_until_reachable()
    assert started.has_failed()
    assert b"ZeroDivisionError" in (tmp_path / "log").read_bytes(), "why is in the log"


@pytest.fixture
def _started_are_ended(data_dir: Path) -> Iterator[None]:
    yield
    told = read_instance_info(data_dir)
    if told is not None and told.pid != os.getpid():
        os.kill(told.pid, signal.SIGKILL)


@pytest.mark.usefixtures("_started_are_ended")
def test_one_that_received_for_a_while_is_started_at_once_each_time_it_is_killed(
    data_dir: Path, join: Join, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.receiver.receiver_link._GOOD_AFTER_S", 0.0)
    # A pause before the next start would be longer than is waited for here.
    monkeypatch.setattr("kvitto.receiver.receiver_link._POLL_S", 60.0)
    link = join(data_dir, start=start_process)
    with log_watch.expect(logging.WARNING, "ended unexpectedly"):
        for losses in (1, 2):
            status = until(link, is_receiving).status
            assert status is not None
            os.kill(status.pid, signal.SIGKILL)
            until(link, receiving_after(losses))
    link.stop()


@pytest.mark.usefixtures("_started_are_ended")
def test_a_process_that_is_killed_is_started_again_and_the_interruption_is_noted(
    data_dir: Path, join: Join, log_watch: LogWatch
) -> None:
    link = join(data_dir, start=start_process)
    first = until(link, is_receiving).status
    assert first is not None
    assert first.pid != os.getpid()
    # Its heartbeat is what the interruption is told by.
    with open_database(data_dir) as database:
        outage_queries = OutageReader(database)
        while outage_queries.known_since() is None:
            threading.Event().wait(0.01)
        with log_watch.expect(logging.WARNING, "ended unexpectedly"):
            os.kill(first.pid, signal.SIGKILL)
            outlook = until(link, receiving_after(1))

        assert outlook.status is not None
        assert outlook.status.pid != first.pid
        until_noted = time.monotonic() + 10
        while not (
            found := outage_queries.outages(
                utc_now() - timedelta(days=1), now=utc_now(), is_running=True
            )
        ):
            assert time.monotonic() < until_noted
        assert [one.by for one in found] == [OutageCause.CRASHED]
    link.stop()
    assert read_instance_info(data_dir) is None


@pytest.mark.usefixtures("_started_are_ended")
@pytest.mark.parametrize("is_reachable", [False, True])
def test_a_process_that_is_just_being_started_is_not_left_behind(
    data_dir: Path, join: Join, is_reachable: bool
) -> None:
    made: list[ReceiverProcess] = []
    is_made = threading.Event()

    def start(folder: Path, **options: object) -> object:
        made.append(start_process(folder, **options))  # type: ignore[arg-type]
        if is_reachable:
            while read_instance_info(folder) is None:
                threading.Event().wait(0.01)
        is_made.set()
        return made[0]

    link = join(data_dir, start=start)
    assert is_made.wait(30)

    link.stop()

    assert made[0].has_ended()
    assert len(made) == 1
    assert read_instance_info(data_dir) is None


@pytest.mark.usefixtures("_started_are_ended")
def test_a_process_outlives_the_one_that_started_it(data_dir: Path, join: Join) -> None:
    code = (
        "import sys, os, time, threading\n"
        "from pathlib import Path\n"
        "from kvitto.receiver.receiver_link import ReceiverLink\n"
        "link = ReceiverLink(Path(sys.argv[1]), host='127.0.0.1', port=0)\n"
        "while not link.outlook.is_receiving: threading.Event().wait(0.01)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, data_dir], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    told = read_instance_info(data_dir)
    assert told is not None

    link = join(data_dir, start=start_process)

    status = until(link, is_receiving).status
    assert status is not None
    assert status.pid == told.pid
    link.stop()
    assert read_instance_info(data_dir) is None


@pytest.mark.usefixtures("_started_are_ended")
def test_a_process_says_why_it_ended(
    data_dir: Path, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    database_file(data_dir).write_bytes(b"no database" * 100)
    with caplog.at_level(logging.WARNING):
        link = join(data_dir, start=start_process)
        outlook = until(link, lambda outlook: outlook.connection is Connection.FAILED)
    assert isinstance(outlook.error, DatabaseBrokenError)
    assert outlook.error.detail


@pytest.mark.usefixtures("_started_are_ended")
def test_a_process_that_replaces_another_waits_for_its_end(data_dir: Path, join: Join) -> None:
    link = join(data_dir, start=start_process)
    first = until(link, is_receiving).status
    assert first is not None
    link.close()

    second = start_process(data_dir, host="127.0.0.1", port=0, no_auth=False, replaces=True)

    assert second.wait_until_reachable().pid == second.pid
    again = join(data_dir, start=start_process)
    status = until(again, is_receiving).status
    assert status is not None
    assert (status.pid, status.phase) == (second.pid, Phase.RUNNING)
    again.stop()
    while not second.has_ended():
        threading.Event().wait(0.01)
    assert not second.has_failed()


@pytest.mark.usefixtures("_started_are_ended")
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system can't stop a process")
def test_a_process_that_hangs_is_ended_and_another_receives(
    data_dir: Path, join: Join, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.receiver.control_client._SILENT_S", 3.0)
    monkeypatch.setattr("kvitto.receiver.hung_receiver.HUNG_AFTER_S", 1.0)
    link = join(data_dir, start=start_process)
    first = until(link, is_receiving).status
    assert first is not None
    with (
        log_watch.expect(logging.WARNING, "ended unexpectedly or hangs"),
        log_watch.expect(logging.WARNING, "did not answer any more"),
    ):
        os.kill(first.pid, signal.SIGSTOP)
        outlook = until(link, lambda one: one.status is not None and one.status.pid != first.pid)
        outlook = until(link, is_receiving)

    assert outlook.status is not None
    assert has_ended(first.pid)
    link.stop()


def test_one_that_others_started_is_never_ended_though_it_hangs(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    ) as others:
        told = InstanceInfo(others.pid, "", control_token="t")
        hung = HungReceiver(tmp_path, after_s=0.0)

        assert hung.is_given_up(told)
        assert others.poll() is None
        others.kill()


@pytest.mark.usefixtures("_started_are_ended")
@pytest.mark.skipif(sys.platform != "linux", reason="only there two can share a port")
def test_one_that_replaces_another_leaves_no_moment_in_which_nobody_listens(
    data_dir: Path, join: Join
) -> None:
    link = join(data_dir, start=start_process)
    first = until(link, is_receiving).status
    assert first is not None
    with open_database(data_dir) as database:
        url = callback_url(
            first.host, first.port, CallbackKeyStore(database).newest(utc_now()).value
        )
    link.close()
    is_over = threading.Event()
    answers: list[int | str] = []

    def keep_posting(name: str) -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            try:
                answers.append(post(url, report_body(f"{name}-{number}"))[0])
            except OSError as error:
                answers.append(repr(error))

    posters = [threading.Thread(target=keep_posting, args=(name,)) for name in "abcd"]
    for one in posters:
        one.start()
    second = start_process(data_dir, host=first.host, port=first.port, no_auth=False, replaces=True)
    assert second.wait_until_reachable().pid == second.pid
    again = join(data_dir, start=start_process)
    status = until(again, is_receiving).status
    before = len(answers)
    deadline = time.monotonic() + 20
    while len(answers) < before + 20:
        assert time.monotonic() < deadline
    is_over.set()
    for one in posters:
        one.join()

    assert status is not None
    assert (status.pid, status.port) == (second.pid, first.port)
    assert set(answers) == {200}
    again.stop()
    while not second.has_ended():
        threading.Event().wait(0.01)
    with open_database(data_dir) as database:
        assert Reader(database).counts().reports == len(answers)
