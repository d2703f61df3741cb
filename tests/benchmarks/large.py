"""A store with very many messages: opening it, asking it, and the commands that read all of it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import psutil

from kvitto.store.batch_statistics import Statistics
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from tests.benchmarks.stores import store_of
from tests.benchmarks.table import Row, Scale, at_most
from tests.helpers.program import PROJECT, peak_memory_bytes

_TIMES: Final = 5
_CHANGES: Final = 5
"""How many commits back a window may be that asks what changed."""
_LOOK_EVERY_S: Final = 0.05
_EXPORTED: Final = 1_000_000
"""Of larger stores nothing is exported: that takes as many times longer as there is more of it."""
_TARGETS_S: Final[dict[tuple[int | str, ...], float]] = {
    (1_000_000,): 15.0,
    (1_000_000, "messages", "jsonl"): 15.0,
    (1_000_000, "reports", "jsonl"): 15.0,
    (1_000_000, "messages", "csv"): 15.0,
    (1_000_000, "messages", "xlsx"): 75.0,
}


def large(scale: Scale, folder: Path) -> Iterator[Row]:
    """Measure small and large stores alike: what is flat shows in the comparison."""
    for messages in scale.stores:
        store = store_of(messages)
        yield from _asked(store, messages)
        kept = sum(file.stat().st_size for file in store.iterdir())
        told = f"{kept / messages / 1000:.2f} kB"
        yield Row("disk a message", told, messages=messages, value=kept / messages)
        for command, *options in (
            ("check",),
            ("export", "--table", "messages", "--format", "jsonl", str(folder / "messages.jsonl")),
            ("export", "--table", "reports", "--format", "jsonl", str(folder / "reports.jsonl")),
            ("export", "--table", "messages", "--format", "csv", str(folder / "messages.csv")),
            ("export", "--table", "messages", "--format", "xlsx", str(folder / "messages.xlsx")),
        ):
            if command == "export" and messages > _EXPORTED:
                continue
            done = _run(command, "--data-dir", str(store), *options)
            name = " ".join(["kvitto", command, *options[1:4:2]])
            target = _TARGETS_S.get((messages, *options[1:4:2]))
            if target is None:
                told = f"{done.seconds:.1f} s"
                yield Row(name, told, messages=messages, value=done.seconds)
            else:
                yield at_most(name, done.seconds, target, "s", messages=messages)
            name, told = f"{name}: memory", f"{done.peak_mb:.0f} MB"
            yield Row(name, told, messages=messages, value=done.peak_mb)


def _asked(store: Path, messages: int) -> Iterator[Row]:
    """Ask what the window asks."""

    def opened() -> None:
        with open_database(store, must_exist=True) as database:
            Reader(database).revision()

    def took(what: str, work: Callable[[], object]) -> Row:
        taken = []
        for _ in range(_TIMES):
            begin = time.perf_counter()
            work()
            taken.append(1000 * (time.perf_counter() - begin))
        told = f"{median(taken):.1f} ms (first {taken[0]:.1f})"
        return Row(what, told, messages=messages, value=median(taken))

    yield took("opening the database", opened)
    with open_database(store, must_exist=True) as database:
        reader = Reader(database)
        yield took("reading all batches", reader.batches)
        since = reader.revision() - _CHANGES
        yield took(f"what changed in {_CHANGES} commits", lambda: reader.changes_since(since))
        totals = Statistics(database)
        yield took("adding up all batches", totals.totals)


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
