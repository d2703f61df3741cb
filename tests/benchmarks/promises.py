"""Answered 200 and missing, after `kill -9` at random moments."""

from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom
from typing import Final

from tests.benchmarks.table import Row, Scale
from tests.journeys.kills import kill_again_and_again

_EXPORT_S: Final = 600.0


def promises(scale: Scale, folder: Path) -> Iterator[Row]:
    """Kill the program again and again; see what is there."""
    seed = SystemRandom().randrange(1_000_000)
    result = kill_again_and_again(folder / "kvitto", scale.kills, seed, time_limit_s=_EXPORT_S)
    yield Row(
        f"answered 200 and missing, {result.kills} × kill -9, {result.starts} of them while it "
        f"starts (seed {seed})",
        f"{result.missing} of {result.answered:,}; wrong: {result.strange}",
        "0",
        result.missing == 0 and result.strange == 0,
    )
