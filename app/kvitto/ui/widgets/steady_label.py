"""A line of text that often changes, and seldom its width."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

_MUCH_NARROWER: Final = 0.7


class SteadyLabel(QLabel):
    """Shows a text on the right of a width that grows with it, and shrinks only by much.

    So what is beside it does not tremble. And the window is not laid out anew each second, as it is
    for a label that has no fixed size: that takes longer than all else that goes on while nothing
    happens.
    """

    def __init__(self, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def say(self, text: str) -> None:
        """Show a text."""
        if text == self.text():
            return
        needed = self.fontMetrics().horizontalAdvance(text)
        has = self.maximumWidth()
        if not needed <= has <= needed / _MUCH_NARROWER:
            self.setFixedSize(needed, self.fontMetrics().height())
        self.setText(text)
