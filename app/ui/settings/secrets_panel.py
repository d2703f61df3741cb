"""The callback URL and its secrets: hidden until they are asked for, renewed, and ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent
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

from app.core.report import Origin
from app.receiver.service import utc_now
from app.store.errors import StoreError
from app.store.secrets import LATEST_REPORTS, CallbackSecret
from app.ui import words
from app.ui.context import Context
from app.ui.copy_button import CopyButton
from app.ui.icons import icon
from app.ui.session import Session
from app.ui.settings.page import faint_label
from app.ui.settings.secret_row import HIDDEN, SecretRow
from app.ui.theme import ICON_SIZE, STEP


@dataclass(frozen=True)
class _Facts:
    """What the store says of the secrets.

    Attributes:
        url: the local callback URL; "" where nobody receives.
        secrets: the valid secrets of the sender's URLs, the newest first.
        last: when a report came last by each, of the latest ones.
    """

    url: str = ""
    secrets: Sequence[CallbackSecret] = ()
    last: Mapping[int, datetime] | None = None


class SecretsPanel(QWidget):
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
        self._session = context.session
        self._tasks = context.tasks
        self._facts = _Facts()
        self._rows: list[SecretRow] = []
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
        self._secrets_label = QLabel(self)
        self._renew = QPushButton(self)
        self._renew.clicked.connect(self._on_renew)
        self._renew_hint = faint_label(self)
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
        column.addWidget(self._secrets_label)
        column.addLayout(self._list)
        column.addSpacing(STEP)
        column.addLayout(renew)
        column.addWidget(self._renew_hint)

    @property
    def rows(self) -> Sequence[SecretRow]:
        """The rows, the newest secret first."""
        return self._rows

    @property
    def is_shown(self) -> bool:
        """Whether the secrets can be read now."""
        return self._eye.isChecked()

    def refresh(self) -> None:
        """Read them again."""
        self._tasks.start_latest(self._read(), "secrets")

    # --- What the user asks for -----------------------------------------------------------------

    def _on_eye(self, is_shown: bool) -> None:
        self._show_secrets(is_shown=is_shown)
        self._retranslate_eye()

    def _on_renew(self) -> None:
        self._renew.setEnabled(False)
        self._tasks.start(self._make(), "renew secret")

    def _on_end(self, secret: CallbackSecret) -> None:
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Warning)
        question.setWindowTitle(self.tr("End this secret?"))
        question.setText(
            self.tr("Reports to its URL are refused from then on, and lost after about 90 minutes.")
        )
        question.setInformativeText(self._last_use(secret))
        end = question.addButton(self.tr("End"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = question.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(cancel)
        end.clicked.connect(lambda: self._tasks.start(self._end(secret.key), "end secret"))
        question.open()

    async def _make(self) -> None:
        try:
            await self._tasks.in_thread(self._session.renew_secret)
        except StoreError as error:
            self._fail(error)
        if isValid(self):
            self._renew.setEnabled(True)
            self.changed.emit()
            await self._read()

    async def _end(self, key: int) -> None:
        try:
            await self._tasks.in_thread(self._session.end_secret, key)
        except StoreError as error:
            self._fail(error)
        if isValid(self):
            self.changed.emit()
            await self._read()

    async def _read(self) -> None:
        try:
            facts = await self._tasks.in_thread(_facts_of, self._session)
        except StoreError as error:
            self._fail(error)
            return
        if isValid(self):
            self._facts = facts
            self._show_rows()

    def _fail(self, error: StoreError) -> None:
        if isValid(self):
            self.failed.emit(error.sentence)

    # --- Showing --------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for number, secret in enumerate(self._facts.secrets):
            row = SecretRow(secret, is_newest=number == 0, parent=self)
            row.end_requested.connect(self._on_end)
            self._list.addWidget(row)
            self._rows.append(row)
        self._copy.set_text_to_copy(self._facts.url)
        self._show_secrets(is_shown=self.is_shown)
        self._retranslate_rows()

    def _show_secrets(self, *, is_shown: bool) -> None:
        url = self._facts.url
        if not is_shown and self._facts.secrets:
            url = url.replace(self._facts.secrets[0].value, HIDDEN)
        self._url.setText(url)
        self._url.setCursorPosition(0)
        for row in self._rows:
            row.show_secret(is_shown=is_shown)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Hide the secrets with the page."""
        super().hideEvent(event)
        self._eye.setChecked(False)

    # --- Words ----------------------------------------------------------------------------------

    def _use_words(self, secret: CallbackSecret) -> str:
        last = (self._facts.last or {}).get(secret.key)
        if last is not None:
            return self.tr("last report by it {ago}").format(ago=words.ago(last, utc_now()))
        return self.tr("none of the latest {count} reports came by it").format(
            count=words.number(LATEST_REPORTS)
        )

    def _last_use(self, secret: CallbackSecret) -> str:
        last = (self._facts.last or {}).get(secret.key)
        if last is not None:
            return self.tr("Its last report came {ago}.").format(ago=words.ago(last, utc_now()))
        return self.tr("None of the latest {count} reports came by it.").format(
            count=words.number(LATEST_REPORTS)
        )

    def _retranslate_rows(self) -> None:
        for row in self._rows:
            row.say(self._use_words(row.secret))

    def _retranslate_eye(self) -> None:
        self._eye.setIcon(icon("eye-off-outline" if self.is_shown else "eye-outline"))
        name = self.tr("Hide the secrets") if self.is_shown else self.tr("Show the secrets")
        self._eye.setToolTip(name)
        self._eye.setAccessibleName(name)

    def _retranslate(self) -> None:
        self._url_label.setText(self.tr("On this computer"))
        self._url.setAccessibleName(self.tr("Callback URL"))
        self._url.setPlaceholderText(self.tr("Nothing is receiving now"))
        self._copy.name_it(self.tr("Copy the callback URL"))
        self._url_hint.setText(
            self.tr(
                "The sender reaches it through a tunnel: give the sender the tunnel's address "
                "with the same path."
            )
        )
        self._secrets_label.setText(self.tr("Valid secrets"))
        self._renew.setText(self.tr("Renew the secret"))
        hint = self.tr("The old one keeps working until you end it.")
        if self._session.attached_to is not None:
            hint += " " + self.tr(
                "Another Kvitto receives: it takes to a change within a few seconds."
            )
        self._renew_hint.setText(hint)
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


def _facts_of(session: Session) -> _Facts:
    ours = [one for one in session.valid_secrets() if one.origin is Origin.WEBHOOK]
    return _Facts(session.read_callback_url(), ours[::-1], session.secrets.last_arrivals())
