"""Export from the window: ask where to, write in the background, show how far it is."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QProgressDialog, QWidget

from kvitto.export.export_errors import ExportError
from kvitto.store.errors import StoreError
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text

log = logging.getLogger(__name__)

_SHOW_AFTER_MS = 2000


class _CancelledError(Exception):
    """The user stopped the export."""


class Exporter(QObject):
    """Exports what the user asks for; several exports may run at once.

    Signals:
        failed: the sentence that says why it could not be done.
        done: a sentence that says what was written.
    """

    failed = Signal(str)
    done = Signal(str)
    _progressed = Signal(int, int, int)

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Export from the session of `context`."""
        super().__init__(parent)
        self._context = context
        self._window = parent
        self._dialog: QFileDialog | None = None
        self._started = 0
        self._running: dict[int, QProgressDialog] = {}
        self._progressed.connect(self._on_progressed)

    def ask(self, what: str, batch_id: str | None = None) -> None:
        """Ask where to, then export.

        Args:
            what: one of `kvitto.export.kinds.EXPORT_KINDS`.
            batch_id: the SMS service's id of the only batch; None for all.
        """
        dialog = QFileDialog(self._window, self.tr("Export"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(
            [
                self.tr("Excel workbook (*.xlsx)"),
                self.tr("CSV, text for any spreadsheet (*.csv)"),
                self.tr("JSON lines, for programs (*.jsonl)"),
            ]
        )
        endings = ("xlsx", "csv", "jsonl")

        def on_filter(name: str) -> None:
            dialog.setDefaultSuffix(endings[dialog.nameFilters().index(name)])

        dialog.filterSelected.connect(on_filter)
        dialog.setDefaultSuffix(endings[0])
        dialog.setDirectory(self._folder())
        dialog.selectFile(f"kvitto-{what}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.start(what, batch_id, Path(name)))
        self._dialog = dialog
        dialog.open()

    def _folder(self) -> str:
        """Return the folder that was exported to last; at first the user's documents."""
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        last = self._context.preferences.get("export_folder", documents)
        return last if Path(last).is_dir() else str(Path.home())

    def start(self, what: str, batch_id: str | None, file: Path) -> None:
        """Export to `file`, in the background."""
        self._context.preferences.put("export_folder", str(file.parent))
        self._context.tasks.start(self._export(what, batch_id, file), "export")

    async def _export(self, what: str, batch_id: str | None, file: Path) -> None:
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
        try:
            rows = await self._context.tasks.in_thread(
                self._write, what, batch_id, file, self._teller(number, cancelled)
            )
        except _CancelledError:
            return
        except (ExportError, StoreError) as error:
            self.failed.emit(error_text(error))
        else:
            self.done.emit(self.tr("%n row(s) written to {file}", "", rows).format(file=file.name))
        finally:
            del self._running[number]
            progress.close()
            progress.deleteLater()

    def _write(
        self, what: str, batch_id: str | None, file: Path, tell: Callable[[int, int], None]
    ) -> int:
        # Imported when it is needed: it would hold up the start of the window.
        from kvitto.export.exporter import export

        # What the user sees is what is exported: a demo only where it is shown, or named.
        with_demo = self._context.preferences.shows_demo
        return export(
            self._context.backend.reader, what, batch_id, None, file, tell, with_demo=with_demo
        )

    def _teller(self, number: int, cancelled: threading.Event) -> Callable[[int, int], None]:
        """Return what the export calls on its thread; it raises once the user cancels."""

        def tell(done: int, total: int) -> None:
            if cancelled.is_set():
                raise _CancelledError
            self._progressed.emit(number, done, total)

        return tell

    def _on_progressed(self, number: int, done: int, total: int) -> None:
        progress = self._running.get(number)
        if progress is not None:
            progress.setMaximum(total)
            progress.setValue(done)
