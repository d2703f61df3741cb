"""The window of the bin: what was deleted, until when it can be put back."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.store.bin import BinnedBatch, read_bin
from kvitto.store.deletions import DeleteBatches
from kvitto.store.errors import StoreError
from kvitto.store.rights import Right
from kvitto.ui.batches.batch_dialogs import DeleteDialog
from kvitto.ui.services.batch_commands import BatchCommands
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.tooltips import plain_tip
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.rows_model import RowsModel
from kvitto.ui.widgets.table_columns import RIGHT, TableColumn
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import STEP

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT: Final = QModelIndex()
_WIDTH: Final = 760
_HEIGHT: Final = 480
_STATE: Final = "bin/geometry"
_REST_MS: Final = 500
_NAME: Final = 0

_COLUMNS: Final = (
    TableColumn[BinnedBatch](QT_TRANSLATE_NOOP("Bin", "Batch"), lambda row: name_of(row.record)),
    TableColumn[BinnedBatch](
        QT_TRANSLATE_NOOP("Bin", "Messages"),
        lambda row: formatting.number(row.record.messages),
        RIGHT,
    ),
    TableColumn[BinnedBatch](
        QT_TRANSLATE_NOOP("Bin", "Deleted"), lambda row: formatting.exact_time(row.binned_at)
    ),
    TableColumn[BinnedBatch](
        QT_TRANSLATE_NOOP("Bin", "Kept until"),
        lambda row: formatting.day(row.kept_until, with_weekday=True),
    ),
)


class BinModel(RowsModel[BinnedBatch]):
    """The batches in the bin, the latest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Show nothing until `show_rows`."""
        super().__init__(_COLUMNS, "Bin", parent)

    @override
    def key_of(self, row: BinnedBatch) -> object:
        return row.record.key

    @override
    def cell(self, row: BinnedBatch, column: int, role: int) -> Any:
        if column == _NAME and role == Qt.ItemDataRole.DisplayRole:
            return name_of(row.record, is_masked=self.is_masked)
        if column == _NAME and role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.record.batch_id)
        return super().cell(row, column, role)


class BinWindow(QDialog):
    """Lists what is in the bin; each can be put back, or deleted for good.

    Args:
        context: what the parts of the window share.
        parent: the owner.

    Signals:
        failed: a sentence that says what could not be read or written.
    """

    failed = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._is_closed = False
        self._has_read = False
        self._commands = BatchCommands(context, self)
        self._head = QLabel(self)
        self._head.setWordWrap(True)
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.model = BinModel(self)
        self.view = TableView(self)
        self.view.setModel(self.model)
        self.view.setRootIsDecorated(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.fill_width(_NAME)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._nothing)
        self.back = QPushButton(self)
        self.back.clicked.connect(self._on_back)
        self.delete = QPushButton(self)
        self.delete.clicked.connect(self._on_delete)
        context.permissions.guard(Right.EDIT, self.back, self.delete)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.delete, self.back):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        column.addWidget(self._head)
        column.addWidget(self._pages, 1)
        column.addLayout(buttons)
        resize_at_first(self, _WIDTH, _HEIGHT)
        self._throttle = Throttle(context.tasks, self._read, "bin", rest_ms=_REST_MS, parent=self)
        context.feed.recovered.connect(self._throttle.want)
        self._commands.failed.connect(self.failed)
        self.view.selectionModel().selectionChanged.connect(self._on_selected)
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self._on_preference)
        self.finished.connect(self._on_closed)
        state = context.preferences.state(_STATE)
        if not state.isEmpty():
            self.restoreGeometry(state)
        self._retranslate()
        self._throttle.want()

    def chosen(self) -> list[BinnedBatch]:
        """Return what is selected."""
        rows = self.view.selectionModel().selectedRows()
        return [self.model.rows[index.row()] for index in rows]

    # --- Reading --------------------------------------------------------------------------------

    async def _read(self) -> None:
        if self._is_closed:
            return
        try:
            rows = await self._context.tasks.in_thread(read_bin, self._context.backend.database)
        except StoreError as error:
            if not self._is_closed:
                self.failed.emit(error_text(error))
                if not self._has_read:
                    self._show(())
            return
        if not self._is_closed:
            self._has_read = True
            self._show(rows)

    def _on_changed(self) -> None:
        if not self._is_closed:
            self._throttle.want()

    def _on_preference(self, name: str) -> None:
        if name == "is_masked" and not self._is_closed:
            self._show(self.model.rows)

    def _on_closed(self) -> None:
        self._is_closed = True
        self._throttle.stop()
        self._context.preferences.put_state(_STATE, self.saveGeometry())

    # --- What the user does ---------------------------------------------------------------------

    def _on_back(self) -> None:
        if chosen := self.chosen():
            self._commands.put_back([one.record for one in chosen])

    def _on_delete(self) -> None:
        chosen = self.chosen()
        if chosen:
            records = [one.record for one in chosen]
            dialog = DeleteDialog(records, self, is_masked=self.model.is_masked)
            keys = tuple(one.record.key for one in chosen)
            dialog.accepted.connect(
                lambda: self._context.tasks.start(self._delete(keys), "delete for good")
            )
            dialog.open()

    async def _delete(self, keys: tuple[int, ...]) -> None:
        try:
            await asyncio.wrap_future(self._context.backend.edit(DeleteBatches(keys)))
        except StoreError as error:
            if not self._is_closed:
                self.failed.emit(error_text(error))

    # --- Showing --------------------------------------------------------------------------------

    def _show(self, rows: Sequence[BinnedBatch]) -> None:
        chosen = {one.record.key for one in self.chosen()}
        self.model.show_rows(rows, is_masked=self._context.preferences.is_masked)
        for at, row in enumerate(rows):
            if row.record.key in chosen:
                self.view.selectionModel().select(
                    self.model.index(at, 0),
                    self.view.selectionModel().SelectionFlag.Select
                    | self.view.selectionModel().SelectionFlag.Rows,
                )
        if rows and not self.chosen():
            self.view.setCurrentIndex(self.model.index(0, 0))
        self._pages.setCurrentWidget(self.view if rows else self._nothing)
        self._nothing.setText(
            self.tr("The bin is empty.") if self._has_read else self._context.feed.reading_text()
        )
        self._on_selected()

    def _on_selected(self) -> None:
        has_any = bool(self.chosen())
        self.back.setEnabled(has_any)
        self.delete.setEnabled(has_any)

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Bin"))
        self.view.setAccessibleName(self.tr("Deleted batches"))
        self._head.setText(
            self.tr(
                "Batches that were deleted are kept here for at least 30 days, and deleted for "
                "good when Kvitto's window is next open after that. They are in no table, sum, "
                "chart or export; reports that still come are kept with them."
            )
        )
        self.back.setText(self.tr("Put back"))
        self.delete.setText(self.tr("Delete for good…"))
        self._show(self.model.rows)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
