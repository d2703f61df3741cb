"""Another load: `wrk`, as Debian has it."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.benchmarks.load import CONNECTIONS

_SCRIPT: Final = Path(__file__).with_name("wrk_reports.lua")
_RATE: Final = re.compile(r"Requests/sec:\s+([\d.]+)")
_END_S: Final = 60.0


def is_there() -> bool:
    """Tell whether it is installed."""
    return shutil.which("wrk") is not None


def wrk_per_second(url: str, run: str, seconds: float) -> float:
    """Post reports for a while, as quickly as answers come; return how many were answered a second.

    Args:
        url: where to post.
        run: tells the reports of this load from those of others.
        seconds: how long; at least one.
    """
    done = subprocess.run(
        [
            *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"),
            *("-s", str(_SCRIPT), url, "--", run),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=seconds + _END_S,
        check=True,
    )
    found = _RATE.search(done.stdout)
    assert found is not None, done.stdout
    assert "Non-2xx" not in done.stdout, done.stdout
    return float(found[1])
