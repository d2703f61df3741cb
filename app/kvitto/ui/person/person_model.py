"""Messages to one number, or to some, as a table."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from kvitto.core.invisible import plain_line
from kvitto.core.timestamps import from_microseconds
from kvitto.store.records import MessageRecord
from kvitto.ui.text import formatting
from kvitto.ui.text.identifiers import batch_name, phone_number
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE, RIGHT, Column, header_data

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()
_ID_LENGTH: Final = 13
_TEXT_ROLES: Final = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole})


def _price(row: MessageRecord) -> str:
    cost = row.state.cost
    return "–" if cost is None else formatting.money(cost)


NUMBER, SENT, BATCH, RESULT, SINCE, PARTS, PRICE, REFERENCE = range(8)
"""The places of the columns."""

COLUMNS: Final = (
    Column[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Number"),
        lambda row: phone_number(
            None if row.state.recipient is None else row.state.recipient.value
        ),
    ),
    Column[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Sent"),
        lambda row: formatting.exact_time(row.state.first_created),
    ),
    Column[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Batch"),
        lambda row: batch_name(row.batch_label, row.batch_id, _ID_LENGTH),
        tip=lambda row: batch_name(row.batch_label, row.batch_id),
    ),
    Column[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Result"),
        lambda row: formatting.status_word(row.state.code, final=row.state.is_finished),
        tip=lambda row: formatting.status_meaning(row.state.code, final=row.state.is_finished),
    ),
    Column[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Since"),
        lambda row: formatting.exact_time(from_microseconds(row.state.rank.created_at_us)),
    ),
    Column[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "SMS parts"),
        lambda row: (
            "–" if row.state.segments is None else formatting.number(row.state.segments.value)
        ),
        RIGHT,
    ),
    Column[MessageRecord](QT_TRANSLATE_NOOP("Person", "Cost"), _price, RIGHT),
    Column[MessageRecord](
        QT_TRANSLATE_NOOP("Person", "Reference"),
        lambda row: "" if row.state.reference is None else plain_line(row.state.reference.value),
    ),
)


def column_title(place: int) -> str:
    """Return a column's title in the language of now."""
    return QCoreApplication.translate("Person", str(COLUMNS[place].title))


class PersonModel(QAbstractTableModel):
    """Messages, in the order in which they are given."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `show_messages`."""
        super().__init__(parent)
        self._rows: Sequence[MessageRecord] = ()
        self._is_masked = False

    @property
    def rows(self) -> Sequence[MessageRecord]:
        """All rows, in order."""
        return self._rows

    def show_messages(self, rows: Sequence[MessageRecord], *, is_masked: bool) -> None:
        """Show these, masked or in full. Messages that are listed already stay where they are."""
        if (rows, is_masked) == (self._rows, self._is_masked):
            return
        self._is_masked = is_masked
        if [one.key for one in rows] == [one.key for one in self._rows]:
            self._rows = rows
            self.retext()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def retext(self) -> None:
        """Say everything anew."""
        last = len(COLUMNS) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, last))

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many messages there are."""
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if index.column() == RESULT and role == RESULT_ROLE:
            return row.state.result.value
        if index.column() == RESULT and role == CODE_ROLE:
            return str(row.state.code)
        if index.column() == NUMBER and role in _TEXT_ROLES and self._is_masked:
            recipient = row.state.recipient
            return phone_number(None if recipient is None else recipient.value, is_masked=True)
        return COLUMNS[index.column()].data(row, role)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        return header_data(COLUMNS, "Person", section, orientation, role)
