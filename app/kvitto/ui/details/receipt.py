"""A batch as a receipt: what there is to say of it on one page, for the window and for paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication

from kvitto.core.money import Money, total
from kvitto.core.outages import TimeRange
from kvitto.core.report import Origin
from kvitto.core.status import Result
from kvitto.core.undelivered import FailureGroup
from kvitto.store.batch_statistics import BatchStatistics
from kvitto.store.records import BatchRecord
from kvitto.ui.batches.cell_text import expected_text, is_more_than_expected
from kvitto.ui.details import delay_text
from kvitto.ui.details.arrivals import BatchArrivals
from kvitto.ui.details.breakdown import breakdown
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.failure_text import (
    advice_text,
    group_title,
    notes_text,
    why_text,
)
from kvitto.ui.text.impact_text import mark_text
from kvitto.ui.text.moment_text import moment_text

_NANO_OF_UNIT_PRICE: Final = 100_000
"""What a message costs on the average is told in ten-thousandths."""
_MOST_GROUPS: Final = 12
"""One page has room for so many; what is left is counted together."""


class ReceiptFailure(NamedTuple):
    """A group of messages that did not arrive.

    Attributes:
        result: its colour and icon.
        title: its word and code; number, share and cost.
        number, share, cost: how many they are, which share of all, what they cost.
        advice: why, and what to do.
        why: what makes us think so.
        group: the messages.
    """

    result: Result
    title: str
    number: str
    share: str
    cost: str
    advice: str
    why: str
    group: FailureGroup


class Section(NamedTuple):
    """Rows of a name and a value under a heading."""

    heading: str
    rows: Sequence[tuple[str, str]]


class Receipt(NamedTuple):
    """What is said of a batch.

    Attributes:
        name: what it is called.
        batch_id: the SMS service's id.
        sentence: how it went.
        warning: what may be wrong with these numbers; "" for nothing.
        results: how many messages show each result, and how many there are in all.
        whole: how many messages there are.
        failures: what did not arrive, by reason.
        sections: the cost, whether it is complete, delays.
        as_of: of when it is.
    """

    name: str
    batch_id: str
    sentence: str
    warning: str
    results: Mapping[Result, int]
    whole: int
    failures: Sequence[ReceiptFailure]
    sections: Sequence[Section]
    as_of: str


def make_receipt(
    batch: BatchRecord,
    statistics: BatchStatistics | None,
    arrivals: BatchArrivals | None,
    now: datetime,
    exposed: Sequence[TimeRange] = (),
    *,
    asked: str = "",
    there: int | None = None,
    is_masked: bool = False,
) -> Receipt:
    """Return the receipt of a batch.

    Args:
        batch: the batch and its sums.
        statistics: what its messages say together, of the same revision; None if not read yet.
        arrivals: how its reports came; None if not read yet.
        now: the time, UTC.
        exposed: of which times reports about it may be lost.
        asked: what iP.1's books say of it; "" where they were not asked.
        there: how many messages they have of it; None if unknown.
        is_masked: whether phone numbers are masked.
    """
    return Receipt(
        name=name_of(batch, is_masked=is_masked),
        batch_id=batch.batch_id,
        sentence=sentence_of(batch, statistics, now),
        warning=_warning(batch, exposed, now),
        results=batch.results(),
        whole=batch.tally().whole,
        failures=failures_of(batch, statistics),
        sections=[
            Section(
                QCoreApplication.translate("Receipt", "Cost"), _cost_rows(batch, statistics, now)
            ),
            Section(
                QCoreApplication.translate("Receipt", "Is it complete?"),
                _complete_rows(batch, arrivals, asked, there),
            ),
            Section(
                QCoreApplication.translate("Receipt", "Delay of reports"), _delay_rows(arrivals)
            ),
        ],
        as_of=formatting.exact_time(now),
    )


def sentence_of(batch: BatchRecord, statistics: BatchStatistics | None, now: datetime) -> str:
    """Return how a batch went: "263 of 284 arrived. 21 did not. Finished 13:46.", for one.

    Args:
        batch: the batch and its sums.
        statistics: what its messages say together; None if not read yet.
        now: the time, UTC.
    """
    tally = batch.tally()
    if not tally.whole:
        return QCoreApplication.translate("Receipt", "No message has been seen.")
    if tally.delivered == tally.whole > 1:
        arrived = QCoreApplication.translate("Receipt", "All {whole} arrived.")
    else:
        arrived = QCoreApplication.translate("Receipt", "{delivered} of {whole} arrived.")
    said = [
        arrived.format(
            delivered=formatting.number(tally.delivered), whole=formatting.number(tally.whole)
        )
    ]
    for count, text in (
        (tally.not_delivered, QCoreApplication.translate("Receipt", "{count} did not.")),
        (tally.cancelled, QCoreApplication.translate("Receipt", "{count} cancelled.")),
        (tally.unknown, QCoreApplication.translate("Receipt", "Of {count} it is not known.")),
        (tally.waiting, _waiting_text(batch, now)),
    ):
        if count:
            said.append(text.format(count=formatting.number(count)))
    if batch.is_finished and batch.reports:
        said.append(_end_text(batch, statistics, now))
    return " ".join(filter(None, said))


def _end_text(batch: BatchRecord, statistics: BatchStatistics | None, now: datetime) -> str:
    """Return when a batch finished. What comes later, as that its price was paid back, is no end.

    Of deleted messages that is not known any more: when its last report came is all that is.
    """
    if batch.purged is not None:
        text = QCoreApplication.translate("Receipt", "Last report {time}.")
        return text.format(time=moment_text(batch.last_seen, now))
    if statistics is None or statistics.finished_at is None:
        return ""
    # The SMS service's clock may be ahead of ours. What it was asked came later than all reports.
    finished_at = min(statistics.finished_at, batch.last_seen if batch.asked is None else now)
    text = QCoreApplication.translate("Receipt", "Finished {time}.")
    return text.format(time=moment_text(finished_at, now))


def _waiting_text(batch: BatchRecord, now: datetime) -> str:
    """Return what is said of the messages that are not finished; their number is `count`."""
    if batch.may_report(now) or batch.origin is Origin.DEMO:
        return QCoreApplication.translate("Receipt", "{count} to go.")
    return QCoreApplication.translate(
        "Receipt", "No more is heard of {count}: ask iP.1 about the batch."
    )


def failures_of(batch: BatchRecord, statistics: BatchStatistics | None) -> list[ReceiptFailure]:
    """Return what did not arrive by reason, the largest group first; none while it is not read."""
    groups = () if statistics is None else statistics.failures
    if statistics is None or not groups:
        return []
    shares = [_share_of(group, batch) for group in groups]
    return [
        ReceiptFailure(
            result=group.result,
            title=group_title(group),
            number=formatting.number(group.messages),
            share=share,
            cost=formatting.sums(_cost_of(group, statistics)),
            advice=_with_notes(advice_text(group), group, statistics),
            why=why_text(group),
            group=group,
        )
        for group, share in list(zip(groups, shares, strict=True))[:_MOST_GROUPS]
    ]


def _share_of(group: FailureGroup, batch: BatchRecord) -> str:
    """Return the share of a group: as the table of results tells it, where its rows are there."""
    rows = [
        row
        for result in breakdown(batch.statuses, None, batch.tally().unseen)
        if result.row.result is group.result
        for row in result.codes or [result.row]
        if row.code in group.codes
    ]
    if sum(row.messages for row in rows) != group.messages:
        return formatting.percent(group.messages, batch.tally().whole)
    return formatting.part_percent(sum(row.share for row in rows), is_some=True)


def _with_notes(advice: str, group: FailureGroup, statistics: BatchStatistics) -> str:
    """Return what to do, and below it what the user calls the codes."""
    return "\n".join([advice, *notes_text(group.codes, statistics.code_notes)])


def _cost_of(group: FailureGroup, statistics: BatchStatistics) -> dict[str, Money]:
    found = (statistics.costs.get((code, True), {}).values() for code in group.codes)
    return total(chain.from_iterable(found))


def complete_text(batch: BatchRecord, there: int | None = None) -> str:
    """Return how many messages are expected and how many were seen.

    Args:
        batch: the batch and its sums.
        there: how many iP.1 says that it has; None if unknown.
    """
    if there is not None and there != batch.expected_count:
        values = {
            "seen": formatting.number(batch.messages),
            "there": formatting.number(there),
            "expected": formatting.number(batch.expected_count or 0),
        }
        if batch.expected_count is None:
            said = QCoreApplication.translate("Receipt", "{seen} of the {there} that iP.1 has.")
        else:
            said = QCoreApplication.translate(
                "Receipt", "{seen} of the {there} that iP.1 has; you expected {expected}."
            )
        return said.format(**values)
    return expected_text(batch) or QCoreApplication.translate(
        "Receipt", "Seen {seen}. How many were sent is not known."
    ).format(seen=formatting.number(batch.messages))


def each_text(batch: BatchRecord, now: datetime) -> str:
    """Return what a delivered message costs: the whole cost, shared among those; "" for none.

    Nor is it told while more may be delivered: the cost of what is on its way is known before.
    """
    delivered = batch.tally().delivered
    if not delivered or (not batch.is_finished and batch.may_report(now)):
        return ""
    shared = {}
    for currency, cost in batch.cost.items():
        unit = _NANO_OF_UNIT_PRICE
        shared[currency] = Money(round(cost.nano / (delivered * unit)) * unit, currency)
    return formatting.costs(shared)


def _warning(batch: BatchRecord, exposed: Sequence[TimeRange], now: datetime) -> str:
    said = [expected_text(batch)] if is_more_than_expected(batch) else []
    if exposed:
        said.append(mark_text(exposed, now))
    return " ".join(said)


def _cost_rows(
    batch: BatchRecord, statistics: BatchStatistics | None, now: datetime
) -> list[tuple[str, str]]:
    undelivered = {} if statistics is None else statistics.undelivered
    rows = [
        (QCoreApplication.translate("Receipt", "Total"), formatting.sums(batch.cost)),
        (QCoreApplication.translate("Receipt", "Per delivered message"), each_text(batch, now)),
        (
            QCoreApplication.translate("Receipt", "For what did not arrive"),
            formatting.sums(undelivered),
        ),
        (QCoreApplication.translate("Receipt", "Paid back"), formatting.sums(batch.paid_back)),
        (
            QCoreApplication.translate("Receipt", "SMS parts"),
            formatting.number(batch.segments) if batch.segments else "",
        ),
    ]
    return [row for row in rows if row[1]]


def _complete_rows(
    batch: BatchRecord, arrivals: BatchArrivals | None, asked: str, there: int | None
) -> list[tuple[str, str]]:
    rows = [(QCoreApplication.translate("Receipt", "Messages"), complete_text(batch, there))]
    if asked:
        rows.append((QCoreApplication.translate("Receipt", "By iP.1's books"), asked))
    if arrivals is not None:
        closed = delay_text.closed_text(arrivals.line.closed)
        none = QCoreApplication.translate("Receipt", "none met")
        rows.append((QCoreApplication.translate("Receipt", "Interruptions"), closed or none))
    if batch.reports:
        first = QCoreApplication.translate("Receipt", "First report")
        last = QCoreApplication.translate("Receipt", "Last report")
        rows.append((first, formatting.exact_time(batch.first_seen)))
        rows.append((last, formatting.exact_time(batch.last_seen)))
    else:
        none = QCoreApplication.translate("Receipt", "none has come")
        rows.append((QCoreApplication.translate("Receipt", "Reports"), none))
    return rows


def _delay_rows(arrivals: BatchArrivals | None) -> list[tuple[str, str]]:
    if arrivals is None:
        return []
    rows = [
        (
            QCoreApplication.translate("Receipt", "Delay of reports"),
            delay_text.spread_text(arrivals.spread),
        ),
        (
            QCoreApplication.translate("Receipt", "Delayed"),
            delay_text.reasons_text(arrivals.spread),
        ),
    ]
    return [row for row in rows if row[1]]
