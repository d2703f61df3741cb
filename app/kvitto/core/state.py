"""From reports to a message's current state.

A state is a join: each of its parts is taken from the report of the greatest rank that has it. So
reports may come in any order and any number of times, and the state is the same.
Source: protocol, "From reports to a message, a batch and a cost".
"""

from datetime import datetime
from typing import Generic, NamedTuple, Self, TypeVar

import msgspec

from kvitto.core.money import Money
from kvitto.core.report import DeliveryReport, bounded, fingerprint
from kvitto.core.status import FUNDED, REFUNDED, Result, ending_of, result_of, step_of
from kvitto.core.timestamps import from_microseconds, to_microseconds

T = TypeVar("T")


class OrderKey(NamedTuple):
    """What decides which of a message's reports is its current state: the greatest.

    Attributes:
        ending: how far the report ends the message, see `kvitto.core.status.ending_of`: what became
            of it is never taken back by a step on the way, be that final.
        created_at_us: when the status changed, microseconds since the epoch, UTC: ranks are
            compared and kept far more often than anybody looks at their time.
        step: the place of its code in the pipeline.
        content: the report's fingerprint. It says nothing, but it decides between all others.
        sequence: which report it is: its place in the order of arrival. Different reports of one
            message have different contents, so that arrival decides nothing.
    """

    ending: int
    created_at_us: int
    step: int
    content: int
    sequence: int

    @property
    def created(self) -> datetime:
        """When the status changed, UTC."""
        return from_microseconds(self.created_at_us)


class ReceivedReport(msgspec.Struct, frozen=True, gc=False):
    """A report and what its arrival adds.

    Attributes:
        report: what the SMS service said; its time is within bounds, see
            `kvitto.core.report.bounded`.
        sequence: the report's place in the order of arrival, from 1.
        arrived: when its first copy came, UTC.
    """

    report: DeliveryReport
    sequence: int
    arrived: datetime

    @classmethod
    def of(cls, report: DeliveryReport, sequence: int, arrived: datetime) -> Self:
        """Return what a report is that says anything and has come at `arrived`."""
        return cls(bounded(report, arrived), sequence, arrived)

    @property
    def created(self) -> datetime:
        """When the status changed: the SMS service's time, or else that of arrival."""
        return self.arrived if self.report.created is None else self.report.created

    @property
    def rank(self) -> OrderKey:
        """The report's rank among those of its message."""
        report = self.report
        return rank_of(report, to_microseconds(self.arrived), fingerprint(report), self.sequence)


def rank_of(report: DeliveryReport, arrived_at_us: int, content: int, sequence: int) -> OrderKey:
    """Return a report's rank among those of its message.

    Args:
        report: the report; its time is within bounds.
        arrived_at_us: when it came, microseconds since the epoch, UTC.
        content: its fingerprint.
        sequence: its place in the order of arrival.
    """
    code, created = report.code, report.created
    # This is what a named tuple does, in half of the time: it is done for every report.
    return tuple.__new__(
        OrderKey,
        (
            ending_of(code, final=report.final),
            arrived_at_us if created is None else to_microseconds(created),
            step_of(code),
            content,
            sequence,
        ),
    )


