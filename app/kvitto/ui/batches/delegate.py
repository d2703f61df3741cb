"""How the rows of the table are painted."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.store.records import BatchRecord, MessageRecord
from kvitto.ui.batches.cell_text import (
    TextManner,
    batch_marks,
    batch_name,
    status_word,
)
from kvitto.ui.batches.columns import (
    COLUMNS,
    LAST_CHANGE,
    MARKS,
    NAME,
    NOT_DELIVERED,
    REFERENCE,
    RIGHT,
    STATUS,
    WAITING,
    batch_cell,
)
from kvitto.ui.batches.paint_cache import BADGE_HEIGHT, PaintCache, bar_fills
from kvitto.ui.batches.paint_pieces import PaintPieces, Script
from kvitto.ui.batches.row import BatchRow
from kvitto.ui.widgets.theme import ICON_SIZE, ROW_HEIGHT, STEP, Colours, number_font

MARGIN: Final = 2 * STEP
NOT_ARRIVED: Final = (Result.FAILED, Result.REJECTED, Result.EXPIRED)
_SOUGHT: Final = frozenset({NAME, REFERENCE})
"""The columns in which is marked what a search found."""
_KEPT: Final = 500
"""Rows that are kept prepared: ten screens full."""
_MIDDLE: Final = Qt.TextElideMode.ElideMiddle
_Index = QModelIndex | QPersistentModelIndex
Row = BatchRow | MessageRecord | None
"""What a row shows; None for a message that has not been read."""


class Cell(NamedTuple):
    """A column, and where its cells are in a row, margins included."""

    column: int
    left: int
    width: int


class _Prepared(NamedTuple):
    """A row's pieces, and what they show: this very record, and in this way."""

    record: BatchRecord | MessageRecord | None
    mark: tuple[object, ...]
    pieces: PaintPieces


