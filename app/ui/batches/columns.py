"""The columns of the table: each is declared once, for batches and for messages.

Texts follow the language and the locale that are in force when they are asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt

from app.core.report import Origin
from app.core.status import Outcome
from app.store.finding import MessageOrder
from app.store.records import BatchRecord, MessageRecord
from app.ui import words
from app.ui.batches.rows import BatchRow
from app.ui.masking import mask_number

LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
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


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        title: its title in English, translated by `column_title`.
        width: its width at first, in pixels.
        batch_text, message_text: what a cell shows.
        batch_key: what batches are sorted by; comparable among themselves.
        order: what messages are sorted by.
        alignment: where the text stands. Numbers stand on the right.
        batch_tip, message_tip: what the cell tells besides; "" for what it shows.
        batch_whole, message_whole: what is copied, where the cell shows a shorter form.
    """

    title: object
    width: int
    batch_text: Callable[[BatchRecord, Manner], str]
    batch_key: Callable[[BatchRecord], Any]
    message_text: Callable[[MessageRecord, Manner], str]
    order: MessageOrder
    alignment: Qt.AlignmentFlag = LEFT
    batch_tip: Callable[[BatchRecord], str] = lambda _batch: ""
    message_tip: Callable[[MessageRecord, Manner], str] = lambda _message, _manner: ""
    batch_whole: Callable[[BatchRecord, Manner], str] | None = None
    message_whole: Callable[[MessageRecord, Manner], str] | None = None


def column_title(column: Column) -> str:
    """Return a column's title in the language of the window."""
    return QCoreApplication.translate("Columns", str(column.title))


# --- Who ----------------------------------------------------------------------------------------


def batch_name(batch: BatchRecord) -> str:
    """Return what a batch is called: its label, or the sender's id of it."""
    return batch.label or batch.batch_id


def batch_marks(row: BatchRow) -> list[str]:
    """Return the words that tell what is special about a batch."""
    batch = row.record
    marks = []
    if row.is_going:
        marks.append(QCoreApplication.translate("Columns", "being deleted"))
    if batch.origin is Origin.DEMO:
        marks.append(words.origin_word(batch.origin))
    if batch.done:
        marks.append(QCoreApplication.translate("Columns", "done"))
    if batch.forgotten is not None:
        marks.append(QCoreApplication.translate("Columns", "only sums"))
    return marks


def _recipient(message: MessageRecord, manner: Manner) -> str:
    recipient = message.state.recipient
    if recipient is None:
        return message.message_id
    return words.phone_number(recipient.value, is_masked=manner.is_masked)


def _recipient_whole(message: MessageRecord, manner: Manner) -> str:
    """Return the recipient as other programs take it: `+46701234567`."""
    return _recipient(message, manner).replace("\N{NO-BREAK SPACE}", "")


def _recipient_tip(message: MessageRecord, _manner: Manner) -> str:
    return QCoreApplication.translate("Columns", "Message {id}").format(id=message.message_id)


def _batch_tip(batch: BatchRecord) -> str:
    lines = [QCoreApplication.translate("Columns", "Batch {id}").format(id=batch.batch_id)]
    if batch.forgotten is not None:
        lines.append(
            QCoreApplication.translate(
                "Columns", "Its messages were forgotten on {time}: only the sums were kept."
            ).format(time=words.exact_time(batch.forgotten))
        )
    if batch.notes:
        lines.append(batch.notes)
    return "\n".join(lines)


# --- Status and progress ------------------------------------------------------------------------


def _outcome_counts(batch: BatchRecord) -> list[str]:
    return [
        f"{words.outcome_word(outcome)} {words.number(count)}"
        for outcome, count in batch.outcomes().items()
        if count
    ]


def _delivered_share(batch: BatchRecord) -> int:
    seen = batch.messages
    return _PARTS * batch.outcomes()[Outcome.DELIVERED] // seen if seen else -1


def status_word(message: MessageRecord) -> str:
    """Return where a message is; an error that is not final is still tried."""
    state = message.state
    if state.outcome is Outcome.FAILED and not state.settled:
        return QCoreApplication.translate("Columns", "Failing")
    return words.status_word(state.code)


def _status(message: MessageRecord, _manner: Manner) -> str:
    return f"{status_word(message)} {message.state.code}"


def _status_tip(message: MessageRecord, _manner: Manner) -> str:
    state = message.state
    lines = [words.sender_name(state.code), words.status_meaning(state.code)]
    if state.outcome is Outcome.FAILED and not state.settled:
        lines.append(QCoreApplication.translate("Columns", "The sender still tries."))
    return "\n".join(lines)


def progress_whole(batch: BatchRecord) -> int:
    """Return what a batch's progress is measured against: what is expected, or was seen."""
    return batch.messages if batch.expected is None else batch.expected


