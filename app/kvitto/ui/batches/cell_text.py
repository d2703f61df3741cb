"""What the cells of the table say of a batch or a message.

Texts follow the language and the locale that are in force when they are asked for.
"""

from datetime import datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QCoreApplication

from kvitto.core.invisible import plain_line, plain_text
from kvitto.core.report import Origin
from kvitto.core.status import Result
from kvitto.store.records import BatchRecord, MessageRecord
from kvitto.ui.batches.row import BatchRow
from kvitto.ui.reachability.impact_text import mark_text
from kvitto.ui.text import formatting, identifiers
from kvitto.ui.text.masking import mask_number

_PARTS: Final = 1_000_000
"""Shares are compared in whole millionths."""


class Manner(NamedTuple):
    """How texts are said now.

    Attributes:
        now: the time that "ago" counts from, UTC.
        is_masked: whether phone numbers are masked.
    """

    now: datetime
    is_masked: bool = False


# --- Who ----------------------------------------------------------------------------------------


def batch_name(batch: BatchRecord) -> str:
    """Return what a batch is called: its label, or the sender's id of it."""
    return identifiers.batch_name(batch.label, batch.batch_id)


def batch_marks(row: BatchRow) -> list[str]:
    """Return the words that tell what is special about a batch."""
    batch = row.record
    marks = []
    if row.is_going:
        marks.append(QCoreApplication.translate("Columns", "being deleted"))
    if row.exposed:
        marks.append(QCoreApplication.translate("Columns", "gaps?"))
    if batch.origin is Origin.DEMO:
        marks.append(formatting.origin_word(batch.origin))
    if batch.is_archived:
        marks.append(QCoreApplication.translate("Columns", "done"))
    if batch.purged is not None:
        marks.append(QCoreApplication.translate("Columns", "only sums"))
    return marks


def exposed_tip(row: BatchRow, tip: str, manner: Manner) -> str:
    """Return what a cell tells besides, and that reports about the batch may be lost."""
    return f"{tip}\n{mark_text(row.exposed, manner.now)}" if row.exposed else tip


def at_most(row: BatchRow, text: str) -> str:
    """Return how far a batch is: no more than that, where messages may never be heard of."""
    return f"≤ {text}" if row.exposed and text else text


def recipient_text(message: MessageRecord, manner: Manner) -> str:
    """Return whom a message went to, or its id where that is not known."""
    known = message.state.recipient
    if known is None:
        return plain_line(message.message_id)
    return identifiers.phone_number(known.value, is_masked=manner.is_masked)


def whole_recipient(message: MessageRecord, manner: Manner) -> str:
    """Return the recipient as other programs take it: `+46701234567`."""
    return recipient_text(message, manner).replace("\N{NO-BREAK SPACE}", "")


def recipient_tip(message: MessageRecord, _manner: Manner) -> str:
    """Return a message's id, whole."""
    return QCoreApplication.translate("Columns", "Message {id}").format(
        id=plain_line(message.message_id)
    )


def batch_tip(batch: BatchRecord) -> str:
    """Return a batch's id, whole, and what else there is to know about it."""
    lines = [
        QCoreApplication.translate("Columns", "Batch {id}").format(id=plain_line(batch.batch_id))
    ]
    if batch.purged is not None:
        lines.append(
            QCoreApplication.translate(
                "Columns", "Its messages were deleted on {time}: only the sums were kept."
            ).format(time=formatting.exact_time(batch.purged))
        )
    if batch.notes:
        lines.append(plain_text(batch.notes))
    return "\n".join(lines)


# --- Status and progress ------------------------------------------------------------------------


def result_texts(batch: BatchRecord) -> list[str]:
    """Return how many messages show each result that occurs."""
    return [
        f"{formatting.result_word(result)} {formatting.number(count)}"
        for result, count in batch.results().items()
        if count
    ]


def delivered_share(batch: BatchRecord) -> int:
    """Return what batches are sorted by: which part of their messages is delivered."""
    seen = batch.messages
    return _PARTS * batch.results()[Result.DELIVERED] // seen if seen else -1


def status_word(message: MessageRecord) -> str:
    """Return where a message is."""
    return formatting.status_word(message.state.code, final=message.state.final)


def status_text(message: MessageRecord, _manner: Manner) -> str:
    """Return where a message is, and its code."""
    return f"{status_word(message)} {message.state.code}"


