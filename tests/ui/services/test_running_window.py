"""The window that is open already is raised before Qt and the store are loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QDir
from pytestqt.qtbot import QtBot

from kvitto.ui.services.running_window import raise_running_window, server_name
from kvitto.ui.services.single_instance import SingleInstance
from tests.helpers.program import PROJECT

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="elsewhere Qt is loaded first: the server is not a socket's file"
)


def test_it_is_raised_and_only_on_its_own_folder(
    qtbot: QtBot, data_dir: Path, tmp_path: Path
) -> None:
    window = SingleInstance(data_dir)
    assert window.take()

    with qtbot.waitSignal(window.raise_requested, timeout=5000):
        assert raise_running_window(data_dir)
    assert not raise_running_window(tmp_path)

    window.give_back()
    assert not raise_running_window(data_dir)


def test_what_a_crash_left_behind_is_no_window(data_dir: Path) -> None:
    left = Path(QDir.tempPath()) / server_name(data_dir)
    left.touch()
    try:
        assert not raise_running_window(data_dir)
    finally:
        left.unlink()


def test_a_second_start_loads_neither_qt_nor_the_receiver(qtbot: QtBot, data_dir: Path) -> None:
    window = SingleInstance(data_dir)
    assert window.take()
    code = (
        "import sys\n"
        "from kvitto.cli import main\n"
        "assert main(['--data-dir', sys.argv[1]]) == 0\n"
        "print([name for name in ('PySide6', 'aiohttp') if name in sys.modules])\n"
    )

    with qtbot.waitSignal(window.raise_requested, timeout=30_000):
        done = subprocess.run(
            [sys.executable, "-c", code, data_dir],
            cwd=PROJECT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
    window.give_back()
