"""Help: what the results and the SMS service's status codes mean."""

from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.ui.details.status_reference_model import StatusReferenceModel
from kvitto.ui.text import formatting
from kvitto.ui.widgets.badge import ResultBadge
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 960
_HEIGHT: Final = 680


class StatusReference(QDialog):
    """Shows every result with its badge and meaning, and every code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show it; it does not hold up the window."""
        super().__init__(parent)
        self._badges: dict[Result, ResultBadge] = {}
        self._meanings: dict[Result, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(4 * STEP)
        grid.setVerticalSpacing(2 * STEP)
        grid.setColumnStretch(1, 1)
        for row, result in enumerate(Result):
            badge = ResultBadge(self)
            badge.show_result(result)
            meaning = text_label(self)
            grid.addWidget(badge, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(meaning, row, 1, Qt.AlignmentFlag.AlignVCenter)
            self._badges[result], self._meanings[result] = badge, meaning
        self._codes_note = text_label(self, is_faint=True)
        self._model = StatusReferenceModel(self)
        self._table = TableView(self)
        self._table.setModel(self._model)
        self._table.setRootIsDecorated(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(5 * STEP, 5 * STEP, 5 * STEP, 5 * STEP)
        column.setSpacing(4 * STEP)
        column.addLayout(grid)
        column.addWidget(self._codes_note)
        column.addWidget(self._table, 1)
        resize_at_first(self, _WIDTH, _HEIGHT)
        self._retranslate()

    @property
    def table(self) -> TableView:
        """The table of codes."""
        return self._table

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Status legend"))
        for result, label in self._meanings.items():
            label.setText(formatting.result_meaning(result))
        self._codes_note.setText(
            self.tr(
                "The SMS service's codes. It may add more: an unknown code is shown with its "
                "number and counts as the rest of its group."
            )
        )
        self._table.setAccessibleName(self.tr("Status codes"))
        self._model.retext()
        self._table.fit_columns()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
