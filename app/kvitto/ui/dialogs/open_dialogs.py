"""The dialogs that are open: one of each, raised when it is asked for again."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class OpenDialogs:
    """Shows dialogs without ever waiting for them."""

    def __init__(self) -> None:
        """Start with none open."""
        self._open: dict[str, QWidget] = {}

    def show(self, name: str, make: Callable[[], QWidget]) -> None:
        """Show the dialog of this name, made now if it is not open yet."""
        dialog = self._open.get(name)
        if dialog is None:
            dialog = make()
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.destroyed.connect(lambda: self._open.pop(name, None))
            self._open[name] = dialog
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
