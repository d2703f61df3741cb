"""The script that tries what the tests notice, with a mutmut that only tells how it was called."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.packaging.test_scripts import PROJECT, bare_environment, call, project

__all__ = ("project",)

TOLD = {"killed": 9, "timeout": 0, "total": 10}
TELL = """#!/bin/sh
echo "called: mutmut $*"
mkdir -p mutants && echo "$KVITTO_TOLD" > mutants/mutmut-cicd-stats.json
"""


def mutate(project: Path, *parts: str, **told: int) -> subprocess.CompletedProcess[str]:
    commands = project / ".venv/bin"
    commands.mkdir(parents=True)
    (commands / "python").symlink_to(sys.executable)
    (commands / "mutmut").write_text(TELL, encoding="utf-8")
    (commands / "mutmut").chmod(0o755)
    for name in ("app", "resources"):
        (project / name).mkdir()
    (project / "tests/core").mkdir(parents=True)
    for name in ("test_money", "test_state", "test_state_values"):
        (project / "tests/core" / f"{name}.py").touch()
    call(
        project,
        'printf "%s\\n" "$(foundation "$venv/bin/python")" "$(inputs)" "mutate test" >"$stamp";'
        'touch "$venv/debian-libraries.seen"',
    )
    return subprocess.run(
        [project / "packaging/mutate.sh", *parts],
        env=bare_environment(KVITTO_TOLD=json.dumps({**TOLD, **told})),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_module_is_tried_with_its_own_tests(project: Path) -> None:
    done = mutate(project, "core/state")

    assert done.returncode == 0, done.stderr
    assert "9 of 10 noticed: 90.0%" in done.stdout
    settings = (project / "build/mutants/core-state/pyproject.toml").read_text("utf-8")
    told = tomllib.loads(settings)["tool"]
    assert told["mutmut"]["only_mutate"] == ["src/kvitto/core/state.py"]
    assert told["mutmut"]["pytest_add_cli_args_test_selection"] == [
        "tests/core/test_state.py",
        "tests/core/test_state_values.py",
    ]
    ours = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    assert told["pytest"] == ours


def test_where_too_much_survives_it_fails(project: Path) -> None:
    done = mutate(project, killed=8)

    assert done.returncode == 1
    assert done.stdout.count("called: mutmut run") == 3
    assert "core ingest handler" in done.stderr


@pytest.mark.parametrize("part", ["ui", "store"])
def test_a_part_that_is_not_there_is_told(project: Path, part: str) -> None:
    done = mutate(project, "core/money", part)

    assert done.returncode == 1
    assert f"there is no part {part}" in done.stderr
    assert "called" not in done.stdout
