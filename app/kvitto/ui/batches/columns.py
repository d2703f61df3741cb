"""The columns of the table: each is declared once, for batches and for messages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt

from kvitto.store.records import BatchRecord, MessageRecord
from kvitto.store.search import MessageOrder
from kvitto.ui.batches import cell_text
from kvitto.ui.batches.cell_text import TextManner
from kvitto.ui.batches.row import BatchRow
from kvitto.ui.batches.waiting_text import waiting_text, waiting_tip
from kvitto.ui.text import formatting
from kvitto.ui.text.alphabet import sort_key

LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class BatchColumn:
    """A column.

    Attributes:
        title: its title in English, translated by `column_title`.
        width: its width at first, in pixels.
        batch_text, message_text: what a cell shows.
        batch_key: what batches are sorted by; comparable among themselves.
        order: what messages are sorted by.
        alignment: where the text stands. Numbers stand on the right.
        batch_tip, message_tip: what the cell tells besides; "" for what it shows.
        batch_short: what the cell shows where there is no room for all; None for its beginning.
        batch_whole, message_whole: what is copied, where the cell shows a shorter form.
    """

    title: object
    width: int
    batch_text: Callable[[BatchRecord, TextManner], str]
    batch_key: Callable[[BatchRecord], Any]
    message_text: Callable[[MessageRecord, TextManner], str]
    order: MessageOrder
    alignment: Qt.AlignmentFlag = LEFT
    batch_tip: Callable[[BatchRecord], str] = lambda _batch: ""
    message_tip: Callable[[MessageRecord, TextManner], str] = lambda _message, _manner: ""
    batch_short: Callable[[BatchRecord], str] | None = None
    batch_whole: Callable[[BatchRecord, TextManner], str] | None = None
    message_whole: Callable[[MessageRecord, TextManner], str] | None = None


def column_title(column: BatchColumn) -> str:
    """Return a column's title in the language of the window."""
    return QCoreApplication.translate("Columns", str(column.title))


NAME: Final = 0
STATUS: Final = 1
SENT: Final = 2
DELIVERED: Final = 3
NOT_DELIVERED: Final = 4
WAITING: Final = 5
SEGMENTS: Final = 6
COST: Final = 7
LAST_CHANGE: Final = 8
MARKS: Final = 9
REFERENCE: Final = 10
EXPOSED: Final = frozenset({NAME, STATUS, DELIVERED, MARKS})
"""Where is told that reports about a batch may be lost."""

COLUMNS: Final[tuple[BatchColumn, ...]] = (
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Batch / recipient"),
        240,
        batch_text=cell_text.batch_name,
        batch_key=cell_text.name_key,
        message_text=cell_text.recipient_text,
        order=MessageOrder.RECIPIENT,
        batch_tip=cell_text.batch_tip,
        message_tip=cell_text.recipient_tip,
        message_whole=cell_text.whole_recipient,
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Result"),
        190,
        batch_text=lambda batch, _: ", ".join(cell_text.result_texts(batch)),
        batch_key=cell_text.delivered_share,
        message_text=cell_text.status_text,
        order=MessageOrder.CODE,
        batch_tip=lambda batch: "\n".join(cell_text.result_texts(batch)),
        message_tip=cell_text.status_tip,
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Sent"),
        104,
        batch_text=lambda batch, manner: cell_text.sent_text(cell_text.sent_of(batch), manner),
        batch_key=cell_text.sent_of,
        message_text=lambda message, manner: cell_text.sent_text(
            message.state.first_created, manner
        ),
        order=MessageOrder.SENT,
        alignment=RIGHT,
        batch_tip=lambda batch: cell_text.sent_tip(cell_text.sent_of(batch)),
        message_tip=lambda message, _: cell_text.sent_tip(message.state.first_created),
        batch_whole=lambda batch, _: formatting.iso_time(cell_text.sent_of(batch)),
        message_whole=lambda message, _: formatting.iso_time(message.state.first_created),
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Delivered"),
        92,
        batch_text=lambda batch, _: cell_text.delivered_text(batch),
        batch_key=cell_text.delivered_share,
        message_text=lambda _message, _: "",
        order=MessageOrder.CODE,
        alignment=RIGHT,
        batch_tip=cell_text.delivered_tip,
        batch_short=cell_text.delivered_short,
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Not delivered"),
        98,
        batch_text=lambda batch, _: cell_text.not_delivered_text(batch),
        batch_key=lambda batch: batch.tally().not_delivered,
        message_text=lambda _message, _: "",
        order=MessageOrder.CODE,
        alignment=RIGHT,
        batch_tip=cell_text.not_delivered_tip,
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Waiting"),
        62,
        batch_text=waiting_text,
        batch_key=lambda batch: batch.tally().waiting,
        message_text=lambda _message, _: "",
        order=MessageOrder.CODE,
        alignment=RIGHT,
        batch_tip=waiting_tip,
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "SMS parts"),
        80,
        batch_text=lambda batch, _: formatting.number(batch.segments),
        batch_key=lambda batch: batch.segments,
        message_text=cell_text.segments_text,
        order=MessageOrder.SEGMENTS,
        alignment=RIGHT,
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Cost"),
        92,
        batch_text=lambda batch, _: cell_text.costs_text(batch),
        batch_key=cell_text.cost_key,
        message_text=cell_text.price_text,
        order=MessageOrder.PRICE,
        alignment=RIGHT,
        batch_tip=cell_text.costs_tip,
        message_tip=cell_text.price_tip,
        batch_whole=lambda batch, _: formatting.costs(batch.cost),
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Last report"),
        128,
        batch_text=cell_text.last_report_text,
        batch_key=lambda batch: batch.last_seen,
        # When it was heard of, as of the batch.
        message_text=cell_text.reported_text,
        order=MessageOrder.CHANGED,
        alignment=RIGHT,
        batch_tip=cell_text.last_report_tip,
        message_tip=cell_text.change_tip,
        batch_whole=lambda batch, _: formatting.iso_time(batch.last_seen) if batch.reports else "",
        message_whole=lambda message, _: (
            "" if message.reported is None else formatting.iso_time(message.reported)
        ),
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Marks"),
        120,
        # What is special about it is known of the row, not of its record alone.
        batch_text=lambda _batch, _: "",
        batch_key=cell_text.marks_key,
        message_text=lambda _message, _: "",
        order=MessageOrder.ARRIVAL,
        batch_tip=cell_text.note_text,
    ),
    BatchColumn(
        QT_TRANSLATE_NOOP("Columns", "Reference"),
        80,
        batch_text=cell_text.shared_reference_text,
        batch_key=lambda batch: sort_key(batch.reference or ""),
        message_text=cell_text.reference_text,
        order=MessageOrder.REFERENCE,
    ),
)


def batch_cell(row: BatchRow, column: BatchColumn, manner: TextManner) -> str:
    """Return what a cell of a batch shows."""
    if column is COLUMNS[MARKS]:
        return " · ".join(cell_text.batch_marks(row))
    text = column.batch_text(row.record, manner)
    return cell_text.at_most(row, text) if column is COLUMNS[DELIVERED] else text
