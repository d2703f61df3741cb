"""A text that becomes a field where it is clicked."""

from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from kvitto.ui.details.edit_buffer import EditBuffer
from kvitto.ui.text.tooltips import plain_tip

_FRAME: Final = 2
_TEXT_EDGE: Final = 2
"""Qt keeps so much of a field free on both sides of its text."""


class InlineEdit(QLineEdit):
    """A field that looks like text until the mouse or the keyboard is on it.

    Return or leaving it sends what was typed, Esc drops it. What comes from the store while the
    user types waits.

    Signals:
        send_requested: the user is done: send the draft.
    """

    send_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `start`."""
        super().__init__(parent)
        self.draft = EditBuffer("", 0)
        self._is_field: bool | None = None
        self._is_under_mouse = False
        self._remark = ""
        self._follow()
        self.textEdited.connect(self._on_edited)
        self.editingFinished.connect(self.send_requested)

    def start(self, draft: EditBuffer) -> None:
        """Show another thing's draft. What was typed stays in the one before: send it first."""
        self.draft = draft
        self._show()
        self.setCursorPosition(0)

    def take(self, stored: str, revision: int) -> None:
        """Show what the store has now, unless the user is typing."""
        if self.draft.take(stored, revision):
            self._show()

    def show_remark(self, remark: str) -> None:
        """Say something of the text in the tooltip, such as whose it is; "" for nothing."""
        if remark != self._remark:
            self._remark = remark
            self._show_tip()

    def _show(self) -> None:
        if self.text() != self.draft.text:
            at = self.cursorPosition()
            self.setText(self.draft.text)
            self.setCursorPosition(min(at, len(self.draft.text)))
            self._show_tip()

    def _show_tip(self) -> None:
        self.setToolTip(plain_tip("\n".join(one for one in (self.text(), self._remark) if one)))

    def _on_edited(self, text: str) -> None:
        self.draft.typed(text)

    def _follow(self) -> None:
        """Look like a field only where it matters."""
        is_field = self.hasFocus() or (self._is_under_mouse and not self.isReadOnly())
        if self._is_field is not is_field:
            self._is_field = is_field
            self.setFrame(is_field)
            # A frame takes room: the text must not move.
            edge = 0 if is_field else _FRAME
            self.setTextMargins(edge, edge, edge, edge)
            palette = QPalette()
            if not is_field:
                palette.setBrush(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
            self.setPalette(palette)

    @property
    def shown_text(self) -> str:
        """What is read of the text: as long as it is no field, an end that has no room is told."""
        if self._is_field:
            return self.text()
        end = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(self.text(), end, self._text_room().width())

    def _text_room(self) -> QRect:
        edge = _FRAME + _TEXT_EDGE
        return self.rect().adjusted(edge, 0, -edge, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, and where it has no room, that it goes on."""
        if self.shown_text == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self._text_room(), left, self.shown_text)
        painter.end()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Drop what was typed on Esc."""
        if event.key() == Qt.Key.Key_Escape and self.draft.is_dirty:
            self.draft.revert()
            self._show()
            return
        super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Become a field."""
        super().focusInEvent(event)
        self._follow()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Become text again."""
        super().focusOutEvent(event)
        self._follow()

    @override
    def event(self, event: QEvent) -> bool:
        """Follow the mouse, and have Esc before the window does."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._is_under_mouse = event.type() is QEvent.Type.Enter
            self._follow()
        elif (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.draft.is_dirty
        ):
            # Esc is ours while there is something to drop, whatever it does in the window.
            event.accept()
            return True
        return super().event(event)
