"""Export from the window: ask what and where to, write in the background, show how far it is."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from kvitto.clock import local_day, utc_now
from kvitto.export.export_errors import ExportError
from kvitto.export.kinds import What
from kvitto.export.row_choice import RowChoice
from kvitto.paths import home_folder
from kvitto.store.errors import StoreError
from kvitto.store.rights import Right
from kvitto.ui.batches.scope_watch import ShownNow
from kvitto.ui.dialogs.export_dialog import (
    ExportChoice,
    ExportDialog,
    ExportForm,
    ExportSource,
)
from kvitto.ui.services.context import Context
from kvitto.ui.services.from_threads import CallsFromThreads
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.people_words import WorkbookText
from kvitto.ui.widgets.unmask_question import UnmaskQuestion

log = logging.getLogger(__name__)

_SHOW_AFTER_MS: Final = 2000


class _CancelledError(Exception):
    """The user stopped the export."""


class Exporter(QObject):
    """Exports what the user asks for; several exports may run at once.

    Signals:
        failed: the sentence that says why it could not be done.
        done: a sentence that says that nothing was written.
        written: a sentence that says what was written, and its file.
    """

    failed = Signal(str)
    done = Signal(str)
    written = Signal(str, object)

    def __init__(
        self,
        context: Context,
        parent: QWidget,
        *,
        shown: Callable[[str | None], ShownNow] = lambda _batch_id: ShownNow(),
    ) -> None:
        """Export from the session of `context`.

        Args:
            context: what the parts of the window share.
            parent: the owner.
            shown: returns what the window shows, with the batch of this id, or the selected one.
        """
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._shown = shown
        self._unmask = UnmaskQuestion(context.preferences, parent)
        self._words = WorkbookText(self)
        self._dialog: QWidget | None = None
        self._started = 0
        self._running: dict[int, QProgressDialog] = {}
        self._from_export = CallsFromThreads(self)

    # --- Asking ---------------------------------------------------------------------------------

    def ask(self, what: str, batch_id: str | None = None) -> None:
        """Ask which rows and where to, then export.

        Args:
            what: one of `kvitto.export.kinds.EXPORT_KINDS`.
            batch_id: the SMS service's id of the batch that is offered first; None for what is
                shown.
        """
        self._unmask.ask(lambda: self._ask_what(What(what), batch_id))

    def _ask_what(self, what: What, batch_id: str | None) -> None:
        if what is What.QUARANTINE:
            # What the user sees is what is exported: a demo's only where those are shown.
            rows = RowChoice(what, with_demo=self._context.preferences.shows_demo)
            self._ask_where(ExportChoice(rows, ExportForm.WORKBOOK, self.tr("refused requests")))
            return
        now = self._shown(batch_id)
        is_all = now.scope.wanted.is_empty
        source = ExportSource.EVERYTHING if is_all else ExportSource.SHOWN
        if batch_id is not None and now.batch is not None:
            source = ExportSource.BATCH
        dialog = ExportDialog(what, source, now, self._window)
        permissions = self._context.permissions
        if not permissions.may(Right.SEE):
            dialog.leave_numbers_out(permissions.reason(Right.SEE))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._ask_where)
        self._dialog = dialog
        dialog.open()

    def _ask_where(self, choice: ExportChoice) -> None:
        dialog = QFileDialog(self._window, self.tr("Export"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        names = {
            ExportForm.WORKBOOK: self.tr("Excel workbook (*.xlsx)"),
            ExportForm.CSV: self.tr("CSV, text for any spreadsheet (*.csv)"),
            ExportForm.JSONL: self.tr("JSON lines, for programs (*.jsonl)"),
            ExportForm.NUMBERS: self.tr("Numbers only, one a line (*.txt)"),
        }
        forms = [choice.form]
        if choice.rows.what is What.QUARANTINE:
            forms = [ExportForm.WORKBOOK, ExportForm.CSV, ExportForm.JSONL]
        dialog.setNameFilters([names[one] for one in forms])
        dialog.filterSelected.connect(
            lambda name: dialog.setDefaultSuffix(forms[dialog.nameFilters().index(name)].value)
        )
        dialog.setDefaultSuffix(choice.form.value)
        dialog.setDirectory(self._folder())
        # With its ending: a point in a batch's name would be taken for one.
        ending = f".{choice.form.value}" if len(forms) == 1 else ""
        dialog.selectFile(f"Kvitto {choice.name} {local_day(utc_now()).isoformat()}{ending}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.start(choice, Path(name)))
        self._dialog = dialog
        dialog.open()

    def _folder(self) -> str:
        """Return the folder that was exported to last; at first the user's documents."""
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        last = self._context.preferences.get("export_folder", documents)
        return last if Path(last).is_dir() else str(home_folder())

    # --- Writing --------------------------------------------------------------------------------

    def start(self, choice: ExportChoice, file: Path) -> None:
        """Export to `file`, in the background."""
        self._context.preferences.put("export_folder", str(file.parent))
        self._context.tasks.start(self._export(choice, file), "export")

    async def _export(self, choice: ExportChoice, file: Path) -> None:
        cancelled = threading.Event()
        progress = QProgressDialog(
            self.tr("Exporting to {file} …").format(file=file.name),
            self.tr("Cancel"),
            0,
            0,
            self._window,
        )
        progress.setWindowModality(Qt.WindowModality.NonModal)
        progress.setMinimumDuration(_SHOW_AFTER_MS)
        # Its button, Esc and × cancel it; however it is closed, nothing else does.
        progress.canceled.connect(cancelled.set)
        progress.rejected.connect(cancelled.set)
        self._started = number = self._started + 1
        self._running[number] = progress
        write = self._writing(choice, file, self._teller(number, cancelled))
        try:
            rows = await self._context.tasks.in_thread(write)
        except _CancelledError:
            self.done.emit(self.tr("Stopped: {file} was not written.").format(file=file.name))
        except (ExportError, StoreError) as error:
            self.failed.emit(error_text(error))
        else:
            self.written.emit(self._said(choice, rows).format(file=file.name), file)
        finally:
            del self._running[number]
            progress.close()
            progress.deleteLater()

    def _said(self, choice: ExportChoice, rows: int) -> str:
        if choice.form is ExportForm.NUMBERS:
            return self.tr("%n number(s) written to {file}", "", rows)
        return self.tr("%n row(s) written to {file}", "", rows)

    def _writing(
        self, choice: ExportChoice, file: Path, tell: Callable[[int, int], None]
    ) -> Callable[[], int]:
        """Return what writes, on another thread."""
        reader, rows, words = self._context.backend.reader, choice.rows, self._words.words()
        is_for_people = choice.form is ExportForm.WORKBOOK and rows.what is not What.QUARANTINE

        def write() -> int:
            # Imported when it is needed: it would hold up the start of the window.
            from kvitto.export.exporter import export
            from kvitto.export.people_exporter import export_for_people, export_numbers

            if choice.form is ExportForm.NUMBERS:
                return export_numbers(reader, rows, file, tell)
            if is_for_people:
                return export_for_people(
                    reader, rows, file, tell, now=utc_now(), about=choice.about, words=words
                )
            return export(
                reader,
                rows.what,
                rows.batch_id,
                None if rows.what is What.QUARANTINE else choice.form.value,
                file,
                tell,
                with_demo=rows.with_demo,
                shown=rows.shown,
            )

        return write

    def _teller(self, number: int, cancelled: threading.Event) -> Callable[[int, int], None]:
        """Return what the export calls on its thread; it raises once the user cancels."""

        def tell(done: int, total: int) -> None:
            if cancelled.is_set():
                raise _CancelledError
            self._from_export.call(lambda: self._on_progressed(number, done, total))

        return tell

    def _on_progressed(self, number: int, done: int, total: int) -> None:
        progress = self._running.get(number)
        if progress is not None:
            progress.setMaximum(total)
            progress.setValue(done)
