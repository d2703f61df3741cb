"""The header of the table: its columns can be sorted, widened, moved and hidden."""

from typing import Final

from PySide6.QtCore import QByteArray, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QTreeView, QWidget
from typing_extensions import override

from kvitto.ui.batches.columns import COLUMNS, NAME, REFERENCE, RIGHT, column_title
from kvitto.ui.batches.delegate import MARGIN
from kvitto.ui.batches.paint_cache import PaintCache
from kvitto.ui.widgets.theme import ICON_SIZE, ROW_HEIGHT, STEP

_LEAST_NAME: Final = 42 * STEP
_MUCH_NAME: Final = 70 * STEP
_MOST_REFERENCE: Final = 60 * STEP


class ColumnsHeader(QHeaderView):
    """A header with a menu of its columns. A third click on a title ends the sorting by it.

    Signals:
        sort_asked: the column and the order to sort by.
    """

    sort_asked = Signal(int, object)

    def __init__(self, pictures: PaintCache, parent: QWidget) -> None:
        """Show the columns in the order and the widths that they have at first."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._pictures = pictures
        self.setSortIndicatorClearable(True)
        self.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(14 * STEP)
        self.setFixedHeight(ROW_HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.sortIndicatorChanged.connect(self.sort_asked.emit)
        self._is_filling = False
        self._is_reference_chosen = False
        self._is_name_chosen = False
        self._is_pressed = False
        self.sectionResized.connect(self._on_resized)

    def take_clicks(self) -> None:
        """Let titles be clicked and moved: a tree view takes that from the header it is given."""
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(True)
        self.setSortIndicatorShown(True)

    def fill(self, width: int) -> None:
        """Make the column of names as wide as the others leave room for, but not too narrow.

        What it does not need goes to that of references. A width that the user has chosen stays.
        """
        if self._is_name_chosen:
            return
        self._is_filling = True
        spare = width - self.length() + self.sectionSize(NAME)
        if not self._is_reference_chosen and not self.isSectionHidden(REFERENCE):
            spare += self.sectionSize(REFERENCE)
            wide = _reference_width(spare)
            self.resizeSection(REFERENCE, wide)
            spare -= wide
        self.resizeSection(NAME, max(_LEAST_NAME, spare))
        self._is_filling = False

    def set_first_widths(self) -> None:
        """Give all columns the widths and places that they have at first; show all."""
        for section, column in enumerate(COLUMNS):
            self.setSectionHidden(section, False)
            self.resizeSection(section, column.width)
            self.moveSection(self.visualIndex(section), section)
        self._is_reference_chosen = self._is_name_chosen = False
        self.fill(self.viewport().width())

    def restore(self, state: QByteArray) -> None:
        """Show the columns as they were when `saveState` wrote `state`."""
        if state.isEmpty() or not self.restoreState(state):
            return
        if self.count() != len(COLUMNS) or self.isSectionHidden(NAME):
            self.set_first_widths()
        reference = self.sectionSize(REFERENCE)
        by_itself = _reference_width(self.sectionSize(NAME) + reference)
        self._is_reference_chosen = reference not in (0, by_itself)
        self.take_clicks()

    def keep_name_width(self, *, is_kept: bool) -> None:
        """Say whether the user has chosen the width of the names: it is not saved by Qt."""
        self._is_name_chosen = is_kept

    @property
    def is_name_chosen(self) -> bool:
        """Whether the user has chosen the width of the names."""
        return self._is_name_chosen

    def column_menu(self) -> QMenu:
        """Return a menu that shows and hides columns; all but the first, which has the names."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for section, column in enumerate(COLUMNS):
            action = menu.addAction(column_title(column))
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(section))
            action.setEnabled(section != NAME)
            action.toggled.connect(
                lambda is_shown, section=section: self.setSectionHidden(section, not is_shown)
            )
        menu.addSeparator()
        menu.addAction(self.tr("Columns as at first"), self.set_first_widths)
        return menu

    def _on_resized(self, section: int, _before: int, now: int) -> None:
        # Hiding and showing a column resizes it too, from nothing and to nothing.
        if not now or self._is_filling:
            return
        if section == REFERENCE:
            self._is_reference_chosen = True
        elif section == NAME and self._is_pressed:
            self._is_name_chosen = True

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Know that what is resized now is so by hand."""
        self._is_pressed = True
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Know that it is no more."""
        super().mouseReleaseEvent(event)
        self._is_pressed = False

    def _show_menu(self, at: QPoint) -> None:
        self.column_menu().popup(self.mapToGlobal(at))

    # --- Painting -------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint one calm band behind all titles, and where there are none."""
        shown = self._pictures.shown
        painter = QPainter(self.viewport())
        room = self.viewport().rect()
        painter.fillRect(room, shown.raised)
        painter.fillRect(room.left(), room.bottom(), room.width(), 1, shown.line)
        painter.end()
        super().paintEvent(event)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        """Paint a title over its texts, and beside it the order if it sorts."""
        shown = self._pictures.shown
        column = COLUMNS[logicalIndex]
        room = rect.adjusted(MARGIN, 0, -MARGIN, 0)
        is_sorting = self.sortIndicatorSection() == logicalIndex
        sign = ICON_SIZE if is_sorting else 0
        title = self.fontMetrics().elidedText(
            column_title(column), Qt.TextElideMode.ElideRight, room.width() - sign
        )
        painter.fillRect(rect.right(), rect.top() + STEP, 1, rect.height() - 2 * STEP, shown.line)
        painter.setPen(shown.text if is_sorting else shown.faint)
        if not is_sorting:
            painter.drawText(room, int(column.alignment), title)
            return
        is_ascending = self.sortIndicatorOrder() is Qt.SortOrder.AscendingOrder
        name = "menu-up" if is_ascending else "menu-down"
        picture = self._pictures.icon(name, self.devicePixelRatioF())
        at = QRect(0, 0, ICON_SIZE, ICON_SIZE)
        at.moveCenter(room.center())
        if column.alignment == RIGHT:
            at.moveLeft(room.left() + max(0, room.width() - self._advance(title) - ICON_SIZE))
        else:
            at.moveLeft(room.left() + self._advance(title))
        painter.drawText(room, int(column.alignment), title)
        painter.drawPixmap(at.topLeft(), picture)

    def _advance(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text)


def _reference_width(spare: int) -> int:
    """Return how wide the column of references is by itself, of what it shares with the names."""
    return min(max(COLUMNS[REFERENCE].width, spare - _MUCH_NAME), _MOST_REFERENCE)


def pinned_header(view: QTreeView) -> tuple[QModelIndex, int]:
    """Return the batch whose row is shown above its messages, and where that begins.

    It is the one that the topmost message belongs to; the next batch pushes it out of view. An
    invalid index where the topmost row is a batch's.
    """
    batch = view.indexAt(QPoint(0, 0)).parent()
    if not batch.isValid():
        return QModelIndex(), 0
    # Asked for where it is seen only: to find a row far below, a view goes through all before it.
    below = view.indexAt(QPoint(0, ROW_HEIGHT - 1))
    if not below.isValid() or below.parent().isValid():
        return batch, 0
    return batch, min(0, view.visualRect(below).top() - ROW_HEIGHT)
