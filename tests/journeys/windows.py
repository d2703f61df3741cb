"""The window as a program of its own, and what it leaves behind."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kvitto.clock import utc_now
from kvitto.paths import log_file, window_log_file
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.database import open_database
from kvitto.store.lockfile import read_instance_info
from tests.helpers.program import END_S, PROJECT, START_S, has_ended, where_it_listens
from tests.journeys.patience import eventually


class Window:
    """A `kvitto` with its window, on no screen, until its context ends, with its receiver.

    Args:
        folder: its data folder.
        options: more options.
        prefix: a command line that is to run ours, in the process that it starts.
        environment: variables beside those of this process, such as of a screen.

    Attributes:
        pid: its process.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._folder: Final = folder
        log = window_log_file(folder)
        self._logged_before: Final = log.stat().st_size if log.exists() else 0
        self._stderr: Final = folder.with_name(f"{folder.name}.window.stderr").open("ab")
        self._process: Final = subprocess.Popen(
            [
                *prefix,
                sys.executable,
                "-m",
                "kvitto",
                "--data-dir",
                folder,
                "--port",
                "0",
                *options,
            ],
            cwd=PROJECT,
            env={
                **os.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "PYTHONFAULTHANDLER": "1",
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._stderr,
        )
        self.pid: Final = self._process.pid

    @property
    def url(self) -> str:
        """The callback URL, put together from what lies in the data folder; waits for it.

        Raises:
            AssertionError: nothing is received.
        """
        return local_url(self._folder)

    @property
    def receiver(self) -> int:
        """The process that receives; waits for it."""
        where_it_listens(self._folder)
        told = read_instance_info(self._folder)
        assert told is not None, self.stderr
        return told.pid

    def wait_until_up(self) -> None:
        """Wait until it watches its receiver.

        Raises:
            AssertionError: it does not.
        """

        def is_up() -> bool:
            log = window_log_file(self._folder)
            return log.exists() and b"Watching" in log.read_bytes()[self._logged_before :]

        assert eventually(is_up, START_S), self.stderr

    @property
    def stderr(self) -> str:
        """What it has said on stderr so far."""
        return Path(self._stderr.name).read_text(encoding="utf-8")

    @property
    def complaints(self) -> list[str]:
        """What it and its receiver have logged that is no news, and what Qt has said."""
        bad: list[str] = []
        for log in (log_file(self._folder), window_log_file(self._folder)):
            logged = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
            bad += [line for line in logged if re.search(r"WARNING|ERROR|CRITICAL|Traceback", line)]
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
        """Wait for its end; return its exit code.

        Raises:
            AssertionError: it does not end; says where each of its threads was.
        """
        try:
            return self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.tell(signal.SIGABRT)
            self._process.wait(END_S)
            raise AssertionError(self.stderr) from None

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; return its exit code."""
        self.tell(number)
        return self.wait()

    def kill(self) -> None:
        """End the window as `kill -9` does; not what receives."""
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
        end_receiver(self._folder)
        self._stderr.close()


def local_url(folder: Path) -> str:
    """Return the callback URL of who receives into a folder; waits for it.

    Raises:
        AssertionError: nothing is received.
    """
    address = where_it_listens(folder)
    with open_database(folder, must_exist=True) as database:
        return f"{address}/r/{CallbackKeyStore(database).newest(utc_now()).value}"


def end_receiver(folder: Path, number: signal.Signals = signal.SIGKILL) -> None:
    """End the receiver that a window has left, and wait until it is gone."""
    told = read_instance_info(folder)
    if told is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(told.pid, number)
    assert eventually(lambda: has_ended(told.pid), END_S)
