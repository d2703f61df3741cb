"""Compare what a store holds with what was posted to it, message by message, batch by batch.

What was posted is made anew from the campaign's plan, not read from what was sent; what became of
each report is known from its answers. For each message this says:

* A report that was answered 200 must be stored. It may be there whole or not at all: each field
  and the raw body are compared.
* A report that was sent whole and never answered 200 (the connection broke, the receiver was
  killed, it was deleted after all its tries) may be stored or not; nobody but the store can know.
  Both are right, and how many are there is told.
* Anything else that is stored about the campaign's messages is wrong.

From the reports that are stored, as the simulator knows them, the message's state is folded by the
rules of the core, and from the states the sums of the batch. Two things are the store's own and
are taken from it: the order in which reports arrived, and when. They decide only where a report
has no time that can be right: then its arrival is its time. That an arrival lies in the future is
told; that it lies before the campaign is counted, since the same campaign may have been
posted to the same store before.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from kvitto.core.aggregates import BatchAggregates
from kvitto.core.ip1_parser import parse
from kvitto.core.marks import OPTIONAL_FIELDS, joined
from kvitto.core.money import amount_of
from kvitto.core.report import bounded, fingerprint
from kvitto.core.state import MessageState
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.delivery_results import DeliveryResult, DeliveryResults
from kvitto.simulator.message_scripts import MessageScript
from kvitto.simulator.simulated_batches import SimulatedBatch
from kvitto.simulator.summary import PostingSummary
from kvitto.store.check_result import MAX_DIFFERENCES, Differences
from kvitto.store.reader import Reader
from kvitto.store.records import BatchRecord, MessageRecord, ReportRecord

_READINGS: Final = 5
_TELL_EVERY: Final = 500


class Verification(Differences):
    """What a comparison found.

    Attributes:
        batches, messages, reports: how many were compared.
        copies: how many copies of the reports came, as the store has counted them.
        uncertain: reports that were sent and never answered 200.
        uncertain_stored: how many of these are stored.
        known_before: reports that were in the store before the campaign began.
    """

    batches: int = 0
    messages: int = 0
    reports: int = 0
    copies: int = 0
    uncertain: int = 0
    uncertain_stored: int = 0
    known_before: int = 0

    def add(self, other: "Verification") -> None:
        """Add what another comparison found."""
        for name in ("batches", "messages", "reports", "copies", "uncertain", "uncertain_stored"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.known_before += other.known_before
        self.found += other.found
        self.differences += other.differences
        del self.differences[MAX_DIFFERENCES:]


def verify(
    reader: Reader,
    campaign: Campaign,
    summary: PostingSummary,
    *,
    began: datetime,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Verification:
    """Compare every message and every batch of a campaign with a store.

    Memory is flat in the number of messages. The store may be in use; nothing of the campaign may
    be under way to it any more.

    Args:
        reader: reads the store.
        campaign: what was posted.
        summary: what came of it.
        began: when the campaign began, UTC.
        on_progress: is told now and then how many of all messages are done.

    Raises:
        StoreError: the store can't be read.
    """
    result = Verification()
    for number in range(len(campaign.batches)):
        comparison = _Comparison(reader, campaign, summary.delivery_results, began, on_progress)
        result.add(comparison.of(number))
    if not result.known_before and not summary.taken <= result.copies <= summary.sent:
        result.differ(
            f"The store counts {result.copies} copies of reports; {summary.taken} were answered "
            f"200, and {summary.sent} were sent"
        )
    return result


class _Comparison:
    """Compares one batch."""

    def __init__(
        self,
        reader: Reader,
        campaign: Campaign,
        delivery_results: DeliveryResults,
        began: datetime,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._reader = reader
        self._campaign = campaign
        self._delivery_results = delivery_results
        self._began = began
        self._on_progress = on_progress
        self._result = Verification()
        self._sums = BatchAggregates()
        self._marks: Counter[str] = Counter()

    def of(self, number: int) -> Verification:
        """Compare a batch; again if the store has changed it meanwhile."""
        batch = self._campaign.batches[number]
        record = self._reader.batch(batch.batch_id)
        for _ in range(_READINGS):
            self._result = Verification(batches=1)
            self._sums = BatchAggregates()
            self._marks = Counter()
            self._compare_messages(batch, record)
            before, record = record, self._reader.batch(batch.batch_id)
            if (before and before.revision) == (record and record.revision):
                break
        if record is not None:
            self._compare_sums(batch, record)
        return self._result

    # --- Messages -------------------------------------------------------------------------------

    def _compare_messages(self, batch: SimulatedBatch, record: BatchRecord | None) -> None:
        """Walk through the messages as planned and as stored, both in the order of their ids."""
        messages = iter(()) if record is None else self._reader.stream_messages(record.key)
        reports = iter(()) if record is None else self._reader.stream_reports(record.key)
        stored = _together(messages, reports)
        following = next(stored, None)
        for message in range(batch.first, batch.first + batch.size):
            message_id = self._campaign.message_id(message)
            while following is not None and following[0].message_id < message_id:
                self._tell_extra(batch, following[0])
                following = next(stored, None)
            if following is not None and following[0].message_id == message_id:
                self._compare_message(batch, message, *following)
                following = next(stored, None)
            else:
                self._compare_message(batch, message, None, [])
            if message % _TELL_EVERY == 0:
                self._on_progress(message, self._campaign.plan.messages)
        while following is not None:
            self._tell_extra(batch, following[0])
            following = next(stored, None)

    def _tell_extra(self, batch: SimulatedBatch, extra: MessageRecord) -> None:
        self._result.differ(
            f"Message {extra.message_id} of batch {batch.batch_id} is stored and was never sent"
        )

    def _compare_message(
        self,
        batch: SimulatedBatch,
        message: int,
        record: MessageRecord | None,
        stored: list[ReportRecord],
    ) -> None:
        result = self._result
        result.messages += 1
        script = self._campaign.script(message)
        name = f"Message {self._campaign.message_id(message)} of batch {batch.batch_id}"
        missing = dict(enumerate(script.reports))
        state: MessageState | None = None
        for one in stored:
            result.reports += 1
            result.copies += 1 + one.repeats
            received = one.received
            numbers = _numbers_of(one, script)
            if not numbers:
                result.differ(f"{name} has a report that was never made: {received.report.code}")
            elif not missing.keys() >= numbers:
                result.differ(f"{name} has the report {received.report.code} twice")
            else:
                for number in numbers:
                    del missing[number]
                self._compare_report(name, message, numbers, one)
                posted = {post.body for post in script.posts if post.report in numbers}
                self._compare_body(name, one, posted)
            state = MessageState.first(received) if state is None else state.after(received)
        for number, report in missing.items():
            match self._delivery_results.of(message, number):
                case DeliveryResult.TAKEN:
                    result.differ(f"{name}: the report {report.code} was answered 200 and is gone")
                case DeliveryResult.SENT:
                    result.uncertain += 1
                case DeliveryResult.UNSENT:
                    pass
        self._compare_state(name, state, record)
        self._sums.move(None, state)

    def _compare_report(
        self, name: str, message: int, numbers: set[int], one: ReportRecord
    ) -> None:
        """Compare what is known of a stored report with its being stored."""
        result, code = self._result, one.received.report.code
        if one.received.arrived < self._began:
            result.known_before += 1
            return
        delivery_results = {self._delivery_results.of(message, number) for number in numbers}
        if delivery_results == {DeliveryResult.UNSENT}:
            result.differ(f"{name}: the report {code} is stored and was never sent")
        elif DeliveryResult.TAKEN not in delivery_results:
            result.uncertain += 1
            result.uncertain_stored += 1
        if one.received.arrived > datetime.now(UTC):
            result.differ(f"{name}: the report {code} arrived in the future")

    def _compare_body(self, name: str, one: ReportRecord, posted: set[bytes]) -> None:
        """Compare what is kept of a report as it came with what may have come."""
        code = one.received.report.code
        if one.body not in posted:
            self._result.differ(f"{name}: the body of {code} was never posted")
        elif _marks_of(one) != one.marks:
            self._result.differ(f"{name}: the report {code} is marked as {one.marks}")
        if one.marks:
            self._marks[joined(one.marks) or ""] += 1

    def _compare_state(
        self, name: str, state: MessageState | None, record: MessageRecord | None
    ) -> None:
        kept = None if record is None else record.state
        if kept == state:
            return
        if kept is None or state is None:
            where = ""
        else:
            fields = MessageState.__struct_fields__
            names = [one for one in fields if getattr(kept, one) != getattr(state, one)]
            where = f"; it differs in {', '.join(names)}"
        self._result.differ(f"{name} stands at {_told(kept)}, not {_told(state)}{where}")

    # --- Sums -----------------------------------------------------------------------------------

    def _compare_sums(self, batch: SimulatedBatch, record: BatchRecord) -> None:
        """Compare a batch's counts, segments and cost with those of the messages."""
        name = f"Batch {batch.batch_id}"
        self._sums.drop_zeros()
        result = self._result
        if record.reports != result.reports:
            result.differ(f"{name} counts {record.reports} reports, not {result.reports}")
        _compare(f"{name}: at", record.statuses, self._sums.statuses, result)
        _compare(f"{name}: cost in", record.costs, self._sums.costs, result)
        _compare(f"{name}: reports with the marks", record.marks, self._marks, result)


