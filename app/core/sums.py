"""A batch's sums, kept by differences: what a message added before, and what it adds now.

The price of a message is counted once, however many reports repeat it, and follows its current
state. Currencies are never added together.
"""

from collections import defaultdict
from typing import NamedTuple

import msgspec
from typing_extensions import override

from app.core.state import MessageState
from app.core.times import minute_of, to_microseconds


class StatusSum(msgspec.Struct, gc=False):
    """The messages of one batch that stand at one code.

    Attributes:
        messages: how many.
        settled: how many of them are settled.
        segments: how many SMS parts they need, as far as is known.
    """

    messages: int = 0
    settled: int = 0
    segments: int = 0

    def add(self, other: "StatusSum", sign: int = 1) -> None:
        """Add the counts of `other`, or with sign -1 take them away."""
        self.messages += sign * other.messages
        self.settled += sign * other.settled
        self.segments += sign * other.segments

    def __bool__(self) -> bool:
        """Tell whether anything is counted here."""
        return bool(self.messages or self.settled or self.segments)


class CostSum(msgspec.Struct, gc=False):
    """The cost of some messages in one currency.

    Attributes:
        nano: the sum of their prices in nano-units.
        messages: how many messages have a price in this currency.
    """

    nano: int = 0
    messages: int = 0

    def add(self, nano: int, messages: int) -> None:
        """Add a difference."""
        self.nano += nano
        self.messages += messages

    def __bool__(self) -> bool:
        """Tell whether anything is counted here."""
        return bool(self.nano or self.messages)


class StepKey(NamedTuple):
    """Where a message's price stands in the cost chart.

    `minute` counts from the epoch, UTC. It is the minute of the earliest `created` of the
    message's reports: when its life began, as far as we know.
    """

    currency: str
    minute: int


class BatchSums:
    """The sums of one batch, or a difference between two states of them."""

    def __init__(self) -> None:
        """Start from nothing."""
        self.statuses: defaultdict[int, StatusSum] = defaultdict(StatusSum)
        self.costs: defaultdict[str, CostSum] = defaultdict(CostSum)
        self.steps: defaultdict[StepKey, int] = defaultdict(int)

    def move(self, before: MessageState | None, after: MessageState | None) -> None:
        """Count a message in its state `after` instead of its state `before`."""
        if before is not None:
            self._count(before, -1)
        if after is not None:
            self._count(after, +1)

    def _count(self, state: MessageState, sign: int) -> None:
        segments = 0 if state.segments is None else state.segments.value
        self.statuses[state.code].add(StatusSum(1, int(state.settled), segments), sign)
        if state.price is not None:
            price = state.price.value
            self.costs[price.currency].add(sign * price.nano, sign)
            minute = minute_of(to_microseconds(state.first_created))
            self.steps[StepKey(price.currency, minute)] += sign * price.nano

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
        if not isinstance(other, BatchSums):
            return NotImplemented
        return (self.statuses, self.costs, self.steps) == (
            other.statuses,
            other.costs,
            other.steps,
        )

    __hash__ = None  # type: ignore[assignment]  # mutable
