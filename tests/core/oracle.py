"""The meaning of reports once more, in the slowest and plainest way.

It sorts all reports of a message and derives everything anew, where the core folds one report at a
time; costs are fractions of a currency's unit, times are instants. Nothing of the core's
arithmetic is used. Source: protocol, "From reports to a message, a batch and a cost".
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TypeAlias

from app.core.state import ReceivedReport

NANO_PER_UNIT = 10**9

Price: TypeAlias = tuple[Fraction, str]


@dataclass(frozen=True)
class Message:
    """What all the reports of one message add up to."""

    batch_id: str
    code: int
    final: bool
    created: datetime
    sequence: int
    arrived: datetime
    first_created: datetime
    reports: int
    price: Price | None
    segments: int | None
    recipient: str | None
    reference: str | None

    @property
    def settled(self) -> bool:
        """Final, or delivered to the handset."""
        return self.final or self.code == 201


@dataclass(frozen=True)
class Batch:
    """What all the messages of one batch add up to.

    `statuses` holds messages, settled ones and segments by code; `costs` the cost and the number
    of priced messages by currency; `steps` the cost by currency and the start of its minute.
    Steps that are zero are left out.
    """

    statuses: dict[int, tuple[int, int, int]]
    costs: dict[str, tuple[Fraction, int]]
    steps: dict[tuple[str, datetime], Fraction]


def messages_of(received: Iterable[ReceivedReport]) -> dict[tuple[str, str], Message]:
    """Derive every message from the distinct reports in `received`."""
    by_message: dict[tuple[str, str], list[ReceivedReport]] = {}
    for one in received:
        by_message.setdefault((one.report.batch_id, one.report.message_id), []).append(one)
    return {key: _message(history) for key, history in by_message.items()}


def _when(one: ReceivedReport) -> datetime:
    return one.report.created or one.arrived


def _message(history: list[ReceivedReport]) -> Message:
    # Three stable sorts, the least important first, instead of one comparison of ranks.
    newest_first = sorted(history, key=lambda one: one.sequence, reverse=True)
    newest_first.sort(key=_when, reverse=True)
    newest_first.sort(key=lambda one: 0 if one.report.final else 1)
    current = newest_first[0]
    prices = [
        (Fraction(one.report.price_nano, NANO_PER_UNIT), one.report.currency or "")
        for one in newest_first
        if one.report.price_nano is not None
    ]
    segments = [one.report.segments for one in newest_first if one.report.segments is not None]
    recipients = [one.report.recipient for one in newest_first if one.report.recipient]
    references = [one.report.reference for one in newest_first if one.report.reference]
    return Message(
        batch_id=current.report.batch_id,
        code=current.report.code,
        final=current.report.final,
        created=_when(current),
        sequence=current.sequence,
        arrived=current.arrived,
        first_created=sorted(map(_when, history))[0],
        reports=len(history),
        price=prices[0] if prices else None,
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
    priced = [(message, message.price) for message in members if message.price is not None]
    currencies = Counter(currency for _, (_, currency) in priced)
    steps: dict[tuple[str, datetime], Fraction] = {}
    for message, (amount, currency) in priced:
        minute = message.first_created.replace(second=0, microsecond=0)
        steps[currency, minute] = steps.get((currency, minute), Fraction(0)) + amount
    return Batch(
        statuses={
            code: (
                len(ones),
                sum(1 for one in ones if one.settled),
                sum(one.segments or 0 for one in ones),
            )
            for code, ones in at_code.items()
        },
        costs={
            currency: (
                sum((amount for _, (amount, its) in priced if its == currency), Fraction(0)),
                count,
            )
            for currency, count in currencies.items()
        },
        steps={key: amount for key, amount in steps.items() if amount},
    )
