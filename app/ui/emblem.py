"""Kvitto's own icon."""

from PySide6.QtGui import QIcon

from app.paths import resource


def emblem() -> QIcon:
    """Return the program's icon: a receipt with a tick."""
    return QIcon(str(resource("icons/kvitto.svg")))