class BatchRowDelegate(QStyledItemDelegate):
    """Paints rows: the view calls `paint_row`; what is behind them is its own."""

    def __init__(self, pictures: PaintCache, font: QFont, parent: QObject | None = None) -> None:
        """Paint with the colours of `pictures`, and in `font`."""
        super().__init__(parent)
        self._pictures = pictures
        self._rows: dict[int, _Prepared] = {}
        self._times: dict[str, PaintPieces] = {}
        self._sought: tuple[str, ...] = ()
        self.set_font(font)

    def set_font(self, font: QFont) -> None:
        """Write in a font; where figures may stand below each other, with equal widths of them."""
        self._plain = Script(QFont(font), QFontMetrics(font))
        tabular = number_font(font)
        self._figures = Script(tabular, QFontMetrics(tabular))
        self.purge()

    def set_sought(self, texts: Sequence[str]) -> None:
        """Mark these texts where a batch's name, a recipient or a reference has one of them."""
        if tuple(texts) != self._sought:
            self._sought = tuple(texts)
            self.purge()

    def purge(self) -> None:
        """Prepare all rows anew: the columns, the language or the colours are others."""
        self._rows.clear()
        self._times.clear()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the same height for all rows, so that nobody needs to ask for each."""
        del option, index
        return QSize(0, ROW_HEIGHT)

    # --- Painting -------------------------------------------------------------------------------

    def paint_row(
        self, painter: QPainter, row: Row, cells: Sequence[Cell], manner: TextManner, ratio: float
    ) -> None:
        """Paint all cells of a row, whose upper left corner is the painter's.

        Args:
            painter: paints.
            row: what the row shows.
            cells: where; always the same for batches and for messages, until `purge`.
            manner: how texts are said.
            ratio: pixels of the screen for one of the window.
        """
        self._prepared(row, cells, manner, ratio).paint(painter)
        if row is None:
            return
        # What changes with the time is written by itself.
        for cell in cells:
            if cell.column == LAST_CHANGE:
                self._written_time(row, cell, manner).paint(painter)

    def _prepared(
        self, row: Row, cells: Sequence[Cell], manner: TextManner, ratio: float
    ) -> PaintPieces:
        # Keys count from 1: those of batches are told apart by their sign.
        record = row.record if isinstance(row, BatchRow) else row
        key = 0 if record is None else record.key
        marks: tuple[bool, ...] = ()
        if isinstance(row, BatchRow):
            key = -key
            marks = (bool(row.exposed), row.record.may_report(manner.now))
        mark = (marks, manner.is_masked, ratio)
        kept = self._rows.get(key)
        if kept is not None and kept.record is record and kept.mark == mark:
            return kept.pieces
        pieces = PaintPieces()
        columns = {cell.column for cell in cells}
        for cell in cells:
            room = _room(cell)
            if cell.column == NAME and isinstance(row, BatchRow) and MARKS not in columns:
                room = self._prepare_marks_beside(pieces, room, row, ratio)
            if cell.column != LAST_CHANGE:
                self._prepare(pieces, row, cell.column, room, manner, ratio)
        if len(self._rows) >= _KEPT:
            self._rows.clear()
        self._rows[key] = _Prepared(record, mark, pieces)
        return pieces

    def _written_time(
        self, row: BatchRow | MessageRecord, cell: Cell, manner: TextManner
    ) -> PaintPieces:
        text = _text(row, LAST_CHANGE, manner)
        pieces = self._times.get(text)
        if pieces is None:
            if len(self._times) >= _KEPT:
                self._times.clear()
            pieces = self._times[text] = PaintPieces()
            self._write(pieces, text, LAST_CHANGE, _room(cell))
        return pieces

    # --- Kinds of cells -------------------------------------------------------------------------

    def _prepare(
        self,
        pieces: PaintPieces,
        row: Row,
        column: int,
        room: QRect,
        manner: TextManner,
        ratio: float,
    ) -> None:
        if row is None:
            # It is being read; a moment later it is there.
            if column == NAME:
                self._write(pieces, "…", column, room)
        elif column == STATUS and isinstance(row, BatchRow):
            self._prepare_bar(pieces, room, row)
        elif column == STATUS and isinstance(row, MessageRecord):
            self._prepare_badge(pieces, room, row, ratio)
        elif column == NAME and isinstance(row, BatchRow):
            self._prepare_name(pieces, room, row, manner)
        elif column == MARKS and isinstance(row, BatchRow):
            self._prepare_marks(pieces, room, row, ratio)
        elif text := _text(row, column, manner):
            short = COLUMNS[column].batch_short
            script = self._script(column)
            is_long = script.metrics.horizontalAdvance(text) > room.width()
            if is_long and short is not None and isinstance(row, BatchRow):
                text = short(row.record)
            self._write(pieces, text, column, room, ink=self._ink(row, column))

    def _script(self, column: int) -> Script:
        has_figures = column == NAME or COLUMNS[column].alignment == RIGHT
        return self._figures if has_figures else self._plain

    def _ink(self, row: Row, column: int) -> QColor:
        """Return the colour of a cell's text: what did not arrive is seen at a glance."""
        shown = self._pictures.shown
        if column == NOT_DELIVERED and isinstance(row, BatchRow):
            return _trouble(row.record, shown) or shown.faint
        if column == WAITING and isinstance(row, BatchRow) and not row.record.tally().waiting:
            return shown.faint
        return shown.text

    def _write(
        self,
        pieces: PaintPieces,
        text: str,
        column: int,
        room: QRect,
        *,
        ink: QColor | None = None,
    ) -> None:
        pieces.write(
            text,
            room,
            self._script(column),
            self._pictures.shown.text if ink is None else ink,
            elision=_MIDDLE if column == NAME else _RIGHT,
            is_right=COLUMNS[column].alignment == RIGHT,
            sought=self._sought if column in _SOUGHT else (),
            mark=self._mark_brush(),
        )

    def _prepare_name(
        self, pieces: PaintPieces, room: QRect, row: BatchRow, manner: TextManner
    ) -> None:
        pieces.write(
            batch_name(row.record, manner),
            room,
            self._figures,
            self._pictures.shown.text,
            elision=_RIGHT,
            sought=self._sought,
            mark=self._mark_brush(),
        )

    def _prepare_marks_beside(
        self, pieces: PaintPieces, room: QRect, row: BatchRow, ratio: float
    ) -> QRect:
        """Prepare the marks at the end of a name, where their column is left out.

        Returns:
            The room that is left for the name.
        """
        marks = " · ".join(batch_marks(row))
        wide = ICON_SIZE + STEP if row.record.notes else 0
        wide += self._plain.metrics.horizontalAdvance(marks)
        if not wide:
            return room
        wide = min(wide + 1, room.width() // 2)
        self._prepare_marks(pieces, room.adjusted(room.width() - wide, 0, 0, 0), row, ratio)
        return room.adjusted(0, 0, -wide - 2 * STEP, 0)

    def _prepare_marks(self, pieces: PaintPieces, room: QRect, row: BatchRow, ratio: float) -> None:
        """Prepare a sign where the user has noted something, and the words of `batch_marks`."""
        if row.record.notes:
            top = room.top() + (room.height() - ICON_SIZE) // 2
            pieces.put(self._pictures.icon("note-text-outline", ratio), QPoint(room.left(), top))
            room = room.adjusted(ICON_SIZE + STEP, 0, 0, 0)
        marks = " · ".join(batch_marks(row))
        if marks:
            pieces.write(marks, room, self._plain, self._pictures.shown.faint)

    def _prepare_badge(
        self, pieces: PaintPieces, room: QRect, message: MessageRecord, ratio: float
    ) -> None:
        state = message.state
        picture = self._pictures.badge(
            state.result,
            (status_word(message), str(state.code)),
            self._figures.font,
            room.width(),
            ratio,
        )
        top = room.top() + (room.height() - BADGE_HEIGHT) // 2
        pieces.put(picture, QPoint(room.left(), top))

    def _prepare_bar(self, pieces: PaintPieces, room: QRect, row: BatchRow) -> None:
        """Prepare a batch's bar: of one length for all batches."""
        record = row.record
        for rect, brush in bar_fills(
            room, record.results(), record.tally().whole, self._pictures.shown
        ):
            pieces.fill(rect, brush)

    def _mark_brush(self) -> QBrush:
        return QBrush(self._pictures.shown.results[Result.EXPIRED].tint)


_RIGHT: Final = Qt.TextElideMode.ElideRight


def _trouble(batch: BatchRecord, shown: Colours) -> QColor | None:
    """Return the colour of the most frequent result of what did not arrive; None where all did."""
    counts = batch.results()
    most = max(NOT_ARRIVED, key=counts.__getitem__)
    return shown.results[most].text if counts[most] else None


def _room(cell: Cell) -> QRect:
    return QRect(cell.left, 0, cell.width, ROW_HEIGHT).adjusted(MARGIN, 0, -MARGIN, 0)


def _text(row: BatchRow | MessageRecord, column: int, manner: TextManner) -> str:
    if isinstance(row, BatchRow):
        return batch_cell(row, COLUMNS[column], manner)
    return COLUMNS[column].message_text(row, manner)
