"""A window is at first as large as it likes, as far as all of it is to be seen."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.widgets.first_size import first_size, resize_at_first

WANTED = QSize(1280, 820)


def test_all_of_a_window_and_its_frame_is_seen_at_first_on_a_small_screen() -> None:
    small = QSize(1024, 700)
    assert first_size(WANTED, small).width() < small.width()
    assert first_size(WANTED, small).height() < small.height()


def test_a_window_is_at_first_as_large_as_it_likes_on_a_large_screen() -> None:
    assert first_size(WANTED, QSize(2560, 1400)) == WANTED


def test_a_window_is_made_no_larger_than_its_own_screen_has_room_for(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry().size()
    resize_at_first(window, 10_000, 10_000)
    assert window.size() == first_size(QSize(10_000, 10_000), room)
