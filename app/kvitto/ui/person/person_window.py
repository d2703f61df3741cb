"""The window of one person: all messages to a number, saved and erased."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.phone_number import PhoneNumber
from kvitto.core.status import Result
from kvitto.export.export_errors import ExportError
from kvitto.export.person_file import write_person
from kvitto.receiver.receiver_errors import ReceiverError
from kvitto.store.erasing import ErasePerson
from kvitto.store.errors import StoreError
from kvitto.store.held import read_held
from kvitto.store.other_files import files_with
from kvitto.store.person import Person, PersonReader
from kvitto.store.reader import Changes
from kvitto.store.rights import Right
from kvitto.ui.person.erase_dialog import EraseDialog
from kvitto.ui.person.person_model import BATCH, NUMBER, SINCE, PersonModel
from kvitto.ui.person.person_text import PersonWords, number_text
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import STEP
from kvitto.ui.widgets.unmask_question import UnmaskQuestion

_WIDTH: Final = 960
_HEIGHT: Final = 520
_STATE: Final = "person/geometry"
_REST_MS: Final = 500


class PersonWindow(QDialog):
    """Shows all messages to a number over all batches, and follows them.

    Args:
        context: what the parts of the window share.
        number: the number; one without calling code can be several, of which one is chosen.
        parent: the owner.
        now: the time, UTC.

    Signals:
        failed: a sentence that says what could not be read or written.
        told: a sentence that says what was done.
    """

    failed = Signal(str)
    told = Signal(str)

    def __init__(
        self,
        context: Context,
        number: PhoneNumber,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context, self._number, self._now = context, number, now
        self._words = PersonWords(self)
        self._reader = PersonReader(context.backend.database)
        self._person: Person | None = None
        self._done = ""
        self._is_busy = False
        self._is_closed = False
        self._unmask = UnmaskQuestion(context.preferences, self)
        self._open: QWidget | None = None
        self._numbers = QComboBox(self)
        self._numbers.hide()
        self._head = QLabel(self)
        self._head.setWordWrap(True)
        self._head.setTextFormat(Qt.TextFormat.PlainText)
        self._head.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._nothing = QLabel(self)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.model = PersonModel(self)
        self._view = TableView(self)
        self._view.setModel(self.model)
        self._view.setRootIsDecorated(False)
        self._view.setColumnHidden(NUMBER, True)
        self._view.fill_width(BATCH, spare=(SINCE,))
        self._pages = QStackedWidget(self)
        self.save = QPushButton(self)
        self.erase = QPushButton(self)
        self._throttle = Throttle(
            context.tasks, self._read, "person", rest_ms=_REST_MS, parent=self
        )
        context.feed.recovered.connect(self._throttle.want)
        context.feed.failed.connect(self._show)
        self._lay_out()
        context.permissions.guard(Right.EDIT, self.erase)
        self.save.clicked.connect(self._on_save)
        self.erase.clicked.connect(self._on_erase)
        self._numbers.activated.connect(self._on_chosen)
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self._on_preference)
        self.finished.connect(self._on_closed)
        state = context.preferences.state(_STATE)
        if not state.isEmpty():
            self.restoreGeometry(state)
        self._retranslate()
        self._throttle.hurry()

    def _lay_out(self) -> None:
        self._pages.addWidget(self._view)
        self._pages.addWidget(self._nothing)
        head = QHBoxLayout()
        head.addWidget(self._head, 1)
        head.addWidget(self._numbers)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        buttons.addStretch(1)
        for button in (self.save, self.erase):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        column.addLayout(buttons)
        resize_at_first(self, _WIDTH, _HEIGHT)

    @property
    def head(self) -> str:
        """What is said above the list."""
        return self._head.text()

    # --- Reading and showing --------------------------------------------------------------------

    async def _read(self) -> None:
        number = self._number
        try:
            person = await self._context.tasks.in_thread(self._reader.person, number)
        except StoreError as error:
            if not self._is_closed:
                self.failed.emit(error_text(error))
            return
        if self._is_closed or number != self._number:
            return
        if person.others:
            self._offer(person)
        self._number, self._person = person.number, person
        self._show()

    def _offer(self, person: Person) -> None:
        """Let the user choose among the numbers of several countries."""
        is_masked = self._context.preferences.is_masked
        self._numbers.clear()
        for one in (person.number, *person.others):
            self._numbers.addItem(number_text(one, is_masked=is_masked), one)
        self._numbers.show()

    def _on_chosen(self, place: int) -> None:
        self._number = self._numbers.itemData(place)
        self._person = None
        self._show()
        self._throttle.hurry()

    def _show(self) -> None:
        person = self._person
        is_masked = self._context.preferences.is_masked
        number = number_text(self._number, is_masked=is_masked)
        self.setWindowTitle(self.tr("This person: {number}").format(number=number))
        messages = () if person is None else person.messages
        batches = {} if person is None else person.batches
        names = {key: name_of(one, is_masked=is_masked) for key, one in batches.items()}
        self.model.name_batches(names)
        self.model.show_rows(messages, is_masked=is_masked)
        said = "" if person is None else self._words.sentence(person, self._now())
        if person is not None and len(person.messages) < len(person.keys):
            newest = self.tr("The newest %n are listed.", "", len(person.messages))
            said = f"{said} {newest}"
        self._head.setText(self._done or (f"{number}: {said}" if said else number))
        self._nothing.setText(
            self._context.feed.reading_text()
            if person is None
            else self.tr("No message to this number is held any more.")
            if self._done
            else self.tr("No message to this number is held.")
        )
        self._pages.setCurrentWidget(self._view if said else self._nothing)
        self.save.setEnabled(bool(said) and not self._is_busy)
        self.erase.setEnabled(bool(said) and not self._is_busy)

    def _on_changed(self, changes: Changes) -> None:
        if not self._is_closed and not changes.is_empty:
            self._throttle.want()

    def _on_preference(self, name: str) -> None:
        if name == "is_masked" and not self._is_closed:
            self._show()

    def _on_closed(self) -> None:
        self._is_closed = True
        self._throttle.stop()
        self._context.preferences.put_state(_STATE, self.saveGeometry())

    def _set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        if not self._is_closed:
            self._show()

    # --- Saving ---------------------------------------------------------------------------------

    def _on_save(self) -> None:
        """Ask where to, after a question where numbers are masked: the file has them whole."""
        self._unmask.ask(self._ask_where)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save what is held"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("JSON, and a page for reading beside it (*.json)")])
        dialog.setDefaultSuffix("json")
        dialog.setDirectory(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        )
        dialog.selectFile(f"{self._number.digits}.json")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        self._open = dialog
        dialog.open()

    def save_to(self, file: Path) -> None:
        """Write what is held to a .json and a .html file of this name."""
        self._context.tasks.start(self._save(file, self._number), "save a person")

    async def _save(self, file: Path, number: PhoneNumber) -> None:
        words = self._page_words()
        backend, now = self._context.backend, self._now()

        def write() -> list[Path]:
            held = read_held(backend.database, number)
            return write_person(file, held, now, data_folder=backend.folder, words=words)

        self._set_busy(is_busy=True)
        try:
            files = await self._context.tasks.in_thread(write)
        except (StoreError, ExportError) as error:
            self.failed.emit(error_text(error))
        else:
            self.told.emit(
                self.tr("Saved: {json} and {page}.").format(json=files[0].name, page=files[1].name)
            )
        finally:
            self._set_busy(is_busy=False)

    def _page_words(self) -> dict[str, str]:
        """Return what the page says, in the language of now."""
        return {
            "title": self.tr("What is held about {number}"),
            "as_of": self.tr("As of {time}"),
            "messages": self.tr("Messages"),
            "sent": self.tr("Sent"),
            "batch": self.tr("Batch"),
            "result": self.tr("Result"),
            "changed": self.tr("Since"),
            "parts": self.tr("SMS parts"),
            "price": self.tr("Price"),
            "reference": self.tr("Reference"),
            "note": self.tr("Your note"),
            "reports": self.tr("Delivery reports as they came"),
            "mentions": self.tr("Messages to others that tell of the number"),
            "refused": self.tr("Refused requests that tell of the number"),
            "nothing": self.tr("Nothing is held."),
            **{one.value: formatting.result_word(one) for one in Result},
        }

    # --- Erasing --------------------------------------------------------------------------------

    def _on_erase(self) -> None:
        if self._person is None:
            return
        is_masked = self._context.preferences.is_masked
        number = number_text(self._number, is_masked=is_masked)
        dialog = EraseDialog(number, len(self._person.keys) + self._person.binned, self)
        dialog.accepted.connect(self.erase_now)
        self._open = dialog
        dialog.open()

    def erase_now(self) -> None:
        """Erase the person."""
        self._context.tasks.start(self._erase(self._number), "erase a person")

    async def _erase(self, number: PhoneNumber) -> None:
        backend, tasks = self._context.backend, self._context.tasks
        self._set_busy(is_busy=True)
        try:
            await asyncio.wrap_future(backend.edit(ErasePerson(number, self._now())))
            done = (await tasks.in_thread(self._reader.erasures))[0]
            left = await tasks.in_thread(files_with, backend.folder, number)
        except (StoreError, ReceiverError) as error:
            self.failed.emit(error_text(error))
        else:
            said = self._words.erased(done, is_on_server=backend.database.is_shared)
            if left:
                names = ", ".join(str(one.relative_to(backend.folder)) for one in left)
                told = self.tr(
                    "The number is still in these files of the data folder, which Kvitto does not "
                    "change; delete them yourself: {names}"
                ).format(names=names)
                said = f"{said} {told}"
            self._done = said
            self.told.emit(said)
            self._throttle.hurry()
        finally:
            self._set_busy(is_busy=False)

    # --- Language -------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.save.setText(self.tr("Save what is held…"))
        self.erase.setText(self.tr("Erase this person…"))
        self._numbers.setAccessibleName(self.tr("Number"))
        self._view.setAccessibleName(self.tr("All messages to this number"))
        self.model.retext()
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
