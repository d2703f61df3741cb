"""What is shown instead of the window when the store can't be opened."""

import asyncio
import logging
from contextlib import suppress
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.problem import ProblemError
from kvitto.ui.text.error_text import error_text
from kvitto.ui.widgets.theme import STEP

log = logging.getLogger(__name__)

TRY_EVERY_S: Final = 5.0
"""How often that is tried again which goes on by itself."""
_WIDTH: Final = 560


class StartupErrorDialog(QWidget):
    """One sentence, and to try again or to quit.

    Whoever shows it tries again by themselves, too, where the error `goes_on_by_itself`.

    Signals:
        quit_requested: the user gives up.
        again_requested: the user wants to try again.
    """

    quit_requested = Signal()
    again_requested = Signal()

    def __init__(self) -> None:
        """Build it; `say` fills it."""
        super().__init__()
        self.setWindowTitle(self.tr("Kvitto can't start"))
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setMinimumWidth(_WIDTH)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail = QLabel(self)
        self._detail.setWordWrap(True)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._detail.hide()
        self._again = QPushButton(self.tr("Try again"), self)
        self._again.setDefault(True)
        self._again.clicked.connect(self._on_again)
        details = QPushButton(self.tr("Details"), self)
        details.clicked.connect(self._on_details)
        leave = QPushButton(self.tr("Quit"), self)
        leave.clicked.connect(self.quit_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        buttons.addWidget(details)
        buttons.addStretch()
        buttons.addWidget(leave)
        buttons.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(6 * STEP, 6 * STEP, 6 * STEP, 6 * STEP)
        column.setSpacing(4 * STEP)
        column.addWidget(self._sentence)
        column.addWidget(self._detail)
        column.addLayout(buttons)
        self._told = ""
        self._goes_on = False
        self._asked = asyncio.Event()
        self.quit_requested.connect(self._asked.set)

    def say(self, error: ProblemError) -> None:
        """Show why it failed; log it, where that is another reason than before."""
        if self._told != (told := str(error)):
            self._told = told
            log.error("There can't be a window: %s", error)
        self._goes_on = error.goes_on_by_itself
        self._sentence.setText(error_text(error))
        self._detail.setText(error.detail)
        self._again.setEnabled(True)
        self.adjustSize()

    async def answer(self, gives_up: asyncio.Event) -> None:
        """Wait until it is to be tried again, or the user gives up."""
        self._asked.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(TRY_EVERY_S if self._goes_on else None):
                while not (self._asked.is_set() or gives_up.is_set()):
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.5):
                            await self._asked.wait()

    def _on_details(self) -> None:
        self._detail.setVisible(not self._detail.isVisible())
        self.adjustSize()

    def _on_again(self) -> None:
        self._again.setEnabled(False)
        self._asked.set()
        self.again_requested.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up on Esc, as by closing it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Give up."""
        event.ignore()
        self.quit_requested.emit()
