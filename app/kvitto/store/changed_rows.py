"""The batches and messages that a group of arrivals touches, while it is folded."""

from collections import Counter, defaultdict
from typing import Final

from kvitto.core.aggregates import BatchAggregates
from kvitto.core.erased import is_token
from kvitto.core.report import Origin
from kvitto.core.state import MessageState, OrderKey
from kvitto.core.timestamps import minute_of
from kvitto.store.asked_statuses import Told
from kvitto.store.write_requests import ReportRequest

# Python 3.11 takes longer to find a member of an enumeration than to do what we do with it.
_WEBHOOK: Final = Origin.WEBHOOK
_API: Final = Origin.API


class TouchedMessage:
    """A message that the group touches."""

    __slots__ = ("counts", "is_changed", "its_batch", "message_id", "pk", "seen", "state", "told")

    def __init__(
        self, pk: int, its_batch: "TouchedBatch", message_id: str, state: MessageState | None
    ) -> None:
        self.pk = pk
        self.its_batch = its_batch
        self.message_id = message_id
        self.state = state
        self.is_changed = False
        self.counts = message_id not in its_batch.purged
        self.seen: dict[int, int] = {}
        """The keys of its reports by fingerprint, as far as the group needs them."""
        self.told: Told | None = None
        """All that is told of it, where it has asked statuses."""


class TouchedBatch:
    """A batch that the group touches."""

    __slots__ = (
        "callback_key",
        "first_reference",
        "first_seen_at_us",
        "is_unreported",
        "last_reference",
        "last_seen_at_us",
        "marks",
        "messages",
        "new_reports",
        "origin",
        "pk",
        "purged",
        "sent_at_us",
        "steps",
        "sums",
    )

    def __init__(self, pk: int, origin: Origin | None) -> None:
        """Take a batch with its key and its origin so far; None for a new one."""
        self.pk = pk
        self.origin = origin
        self.is_unreported = origin is _API
        """Whether no report has come before: it was only asked about."""
        self.callback_key: int | None = None
        self.steps: defaultdict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        """Reports, and how many of them end their message, by minute and code."""
        self.marks: Counter[str] = Counter()
        self.sums = BatchAggregates()
        self.new_reports = 0
        self.first_seen_at_us = 0
        self.last_seen_at_us = 0
        self.sent_at_us = 0
        self.first_reference: str | None = None
        self.last_reference: str | None = None
        self.messages: dict[str, TouchedMessage] = {}
        """Those that the group touches, by their ids."""
        self.purged: set[str] = set()
        """The ids of messages that its sums have already, as far as the group needs them."""

    def see(self, arrived_at_us: int, rank: OrderKey, code: int, arrival: ReportRequest) -> None:
        """Take in one more new report."""
        origin, callback_key = arrival.origin, arrival.callback_key
        counts = self.steps[minute_of(arrived_at_us), code]
        counts[0] += 1
        counts[1] += rank.ending > 0
        if origin is _WEBHOOK:
            # Among real reports a few demo ones make no demo.
            self.origin = origin
            if callback_key is not None:
                self.callback_key = callback_key
        elif self.origin is None or self.origin is _API:
            self.origin = origin
        if not self.new_reports or arrived_at_us < self.first_seen_at_us:
            self.first_seen_at_us = arrived_at_us
        if not self.new_reports or rank.created_at_us < self.sent_at_us:
            self.sent_at_us = rank.created_at_us
        reference = arrival.report.reference
        if reference is not None and not is_token(reference):
            first, last = self.first_reference, self.last_reference
            self.first_reference = reference if first is None else min(first, reference)
            self.last_reference = reference if last is None else max(last, reference)
        if arrived_at_us > self.last_seen_at_us:
            self.last_seen_at_us = arrived_at_us
        self.new_reports += 1
