"""The window where the screen can't be reached: Qt ends its process, and nothing is left behind."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kvitto.paths import window_log_file
from tests.helpers.program import END_S, PROJECT, has_ended
from tests.journeys.patience import eventually


@pytest.mark.skipif(sys.platform != "linux", reason="X11 is Linux's")
def test_the_receiver_that_was_started_ends_too(data_dir: Path) -> None:
    done = subprocess.run(
        [
            *("sh", "-c", 'ulimit -c 0; exec "$@"', "sh"),
            *(sys.executable, "-m", "kvitto", "--port", "0", "--data-dir", str(data_dir)),
        ],
        cwd=PROJECT,
        env={**os.environ, "DISPLAY": ":987", "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        encoding="utf-8",
        timeout=END_S,
        check=False,
    )
    assert done.returncode == -signal.SIGABRT
    assert "no Qt platform plugin could be initialized" in done.stderr

    told = re.search(r"Started a receiver: process (\d+)", window_log_file(data_dir).read_text())
    assert told is not None
    pid = int(told[1])
    assert eventually(lambda: has_ended(pid))
