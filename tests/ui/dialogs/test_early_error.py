"""A start from a menu that fails at once says so in a window, since nobody sees a terminal."""

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kvitto.store.errors import DiskFullError, FolderUnusableError, StoreClosedError
from kvitto.ui.dialogs import early_error, startup_error
from kvitto.ui.dialogs.early_error import tries_again
from kvitto.ui.dialogs.startup_error import StartupErrorDialog
from kvitto.ui.text.error_text import error_text
from tests.helpers.logwatch import LogWatch
from tests.helpers.program import PROJECT
from tests.ui.stage import button

PRESS = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from kvitto.cli import main
from kvitto.ui.services.early_start import application
from pathlib import Path

made = application()
looks = 0

def look():
    global looks
    for window in QApplication.topLevelWidgets():
        if type(window).__name__ == "StartupErrorDialog" and window.isVisible():
            looks += 1
            print(*[label.text() for label in window.findChildren(QLabel)], flush=True)
            buttons = window.findChildren(QPushButton)
            # First once more, then no more.
            [wanted] = [one for one in buttons if one.text() == ("Try again", "Quit")[looks - 1]]
            wanted.click()

timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def is_logged(log_watch: LogWatch) -> Iterator[None]:
    with log_watch.expect(logging.ERROR, "There can't be a window"):
        yield


@pytest.mark.usefixtures("is_logged")
@pytest.mark.parametrize(("button", "is_again"), [("Try again", True), ("Quit", False)])
def test_what_happened_is_shown_and_the_user_decides(
    qtbot: QtBot, button: str, is_again: bool
) -> None:
    seen: list[str] = []
    attempts: list[str] = []

    def press() -> None:
        [dialog] = [
            one for one in QApplication.topLevelWidgets() if isinstance(one, StartupErrorDialog)
        ]
        seen.extend(label.text() for label in dialog.findChildren(QLabel))
        [wanted] = [one for one in dialog.findChildren(QPushButton) if one.text() == button]
        wanted.click()

    QTimer.singleShot(0, press)
    assert tries_again(StoreClosedError(), lambda: attempts.append("made")) is is_again
    assert attempts == ["made"] * is_again
    assert error_text(StoreClosedError()) in seen


@pytest.mark.usefixtures("is_logged")
def test_what_goes_on_by_itself_is_tried_until_it_works(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(early_error, "TRY_EVERY_S", 0.01)
    full = DiskFullError(tmp_path / "kvitto.db")
    left = [full, full]

    def attempt() -> None:
        if left:
            raise left.pop()

    assert tries_again(full, attempt)
    assert not left


@pytest.mark.usefixtures("is_logged")
@pytest.mark.qasync
async def test_what_goes_on_by_itself_waits_for_nobody(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(startup_error, "TRY_EVERY_S", 0.01)
    dialog = StartupErrorDialog()
    qtbot.addWidget(dialog)
    dialog.say(DiskFullError(tmp_path / "kvitto.db"))
    await dialog.answer(asyncio.Event())
    assert button(dialog, "Try again").isEnabled()

    dialog.say(StoreClosedError())
    answer = asyncio.get_running_loop().create_task(dialog.answer(asyncio.Event()))
    await asyncio.sleep(0.05)
    assert not answer.done()
    button(dialog, "Try again").click()
    await answer


def shown_at_start(*options: str, first: str = "") -> list[str]:
    """Start the program, press both buttons of its window, and return what that said each time.

    Args:
        options: its options.
        first: Python that is run before.
    """
    system = {"QT_QPA_PLATFORM": "offscreen", "LANG": "C", "LC_ALL": "C.UTF-8"}
    ended = subprocess.run(
        [sys.executable, "-c", first + PRESS, *options],
        cwd=PROJECT,
        env={**os.environ, **system},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout.splitlines()


def test_a_folder_that_can_not_be_used_is_shown_in_a_window(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = shown_at_start("--data-dir", str(tmp_path / "file" / "data"))
    assert len([line for line in told if str(tmp_path / "file") in line]) == 2, told


def test_a_home_folder_that_is_not_known_is_shown_in_a_window() -> None:
    told = shown_at_start("--data-dir", "~nobody-at-all/kvitto")
    assert len([line for line in told if "~nobody-at-all/kvitto" in line]) == 2, told


def test_a_user_without_a_home_is_told_in_a_window(tmp_path: Path) -> None:
    homeless = """
import os, pwd
def unknown(number):
    raise KeyError
pwd.getpwuid = unknown
for name in ("HOME", "XDG_DATA_HOME", "KVITTO_DATA_DIR"):
    os.environ.pop(name, None)
"""
    told = shown_at_start(first=homeless)
    assert len([line for line in told if "can't tell where ~ is" in line]) == 2, told


def test_a_store_that_the_settings_name_wrongly_is_shown_in_a_window(tmp_path: Path) -> None:
    (tmp_path / "settings.ini").write_text("[General]\nstore=not a URL\n")
    told = shown_at_start("--data-dir", str(tmp_path))
    assert len([line for line in told if "The store's URL can't be read" in line]) == 2, told


@pytest.mark.usefixtures("is_logged")
def test_a_sentence_that_comes_after_the_window_is_seen_whole(qtbot: QtBot) -> None:
    dialog = StartupErrorDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.say(FolderUnusableError(Path("/media/" + "a folder " * 40), "No space " * 60))

    def cut_off() -> list[str]:
        labels = [one for one in dialog.findChildren(QLabel) if one.isVisible()]
        return [one.text() for one in labels if one.height() < one.heightForWidth(one.width())]

    qtbot.waitUntil(lambda: not cut_off())
    button(dialog, "Details").click()
    assert any("No space" in one.text() and one.isVisible() for one in dialog.findChildren(QLabel))
    qtbot.waitUntil(lambda: not cut_off())
