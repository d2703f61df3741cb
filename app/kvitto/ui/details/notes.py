"""Free text that is kept as it is typed."""

from typing import Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override

from kvitto.ui.details.edit_buffer import EditBuffer
from kvitto.ui.widgets.theme import STEP

_IDLE_MS: Final = 1000


class Notes(QPlainTextEdit):
    """A field whose text is sent when it is left, or when the user pauses.

    Signals:
        send_requested: send the draft.
    """

    send_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `start`."""
        super().__init__(parent)
        self.draft = EditBuffer("", 0)
        self._is_showing = False
        self.setTabChangesFocus(True)
        self.setMinimumHeight(18 * STEP)
        self._idle = QTimer(self, singleShot=True, interval=_IDLE_MS)
        self._idle.timeout.connect(self.send_requested)
        self.textChanged.connect(self._on_changed)

    def start(self, draft: EditBuffer) -> None:
        """Show another thing's draft. What was typed stays in the one before: send it first."""
        self._idle.stop()
        self.draft = draft
        self._show()

    def take(self, stored: str, revision: int) -> None:
        """Show what the store has now, unless the user is typing."""
        if self.draft.take(stored, revision):
            self._show()

    def _show(self) -> None:
        if self.toPlainText() == self.draft.text:
            return
        at = self.textCursor().position()
        scrolled = self.verticalScrollBar().value()
        self._is_showing = True
        try:
            self.setPlainText(self.draft.text)
        finally:
            self._is_showing = False
        cursor = self.textCursor()
        cursor.setPosition(min(at, len(self.draft.text)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)

    def _on_changed(self) -> None:
        if not self._is_showing:
            self.draft.typed(self.toPlainText())
            self._idle.start()

    @override
    def sizeHint(self) -> QSize:
        """Return room for a few lines; more where the page has it."""
        return QSize(super().sizeHint().width(), 24 * STEP)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Send what was typed."""
        super().focusOutEvent(event)
        self._idle.stop()
        self.send_requested.emit()
