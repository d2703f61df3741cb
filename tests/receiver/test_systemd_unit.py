"""The unit for systemd: it runs this very program, with its arguments as they are."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kvitto.receiver.systemd_unit import unit_text
from tests.helpers.program import run


def test_it_runs_this_program_on_the_folder_and_starts_it_again_after_a_crash() -> None:
    unit = unit_text(Path("/home/å b/100 %/$x"), host="127.0.0.1", port=8370, no_auth=True)

    (command,) = (line for line in unit.splitlines() if line.startswith("ExecStart="))
    assert command.startswith(f'ExecStart="{sys.executable}" "-m" "kvitto" "receive" "--data-dir" ')
    assert '"/home/å b/100 %%/$$x" "--host=127.0.0.1" "--port=8370" "--no-auth"' in command
    assert "Restart=on-failure" in unit
    assert "StartLimitIntervalSec=0" in unit, "systemd would give up after some seconds"
    assert "WantedBy=default.target" in unit


def test_the_command_writes_it_and_receives_nothing(data_dir: Path) -> None:
    done = run("receive", "--systemd-unit", "--port", "4711", "--data-dir", data_dir)

    assert done.returncode == 0, done.stderr
    assert f'"{data_dir}" "--host=127.0.0.1" "--port=4711"' in done.stdout
    assert list(data_dir.iterdir()) == []


def test_systemd_understands_it(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip(reason="needs systemd-analyze")
    unit = tmp_path / "kvitto.service"
    unit.write_text(unit_text(tmp_path / "a % $b\\c", host="::1", port=0, no_auth=False), "utf-8")

    done = subprocess.run(
        [verify, "--user", "verify", unit], capture_output=True, text=True, timeout=30, check=False
    )

    assert "kvitto.service" not in done.stderr
