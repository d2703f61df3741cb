"""Answers a phone number that is typed into the search, in a sentence below it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.phone_number import PhoneNumber, phone_number
from kvitto.store.errors import StoreError
from kvitto.store.person import Person, PersonReader
from kvitto.store.reader import Changes
from kvitto.store.rights import Right
from kvitto.ui.person.person_text import PersonWords, number_text
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.theme import STEP

_REST_MS: Final = 1000
_LISTED: Final = 50
"""Messages that are read for the sentence: the last one sent is among the newest."""


class PersonLine(QFrame):
    """Says what is held of the number that is sought; hidden where none is, or nothing is held.

    Signals:
        requested: the `PhoneNumber` of which more is to be shown.
        failed: a sentence that says what could not be read.
    """

    requested = Signal(object)
    failed = Signal(str)

    def __init__(
        self, context: Context, parent: QWidget, *, now: Callable[[], datetime] = utc_now
    ) -> None:
        """Say nothing until `seek`."""
        super().__init__(parent)
        self._context, self._now = context, now
        self._sought: PhoneNumber | None = None
        self._person: Person | None = None
        self._words = PersonWords(self)
        self._reader = PersonReader(context.backend.database)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_button = QPushButton(self)
        self.show_button.clicked.connect(self._on_show)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * STEP, 0, 3 * STEP, 2 * STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self._text, 1)
        row.addWidget(self.show_button)
        self._throttle = Throttle(
            context.tasks, self._read, "person line", rest_ms=_REST_MS, parent=self
        )
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self._on_preference)
        self._retranslate()
        self.hide()

    @property
    def text(self) -> str:
        """What is said; "" while nothing is."""
        return "" if self.isHidden() else self._text.text()

    def seek(self, text: str) -> None:
        """Answer this text, if it is a phone number."""
        sought = phone_number(text)
        if sought != self._sought:
            self._sought, self._person = sought, None
            self._show()
            if sought is not None and self._context.permissions.may(Right.SEE):
                self._throttle.hurry()

    async def _read(self) -> None:
        sought = self._sought
        if sought is None:
            return
        try:
            person = await self._context.tasks.in_thread(self._reader.person, sought, limit=_LISTED)
        except StoreError as error:
            self.failed.emit(error_text(error))
            return
        if sought == self._sought:
            self._person = person
            self._show()

    def _show(self) -> None:
        person = self._person
        permissions = self._context.permissions
        is_hidden = self._sought is not None and not permissions.may(Right.SEE)
        self.show_button.setVisible(not is_hidden)
        if is_hidden:
            self._text.setText(permissions.reason(Right.SEE))
            self.show()
            return
        said = "" if person is None else self._words.sentence(person, self._now())
        if person is not None and said:
            is_masked = self._context.preferences.is_masked
            number = number_text(person.number, is_masked=is_masked)
            self._text.setText(f"{number}: {said}")
        self.setVisible(bool(said))

    def _on_show(self) -> None:
        if self._sought is not None:
            self.requested.emit(self._sought)

    def _on_changed(self, changes: Changes) -> None:
        if self._sought is not None and not changes.is_empty:
            self._throttle.want()

    def _on_preference(self, name: str) -> None:
        if name == "is_masked":
            self._show()

    def _retranslate(self) -> None:
        self.show_button.setText(self.tr("This person"))
        self.show_button.setToolTip(
            self.tr("All messages to this number; save or erase what is held")
        )
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
