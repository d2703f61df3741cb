"""How large a window is at first: as it likes, as far as the screen has room for it."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_ROOM_FOR_FRAME: Final = QSize(4, 40)
"""What the desktop draws around a window is known once it is shown only: mostly a title."""


def first_size(wanted: QSize, screen: QSize) -> QSize:
    """Return a size of which all is to be seen on a screen, with the frame around it."""
    return wanted.boundedTo(screen - _ROOM_FOR_FRAME)


def resize_at_first(window: QWidget, width: int, height: int) -> None:
    """Make a window so large, or as its screen has room for. What the user chose comes later."""
    window.resize(first_size(QSize(width, height), window.screen().availableGeometry().size()))
