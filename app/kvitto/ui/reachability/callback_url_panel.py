"""The callback URL for the SMS service: copied as it is, as part of a request, or as a QR code.

Source: the SMS service's page "Sending SMS", `POST /v2/batches` with a bearer token (documented).
"""

import json
import shlex
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.ui.reachability.qr_picture import QrPicture
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP
from kvitto.ui.widgets.url_label import UrlLabel

SEND_URL: Final = "https://api.ip1sms.com/v2/batches"
_FIELD: Final = "deliveryReportUrl"


def json_line(url: str) -> str:
    """Return the line of a batch request that names the callback URL.

    >>> json_line("https://kvitto.example.net/r/0123abcd")
    '"deliveryReportUrl": "https://kvitto.example.net/r/0123abcd"'
    """
    return f"{json.dumps(_FIELD)}: {json.dumps(url, ensure_ascii=False)}"


def curl_line(url: str, text: str) -> str:
    """Return a command for a shell that sends one SMS whose reports come to the callback URL.

    `API_KEY` and `RECIPIENT` in it are for the user to replace: as it is, the service refuses it,
    and nothing is sent.

    Args:
        url: the callback URL.
        text: the text of the SMS.
    """
    batch = {"sender": "Kvitto", "recipients": ["RECIPIENT"], "body": text, _FIELD: url}
    return " ".join(
        (
            "curl -X POST",
            SEND_URL,
            "-H 'Authorization: Bearer API_KEY'",
            "-H 'Content-Type: application/json'",
            "-d",
            shlex.quote(json.dumps(batch, ensure_ascii=False)),
        )
    )


_COPIED_MS = 1500


class CallbackUrlPanel(QWidget):
    """Shows a callback URL, and gives it away in the forms that are needed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none yet."""
        super().__init__(parent)
        self._is_public = False
        self._url = UrlLabel(self)
        self._copy, self._json, self._curl = (QPushButton(self) for _ in range(3))
        self._qr = QPushButton(self)
        self._qr.setCheckable(True)
        self._picture = QrPicture(self)
        self._picture.hide()
        self._hint = faint_label(self)
        self._copy.clicked.connect(lambda: self._put(self._copy, self.url))
        self._json.clicked.connect(lambda: self._put(self._json, json_line(self.url)))
        self._curl.clicked.connect(lambda: self._put(self._curl, self.curl))
        self._qr.toggled.connect(self._on_qr)
        self._copied = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._copied.timeout.connect(self._retranslate)
        self._lay_out()
        self._recolour()
        self.show_url("", is_public=False)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        for button in (self._copy, self._json, self._curl, self._qr):
            button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(self._url)
        column.addLayout(buttons)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._hint)

    @property
    def url(self) -> str:
        """The callback URL that is shown."""
        return self._url.url

    @property
    def curl(self) -> str:
        """The command that sends an SMS with it."""
        return curl_line(self.url, self.tr("Hello from Kvitto"))

    @property
    def picture(self) -> QrPicture:
        """The QR code, while it is shown."""
        return self._picture

    @property
    def hint(self) -> str:
        """What is said of it."""
        return self._hint.text()

    def show_url(self, url: str, *, is_public: bool) -> None:
        """Show a callback URL.

        Args:
            url: with its key; "" for none.
            is_public: whether it can be reached from outside, as far as is known.
        """
        self._is_public = is_public
        self._url.set_url(url)
        for button in (self._copy, self._json, self._curl, self._qr):
            button.setEnabled(bool(url))
        if not url:
            self._qr.setChecked(False)
        self._on_qr(self._qr.isChecked())
        self._retranslate()

    def _put(self, button: QPushButton, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._retranslate()
        button.setText(self.tr("Copied"))
        self._copied.start()

    def _on_qr(self, is_shown: bool) -> None:
        # While it is hidden, no code is made, and no picture contains the key.
        self._picture.show_text(self.url if is_shown else "")
        self._picture.setVisible(is_shown)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Hide the code with the panel: it contains the key."""
        super().hideEvent(event)
        self._qr.setChecked(False)

    def _retranslate(self) -> None:
        self._url.setAccessibleName(self.tr("Callback URL"))
        self._copy.setText(self.tr("Copy"))
        self._json.setText(self.tr("Copy as JSON"))
        self._json.setToolTip(self.tr("The line “deliveryReportUrl” of a batch request"))
        self._curl.setText(self.tr("Copy as curl"))
        self._curl.setToolTip(
            self.tr(
                "A command that sends one SMS with this callback URL. Put your API key and a "
                "number into it first."
            )
        )
        self._qr.setText(self.tr("QR code"))
        self._picture.name_it(self.tr("The callback URL as a QR code"))
        if not self.url:
            self._hint.setText(
                self.tr("Nothing is received on this computer now, so there is no callback URL.")
            )
        elif self._is_public:
            self._hint.setText(
                self.tr("It contains a key: whoever has it can send reports. Keep it private.")
            )
        else:
            self._hint.setText(
                self.tr(
                    "This address works on this computer only: the SMS service can't reach it. "
                    "Connect to a public address below."
                )
            )

    def _recolour(self) -> None:
        for button, name in (
            (self._copy, "content-copy"),
            (self._json, "code-json"),
            (self._curl, "console-line"),
            (self._qr, "qrcode"),
        ):
            button.setIcon(icon(name))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._recolour()
