"""The unit for systemd: it runs this very program, with its arguments as they are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kvitto.receiver.systemd_unit import RESTART_S, WRONG_USE, unit_text
from tests.helpers.program import run


def test_it_runs_this_program_on_the_folder_and_starts_it_again_after_a_crash() -> None:
    place = ["--data-dir", "/home/å b/100 %/$x"]
    unit = unit_text(place, host="127.0.0.1", port=8370, no_auth=True)

    (command,) = (line for line in unit.splitlines() if line.startswith("ExecStart="))
    assert command.startswith(f'ExecStart="{sys.executable}" "-m" "kvitto" "receive" "--data-dir" ')
    assert '"/home/å b/100 %%/$$x" "--host=127.0.0.1" "--port=8370" "--no-auth"' in command
    assert "Restart=on-failure" in unit
    assert "StartLimitIntervalSec=0" in unit, "systemd would give up for good"
    assert f"RestartSec={RESTART_S}\nRestartPreventExitStatus={WRONG_USE}\n" in unit
    assert "WantedBy=default.target" in unit


def test_what_never_helps_is_not_tried_again() -> None:
    done = run("receive", "--port", "none")

    assert done.returncode == WRONG_USE


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
    place = ["--store-file", str(tmp_path / 'a "%s" $b\\c'), "--data-dir", str(tmp_path / "d %")]
    unit.write_text(unit_text(place, host="::1", port=0, no_auth=False), "utf-8")

    done = subprocess.run(
        [verify, "--user", "verify", unit],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},  # without, it verifies nothing
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_it_names_a_store_on_a_server_and_what_its_receiver_does(data_dir: Path) -> None:
    named = "postgresql://maria@server.example/kvitto"
    options = ("--store", named, "--name", "spare", "--spool", "--data-dir", data_dir)

    done = run("receive", "--systemd-unit", *options)

    assert done.returncode == 0, done.stderr
    assert '"--name" "spare" "--spool"' in done.stdout
    assert f'"--store" "{named}" "--data-dir" "{data_dir}"' in done.stdout
    assert list(data_dir.iterdir()) == []


def test_a_password_is_not_written_into_it(data_dir: Path, tmp_path: Path) -> None:
    url = "postgresql://maria:s3cr3t@server.example/kvitto"
    file = tmp_path / "store"
    file.write_text(url)
    command = ("receive", "--systemd-unit", "--data-dir", data_dir)

    by_variable = run(*command, environment={"KVITTO_STORE": url})
    file.chmod(0o644)
    read_by_others = run(*command, environment={"KVITTO_STORE_FILE": str(file)})
    file.chmod(0o600)
    by_file = run(*command, environment={"KVITTO_STORE_FILE": str(file)})

    assert (by_variable.returncode, by_variable.stdout) == (1, "")
    assert "--store-file FILE" in by_variable.stderr
    assert (read_by_others.returncode, read_by_others.stdout) == (1, "")
    assert f"{file}, which holds a password" in read_by_others.stderr
    assert by_file.returncode == 0, by_file.stderr
    assert f'"--store-file" "{file}"' in by_file.stdout
    assert "s3cr3t" not in f"{by_variable} {read_by_others} {by_file}".replace(url, "")


def test_a_name_for_the_receiver_of_a_folder_is_refused_in_it_too(data_dir: Path) -> None:
    done = run("receive", "--systemd-unit", "--name", "spare", "--data-dir", data_dir)

    assert (done.returncode, done.stdout) == (1, "")
