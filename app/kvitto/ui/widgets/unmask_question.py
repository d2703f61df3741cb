"""Asks once whether numbers that are masked on the screen may leave the window in full."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from kvitto.ui.services.preferences import Preferences
from kvitto.ui.widgets.plain_buttons import take_icons_off


class UnmaskQuestion(QObject):
    """Asks once until numbers are masked anew."""

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        """Ask in front of `parent`, which owns it."""
        super().__init__(parent)
        self._preferences = preferences
        self._window = parent
        self._is_agreed = False
        self._open: QMessageBox | None = None
        preferences.changed.connect(self._on_preference)

    def ask(self, act: Callable[[], None]) -> None:
        """Act, where numbers are masked after the user agreed."""
        if self._is_agreed or not self._preferences.is_masked:
            act()
            return
        box = QMessageBox(self._window.window())
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Numbers in full?"))
        box.setText(
            self.tr("Numbers are masked on the screen. What you take out has them in full.")
        )
        agree = box.addButton(self.tr("In full"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        take_icons_off(box)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_answer() -> None:
            if box.clickedButton() is agree:
                self._is_agreed = True
                act()

        box.finished.connect(on_answer)
        self._open = box
        box.open()

    def _on_preference(self, name: str) -> None:
        if name == "is_masked":
            self._is_agreed = False
