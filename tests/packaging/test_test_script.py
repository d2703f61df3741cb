"""The script that runs every check, with checks that only tell how they were called."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.test_scripts import bare_environment, call, project

__all__ = ("project",)

CHECKS = ("ruff", "lint-imports", "mypy", "pytest")
TELL = """#!/bin/sh
echo "called: $(basename "$0") $* [$HYPOTHESIS_PROFILE]"
case " $KVITTO_FAILING " in *" $(basename "$0") "*) exit 1;; esac
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(project: Path, tmp_path: Path) -> Run:
    """Return a function that runs the script."""
    commands = project / ".venv/bin"
    commands.mkdir(parents=True)
    (commands / "python").symlink_to(sys.executable)
    for name in CHECKS:
        (commands / name).write_text(TELL, encoding="utf-8")
        (commands / name).chmod(0o755)
    call(
        project,
        'printf "%s\\n" "$(foundation "$venv/bin/python")" "$(inputs)" test >"$stamp";'
        'touch "$venv/debian-libraries.seen" "$venv/debian-test-packages.seen"'
        ' "$venv/debian-test-services.seen"',
    )

    def start(*arguments: str, failing: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [project / "packaging/test.sh", *arguments],
            env=bare_environment(KVITTO_FAILING=failing, TMPDIR=str(tmp_path)),
            capture_output=True,
            text=True,
            check=False,
        )

    return start


def called(done: subprocess.CompletedProcess[str], name: str) -> list[str]:
    begin = f"called: {name} "
    return [line.removeprefix(begin) for line in done.stdout.splitlines() if begin in line]


def test_all_checks_run_and_show_what_they_say(run: Run) -> None:
    done = run()

    assert done.returncode == 0, done.stderr
    assert [len(called(done, name)) for name in CHECKS] == [2, 1, 1, 1]
    [tests] = called(done, "pytest")
    assert re.search(r"--numprocesses [3-9]", tests)
    assert "--cov --cov-report" in tests
    assert "not slow" not in tests
    assert done.stdout.endswith("All checks passed.\n")


@pytest.mark.parametrize("failing", [*CHECKS, "ruff mypy", "mypy pytest"])
def test_each_check_that_fails_is_named_and_the_others_run(run: Run, failing: str) -> None:
    done = run(failing=failing)

    assert done.returncode == 1
    assert [len(called(done, name)) for name in CHECKS] == [2, 1, 1, 1]
    told = done.stdout.splitlines()[-1]
    assert told.startswith("Failed:")
    for name in CHECKS:
        assert (name in told) == (name in failing.split())


def test_quickly_what_is_slow_is_left_out_and_nothing_is_measured(run: Run) -> None:
    done = run("--quick")

    [tests] = called(done, "pytest")
    assert re.search(r"--numprocesses [3-9]", tests)
    assert "-m not slow" in tests
    assert "--cov" not in tests
    assert "[quick]" in tests
    assert [len(called(done, name)) for name in CHECKS] == [2, 1, 1, 1]


@pytest.mark.parametrize("options", [(), ("--quick",)])
def test_tests_that_are_named_run_in_one_process(run: Run, options: tuple[str, ...]) -> None:
    [tests] = called(run(*options, "tests/core", "-x"), "pytest")

    assert "tests/core -x" in tests
    assert "--quick" not in tests
    assert "--numprocesses" not in tests
    assert ("--cov-fail-under=0" in tests) == (not options)


def test_it_leaves_no_file_behind(run: Run, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())

    run()

    assert set(tmp_path.iterdir()) == before
