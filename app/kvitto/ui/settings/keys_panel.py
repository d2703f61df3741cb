"""The callback URL and its secrets: hidden until they are asked for, renewed, and ended."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QHideEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.report import Origin
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.errors import StoreError
from kvitto.store.rights import Right
from kvitto.ui.backend import Backend
from kvitto.ui.services.context import Context
from kvitto.ui.settings.key_text import KeyFacts, KeyText
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.copy_button import CopyButton
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP

HIDDEN: Final = "•" * 8
"""What is shown in a hidden secret's place: nothing of it, not even its length."""


class KeyRow(QWidget):
    """One secret: its value, when it was made and used, and its end.

    Signals:
        end_requested: the user wants to end it; a `CallbackKey`.
    """

    end_requested = Signal(object)

    def __init__(self, callback_key: CallbackKey, *, is_in_use: bool, parent: QWidget) -> None:
        """Show `callback_key`; one that is in a URL can't be ended before it is renewed."""
        super().__init__(parent)
        self.callback_key: Final = callback_key
        self._value = QLabel(HIDDEN, self)
        self._value.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy: Final = CopyButton(self)
        self.copy.set_text_to_copy(callback_key.value)
        self.end: Final = QPushButton(self)
        self.end.setVisible(not is_in_use)
        self.end.clicked.connect(lambda: self.end_requested.emit(self.callback_key))
        self._use = faint_label(self)
        line = QHBoxLayout()
        line.setSpacing(2 * STEP)
        line.addWidget(self._value)
        line.addWidget(self.copy)
        line.addStretch()
        line.addWidget(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._use)

    def show_callback_key(self, *, is_shown: bool) -> None:
        """Show the value, or hide it."""
        self._value.setText(self.callback_key.value if is_shown else HIDDEN)
        flags = Qt.TextInteractionFlag.TextSelectableByMouse
        self._value.setTextInteractionFlags(
            flags if is_shown else Qt.TextInteractionFlag.NoTextInteraction
        )

    def say(self, use: str) -> None:
        """Say everything in the language of now; `use` is all that there is to say of it."""
        made = formatting.exact_time(self.callback_key.created)
        self._use.setText(use)
        self.copy.name_it(self.tr("Copy the key made {time}").format(time=made))
        self.end.setText(self.tr("End…"))
        self.end.setAccessibleName(self.tr("End the key made {time}").format(time=made))


