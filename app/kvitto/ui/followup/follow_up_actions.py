"""What can be done with the list: marked, copied, saved, printed."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QMessageBox,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.follow_up import FollowUpMark
from kvitto.export.export_errors import ExportError
from kvitto.store.errors import StoreError
from kvitto.store.follow_up import FollowUpRow, MarkMessages
from kvitto.ui.followup.follow_up_model import COLUMNS, NUMBER, ListedMessage
from kvitto.ui.followup.follow_up_output import (
    dialled,
    numbers_of,
    page_of,
    write_numbers,
    write_table,
)
from kvitto.ui.followup.follow_up_text import column_title, mark_word
from kvitto.ui.services.context import Context
from kvitto.ui.widgets.theme import STEP

_ENDINGS: Final = ("xlsx", "csv", "txt")
_NUMBERS_ALONE: Final = ".txt"


class FollowUpActions(QWidget):
    """The row of buttons below the list. Acts on the chosen rows, or on all where none is.

    Signals:
        failed: a sentence that says what could not be done.
        done: a sentence that says what was done.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Act on nothing until `show_rows`."""
        super().__init__(parent)
        self._context = context
        self._rows: Sequence[ListedMessage] = ()
        self._title = self._note = ""
        self._columns: Sequence[int] = ()
        self._may_unmask = False
        self._open: QWidget | None = None
        self.mark = QPushButton(self)
        self._marks = QMenu(self.mark)
        self.mark_actions = {one: self._marks.addAction("") for one in (*FollowUpMark, None)}
        self.mark.setMenu(self._marks)
        self.copy = QPushButton(self)
        self.save = QPushButton(self)
        self.print_ = QPushButton(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        row.addWidget(self.mark)
        row.addStretch(1)
        for button in (self.copy, self.save, self.print_):
            row.addWidget(button)
        for button in (self.mark, self.copy, self.save, self.print_):
            button.setAutoDefault(False)
        for what, action in self.mark_actions.items():
            action.triggered.connect(lambda _checked=False, what=what: self.write_mark(what))
        self.copy.clicked.connect(lambda: self._in_full(self.copy_numbers))
        self.save.clicked.connect(lambda: self._in_full(self._ask_where))
        self.print_.clicked.connect(lambda: self._in_full(self._ask_printer))
        self._retranslate()

    def show_rows(
        self,
        rows: Sequence[ListedMessage],
        *,
        title: str,
        note: str,
        columns: Sequence[int],
        are_chosen: bool,
    ) -> None:
        """Act on these rows from now on.

        Args:
            rows: the rows.
            title: what they are, a heading.
            note: of what, and as of when.
            columns: the places of the columns that are shown.
            are_chosen: whether the user chose them one by one: only those are marked.
        """
        self._rows, self._title, self._note, self._columns = rows, title, note, columns
        self.mark.setEnabled(are_chosen)
        for button in (self.copy, self.save, self.print_):
            button.setEnabled(bool(rows))

    # --- Marks and notes ------------------------------------------------------------------------

    def write_mark(self, mark: FollowUpMark | None) -> None:
        """Keep what was done about the chosen messages; None takes it off."""
        keys = tuple(row.then.key for row in self._rows)
        self._edit(MarkMessages(keys, utc_now(), mark=mark))

    def write_note(self, key: int, note: str) -> None:
        """Keep a note on a message."""
        self._edit(MarkMessages((key,), utc_now(), note=note or None))

    def _edit(self, edit: MarkMessages) -> None:
        self._context.tasks.start(self._make(edit), "follow-up mark")

    async def _make(self, edit: MarkMessages) -> None:
        try:
            await asyncio.wrap_future(self._context.backend.edit(edit))
        except StoreError as error:
            self.failed.emit(error.sentence)

    # --- Numbers in full ------------------------------------------------------------------------

    def _in_full(self, act: Callable[[], None]) -> None:
        """Act, after a question where numbers are masked: what leaves the screen has them whole."""
        if self._may_unmask or not self._context.preferences.is_masked:
            act()
            return
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.window().windowTitle(),
            self.tr("Numbers are masked on the screen. What you take out has them in full."),
            QMessageBox.StandardButton.Cancel,
            self.window(),
        )
        agree = box.addButton(self.tr("In full"), QMessageBox.ButtonRole.AcceptRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_answer() -> None:
            if box.clickedButton() is agree:
                self._may_unmask = True
                act()

        box.finished.connect(on_answer)
        self._open = box
        box.open()

    def _messages(self) -> list[FollowUpRow]:
        return [row.then for row in self._rows]

    def _headings(self) -> list[str]:
        return [column_title(COLUMNS[place].title) for place in self._columns]

    def _cells(self) -> list[list[str]]:
        """Return what is shown, with the numbers as they are dialled."""
        return [
            [
                dialled(row.then.recipient) if place == NUMBER else COLUMNS[place].text(row)
                for place in self._columns
            ]
            for row in self._rows
        ]

    # --- Copying, saving, printing --------------------------------------------------------------

    def copy_numbers(self) -> None:
        """Put each number on the clipboard once, one a line."""
        numbers = numbers_of(self._messages())
        QGuiApplication.clipboard().setText("\n".join(numbers))
        self.done.emit(self.tr("%n number(s) copied.", "", len(numbers)))

    def _ask_where(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Save the list"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(
            [
                self.tr("Excel workbook (*.xlsx)"),
                self.tr("CSV, text for any spreadsheet (*.csv)"),
                self.tr("Numbers only, one a line (*.txt)"),
            ]
        )
        filters = dialog.nameFilters()
        dialog.filterSelected.connect(
            lambda name: dialog.setDefaultSuffix(_ENDINGS[filters.index(name)])
        )
        dialog.setDefaultSuffix(_ENDINGS[0])
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        last = self._context.preferences.get("export_folder", documents)
        dialog.setDirectory(last if Path(last).is_dir() else str(Path.home()))
        dialog.selectFile(self.tr("not-delivered"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.start_saving(Path(name)))
        self._open = dialog
        dialog.open()

    def start_saving(self, file: Path) -> None:
        """Save to a file, in the background: `.xlsx`, `.txt` for numbers alone, else CSV."""
        self._context.preferences.put("export_folder", str(file.parent))
        self._context.tasks.start(self._save(file), "follow-up save")

    async def _save(self, file: Path) -> None:
        folder = self._context.backend.reader.folder
        try:
            if file.suffix.lower() == _NUMBERS_ALONE:
                numbers = numbers_of(self._messages())
                count = await self._context.tasks.in_thread(write_numbers, file, folder, numbers)
            else:
                headings, cells = self._headings(), self._cells()
                count = await self._context.tasks.in_thread(
                    write_table, file, folder, headings, cells
                )
        except ExportError as error:
            self.failed.emit(error.sentence)
        else:
            self.done.emit(self.tr("%n row(s) written to {file}", "", count).format(file=file.name))

    def _ask_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._title)
        dialog = QPrintDialog(printer, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_to(printer))
        self._open = dialog
        QDialog.open(dialog)  # its own one wants a slot by name

    def print_to(self, printer: QPrinter) -> None:
        """Print the list."""
        page_of(self._title, self._note, self._headings(), self._cells()).print_(printer)

    # --- Language -------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.mark.setText(self.tr("Mark as"))
        self.mark.setToolTip(self.tr("Choose rows first: what was done about them"))
        for what, action in self.mark_actions.items():
            action.setText(mark_word(what) or self.tr("Nothing done"))
        self.copy.setText(self.tr("Copy numbers"))
        self.save.setText(self.tr("Save…"))
        self.print_.setText(self.tr("Print…"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
