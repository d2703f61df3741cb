"""Which rows there are, in two levels: kept by Qt itself, so that layouts cost no Python.

A tree view asks for the index and the children of *every* row at each layout, and it lays out
whenever a row comes or goes. Asked in Python that is 3 to 4 µs a row: 27 ms for 10,000 batches, and
350 ms more for an open batch of 100,000 messages. QStandardItemModel answers in C++: in 2 ms and
12 ms. So it keeps the structure here, and nothing else: messages are empty places in it, without
items. What the rows mean, its subclass knows.
"""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QStandardItem, QStandardItemModel

_LAYOUT: Final = "QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint"
"""Of the forms of the layout signals, the one that says where and how. Qt's stubs know of one."""
_RANK_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 99


class RowStructure(QStandardItemModel):
    """Two levels of rows by number. All changes are signalled as models must.

    Each method takes `then`, which changes the facts that stand behind the rows: it is called
    when the rows have changed and before anybody else hears of it.
    """

    def __init__(self, columns: int, parent: QObject | None = None) -> None:
        """Start without rows; all rows have so many columns."""
        super().__init__(0, columns, parent)
        self.setSortRole(_RANK_ROLE)
        self._columns = columns
        self._then: Callable[[], None] | None = None
        # Slots are called in the order of their connection: these come before all of others.
        self.rowsInserted.connect(self._on_changed)
        self.rowsRemoved.connect(self._on_changed)

    def top(self, row: int) -> QModelIndex:
        """Return the index of a top row, in the first column."""
        return self.index(row, 0)

    # --- Top rows -------------------------------------------------------------------------------

    def _insert_top(self, at: int, children: Sequence[int], then: Callable[[], None]) -> None:
        """Insert a top row for each number in `children`, with so many rows below it."""
        items = [QStandardItem() for _ in children]
        for item, count in zip(items, children, strict=True):
            item.setColumnCount(self._columns)
            item.setRowCount(count)
        self._then = then
        self.invisibleRootItem().insertRows(at, items)

    def _remove_top(self, at: int, count: int, then: Callable[[], None]) -> None:
        self._then = then
        self.removeRows(at, count)

    def _permute_top(self, order: Sequence[int], then: Callable[[], None]) -> None:
        """Reorder the top rows: the one that is to be at `n` is now at `order[n]`."""
        # Ranks are nobody else's business.
        self.blockSignals(True)
        for rank, row in enumerate(order):
            self.item(row).setData(rank, _RANK_ROLE)
        self.blockSignals(False)
        then()
        QStandardItemModel.sort(self, 0)

    # --- Rows below them ------------------------------------------------------------------------

    def _insert_below(self, top_row: int, at: int, count: int, then: Callable[[], None]) -> None:
        self._then = then
        self.insertRows(at, count, self.top(top_row))

    def _remove_below(self, top_row: int, at: int, count: int, then: Callable[[], None]) -> None:
        self._then = then
        self.removeRows(at, count, self.top(top_row))

    def _permute_below(self, top_row: int, order: Sequence[int], then: Callable[[], None]) -> None:
        """Reorder the rows below a top row, as `_permute_top` does."""
        parent = self.top(top_row)
        parents = [QPersistentModelIndex(parent)]
        hint = QAbstractItemModel.LayoutChangeHint.VerticalSortHint
        self.layoutAboutToBeChanged[_LAYOUT].emit(parents, hint)  # type: ignore[index]
        held = [one for one in self.persistentIndexList() if one.parent() == parent]
        if held:
            new_row = {old: new for new, old in enumerate(order)}
            moved = [self.index(new_row[one.row()], one.column(), parent) for one in held]
            self.changePersistentIndexList(held, moved)
        then()
        self.layoutChanged[_LAYOUT].emit(parents, hint)  # type: ignore[index]

    def _on_changed(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()
