"""The refused requests: groups above, and the bodies of the chosen group below."""

from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.store.errors import StoreError
from kvitto.store.quarantine import QuarantineReader, RejectionRecord, RejectionScope
from kvitto.ui.quarantine.groups_model import GroupsModel
from kvitto.ui.quarantine.rejections_model import WIDE_COLUMN, BodiesModel
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import ROW_HEIGHT

PAGE: Final = 200
_AHEAD: Final = 20
"""The next page is read when fewer rows than this are left to scroll to."""
_REST_MS: Final = 500


class RejectionList(QWidget):
    """Shows what is in quarantine, and follows it.

    Signals:
        read: a `Rejections`: what there is in all.
        chosen: another group or other bodies were chosen.
        failed: a sentence that says what could not be read.
    """

    read = Signal(object)
    chosen = Signal()
    failed = Signal(str)

    def __init__(self, context: Context, reader: QuarantineReader, parent: QWidget) -> None:
        """Read when it is shown."""
        super().__init__(parent)
        self._context = context
        self._reader = reader
        self._scope = RejectionScope()
        self._is_page_wanted = False
        self._is_closed = False
        self._groups = GroupsModel(self)
        self._bodies = BodiesModel(self)
        self._tree = TableView(self)
        self._table = TableView(self)
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._throttle = Throttle(
            context.tasks, self._read, "quarantine", rest_ms=_REST_MS, parent=self
        )
        self._prepare()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._splitter)
        context.feed.changed.connect(self.refresh)
        self._retranslate()

    def _prepare(self) -> None:
        self._tree.setModel(self._groups)
        self._tree.fill_width()
        self._tree.selectionModel().currentChanged.connect(self._on_group)
        self._tree.clicked.connect(self._on_clicked)
        self._groups.rowsInserted.connect(self._on_groups_inserted)
        self._table.setModel(self._bodies)
        self._table.setRootIsDecorated(False)
        self._table.fill_width(WIDE_COLUMN)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._table.selectionModel().selectionChanged.connect(self.chosen)
        self._bodies.page_wanted.connect(self._on_page_wanted)
        self._bodies.rowsInserted.connect(self._on_bodies_inserted)
        bar = self._table.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(self._on_scrolled)
        self._bodies.dataChanged.connect(self.chosen)
        for part in (self._tree, self._table):
            part.setMinimumHeight(4 * ROW_HEIGHT)
            self._splitter.addWidget(part)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)

    @property
    def tree(self) -> TableView:
        """The groups."""
        return self._tree

    @property
    def table(self) -> TableView:
        """The bodies of the chosen group."""
        return self._table

    @property
    def splitter(self) -> QSplitter:
        """What divides the two."""
        return self._splitter

    @property
    def scope(self) -> RejectionScope:
        """The chosen group."""
        return self._scope

    def group_size(self) -> int:
        """Return how many bodies the chosen group has."""
        row = self._groups.row(self._tree.currentIndex())
        return 0 if row is None else row.bodies

    def chosen_records(self) -> list[RejectionRecord]:
        """Return the bodies that are chosen one by one, the newest first; none for the group."""
        rows = sorted(index.row() for index in self._table.selectionModel().selectedRows())
        records = (self._bodies.record(row) for row in rows)
        return [record for record in records if record is not None]

    def current_record(self) -> RejectionRecord | None:
        """Return the body to be looked at: the one that was chosen last."""
        index = self._table.currentIndex()
        if not self._table.selectionModel().isRowSelected(index.row(), QModelIndex()):
            return None
        return self._bodies.record(index.row())

    def refresh(self) -> None:
        """Read again: something may have changed."""
        if self.window().isVisible():
            self._throttle.want()

    def close_reading(self) -> None:
        """Read no more: the window goes."""
        self._is_closed = True
        self._throttle.stop()

    # --- Reading --------------------------------------------------------------------------------

    async def _read(self) -> None:
        if self._is_closed or not self.window().isVisible():
            return
        try:
            if self._is_page_wanted:
                await self._read_page()
            else:
                await self._read_all()
        except StoreError as error:
            if not self._is_closed:
                self.failed.emit(error_text(error))

    async def _read_all(self) -> None:
        scope, oldest = self._scope, self._bodies.oldest
        rejections, rows = await self._context.tasks.in_thread(
            self._reader.look, scope, down_to=oldest, limit=PAGE
        )
        if self._is_closed:
            return
        if scope == self._scope:
            if oldest is None:
                self._bodies.add_page(rows, has_more=len(rows) == PAGE)
            else:
                self._bodies.refresh(rows)
        self._groups.show_groups(rejections.groups)
        self.read.emit(rejections)

    async def _read_page(self) -> None:
        self._is_page_wanted = False
        scope, before = self._scope, self._bodies.oldest
        if before is None:
            return
        rows = await self._context.tasks.in_thread(
            self._reader.page, scope, before=before, limit=PAGE
        )
        if not self._is_closed and scope == self._scope:
            self._bodies.add_page(rows, has_more=len(rows) == PAGE)

    def _on_scrolled(self) -> None:
        bar = self._table.verticalScrollBar()
        if bar.maximum() - bar.value() < _AHEAD * ROW_HEIGHT:
            self._bodies.ask_for_page()

    def _on_page_wanted(self) -> None:
        self._is_page_wanted = True
        self._throttle.hurry()

    # --- Choosing -------------------------------------------------------------------------------

    def _on_group(self, index: QModelIndex) -> None:
        scope = self._groups.scope(index)
        if scope != self._scope:
            self._scope = scope
            self._is_page_wanted = False
            self._bodies.begin()
            self._throttle.hurry()
        self.chosen.emit()

    def _on_clicked(self) -> None:
        """Choose the group as a whole, though bodies of it were chosen."""
        self._table.clearSelection()

    def _on_groups_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        if parent.isValid():
            return
        for row in range(first, last + 1):
            self._tree.expand(self._groups.index(row, 0))
        if not self._tree.currentIndex().isValid():
            self._tree.selectionModel().setCurrentIndex(
                self._groups.index(0, 0),
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows,
            )

    def _on_bodies_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Keep what the user looks at where it is, though new rows come above it."""
        bar = self._table.verticalScrollBar()
        if first * ROW_HEIGHT < bar.value():
            bar.setMaximum(bar.maximum() + (last - first + 1) * ROW_HEIGHT)
            bar.setValue(bar.value() + (last - first + 1) * ROW_HEIGHT)

    # --- Language -------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self._tree.setAccessibleName(self.tr("Kinds and reasons"))
        self._table.setAccessibleName(self.tr("Refused requests"))
        self._groups.retext()
        self._bodies.retext()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read what was not read while nobody saw it."""
        super().showEvent(event)
        self._throttle.want()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
