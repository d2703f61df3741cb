"""Greys what is shown while the store can't be read: it may have changed since."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget
from typing_extensions import override

_ALPHA: Final = 150


class AwayVeil(QWidget):
    """Lies over a widget, and lets the mouse through; hidden until it is needed."""

    def __init__(self, covered: QWidget) -> None:
        """Lie over `covered`, whatever its size."""
        super().__init__(covered)
        self._covered = covered
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        covered.installEventFilter(self)
        self.hide()

    def show_away(self, *, is_away: bool) -> None:
        """Grey what is below, or don't."""
        self._fit()
        self.setVisible(is_away)

    def _fit(self) -> None:
        self.setGeometry(self._covered.rect())
        self.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what is covered, and stay above its parts."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.ChildAdded}:
            self._fit()
        return super().eventFilter(watched, event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint in the colour of the window, so that what is below stays readable."""
        colour = self.palette().color(QPalette.ColorRole.Window)
        colour.setAlpha(_ALPHA)
        QPainter(self).fillRect(event.rect(), colour)
