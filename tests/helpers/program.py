"""The real program, as a process of its own."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import psutil

from kvitto.export.exporter import export
from kvitto.store.check import check
from kvitto.store.database import open_database
from kvitto.store.database_copies import incomplete_since
from kvitto.store.lockfile import read_instance_info
from kvitto.store.reader import Reader

PROJECT: Final = Path(__file__).parents[2]
START_S: Final = 60.0
"""How long a start may take, on a machine that is busy with other tests."""
END_S: Final = 60.0
"""How long an end may take."""
_KVITTO: Final = (sys.executable, "-m", "kvitto")


def run(
    *arguments: str | Path,
    prefix: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    time_limit_s: float = 60.0,
) -> subprocess.CompletedProcess[str]:
    """Run a command of Kvitto to its end.

    Args:
        arguments: the command and its options.
        prefix: a command line that is to run ours.
        environment: variables beside those of this process.
        time_limit_s: when to give up.
    """
    return subprocess.run(
        [*prefix, *_KVITTO, *map(str, arguments)],
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=time_limit_s,
        check=False,
    )


def exported(
    folder: Path, what: str = "reports", *, prefix: Sequence[str] = (), time_limit_s: float = 60.0
) -> list[dict[str, Any]]:
    """Return what `kvitto export` says about a data folder, row by row.

    In this process, which takes a tenth of the time, unless there is a prefix: what the command
    itself does is tried elsewhere.

    Args:
        folder: the data folder.
        what: the table.
        prefix: a command line that is to run the command.
        time_limit_s: when to give up, with a prefix.

    Raises:
        AssertionError: it fails.
    """
    if prefix:
        options = ("--table", what, "--format", "jsonl", "--data-dir", folder)
        done = run("export", *options, prefix=prefix, time_limit_s=time_limit_s)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]
    written = BytesIO()
    with open_database(folder, must_exist=True) as database:
        export(Reader(database), what, None, "jsonl", written)
    return [json.loads(line) for line in written.getvalue().splitlines()]


def assert_check_agrees(folder: Path, *, prefix: Sequence[str] = ()) -> None:
    """Have `kvitto check` look at a data folder; in this process as `exported` does.

    Raises:
        AssertionError: it finds something.
    """
    if prefix:
        done = run("check", "--data-dir", folder, prefix=prefix)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith("All states and sums agree")
        return
    with open_database(folder, must_exist=True) as database:
        assert incomplete_since(database) is None
        assert check(database).differences == []


def has_ended(pid: int) -> bool:
    """Tell whether a process is gone, or only waits for whoever started it to notice."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def where_it_listens(folder: Path) -> str:
    """Return where reports are received into a data folder, once they are.

    Raises:
        AssertionError: nobody receives there in time.
    """
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        told = read_instance_info(folder)
        if told is not None and told.address and not has_ended(told.pid):
            return told.address
        threading.Event().wait(0.01)
    raise AssertionError("nobody receives")


def peak_memory_bytes(pid: int) -> int:
    """Return the most memory that a process has had; what it has, where only that is known."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return psutil.Process(pid).memory_info().rss
    peak = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    return int(peak[1]) * 1024 if peak else 0


class Program:
    """A `kvitto receive` that runs until it is stopped, killed, or its context ends.

    Args:
        folder: its data folder.
        options: more options.
        port: its port; 0 for any free one.
        prefix: a command line that is to run ours, in the process that it starts.
        stderr: the file for its stderr, otherwise one beside the folder.

    Attributes:
        pid: its process.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        port: int = 0,
        prefix: Sequence[str] = (),
        stderr: Path | None = None,
    ) -> None:
        stderr = folder.with_name(f"{folder.name}.stderr") if stderr is None else stderr
        self._stderr: Final = stderr.open("ab")
        self._process: Final = subprocess.Popen(
            [*prefix, *_KVITTO, "receive", "--port", str(port), "--data-dir", folder, *options],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
        )
        self.pid: Final = self._process.pid
        self._lines: Final[queue.SimpleQueue[str]] = queue.SimpleQueue()
        self._listener: Final = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._url = ""

    @property
    def url(self) -> str:
        """The callback URL, its first line; waits for it.

        Raises:
            AssertionError: it ended instead, or takes too long.
        """
        if not self._url:
            try:
                line = self._lines.get(timeout=START_S)
            except queue.Empty:
                line = ""
            assert line.startswith("http://"), f"no URL but {line!r}; stderr: {self.stderr}"
            self._url = line.rstrip("\n")
        return self._url

    @property
    def port(self) -> int:
        """The port that it listens on."""
        port = urlsplit(self.url).port
        assert port is not None
        return port

    @property
    def callback_key(self) -> str:
        """The key of its callback URL."""
        return self.url.rpartition("/")[2]

    @property
    def stderr(self) -> str:
        """What it has said on stderr so far."""
        return Path(self._stderr.name).read_text(encoding="utf-8")

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def usage(self) -> psutil.Process:
        """What the system knows about its process."""
        return psutil.Process(self.pid)

    @property
    def peak_memory_bytes(self) -> int:
        """The most memory that it has had so far."""
        return peak_memory_bytes(self.pid)

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; return its exit code."""
        self.tell(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; return its exit code.

        Raises:
            subprocess.TimeoutExpired: it takes too long.
        """
        return self._process.wait(END_S)

    def kill(self) -> None:
        """End it as `kill -9` does, at once, and wait until it is gone."""
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
        self._listener.join(END_S)
        self._stderr.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                self._lines.put(line.decode("utf-8"))
        self._lines.put("")
