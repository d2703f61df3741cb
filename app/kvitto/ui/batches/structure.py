"""Which rows there are, in two levels: kept by Qt itself, so that layouts cost no Python.

A tree view asks for the index and the children of *every* row at each layout, and it lays out
whenever a row comes or goes. Asked in Python that is 3 to 4 µs a row: 27 ms for 10,000 batches, and
350 ms more for an open batch of 100,000 messages. QStandardItemModel answers in C++: in 2 ms and
12 ms. So it keeps the structure here, and nothing else: an item for each batch, empty places for
messages. What the rows mean, `BatchLevel` and `MessageLevel` know.

An item takes some 400 bytes, and 5 µs to make. Of batches that come by the thousand most are never
looked at, so they are empty places, too, until `settle` is called: by the view before it paints a
row, selects it or opens it. Until then no row is below them.
"""

from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Signal
from PySide6.QtGui import QStandardItemModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Order = NDArray[np.intp]

_LAYOUT: Final = "QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint"
"""Of the forms of the layout signals, the one that says where and how. Qt's stubs know of one."""
_VERTICAL: Final = QAbstractItemModel.LayoutChangeHint.VerticalSortHint

_SETTLED_AT_ONCE: Final = 500
"""Of so many top rows that come together each has an item at once: some screens full."""

_UNSETTLED: Final = -1

Then = Callable[[], None]


