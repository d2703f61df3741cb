"""The model of the table: what the cells of batches and messages say."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, Qt
from typing_extensions import override

from kvitto.store.records import MessageRecord
from kvitto.ui.batches.cell_text import Manner, batch_marks, exposed_tip
from kvitto.ui.batches.columns import COLUMNS, EXPOSED, NAME, Column, batch_cell, column_title
from kvitto.ui.batches.message_level import Index, MessageLevel
from kvitto.ui.batches.row import BatchRow
from kvitto.ui.text.tooltips import plain_tip

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
"""The `BatchRow`, or the `MessageRecord`; None of a message that has not been read."""
WHOLE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 2
"""The text for the clipboard: ids and times whole."""
FADE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 3
"""How strong the tint of a message is that has just changed, from 1 down to 0."""

_Role = Qt.ItemDataRole


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class BatchModel(MessageLevel):
    """Batches, and below each that is open its messages. Knows no widget, and asks no store."""

    def __init__(
        self, *, clock: Callable[[], datetime] = utc_now, parent: QObject | None = None
    ) -> None:
        """Start without batches; `clock` tells the time that "ago" counts from."""
        super().__init__(parent)
        self._clock = clock
        self._is_masked = False

    def set_masked(self, is_masked: bool) -> None:
        """Mask phone numbers, or show them."""
        if is_masked is not self._is_masked:
            self._is_masked = is_masked
            self.tell_all()

    def tell_all(self) -> None:
        """Tell views that all texts may be others: of another language, for one."""
        self._tell(self.shown)
        self.tell_messages()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        """Return a column's title, and where it stands: over its texts."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        match role:
            case _Role.DisplayRole | _Role.ToolTipRole:
                return column_title(COLUMNS[section])
            case _Role.TextAlignmentRole:
                return COLUMNS[section].alignment
            case _:
                return None

    @override
    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        """Return what a cell says; see the roles of this module, and Qt's for texts."""
        if not index.isValid():
            return None
        column = COLUMNS[index.column()]
        if role == _Role.TextAlignmentRole:
            return column.alignment
        row = self.row_at(index)
        if isinstance(row, BatchRow):
            return self._batch_data(row, column, role)
        return None if row is None else self._message_data(row, column, role)

    def row_at(self, index: Index) -> BatchRow | MessageRecord | None:
        """Return what a row shows; None for a message that has not been read, and is asked for."""
        parent = index.parent()
        if not parent.isValid():
            return self._shown[index.row()]
        return self._message(self._shown[parent.row()], index.row())

    def _batch_data(self, row: BatchRow, column: Column, role: int) -> Any:
        batch, manner = row.record, self.manner()
        match role:
            case _Role.DisplayRole:
                return batch_cell(row, column, manner)
            case _Role.ToolTipRole:
                tip = column.batch_tip(batch) or batch_cell(row, column, manner)
                is_told = any(column is COLUMNS[one] for one in EXPOSED)
                return plain_tip(exposed_tip(row, tip, manner) if is_told else tip)
            case _Role.AccessibleTextRole:
                marks = batch_marks(row) if column is COLUMNS[NAME] else []
                if column is COLUMNS[NAME] and batch.notes:
                    marks.append(QCoreApplication.translate("Columns", "has a note"))
                return ", ".join((batch_cell(row, column, manner), *marks))
            case _:
                return self._own_data(
                    role, row, lambda: (column.batch_whole or column.batch_text)(batch, manner)
                )

    def _message_data(self, message: MessageRecord, column: Column, role: int) -> Any:
        manner = self.manner()
        match role:
            case _Role.DisplayRole | _Role.AccessibleTextRole:
                return column.message_text(message, manner)
            case _Role.ToolTipRole:
                tip = column.message_tip(message, manner)
                return plain_tip(tip or column.message_text(message, manner))
            case _:
                return self._own_data(
                    role,
                    message,
                    lambda: (column.message_whole or column.message_text)(message, manner),
                )

    def _own_data(self, role: int, row: object, whole: Callable[[], str]) -> Any:
        if role == ROW_ROLE:
            return row
        if role == WHOLE_ROLE:
            return whole()
        if role == FADE_ROLE and isinstance(row, MessageRecord):
            return self.fading.strength(row.key)
        return None

    def manner(self) -> Manner:
        """Return how texts are said now."""
        return Manner(self._clock(), self._is_masked)
