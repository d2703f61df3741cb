"""The model of the table: what the cells of batches and messages say."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from kvitto.store.records import MessageRecord
from kvitto.ui.batches.batch_level import BatchLevel
from kvitto.ui.batches.cell_text import TextManner, batch_marks, exposed_tip
from kvitto.ui.batches.columns import COLUMNS, EXPOSED, NAME, BatchColumn, batch_cell, column_title
from kvitto.ui.batches.message_level import MessageLevel
from kvitto.ui.batches.row import UNKNOWN, BatchRow
from kvitto.ui.batches.structure import RowStructure
from kvitto.ui.text.tooltips import plain_tip

ROW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
"""The `BatchRow`, or the `MessageRecord`; None of a message that has not been read."""
WHOLE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 2
"""The text for the clipboard: ids and times whole."""
FADE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 3
"""How strong the tint of a message is that has just changed, from 1 down to 0."""

_Role = Qt.ItemDataRole

Index = QModelIndex | QPersistentModelIndex


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class BatchModel(RowStructure):
    """Batches, and below each that is open its messages. Knows no widget, and asks no store.

    Attributes:
        batches: which batches are shown, and in what order.
        messages: the messages of those that are open.
    """

    def __init__(
        self, *, clock: Callable[[], datetime] = utc_now, parent: QObject | None = None
    ) -> None:
        """Start without batches; `clock` tells the time that "ago" counts from."""
        super().__init__(len(COLUMNS), parent)
        self.batches = BatchLevel(self)
        self.messages = MessageLevel(self, self.batches)
        self._clock = clock
        self._is_masked = False

    def set_masked(self, is_masked: bool) -> None:
        """Mask phone numbers, or show them."""
        if is_masked is not self._is_masked:
            self._is_masked = is_masked
            self.tell_all()

    def settle_at(self, index: Index) -> None:
        """Let the batch of a top row have the row that tells of its messages; see `settle`."""
        if index.isValid() and not index.parent().isValid():
            self.settle(index.row())

    def tell_all(self) -> None:
        """Tell views that all texts may be others: of another language, for one."""
        self.batches.rows.tell(self.batches.shown)
        self.messages.tell_messages()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Put the batches, and the messages in each, into the order of a column; see `UNSORTED`."""
        self.batches.sort(column, order)

    @override
    def canFetchMore(self, parent: Index) -> bool:
        """Tell whether an index is a batch that is closed and has messages."""
        row = self._batch_of(parent)
        return row is not None and self.messages.may_open(row)

    @override
    def fetchMore(self, parent: Index) -> None:
        """Open a batch."""
        row = self._batch_of(parent)
        if row is not None:
            self.settle_at(parent)
            self.messages.open_batch(row)

    def _batch_of(self, index: Index) -> BatchRow | None:
        """Return the batch of a top row; None of any other."""
        if not index.isValid() or index.parent().isValid():
            return None
        return self.batches.shown[index.row()]

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

    def batch_at(self, index: Index) -> BatchRow | None:
        """Return the batch of an index, or the one that its message is in."""
        if not index.isValid():
            return None
        parent = index.parent()
        return self.batches.shown[parent.row() if parent.isValid() else index.row()]

    def message_key_at(self, index: Index) -> int:
        """Return the key of the message of an index; `UNKNOWN` of a batch, or if not read."""
        parent = index.parent()
        if not parent.isValid():
            return UNKNOWN
        keys = self.batches.shown[parent.row()].keys
        return UNKNOWN if keys is None else keys[index.row()]

    def index_of(self, batch_key: int, message_key: int = UNKNOWN) -> QModelIndex:
        """Return the index of a batch, or of a message of it; invalid where it is not shown."""
        at = self.batches.row_of(batch_key)
        if at < 0 or message_key == UNKNOWN:
            return self.top(at)
        row = self.batches.shown[at]
        if row.keys is None or not row.holds(message_key):
            return QModelIndex()
        return self.index(row.keys.index(message_key), 0, self.top(at))

    def row_at(self, index: Index) -> BatchRow | MessageRecord | None:
        """Return what a row shows; None for a message that has not been read, and is asked for."""
        parent = index.parent()
        if not parent.isValid():
            return self.batches.shown[index.row()]
        return self.messages.message(self.batches.shown[parent.row()], index.row())

    def _batch_data(self, row: BatchRow, column: BatchColumn, role: int) -> Any:
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

    def _message_data(self, message: MessageRecord, column: BatchColumn, role: int) -> Any:
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
            return self.messages.fading.strength(row.key)
        return None

    def manner(self) -> TextManner:
        """Return how texts are said now."""
        return TextManner(self._clock(), self._is_masked)
