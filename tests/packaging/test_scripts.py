"""The scripts that set up and start Kvitto, in a copy of the project that has nothing set up."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kvitto.cli import command_parser

PROJECT = Path(__file__).parents[2]
SCRIPTS = [*sorted(PROJECT.glob("packaging/*.sh")), PROJECT / ".ci/run"]

needs_debian = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="there is no dpkg")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of what the scripts read, in a path with a blank."""
    copy = tmp_path / "a project"
    shutil.copytree(PROJECT / "packaging", copy / "packaging")
    shutil.copy(PROJECT / "pyproject.toml", copy)
    return copy


@pytest.fixture
def ready(project: Path) -> Path:
    """Return such a copy with a finished .venv, in which the program tells how it was called."""
    commands = project / ".venv/bin"
    commands.mkdir(parents=True)
    (commands / "python").symlink_to(sys.executable)
    program = commands / "kvitto"
    program.write_text('#!/bin/sh\necho "$$" "$@"\nread -r _\n', encoding="utf-8")
    program.chmod(0o755)
    call(
        project,
        'printf "%s\\n" "$(foundation "$venv/bin/python")" "$(inputs)" test >"$stamp";'
        'touch "$venv/debian-libraries.seen"',
    )
    return project


def bare_environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "KVITTO_APT": "no", **more}


def call(project: Path, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash that has sourced environment.sh."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"source packaging/environment.sh; {line}"],
        cwd=project,
        env=bare_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
    )


def is_ready(project: Path, *extras: str, **environment: str) -> bool:
    line = f"if venv_is_ready {' '.join(extras)}; then echo yes; else echo no; fi"
    return {"yes\n": True, "no\n": False}[call(project, line, **environment).stdout]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_good_bash(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)


def test_a_finished_environment_is_left_alone(ready: Path) -> None:
    assert is_ready(ready)
    assert is_ready(ready, "test")


def test_an_unfinished_environment_is_made_anew(ready: Path) -> None:
    (ready / ".venv/kvitto-stamp").unlink()
    assert not is_ready(ready)


def test_another_extra_is_installed(ready: Path) -> None:
    assert not is_ready(ready, "test", "bench")


@pytest.mark.parametrize("name", ["pyproject.toml", "packaging/constraints.txt"])
def test_changed_requirements_are_installed(ready: Path, name: str) -> None:
    with (ready / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert not is_ready(ready)


def test_an_environment_that_was_moved_is_made_anew(ready: Path) -> None:
    assert not is_ready(ready.rename(ready.with_name("moved")))


def test_an_environment_whose_python_is_gone_is_made_anew(ready: Path) -> None:
    (ready / ".venv/bin/python").unlink()
    assert not is_ready(ready)


def test_another_python_than_the_one_asked_for_is_not_taken(ready: Path) -> None:
    assert is_ready(ready, KVITTO_PYTHON=sys.executable)
    assert not is_ready(ready, KVITTO_PYTHON="/bin/false")


def test_the_program_takes_the_place_of_the_script(ready: Path) -> None:
    with subprocess.Popen(
        [ready / "packaging/run.sh", "receive", "--label", "two words"],
        env=bare_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as script:
        assert script.stdout is not None
        assert script.stdout.readline() == f"{script.pid} receive --label two words\n"
        script.send_signal(signal.SIGTERM)
        assert script.wait() == -signal.SIGTERM


def test_without_a_python_the_script_says_so(project: Path) -> None:
    run = subprocess.run(
        [project / "packaging/run.sh"],
        env=bare_environment(KVITTO_PYTHON="/bin/false"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert "needs Python 3.11 or newer" in run.stderr
    assert not (project / ".venv").exists()


def a_python(place: Path, version: str, *, is_whole: bool = True) -> None:
    """Write a stand-in that tells its version, or lacks a module."""
    place.parent.mkdir(parents=True, exist_ok=True)
    lacking = "" if is_whole else 'case "$*" in *sqlite3*) exit 1 ;; esac\n'
    place.write_text(f'#!/bin/sh\n{lacking}echo "{version} (main)"\n', encoding="utf-8")
    place.chmod(0o755)


def test_the_newest_python_is_taken_that_works_wherever_it_is(
    project: Path, tmp_path: Path
) -> None:
    commands, pyenv = tmp_path / "commands", tmp_path / "pyenv"

    def found() -> str:
        more = {"PATH": f"{commands}:{os.environ['PATH']}", "PYENV_ROOT": str(pyenv)}
        return call(project, "find_python", **more).stdout.strip()

    # As pyenv's are where another one is switched on.
    for name in ("python3.13", "python3.12"):
        (commands / name).parent.mkdir(exist_ok=True)
        (commands / name).write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
        (commands / name).chmod(0o755)
    a_python(commands / "python3.11", "3.11.9")
    assert found() == "python3.11"

    a_python(pyenv / "versions/3.13.1/bin/python3.13", "3.13.1", is_whole=False)
    a_python(pyenv / "versions/3.13.2t/bin/python3.13", "3.13.2")  # without the lock: no packages
    assert found() == "python3.11"

    kept = pyenv / "versions/3.13.2/bin/python3.13"
    a_python(kept, "3.13.2")
    assert found() == str(kept)

    a_python(commands / "python3.13", "3.13.0")
    assert found() == "python3.13"


@needs_debian
def test_a_package_is_missing_unless_it_or_one_that_provides_it_is_installed(project: Path) -> None:
    run = call(project, "missing_packages dpkg awk kvitto-is-no-package")
    assert run.stdout.split() == ["kvitto-is-no-package"]


@needs_debian
def test_who_may_not_install_is_told_the_line_and_goes_on(ready: Path) -> None:
    (ready / ".venv/debian-libraries.seen").unlink()
    (ready / "packaging/debian-libraries.txt").write_text("dpkg\nkvitto-is-no-package # no\n")
    run = subprocess.run(
        [ready / "packaging/run.sh", "--minimized"],
        env=bare_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.endswith("--minimized\n")
    assert "sudo apt-get install kvitto-is-no-package\n" in run.stderr


def commands() -> list[str]:
    """Return the names of all commands."""
    [named] = [
        action
        for action in command_parser()._actions  # noqa: SLF001 - argparse lists them nowhere else
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 - likewise
    ]
    return list(named.choices)


@needs_debian
@pytest.mark.parametrize("command", commands())
def test_a_command_without_a_window_installs_no_libraries_of_qt(ready: Path, command: str) -> None:
    (ready / ".venv/debian-libraries.seen").unlink()
    (ready / "packaging/debian-libraries.txt").write_text("kvitto-is-no-package\n")
    run = subprocess.run(
        [ready / "packaging/run.sh", "--data-dir", "somewhere", command],
        env=bare_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.endswith(f"--data-dir somewhere {command}\n")
    assert run.stderr == ""
