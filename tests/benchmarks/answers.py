"""How long answers take under a steady load."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.load import post_load
from tests.benchmarks.table import Row, Scale
from tests.helpers.program import Program

PER_SECOND: Final = 200.0
TARGET_MS: Final = 10.0


def answers(scale: Scale, folder: Path) -> Iterator[Row]:
    """Post at an even pace; a late answer counts from when its report was due."""
    with Program(folder / "kvitto") as program:
        result = post_load(
            program.url,
            run="steady",
            warm_up_s=scale.warm_up_s,
            measured_s=scale.steady_s,
            per_second=PER_SECOND,
        )
        assert program.stop() == 0
    assert result.is_clean, result
    p50_ms, p99_ms, max_ms = (
        1000 * seconds for seconds in (result.p50_s, result.p99_s, result.max_s)
    )
    yield Row(
        f"slowest 1 % of answers at {PER_SECOND:.0f} reports/s, without a window",
        f"{p99_ms:.1f} ms (p50 {p50_ms:.1f}, max {max_ms:.1f})",
        f"≤ {TARGET_MS:.0f} ms",
        p99_ms <= TARGET_MS,
    )
