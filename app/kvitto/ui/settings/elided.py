"""A path in one line, however long: elided in its middle, whole in the tooltip."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

_LEAST_WIDTH = 120


class ElidedPath(QLabel):
    """Shows a path, as far as there is room; its accessible name is the whole."""

    def __init__(self, path: str, parent: QWidget) -> None:
        """Show `path`."""
        super().__init__(parent)
        self._path = path
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setToolTip(path)
        self.setAccessibleName(path)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._elide()

    @override
    def sizeHint(self) -> QSize:
        """Ask for room for the whole."""
        hint = super().sizeHint()
        hint.setWidth(self.fontMetrics().horizontalAdvance(self._path))
        return hint

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(
            self._path, Qt.TextElideMode.ElideMiddle, self.contentsRect().width()
        )
        self.setText(shown)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Elide for the new width."""
        super().resizeEvent(event)
        self._elide()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._elide()
