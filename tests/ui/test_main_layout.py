"""The frame of the main window: work or welcome, and lines that stay where they were put."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.main_layout import MainFrame, Parts
from kvitto.ui.services.preferences import Preferences

Show = Callable[[], tuple[Parts, MainFrame]]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    windows = []

    def made() -> tuple[Parts, MainFrame]:
        window = QMainWindow()
        windows.append(window)
        qtbot.addWidget(window)
        parts = Parts(*(QWidget(window) for _ in Parts._fields))
        frame = MainFrame(parts, window)
        window.setCentralWidget(frame)
        window.resize(1200, 800)
        window.show()
        return parts, frame

    return made


def sizes(frame: MainFrame) -> list[list[int]]:
    return [splitter.sizes() for splitter in frame.findChildren(QSplitter)]


def test_without_work_only_the_empty_state_and_the_lines_above_are_there(show: Show) -> None:
    parts, frame = show()

    frame.show_work(is_any=False)

    shown = [name for name, part in parts._asdict().items() if part.isVisible()]
    assert shown == ["strip", "todo", "banners", "empty_state"]


def test_with_work_the_empty_state_goes(show: Show) -> None:
    parts, frame = show()
    frame.show_work(is_any=False)

    frame.show_work(is_any=True)

    hidden = [name for name, part in parts._asdict().items() if not part.isVisible()]
    assert hidden == ["empty_state"]


def test_the_lines_stay_where_they_were_put(show: Show, data_dir: Path) -> None:
    preferences = Preferences(data_dir)
    _, frame = show()
    for splitter in frame.findChildren(QSplitter):
        splitter.setSizes([300, 300])
    frame.save_state(preferences)

    _, again = show()
    assert sizes(again) != sizes(frame)
    again.restore_state(preferences)

    assert sizes(again) == sizes(frame)
