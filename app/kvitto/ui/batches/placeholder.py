"""What is said where the table has nothing to show."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from kvitto.ui.widgets.theme import STEP


class Placeholder(QWidget):
    """A sentence in the middle of the table, and a way out.

    Signals:
        pressed: the button was pressed.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Stay hidden until `say`."""
        super().__init__(parent)
        self._text = QLabel(self)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setWordWrap(True)
        self._text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton(self)
        self.button.clicked.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(8 * STEP, 8 * STEP, 8 * STEP, 8 * STEP)
        column.setSpacing(3 * STEP)
        column.addStretch(2)
        column.addWidget(self._text)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence; "" where nothing is said."""
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str, button: str) -> None:
        """Show a sentence, and a button with this text, unless it is empty."""
        self._text.setText(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.show()
        self.raise_()
