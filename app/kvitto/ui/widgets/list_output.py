"""What can be done with a list of people: its numbers copied, the list saved and printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from kvitto.export.export_errors import ExportError
from kvitto.paths import home_folder
from kvitto.store.rights import Right
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.list_files import Table, page_of, write_numbers, write_table
from kvitto.ui.widgets.theme import STEP
from kvitto.ui.widgets.unmask_question import UnmaskQuestion

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_ENDINGS: Final = ("xlsx", "csv", "txt")
_NUMBERS_ALONE: Final = ".txt"


@dataclass(frozen=True)
class ListContent:
    """What is taken out of a list: exactly what is shown, with its numbers in full.

    Attributes:
        title: what it is, a heading.
        note: of what, and as of when.
        name: a name for its file, without an ending.
        headings: the columns' titles.
        cells: the rows' texts.
        numbers: each number once, as it is dialled.
    """

    title: str
    note: str
    name: str
    headings: Sequence[str]
    cells: Table
    numbers: Sequence[str]


class ListOutput(QWidget):
    """The buttons that take a list out of the window.

    Args:
        context: what the parts of the window share.
        content: returns what is taken out now.
        parent: the owner.

    Signals:
        failed: a sentence that says what could not be done.
        done: a sentence that says what was done.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(
        self, context: Context, content: Callable[[], ListContent], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._content = content
        self._in_full = UnmaskQuestion(context.preferences, self)
        self._open: QWidget | None = None
        self.copy = QPushButton(self)
        self.save = QPushButton(self)
        self.print_ = QPushButton(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        for button in (self.copy, self.save, self.print_):
            row.addWidget(button)
            button.setAutoDefault(False)
        context.permissions.guard(Right.SEE, self.copy)
        self.copy.clicked.connect(lambda: self._in_full.ask(self.copy_numbers))
        self.save.clicked.connect(lambda: self._in_full.ask(self._ask_where))
        self.print_.clicked.connect(lambda: self._in_full.ask(self._ask_printer))
        self._retranslate()

    def set_any(self, *, is_any: bool) -> None:
        """Say whether there is anything to take out."""
        for button in (self.copy, self.save, self.print_):
            button.setEnabled(is_any)

    # --- Copying, saving, printing --------------------------------------------------------------

    def copy_numbers(self) -> None:
        """Put each number on the clipboard once, one a line."""
        numbers = self._content().numbers
        QGuiApplication.clipboard().setText("\n".join(numbers))
        self.done.emit(self.tr("%n number(s) copied.", "", len(numbers)))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Save the list"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = [
            self.tr("Excel workbook (*.xlsx)"),
            self.tr("CSV, text for any spreadsheet (*.csv)"),
        ]
        if self._context.permissions.may(Right.SEE):
            filters.append(self.tr("Numbers only, one a line (*.txt)"))
        dialog.setNameFilters(filters)
        dialog.filterSelected.connect(
            lambda name: dialog.setDefaultSuffix(_ENDINGS[filters.index(name)])
        )
        dialog.setDefaultSuffix(_ENDINGS[0])
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        last = self._context.preferences.get("export_folder", documents)
        dialog.setDirectory(last if Path(last).is_dir() else str(home_folder()))
        dialog.selectFile(self._content().name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.start_saving(Path(name)))
        self._open = dialog
        dialog.open()

    def start_saving(self, file: Path) -> None:
        """Save to a file, in the background: `.xlsx`, `.txt` for numbers alone, else CSV."""
        self._context.preferences.put("export_folder", str(file.parent))
        self._context.tasks.start(self._save(file), "follow-up save")

    async def _save(self, file: Path) -> None:
        folder, content = self._context.backend.reader.folder, self._content()
        in_thread = self._context.tasks.in_thread
        try:
            if file.suffix.lower() == _NUMBERS_ALONE:
                count = await in_thread(write_numbers, file, folder, content.numbers)
            else:
                count = await in_thread(write_table, file, folder, content.headings, content.cells)
        except ExportError as error:
            self.failed.emit(error_text(error))
        else:
            self.done.emit(self.tr("%n row(s) written to {file}", "", count).format(file=file.name))

    def _ask_printer(self) -> None:
        # Loads what the system prints with, which takes long and may be missing.
        try:
            from PySide6.QtPrintSupport import QPrintDialog, QPrinter
        except ImportError:
            self.failed.emit(self.tr("This computer can't print. Save the list instead."))
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._content().title)
        dialog = QPrintDialog(printer, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_to(printer))
        self._open = dialog
        QDialog.open(dialog)  # its own one wants a slot by name

    def print_to(self, printer: "QPrinter") -> None:
        """Print the list."""
        content = self._content()
        page_of(content.title, content.note, content.headings, content.cells).print_(printer)

    # --- Language -------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.copy.setText(self.tr("Copy numbers"))
        self.save.setText(self.tr("Save…"))
        self.print_.setText(self.tr("Print…"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
