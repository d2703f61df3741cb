"""The meaning of reports once more, in the slowest and plainest way.

It sorts all reports of a message and derives everything anew, where the core folds one report at a
time; costs are fractions of a currency's unit, times are instants. Nothing of the core's
arithmetic is used. Source: protocol, "From reports to a message, a batch and a cost".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TypeAlias

from kvitto.core.report import fingerprint
from kvitto.core.state import ReceivedReport

NANO_PER_UNIT = 10**9

PIPELINE = ("101", "102", "103", "104", "110", "114", "111", "112", "113")
"""The steps in the protocol's order; a refund follows the payment."""

Price: TypeAlias = tuple[Fraction, str]


@dataclass(frozen=True)
class Message:
    """What all the reports of one message add up to."""

    batch_id: str
    code: int
    final: bool
    created: datetime
    arrived: datetime
    first_created: datetime
    reports: int
    cost: Price | None
    paid_back: Price | None
    segments: int | None
    recipient: str | None
    reference: str | None

    @property
    def finished(self) -> bool:
        """Final, or delivered to the handset."""
        return self.final or self.code == 201


@dataclass(frozen=True)
class Batch:
    """What all the messages of one batch add up to.

    `statuses` holds messages, finished ones, segments and those of the finished ones by code;
    `costs` the cost, the number of priced messages, what was paid back and of how many messages by
    currency; `steps` the cost by currency and the start of its minute. Steps that are zero are left
    out.
    """

    statuses: dict[int, tuple[int, int, int, int]]
    costs: dict[str, tuple[Fraction, int, Fraction, int]]
    steps: dict[tuple[str, datetime], Fraction]


def messages_of(received: Iterable[ReceivedReport]) -> dict[tuple[str, str], Message]:
    """Derive every message from the distinct reports in `received`."""
    by_message: dict[tuple[str, str], list[ReceivedReport]] = {}
    for one in received:
        by_message.setdefault((one.report.batch_id, one.report.message_id), []).append(one)
    return {key: _message(history) for key, history in by_message.items()}


def _when(one: ReceivedReport) -> datetime:
    said = one.report.created
    if said is None or said.year < 2000 or said > one.arrived + timedelta(days=1):
        return one.arrived
    return said


def _step(one: ReceivedReport) -> tuple[str, int]:
    """Return the step of the pipeline: first the group, then the place in it."""
    code = str(one.report.code)
    if len(code) != 3 or code[0] not in "1245":
        return "0", 0
    return code[0], PIPELINE.index(code) if code in PIPELINE else len(PIPELINE)


def newest_first(history: Iterable[ReceivedReport]) -> list[ReceivedReport]:
    """Return reports by the protocol's order.

    Four stable sorts, the least important first, instead of one comparison of ranks. The last
    resort is the order of contents that the core fixes: any would do.
    """
    ordered = sorted(history, key=lambda one: fingerprint(one.report), reverse=True)
    ordered.sort(key=_step, reverse=True)
    ordered.sort(key=_when, reverse=True)
    ordered.sort(key=lambda one: 0 if one.report.final or one.report.code == 201 else 1)
    # What became of a message is never taken back by a step on the way, be that final.
    ordered.sort(
        key=lambda one: (
            1
            if one.report.final and one.report.code // 100 == 1
            else 0
            if one.report.final or one.report.code == 201
            else 2
        )
    )
    return ordered


def _message(history: list[ReceivedReport]) -> Message:
    ordered = newest_first(history)
    of_status = [one for one in ordered if one.report.code != 104]
    current = of_status[0] if of_status else ordered[0]
    of_money = [one for one in ordered if one.report.code in (103, 104)]
    is_refunded = bool(of_money) and of_money[0].report.code == 104
    currencies = [one.report.currency for one in ordered if one.report.currency]
    # Where only a refund says what was paid back, it is believed.
    priced = [one for one in of_status if one.report.price_nano is not None]
    if is_refunded:
        priced += [one for one in of_money if one.report.code == 104]
        priced = [one for one in priced if one.report.price_nano is not None]
    price: Price | None = None
    if priced:
        nano = priced[0].report.price_nano
        assert nano is not None
        currency = priced[0].report.currency or (currencies[0] if currencies else "")
        price = Fraction(nano, NANO_PER_UNIT), currency
    segments = [one.report.segments for one in ordered if one.report.segments is not None]
    recipients = [one.report.recipient for one in ordered if one.report.recipient]
    references = [one.report.reference for one in ordered if one.report.reference]
    return Message(
        batch_id=current.report.batch_id,
        code=current.report.code,
        final=current.report.final,
        created=_when(current),
        arrived=current.arrived,
        first_created=sorted(map(_when, history))[0],
        reports=len(history),
        cost=(Fraction(0), price[1]) if price and is_refunded else price,
        paid_back=price if is_refunded else None,
        segments=segments[0] if segments else None,
        recipient=recipients[0] if recipients else None,
        reference=references[0] if references else None,
    )


def batches_of(messages: Iterable[Message]) -> dict[str, Batch]:
    """Derive every batch from its messages."""
    by_batch: dict[str, list[Message]] = {}
    for message in messages:
        by_batch.setdefault(message.batch_id, []).append(message)
    return {batch_id: _batch(members) for batch_id, members in by_batch.items()}


def _batch(members: list[Message]) -> Batch:
    at_code: dict[int, list[Message]] = {}
    for message in members:
        at_code.setdefault(message.code, []).append(message)
    priced = [(message, message.cost) for message in members if message.cost is not None]
    steps: dict[tuple[str, datetime], Fraction] = {}
    for message, (amount, currency) in priced:
        minute = message.first_created.replace(second=0, microsecond=0)
        steps[currency, minute] = steps.get((currency, minute), Fraction(0)) + amount
    return Batch(
        statuses={
            code: (
                len(ones),
                sum(1 for one in ones if one.finished),
                sum(one.segments or 0 for one in ones),
                sum(one.segments or 0 for one in ones if one.finished),
            )
            for code, ones in at_code.items()
        },
        costs={
            currency: (
                sum((amount for _, (amount, its) in priced if its == currency), Fraction(0)),
                sum(1 for _, (_, its) in priced if its == currency),
                *_paid_back(members, currency),
            )
            for currency in {its for _, (_, its) in priced}
        },
        steps={key: amount for key, amount in steps.items() if amount},
    )


def _paid_back(members: list[Message], currency: str) -> tuple[Fraction, int]:
    amounts = [
        one.paid_back[0] for one in members if one.paid_back and one.paid_back[1] == currency
    ]
    return sum(amounts, Fraction(0)), len(amounts)
