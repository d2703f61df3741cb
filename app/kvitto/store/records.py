"""What the reader returns: batches, messages, reports and refused requests as values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Row

from kvitto.core.aggregates import CostSum, StatusSum, results_of
from kvitto.core.awaited import UNHEARD_OF, awaited_until, is_batch_finished
from kvitto.core.loss_exposure import BatchSeen
from kvitto.core.marks import split
from kvitto.core.money import Money
from kvitto.core.rejection import ReasonValues, RejectionKind, RejectionReason
from kvitto.core.report import Origin
from kvitto.core.state import MessageState, ReceivedReport
from kvitto.core.status import Result
from kvitto.core.timestamps import from_microseconds
from kvitto.core.undelivered import NOT_DELIVERED
from kvitto.store.packed_body import unpacked
from kvitto.store.packed_sums import StatusSums
from kvitto.store.record_rows import report_from_row, state_from_row


class AskedBatch(msgspec.Struct, frozen=True, gc=False):
    """What the API says that a batch is.

    Attributes:
        size: how many messages it has; None where that is not known.
        sender: what its messages are sent from; "" if unknown.
        reference: the client's own id of it; "" for none.
        tags: the client's own tags.
    """

    size: int | None = None
    sender: str = ""
    reference: str = ""
    tags: tuple[str, ...] = ()


class BatchRecord(msgspec.Struct, frozen=True, gc=False):
    """One batch and its sums.

    Attributes:
        key: its number in the store.
        batch_id: the SMS service's id.
        label: what the user calls it, if anything.
        expected_count: how many messages the user expects, if he says so: see `expected`.
        first_seen, last_seen: when its first and last new report arrived, UTC; of a batch without
            reports, which was only asked about, when it was found.
        reports: how many different reports there are.
        revision: the commit that touched it last.
        statuses: its messages by the code of their current state.
        costs: what they cost by currency.
        is_archived: whether the user put it out of the way.
        notes: what the user noted on it.
        origin: webhook as soon as one of its reports is; demo if all of them are; api where none
            has come, and it was only asked about.
        purged: when its messages were deleted and only its sums kept; None while all is there.
        callback_key: the number of the key by which its latest webhook report came, of those that
            came by
            one; so it says to which URL its reports go.
        marks: how many reports have each combination of marks, see `kvitto.core.marks`.
        sent: the earliest time that one of its reports tells of, UTC: about when it was sent. None
            where that was not noted, of data from an earlier version.
        reference: the client's own id, where all reports that have one have the same.
        asked: what the API says that it is; None where it was not asked.
    """

    key: int
    batch_id: str
    label: str | None
    expected_count: int | None
    first_seen: datetime
    last_seen: datetime
    reports: int
    revision: int
    statuses: Mapping[int, StatusSum]
    costs: Mapping[str, CostSum]
    is_archived: bool = False
    notes: str | None = None
    origin: Origin = Origin.WEBHOOK
    purged: datetime | None = None
    callback_key: int | None = None
    marks: dict[str, int] = {}
    sent: datetime | None = None
    reference: str | None = None
    asked: AskedBatch | None = None

    @property
    def expected(self) -> int | None:
        """How many messages it should have: the API's size, else what the user says, if any."""
        asked = None if self.asked is None else self.asked.size
        return self.expected_count if asked is None else asked

    @property
    def sent_at(self) -> datetime:
        """About when it was sent, UTC: `sent`, but never after the first report of it arrived.

        The SMS service's clock may be ahead of ours; and it may have told no time.
        """
        return self.first_seen if self.sent is None else min(self.sent, self.first_seen)

    @property
    def messages(self) -> int:
        """How many messages have been seen."""
        if isinstance(self.statuses, StatusSums):
            return self.statuses.messages
        return sum(counted.messages for counted in self.statuses.values())

    @property
    def finished(self) -> int:
        """How many of them are finished."""
        if isinstance(self.statuses, StatusSums):
            return self.statuses.finished
        return sum(counted.finished for counted in self.statuses.values())

    @property
    def unfinished(self) -> int:
        """How many messages are not finished: those seen, and those expected that were not."""
        return max(self.expected or 0, self.messages) - self.finished

    @property
    def segments(self) -> int:
        """How many SMS parts they need, as far as is known."""
        return sum(counted.segments for counted in self.statuses.values())

    @property
    def cost(self) -> dict[str, Money]:
        """What they cost, each currency on its own, without what was paid back."""
        return {currency: Money(cost.nano, currency) for currency, cost in self.costs.items()}

    @property
    def paid_back(self) -> dict[str, Money]:
        """What was paid back, each currency on its own; only those in which something was."""
        return {
            currency: Money(cost.paid_back_nano, currency)
            for currency, cost in self.costs.items()
            if cost.paid_back_messages
        }

    @property
    def is_finished(self) -> bool:
        """Whether all of it is finished, as far as is known."""
        return is_batch_finished(
            messages=self.messages, finished=self.finished, expected=self.expected
        )

    @property
    def seen(self) -> BatchSeen:
        """What is known of its time."""
        is_whole = self.is_finished and self.expected is not None
        return BatchSeen(self.first_seen, self.last_seen, self.is_finished, is_whole)

    def may_report(self, now: datetime) -> bool:
        """Tell whether anything may still be heard of what is not finished of it, if there is any.

        Args:
            now: the time, UTC.
        """
        return now <= self.heard_until

    @property
    def heard_until(self) -> datetime:
        """How long anything may still be heard of what is not finished of it, UTC.

        A batch that is only known by being asked about may be scheduled for another day.
        """
        return awaited_until(self.last_seen) if self.reports else self.last_seen + UNHEARD_OF

    def is_awaited(self, now: datetime) -> bool:
        """Tell whether reports of it are waited for: not of a demo, nor of what is out of the way.

        Nor of one that has never reported.

        Where this is not so, a report may come all the same.
        """
        return (
            self.origin is Origin.WEBHOOK
            and not self.is_archived
            and self.purged is None
            and self.may_report(now)
            and not self.is_finished
        )

    def results(self) -> dict[Result, int]:
        """Return how many messages show each result; every result is there, in stacking order."""
        return results_of(self.statuses)

    def tally(self) -> "Tally":
        """Return how far the batch is: what became of all messages that it has."""
        results = self.results()
        unseen = max(0, (self.expected or 0) - self.messages)
        return Tally(
            whole=self.messages + unseen,
            delivered=results[Result.DELIVERED],
            not_delivered=sum(results[one] for one in NOT_DELIVERED),
            cancelled=results[Result.CANCELLED],
            unknown=results[Result.UNKNOWN],
            on_way=results[Result.PENDING],
            unseen=unseen,
        )


