"""The window as a program of its own: it receives, ends, comes back, and is there once."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest
from filelock import FileLock

from app.paths import log_file, window_lock_file
from app.receiver.service import utc_now
from app.store.database import open_database
from app.store.instance import whereabouts
from app.store.secrets import SecretStore
from tests.helpers.posting import post, report_body
from tests.helpers.program import END_S, PROJECT, START_S, assert_check_agrees, exported
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually

STOPS: Final = [
    pytest.param(
        getattr(signal, name, None),
        id=name,
        marks=pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals"),
    )
    for name in ("SIGTERM", "SIGINT", "SIGHUP")
]


class Window:
    """A `kvitto` with its window, on no screen, until its context ends.

    Args:
        folder: its data folder.
        options: more options.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder: Final = folder
        self._stderr: Final = folder.with_name(f"{folder.name}.window.stderr").open("ab")
        self._process: Final = subprocess.Popen(
            [sys.executable, "-m", "app", "--data-dir", folder, "--port", "0", *options],
            cwd=PROJECT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._stderr,
        )

    @property
    def url(self) -> str:
        """The callback URL, put together from what lies in the data folder; waits for it.

        Raises:
            AssertionError: it does not receive.
        """
        pid = self._process.pid

        def is_there() -> bool:
            told = whereabouts(self._folder)
            return told is not None and told.pid == pid and bool(told.address)

        assert eventually(lambda: is_there() or not self.is_running, START_S), self.stderr
        told = whereabouts(self._folder)
        assert told is not None, self.stderr
        with open_database(self._folder, must_exist=True) as database:
            return f"{told.address}/r/{SecretStore(database).newest(utc_now()).value}"

    @property
    def stderr(self) -> str:
        """What it has said on stderr so far."""
        return Path(self._stderr.name).read_text(encoding="utf-8")

    @property
    def complaints(self) -> list[str]:
        """What it has logged that is no news, and what Qt has said."""
        log = log_file(self._folder)
        logged = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        bad = [line for line in logged if re.search(r"WARNING|ERROR|CRITICAL|Traceback", line)]
        told = [line for line in self.stderr.splitlines() if "propagateSizeHints" not in line]
        return bad + told

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def wait(self) -> int:
        """Wait for its end; return its exit code."""
        return self._process.wait(END_S)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; return its exit code."""
        self.tell(number)
        return self.wait()

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._process.kill()
        self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.is_running:
            self.kill()
        self._stderr.close()


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
    assert whereabouts(data_dir) is None


def test_what_was_answered_is_there_after_kill_9(show: Show, data_dir: Path) -> None:
    first = show()
    names = post_some(first.url, 50)
    first.kill()

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

    assert kept(data_dir) == names
    assert_check_agrees(data_dir)


def test_it_comes_back_with_the_same_secret(show: Show) -> None:
    first = show()
    secret = first.url.rpartition("/")[2]
    assert first.stop() == 0

    assert show().url.rpartition("/")[2] == secret


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
    # The window keeps its own preferences, once it is up.
    assert eventually(lambda: (data_dir / "window.ini").exists(), START_S), window.stderr
    names |= post_some(receiver.url, 5, first=5)
    assert window.is_running

    assert window.stop() == 0
    assert window.complaints == []
    assert receiver.is_running
    assert receiver.stop() == 0
    assert kept(data_dir) == names


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
