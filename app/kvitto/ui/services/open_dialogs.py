"""The dialogs that are open: one of each, raised when it is asked for again."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


class OpenDialogs:
    """Shows dialogs without ever waiting for them."""

    def __init__(self) -> None:
        """Start with none open."""
        self._open: dict[str, QWidget] = {}

    def show(self, name: str, make: Callable[[], QWidget]) -> QWidget:
        """Show the dialog of this name, made now if it is not open yet; return it."""
        dialog = self._open.get(name)
        if dialog is None:
            dialog = make()
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._open[name] = made = dialog

            def forget() -> None:
                if self._open.get(name) is made:
                    del self._open[name]

            dialog.destroyed.connect(forget)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def name_of(self, window: QWidget | None) -> str | None:
        """Return the name of an open dialog; None for any other window."""
        return next((name for name, one in self._open.items() if one is window), None)

    def close(self, name: str) -> None:
        """Close the dialog of this name, if it is open; the next one is made anew."""
        dialog = self._open.pop(name, None)
        if dialog is not None:
            dialog.close()