class Tally(NamedTuple):
    """What became of the messages of a batch.

    Attributes:
        whole: how many there are: those seen, or those expected if that is more.
        delivered: how many were reported delivered.
        not_delivered: how many certainly did not arrive, see `kvitto.core.undelivered`.
        cancelled: how many were cancelled before they were delivered.
        unknown: how many ended without a word on delivery.
        on_way: how many are not finished.
        unseen: how many are expected of which no report has come.
    """

    whole: int
    delivered: int
    not_delivered: int
    cancelled: int
    unknown: int
    on_way: int
    unseen: int

    @property
    def waiting(self) -> int:
        """How many may still be delivered."""
        return self.on_way + self.unseen


class MessageRecord(msgspec.Struct, frozen=True, gc=False):
    """One message and its current state.

    Attributes:
        key: its number in the store.
        batch_key, batch_id: its batch's number and the SMS service's id of it.
        message_id: the SMS service's id.
        state: where it stands.
        revision: the commit that touched it last.
        batch_label: what the user calls its batch, if anything.
        reported_at_us: when it was heard of, microseconds since the epoch, UTC: when the report of
            its current state arrived, or where that was asked from the API its last one. None
            where none ever came.
        batch_origin: demo where all reports about its batch are.
    """

    key: int
    batch_key: int
    batch_id: str
    message_id: str
    state: MessageState
    revision: int
    batch_label: str | None = None
    batch_origin: Origin = Origin.WEBHOOK
    reported_at_us: int | None = None

    @property
    def reported(self) -> datetime | None:
        """When it was heard of, UTC; None where no report of it ever came."""
        at_us = self.reported_at_us
        return None if at_us is None else from_microseconds(at_us)


