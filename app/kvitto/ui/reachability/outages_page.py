"""The outages of the last week: from when to when, how long, why, and what came afterwards."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.ui.reachability.list_page import ListPage
from kvitto.ui.reachability.lists import OutageRow
from kvitto.ui.text import formatting
from kvitto.ui.text.outage_text import cause_text
from kvitto.ui.widgets.table_columns import RIGHT, TableColumn
from kvitto.ui.widgets.tree_model import Branch, TreeModel


def _end_text(row: OutageRow) -> str:
    if row.outage.end is None:
        return QCoreApplication.translate("OutagesModel", "goes on")
    return formatting.exact_time(row.outage.end)


def _came_text(row: OutageRow) -> str:
    return "–" if row.came_late is None else formatting.number(row.came_late)


_COLUMNS: Final = (
    TableColumn[OutageRow](
        QT_TRANSLATE_NOOP("OutagesModel", "Why"),
        lambda row: row.why,
        tip=lambda row: cause_text(row.outage.by),
    ),
    TableColumn[OutageRow](
        QT_TRANSLATE_NOOP("OutagesModel", "From"),
        lambda row: formatting.exact_time(row.outage.begin),
    ),
    TableColumn[OutageRow](QT_TRANSLATE_NOOP("OutagesModel", "Until"), _end_text),
    TableColumn[OutageRow](
        QT_TRANSLATE_NOOP("OutagesModel", "Length"),
        lambda row: formatting.duration(row.seconds),
        RIGHT,
    ),
    TableColumn[OutageRow](QT_TRANSLATE_NOOP("OutagesModel", "Came late"), _came_text, RIGHT),
)


class OutagesModel(TreeModel[OutageRow]):
    """Outages, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show none until `show_outages`."""
        super().__init__(_COLUMNS, "OutagesModel", parent)

    def show_outages(self, rows: Sequence[OutageRow]) -> None:
        """Show these."""
        newest_first = sorted(rows, key=lambda row: row.outage.begin, reverse=True)
        self.show_branches(
            [
                Branch((row.outage.begin, row.outage.by, row.outage.receiver), row, [])
                for row in newest_first
            ]
        )


class OutagesPage(ListPage):
    """The outages, the newest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none yet."""
        self.outages = OutagesModel()
        super().__init__(self.outages, parent)
        self.outages.setParent(self)
        self.tree.setRootIsDecorated(False)
        self.retranslate()

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Interruptions")

    @override
    def nothing(self) -> str:
        """Return that no outage is known."""
        return self.tr("In the last week, no interruption is known of.")
