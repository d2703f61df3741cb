"""What the cells of the table say of a batch or a message.

Texts follow the language and the locale that are in force when they are asked for.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication

from kvitto.core.asked_status import is_asked
from kvitto.core.invisible import plain_line, plain_text
from kvitto.core.report import Origin
from kvitto.core.status import Result
from kvitto.core.undelivered import NOT_DELIVERED
from kvitto.store.records import BatchRecord, MessageRecord
from kvitto.ui.batches.row import BatchRow
from kvitto.ui.text import formatting, identifiers
from kvitto.ui.text.alphabet import sort_key
from kvitto.ui.text.batch_names import is_named, name_of
from kvitto.ui.text.impact_text import mark_text
from kvitto.ui.text.masking import mask_all_numbers

NONE: Final = "–"
"""Stands where nothing is counted."""
_THESE_DAYS: Final = timedelta(days=6)
"""A weekday names no other day within this."""
_PARTS: Final = 1_000_000
"""Shares are compared in whole millionths."""


class TextManner(NamedTuple):
    """How texts are said now.

    Attributes:
        now: the time that "ago" counts from, UTC.
        is_masked: whether phone numbers are masked.
    """

    now: datetime
    is_masked: bool = False


# --- Who ----------------------------------------------------------------------------------------


def batch_name(batch: BatchRecord, manner: TextManner) -> str:
    """Return what a batch is called, see `name_of`."""
    return name_of(batch, is_masked=manner.is_masked)


def name_key(batch: BatchRecord) -> tuple[int, str | datetime]:
    """Return what batches are sorted by: their names, and those without one by when they were sent.

    What is masked is in the order in which it would be if it were not.
    """
    if is_named(batch):
        return 0, sort_key(name_of(batch))
    return 1, batch.sent_at


def batch_marks(row: BatchRow) -> list[str]:
    """Return the words that tell what is special about a batch."""
    batch = row.record
    marks = []
    if row.exposed:
        marks.append(QCoreApplication.translate("Columns", "gaps?"))
    if is_more_than_expected(batch):
        marks.append(QCoreApplication.translate("Columns", "more than expected"))
    if batch.origin is Origin.DEMO:
        marks.append(formatting.origin_word(batch.origin))
    elif not batch.reports:
        marks.append(QCoreApplication.translate("Columns", "never reported"))
    if batch.is_archived:
        marks.append(QCoreApplication.translate("Columns", "archived"))
    if batch.purged is not None:
        marks.append(QCoreApplication.translate("Columns", "only sums"))
    return marks


def note_text(batch: BatchRecord) -> str:
    """Return what the user noted on a batch."""
    return plain_text(batch.notes or "")


def marks_key(batch: BatchRecord) -> tuple[bool, ...]:
    """Return what batches are sorted by: those with a note, then by what they are."""
    is_demo = batch.origin is Origin.DEMO
    return bool(batch.notes), is_more_than_expected(batch), batch.is_archived, is_demo


def exposed_tip(row: BatchRow, tip: str, manner: TextManner) -> str:
    """Return what a cell tells besides, and that reports about the batch may be lost."""
    return f"{tip}\n{mark_text(row.exposed, manner.now)}" if row.exposed else tip


def recipient_text(message: MessageRecord, manner: TextManner) -> str:
    """Return whom a message went to, or its id where that is not known."""
    known = message.state.recipient
    if known is None:
        return plain_line(message.message_id)
    return identifiers.phone_number(known.value, is_masked=manner.is_masked)


def whole_recipient(message: MessageRecord, manner: TextManner) -> str:
    """Return the recipient as other programs take it: `+46701234567`."""
    return recipient_text(message, manner).replace("\N{NO-BREAK SPACE}", "")


def recipient_tip(message: MessageRecord, _manner: TextManner) -> str:
    """Return a message's id, whole."""
    return QCoreApplication.translate("Columns", "Message {id}").format(
        id=plain_line(message.message_id)
    )


def batch_tip(batch: BatchRecord) -> str:
    """Return a batch's id, whole, and what else there is to know about it."""
    lines = [
        QCoreApplication.translate("Columns", "Batch {id}").format(id=plain_line(batch.batch_id))
    ]
    if is_more_than_expected(batch):
        lines.append(expected_text(batch))
    if batch.purged is not None:
        lines.append(
            QCoreApplication.translate(
                "Columns", "Its messages were deleted on {time}: only the sums were kept."
            ).format(time=formatting.exact_time(batch.purged))
        )
    if batch.notes:
        lines.append(plain_text(batch.notes))
    return "\n".join(lines)


