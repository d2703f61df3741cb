"""What did not arrive, by reason, with what to do about it."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget
from typing_extensions import override

from kvitto.core.undelivered import FailureGroup
from kvitto.ui.details.receipt import ReceiptFailure
from kvitto.ui.text.failure_text import is_for_support
from kvitto.ui.text.tooltips import plain_tip
from kvitto.ui.widgets.badge import result_icon
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, colours, number_font

_LINES: Final = 3
"""Of the grid, for each group."""
_TOP_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop


class _Row:
    """The labels of one group, and the button that copies what to write about it."""

    def __init__(self, at: int, grid: QGridLayout, parent: QWidget) -> None:
        self.group: FailureGroup | None = None
        self.sign = QLabel(parent)
        self.title = text_label(parent)
        self.facts = QLabel(parent)
        # As the title has: both stand on one line.
        self.facts.setContentsMargins(0, self.title.contentsMargins().top(), 0, 0)
        self.facts.setFont(number_font(self.facts.font()))
        self.advice = text_label(parent, is_faint=True)
        self.copy = QPushButton(parent)
        self.copy.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        first = _LINES * at
        grid.addWidget(self.sign, first, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.title, first, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.facts, first, 2, _TOP_RIGHT)
        grid.addWidget(self.advice, first + 1, 1, 1, 2)
        grid.addWidget(self.copy, first + 2, 1, 1, 2, Qt.AlignmentFlag.AlignLeft)

    def show(self, failure: ReceiptFailure | None) -> None:
        """Show a group, or nothing."""
        for one in (self.sign, self.title, self.facts, self.advice):
            one.setVisible(failure is not None)
        self.group = None if failure is None else failure.group
        self.copy.setVisible(self.group is not None and is_for_support(self.group))
        if failure is None:
            return
        picture = result_icon(failure.result).pixmap(QSize(ICON_SIZE, ICON_SIZE))
        self.sign.setPixmap(picture)
        palette = QPalette(self.title.palette())
        ink = colours().results[failure.result].text
        palette.setColor(QPalette.ColorRole.WindowText, ink)
        self.title.setPalette(palette)
        self.title.setText(failure.title)
        facts = (failure.number, failure.share, failure.cost)
        self.facts.setText(" · ".join(one for one in facts if one))
        self.advice.setText(failure.advice)
        for one in (self.title, self.facts, self.advice):
            one.setToolTip(plain_tip(failure.why))
        self.title.setAccessibleDescription(failure.advice)


class FailureList(QWidget):
    """Shows the groups of a receipt. Its height follows what it shows.

    Signals:
        support_requested: the `FailureGroup` about which is to be written to the SMS service.
    """

    support_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Show nothing."""
        super().__init__(parent)
        self._failures: Sequence[ReceiptFailure] = ()
        self._rows: list[_Row] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * STEP)
        self._grid.setVerticalSpacing(STEP // 2)
        self._grid.setColumnStretch(1, 1)

    @property
    def failures(self) -> Sequence[ReceiptFailure]:
        """What is shown."""
        return self._failures

    def show_failures(self, failures: Sequence[ReceiptFailure]) -> None:
        """Show these groups."""
        if failures == self._failures:
            return
        self._failures = failures
        self._show()

    def _show(self) -> None:
        while len(self._rows) < len(self._failures):
            row = _Row(len(self._rows), self._grid, self)
            row.copy.clicked.connect(partial(self._on_copy, row))
            self._rows.append(row)
            self._say_copy()
        for at, row in enumerate(self._rows):
            row.show(self._failures[at] if at < len(self._failures) else None)
        self.setVisible(bool(self._failures))

    def _on_copy(self, row: _Row) -> None:
        if row.group is not None:
            self.support_requested.emit(row.group)

    def _say_copy(self) -> None:
        for row in self._rows:
            row.copy.setText(self.tr("Copy a text for the support"))
            row.copy.setIcon(icon("content-copy"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._say_copy()
        elif event.type() is QEvent.Type.PaletteChange and self._failures:
            self._say_copy()
            self._show()
