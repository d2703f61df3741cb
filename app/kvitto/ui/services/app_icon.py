"""Kvitto's own icon."""

from PySide6.QtGui import QIcon

from kvitto.paths import resource


def app_icon() -> QIcon:
    """Return the program's icon: a receipt with a tick."""
    return QIcon(str(resource("icons/kvitto.svg")))
