"""The statuses that there are, as a table."""

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from typing_extensions import override

from kvitto.core.status import CODE_NAMES, Group, Result, group_of, result_of
from kvitto.ui.text import formatting
from kvitto.ui.widgets.table_columns import RESULT_ROLE, TableColumn, header_data

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()
_UNNAMED: Final = (404, 408, 409, *range(500, 504), *range(511, 517), 599)
"""Codes that the SMS service lists without a name."""
_ANY_OTHER: Final = 1000
_PER_GROUP: Final = 100


@dataclass(frozen=True)
class StatusReferenceRow:
    """A code, or all other codes of a group.

    Attributes:
        code: the code; of a group, one that has no meaning of its own.
        is_rest: whether all other codes of the group are meant.
        is_any: whether all codes of the group are meant.
        final: whether it is the last status of a message.
    """

    code: int
    is_rest: bool = False
    is_any: bool = False
    final: bool = True

    @property
    def group(self) -> Group:
        """The code's group."""
        return group_of(self.code)

    @property
    def result(self) -> Result:
        """What is shown of it."""
        return result_of(self.code, final=self.final)

    def code_text(self) -> str:
        """Return the code, or which codes are meant."""
        if self.is_any:
            form = (
                QCoreApplication.translate("StatusReferenceModel", "{group}xx, the last")
                if self.final
                else QCoreApplication.translate("StatusReferenceModel", "{group}xx, not the last")
            )
            return form.format(group=self.group.value)
        if not self.is_rest:
            return str(self.code)
        if self.group is Group.UNKNOWN:
            return QCoreApplication.translate("StatusReferenceModel", "any other")
        return QCoreApplication.translate("StatusReferenceModel", "other {group}xx").format(
            group=self.group.value
        )

    def name_text(self) -> str:
        """Return the SMS service's own name, if it has given one."""
        if self.is_any:
            return "–"
        return CODE_NAMES.get(self.code, "–")


def legend_rows() -> list[StatusReferenceRow]:
    """Return all codes that the SMS service lists, and after each group what else there may be."""
    rows: list[StatusReferenceRow] = []
    codes = sorted({*CODE_NAMES, *_UNNAMED})
    for group in (Group.INFO, Group.SUCCESS, Group.REJECTION, Group.ERROR):
        # A message stays at a step of the pipeline for a while, at all others for good; what it
        # means where that is otherwise has a row of its own.
        final = group is not Group.INFO
        rest = group.value * _PER_GROUP + _PER_GROUP - 1
        rows += [StatusReferenceRow(code, final=final) for code in codes if group_of(code) is group]
        rows.append(StatusReferenceRow(rest, is_rest=True, final=final))
        if group in (Group.INFO, Group.ERROR):
            rows.append(StatusReferenceRow(rest, is_any=True, final=not final))
    return [*rows, StatusReferenceRow(_ANY_OTHER, is_rest=True)]


_COLUMNS: Final = (
    TableColumn[StatusReferenceRow](
        QT_TRANSLATE_NOOP("StatusReferenceModel", "Code"), StatusReferenceRow.code_text
    ),
    TableColumn[StatusReferenceRow](
        QT_TRANSLATE_NOOP("StatusReferenceModel", "Shown as"),
        lambda row: formatting.status_word(row.code, final=row.final),
    ),
    TableColumn[StatusReferenceRow](
        QT_TRANSLATE_NOOP("StatusReferenceModel", "Result"),
        lambda row: formatting.result_word(row.result),
    ),
    TableColumn[StatusReferenceRow](
        QT_TRANSLATE_NOOP("StatusReferenceModel", "Group"),
        lambda row: formatting.group_word(row.group),
    ),
    TableColumn[StatusReferenceRow](
        QT_TRANSLATE_NOOP("StatusReferenceModel", "The SMS service's name"),
        StatusReferenceRow.name_text,
    ),
    TableColumn[StatusReferenceRow](
        QT_TRANSLATE_NOOP("StatusReferenceModel", "Meaning"),
        lambda row: formatting.status_meaning(row.code, final=row.final),
    ),
)
_STATUS_COLUMN: Final = 1


class StatusReferenceModel(QAbstractTableModel):
    """The statuses. They never change; their words do, with the language."""

    _rows = tuple(legend_rows())

    def retext(self) -> None:
        """Say everything anew: the language is another one."""
        last = len(_COLUMNS) - 1
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, last))

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many statuses there are."""
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
        row = self._rows[index.row()]
        if role == RESULT_ROLE and index.column() == _STATUS_COLUMN:
            return row.result.value
        return _COLUMNS[index.column()].data(row, role)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        return header_data(_COLUMNS, "StatusReferenceModel", section, orientation, role)
