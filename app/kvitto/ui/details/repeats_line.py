"""Says quietly which numbers are in a batch twice, or can't be reached as they are written."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.store.repeats import Repeats
from kvitto.ui.text import formatting
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.theme import STEP


class RepeatsLine(QWidget):
    """Shows what there is to say of a batch's numbers; hidden where that is nothing.

    Signals:
        show_requested: list the messages.
        dismissed: say no more of it.
    """

    show_requested = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Say nothing until `show_repeats`."""
        super().__init__(parent)
        self._repeats: Repeats | None = None
        self._text = text_label(self, is_faint=True)
        self.show_button = QPushButton(self)
        self.dismiss_button = QPushButton(self)
        self.show_button.clicked.connect(self.show_requested)
        self.dismiss_button.clicked.connect(self.dismissed)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(self.show_button)
        row.addWidget(self.dismiss_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, STEP, 0, 0)
        column.setSpacing(STEP)
        column.addWidget(self._text)
        column.addLayout(row)
        self._retranslate()
        self.hide()

    @property
    def text(self) -> str:
        """What is said; "" where nothing is."""
        return "" if self.isHidden() else self._text.text()

    def show_repeats(self, repeats: Repeats | None) -> None:
        """Say what there is to say; None or a dismissed one says nothing."""
        if repeats != self._repeats:
            self._repeats = repeats
            self._show()

    def _show(self) -> None:
        repeats = self._repeats
        said = "" if repeats is None or repeats.is_dismissed else self._said(repeats)
        self._text.setText(said)
        self.setVisible(bool(said))

    def _said(self, repeats: Repeats) -> str:
        """Return what there is to say of a batch's numbers; "" for nothing."""
        said: list[str] = []
        if repeats.numbers:
            said.append(self._twice(repeats))
            said.append(self.tr("Where a family shares a phone, that is right."))
        if repeats.zeros:
            said.append(
                self.tr(
                    "%n message(s) went to numbers with a zero behind the country code, as in "
                    "46 0 70: these will fail.",
                    "",
                    repeats.zeros,
                )
            )
        return " ".join(said)

    def _twice(self, repeats: Repeats) -> str:
        if repeats.messages == 2 * repeats.numbers:
            first = self.tr("%n number(s) are in this batch twice", "", repeats.numbers)
        else:
            first = self.tr("%n number(s) are in this batch twice or more", "", repeats.numbers)
        messages = self.tr("%n message(s)", "", repeats.messages)
        if not repeats.needless:
            return f"{first}: {messages}."
        needless = self.tr("{cost} of it needless").format(cost=formatting.sums(repeats.needless))
        return f"{first}: {messages}, {needless}."

    def _retranslate(self) -> None:
        self.show_button.setText(self.tr("Show these numbers"))
        self.dismiss_button.setText(self.tr("Say no more"))
        self.dismiss_button.setToolTip(self.tr("Of this batch, unless it gets more of them"))
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
