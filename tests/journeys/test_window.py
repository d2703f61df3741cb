"""The window as a program of its own: it receives, ends, comes back, and is there once."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Final

import psutil
import pytest
from filelock import FileLock

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.paths import window_lock_file, window_log_file
from kvitto.receiver.mapping_faults import LEAST_S
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.lockfile import read_instance_info
from kvitto.store.outage_queries import OutageReader
from tests.helpers.posting import post, report_body
from tests.helpers.program import PROJECT, START_S, assert_check_agrees, exported, has_ended
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually
from tests.journeys.windows import Window, end_receiver
from tests.store.receiver_run_rows import receiver_runs

STOPS: Final = [
    pytest.param(
        getattr(signal, name, None),
        id=name,
        marks=pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals"),
    )
    for name in ("SIGTERM", "SIGINT", "SIGHUP")
]


Show = Callable[[], Window]


@pytest.fixture
def show(data_dir: Path) -> Iterator[Show]:
    with ExitStack() as running:
        yield lambda: running.enter_context(Window(data_dir))


def post_some(url: str, count: int, first: int = 0) -> set[str]:
    """Post reports; return the ids of those that were answered 200: all."""
    names = [f"m{number}" for number in range(first, first + count)]
    for name in names:
        assert post(url, report_body(name))[0] == 200
    return set(names)


def kept(folder: Path) -> set[str]:
    return {row["message_id"] for row in exported(folder)}


@pytest.mark.parametrize("number", STOPS)
def test_a_signal_ends_it_and_what_it_answered_is_there(
    show: Show, data_dir: Path, number: signal.Signals
) -> None:
    window = show()
    names = post_some(window.url, 50)

    assert window.stop(number) == 0

    assert kept(data_dir) == names
    assert_check_agrees(data_dir)
    assert window.complaints == []
    assert read_instance_info(data_dir) is None


def test_what_was_answered_is_there_after_kill_9_of_both(show: Show, data_dir: Path) -> None:
    first = show()
    names = post_some(first.url, 50)
    first.kill()
    end_receiver(data_dir)

    again = show()
    names |= post_some(again.url, 10, first=50)
    assert again.stop() == 0

    assert kept(data_dir) == names
    assert_check_agrees(data_dir)


def test_others_may_look_while_it_receives_and_nothing_is_lost(show: Show, data_dir: Path) -> None:
    first = show()
    names = post_some(first.url, 5)
    assert first.stop() == 0
    window = show()
    names |= post_some(window.url, 15, first=5)
    assert kept(data_dir) == names

    names |= post_some(window.url, 20, first=20)
    assert kept(data_dir) == names
    assert_check_agrees(data_dir)
    names |= post_some(window.url, 20, first=40)
    window.kill()
    end_receiver(data_dir)

    assert kept(data_dir) == names
    assert_check_agrees(data_dir)


def test_it_comes_back_with_the_same_callback_key(show: Show) -> None:
    first = show()
    callback_key = first.url.rpartition("/")[2]
    assert first.stop() == 0

    assert show().url.rpartition("/")[2] == callback_key


def test_a_second_start_ends_at_once_and_the_first_goes_on(show: Show, data_dir: Path) -> None:
    first = show()
    url = first.url

    second = show()

    assert second.wait() == 0
    assert first.is_running
    names = post_some(url, 3)
    assert first.stop() == 0
    assert kept(data_dir) == names


def test_a_window_that_does_not_answer_a_second_start_is_told_of(
    show: Show, data_dir: Path
) -> None:
    with FileLock(window_lock_file(data_dir)):
        second = show()
        assert eventually(lambda: any("does not answer" in one for one in second.complaints))
        assert second.is_running, "it says so in a window"
        assert second.stop() == 1


def test_it_watches_what_another_receives(start: Start, show: Show, data_dir: Path) -> None:
    receiver = start()
    names = post_some(receiver.url, 5)

    window = show()
    window.wait_until_up()
    names |= post_some(receiver.url, 5, first=5)
    assert window.is_running

    assert window.stop() == 0
    assert window.complaints == []
    assert receiver.is_running
    assert receiver.stop() == 0
    assert kept(data_dir) == names


def test_a_killed_window_costs_no_answer_and_the_next_one_finds_its_receiver(
    show: Show, data_dir: Path
) -> None:
    window = show()
    url, receiver = window.url, window.receiver
    answered: set[str] = set()
    is_killed, may_end = threading.Event(), threading.Event()

    def load() -> None:
        number = 0
        while not may_end.is_set() or number < 200:
            status, _ = post(url, report_body(f"m{number}"))
            assert status == 200
            answered.add(f"m{number}")
            number += 1
            if number == 100:
                is_killed.set()

    sender = threading.Thread(target=load)
    sender.start()
    assert is_killed.wait(60)
    window.kill()
    again = show()
    again.wait_until_up()
    assert again.receiver == receiver
    may_end.set()
    sender.join(60)

    assert len(answered) >= 200
    assert again.url == url
    assert again.stop() == 0
    assert has_ended(receiver)
    assert kept(data_dir) == answered
    assert_check_agrees(data_dir)


def test_a_killed_receiver_is_started_again_and_told_of(show: Show, data_dir: Path) -> None:
    window = show()
    # Only then does it know the port that its receiver has found.
    window.wait_until_up()
    names = post_some(window.url, 20)
    killed, url = window.receiver, window.url
    assert eventually(lambda: heartbeats(data_dir) > 0)
    os.kill(killed, signal.SIGKILL)

    assert eventually(
        lambda: (told := read_instance_info(data_dir)) is not None and told.pid != killed
    )
    names |= post_some(window.url, 20, first=20)
    assert window.is_running
    assert window.url == url, "any free port is meant once"
    # On a busy machine there may be others, too.
    assert eventually(lambda: OutageCause.CRASHED in interruptions(data_dir))
    log = window_log_file(data_dir).read_text("utf-8")
    assert "ended unexpectedly" in log
    assert window.stop() == 0

    assert kept(data_dir) == names
    assert_check_agrees(data_dir)


@pytest.mark.skipif(not hasattr(signal, "SIGBUS"), reason="this system locks what is mapped")
def test_a_window_that_the_system_ends_for_a_cut_index_comes_back(
    show: Show, data_dir: Path
) -> None:
    window = show()
    window.wait_until_up()
    receiver = window.receiver
    logged = len(window_log_file(data_dir).read_bytes())
    threading.Event().wait(LEAST_S)

    window.tell(signal.SIGBUS)

    def is_back() -> bool:
        return b"Watching" in window_log_file(data_dir).read_bytes()[logged:]

    assert eventually(is_back, START_S), window.stderr
    assert (window.receiver, window.is_running) == (receiver, True)
    assert window.complaints, "it is told of"
    assert all("it was started again" in line for line in window.complaints)
    assert window.stop() == 0


def test_a_signal_while_both_start_leaves_nothing_behind(show: Show, data_dir: Path) -> None:
    window = show()
    # Its preferences are the first that it keeps: the receiver is on its way by then.
    assert eventually((data_dir / "settings.ini").exists, START_S)
    assert window.stop() == 0

    assert read_instance_info(data_dir) is None
    assert not [one for one in psutil.process_iter(["cmdline"]) if is_on(one, data_dir)]


_LEAVE: Final = """
import asyncio, sys
from pathlib import Path
from kvitto.ui.bootstrap import run_window

