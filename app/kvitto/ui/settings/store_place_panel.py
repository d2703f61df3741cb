"""Where data is kept: on this computer, or on a server; tested before it is switched to."""

from contextlib import suppress

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from typing_extensions import override

from kvitto.receiver.store_trial import try_store, url_of_fields
from kvitto.store.engines.store_choice import base_of, is_chosen, save_password
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.errors import StoreError
from kvitto.store.reader import Counts
from kvitto.store.rights import Right
from kvitto.store.server_errors import StoreRefusedError, StoreUnreachableError
from kvitto.ui.services.context import Context
from kvitto.ui.services.store_switch import keep_choice
from kvitto.ui.settings.bound import Switch
from kvitto.ui.settings.settings_page import INDENT, faint_label
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.theme import ICON_SIZE, STEP


class StorePlacePanel(QWidget):
    """Chooses the store. Nothing is switched to that was not tested as it stands in the fields.

    Signals:
        failed: a sentence: why something that the user asked for could not be done.
        switched: another store was chosen: the window is to start again.
        receiving_requested: reports are to be received on this computer.
    """

    failed = Signal(str)
    switched = Signal()
    receiving_requested = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Show where the window of `context` has its data."""
        super().__init__(parent)
        backend = context.backend
        self._context = context
        self._store = backend.store
        self._base = base_of(backend.folder)
        self._is_fixed = not is_chosen(self._base, self._store)
        self._tested: StoreUrl | None = None
        self._is_busy = False
        self._fixed = text_label(self)
        self._here, self._there = QRadioButton(self), QRadioButton(self)
        (self._here if self._store is None else self._there).setChecked(True)
        self._there_hint = faint_label(self)
        self._labels = [QLabel(self) for _ in range(3)]
        self._address, self._user, self._password = (QLineEdit(self) for _ in range(3))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        if self._store is not None:
            user, _, place = self._store.place.rpartition("@")
            self._address.setText(place)
            self._user.setText(user)
        self._test, self._switch = QPushButton(self), QPushButton(self)
        self._result_icon, self._result = QLabel(self), text_label(self)
        self._receives = Switch(context.preferences, "receives_here", self)
        self._receives_hint = faint_label(self)
        context.permissions.guard(Right.RECEIVE, self._receives)
        self._of_receiving = (self._receives, self._receives_hint)
        self._lay_out()
        self._of_server = (self._fields, self._there_hint, self._test)
        for field in (self._address, self._user, self._password):
            field.textChanged.connect(self._on_edited)
            field.returnPressed.connect(self._test.click)
        for radio in (self._here, self._there):
            radio.toggled.connect(self._on_edited)
        for button in (self._test, self._switch):
            button.setAutoDefault(False)
        self._test.clicked.connect(lambda: context.tasks.start_latest(self._try(), "try store"))
        self._switch.clicked.connect(lambda: context.tasks.start(self._change(), "switch store"))
        self._receives.clicked.connect(self._on_receives)
        self.retranslate()
        self._show()

    def _lay_out(self) -> None:
        self._fields = QWidget(self)
        form = QFormLayout(self._fields)
        form.setContentsMargins(INDENT, 0, 0, 0)
        form.setHorizontalSpacing(4 * STEP)
        form.setVerticalSpacing(2 * STEP)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields = (self._address, self._user, self._password)
        for label, field in zip(self._labels, fields, strict=True):
            label.setBuddy(field)
            form.addRow(label, field)
        buttons, result, receives = QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        for row in (buttons, result, receives):
            row.setContentsMargins(INDENT, 0, 0, 0)
            row.setSpacing(2 * STEP)
        buttons.addWidget(self._test)
        buttons.addWidget(self._switch)
        buttons.addStretch()
        result.addWidget(self._result_icon)
        result.addWidget(self._result, 1)
        receives.addWidget(self._receives)
        receives.addWidget(self._receives_hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        for widget in (self._fixed, self._here, self._there, self._there_hint, self._fields):
            column.addWidget(widget)
        self._there_hint.setContentsMargins(INDENT, 0, 0, 0)
        for layout in (buttons, result, receives):
            column.addLayout(layout)

    @property
    def result(self) -> str:
        """What came of the test, as it is shown; "" for nothing."""
        return self._result.text()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Leave no password behind in a field."""
        super().hideEvent(event)
        self._password.clear()

    # --- What the user does ---------------------------------------------------------------------

    def _on_edited(self) -> None:
        self._tested = None
        self._say("", is_good=False)

    def _url(self) -> StoreUrl | None:
        """Return what the fields name; None where that is nothing.

        Raises:
            StoreUrlError: it is no URL.
        """
        if not self._address.text().strip():
            return None
        url = url_of_fields(self._address.text(), self._user.text(), self._password.text())
        if self._store is None or self._store.place != url.place:
            return url
        # With its parameters, which no field shows.
        password = self._password.text()
        return self._store.with_password(password) if password else self._store

    def _take_password_out(self) -> None:
        """Put a password that was pasted with the address into its own field, which hides it."""
        url = self._url()
        if url is not None and url.password and not self._password.text():
            self._password.setText(url.password)
            self._address.setText(url.without_password)

    async def _try(self) -> None:
        try:
            self._take_password_out()
            url = self._url()
        except StoreError as error:
            self._say(error_text(error), is_good=False)
            return
        if url is None or self._is_busy:
            return
        self._set_busy(is_busy=True)
        self._say(self.tr("Testing …"), is_good=True)
        try:
            found = await self._context.tasks.in_thread(try_store, url, self._base)
        except StoreError as error:
            said, is_good, detail = self._trouble_words(error), False, error.detail
        else:
            said, is_good, detail = self._found_words(found), True, ""
        if not isValid(self):
            return
        self._set_busy(is_busy=False)
        with suppress(StoreError):
            if (now := self._url()) is not None and now.text == url.text:
                self._tested = url if is_good else None
                self._say(said, is_good=is_good)
                self._result.setToolTip(detail)

    async def _change(self) -> None:
        url = self._tested if self._there.isChecked() else None
        password, in_thread = self._password.text(), self._context.tasks.in_thread
        backend = self._context.backend
        self._set_busy(is_busy=True)
        try:
            if url is not None and password:
                await in_thread(save_password, url, password)
            # What it would receive goes where nobody looks any more.
            await in_thread(backend.stop_receiver, only_background=True)
        except StoreError as error:
            if isValid(self):
                self._set_busy(is_busy=False)
                self._say(error_text(error), is_good=False)
            return
        keep_choice(self._base, self._context.preferences, backend.folder, url)
        self.switched.emit()

    def _on_receives(self, is_on: bool) -> None:
        if is_on:
            self.receiving_requested.emit()
        else:
            self._context.tasks.start(self._stop_receiving(), "stop receiving")

    async def _stop_receiving(self) -> None:
        backend = self._context.backend
        try:
            await self._context.tasks.in_thread(backend.stop_receiver, only_background=True)
        except StoreError as error:
            if isValid(self):
                self.failed.emit(error_text(error))

    # --- What is shown --------------------------------------------------------------------------

    def _set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        self._show()

    def _say(self, sentence: str, *, is_good: bool) -> None:
        self._result.setText(sentence)
        name = "check" if is_good else "alert-outline"
        self._result_icon.setPixmap(icon(name).pixmap(QSize(ICON_SIZE, ICON_SIZE)))
        self._show()

    def _show(self) -> None:
        is_there = self._there.isChecked()
        shown: list[tuple[QWidget, bool]] = [
            (self._fixed, self._is_fixed),
            (self._here, not self._is_fixed),
            (self._there, not self._is_fixed),
            *((one, is_there and not self._is_fixed) for one in self._of_server),
            *((one, bool(self._result.text())) for one in (self._result, self._result_icon)),
            *((one, is_there and self._store is not None) for one in self._of_receiving),
        ]
        for widget, is_shown in shown:
            widget.setVisible(is_shown)
        self._test.setEnabled(bool(self._address.text().strip()) and not self._is_busy)
        is_another = is_there or self._store is not None
        self._switch.setVisible(is_another and not self._is_fixed)
        self._switch.setEnabled(not self._is_busy and (not is_there or self._tested is not None))

    def _found_words(self, found: Counts) -> str:
        text = self.tr("It works: {reports} in {batches} there.").format(
            reports=self.tr("%Ln report(s)", "", found.reports),
            batches=self.tr("%Ln batch(es)", "", found.batches),
        )
        if self._store is None:
            text += " " + self.tr(
                "What is kept on this computer stays here, and is not shown after the switch. "
                "Batches that are under way report to this computer: switch once they are finished."
            )
        return text

    def _trouble_words(self, error: StoreError) -> str:
        place = getattr(error, "place", "")
        if isinstance(error, StoreUnreachableError):
            text = self.tr(
                "No server answers at {place}, or its certificate is not valid. Look at the "
                "address and the network."
            ).format(place=place)
        elif isinstance(error, StoreRefusedError):
            text = self.tr(
                "The server refuses {place}: the user's name or password is wrong, or the user "
                "may not use that database."
            ).format(place=place)
        else:
            return error_text(error)
        return text

    def retranslate(self) -> None:
        """Say everything in the language of now."""
        self._fixed.setText(
            self.tr("On a server, named when Kvitto was started: {place}").format(place=self._store)
        )
        self._here.setText(self.tr("On this computer"))
        self._there.setText(self.tr("On a server, for several workstations"))
        self._there_hint.setText(
            self.tr(
                "A PostgreSQL server with a store that was made by kvitto store create. The "
                "connection is encrypted, and the server's certificate checked, unless the server "
                "is this computer."
            )
        )
        texts = (self.tr("Address"), self.tr("User"), self.tr("Password"))
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
        self._address.setPlaceholderText("server.example:5432/kvitto")
        self._user.setPlaceholderText("kvitto")
        self._password.setPlaceholderText(self.tr("Kept in this computer's keyring"))
        self._test.setText(self.tr("Test"))
        self._switch.setText(self.tr("Switch"))
        self._receives.setText(self.tr("Receive reports on this computer, too"))
        self._receives_hint.setText(
            self.tr(
                "Off, this computer only shows what others receive. One that sleeps, or is carried "
                "away, should not be the one that receives."
            )
        )
