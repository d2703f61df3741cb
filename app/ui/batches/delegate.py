"""How the cells of the table are painted."""

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from app.core.status import Outcome
from app.store.records import MessageRecord
from app.ui.batches.cells import batch_marks, progress_whole, status_word
from app.ui.batches.columns import COLUMNS, NAME, RIGHT, STATUS
from app.ui.batches.model import ROW_ROLE
from app.ui.batches.pictures import BADGE_HEIGHT, Pictures, paint_bar
from app.ui.batches.rows import BatchRow
from app.ui.theme import ICON_SIZE, ROW_HEIGHT, STEP, number_font
from app.ui.words import number

MARGIN: Final = 2 * STEP
_GAP: Final = 2
_LEAST_BAR: Final = 12 * STEP
_PICTURED: Final = (NAME, STATUS)
_TROUBLE: Final = (Outcome.REJECTED, Outcome.FAILED)
_Index = QModelIndex | QPersistentModelIndex
_MIDDLE: Final = int(Qt.AlignmentFlag.AlignVCenter)


class RowDelegate(QStyledItemDelegate):
    """Paints cells; their background is the view's."""

    def __init__(self, pictures: Pictures, font: QFont, parent: QObject | None = None) -> None:
        """Paint with the colours of `pictures`, and in `font`."""
        super().__init__(parent)
        self._pictures = pictures
        self.set_font(font)

    def set_font(self, font: QFont) -> None:
        """Write in a font; where figures may stand below each other, with equal widths of them."""
        self._font = QFont(font)
        self._metrics = QFontMetrics(font)
        self._tabular = number_font(font)
        self._tabular_metrics = QFontMetrics(self._tabular)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the same height for all rows, so that nobody needs to ask for each."""
        del option, index
        return QSize(0, ROW_HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a cell."""
        room = option.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        column = index.column()
        row = index.data(ROW_ROLE) if column in _PICTURED else None
        if column == STATUS and isinstance(row, BatchRow):
            self._paint_bar(painter, room, row)
        elif column == STATUS and isinstance(row, MessageRecord):
            self._paint_badge(painter, room, row)
        elif column == NAME and isinstance(row, BatchRow):
            self._paint_name(painter, room, row)
        else:
            self._paint_text(painter, room, index)

    # --- Kinds of cells -------------------------------------------------------------------------

    def _paint_text(self, painter: QPainter, room: QRect, index: _Index) -> None:
        text = index.data()
        if text is None:
            # It is being read; a moment later it is there.
            text = "…" if index.column() == NAME else ""
        if not text:
            return
        place = index.column()
        column = COLUMNS[place]
        has_figures = place == NAME or column.alignment == RIGHT
        metrics = self._tabular_metrics if has_figures else self._metrics
        mode = Qt.TextElideMode.ElideMiddle if place == NAME else _RIGHT
        painter.setFont(self._tabular if has_figures else self._font)
        painter.setPen(self._pictures.shown.text)
        shown = metrics.elidedText(text, mode, room.width())
        if shown != text and column.batch_short is not None:
            row = index.data(ROW_ROLE)
            if isinstance(row, BatchRow):
                shown = metrics.elidedText(column.batch_short(row.record), mode, room.width())
        painter.drawText(room, int(column.alignment), shown)

    def _paint_name(self, painter: QPainter, room: QRect, row: BatchRow) -> None:
        tabular, metrics = self._tabular, self._tabular_metrics
        label = row.record.label
        marks = " · ".join(batch_marks(row))
        spare = metrics.horizontalAdvance(marks) + 2 * STEP if marks else 0
        # An id is told apart by both its ends, a label by its beginning.
        mode = _RIGHT if label else Qt.TextElideMode.ElideMiddle
        name = metrics.elidedText(label or row.record.batch_id, mode, room.width() - spare)
        painter.setFont(tabular)
        painter.setPen(self._pictures.shown.text)
        painter.drawText(room, _MIDDLE, name)
        if marks:
            painter.setPen(self._pictures.shown.faint)
            start = metrics.horizontalAdvance(name) + 2 * STEP
            painter.drawText(room.adjusted(start, 0, 0, 0), _MIDDLE, marks)

    def _paint_badge(self, painter: QPainter, room: QRect, message: MessageRecord) -> None:
        state = message.state
        ratio = painter.device().devicePixelRatioF()
        picture = self._pictures.badge(
            state.outcome,
            (status_word(message), str(state.code)),
            self._tabular,
            room.width(),
            ratio,
        )
        top = room.top() + (room.height() - BADGE_HEIGHT) // 2
        painter.drawPixmap(QPoint(room.left(), top), picture)

    def _paint_bar(self, painter: QPainter, room: QRect, row: BatchRow) -> None:
        """Paint a batch's bar; beside it, in words, what is wrong: quiet where nothing is."""
        counts = row.record.outcomes()
        tabular, metrics = self._tabular, self._tabular_metrics
        told = [(outcome, number(counts[outcome])) for outcome in _TROUBLE if counts[outcome]]
        right = room.right() + 1
        for outcome, count in reversed(told):
            wide = ICON_SIZE + metrics.horizontalAdvance(count) + 3 * STEP
            if right - wide - room.left() < _LEAST_BAR:
                break
            right -= wide
            where = QRect(right + 2 * STEP, room.top(), wide, room.height())
            ratio = painter.device().devicePixelRatioF()
            top = room.top() + (room.height() - ICON_SIZE) // 2
            painter.drawPixmap(QPoint(where.left(), top), self._pictures.sign(outcome, ratio))
            painter.setFont(tabular)
            painter.setPen(self._pictures.shown.outcomes[outcome].text)
            painter.drawText(where.adjusted(ICON_SIZE + _GAP, 0, 0, 0), _MIDDLE, count)
        bar = QRect(room.left(), room.top(), right - room.left(), room.height())
        paint_bar(painter, bar, counts, progress_whole(row.record), self._pictures.shown)


_RIGHT: Final = Qt.TextElideMode.ElideRight
