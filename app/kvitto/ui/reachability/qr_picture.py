"""A text as a QR code, for the camera of a telephone."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from kvitto.ui.widgets.theme import STEP

_EDGE: Final = 4
"""So many modules of light around it belong to the code."""
_SIDE: Final = 55 * STEP
_LEAST_MODULE: Final = 2
"""A camera reads nothing that is smaller, pixels."""


class QrPicture(QWidget):
    """Shows a text as a QR code: dark on light in either theme, since not every camera reads both.

    The library that makes the code is imported when there is something to show.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._text = ""
        self._rows: tuple[bytearray, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    @property
    def modules(self) -> int:
        """How many modules a side has, its light edge included; 0 where nothing is shown."""
        return len(self._rows) + 2 * _EDGE if self._rows else 0

    def show_text(self, text: str) -> None:
        """Show a text; nothing where it is empty."""
        if text == self._text:
            return
        self._text = text
        self._rows = _modules_of(text) if text else ()
        self.updateGeometry()
        self.update()

    def name_it(self, name: str) -> None:
        """Set its accessible name and tooltip."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    @override
    def sizeHint(self) -> QSize:
        """Return a side of whole pixels for each module."""
        side = self._module() * self.modules
        return QSize(side, side)

    def _module(self) -> int:
        return max(_LEAST_MODULE, _SIDE // self.modules) if self.modules else 0

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the code in the middle."""
        del event
        if not self._rows:
            return
        module = self._module()
        square = QRect(0, 0, module * self.modules, module * self.modules)
        square.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.fillRect(square, Qt.GlobalColor.white)
        for down, row in enumerate(self._rows, start=_EDGE):
            for along, is_dark in enumerate(row, start=_EDGE):
                if is_dark:
                    painter.fillRect(
                        square.left() + along * module,
                        square.top() + down * module,
                        module,
                        module,
                        Qt.GlobalColor.black,
                    )
        painter.end()


def _modules_of(text: str) -> tuple[bytearray, ...]:
    import segno

    return segno.make_qr(text, error="m").matrix
