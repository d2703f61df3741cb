"""How long the project's own checks take: the whole suite, and the quick one."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.benchmarks.table import Row, Scale
from tests.helpers.program import PROJECT

_TARGETS_S: Final = {"": 300.0, "--quick": 60.0}


def suite(scale: Scale, folder: Path) -> Iterator[Row]:
    """Run the checks once each; of a small scale, those of one small file."""
    del folder
    some = [] if scale.rounds > 2 else ["tests/core/test_money.py"]
    for option, target in _TARGETS_S.items():
        command = [str(PROJECT / "packaging" / "test.sh"), *filter(None, [option]), *some]
        begin = time.monotonic()
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False)
        taken = time.monotonic() - begin
        is_green = done.returncode == 0
        yield Row(
            " ".join(["packaging/test.sh", *filter(None, [option])]),
            f"{taken:,.0f} s, {'all green' if is_green else 'some failed'}",
            f"≤ {target:g} s, green",
            is_green and taken <= target,
        )