class RowStructure(QStandardItemModel):
    """Two levels of rows by number. All changes are signalled as models must.

    Each method takes `then`, which changes the facts that stand behind the rows: it is called
    when the rows have changed and before anybody else hears of it. One change is made at a time:
    who hears of one must not begin another.

    Attributes:
        rows_below: returns how many rows are below a top row, as the facts have it.
        is_open: tells whether the rows below a top row are looked at.

    Signals:
        opening_put_off: a view wanted to open a row in the middle of a change; it may now.
    """

    opening_put_off = Signal()

    def __init__(self, columns: int, parent: QObject | None = None) -> None:
        """Start without rows; all rows have so many columns."""
        super().__init__(0, columns, parent)
        self._columns = columns
        self.rows_below: Callable[[int], int] = lambda _top_row: 0
        self.is_open: Callable[[int], bool] = lambda _top_row: False
        self._below = array("q")
        self._then: Then | None = None
        self._is_changing = False
        self._has_put_off = False
        # Slots are called in the order of their connection: these come before all of others.
        self.rowsInserted.connect(self._on_changed)
        self.rowsRemoved.connect(self._on_changed)

    def top(self, row: int) -> QModelIndex:
        """Return the index of a top row, in the first column."""
        return self.index(row, 0)

    def tell_rows(self, first: int, last: int, parent: QModelIndex) -> None:
        """Tell views that a whole range shows something else: they paint it once."""
        corner = self.index(last, self._columns - 1, parent)
        self.dataChanged.emit(self.index(first, 0, parent), corner)

    def may_open(self) -> bool:
        """Return whether rows may be opened now.

        A view that is asked where a row is, by somebody who hears of a change, lays out first, and
        opens what is expanded. That has to wait until the change is made.
        """
        self._has_put_off |= self._is_changing
        return not self._is_changing

    @contextmanager
    def _changing(self, then: Then | None) -> Iterator[None]:
        self._then = then
        self._is_changing = True
        try:
            yield
        finally:
            self._is_changing = False
        if self._has_put_off:
            self._has_put_off = False
            self.opening_put_off.emit()

    # --- Top rows -------------------------------------------------------------------------------

    def insert_top(self, at: int, rows: int, then: Then) -> None:
        """Insert so many top rows. If they are many, none is below them until `settle`."""
        self._below[at:at] = array("q", [_UNSETTLED]) * rows

        def fill() -> None:
            then()
            if rows <= _SETTLED_AT_ONCE:
                for row in range(at, at + rows):
                    self.settle(row)

        with self._changing(fill):
            self.insertRows(at, rows)

    def settle(self, top_row: int) -> None:
        """Let a top row have the rows below it: somebody is about to look at it, or to open it."""
        if self._below[top_row] == _UNSETTLED:
            self._make_item(top_row, self.rows_below(top_row))

    def _make_item(self, top_row: int, rows: int) -> None:
        # An item that Qt makes: one that is made here keeps a Python object, as large as itself.
        # Nobody was told that there is nothing below it.
        self.blockSignals(True)
        item = self.itemFromIndex(self.index(top_row, 0))
        item.setColumnCount(self._columns)
        item.setRowCount(rows)
        self.blockSignals(False)
        self._below[top_row] = rows

    def remove_top(self, at: int, rows: int, then: Then) -> None:
        """Remove so many top rows."""
        del self._below[at : at + rows]
        with self._changing(then):
            self.removeRows(at, rows)

    def permute_top(self, order: "Order", then: Then) -> None:
        """Reorder the top rows: the one that is to be at `n` is now at `order[n]`.

        The items stay where they are: they take over the rows below each other.
        """
        with self._changing(None):
            self.layoutAboutToBeChanged[_LAYOUT].emit([], _VERTICAL)  # type: ignore[index]
            differing, after = self._differing(order)
            self.blockSignals(True)
            for row in differing:
                self.item(row).setRowCount(max(self._below[row], after[row]))
            # The inverse of an order: it says of each where it goes, not where it comes from.
            new_row = order.argsort()
            held = self.persistentIndexList()
            self.changePersistentIndexList(held, [self._moved(one, new_row) for one in held])
            for row in differing:
                self.item(row).setRowCount(after[row])
            self.blockSignals(False)
            self._below = after
            then()
            self.layoutChanged[_LAYOUT].emit([], _VERTICAL)  # type: ignore[index]

    def _differing(self, order: "Order") -> "tuple[list[int], array[int]]":
        """Return the rows whose items get another number of rows, and all these numbers."""
        import numpy as np

        before = np.array(self._below)
        after = before[order]
        differing: list[int] = []
        for row in np.flatnonzero(before != after).tolist():
            if before[row] == _UNSETTLED:
                if after[row] <= 1 and not self.is_open(int(order[row])):
                    after[row] = _UNSETTLED  # it goes on without an item
                    continue
                self._make_item(row, 0)
            if after[row] == _UNSETTLED:
                after[row] = self.rows_below(int(order[row]))
            differing.append(row)
        return differing, array("q", after.tobytes())

    def _moved(self, index: QModelIndex, new_row: "Order") -> QModelIndex:
        parent = index.parent()
        if not parent.isValid():
            return self.index(int(new_row[index.row()]), index.column())
        return self.index(index.row(), index.column(), self.top(int(new_row[parent.row()])))

    # --- Rows below them ------------------------------------------------------------------------

    def insert_below(self, top_row: int, at: int, rows: int, then: Then) -> None:
        """Insert so many rows below a top row."""
        self.settle(top_row)
        self._below[top_row] += rows
        with self._changing(then):
            self.insertRows(at, rows, self.top(top_row))

    def remove_below(self, top_row: int, at: int, rows: int, then: Then) -> None:
        """Remove so many rows below a top row."""
        self.settle(top_row)
        self._below[top_row] -= rows
        with self._changing(then):
            self.removeRows(at, rows, self.top(top_row))

    def permute_below(self, top_row: int, order: "Order", then: Then) -> None:
        """Reorder the rows below a top row, as `permute_top` does."""
        with self._changing(None):
            parent = self.top(top_row)
            parents = [QPersistentModelIndex(parent)]
            self.layoutAboutToBeChanged[_LAYOUT].emit(parents, _VERTICAL)  # type: ignore[index]
            new_row = order.argsort()
            held = [one for one in self.persistentIndexList() if one.parent() == parent]
            moved = [self.index(int(new_row[one.row()]), one.column(), parent) for one in held]
            self.changePersistentIndexList(held, moved)
            then()
            self.layoutChanged[_LAYOUT].emit(parents, _VERTICAL)  # type: ignore[index]

    def _on_changed(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()