# --- Results ------------------------------------------------------------------------------------


def result_texts(batch: BatchRecord) -> list[str]:
    """Return how many messages show each result that occurs."""
    return [
        f"{formatting.result_word(result)} {formatting.number(count)}"
        for result, count in batch.results().items()
        if count
    ]


def delivered_share(batch: BatchRecord) -> int:
    """Return what batches are sorted by: which part of their messages is delivered, as is told."""
    tally = batch.tally()
    return _PARTS * tally.delivered // tally.whole if tally.whole else -1


def status_word(message: MessageRecord) -> str:
    """Return where a message is."""
    return formatting.status_word(message.state.code, final=message.state.final)


def status_text(message: MessageRecord, _manner: TextManner) -> str:
    """Return where a message is, and its code."""
    return f"{status_word(message)} {message.state.code}"


def status_tip(message: MessageRecord, _manner: TextManner) -> str:
    """Return the SMS service's own name of a status, and what it means."""
    state = message.state
    meaning = formatting.status_meaning(state.code, final=state.final)
    return f"{formatting.sender_name(state.code)}\n{meaning}"


def is_more_than_expected(batch: BatchRecord) -> bool:
    """Tell whether more messages were seen than the user expects: one of the two is wrong."""
    return batch.expected is not None and batch.expected < batch.messages


def expected_text(batch: BatchRecord) -> str:
    """Return how many messages are expected and were seen, a sentence; "" where none is known."""
    if batch.expected is None:
        return ""
    values = {
        "expected": formatting.number(batch.expected),
        "seen": formatting.number(batch.messages),
    }
    if is_more_than_expected(batch):
        text = QCoreApplication.translate(
            "Columns", "Expected {expected}, seen {seen}: more came than was expected."
        )
    else:
        text = QCoreApplication.translate("Columns", "Expected {expected}, seen {seen}.")
    return text.format(**values)


def delivered_text(batch: BatchRecord) -> str:
    """Return how many were delivered, and which share of all that is: `961 · 96 %`."""
    tally = batch.tally()
    if not tally.whole:
        return ""
    share = formatting.percent(tally.delivered, tally.whole)
    return f"{formatting.number(tally.delivered)} · {share}"


def at_most(row: BatchRow, text: str) -> str:
    """Return `delivered_text`, at most that share where messages may never be heard of."""
    return text.replace(" · ", " · ≤ ") if row.exposed else text


def delivered_short(batch: BatchRecord) -> str:
    """Return how many were delivered."""
    return formatting.number(batch.tally().delivered)


def delivered_tip(batch: BatchRecord) -> str:
    """Return what the share of the delivered is measured against."""
    tally = batch.tally()
    lines = [
        QCoreApplication.translate("Columns", "{delivered} of {whole} delivered").format(
            delivered=formatting.number(tally.delivered), whole=formatting.number(tally.whole)
        ),
        *cancelled_lines(batch),
    ]
    lines.append(
        expected_text(batch)
        or QCoreApplication.translate(
            "Columns", "How many there will be is not known: reports do not tell. You can set it."
        )
    )
    return "\n".join(lines)


def not_delivered_text(batch: BatchRecord) -> str:
    """Return how many did not arrive; and behind it of how many that is not known: `21 + 3 ?`."""
    tally = batch.tally()
    failed = formatting.number(tally.not_delivered) if tally.not_delivered else NONE
    if not tally.unknown:
        return failed
    unknown = f"{formatting.number(tally.unknown)} ?"
    return f"{failed} + {unknown}" if tally.not_delivered else unknown


def not_delivered_tip(batch: BatchRecord) -> str:
    """Return what those that did not arrive show, a line each."""
    results = batch.results()
    lines = [
        f"{formatting.result_word(one)} {formatting.number(results[one])}"
        for one in Result
        if results[one] and one in NOT_DELIVERED
    ]
    lines += cancelled_lines(batch)
    if results[Result.UNKNOWN]:
        lines.append(
            QCoreApplication.translate(
                "Columns", "{count} ended without a word on delivery: not known"
            ).format(count=formatting.number(results[Result.UNKNOWN]))
        )
    return "\n".join(lines)


def cancelled_lines(batch: BatchRecord) -> list[str]:
    """Return that some were cancelled: they count neither as delivered nor as not delivered."""
    count = batch.tally().cancelled
    text = QCoreApplication.translate("Columns", "{count} cancelled: counted apart")
    return [text.format(count=formatting.number(count))] if count else []


