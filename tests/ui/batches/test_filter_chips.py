"""Chips and the row that they stand in."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.batches.filter_chips import ChipChoice, ChoiceChip
from kvitto.ui.batches.search_row import SearchRow
from tests.ui.batches.records import a_batch

FRUIT = ("apple", "pear", "plum", "fig")


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 100)
    made.show()
    return made


@pytest.fixture
def chip(owner: QWidget) -> Iterator[ChoiceChip[str]]:
    made = ChoiceChip(lambda: [ChipChoice(one, one.title()) for one in FRUIT], str.title, owner)
    made.name_it("Fruit")
    made.show()
    yield made
    made.menu().close()


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_several_choices_are_ticked_while_the_menu_stays_open(chip: ChoiceChip[str]) -> None:
    changed = QSignalSpy(chip.changed)
    menu = chip.menu()
    menu.popup(QPoint(0, 0))
    for action in menu.actions()[:2]:
        place = menu.actionGeometry(action).center()
        QTest.mouseMove(menu, place)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
    assert menu.isVisible()
    assert chip.chosen == {"apple", "pear"}
    assert (chip.text(), chip.isChecked(), changed.count()) == ("Apple, Pear", True, 2)


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_the_space_bar_ticks_and_unticks(chip: ChoiceChip[str]) -> None:
    menu = chip.menu()
    menu.popup(QPoint(0, 0))
    menu.setActiveAction(menu.actions()[2])
    QTest.keyClick(menu, Qt.Key.Key_Space)
    assert chip.chosen == {"plum"}
    QTest.keyClick(menu, Qt.Key.Key_Space)
    assert (chip.chosen, chip.text(), menu.isVisible()) == (frozenset(), "Fruit", True)


def test_many_choices_are_counted_and_named_to_who_asks(chip: ChoiceChip[str]) -> None:
    chip.choose(("apple", "pear", "plum"))
    assert chip.text() == "Fruit: 3"
    assert chip.toolTip() == "Apple, Pear, Plum"
    assert chip.accessibleName() == "Fruit: Apple, Pear, Plum"


def test_of_some_choices_only_one_holds(owner: QWidget) -> None:
    chip = ChoiceChip(lambda: [ChipChoice(one, one) for one in FRUIT], str, owner, default="apple")
    chip.name_it("Any")
    chip.menu().aboutToShow.emit()
    any_, pear, plum, _ = chip.menu().actions()
    assert any_.isChecked()
    pear.trigger()
    plum.trigger()
    assert (chip.chosen, chip.text()) == (frozenset({"plum"}), "plum")
    any_.trigger()
    assert (chip.chosen, chip.text()) == (frozenset(), "Any")


def test_a_menu_without_choices_says_so(owner: QWidget) -> None:
    chip: ChoiceChip[str] = ChoiceChip(list, str, owner)
    chip.menu().aboutToShow.emit()
    [action] = chip.menu().actions()
    assert not action.isEnabled()


def test_a_chip_is_painted_in_all_its_states(chip: ChoiceChip[str], owner: QWidget) -> None:
    pictures = [chip.grab().toImage()]
    chip.choose(("apple",))
    chip.resize(pictures[0].size())
    pictures.append(chip.grab().toImage())
    chip.setDown(True)
    pictures.append(chip.grab().toImage())
    chip.setEnabled(False)
    pictures.append(chip.grab().toImage())
    assert all(one != other for one, other in pairwise(pictures))
    assert not owner.grab().isNull()


@pytest.fixture
def row(owner: QWidget) -> SearchRow:
    made = SearchRow(lambda: [a_batch(1)], owner)
    made.show()
    return made


def test_all_stands_in_one_row_where_there_is_room_and_else_in_two(row: SearchRow) -> None:
    row.resize(1200, 80)
    row.grab()
    assert abs(row.field.geometry().center().y() - row.chips.geometry().center().y()) <= 2
    row.resize(640, 80)
    row.grab()
    assert row.chips.geometry().top() >= row.field.geometry().bottom()
    assert row.chips.geometry().right() <= row.width()
    row.resize(1200, 80)
    row.grab()
    assert row.field.geometry().right() < row.chips.geometry().left()


def test_the_row_fits_the_smallest_window(row: SearchRow) -> None:
    assert row.minimumSizeHint().width() <= 600


def test_the_row_follows_language_and_theme(row: SearchRow, qapp: QApplication) -> None:
    for kind in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange):
        for widget in (row, row.field, row.chips, row.chips.unfinished):
            qapp.sendEvent(widget, QEvent(kind))
    row.set_busy(True)
    row.resize(1200, 80)
    row.count.setText("3 of 41")
    assert not row.grab().isNull()


def test_clear_is_offered_only_where_something_is_set(row: SearchRow) -> None:
    changed = QSignalSpy(row.chips.changed)
    assert not row.chips.is_set
    row.chips.unfinished.setChecked(True)
    row.chips.results.choose(())
    assert (row.chips.is_set, changed.count()) == (True, 1)
    row.chips.clear()
    row.chips.clear()
    assert (row.chips.is_set, changed.count()) == (False, 2)
