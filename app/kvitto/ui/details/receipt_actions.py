"""Print a receipt, save it as PDF, or copy it as text, for whoever asked."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDir, QEvent, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QPushButton, QWidget
from typing_extensions import override

from kvitto.paths import is_in_folder
from kvitto.store.records import BatchRecord
from kvitto.ui.details.receipt import Receipt
from kvitto.ui.details.receipt_document import pdf_of, print_to, to_text
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP


class ReceiptActions(QWidget):
    """The buttons below a receipt. What they give away is as of the moment of the click.

    Signals:
        failed: a sentence that says why it could not be printed or saved.
        done: a sentence that says what was done.
        follow_up_requested: those who did not get it are asked for.
    """

    failed = Signal(str)
    done = Signal(str)
    follow_up_requested = Signal()

    def __init__(
        self,
        context: Context,
        receipt: Callable[[], Receipt | None],
        now: Callable[[], datetime],
        parent: QWidget,
    ) -> None:
        """Give away what `receipt` returns."""
        super().__init__(parent)
        self._context = context
        self._receipt = receipt
        self._now = now
        self._dialog: QWidget | None = None
        self._undelivered = 0
        self.follow_up = self._button(self.follow_up_requested.emit)
        self.print = self._button(self._on_print)
        self.pdf = self._button(self._on_pdf)
        self.copy = self._button(self._on_copy)
        # Side by side they need more room than a narrow page has.
        places = QGridLayout(self)
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(2 * STEP)
        places.addWidget(self.print, 0, 0)
        places.addWidget(self.copy, 0, 1)
        places.addWidget(self.pdf, 1, 0, 1, 2)
        self._retranslate()

    def show_batch(self, batch: BatchRecord) -> None:
        """Say how many did not get it; offer the list of them where it is known who they are."""
        tally = batch.tally()
        self._undelivered = tally.not_delivered
        self.follow_up.setEnabled(batch.messages > tally.delivered)
        self.follow_up.setVisible(batch.purged is None)
        self._say_undelivered()

    def _say_undelivered(self) -> None:
        text = self.tr("Those who did not get it ({count})…")
        self.follow_up.setText(text.format(count=formatting.number(self._undelivered)))

    def _button(self, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(self)
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.clicked.connect(lambda _checked=False: act())
        return button

    # --- What they do ---------------------------------------------------------------------------

    def _on_copy(self) -> None:
        receipt = self._receipt()
        if receipt is not None:
            QGuiApplication.clipboard().setText(to_text(receipt))
            self.done.emit(self.tr("The receipt is on the clipboard."))

    def _on_print(self) -> None:
        receipt = self._receipt()
        if receipt is None:
            return
        # Loads what the system prints with, which takes long and may be missing.
        try:
            from PySide6.QtPrintSupport import QPrintDialog, QPrinter
        except ImportError:
            self.failed.emit(self.tr("This computer can't print. Save the receipt as PDF instead."))
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(receipt.name)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: print_to(printer, receipt))
        self._dialog = dialog
        QDialog.open(dialog)

    def _on_pdf(self) -> None:
        receipt = self._receipt()
        if receipt is None:
            return
        # What draws charts takes long to load, and is not needed to show a receipt.
        from kvitto.ui.charts.image_saver import file_name

        documents = QStandardPaths.StandardLocation.DocumentsLocation
        folder = QStandardPaths.writableLocation(documents) or QDir.homePath()
        dialog = QFileDialog(self, self.tr("Save the receipt"), folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("PDF (*.pdf)"))
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(file_name(receipt.name, self._now()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.start(receipt, Path(name)))
        self._dialog = dialog
        dialog.open()

    def start(self, receipt: Receipt, file: Path) -> None:
        """Save a receipt to a file, in the background."""
        self._context.tasks.start(self._save(receipt, file), "save receipt")

    async def _save(self, receipt: Receipt, file: Path) -> None:
        from kvitto.ui.charts.image_export import SavingError, save

        if is_in_folder(file, self._context.backend.folder):
            self.failed.emit(
                self.tr(
                    "{folder} is where Kvitto keeps what it receives: nothing else is written "
                    "there. Choose another folder."
                ).format(folder=self._context.backend.folder)
            )
            return
        try:
            await self._context.tasks.in_thread(save, pdf_of(receipt), file)
        except SavingError as error:
            self.failed.emit(
                self.tr(
                    "The receipt could not be saved as {file}: {reason}. "
                    "Choose another name or folder."
                ).format(file=file, reason=error.reason.rstrip("."))
            )
        else:
            self.done.emit(self.tr("The receipt is saved as {file}.").format(file=file))

    # --- Language and theme ---------------------------------------------------------------------

    def _retranslate(self) -> None:
        self._say_undelivered()
        self.print.setText(self.tr("Print…"))
        self.pdf.setText(self.tr("Save as PDF…"))
        self.copy.setText(self.tr("Copy as text"))
        self._show_icons()

    def _show_icons(self) -> None:
        self.follow_up.setIcon(icon("phone-outline"))
        self.print.setIcon(icon("printer-outline"))
        self.pdf.setIcon(icon("file-pdf-box"))
        self.copy.setIcon(icon("content-copy"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_icons()
