"""What the colours of the reports mean: colour, icon and word, and how many."""

from collections.abc import Mapping
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.ui.text import formatting
from kvitto.ui.widgets.icons import icon_font, icon_letter
from kvitto.ui.widgets.theme import ICON_SIZE, RESULT_ICONS, STEP, colours

_LINE: Final = 6 * STEP
_SWATCH: Final = 3 * STEP
_GAP: Final = 4 * STEP


def result_fill(result: Result) -> tuple[QColor, QPen]:
    """Return the colour that an result is filled with, and its edge.

    What is unknown has the same grey as what was cancelled: its edge is dashed, and its colour the
    tint.
    """
    pair = colours().results[result]
    if result is Result.UNKNOWN:
        pen = QPen(pair.text, 1, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        return pair.tint, pen
    return pair.text, QPen(Qt.PenStyle.NoPen)


class Legend(pg.GraphicsWidget):  # type: ignore[misc] # pyqtgraph has no types
    """A line of the results that occur, each with a number; as many lines as are needed."""

    def __init__(self) -> None:
        """Tell of no result yet."""
        super().__init__()
        self._counts: Mapping[Result, int] = {}
        self._most: Mapping[Result, int] = {}
        self._font = QFont()
        self._strong_font = QFont()
        self._room = 0.0

    @property
    def counts(self) -> Mapping[Result, int]:
        """The numbers that are shown."""
        return self._counts

    def show_counts(self, counts: Mapping[Result, int], most: Mapping[Result, int]) -> None:
        """Show these results, with these numbers.

        Args:
            counts: the numbers.
            most: the largest that they can become while the chart stays: so the words stay, too.
        """
        self._counts, self._most = dict(counts), dict(most)
        self._lay_out()

    def restyle(self, font: QFont, strong_font: QFont) -> None:
        """Take fonts, and the colours of the theme."""
        self._font, self._strong_font = font, strong_font
        self._lay_out()

    def set_room(self, width: float) -> None:
        """Know how wide it may be."""
        if width != self._room:
            self._room = width
            self._lay_out()

    def _lay_out(self) -> None:
        lines = 1 + max((line for line, _, _ in self._places()), default=0)
        height = float(lines * _LINE)
        if self.minimumHeight() != height:
            self.setFixedHeight(height)
        self.update()

    def _places(self) -> list[tuple[int, float, Result]]:
        """Return the line and the left edge of each result."""
        found: list[tuple[int, float, Result]] = []
        line, x = 0, 0.0
        for result in self._counts:
            width = self._width(result)
            if x and x + width > self._room:
                line, x = line + 1, 0.0
            found.append((line, x, result))
            x += width + _GAP
        return found

    def _width(self, result: Result) -> float:
        word = QFontMetricsF(self._font).horizontalAdvance(formatting.result_word(result))
        widest = formatting.number(self._most[result])
        number = QFontMetricsF(self._strong_font).horizontalAdvance(widest)
        return _SWATCH + STEP + ICON_SIZE + STEP + word + 2 * STEP + number

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Paint all of it."""
        del option, widget
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, x, result in self._places():
            self._paint_one(painter, QPointF(x, line * _LINE), result)

    def _paint_one(self, painter: QPainter, corner: QPointF, result: Result) -> None:
        metrics = QFontMetricsF(self._font)
        fill, edge = result_fill(result)
        top = corner.y() + (_LINE - _SWATCH) / 2
        painter.setPen(edge)
        painter.setBrush(fill)
        painter.drawRect(QRectF(corner.x() + 0.5, top + 0.5, _SWATCH - 1, _SWATCH - 1))
        x = corner.x() + _SWATCH + STEP
        colour = colours().results[result].text
        icon = icon_path(RESULT_ICONS[result])
        icon.translate(x, corner.y() + (_LINE - ICON_SIZE) / 2)
        painter.fillPath(icon, colour)
        x += ICON_SIZE + STEP
        baseline = corner.y() + (_LINE + metrics.ascent() - metrics.descent()) / 2
        word = formatting.result_word(result)
        painter.setFont(self._font)
        painter.setPen(colour)
        painter.drawText(QPointF(x, baseline), word)
        x += metrics.horizontalAdvance(word) + 2 * STEP
        painter.setFont(self._strong_font)
        painter.setPen(colours().text)
        painter.drawText(QPointF(x, baseline), formatting.number(self._counts[result]))


def icon_path(name: str) -> QPainterPath:
    """Return an icon's outline, with its upper left corner at zero.

    As a path, and not as a letter of the icons' font, it is seen in a picture on any computer.
    """
    path = QPainterPath()
    letter = icon_letter(name.removeprefix("mdi6."))
    path.addText(QPointF(0.0, 0.0), icon_font(ICON_SIZE), letter)
    bounds = path.boundingRect()
    middle = QPointF(ICON_SIZE / 2, ICON_SIZE / 2) - bounds.center()
    path.translate(middle)
    return path
