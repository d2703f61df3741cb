"""Whether what is left on the account lasts for another batch like the last one."""

from datetime import datetime
from heapq import nlargest
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from kvitto.clock import utc_now
from kvitto.core.money import Money
from kvitto.core.report import Origin
from kvitto.store.reader import Changes
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.text.balance_text import balance_text

_KEPT: Final = 100
"""Of so many of the latest batches is known what they cost: the last one may be deleted."""


class _Cost(NamedTuple):
    """What a batch cost; the later one is the greater."""

    sent: datetime
    batch_key: int
    nano: int


class BalanceWatch(QObject):
    """Compares what is left with the cost of the latest finished batch that cost anything.

    One that was turned down and paid back cost nothing: it says nothing of the next one.

    Signals:
        changed: what is left, or what a batch costs, may be another sum.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        """Look at the batches of `context`."""
        super().__init__(parent)
        self._books = context.books
        self._costs: dict[str, list[_Cost]] = {}
        context.feed.changed.connect(self._on_changed)
        context.books.changed.connect(self.changed)

    @property
    def next_cost(self) -> Money | None:
        """What a batch like the last one costs, in the account's currency; None if unknown."""
        account = self._books.state.account
        costs = [] if account is None else self._costs.get(account.currency, [])
        if account is None or not account.currency or not costs:
            return None
        return Money(max(costs).nano, account.currency)

    @property
    def is_short(self) -> bool:
        """Whether what is left is less than that, or nothing."""
        account, cost = self._books.state.account, self.next_cost
        if account is None or account.balance_nano is None:
            return False
        return self._is_empty or (cost is not None and account.balance_nano < cost.nano)

    @property
    def _is_empty(self) -> bool:
        account = self._books.state.account
        return (
            account is not None
            and bool(account.currency)
            and account.balance_nano is not None
            and account.balance_nano <= 0
        )

    def sentence(self) -> str:
        """Return what a batch like the last one costs, or that none can be sent; "" if unknown."""
        if self._is_empty:
            return self.tr("that is enough for no message")
        cost = self.next_cost
        if cost is None:
            return ""
        return self.tr("the next batch like the last costs {sum}").format(
            sum=formatting.sum_money(cost)
        )

    def _on_changed(self, changes: Changes) -> None:
        touched = {batch.key for batch in changes.batches}.union(changes.removed)
        costs = {
            currency: [one for one in known if one.batch_key not in touched]
            for currency, known in self._costs.items()
        }
        for batch in changes.batches:
            if batch.origin is not Origin.WEBHOOK or not batch.is_finished:
                continue
            sent = batch.sent or batch.first_seen
            for currency, cost in batch.costs.items():
                if cost.nano > 0:
                    costs.setdefault(currency, []).append(_Cost(sent, batch.key, cost.nano))
        self._costs = {currency: nlargest(_KEPT, known) for currency, known in costs.items()}
        self.changed.emit()

    def told(self) -> str:
        """Return what is left, and what a batch like the last one costs."""
        state = self._books.state
        left = balance_text(state.account, state.account_at, utc_now())
        return f"{left}; {self.sentence()}"
