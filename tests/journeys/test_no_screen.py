"""The window where there is no screen, or none any more: nothing is left that is in the way."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kvitto.paths import window_log_file
from tests.helpers.posting import post, report_body
from tests.helpers.program import END_S, PROJECT, has_ended
from tests.journeys.patience import eventually
from tests.journeys.windows import Window


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


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs a screen that can be taken away")
def test_a_window_whose_screen_is_gone_ends_and_the_next_one_goes_on(data_dir: Path) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        with os.fdopen(reading, encoding="ascii") as told:
            screen = {"DISPLAY": f":{told.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
        with Window(data_dir, environment=screen) as window:
            window.wait_until_up()
            receiver = window.receiver
            server.kill()

            assert window.wait() == 1, window.stderr
            assert "Traceback" not in window.stderr
            assert post(window.url, report_body("m1"))[0] == 200, "it is received all the same"
            with Window(data_dir) as following:
                following.wait_until_up()
                assert following.receiver == receiver
                assert following.stop() == 0
