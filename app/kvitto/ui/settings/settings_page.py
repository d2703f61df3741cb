"""What the pages of the settings have in common: headings, explanations, and following changes."""

from abc import abstractmethod
from typing import ClassVar, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QLayout, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.ui.services.context import Context
from kvitto.ui.widgets.theme import STEP

SECTION_GAP: Final = 6 * STEP
INDENT: Final = 6 * STEP
"""Under a check box or a radio button: where its text begins."""


class SettingsPage(QWidget):
    """One page. Its controls change what they show at once.

    Signals:
        failed: a sentence: why something that the user asked for could not be done.
    """

    failed = Signal(str)

    icon_name: ClassVar[str]
    """The page's icon in the sidebar."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Start with an empty page on `context`."""
        super().__init__(parent)
        self.context: Final = context
        self.column: Final = QVBoxLayout(self)
        self.column.setContentsMargins(6 * STEP, 5 * STEP, 6 * STEP, 5 * STEP)
        self.column.setSpacing(2 * STEP)

    @abstractmethod
    def title(self) -> str:
        """Return the page's name, in the language of now."""

    @abstractmethod
    def _retranslate(self) -> None:
        """Say everything in the language of now."""

    def refresh(self) -> None:
        """Read again what others can change; called when the page is shown."""

    def _recolour(self) -> None:
        """Take to the colours of now."""

    # --- Parts of a page ------------------------------------------------------------------------

    def _add_heading(self) -> QLabel:
        """Begin a section."""
        if self.column.count():
            self.column.addSpacing(SECTION_GAP - 2 * STEP)
        heading = QLabel(self)
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
        self.column.addWidget(heading)
        return heading

    def _add_hint(self, *, indent: int = 0) -> QLabel:
        """Add an explanation in a lighter tone."""
        hint = faint_label(self)
        self._add_indented(hint, indent)
        return hint

    def _add_indented(self, what: QWidget | QLayout, indent: int = INDENT) -> None:
        """Add something that belongs to the control above it."""
        row = QVBoxLayout()
        row.setContentsMargins(indent, 0, 0, 0)
        if isinstance(what, QWidget):
            row.addWidget(what)
        else:
            row.addLayout(what)
        self.column.addLayout(row)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._recolour()


def faint_label(parent: QWidget) -> QLabel:
    """Return a label for text that comes second; it wraps, and follows the theme by itself."""
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label
