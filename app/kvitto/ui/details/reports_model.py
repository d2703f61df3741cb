"""The reports about a message as a table, in the order in which things happened."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QFont
from typing_extensions import override

from kvitto.core.status import CODE_NAMES, result_of
from kvitto.ui.details.mark_text import fields_text, mark_sentences
from kvitto.ui.details.report_history import HistoryStep
from kvitto.ui.text import formatting
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE, TableColumn, header_data

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()


def _repeats_text(step: HistoryStep) -> str:
    return f"{formatting.number(step.record.repeats)} ×" if step.record.repeats else ""


_COLUMNS: Final = (
    TableColumn[HistoryStep](
        QT_TRANSLATE_NOOP("ReportsModel", "Status"),
        lambda step: formatting.status_word(step.code, final=step.is_final),
        tip=lambda step: f"{formatting.sender_name(step.code)} ({step.code})\n{step.sentences()}",
    ),
    TableColumn[HistoryStep](
        QT_TRANSLATE_NOOP("ReportsModel", "When"),
        lambda step: formatting.exact_time(step.record.received.created),
        tip=lambda step: formatting.iso_time(step.record.received.created),
    ),
    TableColumn[HistoryStep](QT_TRANSLATE_NOOP("ReportsModel", "After"), HistoryStep.after_text),
    TableColumn[HistoryStep](
        QT_TRANSLATE_NOOP("ReportsModel", "Arrived"),
        HistoryStep.arrived_text,
        tip=lambda step: formatting.iso_time(step.record.received.arrived),
    ),
    TableColumn[HistoryStep](QT_TRANSLATE_NOOP("ReportsModel", "Lag"), HistoryStep.lag_text),
    TableColumn[HistoryStep](
        QT_TRANSLATE_NOOP("ReportsModel", "Delayed by"), HistoryStep.late_text
    ),
    TableColumn[HistoryStep](QT_TRANSLATE_NOOP("ReportsModel", "Repeated"), _repeats_text),
    TableColumn[HistoryStep](
        QT_TRANSLATE_NOOP("ReportsModel", "Not read"),
        lambda step: fields_text(step.record.marks),
        tip=lambda step: " ".join(mark_sentences(step.record.marks)),
    ),
    TableColumn[HistoryStep](
        QT_TRANSLATE_NOOP("ReportsModel", "The SMS service's name"),
        lambda step: CODE_NAMES.get(step.code, "–"),
    ),
    TableColumn[HistoryStep](
        QT_TRANSLATE_NOOP("ReportsModel", "Meaning"),
        lambda step: formatting.status_meaning(step.code, final=step.is_final),
    ),
    TableColumn[HistoryStep](QT_TRANSLATE_NOOP("ReportsModel", "Came by"), HistoryStep.way_text),
)


class ReportsModel(QAbstractTableModel):
    """A message's reports. Belongs to the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `show_steps`."""
        super().__init__(parent)
        self._steps: list[HistoryStep] = []

    def show_steps(self, steps: Sequence[HistoryStep]) -> None:
        """Show these reports, in the order of `history`; those that stay keep their rows."""
        keys = {step.key for step in steps}
        for row in range(len(self._steps) - 1, -1, -1):
            if self._steps[row].key not in keys:
                self.beginRemoveRows(_NO_PARENT, row, row)
                del self._steps[row]
                self.endRemoveRows()
        for row, step in enumerate(steps):
            if row == len(self._steps) or self._steps[row].key != step.key:
                self.beginInsertRows(_NO_PARENT, row, row)
                self._steps.insert(row, step)
                self.endInsertRows()
            elif self._steps[row] != step:
                self._steps[row] = step
                self._changed(row, row)

    def retext(self) -> None:
        """Say everything anew: the language or the locale is another one."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(_COLUMNS) - 1)
        if self._steps:
            self._changed(0, len(self._steps) - 1)

    def step(self, row: int) -> HistoryStep | None:
        """Return the report of a row, if there is one."""
        return self._steps[row] if 0 <= row < len(self._steps) else None

    def current_row(self) -> int:
        """Return the row of the message's current state; -1 if there is none."""
        return next((row for row, step in enumerate(self._steps) if step.is_current), -1)

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(_COLUMNS) - 1))

    # --- Qt's side ------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many reports there are."""
        return 0 if parent.isValid() else len(self._steps)

    @override
    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(_COLUMNS)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        step = self._steps[index.row()]
        if not index.column():
            if role == Qt.ItemDataRole.FontRole and step.is_current:
                font = QFont()
                font.setBold(True)
                return font
            if role == RESULT_ROLE:
                return result_of(step.code, final=step.is_final).value
            if role == CODE_ROLE:
                return str(step.code)
        return _COLUMNS[index.column()].data(step, role)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        return header_data(_COLUMNS, "ReportsModel", section, orientation, role)
