"""A store with very many messages: opening it, asking it, and the commands that read all of it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple, TypeVar

import psutil

from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from tests.benchmarks.stores import store_of
from tests.benchmarks.table import Row, Scale
from tests.helpers.program import PROJECT, peak_memory_bytes

_TIMES: Final = 5
_CHANGES: Final = 5
"""How many commits back a window may be that asks what changed."""
_LOOK_EVERY_S: Final = 0.05
_FLAT: Final = 1.5
"""Memory counts as flat if ten times as many messages take less than this much of it."""

T = TypeVar("T")


def large(scale: Scale, folder: Path) -> Iterator[Row]:
    """Measure small and large stores alike: what is flat shows in the comparison."""
    peaks: dict[str, list[float]] = {}
    for messages in scale.stores:
        store = store_of(messages)
        size = f"{messages:,} messages"
        yield from _asked(store, size)
        for command, *options in (
            ("check",),
            ("export", "--table", "reports", "--format", "jsonl", str(folder / "reports.jsonl")),
            ("export", "--table", "messages", "--format", "csv", str(folder / "messages.csv")),
            ("export", "--table", "messages", "--format", "xlsx", str(folder / "messages.xlsx")),
        ):
            done = _run(command, "--data-dir", str(store), *options)
            name = " ".join(["kvitto", command, *options[1::2]])
            peaks.setdefault(name, []).append(done.peak_mb)
            yield Row(f"{size}: {name}", f"{done.seconds:.1f} s, {done.peak_mb:.0f} MB")
    for name, (small, *_, much) in peaks.items():
        yield Row(
            f"memory of {name}, the largest store against the smallest",
            f"{much / small:.2f} ×",
            f"flat (≤ {_FLAT} ×)",
            much <= _FLAT * small,
        )


def _asked(store: Path, size: str) -> Iterator[Row]:
    """Ask what the window asks."""

    def opened() -> None:
        with open_database(store, must_exist=True) as database:
            Reader(database).revision()

    yield Row(f"{size}: opening the database", _milliseconds(opened))
    with open_database(store, must_exist=True) as database:
        reader = Reader(database)
        batches = len(reader.batches())
        since = reader.revision() - _CHANGES
        yield Row(f"{size}: batches(), {batches:,} of them", _milliseconds(reader.batches))
        changed = len(reader.changes_since(since).messages)
        yield Row(
            f"{size}: changes_since(), {_CHANGES} commits, {changed} messages",
            _milliseconds(lambda: reader.changes_since(since)),
        )


def _milliseconds(work: Callable[[], T]) -> str:
    taken = []
    for _ in range(_TIMES):
        begin = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begin))
    return f"{median(taken):.1f} ms (first {taken[0]:.1f})"


class _Done(NamedTuple):
    seconds: float
    peak_mb: float


def _run(*arguments: str) -> _Done:
    """Run a command of Kvitto to its end; return how long it took and its greatest memory."""
    begin = time.perf_counter()
    with psutil.Popen(
        [sys.executable, "-m", "kvitto", *arguments],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        peak = 0
        while True:
            try:
                process.wait(_LOOK_EVERY_S)
                break
            except psutil.TimeoutExpired:
                peak = max(peak, peak_memory_bytes(process.pid))
        assert process.returncode == 0, process.stderr.read()
    return _Done(time.perf_counter() - begin, peak / 1e6)
