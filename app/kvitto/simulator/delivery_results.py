"""What became of each report, in a few bytes per message."""

from array import array
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from kvitto.simulator.message_scripts import MAX_REPORTS

_BITS: Final = 2
_MASK: Final = 3
_PLACE: Final = 5
"""Bits that hold the number of a report in the key of a lost one."""
assert MAX_REPORTS * _BITS <= 64
assert MAX_REPORTS <= 1 << _PLACE


class DeliveryResult(IntEnum):
    """What is known of a report; more is greater."""

    UNSENT = 0
    """It was never sent whole: it can't be stored."""
    SENT = 1
    """It was sent whole, and never answered 200: it may be stored or not."""
    TAKEN = 2
    """A copy of it was answered 200: it must be stored."""


class DeliveryResults:
    """The fates of all reports of a campaign: eight bytes per message, and per deletion."""

    def __init__(self) -> None:
        """Begin with nothing sent."""
        self._words = array("Q")
        self._deleted = array("Q")

    def learn(self, message: int, report: int, delivery_result: DeliveryResult) -> None:
        """Note what became of a copy of a report; nothing that was known is forgotten."""
        words = self._words
        if message >= len(words):
            words.extend([0] * (message + 1 - len(words) + len(words) // 8))
        shift = report * _BITS
        word = words[message]
        if (word >> shift) & _MASK < delivery_result:
            words[message] = word & ~(_MASK << shift) | delivery_result << shift

    def of(self, message: int, report: int) -> DeliveryResult:
        """Return what is known of a report."""
        if message >= len(self._words):
            return DeliveryResult.UNSENT
        return DeliveryResult(self._words[message] >> report * _BITS & _MASK)

    def delete(self, message: int, report: int) -> None:
        """Note that a copy of a report was deleted."""
        self._deleted.append(message << _PLACE | report)

    def lost(self) -> Iterator[tuple[int, int]]:
        """Yield the reports that were deleted and of which no copy was answered 200, in order."""
        before = -1
        for key in sorted(self._deleted):
            message, report = key >> _PLACE, key & (1 << _PLACE) - 1
            if key != before and self.of(message, report) < DeliveryResult.TAKEN:
                yield message, report
            before = key
