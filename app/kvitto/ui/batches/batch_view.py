"""The table on the screen: what is looked at stays where it is, whatever arrives."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QTreeView, QWidget
from typing_extensions import override

from kvitto.store.records import MessageRecord
from kvitto.ui.batches.batch_model import BatchModel
from kvitto.ui.batches.columns import COLUMNS, LAST_CHANGE, NAME
from kvitto.ui.batches.columns_header import ColumnsHeader, pinned_header
from kvitto.ui.batches.delegate import BatchRowDelegate, Cell
from kvitto.ui.batches.paint_cache import PaintCache, mixed, soft_selection
from kvitto.ui.batches.row import UNKNOWN, BatchRow
from kvitto.ui.batches.scroll_anchor import ScrollAnchor
from kvitto.ui.batches.shown_rows import UNSORTED
from kvitto.ui.services.context import Selection
from kvitto.ui.widgets.theme import ICON_SIZE, ROW_HEIGHT, STEP

_INDENT: Final = 5 * STEP
_MARK: Final = 3
_Index = QModelIndex | QPersistentModelIndex
_Flag = QItemSelectionModel.SelectionFlag


class BatchView(QTreeView):
    """Shows the batches and, below those that are open, their messages.

    Rows that come or go above what is looked at do not move it: the current row keeps its place on
    the screen if it is to be seen, else the first row that is. Only at the very top, with nothing
    selected there, new rows push the others down, so that they appear.

    Signals:
        selected: a :class:`~kvitto.ui.services.context.Selection`.
        chosen_by_hand: the user went to another row, by mouse or key.
    """

    selected = Signal(object)
    chosen_by_hand = Signal()

    def __init__(self, model: BatchModel, parent: QWidget | None = None) -> None:
        """Show `model`."""
        super().__init__(parent)
        self._model = model
        self._cells: tuple[list[Cell], list[Cell]] | None = None
        self._manner = model.manner()
        self._pictures = PaintCache()
        self._expanded: set[int] = set()
        self._place = ScrollAnchor(self)
        self.columns = ColumnsHeader(self._pictures, self)
        self.setHeader(self.columns)
        self.columns.take_clicks()
        self.setTreePosition(NAME)
        self.columns.sectionResized.connect(self._on_columns)
        self.columns.sectionMoved.connect(self._on_columns)
        self._delegate = BatchRowDelegate(self._pictures, self.font(), self)
        self.setItemDelegate(self._delegate)
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setExpandsOnDoubleClick(True)
        self.setAnimated(False)
        # These come before the view's own: they see the rows as they were.
        model.rowsAboutToBeRemoved.connect(self._on_rows_going)
        model.rowsAboutToBeInserted.connect(self._place.hold)
        model.layoutAboutToBeChanged.connect(self._place.hold)
        self.setModel(model)
        self.columns.set_first_widths()
        self.columns.sort_asked.connect(self._on_sort_asked)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        self.activated.connect(self._on_activated)
        self.selectionModel().currentChanged.connect(self._on_current)
        # Rows that come are opened once everybody has heard of them.
        self._opening = QTimer(self, singleShot=True, interval=0)
        self._opening.timeout.connect(self._open_expanded)
        model.rowsInserted.connect(self._on_rows_come)
        model.messages.fading.ticked.connect(self._on_fading)
        model.opening_put_off.connect(self.scheduleDelayedItemsLayout)
        self._recolour()

    # --- What is selected -----------------------------------------------------------------------

    def selection(self) -> Selection:
        """Return what is selected."""
        index = self.currentIndex()
        row = self._model.batch_at(index)
        if row is None:
            return Selection()
        key = self._model.message_key_at(index)
        return Selection(row.record, None if key == UNKNOWN else key)

    def select(self, index: _Index) -> None:
        """Select a row and bring it into view."""
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect | _Flag.Rows)
        self.scrollTo(index)

    def _on_current(self) -> None:
        self._model.settle_at(self.currentIndex())
        selection = self.selection()
        batch_key = UNKNOWN if selection.batch is None else selection.batch.key
        selected = batch_key, selection.message_key or UNKNOWN
        # Another cell of the same row is no other selection.
        if selected != self._model.batches.pinned:
            self._model.batches.pin(*selected)
            self.selected.emit(selection)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell that the user chooses. On the header that stays in view: its batch."""
        self.chosen_by_hand.emit()
        batch, top = pinned_header(self)
        if batch.isValid() and event.position().y() < top + ROW_HEIGHT:
            self.select(batch)
            return
        super().mousePressEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell that the user chooses, where a key goes to another row."""
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before:
            self.chosen_by_hand.emit()

    # --- What is open ---------------------------------------------------------------------------

    @property
    def expanded_batches(self) -> set[int]:
        """The keys of the batches that the user opened, shown or not."""
        return self._expanded

    def expand_batches(self, keys: set[int]) -> None:
        """Open batches, now or when they come."""
        self._expanded |= keys
        self._open_expanded()

    def collapse_batches(self, keys: set[int]) -> None:
        """Close batches."""
        for key in keys:
            self._expanded.discard(key)
            index = self._model.index_of(key)
            if index.isValid():
                self.collapse(index)

    def _open_expanded(self) -> None:
        for key in tuple(self._expanded):
            index = self._model.index_of(key)
            if index.isValid() and not self.isExpanded(index):
                self._model.settle_at(index)
                self.expand(index)

    def _on_expanded(self, index: QModelIndex) -> None:
        row = self._model.batch_at(index)
        if row is not None:
            self._expanded.add(row.record.key)

    def _on_collapsed(self, index: QModelIndex) -> None:
        row = self._model.batch_at(index)
        if row is None:
            return
        self._expanded.discard(row.record.key)
        if self.currentIndex().parent() == index:
            self.select(index)
        self._model.messages.close_batch(row.record.key)

    def _on_rows_come(self, parent: QModelIndex) -> None:
        if self._expanded and not parent.isValid():
            self._opening.start()

    def _on_activated(self, index: QModelIndex) -> None:
        if not index.parent().isValid():
            top = index.siblingAtColumn(0)
            self.setExpanded(top, not self.isExpanded(top))

    # --- What is looked at stays ----------------------------------------------------------------

    def moving(self) -> AbstractContextManager[None]:
        """Let rows move within this context: the user asked for others, or for another order."""
        return self._place.moving()

    @override
    def doItemsLayout(self) -> None:
        """Lay out anew, with what is looked at where it was."""
        super().doItemsLayout()
        self._place.restore()

    @override
    def rowsInserted(self, parent: _Index, start: int, end: int) -> None:
        """Lay out anew, but for rows that come in the middle of the layout that asked for them."""
        if not self._model.messages.is_opening:
            super().rowsInserted(parent, start, end)

    def _on_rows_going(self, parent: QModelIndex, first: int, last: int) -> None:
        current = self.currentIndex()
        of_level = current if current.parent() == parent else current.parent()
        if of_level.isValid() and of_level.parent() == parent and first <= of_level.row() <= last:
            # Its neighbour is not what was selected.
            self.selectionModel().clear()
        self._place.hold()

    def sort_as_shown(self) -> None:
        """Sort as the header says."""
        self._on_sort_asked(self.columns.sortIndicatorSection(), self.columns.sortIndicatorOrder())

    def show_current_or_top(self) -> None:
        """Go to the current row, or where there is none to the first."""
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())
        else:
            self.scrollToTop()

    def _on_sort_asked(self, column: int, order: Qt.SortOrder) -> None:
        is_known = 0 <= column < len(COLUMNS)
        with self.moving():
            self._model.sort(column if is_known else UNSORTED, order)
        self.show_current_or_top()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the names have the room that is left."""
        super().resizeEvent(event)
        self.columns.fill(self.viewport().width())

    def set_sought(self, texts: Sequence[str]) -> None:
        """Mark these texts in what is shown: they are what was sought."""
        self._delegate.set_sought(texts)
        self.viewport().update()

    # --- The header of an open batch stays in view ----------------------------------------------

    def _paint_pinned_header(self) -> None:
        batch, top = pinned_header(self)
        if not batch.isValid():
            return
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = QRect(0, top, self.viewport().width(), ROW_HEIGHT)
        painter = QPainter(self.viewport())
        painter.fillRect(option.rect, self._pictures.shown.base)
        self.drawRow(painter, option, batch)
        painter.end()

    @override
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Scroll; what stays in view is painted anew, and where it was."""
        super().scrollContentsBy(dx, dy)
        for top in (0, dy):
            self.viewport().update(QRect(0, top, self.viewport().width(), ROW_HEIGHT))

    @override
    def scrollTo(
        self,
        index: _Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a row into view, and a message from below the header of its batch."""
        super().scrollTo(index, hint)
        if index.parent().isValid() and index.row():
            hidden = ROW_HEIGHT - self.visualRect(index).top()
            if 0 < hidden <= ROW_HEIGHT:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() - hidden)

    # --- Painting -------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all that is seen as of one moment."""
        self._manner = self._model.manner()
        super().paintEvent(event)
        self._paint_pinned_header()

    @override
    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: _Index) -> None:
        """Paint what is behind a row's cells, and the cells.

        The cells are painted together: to be asked for one by one takes as long as to paint them.
        """
        row = options.rect
        row.setLeft(0)
        row.setRight(self.viewport().width())
        self._model.settle_at(index)
        what = self._model.row_at(index)
        shown = self._pictures.shown
        is_selected = self.selectionModel().isRowSelected(index.row(), index.parent())
        if is_selected:
            is_active = options.state & QStyle.StateFlag.State_Active
            group = QPalette.ColorGroup.Active if is_active else QPalette.ColorGroup.Inactive
            painter.fillRect(row, self.palette().brush(group, QPalette.ColorRole.Highlight))
        elif isinstance(what, MessageRecord) and (
            strength := self._model.messages.fading.strength(what.key)
        ):
            tint = QColor(shown.results[what.state.result].tint)
            tint.setAlphaF(strength)
            painter.fillRect(row, tint)
        painter.fillRect(QRect(0, row.bottom(), row.width(), 1), self._line)
        is_batch = isinstance(what, BatchRow)
        left = -self.columns.offset()
        if is_batch:
            at = left + self.columns.sectionPosition(NAME)
            self.drawBranches(painter, QRect(at, row.top(), _INDENT, row.height()), index)
        painter.translate(left, row.top())
        cells = self._places()[0 if is_batch else 1]
        self._delegate.paint_row(painter, what, cells, self._manner, self.devicePixelRatioF())
        painter.translate(-left, -row.top())
        if is_selected and self.hasFocus():
            painter.fillRect(QRect(0, row.top(), _MARK, row.height()), shown.accent)

    def _places(self) -> tuple[list[Cell], list[Cell]]:
        """Return where the cells of batches are, and those of messages."""
        if self._cells is None:
            header = self.columns
            seen = [at for at in range(header.count()) if not header.isSectionHidden(at)]
            self._cells = ([], [])
            for depth, cells in enumerate(self._cells, start=1):
                for at in seen:
                    indent = depth * _INDENT if at == NAME else 0
                    left, width = header.sectionPosition(at), header.sectionSize(at)
                    cells.append(Cell(at, left + indent, width - indent))
        return self._cells

    def _on_columns(self) -> None:
        self._cells = None
        self._delegate.purge()

    @override
    def drawBranches(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        """Paint the sign that a batch can be opened or closed."""
        if index.parent().isValid() or not self._model.hasChildren(index):
            return
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"
        picture = self._pictures.icon(name, self.devicePixelRatioF())
        at = QRect(0, 0, ICON_SIZE, ICON_SIZE)
        at.moveCenter(rect.center())
        painter.drawPixmap(at.topLeft(), picture)

    def refresh_times(self) -> None:
        """Paint the column of relative times again: time has passed."""
        left, width = self.columnViewportPosition(LAST_CHANGE), self.columnWidth(LAST_CHANGE)
        self.viewport().update(QRect(left, 0, width, self.viewport().height()))

    def _on_fading(self) -> None:
        fading = set(self._model.messages.fading.keys)
        index = self.indexAt(QPoint(0, 0))
        bottom = self.viewport().height()
        top = self.visualRect(index).top()
        while index.isValid() and top < bottom:
            if self._model.message_key_at(index) in fading:
                self.viewport().update(QRect(0, top, self.viewport().width(), ROW_HEIGHT))
            index = self.indexBelow(index)
            top += ROW_HEIGHT

    def _recolour(self) -> None:
        """Select softly: badges and bars keep their contrast on it."""
        self._pictures.recolour()
        self._delegate.purge()
        shown = self._pictures.shown
        palette = soft_selection(self.palette(), shown)
        self._line = mixed(shown.line, shown.base, 0.5)
        if palette != self.palette():
            self.setPalette(palette)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._recolour()
        elif event.type() is QEvent.Type.FontChange:
            self._delegate.set_font(self.font())
        elif event.type() is QEvent.Type.LanguageChange:
            self._delegate.purge()
            self._model.tell_all()
