"""What is asked before something is gone for good. Opened, never executed: the window lives on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from kvitto.ui.widgets.plain_buttons import take_icons_off
from kvitto.ui.widgets.theme import STEP


class IrreversibleQuestion(QDialog):
    """Asks, and says what will be gone; Return presses *Cancel*. Accepted: it is to be done.

    Attributes:
        told: what will be gone.
        act: the button that does it.
    """

    def __init__(self, parent: QWidget) -> None:
        """Ask nothing until `ask`."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.told = QLabel(self)
        self.act = QPushButton(self)

    def ask(self, title: str, question: str, told: str, act: str) -> None:
        """Ask, once.

        Args:
            title: of the dialog.
            question: what is asked.
            told: what will be gone, and what not.
            act: the word on the button.
        """
        self.setWindowTitle(title)
        asked = QLabel(question, self)
        font = asked.font()
        font.setBold(True)
        asked.setFont(font)
        self.told.setText(told)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.act.setText(act)
        buttons.addButton(self.act, QDialogButtonBox.ButtonRole.DestructiveRole)
        self.act.setAutoDefault(False)
        self.act.clicked.connect(self.accept)
        cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setDefault(True)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        for label in (asked, self.told):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(buttons)
        take_icons_off(self)
        cancel.setFocus()
