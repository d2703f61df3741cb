"""A small table of rows that are given all at once."""

from collections.abc import Sequence
from typing import Any, Final, Generic

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from kvitto.ui.widgets.table_columns import Row, TableColumn, header_data

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows, in the order in which they are given. A subclass says what is special of a cell.

    Args:
        columns: its columns.
        context: under which their titles are translated.
        parent: the owner.

    Attributes:
        is_masked: whether numbers are masked.
    """

    def __init__(
        self, columns: Sequence[TableColumn[Row]], context: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns: Final = columns
        self._context: Final = context
        self._rows: Sequence[Row] = ()
        self.is_masked = False

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, in order."""
        return self._rows

    def show_rows(self, rows: Sequence[Row], *, is_masked: bool) -> None:
        """Show these, with numbers masked or in full. Those that are there already stay there."""
        if (rows, is_masked) == (self._rows, self.is_masked):
            return
        self.is_masked = is_masked
        if [self.key_of(one) for one in rows] == [self.key_of(one) for one in self._rows]:
            self._rows = rows
            self.retext()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def retext(self) -> None:
        """Say everything anew."""
        last = len(self._columns) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, last))

    def key_of(self, row: Row) -> object:
        """Return what tells a row from others, whatever it says: what is selected stays so."""
        raise NotImplementedError

    def cell(self, row: Row, column: int, role: int) -> Any:
        """Return what a cell shows in a role."""
        return self._columns[column].data(row, role)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        return self.cell(self._rows[index.row()], index.column(), role)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        return header_data(self._columns, self._context, section, orientation, role)
