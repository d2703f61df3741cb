"""From reports to a message's current state.

A state is a join: each of its parts is taken from the report of the greatest rank that has it. So
reports may come in any order and any number of times, and the state is the same.
Source: protocol, "From reports to a message, a batch and a cost".
"""

from datetime import datetime
from typing import Generic, NamedTuple, Self, TypeVar

import msgspec

from app.core.money import Money
from app.core.report import DeliveryReport
from app.core.status import Outcome, is_settled, outcome_of
from app.core.times import from_microseconds, to_microseconds

T = TypeVar("T")


class Rank(NamedTuple):
    """What decides which of a message's reports is its current state: the greatest.

    Codes have no part in it. `sequence` counts arrivals; it is the order of arrival proper, which
    a clock that is set back can't disturb. `created_us` are microseconds since the epoch, UTC:
    ranks are compared and kept far more often than anybody looks at their time.
    """

    final: bool
    created_us: int
    sequence: int

    @property
    def created(self) -> datetime:
        """When the status changed, UTC."""
        return from_microseconds(self.created_us)


class ReceivedReport(msgspec.Struct, frozen=True, gc=False):
    """A report and what its arrival adds.

    Attributes:
        report: what the sender said.
        sequence: the report's place in the order of arrival, from 1.
        arrived: when its first copy came, UTC.
    """

    report: DeliveryReport
    sequence: int
    arrived: datetime

    @property
    def created(self) -> datetime:
        """When the status changed: the sender's time, or the time of arrival where it gave none."""
        return self.arrived if self.report.created is None else self.report.created

    @property
    def rank(self) -> Rank:
        """The report's rank among those of its message."""
        report = self.report
        created = self.arrived if report.created is None else report.created
        return Rank(report.final, to_microseconds(created), self.sequence)


class Known(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A value, and the rank of the report that it was taken from."""

    value: T
    rank: Rank


class MessageState(msgspec.Struct, frozen=True, gc=False):
    """The current state of one message.

    Attributes:
        rank: the rank of the report that is the current state.
        code: its code.
        arrived_us: when that report came, microseconds since the epoch, UTC.
        first_created_us: the earliest `created` of all the message's reports; its cost counts from
            then in the cost chart.
        reports: how many different reports there are about the message.
        price, segments, recipient, reference: those of the current state or, where it has none,
            of the newest report that has one.
    """

    rank: Rank
    code: int
    arrived_us: int
    first_created_us: int
    reports: int
    price: Known[Money] | None
    segments: Known[int] | None
    recipient: Known[str] | None
    reference: Known[str] | None

    @property
    def arrived(self) -> datetime:
        """When the report that is the current state came, UTC."""
        return from_microseconds(self.arrived_us)

    @property
    def first_created(self) -> datetime:
        """The earliest `created` of all its reports, UTC."""
        return from_microseconds(self.first_created_us)

    @property
    def settled(self) -> bool:
        """Whether the message is done: final or delivered."""
        return is_settled(self.code, final=self.rank.final)

    @property
    def outcome(self) -> Outcome:
        """What is shown of the message."""
        return outcome_of(self.code)

    @classmethod
    def first(cls, received: ReceivedReport) -> Self:
        """Return the state of a message after its first report."""
        report, rank = received.report, received.rank
        return cls(
            rank=rank,
            code=report.code,
            arrived_us=to_microseconds(received.arrived),
            first_created_us=rank.created_us,
            reports=1,
            price=_known(report.price, rank),
            segments=_known(report.segments, rank),
            recipient=_known(report.recipient, rank),
            reference=_known(report.reference, rank),
        )

    def after(self, received: ReceivedReport) -> "MessageState":
        """Return the state after one more report, which must differ from all before it."""
        report, rank = received.report, received.rank
        is_newest = rank > self.rank
        return MessageState(
            rank=rank if is_newest else self.rank,
            code=report.code if is_newest else self.code,
            arrived_us=to_microseconds(received.arrived) if is_newest else self.arrived_us,
            first_created_us=min(self.first_created_us, rank.created_us),
            reports=self.reports + 1,
            price=_newer(self.price, report.price, rank),
            segments=_newer(self.segments, report.segments, rank),
            recipient=_newer(self.recipient, report.recipient, rank),
            reference=_newer(self.reference, report.reference, rank),
        )


def _known(value: T | None, rank: Rank) -> Known[T] | None:
    return None if value is None else Known(value, rank)


def _newer(known: Known[T] | None, value: T | None, rank: Rank) -> Known[T] | None:
    if value is None or (known is not None and known.rank > rank):
        return known
    return Known(value, rank)