def _numbers_of(one: ReportRecord, script: MessageScript) -> set[int]:
    """Return which of a message's reports a stored one is: several where only their times differ.

    Times that can't be right at the arrival are left out, as the store does.
    """
    stored = fingerprint(one.received.report)
    return {
        number
        for number, report in enumerate(script.reports)
        if fingerprint(bounded(report, one.received.arrived)) == stored
    }


def _marks_of(one: ReportRecord) -> tuple[str, ...]:
    """Return the marks that a stored report must have by its body."""
    read = bounded(parse(one.body), one.received.arrived)
    return (*read.left_out, *(mark for mark in one.marks if mark not in OPTIONAL_FIELDS))


def _together(
    messages: Iterator[MessageRecord], reports: Iterator[ReportRecord]
) -> Iterator[tuple[MessageRecord, list[ReportRecord]]]:
    """Yield each message with its reports; both come in the order of their ids.

    The reports are read first; in a store that changes meanwhile, a message may have none yet, or
    be gone. Then all is read again.
    """
    grouped = groupby(reports, key=lambda one: one.received.report.message_id)
    message_id, group = next(grouped, _NO_GROUP)
    for message in messages:
        while message_id is not None and message_id < message.message_id:
            message_id, group = next(grouped, _NO_GROUP)
        yield message, list(group) if message_id == message.message_id else []


_NO_GROUP: Final[tuple[str | None, Iterator[ReportRecord]]] = (None, iter(()))


def _compare(
    name: str, kept: Mapping[Any, Any], truth: Mapping[Any, Any], result: Verification
) -> None:
    for key in sorted({*kept, *truth}):
        if kept.get(key) != truth.get(key):
            result.differ(f"{name} {key}: stored {kept.get(key)}, not {truth.get(key)}")


def _told(state: MessageState | None) -> str:
    if state is None:
        return "nothing"
    price = "none" if state.price is None else f"{amount_of(state.price.nano):f}"
    if state.is_refunded:
        price += ", paid back"
    final = ", final" if state.final else ""
    segments = "no" if state.segments is None else str(state.segments.value)
    return (
        f"{state.code}{final} since {state.rank.created.isoformat()} with {state.reports} reports, "
        f"{segments} segments, price {price}"
    )
