"""The batches of a campaign: what is sent in each, to how many, and what it costs."""

from array import array
from bisect import bisect_right
from typing import Final

import msgspec

from kvitto.core.timestamps import to_microseconds
from kvitto.simulator.plan import Chance, Plan
from kvitto.simulator.sms_text import REFERENCES, TEMPLATES

_PRICES_OF_A_PART: Final[dict[str, tuple[int, int]]] = {
    "sek": (250, 690),
    "eur": (29, 99),
    "nok": (300, 750),
    "dkk": (200, 490),
    "usd": (30, 110),
}
"""What a part costs, from and to, in thousandths of the currency's unit."""
_CURRENCIES: Final = ("sek", "sek", "sek", "eur", "eur", "nok", "dkk", "usd")
_NANO_OF_THOUSANDTH: Final = 1_000_000
_GAP_US: Final = (200_000, 3_000_000)
"""The time between the last message of a batch and the first of the next."""
_KEPT: Final = 256
"""Batches kept at hand."""
_ID_COUNTER: Final = 0x7FFFFF


class SimulatedBatch(msgspec.Struct, frozen=True):
    """One batch request.

    Attributes:
        number: its place in the campaign, from 0.
        batch_id: the SMS service's id of it.
        first: the number of its first message in the campaign.
        size: how many messages it has.
        starts_us: when its first message is sent, in microseconds from the campaign's beginning.
        currency: the currency of its prices, in lower case as the SMS service has it.
        part_price_nano: what one part costs.
        template: the text, with places for what differs between the recipients.
        reference: the client's own id of the request, the same in all its reports.
    """

    number: int
    batch_id: str
    first: int
    size: int
    starts_us: int
    currency: str
    part_price_nano: int
    template: str
    reference: str


class Batches:
    """The batches of a campaign, in the order in which they are sent, one after another.

    They differ in size. A batch is made from the plan when it is asked for; what is kept is two
    numbers for each.
    """

    def __init__(self, plan: Plan, chance: Chance) -> None:
        """Divide the plan's messages."""
        self._plan = plan
        self._chance = chance
        self._made: dict[int, SimulatedBatch] = {}
        draw = chance.of("batches", 0)
        self._epoch_us = to_microseconds(plan.start)
        self.gap_us: Final = max(1, 1_000_000 // plan.dispatch_per_s)
        """The time between two messages of a batch."""
        self.machine: Final = int(draw.random() * 2**40)
        """What tells the ids of this campaign from those of others."""
        self._first = array("q")
        self._starts_us = array("q")
        sizes = [1 + int(draw.random() * 1000) for _ in range(plan.batches)]
        total, spare = sum(sizes), plan.messages - plan.batches
        before, starts_us = 0, 0
        for number, size in enumerate(sizes):
            first = number + spare * before // total
            before += size
            following = number + 1 + spare * before // total
            self._first.append(first)
            self._starts_us.append(starts_us)
            pause_us = _GAP_US[0] + int((_GAP_US[1] - _GAP_US[0]) * draw.random())
            starts_us += (following - first) * self.gap_us + pause_us

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._first)

    def of_message(self, message: int) -> SimulatedBatch:
        """Return the batch of the message with this number."""
        return self[bisect_right(self._first, message) - 1]

    def __getitem__(self, number: int) -> SimulatedBatch:
        """Return a batch by its place.

        Raises:
            IndexError: there are fewer.
        """
        batch = self._made.get(number)
        if batch is None:
            batch = self._make(number)
            if len(self._made) >= _KEPT:
                del self._made[next(iter(self._made))]
            self._made[number] = batch
        return batch

    def _make(self, number: int) -> SimulatedBatch:
        first, starts_us = self._first[number], self._starts_us[number]
        is_last = number + 1 == len(self._first)
        following = self._plan.messages if is_last else self._first[number + 1]
        draw = self._chance.of("batch", number)
        currency = _CURRENCIES[int(draw.random() * len(_CURRENCIES))]
        low, high = _PRICES_OF_A_PART[currency]
        template = TEMPLATES[int(draw.random() * len(TEMPLATES))]
        reference = REFERENCES[int(draw.random() * len(REFERENCES))]
        return SimulatedBatch(
            number=number,
            batch_id=self.object_id(starts_us, number, of_batch=True),
            first=first,
            size=following - first,
            starts_us=starts_us,
            currency=currency,
            part_price_nano=(low + int((high - low) * draw.random())) * _NANO_OF_THOUSANDTH,
            template=template,
            reference=reference.format(week=1 + int(draw.random() * 53)),
        )

    def object_id(self, at_us: int, number: int, *, of_batch: bool = False) -> str:
        """Return an id as the SMS service's database makes them: seconds, machine, counter, in hex.

        Both seconds and counter grow from one message to the next, so ids sort in their order.
        """
        seconds = (self._epoch_us + at_us) // 1_000_000
        counter = (0 if of_batch else _ID_COUNTER) + number
        return f"{seconds:08x}{self.machine:010x}{counter:06x}"
