"""What is asked before a person is erased. Opened, never executed: the window stays alive."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from kvitto.ui.widgets.plain_buttons import take_icons_off
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 110 * STEP


class EraseDialog(QDialog):
    """Asks whether a person is to be erased, and says what goes and what stays. Accepted: it is."""

    def __init__(self, number: str, messages: int, parent: QWidget) -> None:
        """Ask about a number, as it is shown, and so many messages."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Erase this person"))
        question = QLabel(self.tr("Erase {number}?").format(number=number), self)
        font = question.font()
        font.setBold(True)
        question.setFont(font)
        self.told = QLabel("\n\n".join(self._told(messages)), self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.erase = buttons.addButton(
            self.tr("Erase"), QDialogButtonBox.ButtonRole.DestructiveRole
        )
        self.erase.setAutoDefault(False)
        self.erase.clicked.connect(self.accept)
        cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setDefault(True)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        for label in (question, self.told):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(buttons)
        take_icons_off(self)
        self.setMinimumWidth(_WIDTH)
        cancel.setFocus()

    def _told(self, messages: int) -> list[str]:
        return [
            self.tr(
                "Of %n message(s), the number, the reference and the reports as they came are "
                "replaced by words that lead nowhere, and your notes on them are deleted. It can't "
                "be undone.",
                "",
                messages,
            ),
            self.tr(
                "Results, SMS parts and costs stay, so that all sums are as before. A report that "
                "still comes about these messages is treated alike. New messages to the number are "
                "not."
            ),
            self.tr(
                "Not reached: backups, lists that were saved or printed, and what the SMS service "
                "itself keeps."
            ),
            self.tr(
                "The database is written anew: with many messages that takes a minute or two, in "
                "which reports wait at the SMS service."
            ),
        ]