class KeysPanel(QWidget):
    """The URL, and a row for each secret that is valid.

    The values are in no widget while they are hidden, so that nothing that reads the screen or
    its accessible texts meets them.

    Signals:
        changed: a secret was made or ended; the callback URL may be another one.
        failed: a sentence: why the store can't do what was asked.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Show those of the session of `context`, once `refresh` has read them."""
        super().__init__(parent)
        self._backend = context.backend
        self._reachability = context.reachability
        self._tasks = context.tasks
        self._facts = KeyFacts()
        self._words = KeyText(self)
        self._chosen = self._reachability.state.callback_key_id
        self._reachability.changed.connect(self._on_reachability)
        self._rows: list[KeyRow] = []
        self._url_label = QLabel(self)
        self._url = QLineEdit(self)
        self._url.setReadOnly(True)
        self._url_label.setBuddy(self._url)
        self._eye = QToolButton(self)
        self._eye.setCheckable(True)
        self._eye.setAutoRaise(True)
        self._eye.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._eye.toggled.connect(self._on_eye)
        self._copy = CopyButton(self)
        self._url_hint = faint_label(self)
        self._callback_keys_label = QLabel(self)
        self._renew = QPushButton(self)
        self._renew.clicked.connect(self._on_renew)
        self._renew_hint = faint_label(self)
        self._permissions = context.permissions
        self._permissions.guard(Right.RECEIVE, self._renew)
        self._permissions.guard(Right.SEE, self._eye)
        self._lay_out()
        self._retranslate()

    def _lay_out(self) -> None:
        url = QHBoxLayout()
        url.setSpacing(STEP)
        url.addWidget(self._url, 1)
        url.addWidget(self._eye)
        url.addWidget(self._copy)
        self._list = QVBoxLayout()
        self._list.setSpacing(3 * STEP)
        renew = QHBoxLayout()
        renew.addWidget(self._renew)
        renew.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(self._url_label)
        column.addLayout(url)
        column.addWidget(self._url_hint)
        column.addSpacing(2 * STEP)
        column.addWidget(self._callback_keys_label)
        column.addLayout(self._list)
        column.addSpacing(STEP)
        column.addLayout(renew)
        column.addWidget(self._renew_hint)

    @property
    def rows(self) -> Sequence[KeyRow]:
        """The rows, the newest secret first."""
        return self._rows

    @property
    def is_shown(self) -> bool:
        """Whether the secrets can be read now."""
        return self._eye.isChecked()

    def refresh(self) -> None:
        """Read them again."""
        self._tasks.start_latest(self._read(), "secrets")

    def _on_reachability(self) -> None:
        chosen = self._reachability.state.callback_key_id
        if chosen != self._chosen:
            # Another public URL is used now, or its secret was renewed.
            self._chosen = chosen
            self.refresh()

    # --- What the user asks for -----------------------------------------------------------------

    def _on_eye(self, is_shown: bool) -> None:
        self._show_callback_keys(is_shown=is_shown)
        self._retranslate_eye()

    def _on_renew(self) -> None:
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(self.tr("New key?"))
        question.setText(self.tr("Make a new key for the callback URL?"))
        question.setInformativeText(
            self.tr(
                "Batches that are sent from now on need the new callback URL. The old one stays "
                "valid as long as a report may come by it, and then ends by itself."
            )
        )
        make = question.addButton(self.tr("New key"), QMessageBox.ButtonRole.AcceptRole)
        cancel = question.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(cancel)
        make.clicked.connect(self._on_renew_confirmed)
        question.open()

    def _on_renew_confirmed(self) -> None:
        self._renew.setEnabled(False)
        self._tasks.start(self._make(), "renew secret")

    def _on_end(self, callback_key: CallbackKey) -> None:
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setWindowTitle(self.tr("End this key?"))
        question.setText(
            self.tr("Reports to its URL are refused from then on, and lost after about 90 minutes.")
        )
        question.setInformativeText(self._words.last_use_text(callback_key, self._facts, utc_now()))
        end = question.addButton(self.tr("End"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = question.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(cancel)
        end.clicked.connect(lambda: self._tasks.start(self._end(callback_key.key), "end secret"))
        question.open()

    async def _make(self) -> None:
        try:
            await self._reachability.renew_callback_key()
        except StoreError as error:
            self._fail(error)
        if isValid(self):
            self._renew.setEnabled(True)
            self.changed.emit()
            await self._read()

    async def _end(self, key: int) -> None:
        try:
            await self._tasks.in_thread(self._backend.end_callback_key, key)
        except StoreError as error:
            self._fail(error)
        if isValid(self):
            self.changed.emit()
            await self._read()

    async def _read(self) -> None:
        try:
            facts = await self._tasks.in_thread(_facts_of, self._backend, self._chosen)
        except StoreError as error:
            self._fail(error)
            return
        if isValid(self):
            self._facts = facts
            self._show_rows()

    def _fail(self, error: StoreError) -> None:
        if isValid(self):
            self.failed.emit(error_text(error))

    # --- Showing --------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for callback_key in self._facts.callback_keys:
            row = KeyRow(
                callback_key, is_in_use=callback_key.key in self._facts.in_use, parent=self
            )
            row.end_requested.connect(self._on_end)
            self._permissions.guard(Right.RECEIVE, row.end)
            self._permissions.guard(Right.SEE, row.copy)
            self._list.addWidget(row)
            self._rows.append(row)
        self._copy.set_text_to_copy(self._facts.url)
        self._show_callback_keys(is_shown=self.is_shown)
        self._retranslate_rows()

    def _show_callback_keys(self, *, is_shown: bool) -> None:
        url = self._facts.url
        if not is_shown:
            for callback_key in self._facts.callback_keys:
                url = url.replace(callback_key.value, HIDDEN)
        self._url.setText(url)
        self._url.setCursorPosition(0)
        for row in self._rows:
            row.show_callback_key(is_shown=is_shown)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Hide the keys with the page."""
        super().hideEvent(event)
        self._eye.setChecked(False)

    # --- Words ----------------------------------------------------------------------------------

    def _retranslate_rows(self) -> None:
        for row in self._rows:
            row.say(self._words.row_text(row.callback_key, self._facts, utc_now()))

    def _retranslate_eye(self) -> None:
        self._eye.setIcon(icon("eye-off-outline" if self.is_shown else "eye-outline"))
        name = self.tr("Hide the keys") if self.is_shown else self.tr("Show the keys")
        self._eye.setToolTip(name)
        self._eye.setAccessibleName(name)

    def _retranslate(self) -> None:
        self._url_label.setText(self.tr("On this computer"))
        self._url.setAccessibleName(self.tr("Callback URL"))
        self._url.setPlaceholderText(self.tr("Nothing is received on this computer now"))
        self._copy.name_it(self.tr("Copy the callback URL"))
        self._url_hint.setText(
            self.tr(
                "Only programs on this computer reach it. The one for the SMS service is shown "
                "under Tools, Callback URL."
            )
        )
        self._callback_keys_label.setText(self.tr("Valid keys"))
        self._renew.setText(self.tr("New key…"))
        self._renew_hint.setText(
            self.tr(
                "The old one keeps working as long as a report may come by it: for eight days, and "
                "for over three after the last. Then it ends by itself."
            )
        )
        self._retranslate_eye()
        self._retranslate_rows()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._retranslate_eye()


def _facts_of(backend: Backend, chosen: int | None) -> KeyFacts:
    """Read what is known of the secrets; `chosen` is that of the public URL in use."""
    ours = [one for one in backend.valid_callback_keys() if one.origin is Origin.WEBHOOK]
    local = [one.key for one in ours if one.public_url is None and one.rotated is None]
    in_use = frozenset(local[-1:]) | ({chosen} if chosen is not None else frozenset())
    ours.sort(key=lambda one: (one.key not in in_use, one.rotated is not None, -one.key))
    users = {key: len(batches) for key, batches in backend.callback_keys.users(utc_now()).items()}
    return KeyFacts(
        backend.read_callback_url(),
        ours,
        in_use,
        backend.callback_keys.last_arrivals(),
        users,
        backend.callback_keys.needed_until(),
    )
