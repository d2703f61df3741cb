"""Rows that are given anew stay where they are, and what is selected stays so."""

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from pytestqt.qtbot import QtBot
from typing_extensions import override

from kvitto.ui.widgets.rows_model import RowsModel
from kvitto.ui.widgets.table_columns import TableColumn


class Thing(NamedTuple):
    key: int
    text: str


class Things(RowsModel[Thing]):
    @override
    def key_of(self, row: Thing) -> object:
        return row.key


def things() -> Things:
    return Things(
        (TableColumn("Key", lambda row: str(row.key)), TableColumn("Text", lambda row: row.text)),
        "x",
    )


def test_the_same_rows_with_other_words_are_no_other_rows(qtbot: QtBot) -> None:
    model = things()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    resets, changes = QSignalSpy(model.modelReset), QSignalSpy(model.dataChanged)
    model.show_rows([Thing(1, "a"), Thing(2, "b")], is_masked=False)
    assert (resets.count(), changes.count()) == (1, 0)

    model.show_rows([Thing(1, "a"), Thing(2, "c")], is_masked=False)
    model.show_rows(model.rows, is_masked=True)
    assert (resets.count(), changes.count()) == (1, 2)
    assert (model.index(1, 1).data(), model.is_masked) == ("c", True)

    model.show_rows([Thing(2, "c")], is_masked=True)
    assert (resets.count(), model.rowCount(), model.columnCount()) == (2, 1, 2)
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Key"
    assert tester.model() is model
