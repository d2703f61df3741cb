"""Run benchmarks: ``python -m tests.benchmarks [names …] [--quick]``, or packaging/bench.sh."""

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
from tests.benchmarks.spools import spools
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
    parser.add_argument("--readme", action="store_true", help="write the table into README.md, too")
    options = parser.parse_args(arguments)
    if options.readme and (options.names or options.quick or options.sizes):
        parser.error("--readme needs a whole run")
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no {unknown[0]}: choose from {', '.join(BENCHMARKS)}")
    scale = QUICK if options.quick else FULL
    if options.sizes:
        scale = replace(scale, stores=options.sizes)
    rows: list[Row] = []
    try:
        for name in options.names or BENCHMARKS:
            begin = time.monotonic()
            with tempfile.TemporaryDirectory(prefix="kvitto-bench-", dir=options.folder) as folder:
                for row in BENCHMARKS[name](scale, Path(folder)):
                    rows.append(row)
                    size = f" ({row.messages:,} messages)" if row.messages else ""
                    told = f"{name}: {row.what}{size}: {row.measured}"
                    print(told, file=sys.stderr, flush=True)
            print(f"{name} took {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    finally:
        # What fails after ten minutes does not take their numbers along.
        print(f"\n{_machine()}\n\n{in_markdown(rows)}", flush=True)
    if options.readme:
        put_into(PROJECT / "README.md", f"{_machine()}\n\n{in_markdown(rows)}")
    return int(any(row.reached is False for row in rows))


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{value:.1f}" for value in psutil.getloadavg())
    return (
        f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores, {memory:.0f} GB, "
        f"Python {platform.python_version()}; load {load}"
    )


if __name__ == "__main__":
    sys.exit(main())
