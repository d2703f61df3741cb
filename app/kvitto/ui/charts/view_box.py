"""The area of a chart in which something is drawn, and what the mouse does there."""

from typing import Any, Final

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGraphicsSceneWheelEvent
from typing_extensions import override

_NOTCH: Final = 120.0
_ZOOM_PER_NOTCH: Final = 0.8
_MOVE_PER_NOTCH: Final = 0.1


class ChartViewBox(pg.ViewBox):  # type: ignore[misc] # pyqtgraph has no types
    """Shows from zero to a length of time across; what that is, others decide.

    Upwards, what there is always fills it: the mouse moves and zooms the time only.

    Signals:
        zoomed: by which factor, and around which place, in seconds from the left edge.
        moved: by how many seconds.
        reset_requested: a double click.
    """

    zoomed = Signal(float, float)
    moved = Signal(float)
    reset_requested = Signal()

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.setFlag(self.GraphicsItemFlag.ItemIsFocusable, False)

    @property
    def pixels(self) -> tuple[int, int]:
        """How wide and high it is; at least one."""
        return max(int(self.width()), 1), max(int(self.height()), 1)

    def show_range(self, length_s: float, height: float) -> None:
        """Show from zero to so many seconds, and upwards to a height."""
        self.setRange(xRange=(0.0, length_s), yRange=(0.0, height), padding=0.0)

    @override
    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        """Zoom around the mouse; move, where the wheel goes sideways."""
        notches = ev.delta() / _NOTCH
        length_s = self.viewRect().width()
        if ev.orientation() is Qt.Orientation.Horizontal:
            self.moved.emit(-notches * _MOVE_PER_NOTCH * length_s)
        else:
            self.zoomed.emit(_ZOOM_PER_NOTCH**notches, self.mapToView(ev.pos()).x())
        ev.accept()

    @override
    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Move with the mouse."""
        if ev.button() is not Qt.MouseButton.LeftButton:
            ev.ignore()
            return
        ev.accept()
        pixels = ev.lastPos().x() - ev.pos().x()
        self.moved.emit(pixels * self.viewRect().width() / self.pixels[0])

    @override
    def mouseClickEvent(self, ev: Any) -> None:
        """Go back to a range by a double click."""
        if ev.double() and ev.button() is Qt.MouseButton.LeftButton:
            ev.accept()
            self.reset_requested.emit()
