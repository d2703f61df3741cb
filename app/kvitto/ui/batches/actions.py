"""What can be done with a row: copied, and a batch renamed, marked, exported and deleted."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu
from typing_extensions import override

from kvitto.store.records import BatchRecord, MessageRecord
from kvitto.ui.batches.batch_dialogs import ExpectedDialog, LabelDialog
from kvitto.ui.batches.batch_model import ROW_ROLE, WHOLE_ROLE, BatchModel
from kvitto.ui.batches.batch_view import BatchView
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.batches.row import BatchRow
from kvitto.ui.services.batch_commands import BatchCommands
from kvitto.ui.services.context import Context


class RowActions(QObject):
    """The actions of the table, by menu and by key, on the current row.

    Signals:
        failed: the sentence that says why an edit could not be made.
        export_requested: the SMS service's id of the batch to export.
        follow_up_requested: the `BatchRecord` of which those who did not get it are asked for.
    """

    failed = Signal(str)
    export_requested = Signal(object)
    follow_up_requested = Signal(object)

    def __init__(self, context: Context, view: BatchView, model: BatchModel) -> None:
        """Act on the rows of `view`, which shows `model`."""
        super().__init__(view)
        self._commands = BatchCommands(context, self)
        self._commands.failed.connect(self.failed)
        self._view = view
        self._model = model
        self.copy_row = self._action(self._copy_row, "Ctrl+C")
        self.copy_cell = self._action(self._copy_cell)
        self.copy_id = self._action(self._copy_id, "Ctrl+Alt+C")
        self.rename = self._action(self._rename, "F2")
        self.expect = self._action(self._expect)
        self.mark_done = self._action(self._mark_done, "Ctrl+D")
        self.follow_up = self._action(self._follow_up, "Ctrl+G")
        self.export = self._action(self._export)
        self.delete = self._action(self._delete, "Del")
        self._of_batch = (
            self.follow_up,
            self.rename,
            self.expect,
            self.mark_done,
            self.export,
        )
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.selected.connect(self._on_selected)
        # A QObject that is no widget hears of a new language only by watching one.
        view.installEventFilter(self)
        self._retranslate()
        self._on_selected()

    def menu(self) -> QMenu:
        """Return the menu of the current row."""
        self._on_selected()
        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.follow_up])
        menu.addSeparator()
        menu.addActions([self.copy_cell, self.copy_row, self.copy_id])
        menu.addSeparator()
        menu.addActions([self.rename, self.expect, self.mark_done])
        menu.addSeparator()
        menu.addActions([self.export, self.delete])
        return menu

    def _action(self, act: Callable[[], None], key: str = "") -> QAction:
        action = QAction(self._view)
        action.triggered.connect(lambda _checked=False: act())
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._view.addAction(action)
        return action

    def _show_menu(self, at: QPoint) -> None:
        if self._view.indexAt(at).isValid():
            self.menu().popup(self._view.viewport().mapToGlobal(at))

    def _on_selected(self) -> None:
        batch = self._batch()
        for action in (self.copy_row, self.copy_cell, self.copy_id):
            action.setEnabled(batch is not None)
        for action in self._of_batch:
            action.setEnabled(batch is not None)
        # A message is not deleted, and pressing Del on one must not cost its batch.
        self.delete.setEnabled(isinstance(self._view.currentIndex().data(ROW_ROLE), BatchRow))
        is_done = batch is not None and batch.is_archived
        self.mark_done.setText(self.tr("Un&archive") if is_done else self.tr("&Archive"))

    def _batch(self) -> BatchRecord | None:
        """Return the batch of the current row, as it is now."""
        row = self._model.batch_at(self._view.currentIndex())
        return None if row is None else row.record

    # --- Copying --------------------------------------------------------------------------------

    def _copy_row(self) -> None:
        """Copy all cells that are shown, in their order, with tabs between them."""
        index = self._view.currentIndex()
        header = self._view.columns
        sections = [header.logicalIndex(place) for place in range(len(COLUMNS))]
        cells = [
            index.siblingAtColumn(section).data(WHOLE_ROLE) or ""
            for section in sections
            if not header.isSectionHidden(section)
        ]
        _copy("\t".join(cells))

    def _copy_cell(self) -> None:
        _copy(self._view.currentIndex().data(WHOLE_ROLE) or "")

    def _copy_id(self) -> None:
        row: Any = self._view.currentIndex().data(ROW_ROLE)
        if isinstance(row, MessageRecord):
            _copy(row.message_id)
        elif isinstance(row, BatchRow):
            _copy(row.record.batch_id)

    # --- Edits ----------------------------------------------------------------------------------

    def _rename(self) -> None:
        batch = self._batch()
        if batch is not None:
            dialog = LabelDialog(batch, self._view)
            dialog.answered.connect(lambda name: self._commands.rename(batch, name or None))
            dialog.open()

    def _expect(self) -> None:
        batch = self._batch()
        if batch is not None:
            dialog = ExpectedDialog(batch, self._view)
            dialog.answered.connect(lambda count: self._commands.expect(batch, count))
            dialog.open()

    def _mark_done(self) -> None:
        batch = self._batch()
        if batch is not None:
            self._commands.archive((batch,), is_archived=not batch.is_archived)

    def _export(self) -> None:
        batch = self._batch()
        if batch is not None:
            self.export_requested.emit(batch.batch_id)

    def _follow_up(self) -> None:
        batch = self._batch()
        if batch is not None:
            self.follow_up_requested.emit(batch)

    def _delete(self) -> None:
        batch = self._batch()
        if batch is not None:
            self._commands.move_to_bin(batch)

    # --- Words ----------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.copy_cell.setText(self.tr("Copy c&ell"))
        self.copy_row.setText(self.tr("&Copy row"))
        self.copy_id.setText(self.tr("Copy &id"))
        self.rename.setText(self.tr("&Rename batch…"))
        self.expect.setText(self.tr("Set e&xpected number…"))
        self.follow_up.setText(self.tr("Those who did not &get it…"))
        self.export.setText(self.tr("Ex&port this batch…"))
        self.delete.setText(self.tr("De&lete batch"))
        self._on_selected()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the language of the view."""
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        return super().eventFilter(watched, event)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
