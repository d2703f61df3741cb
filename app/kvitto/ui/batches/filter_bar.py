"""The row above the table: the search field and the chips."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget
from typing_extensions import override

from kvitto.core.invisible import plain_line, with_marks_meant
from kvitto.core.money import NO_CURRENCY
from kvitto.core.sending_period import ANY_TIME
from kvitto.core.status import Result
from kvitto.store.records import BatchRecord
from kvitto.store.search import MessageFilter
from kvitto.ui.batches.filter_chips import Chip, ChipChoice, ChoiceChip
from kvitto.ui.batches.period_chip import PeriodChip
from kvitto.ui.text import formatting
from kvitto.ui.text.local_days import sent_range
from kvitto.ui.widgets.badge import result_icon
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import STEP

_LEAST_FIELD: Final = 180
_LONGEST: Final = 8 * 256
"""No id is longer than 256 characters, of which each may be shown by its number."""


class SearchField(QLineEdit):
    """One field for everything that can be sought.

    Signals:
        escaped: Esc was pressed.
        entered: the user wants to go on in the table: Enter or arrow down.
    """

    escaped = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setClearButtonEnabled(True)
        self.setMaxLength(_LONGEST)
        self.setMinimumWidth(_LEAST_FIELD)
        self.textChanged.connect(self._show_marks)
        self._sign = QAction(self)
        self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self.returnPressed.connect(self.entered)
        self._retranslate()
        self._recolour()

    def wanted_text(self) -> str:
        """Return what is to be sought, with the characters that are shown by their numbers."""
        return with_marks_meant(self.text())

    def _show_marks(self, text: str) -> None:
        """Show what can't be seen: what was pasted may read as something else."""
        shown = plain_line(text)
        if shown != text:
            self.setText(shown)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of the keys that lead out of the field."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.escaped.emit()
            case Qt.Key.Key_Down:
                self.entered.emit()
            case _:
                super().keyPressEvent(event)

    def _retranslate(self) -> None:
        self.setPlaceholderText(self.tr("Search batch, reference, number …"))
        self.setAccessibleName(self.tr("Search"))
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear the search"))
        self.setToolTip(
            self.tr(
                "Part of a batch's id or label, of a reference, of a message's id, or of a phone "
                "number"
            )
        )

    def _recolour(self) -> None:
        self._sign.setIcon(icon("magnify"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._recolour()


class Chips(QWidget):
    """The chips that narrow what is shown; all that are set must hold.

    Signals:
        changed: the filter is another one.
    """

    changed = Signal()

    def __init__(self, batches: Callable[[], Collection[BatchRecord]], parent: QWidget) -> None:
        """Offer the codes and currencies that occur in `batches`."""
        super().__init__(parent)
        self._batches = batches
        self.period = PeriodChip(self)
        self.results = ChoiceChip(_offer_results, formatting.result_word, self)
        self.codes = ChoiceChip(self._offer_codes, str, self)
        self.currencies = ChoiceChip(self._offer_currencies, str, self)
        self.unfinished = Chip(self)
        self.unfinished.toggled.connect(self.changed)
        self._clear = QToolButton(self)
        self._clear.setAutoRaise(True)
        self._clear.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(STEP)
        for chip in (self.period, self.results, self.codes, self.currencies, self.unfinished):
            row.addWidget(chip)
        row.addWidget(self._clear)
        row.addStretch()
        self.period.changed.connect(self.changed)
        for chip in (self.results, self.codes, self.currencies):
            chip.changed.connect(self.changed)
        self.changed.connect(self._on_changed)
        self._retranslate()
        self._on_changed()

    def message_filter(self, text: str, now: datetime) -> MessageFilter:
        """Return the filter for a text and the chips as they are."""
        return MessageFilter(
            text=text.strip(),
            results=self.results.chosen,
            codes=self.codes.chosen,
            currencies=self.currencies.chosen,
            is_unfinished=self.unfinished.isChecked(),
            sent=sent_range(self.period.chosen, now),
        )

    @property
    def is_set(self) -> bool:
        """Whether any chip narrows what is shown."""
        chips = (self.period, self.results, self.codes, self.currencies, self.unfinished)
        return any(chip.isChecked() for chip in chips)

    def clear(self) -> None:
        """Let no chip narrow what is shown."""
        was_set = self.is_set
        self.blockSignals(True)
        for chip in (self.results, self.codes, self.currencies):
            chip.choose(())
        self.period.choose(ANY_TIME)
        self.unfinished.setChecked(False)
        self.blockSignals(False)
        if was_set:
            self.changed.emit()

    def _on_changed(self) -> None:
        self._clear.setVisible(self.is_set)

    # --- What there is to choose from -----------------------------------------------------------

    def _offer_codes(self) -> Sequence[ChipChoice[int]]:
        counts: Counter[int] = Counter()
        for batch in self._batches():
            for code, counted in batch.statuses.items():
                counts[code] += counted.messages
        return [
            ChipChoice(code, f"{code}  {formatting.code_word(code)}  ({formatting.number(count)})")
            for code, count in sorted(counts.items())
        ]

    def _offer_currencies(self) -> Sequence[ChipChoice[str]]:
        found = sorted({currency for batch in self._batches() for currency in batch.costs})
        return [ChipChoice(currency, currency) for currency in found if currency != NO_CURRENCY]

    # --- Words ----------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.results.name_it(self.tr("Result"))
        self.codes.name_it(self.tr("Code"))
        self.currencies.name_it(self.tr("Currency"))
        self.unfinished.setText(self.tr("Not finished"))
        self.unfinished.updateGeometry()
        self._clear.setText(self.tr("Clear"))
        self._clear.setToolTip(self.tr("Show everything again"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()


def _offer_results() -> Sequence[ChipChoice[Result]]:
    return [
        ChipChoice(result, formatting.result_word(result), result_icon(result)) for result in Result
    ]
