"""The status in large letters: what is wrong, what that means, and what to do."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.ui.reachability.status_text import Light, StatusText
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.widgets.key_value_grid import text_label
from kvitto.ui.widgets.status_light import StatusLight
from kvitto.ui.widgets.theme import STEP

_STATUS_LIGHT = 5 * STEP
_TITLE_SCALE = 1.3


@dataclass(frozen=True)
class StatusSummary:
    """What the panel says of the reachability.

    Attributes:
        status_text: the status in a few words.
        sentences: what that means for the reports, and what to do.
        tested: when it was tested last, and when it will be.
        detail: technical details of the last test; "" for none.
        can_test: whether it can be tested now.
        is_testing: whether it is being tested.
    """

    status_text: StatusText
    sentences: str
    tested: str = ""
    detail: str = ""
    can_test: bool = False
    is_testing: bool = False


class StatePanel(QWidget):
    """Shows a `StatusSummary`.

    Signals:
        test_requested: test the public URL now.
    """

    test_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._status_light = StatusLight(self, side=_STATUS_LIGHT)
        self._title = QLabel(self)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * _TITLE_SCALE)
        font.setBold(True)
        self._title.setFont(font)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._sentences = text_label(self)
        self._tested = faint_label(self)
        self._detail = faint_label(self)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail.hide()
        self._test = QPushButton(self)
        self._test.setAutoDefault(False)
        self._test.clicked.connect(self.test_requested)
        self._more = QPushButton(self)
        self._more.setAutoDefault(False)
        self._more.setCheckable(True)
        self._more.toggled.connect(self._on_more)
        self._is_testing = False
        self._lay_out()
        self._retranslate()
        self.show_summary(StatusSummary(StatusText(Light.WAITING, ""), ""))

    def _lay_out(self) -> None:
        said = QVBoxLayout()
        said.setSpacing(STEP)
        said.addWidget(self._title)
        said.addWidget(self._sentences)
        said.addWidget(self._tested)
        said.addWidget(self._detail)
        buttons = QVBoxLayout()
        buttons.setSpacing(2 * STEP)
        buttons.addWidget(self._test)
        buttons.addWidget(self._more)
        buttons.addStretch()
        status_light = QVBoxLayout()
        status_light.setContentsMargins(0, STEP, 0, 0)
        status_light.addWidget(self._status_light)
        status_light.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * STEP)
        row.addLayout(status_light)
        row.addLayout(said, 1)
        row.addLayout(buttons)

    @property
    def text(self) -> str:
        """All that is said."""
        return "\n".join((self._title.text(), self._sentences.text(), self._tested.text()))

    def show_summary(self, report: StatusSummary) -> None:
        """Show the status."""
        self._status_light.show_light(report.status_text.light)
        self._title.setText(report.status_text.words)
        self._sentences.setText(report.sentences)
        self._sentences.setVisible(bool(report.sentences))
        self._tested.setText(report.tested)
        self._tested.setVisible(bool(report.tested))
        self._detail.setText(report.detail)
        self._more.setVisible(bool(report.detail))
        self._on_more(self._more.isChecked())
        self._test.setEnabled(report.can_test and not report.is_testing)
        self._is_testing = report.is_testing
        self._name_test()

    def _on_more(self, is_wanted: bool) -> None:
        self._detail.setVisible(is_wanted and bool(self._detail.text()))

    def _name_test(self) -> None:
        self._test.setText(self.tr("Testing…") if self._is_testing else self.tr("Test now"))

    def _retranslate(self) -> None:
        self._more.setText(self.tr("Details"))
        self._test.setToolTip(
            self.tr("Sends a probe to the public address, and waits until it comes in here.")
        )
        self._name_test()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
