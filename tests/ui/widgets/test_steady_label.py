"""The label keeps its width, and leaves the window alone, while its text changes a little."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from kvitto.ui.widgets.status_strip import SteadyLabel


class Layouts(QObject):
    """Counts how often a widget is asked to lay out anew."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def label(window: QWidget) -> SteadyLabel:
    made = SteadyLabel(window)
    QHBoxLayout(window).addWidget(made)
    window.show()
    made.say("today 1 200 · last 12 s ago")
    return made


def test_a_text_of_much_the_same_width_moves_nothing(
    window: QWidget, label: SteadyLabel, qapp: QApplication
) -> None:
    qapp.processEvents()
    before = label.width()
    layouts = Layouts(window)

    for text in ("today 1 200 · last 11 s ago", "today 1 200 · last 1 s ago"):
        label.say(text)
        qapp.processEvents()
        assert label.text() == text
        assert label.width() == before
    assert layouts.count == 0


def test_a_longer_text_is_whole_and_a_much_shorter_one_gives_the_room_back(
    label: SteadyLabel, qapp: QApplication
) -> None:
    first = label.width()
    label.say("today 1 200 300 · 120/s · last 12 s ago")
    qapp.processEvents()
    assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()) > first

    label.say("nothing")
    qapp.processEvents()
    assert label.width() < first
