"""A whole store, copied from a data folder to a server and back: how long, and in how much memory.

The server runs on the same computer, and flushes what it commits.
``python -m tests.benchmarks.copies FROM TO`` is one copy, in a process of its own.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.big_store import make_big_store
from tests.benchmarks.table import Row, Scale, at_most
from tests.helpers.program import PROJECT, peak_memory_bytes

MOST_S: Final = 120.0
"""How long the copy of a million messages may take."""
_LEAST: Final = 20_000


def copies(scale: Scale, folder: Path) -> Iterator[Row]:
    """Copy a store to a server, and from there into another folder."""
    from tests.helpers.postgres import running_cluster

    count = scale.big or _LEAST
    make_big_store(folder / "store", count, max(2, count // 100), count // 10)
    with running_cluster(is_durable=True) as server:
        there = server.new_database().text
        for what, places in (
            ("to a server", (folder / "store", there)),
            ("from a server", (there, folder / "back")),
        ):
            done = subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.copies", *places],
                cwd=PROJECT,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                check=True,
            )
            seconds, peak_bytes = map(float, done.stdout.split())
            yield at_most(
                f"a store of {count:,} messages, copied {what}, its sums compared",
                seconds,
                MOST_S,
                "s",
                f"; {peak_bytes / 2**20:.0f} MB",
            )


def _copy(source: str, target: str) -> None:
    """Copy a store, and print the seconds and the most memory in bytes that it took."""
    import os

    from kvitto.server_commands import opened_source, opened_target
    from kvitto.store.copying import StoreCopy

    begin = time.monotonic()
    with opened_source(source, Path()) as old, opened_target(target, Path()) as new:
        StoreCopy(old, new).run()
    print(time.monotonic() - begin, peak_memory_bytes(os.getpid()))


if __name__ == "__main__":
    _copy(*sys.argv[1:])
