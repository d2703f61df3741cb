"""What a check of a store has found."""

from typing import Final

import msgspec

MAX_DIFFERENCES: Final = 100
"""Differences that are told one by one; the rest are counted."""


class Differences(msgspec.Struct):
    """What differs from what is right.

    Attributes:
        differences: what differs, in words, the first `MAX_DIFFERENCES`.
        found: how many differences there are in all.
    """

    differences: list[str] = msgspec.field(default_factory=list)
    found: int = 0

    def differ(self, what: str) -> None:
        """Note a difference."""
        self.found += 1
        if len(self.differences) < MAX_DIFFERENCES:
            self.differences.append(what)

    def put_first(self, others: "Differences") -> None:
        """Note the differences of others before its own."""
        self.found += others.found
        self.differences = [*others.differences, *self.differences][:MAX_DIFFERENCES]


class CheckResult(Differences):
    """What a check found.

    Attributes:
        batches, messages, reports: how many were checked.
        purged: of how many of the batches only the sums are left: these were compared with one
            another.
    """

    batches: int = 0
    messages: int = 0
    reports: int = 0
    purged: int = 0
