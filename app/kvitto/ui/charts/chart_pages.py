"""Shows one of several charts, or says why there is none."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from kvitto.ui.widgets.theme import STEP

_EDGE: Final = 4 * STEP


class ChartPages(QWidget):
    """Shows one of its charts, or a sentence, and below it what the chart leaves out."""

    def __init__(self, charts: Sequence[QWidget], parent: QWidget) -> None:
        """Show an empty sentence; `charts` become its own."""
        super().__init__(parent)
        self._message = QLabel(self)
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setContentsMargins(_EDGE, _EDGE, _EDGE, _EDGE)
        self._more = QLabel(self)
        self._more.setContentsMargins(_EDGE, 0, _EDGE, STEP)
        self._more.hide()
        for label in (self._message, self._more):
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self._pages = QStackedWidget(self)
        for page in (self._message, *charts):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addWidget(self._more)

    @property
    def message(self) -> str:
        """What is said instead of a chart; "" where one is seen."""
        return self._message.text() if self._pages.currentWidget() is self._message else ""

    @property
    def more(self) -> str:
        """What is said below the chart."""
        return self._more.text() if self._more.isVisibleTo(self) else ""

    def show_chart(self, chart: QWidget) -> None:
        """Show a chart."""
        self._pages.setCurrentWidget(chart)

    def say(self, message: str) -> None:
        """Show a sentence instead of a chart."""
        self._message.setText(message)
        self._pages.setCurrentWidget(self._message)

    def say_more(self, text: str) -> None:
        """Show a text below the chart; nothing where it is empty."""
        self._more.setText(text)
        self._more.setVisible(bool(text))
