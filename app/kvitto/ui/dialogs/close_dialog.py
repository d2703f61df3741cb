"""What closing the window is to mean: asked once."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kvitto.ui.services.preferences import OnClose
from kvitto.ui.widgets.theme import STEP

_WIDTH = 440


class CloseDialog(QDialog):
    """Keep receiving without the window, stop, or stay.

    Signals:
        chosen: an `OnClose`, and whether not to ask again.
    """

    chosen = Signal(object, bool)

    def __init__(self, *, has_tray: bool, is_waiting: bool, parent: QWidget | None = None) -> None:
        """Ask.

        Args:
            has_tray: whether the desktop has a tray in which the window can wait.
            is_waiting: whether messages are not finished: then to go on is what is proposed.
            parent: the owner.
        """
        super().__init__(parent)
        self.setModal(True)
        self.setWindowTitle(self.tr("Close Kvitto?"))
        text = self.tr(
            "Kvitto can go on receiving without its window. If it stops, the sender tries each "
            "report again for about 90 minutes, and then deletes it."
        )
        if not has_tray:
            text += " " + self.tr(
                "This desktop has no tray: start Kvitto again to see what it has received."
            )
        question = QLabel(text, self)
        question.setWordWrap(True)
        question.setMinimumWidth(_WIDTH)
        self._forever = QCheckBox(self.tr("Don't ask again"), self)
        keep = QPushButton(self.tr("Keep receiving in the background"), self)
        keep.clicked.connect(lambda: self._choose(OnClose.TRAY))
        stop = QPushButton(self.tr("Stop receiving"), self)
        stop.clicked.connect(lambda: self._choose(OnClose.STOP))
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.clicked.connect(self.close)
        (keep if is_waiting else stop).setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * STEP)
        buttons.addWidget(cancel)
        buttons.addStretch()
        buttons.addWidget(stop)
        buttons.addWidget(keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(6 * STEP, 6 * STEP, 6 * STEP, 6 * STEP)
        column.setSpacing(4 * STEP)
        column.addWidget(question)
        column.addWidget(self._forever)
        column.addLayout(buttons)

    def _choose(self, choice: OnClose) -> None:
        self.chosen.emit(choice, self._forever.isChecked())
        self.close()
