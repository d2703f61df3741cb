"""The receiver as a process of its own: what its link does when that ends, hangs or is replaced."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.paths import database_file
from kvitto.receiver.control_client import ControlClient
from kvitto.receiver.control_messages import ReceiverPhase
from kvitto.receiver.hung_receiver import HungReceiver
from kvitto.receiver.mapping_faults import LEAST_S
from kvitto.receiver.receiver_errors import (
    ReceiverNotStartedError,
    error_of,
)
from kvitto.receiver.receiver_outlook import LinkState, ReceiverOutlook
from kvitto.receiver.receiver_process import ReceiverProcess, start_process
from kvitto.receiver.urls import callback_url
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import Database, open_database
from kvitto.store.errors import DatabaseBrokenError
from kvitto.store.file_errors import IndexCutError
from kvitto.store.lockfile import InstanceInfo, read_instance_info
from kvitto.store.outage_queries import OutageReader
from kvitto.store.reader import Reader
from kvitto.store.receiver_tables import receiver_run
from tests.helpers.logwatch import LogWatch
from tests.helpers.posting import post, report_body
from tests.helpers.program import has_ended
from tests.receiver.links import Join, is_receiving, receiving_after, until


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
    monkeypatch.setattr("kvitto.receiver.receiver_link._POLL_S", 600.0)
    link = join(data_dir, start=start_process)
    with log_watch.expect(logging.WARNING, "ended unexpectedly"):
        for losses in (1, 2):
            status = until(link, is_receiving).status
            assert status is not None
            os.kill(status.pid, signal.SIGKILL)
            until(link, receiving_after(losses))
    link.stop()


def _has_heartbeat(database: Database) -> bool:
    with database.read() as connection:
        return bool(connection.scalar(select(func.count()).select_from(receiver_run)))


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
        while not _has_heartbeat(database):
            threading.Event().wait(0.01)
        with log_watch.expect(logging.WARNING, "ended unexpectedly"):
            os.kill(first.pid, signal.SIGKILL)
            outlook = until(link, receiving_after(1))

        assert outlook.status is not None
        assert outlook.status.pid != first.pid
        until_noted = time.monotonic() + 60
        while not (
            found := outage_queries.outages(
                utc_now() - timedelta(days=1), now=utc_now(), is_running=True
            )
        ):
            assert time.monotonic() < until_noted
            threading.Event().wait(0.01)
        assert [one.by for one in found] == [OutageCause.CRASHED]
    link.stop()
    assert read_instance_info(data_dir) is None


def is_told(outlook: ReceiverOutlook) -> bool:
    return outlook.status is not None and outlook.status.notice is not None


@pytest.mark.usefixtures("_started_are_ended")
@pytest.mark.skipif(not hasattr(signal, "SIGBUS"), reason="this system locks what is mapped")
def test_a_process_that_starts_again_by_itself_is_found_where_it_is_then(
    data_dir: Path, join: Join, log_watch: LogWatch
) -> None:
    link = join(data_dir, start=start_process)
    first = until(link, is_receiving).status
    assert first is not None
    threading.Event().wait(LEAST_S)
    with log_watch.expect(logging.WARNING, "ended unexpectedly"):
        os.kill(first.pid, signal.SIGBUS)
        until(link, receiving_after(1))

    # The first word of it may have come before the new one has looked at its files.
    again = until(link, is_told).status
    assert again is not None
    assert (again.pid, again.port) == (first.pid, first.port)
    assert again.notice is not None
    assert isinstance(error_of(again.notice), IndexCutError)
    link.stop()
    assert read_instance_info(data_dir) is None


def test_a_process_that_has_ended_when_it_is_asked_to_is_no_failure(
    data_dir: Path, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window and its receiver may be told to end at once, by whoever ends the session."""
    link = join(data_dir, start=start_process)
    status = until(link, is_receiving).status
    assert status is not None
    ask = ControlClient.stop

    def end_first(client: ControlClient) -> None:
        os.kill(status.pid, signal.SIGKILL)
        while not has_ended(status.pid):
            threading.Event().wait(0.01)
        ask(client)

    monkeypatch.setattr(ControlClient, "stop", end_first)
    link.stop()
    assert link.outlook.status is None


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
        outlook = until(link, lambda outlook: outlook.connection is LinkState.FAILED)
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
    assert (status.pid, status.phase) == (second.pid, ReceiverPhase.RUNNING)
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
    deadline = time.monotonic() + 60
    while len(answers) < before + 20:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
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
