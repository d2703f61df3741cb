"""One refused request: why it was that, its text, its bytes, and the headers that came with it."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.store.records import QuarantineRecord
from kvitto.ui.quarantine.payload_text import body_sentences
from kvitto.ui.text.masking import mask_all_numbers
from kvitto.ui.text.payload_format import hexadecimal, readable
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.payload_view import BodyView
from kvitto.ui.widgets.theme import STEP


class BodyPane(QWidget):
    """Shows a refused request as it is told to; knows nothing of the store."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget) -> None:
        """Show no body yet."""
        super().__init__(parent)
        self._now = now
        self._record: QuarantineRecord | None = None
        self._is_masked = False
        self._about = text_label(self)
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._text = BodyView(self)
        self._bytes = BodyView(self)
        self._bytes.set_wraps(wraps=False)
        self._headers = BodyView(self)
        for view in (self._text, self._bytes, self._headers):
            self._tabs.addTab(view, "")
        self._tabs.currentChanged.connect(self._show_tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * STEP, 0, 0, 0)
        column.setSpacing(2 * STEP)
        column.addWidget(self._about)
        column.addWidget(self._tabs, 1)
        self._retranslate()

    @property
    def record(self) -> QuarantineRecord | None:
        """The body that is shown."""
        return self._record

    @property
    def about(self) -> str:
        """What is said of the body."""
        return self._about.text()

    @property
    def tabs(self) -> QTabWidget:
        """Text, bytes and headers."""
        return self._tabs

    def views(self) -> tuple[BodyView, BodyView, BodyView]:
        """Return what shows the text, the bytes and the headers."""
        return self._text, self._bytes, self._headers

    def show_body(self, record: QuarantineRecord | None, *, is_masked: bool) -> None:
        """Show a body, or none; with phone numbers hidden, or not."""
        self._record, self._is_masked = record, is_masked
        self._show()

    def _show(self) -> None:
        record = self._record
        self._tabs.setVisible(record is not None)
        if record is None:
            self._about.setText(self.tr("Select a body to see what came."))
            for view in self.views():
                view.show_text("")
            return
        try:
            about = body_sentences(record, self._now())
            self._show_tab()
            self._about.setText(about)
        except BaseException:
            # What is said of one body never stands above another.
            self._record = None
            self._show()
            raise

    def _show_tab(self) -> None:
        """Make the text of the tab that is seen, and of no other."""
        record = self._record
        if record is None:
            return
        shown = self._tabs.currentWidget()
        if shown is self._bytes:
            self._bytes.show_text(hexadecimal(record.body, self._hide))
        elif shown is self._headers:
            lines = "\n".join(f"{name}: {value}" for name, value in record.headers)
            self._headers.show_text(self._hide(lines))
        else:
            self._text.show_text(self._hide(readable(record.body)))

    def _hide(self, text: str) -> str:
        return mask_all_numbers(text) if self._is_masked else text

    def _retranslate(self) -> None:
        for place, (name, title) in enumerate(
            (
                (self.tr("Text"), self.tr("The body as text")),
                (self.tr("Bytes"), self.tr("The bytes as they came")),
                (self.tr("Headers"), self.tr("The headers of the request that brought it first")),
            )
        ):
            self._tabs.setTabText(place, name)
            self.views()[place].set_title(title)
        self._tabs.setAccessibleName(self.tr("The refused request"))
        self._show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
