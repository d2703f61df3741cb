"""The public address: chosen among the tunnels that are there, or typed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.reachability.host_scope import HostScope
from kvitto.reachability.input_errors import PublicUrlError
from kvitto.reachability.public_url import public_base, scope_of_base
from kvitto.reachability.reachability_status import FoundTunnel
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.provider_text import program_name
from kvitto.ui.widgets.theme import STEP


class PublicUrlPanel(QWidget):
    """Chooses the public address.

    Signals:
        chosen: a public URL without a path, and its `TunnelProvider`; "" for none.
    """

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Offer nothing yet."""
        super().__init__(parent)
        self._url = self._refused = ""
        self._found: Sequence[FoundTunnel] = ()
        self._box = QComboBox(self)
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._box.setCompleter(None)  # type: ignore[arg-type]  # PySide's stubs forget None
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._box.setMinimumContentsLength(20)
        self._box.editTextChanged.connect(self._show_buttons)
        self._box.activated.connect(self._on_picked)
        edit = self._box.lineEdit()
        if edit is not None:
            edit.returnPressed.connect(self._on_use)
        self.use, self._none = QPushButton(self), QPushButton(self)
        for button in (self.use, self._none):
            button.setAutoDefault(False)
        self.use.clicked.connect(self._on_use)
        self._none.clicked.connect(lambda: self.chosen.emit("", TunnelProvider.OTHER))
        self._hint = faint_label(self)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(self._box, 1)
        row.addWidget(self.use)
        row.addWidget(self._none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        column.addLayout(row)
        column.addWidget(self._hint)
        self._retranslate()

    @property
    def box(self) -> QComboBox:
        """Where it is chosen or typed."""
        return self._box

    @property
    def hint(self) -> str:
        """The hint below the address."""
        return self._hint.text()

    def show_address(self, url: str, found: Sequence[FoundTunnel], *, refused: str = "") -> None:
        """Show the address in use, and the tunnels that are there. What is being typed stays.

        Args:
            url: the address; "" for none.
            found: the tunnels.
            refused: an address that was to be used and can't be, to be corrected; "" for none.
        """
        if list(found) != list(self._found):
            typed = self._box.currentText()
            self._found = tuple(found)
            self._box.clear()
            for one in self._found:
                self._box.addItem(one.url, one.kind.value)
            self._name_items()
            # Else the box takes the first one for chosen.
            self._box.setCurrentIndex(-1)
            self._box.setEditText(typed)
        before, self._refused = self._refused, refused
        if url != self._url:
            self._url = url
            self._put(url)
        elif refused and refused != before:
            self._put(refused)
        elif before and not refused and self._box.currentText() == before:
            self._put(url)
        elif not self._box.currentText() and not url and self._offered():
            self._put(self._offered())
        self._show_buttons()

    def _offered(self) -> str:
        """Return the address of the first tunnel that leads here for certain; "" for none."""
        return next((one.url for one in self._found if one.leads_here), "")

    def _kind_of(self, url: str) -> TunnelProvider:
        return next((one.kind for one in self._found if one.url == url), TunnelProvider.OTHER)

    def _put(self, url: str) -> None:
        self._box.setEditText(url)
        edit = self._box.lineEdit()
        if edit is not None:
            edit.setCursorPosition(0)

    def _on_picked(self, place: int) -> None:
        self._put(self._found[place].url)

    def _on_use(self) -> None:
        url = _base_of(self._box.currentText())
        if url and url != self._url:
            self.chosen.emit(url, self._kind_of(url))

    def _show_buttons(self) -> None:
        url = _base_of(self._box.currentText())
        self.use.setEnabled(bool(url) and url != self._url)
        self._none.setEnabled(bool(self._url or self._refused))
        self._hint.setText(self._hint_text(url))

    # --- Texts ----------------------------------------------------------------------------------

    def _hint_text(self, url: str) -> str:
        if not url:
            if self._box.currentText().strip():
                return _problem_of(self._box.currentText())
            return self.tr(
                "The address at which a tunnel or a server passes requests on to Kvitto. Start a "
                "tunnel below, or type the address of one that you run yourself."
            )
        if url == self._url:
            return self.tr("Connected: the SMS service is given this address.")
        if scope_of_base(url) is HostScope.NETWORK:
            return self.tr("That is an address of this network: the SMS service can't reach it.")
        found = next((one for one in self._found if one.url == url), None)
        if found is not None:
            return self._item_tip(found)
        if url.startswith("http:"):
            return self.tr("Without https, everybody on the way can read phone numbers.")
        return self.tr("Another address gets a key of its own; earlier ones stay valid.")

    def _name_items(self) -> None:
        for place, one in enumerate(self._found):
            self._box.setItemData(place, self._item_tip(one), Qt.ItemDataRole.ToolTipRole)

    def _item_tip(self, one: FoundTunnel) -> str:
        program = program_name(one.kind) or self.tr("A tunnel")
        if one.leads_here is False:
            text = self.tr("{program} was found, but it leads to another port.")
        elif one.is_connected is False:
            text = self.tr("{program} was found, but it is not connected.")
        else:
            text = self.tr("{program} was found. Connect to its address, and it is tested at once.")
        return text.format(program=program)

    def _retranslate(self) -> None:
        self._box.setAccessibleName(self.tr("Public address"))
        edit = self._box.lineEdit()
        if edit is not None:
            edit.setPlaceholderText("https://…")
        self.use.setText(self.tr("Connect"))
        self._none.setText(self.tr("Disconnect"))
        self._none.setToolTip(self.tr("Receive from this computer only"))
        self._name_items()
        self._show_buttons()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()


def _base_of(typed: str) -> str:
    """Return the public URL that was typed, made fit for use; "" if it is none."""
    try:
        return public_base(typed)
    except PublicUrlError:
        return ""


def _problem_of(typed: str) -> str:
    """Return a sentence that says why what was typed can't be used; "" where it can."""
    try:
        public_base(typed)
    except PublicUrlError as error:
        return error_text(error)
    return ""
