"""A button that puts a text on the clipboard, and says that it did."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton, QWidget
from typing_extensions import override

from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP

_COPIED_MS: Final = 1500


class CopyButton(QToolButton):
    """Copies a text. An icon alone: `name_it` says what it copies."""

    def __init__(self, parent: QWidget) -> None:
        """Copy nothing yet."""
        super().__init__(parent)
        self._text = ""
        self.setAutoRaise(True)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setFixedSize(6 * STEP, 6 * STEP)
        self.setEnabled(False)
        self.clicked.connect(self._on_clicked)
        self._copied = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._copied.timeout.connect(self._show_icon)
        self._show_icon()

    def set_text_to_copy(self, text: str) -> None:
        """Copy this text from now on; nothing where it is empty."""
        self._text = text
        self.setEnabled(bool(text))

    def name_it(self, name: str) -> None:
        """Say what is copied: to the eye that rests on it, and to the ear."""
        self.setToolTip(name)
        self.setAccessibleName(name)

    def _on_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self._copied.start()
        self._show_icon()

    def _show_icon(self) -> None:
        self.setIcon(icon("check" if self._copied.isActive() else "content-copy"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_icon()
