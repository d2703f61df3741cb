"""Trees that are read: what they leave out where there is little room."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.aggregates import StatusSum
from kvitto.core.money import Money
from kvitto.ui.details.breakdown_model import SPARE_COLUMNS, BreakdownModel
from kvitto.ui.widgets.table_view import TableView

RESULT, MESSAGES, SHARE, SEGMENTS, COST = range(5)
STATUSES = {
    201: StatusSum(960, 960, 1920, 1920),
    112: StatusSum(30, 0, 60),
    102: StatusSum(10, 0, 34),
}
COSTS = {(code, code == 201): {"SEK": Money(78_720_000_000, "SEK")} for code in STATUSES}

Show = Callable[[int], TableView]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    window = QWidget()
    qtbot.addWidget(window)
    model = BreakdownModel(window)
    model.show_sums(STATUSES, COSTS)
    tree = TableView(window)
    tree.setModel(model)
    tree.expandAll()
    tree.fill_width(spare=SPARE_COLUMNS)

    def resized(width: int) -> TableView:
        window.show()
        tree.resize(width, 400)
        return tree

    return resized


def hidden(tree: TableView) -> list[int]:
    return [column for column in range(5) if tree.isColumnHidden(column)]


def test_what_can_be_spared_goes_first_where_there_is_little_room_and_comes_back(
    show: Show,
) -> None:
    assert hidden(show(800)) == []
    assert hidden(show(40)) == [SHARE, SEGMENTS]
    assert hidden(show(800)) == []


def test_what_is_shown_fits_as_long_as_anything_can_be_spared(show: Show) -> None:
    for width in range(800, 100, -10):
        tree = show(width)
        if hidden(tree) != [SHARE, SEGMENTS]:
            assert tree.header().length() <= tree.viewport().width()


def test_what_was_hidden_at_first_has_room_for_its_title_once_it_is_shown(show: Show) -> None:
    tree = show(40)
    model = tree.model()
    assert isinstance(model, BreakdownModel)
    model.show_sums({201: StatusSum(1, 1, 0)}, None)
    QApplication.processEvents()
    assert hidden(tree) == [SHARE, SEGMENTS]

    show(800)

    title = tree.header().sectionSizeHint(SEGMENTS)
    assert tree.header().sectionSize(SEGMENTS) >= title


def test_half_a_code_is_never_shown(show: Show) -> None:
    """A code below its result comes before its word: narrowing the column changes no pixel."""
    QLocale.setDefault(QLocale("en_GB"))

    def code_pixels(width: int) -> QImage:
        tree = show(width)
        below = tree.model().index(0, RESULT, tree.model().index(1, RESULT))
        room = tree.visualRect(below)
        room.setWidth(40)
        return tree.viewport().grab(room).toImage()

    assert code_pixels(800) == code_pixels(200)


def test_one_long_text_does_not_take_the_room_of_the_wide_column(qtbot: QtBot) -> None:
    model = QStandardItemModel(1, 2)
    model.setItem(0, 0, QStandardItem("What to do about it, in a whole sentence"))
    model.setItem(0, 1, QStandardItem("The name of a batch " * 20))
    window = QWidget()
    qtbot.addWidget(window)
    table = TableView(window)
    table.setModel(model)
    table.fill_width(0)
    window.show()
    table.resize(800, 200)
    assert table.columnWidth(0) > table.columnWidth(1)
    assert table.columnWidth(0) + table.columnWidth(1) <= table.viewport().width()
