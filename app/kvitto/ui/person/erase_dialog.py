"""What is asked before a person is erased."""

from typing import Final

from PySide6.QtWidgets import QWidget

from kvitto.ui.widgets.irreversible_question import IrreversibleQuestion
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 110 * STEP


class EraseDialog(IrreversibleQuestion):
    """Asks whether a person is to be erased, and says what goes and what stays. Accepted: it is."""

    def __init__(self, number: str, messages: int, parent: QWidget) -> None:
        """Ask about a number, as it is shown, and so many messages."""
        super().__init__(parent)
        self.ask(
            self.tr("Erase this person"),
            self.tr("Erase {number}?").format(number=number),
            "\n\n".join(self._told(messages)),
            self.tr("Erase"),
        )
        self.setMinimumWidth(_WIDTH)

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
