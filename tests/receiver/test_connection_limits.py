"""Open files, and how many connections they allow."""

import subprocess
import sys
from pathlib import Path

import pytest

from kvitto.receiver.connection_limits import affordable_connections

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no limit of open files there")

PROJECT = Path(__file__).parents[2]
LITTLE_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from kvitto.receiver.connection_limits import affordable_connections
print(affordable_connections(512), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "connections", "soft_after"),
    [(256, 1_024, 512, 1_024), (300, 300, 108, 300), (64, 64, 16, 64), (100, 15_000, 512, 8_192)],
)
def test_the_limit_of_open_files_is_raised_and_never_exceeded(
    soft: int, hard: int, connections: int, soft_after: int
) -> None:
    script = LITTLE_ROOM.format(soft=soft, hard=hard)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    assert (done.stdout.split(), done.stderr) == (
        [str(connections), str(soft_after), str(hard)],
        "",
    )


def test_no_more_connections_are_afforded_than_wanted() -> None:
    assert affordable_connections(20) == 20
