"""What an empty window teaches: three lamps, three steps, and a report to oneself to try it."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.receiver.urls import authority
from kvitto.ui.text.reachability_text import Light
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.lamps import Lamps
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, colours

_WIDTH = 700

_NO_BREAK: Final = "\N{WORD JOINER}"


class EmptyState(QWidget):
    """The first minute.

    Attributes:
        lamps: how far a report gets.

    Signals:
        reachability_requested: show the callback URL and its checks.
        copy_requested: copy the callback URL.
        sample_requested: send a sample report to our own port.
        demo_requested: send a demo campaign there.
    """

    reachability_requested = Signal()
    copy_requested = Signal()
    sample_requested = Signal()
    demo_requested = Signal()

    def __init__(self, asked: Callable[[], tuple[str, int]], parent: QWidget | None = None) -> None:
        """Show the steps.

        Args:
            asked: tells the address and the port that reports are to be received on.
            parent: Qt's.
        """
        super().__init__(parent)
        self._asked: Final = asked
        self._has_url = False
        self._is_local_only = True
        self._origin = ""
        self._title = QLabel(self)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self._title.setFont(font)
        self.lamps = Lamps(self)
        self._is_reached = False
        self._steps = [(QLabel(str(number), self), QLabel(self)) for number in (1, 2, 3)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(4 * STEP)
        grid.setVerticalSpacing(3 * STEP)
        grid.setColumnStretch(1, 1)
        for row, (figure, words) in enumerate(self._steps):
            figure.setFont(font)
            figure.setAlignment(Qt.AlignmentFlag.AlignTop)
            words.setWordWrap(True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(figure, row, 0)
            grid.addWidget(words, row, 1)
        self._warning_icon = QLabel(self)
        self._warning = QLabel(self)
        self._warning.setWordWrap(True)
        warning = QHBoxLayout()
        warning.setSpacing(2 * STEP)
        warning.addWidget(self._warning_icon, 0, Qt.AlignmentFlag.AlignTop)
        warning.addWidget(self._warning, 1)
        for part in (self._warning_icon, self._warning):
            kept = part.sizePolicy()
            # It comes a moment after the rest, which must not move.
            kept.setRetainSizeWhenHidden(True)
            part.setSizePolicy(kept)
            part.hide()
        self._reachability = QPushButton(self)
        self._reachability.clicked.connect(self.reachability_requested)
        self._copy = QPushButton(self)
        self._copy.setEnabled(False)
        self._copy.clicked.connect(self.copy_requested)
        self._sample = QPushButton(self)
        self._sample.clicked.connect(self.sample_requested)
        self._demo = QPushButton(self)
        self._demo.clicked.connect(self.demo_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        for button in (self._reachability, self._copy, self._sample, self._demo):
            buttons.addWidget(button)
        buttons.addStretch()
        middle = QWidget(self)
        middle.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setSpacing(5 * STEP)
        column.addWidget(self._title)
        column.addWidget(self.lamps)
        column.addLayout(grid)
        column.addLayout(warning)
        column.addLayout(buttons)
        around = QVBoxLayout(self)
        around.addStretch(2)
        across = QHBoxLayout()
        across.addStretch()
        across.addWidget(middle, 10)
        across.addStretch()
        around.addLayout(across)
        around.addStretch(3)
        self._retranslate()
        self._recolour()

    @property
    def of_receiver(self) -> Sequence[QPushButton]:
        """What this computer's receiver is needed for."""
        return self._copy, self._sample, self._demo

    def show_address(self, url: str) -> None:
        """Show the port that a tunnel must lead to.

        Args:
            url: the local callback URL; "" where nobody receives.
        """
        self._origin, _, _ = url.rpartition("/r/")
        # Where nobody receives there is no URL: neither to copy, nor to warn of.
        self._has_url = bool(url)
        self._copy.setEnabled(self._has_url)
        self.show_reach(is_local_only=self._is_local_only)

    @property
    def warning(self) -> str:
        """What is said of a callback URL that the SMS service can't reach; "" where it can."""
        return "" if self._warning.isHidden() else self._warning.text()

    def show_reach(self, *, is_local_only: bool) -> None:
        """Warn of the callback URL as long as it is this computer's own."""
        self._is_local_only = is_local_only
        self._warning.setVisible(is_local_only and self._has_url)
        self._warning_icon.setVisible(is_local_only and self._has_url)
        self._retranslate()
        self._recolour()

    def show_lights(self, lights: tuple[Light, Light, Light]) -> None:
        """Show how far a report gets; copying warns until the internet reaches Kvitto."""
        self.lamps.show_lights(lights)
        self._is_reached = lights[1] is Light.GOOD
        self._recolour()

    def _retranslate(self) -> None:
        self._title.setText(self.tr("No reports yet"))
        texts = (
            self._first_step(),
            self.tr("Copy the callback URL. It contains a key: whoever has it can send reports."),
            self.tr(
                "Give that URL as “deliveryReportUrl” when you send a batch. Every status of "
                "every message then shows up here by itself."
            ),
        )
        for (_, words), text in zip(self._steps, texts, strict=True):
            words.setText(text)
        self._reachability.setText(self.tr("Callback URL…"))
        self._warning.setText(
            self.tr(
                "The callback URL works on this computer only for now: the SMS service can't reach "
                "it, and what it reports there is lost. Connect a public address before you give "
                "it away."
            )
        )
        self._copy.setText(self.tr("Copy callback URL"))
        self._sample.setText(self.tr("Send a test report to myself"))
        self._sample.setToolTip(
            self.tr("It goes through the real port, is marked as a test, and counts nowhere.")
        )
        self._demo.setText(self.tr("Try a demo campaign…"))
        self._demo.setToolTip(
            self.tr("Many invented reports. They never count as real, and one click removes them.")
        )

    def _first_step(self) -> str:
        host, port = self._asked()
        if not self._origin and not port:
            return self.tr(
                "Open Callback URL: let Kvitto start a tunnel there, or type the address of one "
                "that leads to Kvitto on this computer."
            )
        origin = self._origin or f"http://{authority(host, port)}"
        return self.tr(
            "Open Callback URL: let Kvitto start a tunnel there, or type the address of one that "
            "leads to {origin}. Kvitto tests whether it leads here."
        ).format(origin=origin.replace("/", f"/{_NO_BREAK}"))

    def _recolour(self) -> None:
        self._warning_icon.setPixmap(icon("alert-outline").pixmap(QSize(ICON_SIZE, ICON_SIZE)))
        self._copy.setIcon(QIcon() if self._is_reached else icon("alert-outline"))
        for figure, _ in self._steps:
            palette = figure.palette()
            if palette.windowText().color() != colours().accent:
                palette.setColor(figure.foregroundRole(), colours().accent)
                figure.setPalette(palette)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.ApplicationPaletteChange:
            self._recolour()