async def visit(window, context):
    while not window.strip.url:
        await asyncio.sleep(0.01)
    window.leave_requested.emit()

run_window(Path(sys.argv[1]), host=None, port=0, no_auth=False, visit=visit)
"""


def test_a_window_that_is_closed_to_receive_in_the_background_leaves_its_receiver(
    show: Show, data_dir: Path
) -> None:
    left = subprocess.run(
        [sys.executable, "-c", _LEAVE, data_dir],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=60,
        check=False,
    )
    assert left.returncode == 0
    told = read_instance_info(data_dir)
    assert told is not None
    with open_database(data_dir, must_exist=True) as database:
        callback_key = CallbackKeyStore(database).newest(utc_now()).value
    names = post_some(f"{told.address}/r/{callback_key}", 5)

    window = show()
    window.wait_until_up()

    assert window.receiver == told.pid
    assert window.stop() == 0
    assert has_ended(told.pid), "the last window ends it"
    assert kept(data_dir) == names


def is_on(process: psutil.Process, folder: Path) -> bool:
    return str(folder) in (process.info["cmdline"] or ())


def heartbeats(folder: Path) -> int:
    with open_database(folder, must_exist=True) as database:
        return len(receiver_runs(database))


def interruptions(folder: Path) -> list[OutageCause]:
    with open_database(folder, must_exist=True) as database:
        now = utc_now()
        found = OutageReader(database).outages(now - timedelta(days=1), now=now, is_running=True)
        return [one.by for one in found]


def test_it_stops_while_reports_come_and_loses_none(show: Show, data_dir: Path) -> None:
    window = show()
    url = window.url
    answered = post_some(url, 20)
    window.tell(signal.SIGTERM)
    for number in range(20, 2000):
        try:
            status, _ = post(url, report_body(f"m{number}"), time_limit_s=5)
        except OSError:
            break
        if status == 200:
            answered.add(f"m{number}")

    assert window.wait() == 0
    assert kept(data_dir) >= answered
