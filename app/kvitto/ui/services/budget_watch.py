"""Tells once a month when 80 and 100 per cent of a budget are spent."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from kvitto.clock import day_begin, local_day, utc_now
from kvitto.core.cost_period import budget_share, month_of
from kvitto.core.money import Money
from kvitto.store.errors import StoreError
from kvitto.store.period_costs import read_spent
from kvitto.ui.services.context import Context
from kvitto.ui.services.preferences import MONTH_BUDGET
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text import formatting
from kvitto.ui.text.period_text import month_name

_REST_MS: Final = 20_000
_TOLD: Final = "budget_told"
"""The preference `budget_told/EUR`: a month, the budget, and how many per cent were told of."""
_ALL: Final = 100

log = logging.getLogger(__name__)


class BudgetWatch(QObject):
    """Compares what the month cost with its budget, after changes.

    Belongs to the window's thread.

    Signals:
        told: the currency, a title and a text.
    """

    told = Signal(str, str, str)

    def __init__(
        self, context: Context, parent: QObject, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        """Watch the feed of `context` from its first change on; `clock` tells the time, UTC."""
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._throttle = Throttle(
            context.tasks, self._read, "budget", rest_ms=_REST_MS, parent=self
        )
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self._on_preference)

    def _on_changed(self) -> None:
        if self._context.preferences.names(MONTH_BUDGET):
            self._throttle.want()

    def _on_preference(self, name: str) -> None:
        if name.startswith(f"{MONTH_BUDGET}/"):
            self._throttle.hurry()

    async def _read(self) -> None:
        month = month_of(local_day(self._clock()))
        begin, end = day_begin(month.first), day_begin(month.last + timedelta(days=1))
        database = self._context.backend.database
        try:
            spent = await self._context.tasks.in_thread(read_spent, database, begin, end)
        except StoreError as error:  # the feed shows it
            log.debug("The budget was not looked at: %s", error.detail)
            return
        if isValid(self):
            for currency, nano in sorted(spent.items()):
                self._look(currency, nano, month.first)

    def _look(self, currency: str, spent: int, month: date) -> None:
        preferences = self._context.preferences
        budget = preferences.month_budget(currency)
        share = budget_share(spent, budget)
        of_this = f"{month:%Y-%m} {budget}"
        kept, _, told = preferences.get(f"{_TOLD}/{currency}", "").rpartition(" ")
        if not share or (kept == of_this and told.isdigit() and int(told) >= share):
            return
        # Kept before it is told: what is told twice is worse than what is told late.
        preferences.put(f"{_TOLD}/{currency}", f"{of_this} {share}")
        named = month_name(month)
        if share >= _ALL:
            title = self.tr("The budget of {month} is spent").format(month=named)
        else:
            title = self.tr("{share} % of the budget of {month} is spent").format(
                share=formatting.number(share), month=named
            )
        text = self.tr("{spent} of {budget}, by the time of sending.").format(
            spent=formatting.sum_money(Money(spent, currency)),
            budget=formatting.sum_money(Money(budget, currency)),
        )
        self.told.emit(currency, title, text)
