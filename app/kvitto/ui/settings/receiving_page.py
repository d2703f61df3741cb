"""Where reports are received: the address, the callback URL and its secrets."""

import ipaddress
import re
from typing import Final

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from kvitto.store.rights import Right
from kvitto.ui.services.context import Context
from kvitto.ui.settings.bound import Number
from kvitto.ui.settings.keys_panel import KeysPanel
from kvitto.ui.settings.settings_page import SettingsPage, faint_label
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP

_LOOK_EVERY_MS: Final = 500
_MAX_PORT: Final = 65535
_FIELD_WIDTH: Final = 280
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)
_LONGEST_NAME: Final = 253
_ONLY_FIGURES: Final = re.compile(r"[0-9.]+")


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address or can be a computer's name.

    >>> is_address("0.0.0.0"), is_address("localhost"), is_address("127.0.0")
    (True, True, False)
    """
    try:
        ipaddress.ip_address(text)
    except ValueError:
        is_mistyped = _ONLY_FIGURES.fullmatch(text) is not None
        parts = text.removesuffix(".").split(".")
        return (
            not is_mistyped
            and len(text) <= _LONGEST_NAME
            and all(_LABEL.fullmatch(part) for part in parts)
        )
    return True


class ReceivingPage(SettingsPage):
    """At which address and by which URL reports are received.

    Signals:
        restart_requested: receive at the address of the preferences from now on.
        callback_keys_changed: the callback URL may be another one.
    """

    icon_name = "tray-arrow-down"

    restart_requested = Signal()
    callback_keys_changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Build it."""
        super().__init__(context, parent)
        self._preferences = context.preferences
        self._heading = self._add_heading()
        self._state = QLabel(self)
        self._state.setWordWrap(True)
        self.column.addWidget(self._state)
        self._host_label, self._port_label = QLabel(self), QLabel(self)
        self._host = QLineEdit(self)
        self._host.setFixedWidth(_FIELD_WIDTH)
        self._host.textChanged.connect(self._on_host_typed)
        self._host.editingFinished.connect(self._on_host_entered)
        self._host_label.setBuddy(self._host)
        self._port = Number(self._preferences, "port", self, least=0, most=_MAX_PORT)
        self._port_label.setBuddy(self._port)
        self._wrong_icon = QLabel(self)
        self._wrong = QLabel(self)
        self._wrong.setWordWrap(True)
        self._host_hint = faint_label(self)
        self._port_hint = faint_label(self)
        self._apply = QPushButton(self)
        self._apply.clicked.connect(self.restart_requested)
        context.permissions.guard(Right.RECEIVE, self._apply)
        self._apply_hint = faint_label(self)
        self._lay_out_address()
        self._url_heading = self._add_heading()
        self._callback_keys = KeysPanel(context, self)
        self._callback_keys.changed.connect(self.callback_keys_changed)
        self._callback_keys.failed.connect(self.failed)
        self.column.addWidget(self._callback_keys)
        self.column.addStretch()
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._show_state)
        self._preferences.changed.connect(self._on_preference)
        self._seen: object = None
        self._on_preference("host")
        self._recolour()
        self._retranslate()

    def _lay_out_address(self) -> None:
        wrong = QHBoxLayout()
        wrong.setSpacing(2 * STEP)
        wrong.addWidget(self._wrong_icon)
        wrong.addWidget(self._wrong, 1)
        form = QFormLayout()
        form.setHorizontalSpacing(4 * STEP)
        form.setVerticalSpacing(STEP)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        host, port = QHBoxLayout(), QHBoxLayout()
        for row, field in ((host, self._host), (port, self._port)):
            row.addWidget(field)
            row.addStretch()
        form.addRow(self._host_label, host)
        form.addRow("", wrong)
        form.addRow("", self._host_hint)
        form.addRow(self._port_label, port)
        form.addRow("", self._port_hint)
        self._wrong_row = 1
        self._form = form
        self.column.addSpacing(STEP)
        self.column.addLayout(form)
        row = QHBoxLayout()
        row.setSpacing(3 * STEP)
        row.addWidget(self._apply)
        row.addWidget(self._apply_hint, 1)
        self.column.addLayout(row)

    @override
    def title(self) -> str:
        """Return the page's name."""
        return self.tr("Receiving")

    @override
    def refresh(self) -> None:
        """Read the secrets again."""
        self._callback_keys.refresh()

    # --- The address ----------------------------------------------------------------------------

    def _on_host_typed(self, text: str) -> None:
        is_wrong = not is_address(text.strip())
        self._form.setRowVisible(self._wrong_row, is_wrong)
        self._show_state()

    def _on_host_entered(self) -> None:
        host = self._host.text().strip()
        if is_address(host):
            self._preferences.put("host", host)

    def _on_preference(self, name: str) -> None:
        if name == "host":
            self._host.setText(self._preferences.host)
            self._on_host_typed(self._preferences.host)
        elif name == "port":
            self._show_state()

    def _is_waiting(self) -> bool:
        """Tell whether the receiver listens elsewhere than the user wants."""
        backend, preferences = self.context.backend, self._preferences
        if backend.is_starting:
            return False
        if backend.listens_on is None:
            return True
        host, port = backend.listens_on
        return host != preferences.host or preferences.port not in {0, port}

    def _show_state(self) -> None:
        backend = self.context.backend
        trouble = backend.trouble
        state = (backend.listens_on, "" if trouble is None else str(trouble))
        if state != self._seen:
            # The receiver has moved, or came or went.
            self._seen = state
            self._callback_keys.refresh()
        self._state.setText(self._state_words())
        is_waiting = self._is_waiting()
        is_right = is_address(self._host.text().strip())
        self._apply.setEnabled(is_waiting and is_right)
        self._apply_hint.setText(self._apply_words(is_waiting=is_waiting))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Look at the receiver while the page is shown."""
        super().showEvent(event)
        self._show_state()
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more."""
        super().hideEvent(event)
        self._timer.stop()

    # --- Words ----------------------------------------------------------------------------------

    def _state_words(self) -> str:
        backend = self.context.backend
        if backend.listens_on is not None:
            host, port = backend.listens_on
            return self.tr("Receiving on {host}, port {port}.").format(host=host, port=port)
        trouble = backend.trouble
        if trouble is not None:
            return error_text(trouble)
        if backend.only_looks:
            return self.tr("This computer shows what others receive.")
        return self.tr("Starting …") if backend.is_starting else self.tr("Not receiving.")

    def _apply_words(self, *, is_waiting: bool) -> str:
        if is_waiting:
            return self.tr(
                "Otherwise it is used from the next start on. The old address is kept until the "
                "new one works."
            )
        return self.tr("This is the address in use.")

    @override
    def _retranslate(self) -> None:
        self._heading.setText(self.tr("Address"))
        self._host_label.setText(self.tr("Host"))
        self._port_label.setText(self.tr("Port"))
        self._wrong.setText(self.tr("This is neither an IP address nor a name."))
        self._host_hint.setText(
            self.tr(
                "127.0.0.1 is this computer only: right with a tunnel. 0.0.0.0 is every network "
                "that this computer is in."
            )
        )
        self._port_hint.setText(self.tr("0 takes any free port at each start."))
        self._apply.setText(self.tr("Use it now"))
        self._url_heading.setText(self.tr("Callback URL"))
        self._show_state()

    @override
    def _recolour(self) -> None:
        size = QSize(ICON_SIZE, ICON_SIZE)
        self._wrong_icon.setPixmap(icon("alert-outline").pixmap(size))
