"""The status in large letters: what is wrong, what that means, and what to do."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.reachability.evidence import Moment
from kvitto.reachability.impact import OngoingOutage
from kvitto.reachability.input_errors import InputError
from kvitto.reachability.reachability_status import ReachabilityState, ReachabilityStatus
from kvitto.receiver.error_details import cleaned
from kvitto.ui.settings.settings_page import faint_label
from kvitto.ui.text import formatting
from kvitto.ui.text.check_failure_text import FailureContext, failure_advice, failure_sentence
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.impact_text import deadline_text
from kvitto.ui.text.outage_text import now_text
from kvitto.ui.text.reachability_text import Light, StatusText
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
        """All texts."""
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


def summary_of(
    reachability: ReachabilityState,
    status_text: StatusText,
    closed: OngoingOutage | None,
    context: FailureContext,
    now: Moment,
) -> StatusSummary:
    """Return what the panel says.

    Args:
        reachability: what is known of it.
        status_text: the status in a few words.
        closed: the ongoing outage; None without one.
        context: what the texts of a failure name.
        now: the time.
    """
    clock = "" if closed is None else deadline_text(closed, now.at)
    failure = reachability.failure_at(now)
    if failure is not None:
        sentences = [failure_sentence(failure, context), clock, failure_advice(failure, context)]
    elif closed is not None:
        sentences = [now_text(closed.by), clock]
    else:
        sentences = [_status_sentence(reachability, now).format(host=context.host)]
    sentences = [_refused_text(reachability), *sentences]
    probe = reachability.last_probe
    return StatusSummary(
        status_text,
        " ".join(one for one in sentences if one),
        _tested_text(reachability, now),
        "" if probe is None else probe.detail,
        can_test=bool(reachability.public_url) and reachability.can_test,
        is_testing=reachability.is_testing,
    )


def _refused_text(reachability: ReachabilityState) -> str:
    if reachability.refused_for is None:
        return ""
    text = QCoreApplication.translate("StatusSummary", "{url} can't be used. {why}")
    return text.format(
        url=cleaned(reachability.refused_url), why=error_text(InputError(reachability.refused_for))
    )


def _status_sentence(reachability: ReachabilityState, now: Moment) -> str:
    match reachability.status_at(now):
        case ReachabilityStatus.LOCAL_ONLY:
            return QCoreApplication.translate(
                "StatusSummary",
                "Programs on this computer can post reports. The SMS service can't: no public "
                "address is connected. Start a tunnel below, or type the address of one that you "
                "run.",
            )
        case ReachabilityStatus.NETWORK_ONLY:
            return QCoreApplication.translate(
                "StatusSummary",
                "{host} leads here, but only from this network: it has no address of the "
                "internet, so the SMS service can't reach it. Start a tunnel below, or give the "
                "address of a server that can be reached from outside.",
            )
        case ReachabilityStatus.UNKNOWN if reachability.known_good is not None:
            return QCoreApplication.translate(
                "StatusSummary",
                "{host} led here when it was checked last. Whether it still does is not known.",
            )
        case ReachabilityStatus.UNKNOWN:
            return QCoreApplication.translate(
                "StatusSummary", "Whether {host} leads here is not known yet."
            )
        case _:
            return QCoreApplication.translate(
                "StatusSummary", "What is posted to {host} comes in here."
            )


def _tested_text(reachability: ReachabilityState, now: Moment) -> str:
    if not reachability.public_url:
        return ""
    parts = []
    if reachability.last_probe is not None:
        parts.append(
            QCoreApplication.translate("StatusSummary", "Tested {ago}, in {time}.").format(
                ago=formatting.ago(reachability.last_probe.at, now.at),
                time=_seconds(reachability.last_probe.took_s),
            )
        )
    reported = None if reachability.known_good is None else reachability.known_good.at
    if reported is not None and (
        reachability.last_probe is None or reported > reachability.last_probe.at
    ):
        parts.append(
            QCoreApplication.translate("StatusSummary", "A report came in {ago}.").format(
                ago=formatting.ago(reported, now.at)
            )
        )
    if reachability.last_good is not None and reachability.failure_at(now) is not None:
        parts.append(
            QCoreApplication.translate("StatusSummary", "It led here last at {time}.").format(
                time=formatting.exact_time(reachability.last_good)
            )
        )
    if (
        reachability.next_probe is not None
        and not reachability.is_testing
        and reachability.next_probe > now.at
    ):
        left = (reachability.next_probe - now.at).total_seconds()
        parts.append(
            QCoreApplication.translate("StatusSummary", "The next test is in {time}.").format(
                time=formatting.duration(left)
            )
        )
    return " ".join(parts)


def _seconds(took_s: float) -> str:
    if took_s >= 1:
        return formatting.duration(took_s)
    ms = max(1, round(took_s * 1000))
    return QCoreApplication.translate("StatusSummary", "{count} ms").format(
        count=formatting.number(ms)
    )
