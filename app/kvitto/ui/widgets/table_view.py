"""Tables and trees that are read: rows of one height, statuses in their colours."""

from collections.abc import Sequence
from typing import Final, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.ui.widgets.badge import result_icon
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.table_columns import CODE_ROLE, RESULT_ROLE
from kvitto.ui.widgets.theme import ICON_SIZE, RESULT_ICONS, ROW_HEIGHT, STEP, colours, number_font

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")

_MOST_OTHER: Final = 58 * STEP
"""No column but the wide one is wider: one long name must not take the room of all else."""
_CODE_GAP: Final = 2 * STEP
_HEADER_SCALE: Final = 0.92
_MUCH_NARROWER: Final = 0.7
_MEASURED: Final = 60
_LEAST_WIDE: Final = 31 * STEP
"""The widest column has room for an icon and a word, even if others are left out for it."""
_NARROWEST_WIDE: Final = 26 * STEP
"""Where none can be left out any more, even if others must be scrolled to."""


class RowDelegate(QStyledItemDelegate):
    """Gives rows one height; paints a status as icon and word in its colours, and its code.

    A code below its result is painted before its word, and without the icon that stands above it.
    """

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the text's width and the height of every row."""
        if index.data(RESULT_ROLE) is None:
            return QSize(super().sizeHint(option, index).width() + STEP, ROW_HEIGHT)
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        width = 2 * STEP + cell.fontMetrics.horizontalAdvance(cell.text)
        code = index.data(CODE_ROLE)
        if not _is_below(index):
            width += ICON_SIZE + STEP
        if code:
            width += _CODE_GAP + cell.fontMetrics.horizontalAdvance(code)
        return QSize(width + STEP, ROW_HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell."""
        value = index.data(RESULT_ROLE)
        if value is None:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        text, cell.text = cell.text, ""
        style = cell.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        room = cell.rect.adjusted(STEP, 0, -STEP, 0)
        code = index.data(CODE_ROLE) or ""
        if _is_below(index):
            self._paint_code_first(painter, cell, room, Result(value), (code, text))
        else:
            self._paint_status(painter, cell, room, Result(value), text, code)

    def _paint_code_first(
        self,
        painter: QPainter,
        cell: QStyleOptionViewItem,
        room: QRect,
        result: Result,
        texts: tuple[str, str],
    ) -> None:
        shown = colours()
        pens = (shown.faint, shown.results[result].text)
        if cell.state & QStyle.StateFlag.State_Selected:
            selected = cell.palette.color(QPalette.ColorRole.HighlightedText)
            pens = (selected, selected)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        metrics = cell.fontMetrics
        painter.save()
        painter.setFont(cell.font)
        for text, pen in zip(texts, pens, strict=True):
            painter.setPen(pen)
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, left, elided)
            room = room.adjusted(metrics.horizontalAdvance(text) + _CODE_GAP, 0, 0, 0)
        painter.restore()

    def _paint_status(
        self,
        painter: QPainter,
        cell: QStyleOptionViewItem,
        room: QRect,
        result: Result,
        text: str,
        code: str,
    ) -> None:
        is_selected = bool(cell.state & QStyle.StateFlag.State_Selected)
        picture = QRect(0, 0, ICON_SIZE, ICON_SIZE)
        picture.moveCenter(room.center())
        picture.moveLeft(room.left())
        shown = colours()
        text_colour = shown.results[result].text
        code_colour = shown.faint
        picked: QIcon = result_icon(result)
        if is_selected:
            text_colour = code_colour = cell.palette.color(QPalette.ColorRole.HighlightedText)
            picked = icon(RESULT_ICONS[result].removeprefix("mdi6."), text_colour)
        painter.save()
        picked.paint(painter, picture)
        painter.setFont(cell.font)
        painter.setPen(text_colour)
        room = room.adjusted(ICON_SIZE + STEP, 0, 0, 0)
        metrics = cell.fontMetrics
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        written = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, left, written)
        room = room.adjusted(metrics.horizontalAdvance(written) + _CODE_GAP, 0, 0, 0)
        # Half a code is another code: whole or not at all. The tooltip has it.
        if code and metrics.horizontalAdvance(code) <= room.width():
            painter.setPen(code_colour)
            painter.drawText(room, left, code)
        painter.restore()


def _is_below(index: Index) -> bool:
    return index.parent().isValid()


class TableView(QTreeView):
    """A table or tree that is read: whole rows, no frame, figures of equal width."""

    def __init__(self, parent: QWidget) -> None:
        """Show no model yet."""
        super().__init__(parent)
        self._wide: int | None = None
        self._spare: Sequence[int] = ()
        self._least = _LEAST_WIDE
        self._needed: dict[int, int] = {}
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setIndentation(4 * STEP)
        self.setItemDelegate(RowDelegate(self))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setFont(number_font(self.font()))
        # Tab leaves the table; the arrows move in it.
        self.setTabKeyNavigation(False)
        header = self.header()
        header.setStretchLastSection(False)
        # Each takes a while: of thousands of rows, these say how wide a column is.
        header.setResizeContentsPrecision(_MEASURED)
        header.setHighlightSections(False)
        small = header.font()
        small.setPointSizeF(small.pointSizeF() * _HEADER_SCALE)
        header.setFont(small)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def fill_width(
        self, wide: int = 0, spare: Sequence[int] = (), *, least: int = _LEAST_WIDE
    ) -> None:
        """Make all columns as wide as what they show from now on, and give one the rest.

        The model must be set. Columns become wider at once and narrower only by much, so that they
        don't tremble when numbers change. Qt's own `ResizeToContents` would measure all rows at
        each change of one.

        Args:
            wide: the one that gets the rest.
            spare: those that are not shown where there is no room for all, the first one first.
            least: what the one with the rest needs, in pixels, before any of those is shown.
        """
        self._wide = wide
        self._spare = spare
        self._least = least
        self.header().setMinimumSectionSize(8 * STEP)
        self._fitting.timeout.connect(self._fit)
        model = self.model()
        for changed in (
            model.modelReset,
            model.dataChanged,
            model.rowsInserted,
            model.rowsRemoved,
            model.headerDataChanged,
            model.modelReset,
        ):
            changed.connect(self._fitting.start)
        self._fit()

    def _fit(self) -> None:
        header = self.header()
        for column in self._spare:
            self.setColumnHidden(column, False)  # what is hidden has no width to ask for
        for column in range(header.count()):
            if column == self._wide or self.isColumnHidden(column):
                continue
            needed = max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            needed = min(needed, _MOST_OTHER)
            has = self._needed.get(column, 0)
            if needed > has or needed < has * _MUCH_NARROWER:
                self._needed[column] = needed
                header.resizeSection(column, needed)
        self._fill()

    def _fill(self) -> None:
        if self._wide is None:
            return
        header = self.header()
        whole = self._least + sum(self._needed.values())
        for column in self._spare:
            is_hidden = whole > self.viewport().width()
            self.setColumnHidden(column, is_hidden)
            if is_hidden:
                whole -= self._needed.get(column, 0)
        others = header.length() - header.sectionSize(self._wide)
        # Rather than be moved sideways by a little, it is somewhat narrower than it should be.
        width = max(_NARROWEST_WIDE, self.viewport().width() - others)
        if header.sectionSize(self._wide) != width:
            header.resizeSection(self._wide, width)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the wide column what is left."""
        super().resizeEvent(event)
        self._fill()

    def fit_height(self) -> None:
        """Be as high as all rows from now on: something around the tree scrolls, not the tree."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        model = self.model()
        for changed in (model.rowsInserted, model.rowsRemoved, self.expanded, self.collapsed):
            changed.connect(self._on_rows)
        self.horizontalScrollBar().rangeChanged.connect(self._on_rows)
        self._on_rows()

    def _on_rows(self) -> None:
        rows, index = 0, self.model().index(0, 0)
        while index.isValid():
            rows += 1
            index = self.indexBelow(index)
        header = self.header().sizeHint().height()
        bar = self.horizontalScrollBar()
        room = bar.sizeHint().height() if bar.maximum() > bar.minimum() else 0
        self.setFixedHeight(header + rows * ROW_HEIGHT + room)

    def chosen(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return those of the model's rows that are selected, in order; all where none is."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [rows[place] for place in places if place < len(rows)] or rows

    def fit_columns(self) -> None:
        """Make every column as wide as what it shows."""
        for column in range(self.header().count()):
            self.resizeColumnToContents(column)
