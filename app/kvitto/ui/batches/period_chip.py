"""The chip that narrows what is shown to a period of sending."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QDate, QEvent, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QMenu,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from kvitto.clock import local_day, utc_now
from kvitto.core.cost_period import Period, month_before, month_of
from kvitto.core.sending_period import ANY_TIME, PeriodKind, SendingPeriod
from kvitto.ui.batches.filter_chips import Chip
from kvitto.ui.text.period_text import period_word
from kvitto.ui.widgets.plain_buttons import take_icons_off
from kvitto.ui.widgets.theme import STEP

_PLAIN: Final = (
    PeriodKind.ANY,
    PeriodKind.TODAY,
    PeriodKind.LAST_DAYS,
    PeriodKind.DAYS_BEFORE,
    PeriodKind.THIS_MONTH,
    PeriodKind.LAST_MONTH,
)
_MONTHS: Final = 36


class PeriodChip(Chip):
    """A chip with a menu of periods, of which one holds.

    Signals:
        changed: another period holds.
    """

    changed = Signal()

    def __init__(self, parent: QWidget, *, now: Callable[[], datetime] = utc_now) -> None:
        """Start with any time; `now` tells the time, UTC."""
        super().__init__(parent)
        self._now = now
        self._chosen = ANY_TIME
        self._dialog: DaysDialog | None = None
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._say()

    @property
    def chosen(self) -> SendingPeriod:
        """The period that holds."""
        return self._chosen

    def choose(self, period: SendingPeriod) -> None:
        """Let this period hold."""
        if period != self._chosen:
            self._chosen = period
            self._say()
            self.changed.emit()

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for one in menu.findChildren(QMenu):
            one.deleteLater()
        group = QActionGroup(menu)
        for kind in _PLAIN:
            menu.addAction(self._action(SendingPeriod(kind), group))
        months = menu.addMenu(self.tr("A month"))
        month = month_of(local_day(self._now()))
        for _ in range(_MONTHS):
            months.addAction(self._action(SendingPeriod(PeriodKind.MONTH, month.first), group))
            month = month_before(month.first)
        days = menu.addAction(self.tr("From … to …"))
        days.setCheckable(True)
        days.setChecked(self._chosen.kind is PeriodKind.DAYS)
        group.addAction(days)
        days.triggered.connect(self.ask_days)

    def _action(self, period: SendingPeriod, group: QActionGroup) -> QAction:
        action = QAction(period_word(period), group)
        action.setCheckable(True)
        action.setChecked(period == self._chosen)
        action.triggered.connect(lambda: self.choose(period))
        return action

    def ask_days(self) -> None:
        """Ask from which day to which."""
        today = local_day(self._now())
        self._dialog = dialog = DaysDialog(self._chosen.days(today) or month_of(today), self)
        dialog.chosen.connect(self.choose)
        dialog.open()

    def _say(self) -> None:
        is_set = self._chosen != ANY_TIME
        word = period_word(self._chosen)
        named = self.tr("Sent: {period}").format(period=word)
        self.setText(named if is_set else self.tr("Sent"))
        self.setAccessibleName(named)
        self.setToolTip(
            self.tr(
                "By the time of sending, as in the column “Sent”: a whole batch counts on the "
                "day of its earliest status"
            )
        )
        self.setChecked(is_set)
        self.updateGeometry()

    @override
    def nextCheckState(self) -> None:
        """Stay as it is: only choices change it."""

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._say()


class DaysDialog(QDialog):
    """Asks for two days.

    Signals:
        chosen: the `SendingPeriod` from one to the other.
    """

    chosen = Signal(object)

    def __init__(self, days: Period, parent: QWidget) -> None:
        """Offer these days at first."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Sent from … to …"))
        self.first, self.last = QDateEdit(self), QDateEdit(self)
        for field, day in ((self.first, days.first), (self.last, days.last)):
            field.setCalendarPopup(True)
            field.setDate(QDate(day.year, day.month, day.day))
        note = QLabel(self.tr("Both days count. By the time of sending, of this computer's days."))
        note.setWordWrap(True)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout(self)
        form.setSpacing(3 * STEP)
        form.addRow(self.tr("&From:"), self.first)
        form.addRow(self.tr("&To:"), self.last)
        form.addRow(note)
        form.addRow(buttons)
        take_icons_off(self)
        self.accepted.connect(self._on_accepted)
        self.finished.connect(self.deleteLater)

    def _on_accepted(self) -> None:
        first, last = self._days()
        self.chosen.emit(SendingPeriod(PeriodKind.DAYS, first, last))

    def _days(self) -> Sequence[date]:
        days = (self.first.date(), self.last.date())
        return sorted(date(one.year(), one.month(), one.day()) for one in days)
