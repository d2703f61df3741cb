"""What can be done about the messages of the list: marked, noted on, taken out."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QMenu, QPushButton, QWidget
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.follow_up import FollowUpMark
from kvitto.core.status import CODE_NAMES
from kvitto.store.code_notes import NameCode
from kvitto.store.errors import StoreError
from kvitto.store.follow_up_queries import MarkMessages
from kvitto.store.rights import Right
from kvitto.ui.followup.follow_up_model import COLUMNS, NUMBER, ListedMessage
from kvitto.ui.followup.follow_up_text import column_title, mark_word
from kvitto.ui.services.context import Context
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.list_files import dialled, numbers_of
from kvitto.ui.widgets.list_output import ListContent, ListOutput
from kvitto.ui.widgets.plain_buttons import take_icons_off
from kvitto.ui.widgets.theme import STEP


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
        self.mark = QPushButton(self)
        self._marks = QMenu(self.mark)
        self.mark_actions = {one: self._marks.addAction("") for one in (*FollowUpMark, None)}
        self.mark.setMenu(self._marks)
        self.mark.setAutoDefault(False)
        self.name = QPushButton(self)
        self.name.setAutoDefault(False)
        self.name.clicked.connect(self._ask_name)
        context.permissions.guard(Right.EDIT, self.mark, self.name, *self.mark_actions.values())
        self._code: int | None = None
        self._open: QWidget | None = None
        self.output = ListOutput(context, self._content, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        row.addWidget(self.mark)
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.output)
        for what, action in self.mark_actions.items():
            action.triggered.connect(lambda _checked=False, what=what: self.write_mark(what))
        self.output.failed.connect(self.failed)
        self.output.done.connect(self.done)
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
        codes = {one.then.code for one in rows} if are_chosen else set()
        self._code = codes.pop() if len(codes) == 1 and not codes & CODE_NAMES.keys() else None
        self.name.setEnabled(self._code is not None)
        self.output.set_any(is_any=bool(rows))

    # --- Marks and notes ------------------------------------------------------------------------

    def write_mark(self, mark: FollowUpMark | None) -> None:
        """Keep what was done about the chosen messages; None takes it off."""
        keys = tuple(row.then.key for row in self._rows)
        seen = tuple(None if row.now.mark is None else row.now.mark.value for row in self._rows)
        self._edit(MarkMessages(keys, utc_now(), mark=mark, seen=seen))

    def write_note(self, key: int, note: str) -> None:
        """Keep a note on a message."""
        seen = tuple(row.now.note for row in self._rows if row.then.key == key)
        self._edit(MarkMessages((key,), utc_now(), note=note or None, seen=seen or None))

    def _ask_name(self) -> None:
        """Ask what a code that nobody documents is to be called."""
        code = self._code
        if code is None:
            return
        dialog = QInputDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Name code {code}").format(code=code))
        dialog.setLabelText(
            self.tr(
                "iP.1 does not say what code {code} means. What do you call it? It is shown as "
                "your note, in all batches."
            ).format(code=code)
        )
        notes = (one.code_notes.get(code, "") for one in self._rows)
        dialog.setTextValue(next(notes, ""))
        dialog.textValueSelected.connect(lambda text: self.write_name(code, text))
        take_icons_off(dialog)
        self._open = dialog
        dialog.open()

    def write_name(self, code: int, note: str) -> None:
        """Keep what the user calls a code; "" for nothing."""
        self._edit(NameCode(code, note))

    def _edit(self, edit: MarkMessages | NameCode) -> None:
        self._context.tasks.start(self._make(edit), "follow-up mark")

    async def _make(self, edit: MarkMessages | NameCode) -> None:
        try:
            await asyncio.wrap_future(self._context.backend.edit(edit))
        except StoreError as error:
            self.failed.emit(error_text(error))

    # --- What is taken out ----------------------------------------------------------------------

    def _content(self) -> ListContent:
        return ListContent(
            title=self._title,
            note=self._note,
            name=self.tr("not-delivered"),
            headings=[column_title(COLUMNS[place].title) for place in self._columns],
            cells=[
                [
                    dialled(row.then.recipient) if place == NUMBER else COLUMNS[place].text(row)
                    for place in self._columns
                ]
                for row in (replace(one, is_masked=False) for one in self._rows)
            ],
            numbers=numbers_of([row.then.recipient for row in self._rows]),
        )

    # --- Language -------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.mark.setText(self.tr("Mark as"))
        self.mark.setToolTip(self.tr("Choose rows first: what was done about them"))
        self.name.setText(self.tr("Name this code…"))
        self.name.setToolTip(self.tr("Choose rows of one code first that iP.1 does not document"))
        for what, action in self.mark_actions.items():
            action.setText(mark_word(what) or self.tr("Nothing done"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
