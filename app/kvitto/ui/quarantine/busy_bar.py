"""How far a long work on many bodies is, and a way to stop it."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget
from typing_extensions import override

from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import STEP

_SHOW_AFTER_MS = 300


class BusyBar(QWidget):
    """Shows progress in numbers once a work takes longer than a moment."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `begin`."""
        super().__init__(parent)
        self._is_stopped = False
        self._label = QLabel(self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._stop = QPushButton(self)
        self._stop.clicked.connect(self._on_stop)
        self._delay = QTimer(self, singleShot=True, interval=_SHOW_AFTER_MS)
        self._delay.timeout.connect(self.show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * STEP)
        row.addWidget(self._bar, 1)
        row.addWidget(self._label)
        row.addWidget(self._stop)
        self.hide()
        self._retranslate()

    def may_go_on(self) -> bool:
        """Tell whether the user lets the work go on."""
        return not self._is_stopped

    def begin(self, total: int) -> None:
        """Begin a work on so many bodies."""
        self._is_stopped = False
        self._stop.setEnabled(True)
        self._bar.setMaximum(total)
        self.step_to(0)
        self._delay.start()

    def step_to(self, done: int) -> None:
        """Say how many bodies are done."""
        self._bar.setValue(done)
        self._label.setText(
            self.tr("{done} of {total}").format(
                done=formatting.number(done), total=formatting.number(self._bar.maximum())
            )
        )

    def end(self) -> None:
        """End the work."""
        self._delay.stop()
        self.hide()

    def stop(self) -> None:
        """Have the work stop at its next part."""
        self._is_stopped = True

    def _on_stop(self) -> None:
        self.stop()
        self._stop.setEnabled(False)

    def _retranslate(self) -> None:
        self._stop.setText(self.tr("Stop"))
        self._bar.setAccessibleName(self.tr("Progress"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