class ReportRecord(msgspec.Struct, frozen=True, gc=False):
    """One report as it is kept.

    Attributes:
        received: what it says, and its arrival.
        body: the raw body, or what is kept of it; nothing where that is lost.
        origin: how it came.
        callback_key: the number of the key by which it came; None where it came without.
        repeats: how often the same report came again.
        marks: what is unusual about it, see `kvitto.core.marks`.
        body_bytes: how large the body was, where only a part of it is kept.
    """

    received: ReceivedReport
    body: bytes
    origin: Origin
    callback_key: int | None
    repeats: int
    marks: tuple[str, ...] = ()
    body_bytes: int | None = None


class QuarantineRecord(msgspec.Struct, frozen=True):
    """One refused request.

    Attributes:
        key: its number in the store.
        kind, reason: why it was refused.
        body: the raw bytes; of a body that was too large, the beginning.
        size: the size of the whole body in bytes, as far as it was read or announced.
        headers: the headers of the request that brought it first.
        callback_key: the number of the key by which it came; None where it came without.
        first_seen, last_seen: when it came first and last, UTC.
        times: how often it came.
    """

    key: int
    kind: RejectionKind
    reason: RejectionReason
    body: bytes
    size: int
    headers: list[tuple[str, str]]
    callback_key: int | None
    first_seen: datetime
    last_seen: datetime
    times: int


_ORIGINS = {one.value: one for one in Origin}
_HEADERS = msgspec.json.Decoder(list[tuple[str, str]])
_REASON_VALUES = msgspec.json.Decoder(ReasonValues)


def message_record(row: Row[Any]) -> MessageRecord:
    """Return a row of a message as a record.

    Args:
        row: the columns `kvitto.store.message_columns.MESSAGE`, and its batch's `batch_id`,
            `label` and `origin`.
    """
    return MessageRecord(
        key=row.pk,
        batch_key=row.batch_pk,
        batch_id=row.batch_id,
        message_id=row.external_id,
        state=state_from_row(row),
        revision=row.revision,
        batch_label=row.label,
        reported_at_us=row.reported_at_us,
        batch_origin=_ORIGINS[row.origin],
    )


def report_record(row: Row[Any]) -> ReportRecord:
    """Return a row of `report`, joined with its `message_id` and `batch_id`, as a record."""
    received = report_from_row(row, batch_id=row.batch_id, message_id=row.message_id)
    return ReportRecord(
        received=received,
        body=unpacked(row.body, received.report),
        origin=Origin(row.origin),
        callback_key=row.callback_key_pk,
        repeats=row.repeat_count,
        marks=split(row.marks),
        body_bytes=row.body_bytes,
    )


def stored_reason(code: str, values: str) -> RejectionReason:
    """Return a reason as the columns `reason` and `reason_values` have it."""
    return RejectionReason(code, _REASON_VALUES.decode(values))


def reason_values(reason: RejectionReason) -> str:
    """Return what goes into the column `reason_values`: always the same for the same values."""
    return msgspec.json.encode(reason.values).decode()


def quarantine_record(row: Row[Any]) -> QuarantineRecord:
    """Return a row of `quarantine` as a record."""
    return QuarantineRecord(
        key=row.pk,
        kind=RejectionKind(row.kind),
        reason=stored_reason(row.reason, row.reason_values),
        body=row.body,
        size=row.size_bytes,
        headers=_HEADERS.decode(row.headers),
        callback_key=row.callback_key_pk,
        first_seen=from_microseconds(row.first_seen_at_us),
        last_seen=from_microseconds(row.last_seen_at_us),
        times=row.request_count,
    )
