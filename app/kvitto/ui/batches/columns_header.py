"""The header of the table: its columns can be sorted, widened, moved and hidden."""

from functools import partial
from typing import Final

import msgspec
from PySide6.QtCore import QByteArray, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QTreeView, QWidget
from typing_extensions import override

from kvitto.ui.batches.columns import (
    COLUMNS,
    COST,
    LAST_CHANGE,
    MARKS,
    NAME,
    REFERENCE,
    RIGHT,
    SEGMENTS,
    STATUS,
    WAITING,
    column_title,
)
from kvitto.ui.batches.delegate import MARGIN
from kvitto.ui.batches.paint_cache import PaintCache
from kvitto.ui.widgets.theme import ICON_SIZE, ROW_HEIGHT, STEP

_LEAST_NAME: Final = 42 * STEP
_GOOD_NAME: Final = 58 * STEP
"""In so much a name without a label is read whole but for its end."""
_LEAST_STATUS: Final = 30 * STEP
_MUCH_NAME: Final = 70 * STEP
_MOST_REFERENCE: Final = 60 * STEP


_GIVING_WAY: Final = (REFERENCE, LAST_CHANGE, SEGMENTS, MARKS, COST, WAITING)
"""The columns that are left out where there is no room, in this order."""


class _Chosen(msgspec.Struct):
    """What the user has chosen.

    Attributes:
        widths: the columns whose width that is.
        shown: which columns are to be shown, and which not, whatever room there is.
        header: all else, as Qt keeps it.
    """

    widths: set[int] = set()
    shown: dict[int, bool] = {}
    header: bytes = b""


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
        self._chosen = _Chosen()
        self._is_pressed = False
        self.sectionResized.connect(self._on_resized)

    def take_clicks(self) -> None:
        """Let titles be clicked and moved: a tree view takes that from the header it is given."""
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(True)
        self.setSortIndicatorShown(True)

    def fill(self, width: int) -> None:
        """Show as many columns as there is room for, so that the table is not moved sideways.

        Those that matter least give way first. The column of names is as wide as the others leave
        room for; what it does not need goes to that of references. What the user has chosen stays:
        widths, and which columns are shown.
        """
        self._is_filling = True
        least = _GOOD_NAME if NAME not in self._chosen.widths else self.sectionSize(NAME)
        shown = [one for one in range(len(COLUMNS)) if self._chosen.shown.get(one, True)]
        giving_way = [one for one in _GIVING_WAY if one in shown and one not in self._chosen.shown]

        def room_left() -> int:
            return width - least - sum(self._width_of(one) for one in shown if one != NAME)

        while giving_way and room_left() < 0:
            shown.remove(giving_way.pop(0))
        for section in range(len(COLUMNS)):
            self._show(section, is_shown=section in shown)
        spare = room_left() + least
        if STATUS in shown and STATUS not in self._chosen.widths:
            wide = COLUMNS[STATUS].width
            narrow = min(wide, max(_LEAST_STATUS, wide + spare - _GOOD_NAME))
            self.resizeSection(STATUS, narrow)
            spare += wide - narrow
        if REFERENCE in shown and REFERENCE not in self._chosen.widths:
            spare += COLUMNS[REFERENCE].width
            wide = _reference_width(spare)
            self.resizeSection(REFERENCE, wide)
            spare -= wide
        if NAME not in self._chosen.widths:
            self.resizeSection(NAME, max(_LEAST_NAME, spare))
        self._is_filling = False

    def _width_of(self, section: int) -> int:
        """Return how wide a column is; of one that changes by itself, how wide it is at first."""
        is_fixed = section in self._chosen.widths or section not in (STATUS, REFERENCE)
        size = self.sectionSize(section) if is_fixed else 0
        return size or COLUMNS[section].width

    def _show(self, section: int, *, is_shown: bool) -> None:
        if self.isSectionHidden(section) is is_shown:
            self.setSectionHidden(section, not is_shown)

    def set_first_widths(self) -> None:
        """Give all columns the widths and places that they have at first; show all."""
        self._is_filling = True
        for section, column in enumerate(COLUMNS):
            self.setSectionHidden(section, False)
            self.resizeSection(section, column.width)
            self.moveSection(self.visualIndex(section), section)
        self._chosen = _Chosen()
        self.fill(self.viewport().width())

    def save(self) -> QByteArray:
        """Return how the columns are, for `restore`."""
        header = bytes(self.saveState().data())
        return QByteArray(msgspec.json.encode(msgspec.structs.replace(self._chosen, header=header)))

    def restore(self, state: QByteArray) -> None:
        """Show the columns as they were when `save` wrote `state`."""
        try:
            kept = msgspec.json.decode(bytes(state.data()), type=_Chosen)
        except msgspec.MsgspecError:
            return
        self._is_filling = True
        is_known = self.restoreState(QByteArray(kept.header)) and self.count() == len(COLUMNS)
        self._is_filling = False
        if not is_known:
            self.set_first_widths()
        else:
            self._chosen = kept
            self.fill(self.viewport().width())
        self.take_clicks()

    def column_menu(self) -> QMenu:
        """Return a menu that shows and hides columns; all but the first, which has the names."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for section, column in enumerate(COLUMNS):
            action = menu.addAction(column_title(column))
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(section))
            action.setEnabled(section != NAME)
            action.toggled.connect(partial(self._on_toggled, section))
        menu.addSeparator()
        menu.addAction(self.tr("Columns as at first"), self.set_first_widths)
        return menu

    def _on_toggled(self, section: int, is_shown: bool) -> None:
        self._chosen.shown[section] = is_shown
        self.fill(self.viewport().width())

    def _on_resized(self, section: int, before: int, now: int) -> None:
        # Hiding and showing a column resizes it too, from nothing and to nothing.
        if not (before and now) or self._is_filling:
            return
        if section != NAME or self._is_pressed:
            self._chosen.widths.add(section)

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
