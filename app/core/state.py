"""From reports to a message's current state.

A state is a join: each of its parts is taken from the report of the greatest rank that has it. So
reports may come in any order and any number of times, and the state is the same.
Source: protocol, "From reports to a message, a batch and a cost".
"""

from datetime import datetime
from typing import Generic, NamedTuple, Self, TypeVar

import msgspec

from app.core.money import Money
from app.core.report import DeliveryReport, bounded, fingerprint
from app.core.status import FUNDED, REFUNDED, Outcome, is_settled, outcome_of, step_of
from app.core.times import from_microseconds, to_microseconds

T = TypeVar("T")


class Rank(NamedTuple):
    """What decides which of a message's reports is its current state: the greatest.

    Attributes:
        ended: whether the report ends the message: it is final, or delivered.
        created_us: when the status changed, microseconds since the epoch, UTC: ranks are compared
            and kept far more often than anybody looks at their time.
        step: the place of its code in the pipeline.
        content: the report's fingerprint. It says nothing, but it decides between all others.
        sequence: which report it is: its place in the order of arrival. Different reports of one
            message have different contents, so that arrival decides nothing.
    """

    ended: bool
    created_us: int
    step: int
    content: int
    sequence: int

    @property
    def created(self) -> datetime:
        """When the status changed, UTC."""
        return from_microseconds(self.created_us)


class ReceivedReport(msgspec.Struct, frozen=True, gc=False):
    """A report and what its arrival adds.

    Attributes:
        report: what the sender said; its time is within bounds, see `app.core.report.bounded`.
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
        """When the status changed: the sender's time, or the time of arrival where it gave none."""
        return self.arrived if self.report.created is None else self.report.created

    @property
    def rank(self) -> Rank:
        """The report's rank among those of its message."""
        return self.rank_with(fingerprint(self.report))

    def rank_with(self, content: int) -> Rank:
        """Return the rank, for who knows the report's fingerprint already."""
        report = self.report
        code = report.code
        created = self.arrived if report.created is None else report.created
        return Rank(
            is_settled(code, final=report.final),
            to_microseconds(created),
            step_of(code),
            content,
            self.sequence,
        )


class Known(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A value, and the rank of the report that it was taken from."""

    value: T
    rank: Rank


class Funding(NamedTuple):
    """The newest status of a message that tells of its money.

    Only what decides between funded and refunded: in the order of ranks.
    """

    final: bool
    created_us: int
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
        arrived_us: when that report came, microseconds since the epoch, UTC.
        first_created_us: the earliest `created` of all the message's reports; its cost counts from
            then in the cost chart.
        reports: how many different reports there are about the message.
        priced: the newest price that is not one of a refund, and the currency that came with it.
        refund: the newest price of a refund, likewise.
        currency: the newest known currency; it goes with a price that came without one.
        funding: whether the message was last paid for or paid back; None where nothing says.
        segments, recipient, reference: those of the newest report that has them.
    """

    rank: Rank
    code: int
    final: bool
    arrived_us: int
    first_created_us: int
    reports: int
    priced: Known[Money] | None = None
    refund: Known[Money] | None = None
    currency: Known[str] | None = None
    funding: Funding | None = None
    segments: Known[int] | None = None
    recipient: Known[str] | None = None
    reference: Known[str] | None = None

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
        return self.rank.ended

    @property
    def outcome(self) -> Outcome:
        """What is shown of the message."""
        return outcome_of(self.code, final=self.final)

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
    def first(cls, received: ReceivedReport, rank: Rank | None = None) -> Self:
        """Return the state of a message after its first report.

        Args:
            received: the report.
            rank: its rank, if the caller knows it.
        """
        report = received.report
        rank = received.rank if rank is None else rank
        code = report.code
        price = _known(report.price, rank)
        return cls(
            rank=rank,
            code=code,
            final=report.final,
            arrived_us=to_microseconds(received.arrived),
            first_created_us=rank.created_us,
            reports=1,
            priced=None if code == REFUNDED else price,
            refund=price if code == REFUNDED else None,
            currency=_known(report.currency, rank),
            funding=_funding(report, rank),
            segments=_known(report.segments, rank),
            recipient=_known(report.recipient, rank),
            reference=_known(report.reference, rank),
        )

    def after(self, received: ReceivedReport, rank: Rank | None = None) -> "MessageState":
        """Return the state after one more report, which must differ from all before it.

        Args:
            received: the report.
            rank: its rank, if the caller knows it.
        """
        report = received.report
        rank = received.rank if rank is None else rank
        code = report.code
        is_refund = code == REFUNDED
        is_alike = is_refund is (self.code == REFUNDED)
        is_newest = rank > self.rank if is_alike else not is_refund
        funding = _funding(report, rank)
        if funding is None or (self.funding is not None and self.funding > funding):
            funding = self.funding
        return MessageState(
            rank=rank if is_newest else self.rank,
            code=code if is_newest else self.code,
            final=report.final if is_newest else self.final,
            arrived_us=to_microseconds(received.arrived) if is_newest else self.arrived_us,
            first_created_us=min(self.first_created_us, rank.created_us),
            reports=self.reports + 1,
            priced=self.priced if is_refund else _newer(self.priced, report.price, rank),
            refund=_newer(self.refund, report.price, rank) if is_refund else self.refund,
            currency=_newer(self.currency, report.currency, rank),
            funding=funding,
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


def _funding(report: DeliveryReport, rank: Rank) -> Funding | None:
    code = report.code
    if code != REFUNDED and code != FUNDED:
        return None
    return Funding(report.final, rank.created_us, code)
