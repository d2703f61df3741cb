"""What did not arrive, by reason, with what to do about it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget
from typing_extensions import override

from kvitto.ui.details.receipt import ReceiptFailure
from kvitto.ui.text.tooltips import plain_tip
from kvitto.ui.widgets.badge import result_icon
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, colours, number_font

_TOP_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop


class _Row:
    """The labels of one group."""

    def __init__(self, at: int, grid: QGridLayout, parent: QWidget) -> None:
        self.sign = QLabel(parent)
        self.title = text_label(parent)
        self.facts = QLabel(parent)
        # As the title has: both stand on one line.
        self.facts.setContentsMargins(0, self.title.contentsMargins().top(), 0, 0)
        self.facts.setFont(number_font(self.facts.font()))
        self.advice = text_label(parent, is_faint=True)
        grid.addWidget(self.sign, 2 * at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.title, 2 * at, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.facts, 2 * at, 2, _TOP_RIGHT)
        grid.addWidget(self.advice, 2 * at + 1, 1, 1, 2)

    def show(self, failure: ReceiptFailure | None) -> None:
        """Show a group, or nothing."""
        for one in (self.sign, self.title, self.facts, self.advice):
            one.setVisible(failure is not None)
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
    """Shows the groups of a receipt. Its height follows what it shows."""

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
            self._rows.append(_Row(len(self._rows), self._grid, self))
        for at, row in enumerate(self._rows):
            row.show(self._failures[at] if at < len(self._failures) else None)
        self.setVisible(bool(self._failures))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self._failures:
            self._show()
