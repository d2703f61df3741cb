"""Whether what is left on the account lasts for another batch like the last one."""

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from kvitto.clock import utc_now
from kvitto.core.money import Money
from kvitto.core.report import Origin
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.text.balance_text import balance_text


class BalanceWatch(QObject):
    """Compares what is left with the cost of the latest finished batch.

    Signals:
        changed: what is left, or what a batch costs, may be another sum.
    """

    changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        """Look at the batches of `context`."""
        super().__init__(parent)
        self._books = context.books
        self._latest: BatchRecord | None = None
        context.feed.changed.connect(self._on_changed)
        context.books.changed.connect(self.changed)

    @property
    def next_cost(self) -> Money | None:
        """What a batch like the last one costs, in the account's currency; None if unknown."""
        account = self._books.state.account
        if account is None or self._latest is None:
            return None
        return self._latest.cost.get(account.currency)

    @property
    def is_short(self) -> bool:
        """Whether what is left is less than that."""
        account, cost = self._books.state.account, self.next_cost
        if account is None or account.balance_nano is None or cost is None:
            return False
        return account.balance_nano < cost.nano

    def sentence(self) -> str:
        """Return what a batch like the last one costs; "" if unknown."""
        cost = self.next_cost
        if cost is None or not cost.nano:
            return ""
        return self.tr("the next batch like the last costs {sum}").format(
            sum=formatting.sum_money(cost)
        )

    def _on_changed(self, changes: Changes) -> None:
        for batch in changes.batches:
            is_whole = batch.origin is Origin.WEBHOOK and batch.is_finished and any(batch.cost)
            if is_whole and (self._latest is None or _sent(batch) >= _sent(self._latest)):
                self._latest = batch
        self.changed.emit()

    def told(self) -> str:
        """Return what is left, and what a batch like the last one costs."""
        state = self._books.state
        left = balance_text(state.account, state.account_at, utc_now())
        return f"{left}; {self.sentence()}"


def _sent(batch: BatchRecord) -> datetime:
    return batch.sent or batch.first_seen
