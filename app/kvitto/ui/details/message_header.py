"""The head of a message's details: who, where it stands, what it means, what it costs."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.core.erased import is_token
from kvitto.core.invisible import plain_line
from kvitto.core.phone_number import phone_number
from kvitto.store.records import MessageRecord
from kvitto.ui.details import message_text
from kvitto.ui.details.id_line import IdLine
from kvitto.ui.text import identifiers
from kvitto.ui.text.masking import mask_all_numbers, mask_number
from kvitto.ui.widgets.badge import ResultBadge
from kvitto.ui.widgets.key_value_grid import KeyValueGrid, text_label
from kvitto.ui.widgets.theme import STEP, number_font

_TITLE_SCALE: Final = 1.25


class MessageHeader(QWidget):
    """Shows a message's current state; knows nothing of the store.

    Signals:
        person_requested: the `PhoneNumber` to which all messages are asked for.
    """

    person_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `show_message`."""
        super().__init__(parent)
        self._message: MessageRecord | None = None
        self._now: datetime | None = None
        self._is_masked = False
        self._recipient = QLabel(self)
        self._recipient.setTextFormat(Qt.TextFormat.PlainText)
        self._recipient.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._recipient.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._recipient.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        font = number_font(self._recipient.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * _TITLE_SCALE)
        self._recipient.setFont(font)
        self._badge = ResultBadge(self)
        self._meaning = text_label(self)
        self.person = QPushButton(self)
        self.person.clicked.connect(self._on_person)
        self._facts = KeyValueGrid(self)
        self._ids = {key: IdLine(self) for key in ("reference", "message", "batch")}
        for key in ("finished", "price", "segments", "label"):
            self._facts.add(key)
        for key, line in self._ids.items():
            self._facts.add(key, line)
        top = QHBoxLayout()
        top.setSpacing(2 * STEP)
        top.addWidget(self._recipient, 1)
        top.addWidget(self._badge)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        column.setSpacing(2 * STEP)
        column.addLayout(top)
        column.addWidget(self._meaning)
        column.addWidget(self._facts)
        column.addWidget(self.person, 0, Qt.AlignmentFlag.AlignLeft)
        self._retranslate()

    @property
    def badge(self) -> ResultBadge:
        """The badge of the current state."""
        return self._badge

    @property
    def recipient(self) -> str:
        """The recipient as it is shown."""
        return self._recipient.text()

    def fact(self, key: str) -> str:
        """Return what is shown of a fact; "" where it is not shown."""
        return self._ids[key].text if key in self._ids else self._facts.text(key)

    def show_message(self, message: MessageRecord, now: datetime, *, is_masked: bool) -> None:
        """Show a message as it stands now."""
        self._message, self._now, self._is_masked = message, now, is_masked
        self._show()

    def _show(self) -> None:
        message, now = self._message, self._now
        if message is None or now is None:
            return
        state = message.state
        number = None if state.recipient is None else state.recipient.value
        hidden = number if self._is_masked else None

        def shown(text: str) -> str:
            return mask_number(text, hidden)

        # All in words first: what can't be said leaves nothing half said.
        recipient = identifiers.phone_number(number, is_masked=self._is_masked)
        meaning = message_text.meaning_text(state)
        facts = {
            "finished": message_text.finished_text(state, now),
            "price": message_text.price_text(state),
            "segments": message_text.segment_price_text(state),
            "label": shown(plain_line(message.batch_label or "")),
        }
        self._recipient.setText(recipient)
        self._badge.show_status(state.code, final=state.final)
        self._meaning.setText(meaning)
        for key, text in facts.items():
            self._facts.say(key, text)
        reference = "" if state.reference is None else state.reference.value
        if is_token(reference):
            reference = identifiers.erased_word()
        self._ids["reference"].show_id(
            mask_all_numbers(reference) if self._is_masked else reference
        )
        self._facts.show_row("reference", is_shown=bool(reference))
        self._ids["message"].show_id(shown(message.message_id))
        self._ids["batch"].show_id(shown(message.batch_id))
        self.person.setVisible(phone_number(number) is not None)

    def _on_person(self) -> None:
        state = None if self._message is None else self._message.state
        if state is not None and state.recipient is not None:
            self.person_requested.emit(phone_number(state.recipient.value))

    def _retranslate(self) -> None:
        self._recipient.setAccessibleName(self.tr("Recipient"))
        self.person.setText(self.tr("All messages to this number"))
        for key, name in {
            "finished": self.tr("Finished"),
            "price": self.tr("Price"),
            "segments": self.tr("SMS parts"),
            "label": self.tr("Batch"),
            "reference": self.tr("Reference"),
            "message": self.tr("Message id"),
            "batch": self.tr("Batch id"),
        }.items():
            self._facts.name(key, name)
        self._ids["reference"].name_copy(self.tr("Copy the reference"))
        self._ids["message"].name_copy(self.tr("Copy the message id"))
        self._ids["batch"].name_copy(self.tr("Copy the batch id"))
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
