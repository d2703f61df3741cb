"""A thin bar that stacks messages by result; what was not seen yet is empty track."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import STEP, colours

_HEIGHT: Final = 2 * STEP
_LEAST_WIDTH: Final = 2.0
"""Even one message of thousands can be seen."""


class ResultBar(QWidget):
    """Shows shares by length and colour; the exact numbers are in the table below it."""

    def __init__(self, parent: QWidget) -> None:
        """Show an empty track."""
        super().__init__(parent)
        self._counts: dict[Result, int] = {}
        self._whole = 0
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: Mapping[Result, int], whole: int) -> None:
        """Show how many of `whole` messages show each result."""
        self._counts = {one: counts[one] for one in Result if counts.get(one)}
        self._whole = max(whole, sum(self._counts.values()))
        self._name_it()
        self.update()

    def _name_it(self) -> None:
        said = ", ".join(
            f"{formatting.result_word(one)} {formatting.number(count)}"
            for one, count in self._counts.items()
        )
        self.setAccessibleName(said)
        self.setToolTip(said)

    @override
    def sizeHint(self) -> QSize:
        """Return any width, and the bar's height."""
        return QSize(24 * STEP, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track and what is on it."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), _HEIGHT / 2, _HEIGHT / 2)
        painter.setClipPath(shape)
        shown = colours()
        painter.fillRect(self.rect(), shown.line)
        left = 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        for result, count in self._counts.items():
            width = max(_LEAST_WIDTH, self.width() * count / self._whole)
            painter.fillRect(QRectF(left, 0.0, width, _HEIGHT), shown.results[result].text)
            left += width
        painter.end()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._name_it()
        elif event.type() is QEvent.Type.PaletteChange:
            self.update()
