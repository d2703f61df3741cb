"""The columns of the table: each is declared once, for batches and for messages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt

from app.store.finding import MessageOrder
from app.store.records import BatchRecord, MessageRecord
from app.ui import words
from app.ui.batches import cells
from app.ui.batches.cells import Manner
from app.ui.batches.rows import BatchRow

LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


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
        batch_short: what the cell shows where there is no room for all; None for its beginning.
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
    batch_short: Callable[[BatchRecord], str] | None = None
    batch_whole: Callable[[BatchRecord, Manner], str] | None = None
    message_whole: Callable[[MessageRecord, Manner], str] | None = None


def column_title(column: Column) -> str:
    """Return a column's title in the language of the window."""
    return QCoreApplication.translate("Columns", str(column.title))


NAME: Final = 0
STATUS: Final = 1
PROGRESS: Final = 2
EXPOSED: Final = frozenset({NAME, STATUS, PROGRESS})
"""Where is told that reports about a batch may be lost."""
REFERENCE: Final = 5
LAST_CHANGE: Final = 6

COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        QT_TRANSLATE_NOOP("Columns", "Batch / recipient"),
        240,
        batch_text=lambda batch, _: cells.batch_name(batch),
        batch_key=lambda batch: cells.batch_name(batch).casefold(),
        message_text=cells.recipient_text,
        order=MessageOrder.RECIPIENT,
        batch_tip=cells.batch_tip,
        message_tip=cells.recipient_tip,
        message_whole=cells.whole_recipient,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Status"),
        160,
        batch_text=lambda batch, _: ", ".join(cells.outcome_texts(batch)),
        batch_key=cells.delivered_share,
        message_text=cells.status_text,
        order=MessageOrder.CODE,
        batch_tip=lambda batch: "\n".join(cells.outcome_texts(batch)),
        message_tip=cells.status_tip,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Progress"),
        132,
        batch_text=cells.progress_text,
        batch_key=cells.progress_key,
        message_text=lambda _message, _: "",
        order=MessageOrder.ARRIVAL,
        alignment=RIGHT,
        batch_tip=cells.progress_tip,
        batch_short=cells.progress_short,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Segments"),
        80,
        batch_text=lambda batch, _: words.number(batch.segments),
        batch_key=lambda batch: batch.segments,
        message_text=cells.segments_text,
        order=MessageOrder.SEGMENTS,
        alignment=RIGHT,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Cost"),
        116,
        batch_text=lambda batch, _: cells.costs_text(batch),
        batch_key=cells.cost_key,
        message_text=cells.price_text,
        order=MessageOrder.PRICE,
        alignment=RIGHT,
        batch_tip=cells.costs_tip,
        message_tip=cells.price_tip,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Reference"),
        80,
        batch_text=lambda _batch, _: "",
        batch_key=lambda batch: batch.key,
        message_text=cells.reference_text,
        order=MessageOrder.REFERENCE,
    ),
    Column(
        QT_TRANSLATE_NOOP("Columns", "Last change"),
        128,
        batch_text=lambda batch, manner: words.ago(batch.last_seen, manner.now),
        batch_key=lambda batch: batch.last_seen,
        # When it was heard of, as of the batch and as the filter by time has it.
        message_text=lambda message, manner: words.ago(message.state.arrived, manner.now),
        order=MessageOrder.CHANGED,
        alignment=RIGHT,
        batch_tip=cells.last_report_tip,
        message_tip=cells.change_tip,
        batch_whole=lambda batch, _: words.iso_time(batch.last_seen),
        message_whole=lambda message, _: words.iso_time(message.state.arrived),
    ),
)


def batch_cell(row: BatchRow, column: Column, manner: Manner) -> str:
    """Return what a cell of a batch shows."""
    text = column.batch_text(row.record, manner)
    return cells.at_most(row, text) if column is COLUMNS[PROGRESS] else text
