"""An id: elided where it is too long, whole in the tooltip, and with a button that copies it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from kvitto.core.invisible import plain_line
from kvitto.ui.text import identifiers
from kvitto.ui.text.tooltips import plain_tip
from kvitto.ui.widgets.copy_button import CopyButton
from kvitto.ui.widgets.theme import STEP

_SHOWN_LENGTH = 25
"""The SMS service's ids have 24 characters: shown whole. What else may come can have 256."""


class IdLine(QWidget):
    """Shows an id or another short text from outside, and copies it."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._identifier = ""
        self._copy = CopyButton(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(STEP)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._copy)

    @property
    def text(self) -> str:
        """What is shown, and no longer than that."""
        return self._label.text()

    def show_id(self, identifier: str) -> None:
        """Show an id; an empty one can't be copied."""
        self._identifier = plain_line(identifier)
        self._label.setToolTip(plain_tip(self._identifier))
        self._fit()
        self._copy.set_text_to_copy(identifier)

    def _fit(self) -> None:
        """Elide it in its middle as far as there is room for it."""
        text = identifiers.short_id(self._identifier, _SHOWN_LENGTH)
        metrics = self._label.fontMetrics()
        # Before it is laid out, nobody knows how much room there is.
        if self.isVisible() and metrics.horizontalAdvance(text) > self._label.width():
            middle = Qt.TextElideMode.ElideMiddle
            text = metrics.elidedText(self._identifier, middle, self._label.width())
        self._label.setText(text or "–")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the room."""
        super().resizeEvent(event)
        self._row.activate()
        self._fit()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Follow the room."""
        super().showEvent(event)
        self._fit()

    def name_copy(self, name: str) -> None:
        """Say what the button copies."""
        self._copy.name_it(name)
