"""A name or an id that has no room says so, and is told whole elsewhere."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.details.edit_buffer import EditBuffer
from kvitto.ui.details.id_line import IdLine
from kvitto.ui.details.inline_edit import InlineEdit

NAME = "Influensavaccination, andra utskicket till alla över 65 år"
ID = "c0ffee12-aaaa-4bbb-8ccc-0123456789ab"


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    owner = QWidget()
    qtbot.addWidget(owner)
    QVBoxLayout(owner)
    return owner


def laid_out(owner: QWidget, one: QWidget, width: int) -> None:
    layout = owner.layout()
    assert layout is not None
    layout.addWidget(one)
    owner.setFixedWidth(width)
    owner.show()
    layout.activate()


def test_a_name_without_room_ends_in_a_sign_until_it_is_edited(
    owner: QWidget, qtbot: QtBot
) -> None:
    edit = InlineEdit(owner)
    edit.start(EditBuffer(NAME, 1))
    laid_out(owner, edit, 200)
    assert edit.shown_text.endswith("…")
    assert edit.shown_text[:-1] in NAME
    assert NAME in edit.toolTip()
    owner.activateWindow()
    edit.setFocus(Qt.FocusReason.OtherFocusReason)
    qtbot.waitUntil(edit.hasFocus)
    assert edit.shown_text == NAME


def test_a_name_with_room_is_shown_as_it_is(owner: QWidget) -> None:
    edit = InlineEdit(owner)
    edit.start(EditBuffer(NAME, 1))
    laid_out(owner, edit, 900)
    assert edit.shown_text == NAME


@pytest.mark.parametrize("width", [120, 160, 200, 400])
def test_an_id_is_left_out_in_its_middle_and_never_cut_at_its_end(
    owner: QWidget, width: int
) -> None:
    line = IdLine(owner)
    line.show_id(ID)
    laid_out(owner, line, width)
    (label,) = (one for one in line.findChildren(QLabel) if one.text() == line.text)
    assert label.fontMetrics().horizontalAdvance(line.text) <= label.width()
    assert line.text[0] == ID[0]
    assert line.text[-1] == ID[-1]
    assert ID in label.toolTip()