def _progress(batch: BatchRecord, _manner: Manner) -> str:
    settled, whole = batch.settled, progress_whole(batch)
    counted = f"{words.number(settled)}/{words.number(whole)}"
    return f"{counted}  {words.percent(settled, whole)}"


def _progress_key(batch: BatchRecord) -> tuple[int, int]:
    whole = progress_whole(batch)
    return (_PARTS * batch.settled // whole if whole else -1, whole)


def _progress_tip(batch: BatchRecord) -> str:
    seen = QCoreApplication.translate(
        "Columns", "{settled} of {seen} messages seen are settled."
    ).format(settled=words.number(batch.settled), seen=words.number(batch.messages))
    if batch.expected is None:
        unknown = QCoreApplication.translate(
            "Columns", "How many there will be is not known: reports do not tell. You can set it."
        )
        return f"{seen}\n{unknown}"
    expected = QCoreApplication.translate("Columns", "{count} messages are expected.")
    return f"{seen}\n{expected.format(count=words.number(batch.expected))}"


# --- Quantities ---------------------------------------------------------------------------------


def _segments(message: MessageRecord, _manner: Manner) -> str:
    segments = message.state.segments
    return "" if segments is None else words.number(segments.value)


def costs_text(batch: BatchRecord) -> str:
    """Return what a batch costs: each currency on its own, never added up."""
    return " · ".join(words.money(cost) for _, cost in sorted(batch.cost.items()))


def _cost_key(batch: BatchRecord) -> list[tuple[str, int]]:
    return [(currency, cost.nano) for currency, cost in sorted(batch.cost.items())]


def _price(message: MessageRecord, _manner: Manner) -> str:
    price = message.state.price
    return "" if price is None else words.money(price.value)


def _reference(message: MessageRecord, manner: Manner) -> str:
    reference, recipient = message.state.reference, message.state.recipient
    if reference is None:
        return ""
    if manner.is_masked and recipient is not None:
        return mask_number(reference.value, recipient.value)
    return reference.value


# --- Times --------------------------------------------------------------------------------------


def _change_tip(message: MessageRecord, _manner: Manner) -> str:
    return QCoreApplication.translate("Columns", "{time}, reported {arrival}").format(
        time=words.exact_time(message.state.rank.created),
        arrival=words.exact_time(message.state.arrived),
    )


# --- The columns --------------------------------------------------------------------------------

NAME: Final = 0
STATUS: Final = 1
LAST_CHANGE: Final = 6

COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        QT_TRANSLATE_NOOP("Columns", "Batch / recipient"),
        240,
        batch_text=lambda batch, _: batch_name(batch),
        batch_key=lambda batch: batch_name(batch).casefold(),
        message_text=_recipient,
        order=MessageOrder.RECIPIENT,
        batch_tip=_batch_tip,
        message_tip=_recipient_tip,
        message_whole=_recipient_whole,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Status"),
        196,
        batch_text=lambda batch, _: ", ".join(_outcome_counts(batch)),
        batch_key=_delivered_share,
        message_text=_status,
        order=MessageOrder.CODE,
        batch_tip=lambda batch: "\n".join(_outcome_counts(batch)),
        message_tip=_status_tip,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Progress"),
        136,
        batch_text=_progress,
        batch_key=_progress_key,
        message_text=lambda _message, _: "",
        order=MessageOrder.ARRIVAL,
        alignment=RIGHT,
        batch_tip=_progress_tip,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Segments"),
        80,
        batch_text=lambda batch, _: words.number(batch.segments),
        batch_key=lambda batch: batch.segments,
        message_text=_segments,
        order=MessageOrder.SEGMENTS,
        alignment=RIGHT,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Cost"),
        120,
        batch_text=lambda batch, _: costs_text(batch),
        batch_key=_cost_key,
        message_text=_price,
        order=MessageOrder.PRICE,
        alignment=RIGHT,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Reference"),
        128,
        batch_text=lambda _batch, _: "",
        batch_key=lambda batch: batch.key,
        message_text=_reference,
        order=MessageOrder.REFERENCE,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Last change"),
        104,
        batch_text=lambda batch, manner: words.ago(batch.last_seen, manner.now),
        batch_key=lambda batch: batch.last_seen,
        message_text=lambda message, manner: words.ago(message.state.rank.created, manner.now),
        order=MessageOrder.CHANGED,
        alignment=RIGHT,
        batch_tip=lambda batch: words.exact_time(batch.last_seen),
        message_tip=_change_tip,
        batch_whole=lambda batch, _: words.iso_time(batch.last_seen),
        message_whole=lambda message, _: words.iso_time(message.state.rank.created),
    ),
)
