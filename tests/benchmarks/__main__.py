"""Run benchmarks: ``python -m tests.benchmarks [names …] [--quick]``, or packaging/bench.sh.

What each part tells is kept, so that parts of one table can be measured one by one.
"""

import argparse
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import psutil

from tests.benchmarks.answers import answers
from tests.benchmarks.asking import asking
from tests.benchmarks.both import idle, killed, start
from tests.benchmarks.budget import budget
from tests.benchmarks.copies import copies
from tests.benchmarks.deleting import deleting
from tests.benchmarks.disk import disk
from tests.benchmarks.folds import folds
from tests.benchmarks.large import large
from tests.benchmarks.promises import promises
from tests.benchmarks.results import Results, told_when
from tests.benchmarks.spools import spools
from tests.benchmarks.suite import suite
from tests.benchmarks.table import FULL, QUICK, Row, Scale, in_markdown, put_into
from tests.benchmarks.team import team
from tests.benchmarks.throughput import throughput
from tests.helpers.program import PROJECT


def _window(scale: Scale, folder: Path) -> Iterable[Row]:
    """Measure the window. Qt is imported here: nothing else needs it."""
    from tests.benchmarks.window import window

    return window(scale, folder)


BENCHMARKS: Final[dict[str, Callable[[Scale, Path], Iterable[Row]]]] = {
    "throughput": throughput,
    "answers": answers,
    "asking": asking,
    "budget": budget,
    "promises": promises,
    "folds": folds,
    "disk": disk,
    "large": large,
    "copies": copies,
    "spools": spools,
    "window": _window,
    "deleting": deleting,
    "start": start,
    "killed": killed,
    "idle": idle,
    "team": team,
    "suite": suite,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen benchmarks; return 0 if all targets are reached."""
    parser = argparse.ArgumentParser(prog="bench.sh", description="Measures Kvitto.")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="small counts, rough numbers")
    parser.add_argument(
        "--folder", type=Path, help="where to write: on the disk that is to be measured"
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: tuple(map(int, text.split(","))),
        metavar="MESSAGES,…",
        help="the sizes of the stores of which the growth is told",
    )
    parser.add_argument(
        "--idle", type=float, metavar="SECONDS", help="how long both are left alone"
    )
    parser.add_argument("--results", type=Path, help="where what was measured is kept")
    parser.add_argument(
        "--table", action="store_true", help="measure nothing: tell what was measured last"
    )
    parser.add_argument(
        "--readme", action="store_true", help="write what was measured last into README.md, too"
    )
    options = parser.parse_args(arguments)
    if options.quick and (options.readme or options.table):
        parser.error("--quick measures nothing that is worth keeping")
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no {unknown[0]}: choose from {', '.join(BENCHMARKS)}")
    scale = QUICK if options.quick else FULL
    if options.sizes:
        scale = replace(scale, stores=options.sizes)
    if options.idle:
        scale = replace(scale, idle_s=options.idle)
    results = None if options.quick else Results(options.results)
    names = options.names or list(BENCHMARKS)
    rows = [] if options.table else _measured(names, scale, options.folder, results)
    if results is not None and (options.table or options.readme):
        kept = results.of(list(BENCHMARKS))
        rows = [row for one in kept.values() for row in one.rows]
        last = max(kept.values(), key=lambda one: one.at, default=None)
        machine = _machine() if last is None else last.machine
        table = f"{machine}\n\n{in_markdown(rows)}\n\n{told_when(kept)}"
        print(f"\n{table}", flush=True)
        if options.readme:
            put_into(PROJECT / "README.md", table)
    return int(any(row.reached is False for row in rows))


def _measured(
    names: Sequence[str], scale: Scale, folder: Path | None, results: Results | None
) -> list[Row]:
    """Run these parts; print and return what they tell, and keep what each tells when it ends."""
    rows: list[Row] = []
    try:
        for name in names:
            begin, of_part = time.monotonic(), []
            with tempfile.TemporaryDirectory(prefix="kvitto-bench-", dir=folder) as made:
                for row in BENCHMARKS[name](scale, Path(made)):
                    rows.append(row)
                    of_part.append(row)
                    size = f" ({row.messages:,} messages)" if row.messages else ""
                    told = f"{name}: {row.what}{size}: {row.measured}"
                    print(told, file=sys.stderr, flush=True)
            taken = time.monotonic() - begin
            print(f"{name} took {taken:.0f} s", file=sys.stderr, flush=True)
            if results is not None:
                is_whole = scale.stores == FULL.stores
                results.keep(name, of_part, taken, _machine(), is_whole=is_whole)
    finally:
        # What fails after ten minutes does not take their numbers along.
        print(f"\n{_machine()}\n\n{in_markdown(rows)}", flush=True)
    return rows


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{value:.1f}" for value in psutil.getloadavg())
    return (
        f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, {memory:.0f} GB, "
        f"Python {platform.python_version()}; load {load}"
    )


if __name__ == "__main__":
    sys.exit(main())
