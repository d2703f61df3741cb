"""What is shown while the database of an earlier version is brought up to date."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.store.migrations.runner import UpgradeProgress, UpgradeStage
from kvitto.ui.services.from_threads import CallsFromThreads
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import STEP

_SHOW_AFTER_MS: Final = 300
_WIDTH: Final = 480


class MigrationWatch(QObject):
    """Opens a window with the progress once an upgrade takes longer than a moment.

    Belongs to the window's thread, but for `on_upgrade`.

    Signals:
        quit_requested: the user does not want to wait. The database stays as it was.
    """

    quit_requested = Signal()

    def __init__(self, may_go_on: Callable[[], bool]) -> None:
        """Show nothing yet; `may_go_on` is asked on the thread that upgrades."""
        super().__init__()
        self._may_go_on = may_go_on
        self._progress: UpgradeProgress | None = None
        self._window: MigrationDialog | None = None
        self._is_over = False
        self._delay = QTimer(self, singleShot=True, interval=_SHOW_AFTER_MS)
        self._delay.timeout.connect(self._show)
        self._from_upgrade = CallsFromThreads(self)

    @property
    def window(self) -> "MigrationDialog | None":
        """The window, while there is one."""
        return self._window

    def on_upgrade(self, progress: UpgradeProgress) -> bool:
        """Hear how far it is; return whether to go on. From any thread."""
        self._from_upgrade.call(lambda: self._on_progress(progress))
        return self._may_go_on()

    def close(self) -> None:
        """Show nothing more: the upgrade is over, or was never needed."""
        self._is_over = True
        self._delay.stop()
        if self._window is not None:
            self._window.hide()
            self._window.deleteLater()
            self._window = None

    def _on_progress(self, progress: UpgradeProgress) -> None:
        if self._is_over:
            return
        if self._progress is None:
            self._delay.start()
        self._progress = progress
        if self._window is not None:
            self._window.say(progress)

    def _show(self) -> None:
        if self._progress is None:
            return
        self._window = MigrationDialog()
        self._window.quit_requested.connect(self.quit_requested)
        self._window.say(self._progress)
        self._window.show()


class MigrationDialog(QWidget):
    """What is being done, how far it is, and a way to stop it.

    Signals:
        quit_requested: the user does not want to wait.
    """

    quit_requested = Signal()

    def __init__(self) -> None:
        """Build it; `say` fills it."""
        super().__init__()
        self.setWindowTitle(self.tr("Kvitto is getting ready"))
        sentence = QLabel(
            self.tr(
                "Your reports come from an earlier version of Kvitto and are brought up to date. "
                "Until this is done, new reports wait at the SMS service."
            ),
            self,
        )
        sentence.setWordWrap(True)
        sentence.setMinimumWidth(_WIDTH)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._stage = QLabel(self)
        self._leave = QPushButton(self.tr("Stop and quit"), self)
        self._leave.setToolTip(self.tr("The database stays as it was"))
        self._leave.clicked.connect(self._on_leave)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(self._stage, 1)
        row.addWidget(self._leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(6 * STEP, 6 * STEP, 6 * STEP, 6 * STEP)
        column.setSpacing(4 * STEP)
        column.addWidget(sentence)
        column.addWidget(self._bar)
        column.addLayout(row)

    @property
    def stage(self) -> str:
        """What is said about how far it is."""
        return self._stage.text()

    def say(self, progress: UpgradeProgress) -> None:
        """Show how far it is."""
        match progress.stage:
            case UpgradeStage.COPYING:
                self._bar.setRange(0, progress.total)
                self._bar.setValue(progress.done)
                share = formatting.percent(progress.done, progress.total)
                self._stage.setText(self.tr("Keeping a copy: {share}").format(share=share))
            case UpgradeStage.CHANGING:
                # How long a step takes, nobody knows: the bar only shows that it goes on.
                self._bar.setRange(0, 0)
                self._stage.setText(
                    self.tr("Bringing up to date: step {number} of {total}").format(
                        number=formatting.number(progress.done + 1),
                        total=formatting.number(progress.total),
                    )
                )

    def _on_leave(self) -> None:
        self._leave.setEnabled(False)
        self.quit_requested.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stop on Esc, as by closing it."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop, as the button does."""
        event.ignore()
        self._on_leave()
