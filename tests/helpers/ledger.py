"""The whole fold in memory: every message's state and every batch's sums.

The store keeps the same states and sums row by row, in the transaction that stores the reports.
This is the plain form of it, which tests compare the store with.
"""

from collections.abc import Iterable
from typing import TypeAlias

from kvitto.core.aggregates import BatchAggregates
from kvitto.core.report import fingerprint
from kvitto.core.state import MessageState, ReceivedReport, rank_of
from kvitto.core.timestamps import to_microseconds

MessageKey: TypeAlias = tuple[str, str]
"""A message's batch id and message id. The same message id in another batch is another message."""


class Ledger:
    """What a set of received reports says.

    Attributes:
        states: the current state of each message.
        sums: the sums of each batch.
        repeats: how many duplicates came.
    """

    def __init__(self, received: Iterable[ReceivedReport] = ()) -> None:
        """Fold `received`, in whatever order it comes."""
        self.states: dict[MessageKey, MessageState] = {}
        self.sums: dict[str, BatchAggregates] = {}
        self.repeats = 0
        self._seen: set[tuple[MessageKey, int]] = set()
        for one in received:
            self.fold(one)

    def fold(self, received: ReceivedReport) -> bool:
        """Take one report in; return False for a duplicate, which changes nothing but a count."""
        received = ReceivedReport.of(received.report, received.sequence, received.arrived)
        report = received.report
        key = (report.batch_id, report.message_id)
        content = fingerprint(report)
        identity = (key, content)
        if identity in self._seen:
            self.repeats += 1
            return False
        self._seen.add(identity)
        before = self.states.get(key)
        arrived_at_us = to_microseconds(received.arrived)
        rank = rank_of(report, arrived_at_us, content, received.sequence)
        news = (report, rank, arrived_at_us)
        after = MessageState.of(*news) if before is None else before.after_report(*news)
        self.states[key] = after
        sums = self.sums.setdefault(report.batch_id, BatchAggregates())
        sums.move(before, after)
        sums.drop_zeros()
        return True
