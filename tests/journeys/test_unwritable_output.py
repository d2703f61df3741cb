"""A result that can't be written is told in a sentence, and is a failure."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.new_store import lay_new_database
from tests.helpers.program import PROJECT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="has no full device, and other pipes")


@pytest.fixture(params=["full disk", "closed pipe"])
def nowhere(request: pytest.FixtureRequest) -> Iterator[int]:
    """Return a file that can't be written."""
    if request.param == "full disk":
        end = os.open("/dev/full", os.O_WRONLY)
    else:
        reading, end = os.pipe()
        os.close(reading)
    yield end
    os.close(end)


def run(nowhere: int, *arguments: str, is_buffered: bool) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "UNBUFFERED" not in name}
    if not is_buffered:
        environment["PYTHONUNBUFFERED"] = "1"
    return subprocess.run(
        [sys.executable, "-m", "kvitto", *arguments],
        cwd=PROJECT,
        env=environment,
        stdout=nowhere,
        stderr=subprocess.PIPE,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "is_buffered"),
    [
        (["--version"], True),
        (["--version"], False),
        (["check"], True),
        (["check"], False),
        (["receive", "--systemd-unit"], True),
    ],
    ids=str,
)
def test_a_result_that_can_not_be_written_is_a_failure_with_a_sentence(
    nowhere: int, data_dir: Path, command: list[str], is_buffered: bool
) -> None:
    lay_new_database(data_dir)
    ended = run(nowhere, *command, is_buffered=is_buffered)
    assert ended.returncode == 1, ended.stderr
    assert ended.stderr.startswith("kvitto: What was to be written is lost: ")
    assert len(ended.stderr.splitlines()) == 1, ended.stderr


@pytest.mark.parametrize("nowhere", ["full disk"], indirect=True)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_to_a_full_disk_is_a_failure_with_one_sentence(
    nowhere: int, data_dir: Path, form: str
) -> None:
    lay_new_database(data_dir)
    ended = run(nowhere, "export", "--format", form, "-", is_buffered=True)
    assert ended.returncode == 1, ended.stderr
    assert "is full" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1, ended.stderr


def test_help_that_can_not_be_written_is_no_crash(nowhere: int) -> None:
    ended = run(nowhere, "--help", is_buffered=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith("kvitto: What was to be written is lost: ")
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
