"""The lamp: whether reports come in, at a glance."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.ui.text.reachability_text import Light
from kvitto.ui.widgets.theme import STEP, colours

_SIDE: Final = 3 * STEP
_QUARTER: Final = 90 * 16
"""Qt counts angles in sixteenths of a degree."""


class StatusLight(QWidget):
    """Shows a `Light` by its shape and its colour."""

    def __init__(self, parent: QWidget, *, side: int = _SIDE) -> None:
        """Show that nothing is known yet."""
        super().__init__(parent)
        self._light = Light.WAITING
        self.setFixedSize(QSize(side, side))

    @property
    def light(self) -> Light:
        """What is shown."""
        return self._light

    def show_light(self, light: Light) -> None:
        """Show another one."""
        if light is not self._light:
            self._light = light
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a dot, half a dot, a ring, or a crossed ring."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = _colour(self._light)
        pen = QPen(colour, max(1.5, self.width() / 10))
        painter.setPen(pen)
        edge = pen.widthF() / 2 + 0.5
        ring = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        match self._light:
            case Light.GOOD:
                painter.setBrush(colour)
                painter.drawEllipse(ring)
            case Light.LOCAL:
                painter.drawEllipse(ring)
                painter.setBrush(colour)
                painter.drawChord(ring, _QUARTER, 2 * _QUARTER)
            case Light.WAITING:
                painter.drawEllipse(ring)
            case Light.BAD:
                painter.drawEllipse(ring)
                inset = ring.width() * 0.15
                crossed = ring.adjusted(inset, inset, -inset, -inset)
                painter.drawLine(crossed.topRight(), crossed.bottomLeft())
        painter.end()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.update()


def _colour(light: Light) -> QColor:
    shown = colours()
    match light:
        case Light.GOOD:
            return shown.good
        case Light.LOCAL:
            return shown.results[Result.PENDING].text
        case Light.WAITING:
            return shown.results[Result.UNKNOWN].text
        case Light.BAD:
            return shown.results[Result.FAILED].text
