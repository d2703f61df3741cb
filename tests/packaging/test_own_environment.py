"""What the packaged program starts gets the environment that the program was given."""

import os
import runpy
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging/own_environment.py"
NAMES = (
    "LD_LIBRARY_PATH",
    "LD_LIBRARY_PATH_ORIG",
    "QT_PLUGIN_PATH",
    "_PYI_APPLICATION_HOME_DIR",
    "_PYI_PARENT_PROCESS_LEVEL",
)

IS_LINUX = sys.platform == "linux"
pytestmark = pytest.mark.skipif(not IS_LINUX, reason="libraries are found so on Linux only")


def restored(monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, str]:
    """Return what is left of an environment with `given`."""
    monkeypatch.setattr(sys, "_MEIPASS", "/opt/kvitto/_internal", raising=False)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    runpy.run_path(str(SCRIPT))
    return {name: os.environ[name] for name in NAMES if name in os.environ}


def test_nothing_of_the_packaged_program_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not restored(
        monkeypatch,
        LD_LIBRARY_PATH="/opt/kvitto/_internal",
        _PYI_APPLICATION_HOME_DIR="/opt/kvitto/_internal",
        _PYI_PARENT_PROCESS_LEVEL="1",
    )


def test_the_users_own_path_of_libraries_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert restored(
        monkeypatch,
        LD_LIBRARY_PATH="/opt/kvitto/_internal:/home/anna/lib",
        LD_LIBRARY_PATH_ORIG="/home/anna/lib",
    ) == {"LD_LIBRARY_PATH": "/home/anna/lib"}


def test_plugins_of_another_qt_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not restored(monkeypatch, QT_PLUGIN_PATH="/home/anna/plugins")
