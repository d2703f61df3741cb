"""The axes of a chart. They show the ticks that they are given, at places counted from an origin.

Seconds since the epoch and nano-units are large numbers; counted from the edge of what is seen
they are small, and lose nothing in pictures that write few digits.
"""

from collections.abc import Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from kvitto.ui.charts.ticks import Tick
from kvitto.ui.widgets.theme import STEP, colours

_TEXT_GAP: Final = 2 * STEP
_WIDTH_STEP: Final = 2 * STEP
_OPAQUE: Final = 255


class ChartAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """An axis that shows ticks as texts; the vertical one with a thin grid."""

    def __init__(self, orientation: str) -> None:
        """Make an axis at the `orientation`, "left" or "bottom", without ticks."""
        super().__init__(orientation, maxTickLength=0)
        self.setTicks([[]])
        self.enableAutoSIPrefix(False)
        self.setStyle(tickAlpha=_OPAQUE, autoExpandTextSpace=False)
        if orientation == "left":
            self.setGrid(_OPAQUE)
        # Grid and axes lie below the line.
        self.setZValue(-1000)

    def show_ticks(self, ticks: Sequence[Tick], origin: float) -> None:
        """Show ticks, whose places are counted from the `origin`."""
        self.setTicks([[(place - origin, text) for place, text in ticks]])

    def restyle(self, font: QFont) -> None:
        """Take the colours of the theme, and a font."""
        self.setStyle(tickFont=font)
        self.setPen(colours().line if self.orientation == "bottom" else None)
        self.setTickPen(colours().line)
        self.setTextPen(colours().faint)

    @property
    def text_height(self) -> float:
        """How high a text is, in pixels."""
        return QFontMetricsF(self.style["tickFont"]).height()

    def width_of(self, ticks: Sequence[Tick]) -> int:
        """Return how wide a vertical axis is with these ticks, in coarse steps."""
        metrics = QFontMetricsF(self.style["tickFont"])
        widest = max((metrics.horizontalAdvance(text) for _, text in ticks), default=0.0)
        return int(-(-(widest + _TEXT_GAP) // _WIDTH_STEP) * _WIDTH_STEP)


class TimeAxis(ChartAxis):
    """The axis below a chart, with a flag at the time that the crosshair is at."""

    def __init__(self) -> None:
        """Make an axis without ticks and without a flag."""
        super().__init__("bottom")
        self._flag: tuple[float, str] | None = None

    @override
    def restyle(self, font: QFont) -> None:
        """Take the colours of the theme, and a font."""
        super().restyle(font)
        self.setHeight(int(QFontMetricsF(font).height()) + 2 * STEP)

    def show_flag(self, x: float | None, text: str = "") -> None:
        """Show a text at a place, in pixels from the left; None hides it."""
        self._flag = None if x is None else (x, text)
        self.update()

    @override
    def paint(
        self,
        p: QPainter,
        opt: QStyleOptionGraphicsItem,
        widget: QWidget | None,
    ) -> None:
        """Paint the axis, and the flag over it."""
        super().paint(p, opt, widget)
        if self._flag is None:
            return
        x, text = self._flag
        font = self.style["tickFont"]
        width = QFontMetricsF(font).horizontalAdvance(text) + 2 * STEP
        room: QRectF = self.rect()
        left = min(max(x - width / 2, room.left()), room.right() - width)
        flag = QRectF(left, room.top() + 1, width, room.height() - 2)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(colours().text)
        p.drawRoundedRect(flag, 2, 2)
        p.setPen(colours().base)
        p.setFont(font)
        p.drawText(flag, Qt.AlignmentFlag.AlignCenter, text)
