"""What is said beside the table's rows: how many there are, and why there are none."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from kvitto.core.invisible import plain_line
from kvitto.store.search import MessageFilter
from kvitto.ui.batches.batch_model import BatchModel
from kvitto.ui.text import formatting
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


class ShownWords(QObject):
    """Says it in the language of now. An object, so that Qt's tools find the plurals."""

    def count_text(self, model: BatchModel, *, is_filtered: bool, is_whole: bool) -> str:
        """Return how many batches and messages are shown: `Shown: 3 of 41 batches, 120 messages`.

        Args:
            model: what is shown.
            is_filtered: whether a filter lets only some pass.
            is_whole: whether all that pass have been counted.
        """
        known = model.batches.meant()
        messages = model.batches.rows.matches()
        if is_filtered:
            of_all = self.tr("Shown: {shown} of %Ln batch(es)", "", known)
            batches = of_all.format(shown=formatting.number(len(model.batches.shown)))
        else:
            batches = self.tr("%Ln batch(es)", "", known)
        text = self.tr("{batches}, {messages}").format(
            batches=batches,
            messages=self.tr("%Ln message(s)", "", messages),
        )
        if is_whole or not is_filtered:
            return text
        return self.tr("{count} so far").format(count=text)

    def nothing_text(self, wanted: MessageFilter) -> str:
        """Return that nothing passes a filter."""
        if wanted.text:
            nothing = self.tr("Nothing matches “{text}”.")
            return nothing.format(text=plain_line(wanted.text))
        return self.tr("Nothing matches the filters.")