def status_tip(message: MessageRecord, _manner: Manner) -> str:
    """Return the sender's own name of a status, and what it means."""
    state = message.state
    meaning = formatting.status_meaning(state.code, final=state.final)
    return f"{formatting.sender_name(state.code)}\n{meaning}"


def progress_whole(batch: BatchRecord) -> int:
    """Return what progress is measured against: what is expected, or what was seen if more."""
    return max(batch.messages, batch.expected_count or 0)


def progress_text(batch: BatchRecord, _manner: Manner) -> str:
    """Return how far a batch is: finished of expected or seen, and the share."""
    counted = f"{formatting.number(batch.finished)}/{formatting.number(progress_whole(batch))}"
    if batch.expected_count is not None and batch.expected_count < batch.messages:
        # More came than somebody expected: that is not hidden behind a full bar.
        surplus = formatting.number(batch.messages - batch.expected_count)
        return f"{counted} (+{surplus})  {progress_short(batch)}"
    return f"{counted}  {progress_short(batch)}"


def progress_short(batch: BatchRecord) -> str:
    """Return how far a batch is: the share that is finished."""
    return formatting.percent(batch.finished, progress_whole(batch))


def progress_key(batch: BatchRecord) -> tuple[int, int]:
    """Return what batches are sorted by: the share that is finished."""
    whole = progress_whole(batch)
    return (_PARTS * batch.finished // whole if whole else -1, whole)


def progress_tip(batch: BatchRecord) -> str:
    """Return how far a batch is, in sentences."""
    seen = QCoreApplication.translate(
        "Columns", "{finished} of {seen} messages seen are settled."
    ).format(finished=formatting.number(batch.finished), seen=formatting.number(batch.messages))
    if batch.expected_count is None:
        unknown = QCoreApplication.translate(
            "Columns", "How many there will be is not known: reports do not tell. You can set it."
        )
        return f"{seen}\n{unknown}"
    if batch.expected_count < batch.messages:
        expected = QCoreApplication.translate(
            "Columns", "Only {count} messages are expected: more came."
        )
    else:
        expected = QCoreApplication.translate("Columns", "{count} messages are expected.")
    return f"{seen}\n{expected.format(count=formatting.number(batch.expected_count))}"


# --- Quantities ---------------------------------------------------------------------------------


def segments_text(message: MessageRecord, _manner: Manner) -> str:
    """Return how many SMS parts a message needs, where that is known."""
    known = message.state.segments
    return "" if known is None else formatting.number(known.value)


def costs_text(batch: BatchRecord) -> str:
    """Return what a batch costs: each currency on its own, never added up."""
    return formatting.costs(batch.cost)


def costs_tip(batch: BatchRecord) -> str:
    """Return what a batch costs where that is several amounts, and what was paid back."""
    lines = [formatting.costs(batch.cost, separator="\n")] if len(batch.cost) > 1 else []
    if batch.paid_back:
        lines.append(_paid_back(formatting.costs(batch.paid_back)))
    return "\n".join(lines)


def price_tip(message: MessageRecord, _manner: Manner) -> str:
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


def price_text(message: MessageRecord, _manner: Manner) -> str:
    """Return what a message costs, where that is known."""
    cost = message.state.cost
    return "" if cost is None else formatting.money(cost)


def reference_text(message: MessageRecord, manner: Manner) -> str:
    """Return the client's own id of a message, where it has one."""
    known, recipient = message.state.reference, message.state.recipient
    if known is None:
        return ""
    if manner.is_masked and recipient is not None:
        return plain_line(mask_number(known.value, recipient.value))
    return plain_line(known.value)


# --- Times --------------------------------------------------------------------------------------


def last_report_tip(batch: BatchRecord) -> str:
    """Return when a batch was heard of last."""
    return QCoreApplication.translate("Columns", "Last report {time}").format(
        time=formatting.exact_time(batch.last_seen)
    )


def change_tip(message: MessageRecord, _manner: Manner) -> str:
    """Return when a status was heard of, and when the sender says that it changed."""
    return QCoreApplication.translate("Columns", "Reported {arrival}; changed {time}").format(
        time=formatting.exact_time(message.state.rank.created),
        arrival=formatting.exact_time(message.state.arrived),
    )
