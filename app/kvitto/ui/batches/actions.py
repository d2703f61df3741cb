"""What can be done with rows: copied, and batches renamed, marked, exported and deleted."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu
from typing_extensions import override

from kvitto.store.records import BatchRecord, MessageRecord
from kvitto.store.rights import Right
from kvitto.ui.batches.batch_dialogs import ExpectedDialog, LabelDialog
from kvitto.ui.batches.batch_model import ROW_ROLE, WHOLE_ROLE, BatchModel
from kvitto.ui.batches.batch_view import BatchView
from kvitto.ui.batches.columns import COLUMNS
from kvitto.ui.services.batch_commands import BatchCommands
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting

_MOST_COPIED: Final = 1000
"""More take too long, and are for a file."""


class RowActions(QObject):
    """The actions of the table, by menu and by key, on the rows that are selected.

    Signals:
        failed: the sentence that says why something could not be done.
        export_requested: the SMS service's id of the batch to export.
        follow_up_requested: the `BatchRecord`s of which those who did not get it are asked for.
    """

    failed = Signal(str)
    export_requested = Signal(object)
    follow_up_requested = Signal(object)

    def __init__(self, context: Context, view: BatchView, model: BatchModel) -> None:
        """Act on the rows of `view`, which shows `model`."""
        super().__init__(view)
        self._preferences = context.preferences
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
        self._of_one = (self.copy_cell, self.rename, self.expect, self.export)
        self._of_any = (self.copy_row, self.copy_id, self.follow_up, self.mark_done)
        context.permissions.guard(Right.EDIT, self.rename, self.expect, self.mark_done, self.delete)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.selected.connect(self._on_selected)
        view.selectionModel().selectionChanged.connect(self._on_selected)
        # A QObject that is no widget hears of a new language only by watching one.
        view.installEventFilter(self)
        self._retranslate()
        self._on_selected()

    def menu(self) -> QMenu:
        """Return the menu of the rows that are selected."""
        self._on_selected()
        self._name_by_rows()
        menu = QMenu(self._view)
        menu.setToolTipsVisible(True)  # of what this user may not do, they say why
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
        # By their ranges: ten thousand rows are one, and all can be selected by one key.
        selection = self._view.selectionModel().selection()
        ranges = [selection.at(place) for place in range(selection.count())]
        rows = sum(one.height() for one in ranges)
        for action in self._of_any:
            action.setEnabled(rows > 0)
        for action in self._of_one:
            action.setEnabled(rows == 1)
        # A message is not deleted, and pressing Del on one must not cost its batch.
        is_any_message = any(one.parent().isValid() for one in ranges)
        self.delete.setEnabled(rows > 0 and not is_any_message)

    def _name_by_rows(self) -> None:
        """Say what is done as it is done with so many rows."""
        batches = self._batches()
        is_one = len(self._rows()) <= 1
        self.copy_row.setText(self.tr("&Copy row") if is_one else self.tr("&Copy rows"))
        self.copy_id.setText(self.tr("Copy &id") if is_one else self.tr("Copy &ids"))
        self.delete.setText(self.tr("De&lete batch") if is_one else self.tr("De&lete batches"))
        is_done = bool(batches) and all(one.is_archived for one in batches)
        self.mark_done.setText(self.tr("Un&archive") if is_done else self.tr("&Archive"))

    def _rows(self) -> list[QModelIndex]:
        """Return the first cell of each row that is selected, from top to bottom."""
        return sorted(self._view.selectionModel().selectedRows(), key=_place_of)

    def _batches(self) -> list[BatchRecord]:
        """Return the batches of the rows that are selected, each once, as they are now."""
        found: dict[int, BatchRecord] = {}
        for index in self._rows():
            row = self._model.batch_at(index)
            if row is not None:
                found[row.record.key] = row.record
        return list(found.values())

    def _batch(self) -> BatchRecord | None:
        """Return the batch of the only row that is selected; None of several."""
        batches = self._batches()
        return batches[0] if len(batches) == 1 else None

    # --- Copying --------------------------------------------------------------------------------

    def _copy_row(self) -> None:
        """Copy all cells that are shown, in their order, with tabs between them; a row a line."""
        header = self._view.columns
        sections = [header.logicalIndex(place) for place in range(len(COLUMNS))]
        shown = [section for section in sections if not header.isSectionHidden(section)]
        if rows := self._read_rows():
            lines = (
                "\t".join(index.siblingAtColumn(one).data(WHOLE_ROLE) or "" for one in shown)
                for index in rows
            )
            _copy("\n".join(lines))

    def _copy_cell(self) -> None:
        _copy(self._view.currentIndex().data(WHOLE_ROLE) or "")

    def _copy_id(self) -> None:
        ids = [
            row.message_id if isinstance(row, MessageRecord) else row.record.batch_id
            for row in (index.data(ROW_ROLE) for index in self._read_rows())
        ]
        if ids:
            _copy("\n".join(ids))

    def _read_rows(self) -> list[QModelIndex]:
        """Return the rows that are selected; none, and say so, where not all can be copied."""
        rows = self._rows()
        if len(rows) <= _MOST_COPIED and all(index.data(ROW_ROLE) is not None for index in rows):
            return rows
        self.failed.emit(
            self.tr(
                "Nothing was copied: more than {most} rows are selected, or some of them have not "
                "been read yet. Select fewer, or export them."
            ).format(most=formatting.number(_MOST_COPIED))
        )
        return []

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
            is_masked = self._preferences.is_masked
            dialog = ExpectedDialog(batch, self._view, is_masked=is_masked)
            dialog.answered.connect(lambda count: self._commands.expect(batch, count))
            dialog.open()

    def _mark_done(self) -> None:
        if batches := self._batches():
            is_done = all(one.is_archived for one in batches)
            self._commands.archive(batches, is_archived=not is_done)

    def _export(self) -> None:
        batch = self._batch()
        if batch is not None:
            self.export_requested.emit(batch.batch_id)

    def _follow_up(self) -> None:
        if batches := self._batches():
            self.follow_up_requested.emit(batches)

    def _delete(self) -> None:
        if batches := self._batches():
            self._commands.move_to_bin(batches)

    # --- Words ----------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.copy_cell.setText(self.tr("Copy c&ell"))
        self.rename.setText(self.tr("&Rename batch…"))
        self.expect.setText(self.tr("Set e&xpected number…"))
        self.follow_up.setText(self.tr("Those who did not &get it…"))
        self.export.setText(self.tr("Ex&port this batch…"))
        self._name_by_rows()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the language of the view."""
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        return super().eventFilter(watched, event)


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _place_of(index: QModelIndex) -> tuple[int, int]:
    """Return where a row stands: its batch's place, and its own below that."""
    above = index.parent()
    return (above.row(), index.row()) if above.isValid() else (index.row(), -1)
