"""The window of the numbers that are in one batch twice, or can't be reached as written."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.core.phone_number import phone_number
from kvitto.store.errors import StoreError
from kvitto.store.records import BatchRecord
from kvitto.store.repeats import RepeatsReader
from kvitto.ui.person.person_model import (
    BATCH,
    COLUMNS,
    NUMBER,
    REFERENCE,
    PersonModel,
    column_title,
)
from kvitto.ui.services.context import Context
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.first_size import resize_at_first
from kvitto.ui.widgets.list_files import dialled, numbers_of
from kvitto.ui.widgets.list_output import ListContent, ListOutput
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 960
_HEIGHT: Final = 520
_STATE: Final = "repeats/geometry"
_MOST: Final = 10_000


class RepeatsWindow(QDialog):
    """Lists the messages of a batch to numbers that are in it twice, by number.

    A double click on one shows its person.

    Args:
        context: what the parts of the window share.
        batch: the batch.
        parent: the owner.

    Signals:
        failed: a sentence that says what could not be read or written.
        told: a sentence that says what was done.
        person_requested: the `PhoneNumber` to which all messages are asked for.
    """

    failed = Signal(str)
    told = Signal(str)
    person_requested = Signal(object)

    def __init__(self, context: Context, batch: BatchRecord, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._batch = context, batch
        self._is_closed = False
        self._head = QLabel(self)
        self._head.setTextFormat(Qt.TextFormat.PlainText)
        self._head.setWordWrap(True)
        self.model = PersonModel(self)
        self.view = TableView(self)
        self.view.setModel(self.model)
        self.view.setRootIsDecorated(False)
        self.view.setColumnHidden(BATCH, True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.fill_width(REFERENCE)
        self.output = ListOutput(context, self._content, self)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.output)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        column.addWidget(self._head)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)
        resize_at_first(self, _WIDTH, _HEIGHT)
        self.view.activated.connect(self._on_activated)
        self.output.failed.connect(self.failed)
        self.output.done.connect(self.told)
        context.preferences.changed.connect(self._on_preference)
        self.finished.connect(self._on_closed)
        state = context.preferences.state(_STATE)
        if not state.isEmpty():
            self.restoreGeometry(state)
        self._retranslate()
        context.tasks.start(self._read(), "repeats")

    async def _read(self) -> None:
        reader = RepeatsReader(self._context.backend.database)
        try:
            rows = await self._context.tasks.in_thread(reader.messages, self._batch.key, _MOST)
        except StoreError as error:
            if not self._is_closed:
                self.failed.emit(error_text(error))
            return
        if not self._is_closed:
            self.model.show_rows(rows, is_masked=self._context.preferences.is_masked)
            self.output.set_any(is_any=bool(rows))

    def _on_activated(self, index: QModelIndex) -> None:
        recipient = self.model.rows[index.row()].state.recipient
        number = None if recipient is None else phone_number(recipient.value)
        if number is not None:
            self.person_requested.emit(number)

    def _on_preference(self, name: str) -> None:
        if name == "is_masked" and not self._is_closed:
            is_masked = self._context.preferences.is_masked
            self.model.show_rows(self.model.rows, is_masked=is_masked)

    def _on_closed(self) -> None:
        self._is_closed = True
        self._context.preferences.put_state(_STATE, self.saveGeometry())

    def _content(self) -> ListContent:
        rows = self.view.chosen(self.model.rows)
        recipients = [
            None if row.state.recipient is None else row.state.recipient.value for row in rows
        ]
        shown = [place for place in range(len(COLUMNS)) if place != BATCH]
        return ListContent(
            title=self.windowTitle(),
            note=self._head.text(),
            name=self.tr("twice-in-a-batch"),
            headings=[column_title(place) for place in shown],
            cells=[
                [
                    dialled(recipient) if place == NUMBER else COLUMNS[place].text(row)
                    for place in shown
                ]
                for row, recipient in zip(rows, recipients, strict=True)
            ],
            numbers=numbers_of(recipients),
        )

    def _retranslate(self) -> None:
        self.setWindowTitle(self.tr("Numbers that are in the batch twice"))
        is_masked = self._context.preferences.is_masked
        self._head.setText(
            self.tr("{name}: by number. A double click shows all messages to one.").format(
                name=name_of(self._batch, is_masked=is_masked)
            )
        )
        self.view.setAccessibleName(self.windowTitle())
        self.model.retext()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
