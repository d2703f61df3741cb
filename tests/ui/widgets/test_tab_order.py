"""The tab key goes from place to place as the eye does, whatever was made first."""

from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kvitto.ui.widgets.tab_order import tab_in_reading_order


def test_places_in_layouts_scrolled_parts_and_tabs_are_visited_as_they_stand(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    last, middle, first, second = (QPushButton(owner) for _ in range(4))
    field, row, inside = QLineEdit(owner), QWidget(owner), QWidget(owner)
    scrolled, tabs, page = QScrollArea(owner), QTabWidget(owner), QPushButton()
    column = QVBoxLayout(owner)
    column.addWidget(first)
    beside = QHBoxLayout(row)
    beside.addWidget(QLabel(owner))
    beside.addWidget(second)
    column.addWidget(row)
    grid = QGridLayout(inside)
    grid.addWidget(field, 0, 0)
    scrolled.setWidget(inside)
    column.addWidget(scrolled)
    column.addWidget(middle)
    tabs.addTab(page, "Page")
    column.addWidget(tabs)
    column.addWidget(last)

    tab_in_reading_order(owner)

    wanted: list[QWidget] = [first, second, scrolled, field, middle, tabs.tabBar(), page, last]
    chain: list[QWidget] = [first]
    while (one := chain[-1].nextInFocusChain()) not in (first, None):
        assert one is not None
        chain.append(one)
    assert [one for one in chain if one in wanted] == wanted
