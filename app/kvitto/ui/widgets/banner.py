"""Banners: what has just happened, a sentence each, above the table: one at a time."""

from collections.abc import Callable, Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.core.invisible import plain_text
from kvitto.ui.services.undo import Undo
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, colours

_NOTE_MS: Final = 6000
_UNDO_MS: Final = 20_000


class Weight(Enum):
    """How much it matters."""

    NOTE = "information-outline"
    WARNING = "alert-outline"
    DANGER = "alert-octagon-outline"


_ORDER: Final = {weight: place for place, weight in enumerate(Weight)}


class _Banner(QFrame):
    """One sentence, its buttons, and technical details for those who ask."""

    def __init__(self, weight: Weight, parent: QWidget) -> None:
        super().__init__(parent)
        self.weight = weight
        self.again: Callable[[], None] | None = None
        self._labels: list[str] = []
        self._acts: list[Callable[[], None]] = []
        self.setAutoFillBackground(True)
        self._icon = QLabel(self)
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail = QLabel(self)
        self._detail.setWordWrap(True)
        self._detail.setTextFormat(Qt.TextFormat.PlainText)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail.hide()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2 * STEP)
        words = QVBoxLayout()
        words.setSpacing(STEP)
        words.addWidget(self._sentence)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addLayout(self._buttons)
        self._recolour()

    def say(
        self, sentence: str, detail: str, actions: Sequence[tuple[str, Callable[[], None]]]
    ) -> None:
        """Show this sentence and these buttons. Buttons that stay keep the focus."""
        sentence, detail = plain_text(sentence), plain_text(detail)
        if sentence != self._sentence.text():
            self._sentence.setText(sentence)
        self._detail.setText(detail)
        if not detail:
            self._detail.hide()
        showing = [(self.tr("Details"), self._show_detail)] if detail else []
        wanted = [*showing, *actions]
        self._acts = [act for _label, act in wanted]
        labels = [label for label, _act in wanted]
        if labels == self._labels:
            return
        self._labels = labels
        while item := self._buttons.takeAt(0):
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for number, label in enumerate(labels):
            self._add_button(label, number)

    def _add_button(self, label: str, number: int) -> None:
        button = QPushButton(label, self)
        button.clicked.connect(lambda _checked=False: self._acts[number]())
        self._buttons.addWidget(button)

    def _show_detail(self) -> None:
        self._detail.setVisible(not self._detail.isVisible())

    def _recolour(self) -> None:
        shown = colours()
        tint = {
            Weight.NOTE: shown.raised,
            Weight.WARNING: shown.warning,
            Weight.DANGER: shown.danger,
        }[self.weight]
        palette = self.palette()
        if palette.color(QPalette.ColorRole.Window) != tint:
            palette.setColor(QPalette.ColorRole.Window, tint)
            self.setPalette(palette)
        self._icon.setPixmap(icon(self.weight.value).pixmap(ICON_SIZE, ICON_SIZE))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ApplicationPaletteChange:
            self._recolour()


class Banners(QWidget):
    """What has just happened, one banner for each subject.

    One is shown at a time, the gravest and of these the newest; the others wait behind it. What is
    wrong is not said here, but listed: see `kvitto.ui.todo`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show none."""
        super().__init__(parent)
        self._shown: dict[str, _Banner] = {}
        self._newest = ""
        self._undo = QTimer(self, singleShot=True, interval=_UNDO_MS)
        self._undo.timeout.connect(lambda: self.close_banner("undo"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.setVisible(False)

    def show_banner(
        self,
        subject: str,
        sentence: str,
        *,
        weight: Weight = Weight.WARNING,
        detail: str = "",
        actions: Sequence[tuple[str, Callable[[], None]]] = (),
        can_close: bool = False,
        again: Callable[[], None] | None = None,
    ) -> None:
        """Show a sentence about a subject, instead of what was shown about it.

        Args:
            subject: tells banners apart; not shown.
            sentence: what happened, what it means for the reports, and what to do.
            weight: how much it matters.
            detail: technical details, shown on request.
            actions: buttons, each a label and what it does.
            can_close: whether there is a button that only closes it.
            again: shows it anew when the language changes; None where it keeps its words.
        """
        banner = self._shown.get(subject)
        if banner is None or banner.weight is not weight:
            self.close_banner(subject)
            banner = _Banner(weight, self)
            self._shown[subject] = banner
            self._column.addWidget(banner)
        banner.again = again
        closing = [(self.tr("Close"), lambda: self.close_banner(subject))] if can_close else []
        banner.say(sentence, detail, [*actions, *closing])
        self._newest = subject
        self._arrange()

    def show_failure(self, sentence: str) -> None:
        """Show why something that the user asked for could not be done."""
        self.show_banner("failed", sentence, can_close=True)

    def follow(self, undo: Undo) -> None:
        """Show what can be taken back, as it is done."""
        undo.offered.connect(lambda sentence: self.show_undo(sentence, undo.take_back))
        undo.undone.connect(lambda: self.close_banner("undo"))

    def show_undo(self, sentence: str, undo: Callable[[], None]) -> None:
        """Show for a while that something is done, with a button that takes it back."""
        self.show_banner(
            "undo",
            sentence,
            weight=Weight.NOTE,
            actions=[(self.tr("Undo"), undo)],
            can_close=True,
        )
        self._undo.start()

    def show_done(self, sentence: str) -> None:
        """Show for a while that something is done."""
        self.show_banner("done", sentence, weight=Weight.NOTE, can_close=True)
        QTimer.singleShot(_NOTE_MS, self, lambda: self.close_banner("done"))

    def show_file(self, sentence: str, file: Path) -> None:
        """Show what was written to a file, until it is read."""
        actions = [
            (self.tr("Open"), partial(_open, file)),
            (self.tr("Show in folder"), partial(_open, file.parent)),
        ]
        self.show_banner(
            f"file {file}", sentence, weight=Weight.NOTE, actions=actions, can_close=True
        )

    def close_banner(self, subject: str) -> None:
        """Close the banner about a subject, if there is one."""
        banner = self._shown.pop(subject, None)
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self._arrange()

    def _arrange(self) -> None:
        """Show the gravest of them, and of these the newest."""
        order = list(self._shown)
        places = {one: (one == self._newest, place) for place, one in enumerate(order)}
        first = max(
            order, key=lambda one: (_ORDER[self._shown[one].weight], places[one]), default=None
        )
        for subject, banner in self._shown.items():
            banner.setVisible(subject == first)
        self.setVisible(bool(self._shown))

    def sentences(self) -> dict[str, str]:
        """Return what is shown now, by subject."""
        return {subject: banner._sentence.text() for subject, banner in self._shown.items()}  # noqa: SLF001 - its own

    def weights(self) -> dict[str, Weight]:
        """Return how much what is shown now matters, by subject."""
        return {subject: banner.weight for subject, banner in self._shown.items()}

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            for banner in list(self._shown.values()):
                if banner.again is not None:
                    banner.again()


def _open(path: Path) -> None:
    """Open a file or a folder in the desktop's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
