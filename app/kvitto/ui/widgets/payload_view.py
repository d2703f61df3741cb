"""A raw text to be read and copied, in letters of one width."""

from typing import Final

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontDatabase, QPalette, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QScrollBar, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.core.invisible import plain_text
from kvitto.ui.text import formatting
from kvitto.ui.widgets.copy_button import CopyButton
from kvitto.ui.widgets.theme import STEP

SHOWN_CHARACTERS: Final = 64 * 1024
"""What is longer is cut for the eye; the copy is whole."""


class BodyView(QWidget):
    """Shows a text under a title, with a button that copies all of it."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._text = ""
        self._title = QLabel(self)
        self._title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._copy = CopyButton(self)
        self._cut = QLabel(self)
        self._cut.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._cut.setWordWrap(True)
        self._cut.hide()
        self._shown = QPlainTextEdit(self)
        self._shown.setReadOnly(True)
        self._shown.setTabChangesFocus(True)
        self._shown.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._title.setBuddy(self._shown)
        row = QHBoxLayout()
        row.addWidget(self._title, 1)
        row.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(row)
        column.addWidget(self._shown, 1)
        column.addWidget(self._cut)
        self.set_wraps(wraps=True)
        self._retranslate()

    @property
    def text(self) -> str:
        """All of the text, as it is copied."""
        return self._text

    @property
    def cut_text(self) -> str:
        """What is said of what is not shown; "" where all is."""
        return "" if self._cut.isHidden() else self._cut.text()

    @property
    def scroll_bar(self) -> QScrollBar:
        """Where the text is scrolled to."""
        return self._shown.verticalScrollBar()

    def set_title(self, title: str) -> None:
        """Say what the text is."""
        self._title.setText(title)
        self._shown.setAccessibleName(title)

    def set_wraps(self, *, wraps: bool) -> None:
        """Break long lines, or let them run on."""
        mode = QTextOption.WrapMode
        self._shown.setWordWrapMode(mode.WrapAtWordBoundaryOrAnywhere if wraps else mode.NoWrap)

    def show_text(self, text: str) -> None:
        """Show a text with all that can't be seen in it; the same again moves nothing."""
        text = plain_text(text)
        if text == self._text:
            return
        self._text = text
        self._shown.setPlainText(text[:SHOWN_CHARACTERS])
        self._copy.set_text_to_copy(text)
        self._say_cut()

    def _say_cut(self) -> None:
        left_out = len(self._text) - SHOWN_CHARACTERS
        self._cut.setVisible(left_out > 0)
        self._cut.setText(
            self.tr("{count} more characters are not shown. The copy has them.").format(
                count=formatting.number(max(0, left_out))
            )
        )

    def _retranslate(self) -> None:
        self._copy.name_it(self.tr("Copy the body as it is shown"))
        self._say_cut()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
