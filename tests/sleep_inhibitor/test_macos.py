"""macOS: the program that is run. Here it is a stand-in: the real one is only there."""

import os
from pathlib import Path

import psutil
import pytest

from kvitto.sleep_inhibitor.inhibitor import CannotKeepAwakeError
from kvitto.sleep_inhibitor.macos import MacInhibitor


@pytest.fixture
def program(tmp_path: Path) -> Path:
    made = tmp_path / "caffeinate"
    made.write_text("#!/bin/sh\nexec sleep 60\n", "utf-8")
    made.chmod(0o700)
    return made


def test_the_program_runs_while_it_is_held(program: Path) -> None:
    inhibitor = MacInhibitor(str(program))
    before = set(psutil.Process().children())

    inhibitor.hold("Delivery reports are waited for")

    assert inhibitor.is_held()
    [running] = set(psutil.Process().children()) - before
    inhibitor.release()
    assert not inhibitor.is_held()
    assert not running.is_running()


def test_it_is_bound_to_this_process(tmp_path: Path) -> None:
    program, told = tmp_path / "caffeinate", tmp_path / "told"
    program.write_text(f'#!/bin/sh\necho "$@" >{told}.new\nmv {told}.new {told}\n', "utf-8")
    program.chmod(0o700)
    inhibitor = MacInhibitor(str(program))

    inhibitor.hold("Delivery reports are waited for")
    assert inhibitor._running is not None  # noqa: SLF001
    inhibitor._running.wait(60)  # noqa: SLF001

    assert told.read_text("utf-8") == f"-i -w {os.getpid()}\n"
    assert not inhibitor.is_held()


def test_a_missing_program_is_a_rejection(tmp_path: Path) -> None:
    with pytest.raises(CannotKeepAwakeError):
        MacInhibitor(str(tmp_path / "missing")).hold("Delivery reports are waited for")
