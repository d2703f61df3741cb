"""Lists a budget of which 80 or 100 per cent are spent, and tells so once a month each."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

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
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.text import formatting
from kvitto.ui.text.period_text import month_name

_REST_MS: Final = 20_000
_TOLD: Final = "budget_told"
"""The preference `budget_told/EUR`: a month, the budget, and how many per cent were told of."""
_ALL: Final = 100

log = logging.getLogger(__name__)


class _Budget(NamedTuple):
    """What was spent of a month's budget, in nano-units, and how many per cent were reached."""

    currency: str
    month: date
    amount: int
    spent: int
    share: int

    @property
    def occurrence(self) -> str:
        """What tells it from another month's, and from another budget."""
        return f"{self.month:%Y-%m} {self.amount}"


class BudgetWatch(QObject):
    """Compares what the month cost with its budget, after changes.

    Belongs to the window's thread.

    Args:
        context: the feed is watched from its first change on.
        todo: the list of what is wrong.
        parent: the owner.
        clock: the time, UTC.

    Signals:
        notice: a title and a text, to be told outside the window.
        show_requested: show what the month cost.
    """

    notice = Signal(str, str)
    show_requested = Signal()

    def __init__(
        self,
        context: Context,
        todo: Todo,
        parent: QObject,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._todo = todo
        self._listed: set[str] = set()
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
        if not isValid(self):
            return
        reached = [self._budget(one, nano, month.first) for one, nano in sorted(spent.items())]
        listed = {budget.currency: budget for budget in reached if budget.share}
        for currency in self._listed - listed.keys():
            self._todo.take_out(_subject(currency))
        self._listed = set(listed)
        for budget in listed.values():
            self._put(budget)
            self._tell_once(budget)

    def _budget(self, currency: str, spent: int, month: date) -> _Budget:
        amount = self._context.preferences.month_budget(currency)
        return _Budget(currency, month, amount, spent, budget_share(spent, amount))

    def _put(self, budget: _Budget) -> None:
        title, text = self._words(budget)
        self._todo.put(
            _subject(budget.currency),
            f"{title}. {text}",
            severity=Severity.NOTE,  # no report is lost by it
            size=budget.share,
            occurrence=budget.occurrence,
            actions=[(self.tr("What the month cost"), self.show_requested.emit)],
            again=partial(self._put, budget),
        )

    def _tell_once(self, budget: _Budget) -> None:
        preferences, name = self._context.preferences, f"{_TOLD}/{budget.currency}"
        kept, _, told = preferences.get(name, "").rpartition(" ")
        if kept == budget.occurrence and told.isdigit() and int(told) >= budget.share:
            return
        # Kept before it is told: what is told twice is worse than what is told late.
        preferences.put(name, f"{budget.occurrence} {budget.share}")
        self.notice.emit(*self._words(budget))

    def _words(self, budget: _Budget) -> tuple[str, str]:
        """Return a title and a text."""
        named, share = month_name(budget.month), budget.share
        if share >= _ALL:
            title = self.tr("The budget of {month} is spent").format(month=named)
        else:
            title = self.tr("{share} % of the budget of {month} is spent").format(
                share=formatting.number(share), month=named
            )
        text = self.tr("{spent} of {budget}, by the time of sending.").format(
            spent=formatting.sum_money(Money(budget.spent, budget.currency)),
            budget=formatting.sum_money(Money(budget.amount, budget.currency)),
        )
        return title, text


def _subject(currency: str) -> str:
    return f"budget {currency}"
