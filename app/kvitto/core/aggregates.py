"""A batch's sums, kept by differences: what a message added before, and what it adds now.

The price of a message is counted once, however many reports repeat it, and follows its current
state. What was paid back costs nothing, and is counted apart. Currencies are never added together.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import msgspec
from typing_extensions import override

from kvitto.core.state import MessageState
from kvitto.core.status import Result, result_of
from kvitto.core.timestamps import minute_of


class StatusSum(msgspec.Struct, gc=False):
    """The messages of one batch that stand at one code.

    Attributes:
        messages: how many.
        finished: how many of them are finished.
        segments: how many SMS parts they need, as far as is known.
        finished_segments: how many of these the finished ones need.
    """

    messages: int = 0
    finished: int = 0
    segments: int = 0
    finished_segments: int = 0

    def __bool__(self) -> bool:
        """Tell whether anything is counted here."""
        return bool(self.messages or self.finished or self.segments or self.finished_segments)


class CostSum(msgspec.Struct, gc=False):
    """The cost of some messages in one currency.

    Attributes:
        nano: the sum of their prices in nano-units, without those that were paid back.
        messages: how many messages have a price in this currency, paid back or not.
        paid_back_nano: the sum of the prices that were paid back.
        paid_back_messages: how many messages these are.
    """

    nano: int = 0
    messages: int = 0
    paid_back_nano: int = 0
    paid_back_messages: int = 0

    def __bool__(self) -> bool:
        """Tell whether anything is counted here."""
        return bool(self.nano or self.messages or self.paid_back_nano or self.paid_back_messages)


def results_of(statuses: Mapping[int, StatusSum]) -> dict[Result, int]:
    """Return how many messages show each result; every result is there, in stacking order.

    Args:
        statuses: messages by the code of their current state.
    """
    counts = dict.fromkeys(Result, 0)
    for code, counted in statuses.items():
        if counted.finished:
            counts[result_of(code, final=True)] += counted.finished
        if counted.messages != counted.finished:
            counts[result_of(code, final=False)] += counted.messages - counted.finished
    return counts


class StepKey(NamedTuple):
    """Where a message's price stands in the cost chart.

    `minute` counts from the epoch, UTC. It is the minute of the earliest `created` of the
    message's reports: when its life began, as far as we know.
    """

    currency: str
    minute: int


class BatchAggregates:
    """The sums of one batch, or a difference between two states of them."""

    def __init__(self) -> None:
        """Start from nothing."""
        self.statuses: defaultdict[int, StatusSum] = defaultdict(StatusSum)
        self.costs: defaultdict[str, CostSum] = defaultdict(CostSum)
        self.steps: defaultdict[StepKey, int] = defaultdict(int)

    def move(self, before: MessageState | None, after: MessageState | None) -> None:
        """Count a message in its state `after` instead of its state `before`."""
        paid, pays = None, None
        if before is not None:
            self._count(before, -1)
            paid = _payment(before)
        if after is not None:
            self._count(after, +1)
            pays = _payment(after)
        if paid != pays:
            self._pay(paid, -1)
            self._pay(pays, +1)

    def _count(self, state: MessageState, sign: int) -> None:
        counted = self.statuses[state.code]
        counted.messages += sign
        segments = 0 if state.segments is None else sign * state.segments.value
        counted.segments += segments
        if state.is_finished:
            counted.finished += sign
            counted.finished_segments += segments

    def _pay(self, payment: "_Payment | None", sign: int) -> None:
        if payment is None:
            return
        nano, currency, minute, is_paid_back = payment
        cost = self.costs[currency]
        cost.messages += sign
        if is_paid_back:
            cost.paid_back_nano += sign * nano
            cost.paid_back_messages += sign
        else:
            cost.nano += sign * nano
            self.steps[StepKey(currency, minute)] += sign * nano

    def drop_zeros(self) -> None:
        """Forget the entries that count nothing, so that equal sums compare equal."""
        for code in [code for code, counted in self.statuses.items() if not counted]:
            del self.statuses[code]
        for currency in [currency for currency, cost in self.costs.items() if not cost]:
            del self.costs[currency]
        for key in [key for key, nano in self.steps.items() if not nano]:
            del self.steps[key]

    @override
    def __eq__(self, other: object) -> bool:
        """Compare all entries; call `drop_zeros` on both first."""
        if not isinstance(other, BatchAggregates):
            return NotImplemented
        return (self.statuses, self.costs, self.steps) == (
            other.statuses,
            other.costs,
            other.steps,
        )

    __hash__ = None  # type: ignore[assignment]  # mutable


_Payment: TypeAlias = tuple[int, str, int, bool]
"""A message's price: nano-units, their currency, the minute of its first `created`, and whether it
was paid back."""


def _payment(state: MessageState) -> _Payment | None:
    priced, funding = state.priced, state.funding
    # Of nearly all messages this is the price, and nothing was paid back.
    price = None if priced is None else priced.value
    if price is None or not price.currency or (funding is not None and funding.is_refunded):
        price = state.price
        if price is None:
            return None
    minute = minute_of(state.first_created_at_us)
    is_refunded = funding is not None and funding.is_refunded
    return price.nano, price.currency, minute, is_refunded
