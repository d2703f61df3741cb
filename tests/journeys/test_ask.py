"""`kvitto ask` as a user tries it: a receiver, a simulator that loses reports, and its books."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.program import END_S, PROJECT, Program, assert_check_agrees, run

pytestmark = pytest.mark.no_cover

CAMPAIGN = (
    *("--messages", "60", "--batches", "2", "--seed", "4", "--burst"),
    *("--set", "cut=20%", "--attempts", "1", "--books", "0"),
)


def test_what_was_lost_is_fetched_while_it_is_received(data_dir: Path) -> None:
    with Program(data_dir) as receiver:
        simulator = subprocess.Popen(
            [sys.executable, "-m", "kvitto", "simulate", "--url", receiver.url, *CAMPAIGN],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            assert simulator.stderr is not None
            assert simulator.stdout is not None
            told = simulator.stderr.readline() + simulator.stderr.readline()
            (base,) = re.findall(r"KVITTO_BOOKS_URL=(\S+)", told)
            # The campaign is over with the last line of its scorecard.
            while "Contract broken" not in simulator.stdout.readline():
                assert simulator.poll() is None
            done = run("ask", "--data-dir", data_dir, environment={"KVITTO_BOOKS_URL": base})
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.count("iP.1 agrees") == 2
            assert "missing status" in done.stdout
            simulator.send_signal(signal.SIGTERM)
            simulator.wait(END_S)
        finally:
            simulator.kill()
            simulator.communicate()
        assert simulator.returncode == 1, "reports were lost"
        assert receiver.stop() == 0
    assert_check_agrees(data_dir)
