"""The key of the SMS service's API: what it gives, whose it is, where it is kept."""

from typing import assert_never

from PySide6.QtCore import QSize
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.invisible import plain_line
from kvitto.store.rights import Right
from kvitto.ui.services.books_state import BooksState, KeyFault, KeyPlace
from kvitto.ui.services.context import Context
from kvitto.ui.settings.bound import Switch
from kvitto.ui.settings.settings_page import SettingsPage
from kvitto.ui.text.balance_text import balance_text
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.theme import ICON_SIZE, STEP


class BooksPage(SettingsPage):
    """Takes a key, and removes it."""

    icon_name = "check"

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it."""
        super().__init__(context, parent)
        self._books = context.books
        self._heading = self._add_heading()
        self._gives = self._add_hint()
        self._state = text_label(self)
        self.column.addWidget(self._state)
        self._place = self._add_hint()
        self._fault_icon, self._fault = QLabel(self), text_label(self)
        fault = QHBoxLayout()
        fault.setSpacing(2 * STEP)
        fault.addWidget(self._fault_icon)
        fault.addWidget(self._fault, 1)
        self.column.addLayout(fault)
        self._key_label = QLabel(self)
        self._key = QLineEdit(self)
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key_label.setBuddy(self._key)
        self._use, self._keep, self._remove = (QPushButton(self) for _ in range(3))
        paste = QHBoxLayout()
        paste.setSpacing(2 * STEP)
        paste.addWidget(self._key_label)
        paste.addWidget(self._key, 1)
        paste.addWidget(self._use)
        self.column.addLayout(paste)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        buttons.addWidget(self._keep)
        buttons.addWidget(self._remove)
        buttons.addStretch()
        self.column.addLayout(buttons)
        self._watches = Switch(context.preferences, "watches_books", self)
        self._watches_hint = self._add_switch(self._watches)
        self._keeps = Switch(context.preferences, "keeps_texts", self)
        self._keeps_hint = self._add_switch(self._keeps)
        self.column.addStretch()
        context.permissions.guard(
            Right.EDIT, self._key, self._use, self._keep, self._watches, self._keeps
        )
        for button in (self._use, self._keep, self._remove):
            button.setAutoDefault(False)
        self._key.textChanged.connect(self._show)
        self._key.returnPressed.connect(self._on_use)
        self._use.clicked.connect(self._on_use)
        self._keep.clicked.connect(self._books.keep_in_file)
        self._remove.clicked.connect(self._books.remove_key)
        self._books.changed.connect(self._show)
        self._recolour()
        self._retranslate()

    @override
    def title(self) -> str:
        """Return the page's name."""
        return "iP.1"

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Leave no key behind in a field."""
        super().hideEvent(event)
        self._key.clear()

    def _add_switch(self, switch: Switch) -> QLabel:
        self.column.addSpacing(2 * STEP)
        self.column.addWidget(switch)
        return self._add_hint()

    def _on_use(self) -> None:
        if self._use.isEnabled():
            # Taken out at once: nothing shows it again.
            text = self._key.text()
            self._key.clear()
            self._books.use_key(text)

    def _show(self) -> None:
        state = self._books.state
        is_given = state.place is KeyPlace.ENVIRONMENT
        self._state.setText(self._state_words(state))
        self._state.setVisible(state.has_key or state.is_busy)
        self._place.setText(self._place_words(state))
        self._place.setVisible(state.has_key)
        fault = self._fault_words(state)
        self._fault.setText(fault)
        for one in (self._fault_icon, self._fault):
            one.setVisible(bool(fault))
        for widget in (self._key_label, self._key, self._use):
            widget.setVisible(not is_given)
        self._key.setEnabled(not state.is_busy)
        self._use.setEnabled(bool(self._key.text().strip()) and not state.is_busy)
        self._keep.setVisible(state.place is KeyPlace.MEMORY)
        self._keep.setEnabled(not state.is_busy)
        is_left = state.fault in {KeyFault.NOT_REMOVED, KeyFault.NOT_READ}
        self._remove.setVisible((state.has_key or is_left) and not is_given)
        self._remove.setEnabled(not state.is_busy)
        for choice in (self._watches, self._watches_hint, self._keeps, self._keeps_hint):
            choice.setVisible(state.has_key)

    # --- Words ----------------------------------------------------------------------------------

    def _state_words(self, state: BooksState) -> str:
        if state.is_busy:
            return self.tr("Asking iP.1 …")
        if state.is_refused:
            return self.tr(
                "iP.1 refuses the key: nothing is asked before there is another key or network."
            )
        account = state.account
        if account is None:
            return self.tr("There is a key. Kvitto only reads.")
        whose = [plain_line(one) for one in (account.organization, account.account) if one]
        balance = balance_text(account, state.account_at, utc_now())
        said = ", ".join(one for one in (*whose, balance) if one)
        return self.tr("{account}. Kvitto only reads.").format(account=said)

    def _place_words(self, state: BooksState) -> str:
        match state.place:
            case KeyPlace.NOWHERE:
                return ""
            case KeyPlace.ENVIRONMENT:
                said = self.tr("The key was given to Kvitto at its start, by a variable.")
            case KeyPlace.KEYRING:
                said = self.tr("The key is in this computer's keyring.")
            case KeyPlace.FILE:
                said = self.tr(
                    "The key is in a file of the data folder, not encrypted. Only you can read it, "
                    "and the administrator of this computer."
                )
            case KeyPlace.MEMORY:
                said = self.tr(
                    "The key is used until Kvitto ends: this computer has no keyring that keeps "
                    "it. It can be kept in a file of the data folder instead, not encrypted, that "
                    "only you can read."
                )
            case _:
                assert_never(state.place)
        requests = self.tr("%n request(s) this month.", "", state.requests)
        return f"{said} {requests}"

    def _fault_words(self, state: BooksState) -> str:
        match state.fault:
            case None | KeyFault.NO_KEYRING:
                return ""
            case KeyFault.NOT_A_KEY:
                return self.tr("That is not a key: it is too long, or has spaces or odd signs.")
            case KeyFault.REFUSED:
                return self.tr(
                    "iP.1 refuses this key: it is wrong, was ended, or may not be used from here. "
                    "It is not kept."
                )
            case KeyFault.NO_ANSWER:
                return self.tr("iP.1 does not answer now. The key is not kept: paste it again.")
            case KeyFault.UNREADABLE:
                return self.tr("iP.1's answer can't be read. The key is not kept.")
            case KeyFault.FILE:
                return self.tr("The file for the key could not be written.")
            case KeyFault.NOT_READ:
                return self.tr(
                    "The key can't be read from where it is kept, so nothing is asked. Paste it "
                    "again, or remove it."
                )
            case KeyFault.NOT_REMOVED:
                return self.tr("The key could not be deleted from where it was kept. Try again.")
            case _:
                assert_never(state.fault)

    @override
    def _retranslate(self) -> None:
        self._heading.setText(self.tr("Key of iP.1's API"))
        self._gives.setText(
            self.tr(
                "With a key, Kvitto asks iP.1 whether each batch is complete, and fetches what was "
                "never reported. Make one at portal.ip1.net, under API keys."
            )
        )
        self._key_label.setText(self.tr("Key"))
        self._key.setPlaceholderText(self.tr("Paste the key here"))
        self._use.setText(self.tr("Use this key"))
        self._keep.setText(self.tr("Keep it in a file"))
        self._remove.setText(self.tr("Remove the key"))
        self._watches.setText(self.tr("Watch without a tunnel"))
        self._watches_hint.setText(
            self.tr(
                "For those who can't have one: new batches are found in iP.1's list, and asked "
                "about every minute, after an hour every five minutes, until they are finished."
            )
        )
        self._keeps.setText(self.tr("Keep the texts of batches"))
        self._keeps_hint.setText(
            self.tr(
                "Off, a batch's text is shown until Kvitto ends, and then forgotten. A text may "
                "tell of somebody's health."
            )
        )
        self._show()

    @override
    def _recolour(self) -> None:
        size = QSize(ICON_SIZE, ICON_SIZE)
        self._fault_icon.setPixmap(icon("alert-outline").pixmap(size))
