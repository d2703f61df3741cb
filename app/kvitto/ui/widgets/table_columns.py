"""Columns of the small tables, each declared once as an object; and the roles of their cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, Qt

from kvitto.ui.text.tooltips import plain_tip

LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Row = TypeVar("Row")


@dataclass(frozen=True)
class TableColumn(Generic[Row]):
    """A column of a table.

    Attributes:
        title: what `QT_TRANSLATE_NOOP` returned for its title.
        text: what it shows of a row.
        align: where a cell's text stands.
        tip: what its tooltip says of a row; None for what it shows.
    """

    title: object
    text: Callable[[Row], str]
    align: Qt.AlignmentFlag = LEFT
    tip: Callable[[Row], str] | None = None

    def data(self, row: Row, role: int) -> Any:
        """Return what a cell shows in a role, as far as that is the same for all tables."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip((self.tip or self.text)(row)) or None
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.align
            case _:
                return None


def header_data(
    columns: Sequence[TableColumn[Any]],
    context: str,
    section: int,
    orientation: Qt.Orientation,
    role: int,
) -> Any:
    """Return what a header shows, for a model's `headerData`.

    Args:
        columns: the columns.
        context: under which their titles are translated.
        section: the column.
        orientation: of the header.
        role: what is asked for.
    """
    if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(columns):
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return QCoreApplication.translate(context, str(columns[section].title))
    return columns[section].align if role == Qt.ItemDataRole.TextAlignmentRole else None


RESULT_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 41
"""The value of an `Result`: the cell is shown in its colour, with its icon."""
CODE_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 42
"""A text that is shown after the cell's own in a lighter tone, such as a status code."""