# --- Quantities ---------------------------------------------------------------------------------


def segments_text(message: MessageRecord, _manner: TextManner) -> str:
    """Return how many SMS parts a message needs, where that is known."""
    known = message.state.segments
    return "" if known is None else formatting.number(known.value)


def costs_text(batch: BatchRecord) -> str:
    """Return what a batch costs: each currency on its own, never added up."""
    return formatting.sums(batch.cost)


def costs_tip(batch: BatchRecord) -> str:
    """Return exactly what a batch costs, and what was paid back."""
    lines = [formatting.costs(batch.cost, separator="\n")] if batch.cost else []
    if batch.paid_back:
        lines.append(_paid_back(formatting.costs(batch.paid_back)))
    return "\n".join(lines)


def price_tip(message: MessageRecord, _manner: TextManner) -> str:
    """Return what was paid back for a message; "" for nothing."""
    paid_back = message.state.paid_back
    return "" if paid_back is None else _paid_back(formatting.money(paid_back))


def _paid_back(amount: str) -> str:
    return QCoreApplication.translate("Columns", "{amount} was paid back: not in the cost.").format(
        amount=amount
    )


def cost_key(batch: BatchRecord) -> list[tuple[tuple[bool, str], int]]:
    """Return what batches are sorted by: amounts of one currency among themselves."""
    return sorted((formatting.currency_order(one), cost.nano) for one, cost in batch.cost.items())


def price_text(message: MessageRecord, _manner: TextManner) -> str:
    """Return what a message costs, where that is known."""
    cost = message.state.cost
    return "" if cost is None else formatting.money(cost)


def shared_reference_text(batch: BatchRecord, manner: TextManner) -> str:
    """Return the reference that all messages of a batch share, if they do."""
    reference = plain_line(batch.reference or "")
    return mask_all_numbers(reference) if manner.is_masked else reference


def reference_text(message: MessageRecord, manner: TextManner) -> str:
    """Return the client's own id of a message, where it has one."""
    known = message.state.reference
    if known is None:
        return ""
    reference = mask_all_numbers(known.value) if manner.is_masked else known.value
    return identifiers.reference_line(reference)


# --- Times --------------------------------------------------------------------------------------


def sent_of(batch: BatchRecord) -> datetime:
    """Return when a batch was sent: the earliest time of its reports, or the first arrival."""
    return batch.sent_at


def sent_text(instant: datetime, manner: TextManner) -> str:
    """Return when something was sent: `Sat 13:45` of these days, else `28 Nov 13:45` or a date."""
    clock = formatting.clock_time(instant, with_seconds=False)
    if abs(manner.now - instant) < _THESE_DAYS:
        return f"{formatting.weekday(instant)} {clock}"
    if formatting.year(instant) == formatting.year(manner.now):
        return f"{formatting.day(instant)} {clock}"
    return f"{formatting.day(instant)} {formatting.year(instant)}"


def sent_tip(instant: datetime) -> str:
    """Return exactly when something was sent, as far as the reports tell."""
    return QCoreApplication.translate("Columns", "Earliest status {time}").format(
        time=formatting.exact_time(instant)
    )


def last_report_text(batch: BatchRecord, manner: TextManner) -> str:
    """Return how long ago a batch was heard of."""
    return formatting.ago(batch.last_seen, manner.now) if batch.reports else NONE


def reported_text(message: MessageRecord, manner: TextManner) -> str:
    """Return how long ago a message was heard of."""
    return NONE if message.reported is None else formatting.ago(message.reported, manner.now)


def last_report_tip(batch: BatchRecord) -> str:
    """Return when a batch was heard of last."""
    if not batch.reports:
        return QCoreApplication.translate(
            "Columns", "No report has come. What is known was asked from iP.1."
        )
    return QCoreApplication.translate("Columns", "Last report {time}").format(
        time=formatting.exact_time(batch.last_seen)
    )


def change_tip(message: MessageRecord, _manner: TextManner) -> str:
    """Return when a status was heard of, and when the SMS service says that it changed."""
    if is_asked(message.state):
        text = QCoreApplication.translate("Columns", "Asked from iP.1 {arrival}; changed {time}")
    else:
        text = QCoreApplication.translate("Columns", "Reported {arrival}; changed {time}")
    return text.format(
        time=formatting.exact_time(message.state.rank.created),
        arrival=formatting.exact_time(message.state.arrived),
    )
