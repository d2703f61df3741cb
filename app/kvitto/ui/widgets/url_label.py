"""A URL in one line: its key shortened, and the whole of it in the tooltip."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from kvitto.receiver.urls import KEY_PATH
from kvitto.ui.widgets.theme import colours

_LEAST_WIDTH: Final = 160
_LONGEST_KEY: Final = 12
_ENDS: Final = 2


def shortened(url: str) -> str:
    """Return a URL with the long key at its end by the first and last two letters."""
    before, found, key = url.rpartition(KEY_PATH)
    if not found or len(key) <= _LONGEST_KEY:
        return url
    return f"{before}{found}{key[:_ENDS]}…{key[-_ENDS:]}"


class UrlLabel(QLabel):
    """Shows a URL, as far as there is room; its key is in the tooltip and on the clipboard."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._url = ""
        self._short = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(_LEAST_WIDTH)

    @property
    def url(self) -> str:
        """What is shown."""
        return self._url

    def set_url(self, url: str) -> None:
        """Show a URL; nothing where it is empty."""
        if url != self._url:
            self._url = url
            self._short = shortened(url)
            self.setToolTip(url)
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what there is room for."""
        del event
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(
            self._short, Qt.TextElideMode.ElideMiddle, self.contentsRect().width()
        )
        painter.setPen(colours().text)
        painter.drawText(
            self.contentsRect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
        )
        painter.end()
