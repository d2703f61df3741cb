"""Refused requests as a table, read a page at a time as it is scrolled."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from kvitto.store.quarantine import RejectionRecord
from kvitto.ui.text import formatting
from kvitto.ui.text.rejection_text import reason_text
from kvitto.ui.widgets.table_columns import RIGHT, TableColumn, header_data

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()

WIDE_COLUMN: Final = 2
"""The column of the reason, which is a sentence."""
_COLUMNS: Final = (
    TableColumn[RejectionRecord](
        QT_TRANSLATE_NOOP("BodiesModel", "First seen"),
        lambda row: formatting.exact_time(row.first_seen),
        tip=lambda row: formatting.iso_time(row.first_seen),
    ),
    TableColumn[RejectionRecord](
        QT_TRANSLATE_NOOP("BodiesModel", "Last seen"),
        lambda row: formatting.exact_time(row.last_seen),
        tip=lambda row: formatting.iso_time(row.last_seen),
    ),
    TableColumn[RejectionRecord](
        QT_TRANSLATE_NOOP("BodiesModel", "Why"), lambda row: reason_text(row.reason)
    ),
    TableColumn[RejectionRecord](
        QT_TRANSLATE_NOOP("BodiesModel", "Times"), lambda row: formatting.number(row.times), RIGHT
    ),
    TableColumn[RejectionRecord](
        QT_TRANSLATE_NOOP("BodiesModel", "Bytes"), lambda row: formatting.number(row.size), RIGHT
    ),
)


class BodiesModel(QAbstractTableModel):
    """Refused requests, the newest first.

    Signals:
        page_wanted: the next page is asked for.
    """

    page_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `begin`."""
        super().__init__(parent)
        self._rows: list[RejectionRecord] = []
        self._has_more = False
        self._is_waiting = False

    @property
    def oldest(self) -> int | None:
        """The key of the last row; None while there is none."""
        return self._rows[-1].key if self._rows else None

    def record(self, row: int) -> RejectionRecord | None:
        """Return the body of a row, if there is one."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def begin(self) -> None:
        """Show another group: nothing until its first page comes."""
        self._is_waiting = True
        self._has_more = False
        if self._rows:
            self.beginRemoveRows(_NO_PARENT, 0, len(self._rows) - 1)
            self._rows.clear()
            self.endRemoveRows()

    def add_page(self, rows: Sequence[RejectionRecord], *, has_more: bool) -> None:
        """Add a page at the end.

        Args:
            rows: the next rows, in order; those that are there already are left out.
            has_more: whether there may be more after them.
        """
        self._is_waiting = False
        self._has_more = has_more
        oldest = self.oldest
        new = [row for row in rows if oldest is None or row.key < oldest]
        if new:
            first = len(self._rows)
            self.beginInsertRows(_NO_PARENT, first, first + len(new) - 1)
            self._rows += new
            self.endInsertRows()

    def refresh(self, rows: Sequence[RejectionRecord]) -> None:
        """Show what there is now from the newest down to the oldest row that is shown.

        Rows that stay keep their places in the view; new ones come above them.
        """
        keys = {row.key for row in rows}
        for first, last in reversed(_runs([row.key not in keys for row in self._rows])):
            self.beginRemoveRows(_NO_PARENT, first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        shown = {row.key for row in self._rows}
        for first, last in _runs([row.key not in shown for row in rows]):
            self.beginInsertRows(_NO_PARENT, first, last)
            self._rows[first:first] = rows[first : last + 1]
            self.endInsertRows()
        for at, row in enumerate(rows):
            if self._rows[at] != row:
                self._rows[at] = row
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(_COLUMNS) - 1))

    def ask_for_page(self) -> None:
        """Ask for the next page if there may be one; it comes by `add_page`.

        The view asks when it is scrolled near the end. Qt's own `fetchMore` is not that: a tree
        view calls it at every layout, and so reads everything.
        """
        if self._has_more and not self._is_waiting:
            self._is_waiting = True
            self.page_wanted.emit()

    def retext(self) -> None:
        """Say everything anew: the language or the locale is another one."""
        last = len(_COLUMNS) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, last))

    # --- Qt's side ------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many bodies are shown."""
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(_COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        return _COLUMNS[index.column()].data(self._rows[index.row()], role)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        return header_data(_COLUMNS, "BodiesModel", section, orientation, role)


def _runs(are_meant: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the runs of places that are meant, each by its first and last place."""
    runs: list[tuple[int, int]] = []
    for place, is_meant in enumerate(are_meant):
        if not is_meant:
            continue
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
