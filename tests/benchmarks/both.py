"""Window and receiver together, as two processes of the real program, looked at from outside."""

import compileall
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Final, NamedTuple, Self

import psutil

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.store.database import open_for_reading
from kvitto.store.lockfile import read_instance_info
from kvitto.store.outage_queries import OutageReader
from tests.benchmarks.answers import PER_SECOND
from tests.benchmarks.load import LATE_S, LoadResult, post_load
from tests.benchmarks.shown import CONNECTED, FILLED, LOST, SHOWN
from tests.benchmarks.stores import copy_of_big_store, size_of_big_store
from tests.benchmarks.table import Row, Scale, at_most
from tests.helpers.posting import post, report_body
from tests.helpers.program import END_S, PROJECT, START_S
from tests.journeys.patience import eventually
from tests.journeys.windows import end_receiver, local_url

_START_TARGET_S: Final = 0.8
_HELP_TARGET_S: Final = 0.2
_READY_TARGET_S: Final = 0.5
_RECEIVING_TARGET_S: Final = 2.0
_MEMORY_TARGET_MB: Final = 240.0
_IDLE_TARGET: Final = 0.3
_AGAIN_TARGET_S: Final = 2.0
_SETTLED_S: Final = 10.0
"""How long both are left alone before they count as idle: the charts are loaded by then."""
_TRY_EVERY_S: Final = 0.01
_TRY_WITHIN_S: Final = 1.0
_NOTED_WITHIN_S: Final = 10.0


class Both:
    """A window with its receiver, until its context ends; both end with it.

    Args:
        folder: the data folder.

    Attributes:
        pid: the window's process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self.began: Final = time.monotonic()
        self._process: Final = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.shown", "--data-dir", folder, "--port", "0"],
            cwd=PROJECT,
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self.pid: Final = self._process.pid
        self._told: Final[list[tuple[str, float]]] = []
        self._news: Final = threading.Condition()
        self._listener: Final = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def when(self, word: str, since: float = 0.0) -> float:
        """Wait until the window says something; return when it was so, in monotonic seconds."""

        def find() -> float | None:
            return next((at for told, at in self._told if told == word and at >= since), None)

        with self._news:
            self._news.wait_for(lambda: find() is not None or self._is_over, START_S)
            found = find()
        assert found is not None, (word, self._told)
        return found

    @property
    def receiver(self) -> int:
        """The receiver's process."""
        told = read_instance_info(self.folder)
        assert told is not None
        return told.pid

    @property
    def processes(self) -> list[psutil.Process]:
        """Both processes."""
        return [psutil.Process(self.pid), psutil.Process(self.receiver)]

    def kill(self) -> None:
        """End the window as `kill -9` does."""
        self._process.kill()
        self._process.wait(END_S)

    @property
    def _is_over(self) -> bool:
        return self._process.poll() is not None

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, at = line.split()
            with self._news:
                self._told.append((word, float(at)))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.close()
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.kill()
        # In the usual way: after a crash the next start has the database checked for damage.
        end_receiver(self.folder, signal.SIGTERM)
        self._listener.join(END_S)
        self._process.stdout.close()


def _size(scale: Scale) -> str:
    return f"{size_of_big_store(scale):,} messages"


# --- Starting -----------------------------------------------------------------------------------


def start(scale: Scale, folder: Path) -> Iterator[Row]:
    """Start the program again and again: on folders that are new, and on a large store."""
    # As an installation does; Python itself may be told not to.
    compileall.compile_dir(PROJECT / "app", quiet=1)
    large = copy_of_big_store(scale, folder / "large")
    for what, folders in (
        ("empty store", [folder / f"new{number}" for number in range(scale.starts)]),
        (_size(scale), [large] * scale.starts),
    ):
        shown: list[float] = []
        filled: list[float] = []
        receiving: list[float] = []
        for one in folders:
            with Both(one) as both:
                shown.append(both.when(SHOWN) - both.began)
                filled.append(both.when(FILLED) - both.began)
                receiving.append(both.when(CONNECTED) - both.began)
        for name, times, target in (
            ("first window on screen", shown, _START_TARGET_S),
            ("table filled", filled, _RECEIVING_TARGET_S),
            ("receiving", receiving, _RECEIVING_TARGET_S),
        ):
            more = f" ({min(times):.2f} to {max(times):.2f}, {len(times)} starts)"
            yield at_most(f"start, {what}: until {name}", median(times), target, "s", more, 2)
    yield from _without_window(scale, folder)


