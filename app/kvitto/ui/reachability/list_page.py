"""A page of the panel's lists: a table, or a sentence where there is nothing in it."""

from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import STEP
from kvitto.ui.widgets.tree_model import TreeModel


class ListPage(QWidget):
    """One list. The pages add what is above and below it."""

    def __init__(self, model: TreeModel[Any], parent: QWidget | None = None) -> None:
        """Show `model`."""
        super().__init__(parent)
        self._was_read = False
        self.model: Final = model
        self.tree: Final = TableView(self)
        self.tree.setModel(model)
        self.tree.fill_width()
        self._nothing = faint_label(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self.tree)
        self.column: Final = QVBoxLayout(self)
        self.column.setContentsMargins(0, 3 * STEP, 0, 0)
        self.column.setSpacing(2 * STEP)
        self.column.addWidget(self._pages, 1)
        model.rowsInserted.connect(self._show_any)
        model.rowsRemoved.connect(self._show_any)
        self._show_any()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the list."""
        return not self.model.rowCount()

    def title(self) -> str:
        """Return the page's name, in the current language."""
        raise NotImplementedError

    def nothing(self) -> str:
        """Return the text of the empty list."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        self.say_nothing()
        self.tree.setAccessibleName(self.title())
        self.model.retext()

    def say_nothing(self) -> None:
        """Set the text of the empty list; before it was read, that it is being read."""
        reading = QCoreApplication.translate("ListPage", "Reading …")
        self._nothing.setText(self.nothing() if self._was_read else reading)

    def note_read(self) -> None:
        """Know that the list is what the store says: where it is empty, there is nothing."""
        if not self._was_read:
            self._was_read = True
            self.say_nothing()

    def _show_any(self) -> None:
        self._pages.setCurrentIndex(0 if self.is_empty else 1)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
