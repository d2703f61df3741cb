"""A small tree of two levels, such as results and their codes."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from kvitto.ui.widgets.table_columns import Row, TableColumn, header_data

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()


@dataclass
class Leaf(Generic[Row]):
    """A row below a branch; its key tells it from the others there."""

    key: Hashable
    row: Row


@dataclass
class Branch(Generic[Row]):
    """A row at the top, and those below it; its key tells it from the others."""

    key: Hashable
    row: Row
    leaves: list[Leaf[Row]]


class TreeModel(QAbstractItemModel, Generic[Row]):
    """Shows branches and leaves, all of them in memory: for some dozens of rows.

    An index of a leaf carries the number of its branch, one of a branch carries 0.

    Args:
        columns: the columns.
        context: under which their titles are translated.
        parent: the owner.
    """

    def __init__(
        self, columns: Sequence[TableColumn[Row]], context: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns: Final = columns
        self._context: Final = context
        self._branches: list[Branch[Row]] = []
        self._numbers: dict[Hashable, int] = {}

    # --- What is shown --------------------------------------------------------------------------

    def show_branches(self, wanted: Sequence[Branch[Row]]) -> None:
        """Show these branches; rows that stay keep their places, as long as keys keep an order."""
        keys = {branch.key for branch in wanted}
        for place in range(len(self._branches) - 1, -1, -1):
            if self._branches[place].key not in keys:
                self.beginRemoveRows(_NO_PARENT, place, place)
                del self._branches[place]
                self.endRemoveRows()
        for place, branch in enumerate(wanted):
            is_at_end = place == len(self._branches)
            if is_at_end or self._branches[place].key != branch.key:
                self._numbers.setdefault(branch.key, len(self._numbers) + 1)
                self.beginInsertRows(_NO_PARENT, place, place)
                self._branches.insert(place, Branch(branch.key, branch.row, list(branch.leaves)))
                self.endInsertRows()
            else:
                self._update(place, branch)

    def retext(self) -> None:
        """Say everything anew: the language or the locale is another one."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)
        self._changed(_NO_PARENT, 0, len(self._branches) - 1)
        for place, branch in enumerate(self._branches):
            self._changed(self.index(place, 0), 0, len(branch.leaves) - 1)

    def row(self, index: Index) -> Row | None:
        """Return the row of an index, if there is one."""
        if not index.isValid():
            return None
        if not index.internalId():
            return self._branches[index.row()].row
        return self._branch_of(index.internalId())[1].leaves[index.row()].row

    def _update(self, place: int, branch: Branch[Row]) -> None:
        shown = self._branches[place]
        parent = self.index(place, 0)
        if shown.row != branch.row:
            shown.row = branch.row
            self._changed(_NO_PARENT, place, place)
        keys = {leaf.key for leaf in branch.leaves}
        for at in range(len(shown.leaves) - 1, -1, -1):
            if shown.leaves[at].key not in keys:
                self.beginRemoveRows(parent, at, at)
                del shown.leaves[at]
                self.endRemoveRows()
        for at, leaf in enumerate(branch.leaves):
            if at == len(shown.leaves) or shown.leaves[at].key != leaf.key:
                self.beginInsertRows(parent, at, at)
                shown.leaves.insert(at, leaf)
                self.endInsertRows()
            elif shown.leaves[at] != leaf:
                shown.leaves[at] = leaf
                self._changed(parent, at, at)

    def _changed(self, parent: Index, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(
                self.index(first, 0, parent), self.index(last, len(self._columns) - 1, parent)
            )

    def _branch_of(self, number: int) -> tuple[int, Branch[Row]]:
        return next(
            (place, branch)
            for place, branch in enumerate(self._branches)
            if self._numbers[branch.key] == number
        )

    # --- Qt's side ------------------------------------------------------------------------------

    @override
    def index(self, row: int, column: int, parent: Index = _NO_PARENT) -> QModelIndex:
        """Return the index of a cell."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, 0)
        return self.createIndex(row, column, self._numbers[self._branches[parent.row()].key])

    @override
    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # QObject has one too
        """Return the branch of a leaf."""
        if not index.isValid() or not index.internalId():
            return QModelIndex()
        return self.createIndex(self._branch_of(index.internalId())[0], 0, 0)

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many branches there are, or leaves of a branch."""
        if not parent.isValid():
            return len(self._branches)
        if parent.internalId() or parent.column() > 0:
            return 0
        return len(self._branches[parent.row()].leaves)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many columns there are."""
        del parent
        return len(self._columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        row = self.row(index)
        return None if row is None else self._columns[index.column()].data(row, role)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        return header_data(self._columns, self._context, section, orientation, role)