def _without_window(scale: Scale, folder: Path) -> Iterator[Row]:
    """Start what needs no window: by the clock, and by what it takes of a processor."""
    for name, target, arguments in (
        ("kvitto --help, until it has ended", _HELP_TARGET_S, ["--help"]),
        ("kvitto receive, until it receives", _READY_TARGET_S, ["receive", "--port", "0"]),
    ):
        walls: list[float] = []
        busy: list[float] = []
        for _ in range(scale.starts + 1):
            began = time.monotonic()
            with subprocess.Popen(
                [sys.executable, "-m", "kvitto", *arguments, "--data-dir", folder / "alone"],
                cwd=PROJECT,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as started:
                assert started.stdout is not None
                # The receiver's first line tells where it listens; the help is all of it.
                told = started.stdout.readline()
                assert told
                if arguments[0] == "--help":
                    started.stdout.read()
                walls.append(time.monotonic() - began)
                with contextlib.suppress(psutil.Error):
                    busy.append(_busy_s(psutil.Process(started.pid)))
                started.terminate()
        more = f" ({median(busy[1:]):.2f} s of a processor)"
        yield at_most(name, median(walls[1:]), target, "s", more, 2)


# --- Idle ---------------------------------------------------------------------------------------


class _Memory(NamedTuple):
    pss_mb: float
    rss_mb: float


def idle(scale: Scale, folder: Path) -> Iterator[Row]:
    """Leave both alone for some minutes, with an empty store and with a large one."""
    for what, store in (
        ("empty store", folder / "empty"),
        (_size(scale), copy_of_big_store(scale, folder / "large")),
    ):
        with Both(store) as both:
            both.when(FILLED)
            both.when(CONNECTED)
            threading.Event().wait(min(_SETTLED_S, scale.idle_s))
            before = [_busy_s(one) for one in both.processes]
            threading.Event().wait(scale.idle_s)
            shares = [
                100 * (_busy_s(one) - was) / scale.idle_s
                for one, was in zip(both.processes, before, strict=True)
            ]
            window, receiver = map(_memory, both.processes)
        pss_mb, rss_mb = window.pss_mb + receiver.pss_mb, window.rss_mb + receiver.rss_mb
        yield at_most(
            f"idle, {what}: memory of window and receiver, what they share counted once (PSS)",
            pss_mb,
            _MEMORY_TARGET_MB,
            "MB",
            f" (window {window.pss_mb:.0f}, receiver {receiver.pss_mb:.0f}; "
            f"counted twice (RSS): {rss_mb:.0f})",
            0,
        )
        yield at_most(
            f"idle, {what}: processor, both, over {scale.idle_s:.0f} s",
            sum(shares),
            _IDLE_TARGET,
            "%",
            f" (window {shares[0]:.2f}, receiver {shares[1]:.2f})",
            2,
        )


def _memory(process: psutil.Process) -> _Memory:
    memory = process.memory_full_info()
    return _Memory(getattr(memory, "pss", memory.rss) / 1e6, memory.rss / 1e6)


def _busy_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


# --- Killed -------------------------------------------------------------------------------------


def killed(scale: Scale, folder: Path) -> Iterator[Row]:
    """Kill the window while reports come in, then the receiver."""
    store = copy_of_big_store(scale, folder / "large")
    with Both(store) as both:
        both.when(FILLED)
        both.when(CONNECTED)
        result = _loaded_while(both, scale)
        yield Row(
            f"window killed at {PER_SECOND:.0f} reports/s: answers that are late "
            f"(over {1000 * LATE_S:.0f} ms), wrong or missing",
            f"{_bad(result)} of {result.answered:,} (p99 {1000 * result.p99_s:.1f}, "
            f"max {1000 * result.max_s:.1f} ms)",
            "0",
            _bad(result) == 0,
        )
    agains: list[float] = []
    tellings: list[float] = []
    noted = 0
    for number in range(scale.starts):
        one = folder / f"killed{number}"
        with Both(one) as both:
            both.when(CONNECTED)
            url = local_url(one)
            assert post(url, report_body("before"))[0] == 200
            began, at = utc_now(), time.monotonic()
            psutil.Process(both.receiver).kill()
            agains.append(_until_received(url, number) - at)
            tellings.append(both.when(LOST, at) - at)
            both.when(CONNECTED, at)
            noted += _is_noted(one, began)
    yield at_most(
        f"receiver killed, {scale.starts} times: until it receives again",
        max(agains),
        _AGAIN_TARGET_S,
        "s",
        f" (median {median(agains):.2f}; told after {max(tellings):.2f} at most)",
        2,
    )
    yield Row(
        f"receiver killed, {scale.starts} times: noted as an interruption",
        f"{noted} of {scale.starts}",
        "all",
        noted == scale.starts,
    )


def _loaded_while(both: Both, scale: Scale) -> LoadResult:
    url = local_url(both.folder)
    timer = threading.Timer(1 + scale.steady_s / 2, both.kill)
    timer.start()
    result = post_load(
        url, run="killed", warm_up_s=1, measured_s=scale.steady_s, per_second=PER_SECOND
    )
    timer.join()
    return result


def _bad(result: LoadResult) -> int:
    wrong = sum(count for status, count in result.statuses.items() if status != 200)
    return result.late + wrong + result.unanswered


def _until_received(url: str, number: int) -> float:
    """Post until it is answered 200; return when that was."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            status, _ = post(url, report_body(f"after{number}"), time_limit_s=_TRY_WITHIN_S)
        except OSError:
            status = 0
        if status == 200:
            return time.monotonic()
        threading.Event().wait(_TRY_EVERY_S)
    raise AssertionError("nothing is received any more")


def _is_noted(folder: Path, since: datetime) -> bool:
    """Wait until the store tells of a crash that ended since then; return whether it does."""
    with open_for_reading(folder) as database:
        return eventually(
            lambda: any(
                one.by is OutageCause.CRASHED and one.end is not None
                for one in OutageReader(database).outages(since, now=utc_now(), is_running=True)
            ),
            _NOTED_WITHIN_S,
        )