class Sourced(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A value, and the rank of the report that it was taken from."""

    value: T
    rank: OrderKey


class Funding(NamedTuple):
    """The newest status of a message that tells of its money.

    Only what decides between funded and refunded: in the order of ranks.
    """

    final: bool
    created_at_us: int
    code: int

    @property
    def is_refunded(self) -> bool:
        """Whether the price was paid back."""
        return self.code == REFUNDED


class MessageState(msgspec.Struct, frozen=True, gc=False):
    """The current state of one message.

    Attributes:
        rank: the rank of the report that is the current state. One that tells of a refund is it
            only where there is no other.
        code, final: what it says.
        arrived_at_us: when that report came, microseconds since the epoch, UTC.
        first_created_at_us: the earliest `created` of all the message's reports; its cost counts
            from then in the cost chart.
        reports: how many different reports there are about the message.
        priced: the newest price that is not one of a refund, and the currency that came with it.
        refund: the newest price of a refund, likewise.
        currency: the newest known currency; it goes with a price that came without one.
        funding: whether the message was last paid for or paid back; None where nothing says.
        segments, recipient, reference: those of the newest report that has them.
    """

    rank: OrderKey
    code: int
    final: bool
    arrived_at_us: int
    first_created_at_us: int
    reports: int
    priced: Sourced[Money] | None = None
    refund: Sourced[Money] | None = None
    currency: Sourced[str] | None = None
    funding: Funding | None = None
    segments: Sourced[int] | None = None
    recipient: Sourced[str] | None = None
    reference: Sourced[str] | None = None

    @property
    def arrived(self) -> datetime:
        """When the report that is the current state came, UTC."""
        return from_microseconds(self.arrived_at_us)

    @property
    def first_created(self) -> datetime:
        """The earliest `created` of all its reports, UTC."""
        return from_microseconds(self.first_created_at_us)

    @property
    def is_finished(self) -> bool:
        """Whether the message is final or delivered."""
        return self.rank.ending > 0

    @property
    def result(self) -> Result:
        """What is shown of the message."""
        return result_of(self.code, final=self.final)

    @property
    def price(self) -> Money | None:
        """What the message costs, or would if it had not been paid back; None where unknown.

        Where only a refund has a price, it is that.
        """
        priced = self.priced
        if priced is None:
            if self.funding is None or not self.funding.is_refunded or self.refund is None:
                return None
            priced = self.refund
        price = priced.value
        if price.currency or self.currency is None:
            return price
        return Money(price.nano, self.currency.value)

    @property
    def is_refunded(self) -> bool:
        """Whether its price was paid back."""
        return self.funding is not None and self.funding.is_refunded

    @property
    def cost(self) -> Money | None:
        """What the message costs: nothing where its price was paid back; None where unknown."""
        price = self.price
        return Money(0, price.currency) if price is not None and self.is_refunded else price

    @property
    def paid_back(self) -> Money | None:
        """The price that was paid back; None where none was, or it is not known."""
        return self.price if self.is_refunded else None

    @classmethod
    def first(cls, received: ReceivedReport) -> Self:
        """Return the state of a message after its first report."""
        return cls.of(received.report, received.rank, to_microseconds(received.arrived))

    @classmethod
    def of(cls, report: DeliveryReport, rank: OrderKey, arrived_at_us: int) -> Self:
        """Return the state of a message after its first report.

        Args:
            report: the report.
            rank: its rank, by `rank_of`.
            arrived_at_us: when it came, microseconds since the epoch, UTC.
        """
        code = report.code
        price = _known(report.price, rank)
        return cls(
            rank=rank,
            code=code,
            final=report.final,
            arrived_at_us=arrived_at_us,
            first_created_at_us=rank.created_at_us,
            reports=1,
            priced=None if code == REFUNDED else price,
            refund=price if code == REFUNDED else None,
            currency=_known(report.currency, rank),
            funding=_funding(report, rank),
            segments=_known(report.segments, rank),
            recipient=_known(report.recipient, rank),
            reference=_known(report.reference, rank),
        )

    def after(self, received: ReceivedReport) -> "MessageState":
        """Return the state after one more report, which must differ from all before it."""
        return self.after_report(received.report, received.rank, to_microseconds(received.arrived))

    def after_report(
        self, report: DeliveryReport, rank: OrderKey, arrived_at_us: int
    ) -> "MessageState":
        """Return the state after one more report; as `after`, with the arguments of `of`."""
        code = report.code
        is_refund = code == REFUNDED
        is_alike = is_refund is (self.code == REFUNDED)
        is_newest = rank > self.rank if is_alike else not is_refund
        price, refund, funding = self.priced, self.refund, self.funding
        if is_refund:
            refund = _newer(refund, report.price, rank)
        else:
            price = _newer(price, report.price, rank)
        if is_refund or code == FUNDED:
            newer = _funding(report, rank)
            if newer is not None and (funding is None or newer > funding):
                funding = newer
        created_at_us = rank.created_at_us
        first_us = self.first_created_at_us
        return MessageState(
            rank if is_newest else self.rank,
            code if is_newest else self.code,
            report.final if is_newest else self.final,
            arrived_at_us if is_newest else self.arrived_at_us,
            created_at_us if created_at_us < first_us else first_us,
            self.reports + 1,
            price,
            refund,
            _newer(self.currency, report.currency, rank),
            funding,
            _newer(self.segments, report.segments, rank),
            _newer(self.recipient, report.recipient, rank),
            _newer(self.reference, report.reference, rank),
        )


def _known(value: T | None, rank: OrderKey) -> Sourced[T] | None:
    return None if value is None else Sourced(value, rank)


def _newer(known: Sourced[T] | None, value: T | None, rank: OrderKey) -> Sourced[T] | None:
    if value is None or (known is not None and known.rank > rank):
        return known
    return Sourced(value, rank)


def _funding(report: DeliveryReport, rank: OrderKey) -> Funding | None:
    code = report.code
    if code != REFUNDED and code != FUNDED:
        return None
    return Funding(report.final, rank.created_at_us, code)
