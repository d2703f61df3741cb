"""The columns of the workbooks for people: in the user's language, with what a person asks for.

What a status is called and what a batch is known by, the caller says.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

from kvitto.core.asked_status import is_asked
from kvitto.core.erased import is_token
from kvitto.core.money import NO_CURRENCY, Money, amount_of
from kvitto.core.report import Origin
from kvitto.core.state import Sourced
from kvitto.core.status import Result
from kvitto.export.export_columns import ExportColumn, Kind
from kvitto.export.kinds import What
from kvitto.store.records import BatchRecord, MessageRecord, ReportRecord

T = TypeVar("T")


@dataclass(frozen=True)
class PeopleWords:
    """The words of a workbook, in the user's language; the ones here are English.

    Attributes:
        result: what a result is called.
        status: what a code is called, which may have ended its message.
        batch_name: what a batch is known by.
        others: the headings, and what stands in cells.
    """

    result: Callable[[Result], str] = lambda result: result.value
    status: Callable[[int, bool], str] = lambda code, _final: str(code)
    batch_name: Callable[[BatchRecord], str] = lambda batch: batch.label or batch.batch_id
    summary: str = "Summary"
    messages: str = "Messages"
    reports: str = "Reports"
    batches: str = "Batches"
    batch: str = "Batch"
    recipient: str = "Recipient"
    result_heading: str = "Result"
    status_heading: str = "Status"
    code: str = "Code"
    parts: str = "SMS parts"
    cost: str = "Cost"
    paid_back: str = "Paid back"
    currency: str = "Currency"
    reference: str = "Reference"
    sent: str = "Sent"
    changed: str = "Last change"
    arrived: str = "Reported here"
    is_last: str = "Last report"
    message_id: str = "Message id"
    batch_id: str = "Batch id"
    mark: str = "Mark"
    demo: str = "Demo or test"
    yes: str = "Yes"
    erased: str = "erased"
    expected: str = "Expected"
    not_delivered: str = "Not delivered"
    delivered: str = "Delivered"
    cancelled: str = "Cancelled"
    waiting: str = "Waiting"
    last_report: str = "Last report"
    note: str = "Note"
    archived: str = "Archived"
    rows: str = "Rows"
    as_of: str = "As of"
    times: str = "Times are those of {zone}."
    demo_rows: str = "Of demos and tests, marked"
    contents: str = "Contents"


ENGLISH: Final = PeopleWords()


def title_of(what: What, words: PeopleWords) -> str:
    """Return the name of the sheet of a table."""
    return {
        What.MESSAGES: words.messages,
        What.REPORTS: words.reports,
        What.BATCHES: words.batches,
    }[what]


def dialled(digits: str | None) -> str | None:
    """Return a number as it is dialled: `+46701234567`; what is no number, as it is."""
    if not digits:
        return None
    return f"+{digits}" if digits.isascii() and digits.isdigit() else digits


def message_columns(
    words: PeopleWords, names: Callable[[int], str | None]
) -> Sequence[ExportColumn[MessageRecord]]:
    """Return the columns of messages.

    Args:
        words: the words.
        names: what a batch is known by, by its key.
    """
    number, text = _in_words(words)
    return (
        ExportColumn(words.batch, Kind.TEXT, lambda one: names(one.batch_key) or one.batch_id, 28),
        ExportColumn(
            words.recipient, Kind.TEXT, lambda one: number(_value(one.state.recipient)), 16
        ),
        ExportColumn(
            words.result_heading, Kind.TEXT, lambda one: words.result(one.state.result), 14
        ),
        ExportColumn(
            words.status_heading,
            Kind.TEXT,
            lambda one: words.status(one.state.code, one.state.final),
            20,
        ),
        ExportColumn(words.code, Kind.WHOLE, lambda one: one.state.code, 8),
        ExportColumn(words.parts, Kind.WHOLE, lambda one: _value(one.state.segments), 10),
        ExportColumn(words.cost, Kind.AMOUNT, lambda one: _amount(one.state.cost), 12),
        ExportColumn(words.paid_back, Kind.AMOUNT, lambda one: _amount(one.state.paid_back), 12),
        ExportColumn(words.currency, Kind.TEXT, lambda one: _currency(one.state.price), 10),
        ExportColumn(words.reference, Kind.TEXT, lambda one: text(_value(one.state.reference)), 20),
        ExportColumn(words.sent, Kind.TIME, lambda one: one.state.first_created, 20),
        ExportColumn(words.changed, Kind.TIME, lambda one: one.state.rank.created, 20),
        ExportColumn(words.arrived, Kind.TIME, _arrived, 20),
        ExportColumn(words.mark, Kind.TEXT, lambda one: _mark(one.batch_origin, words), 14),
        ExportColumn(words.message_id, Kind.TEXT, lambda one: one.message_id, 26),
        ExportColumn(words.batch_id, Kind.TEXT, lambda one: one.batch_id, 26),
    )


def report_columns(words: PeopleWords) -> Sequence[ExportColumn[ReportRecord]]:
    """Return the columns of reports."""
    number, text = _in_words(words)
    return (
        ExportColumn(
            words.recipient, Kind.TEXT, lambda one: number(one.received.report.recipient), 16
        ),
        ExportColumn(
            words.status_heading,
            Kind.TEXT,
            lambda one: words.status(one.received.report.code, one.received.report.final),
            20,
        ),
        ExportColumn(words.code, Kind.WHOLE, lambda one: one.received.report.code, 8),
        ExportColumn(
            words.is_last,
            Kind.TEXT,
            lambda one: words.yes if one.received.report.final else None,
            12,
        ),
        ExportColumn(words.changed, Kind.TIME, lambda one: one.received.created, 20),
        ExportColumn(
            words.arrived,
            Kind.TIME,
            lambda one: None if one.origin is Origin.API else one.received.arrived,
            20,
        ),
        ExportColumn(words.parts, Kind.WHOLE, lambda one: one.received.report.segments, 10),
        ExportColumn(words.cost, Kind.AMOUNT, lambda one: _amount(one.received.report.price), 12),
        ExportColumn(
            words.currency, Kind.TEXT, lambda one: _currency(one.received.report.price), 10
        ),
        ExportColumn(
            words.reference, Kind.TEXT, lambda one: text(one.received.report.reference), 20
        ),
        ExportColumn(words.mark, Kind.TEXT, lambda one: _mark(one.origin, words), 14),
        ExportColumn(words.message_id, Kind.TEXT, lambda one: one.received.report.message_id, 26),
        ExportColumn(words.batch_id, Kind.TEXT, lambda one: one.received.report.batch_id, 26),
    )


def batch_columns(
    words: PeopleWords, currencies: Iterable[str]
) -> Sequence[ExportColumn[BatchRecord]]:
    """Return the columns of batches whose costs are in `currencies`: one column for each."""
    return (
        ExportColumn(words.batch, Kind.TEXT, words.batch_name, 28),
        ExportColumn(words.sent, Kind.TIME, lambda one: one.sent_at, 20),
        ExportColumn(words.expected, Kind.WHOLE, lambda one: one.expected_count, 12),
        ExportColumn(words.messages, Kind.WHOLE, lambda one: one.messages, 12),
        ExportColumn(words.delivered, Kind.WHOLE, lambda one: one.tally().delivered, 12),
        ExportColumn(words.not_delivered, Kind.WHOLE, lambda one: one.tally().not_delivered, 14),
        ExportColumn(words.cancelled, Kind.WHOLE, lambda one: one.tally().cancelled, 12),
        ExportColumn(words.waiting, Kind.WHOLE, lambda one: one.tally().waiting, 10),
        ExportColumn(words.parts, Kind.WHOLE, lambda one: one.segments, 10),
        *(
            ExportColumn(f"{words.cost} {one}".strip(), Kind.AMOUNT, _cost_in(one), 14)
            for one in currencies
        ),
        ExportColumn(words.last_report, Kind.TIME, lambda one: one.last_seen, 20),
        ExportColumn(words.reference, Kind.TEXT, lambda one: one.reference, 20),
        ExportColumn(words.note, Kind.TEXT, lambda one: one.notes, 30),
        ExportColumn(
            words.archived, Kind.TEXT, lambda one: words.yes if one.is_archived else None, 10
        ),
        ExportColumn(words.mark, Kind.TEXT, lambda one: _mark(one.origin, words), 14),
        ExportColumn(words.batch_id, Kind.TEXT, lambda one: one.batch_id, 26),
    )


def _in_words(
    words: PeopleWords,
) -> tuple[Callable[[str | None], str | None], Callable[[str | None], str | None]]:
    """Return what writes a number, and what writes a reference: who was erased, in a word."""

    def text(known: str | None) -> str | None:
        return words.erased if is_token(known) else known

    def number(known: str | None) -> str | None:
        return words.erased if is_token(known) else dialled(known)

    return number, text


def _value(known: Sourced[T] | None) -> T | None:
    return None if known is None else known.value


def _amount(price: Money | None) -> Decimal | None:
    return None if price is None else price.amount


def _currency(price: Money | None) -> str | None:
    return None if price is None or price.currency == NO_CURRENCY else price.currency


def _arrived(message: MessageRecord) -> datetime | None:
    return None if is_asked(message.state) else message.state.arrived


def _mark(origin: Origin, words: PeopleWords) -> str | None:
    return words.demo if origin is Origin.DEMO else None


def _cost_in(currency: str) -> Callable[[BatchRecord], Decimal | None]:
    def cost(batch: BatchRecord) -> Decimal | None:
        counted = batch.costs.get(currency)
        return None if counted is None else amount_of(counted.nano)

    return cost
