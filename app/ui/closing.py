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

from app.ui.preferences import OnClose
from app.ui.theme import STEP

_WIDTH = 440


class ClosingDialog(QDialog):
    """Keep receiving in the tray, stop, or stay.

    Signals:
        chosen: an `OnClose`, and whether not to ask again.
    """

    chosen = Signal(object, bool)

    def __init__(self, *, has_tray: bool, parent: QWidget | None = None) -> None:
        """Ask; without a tray there is nowhere to go on in, and it says so."""
        super().__init__(parent)
        self.setModal(True)
        self.setWindowTitle(self.tr("Close Kvitto?"))
        if has_tray:
            text = self.tr(
                "Kvitto can go on receiving without its window. If it stops, the sender tries each "
                "report again for about 90 minutes, and then deletes it."
            )
        else:
            text = self.tr(
                "This desktop has no tray in which Kvitto could go on receiving. While it is "
                "closed, the sender tries each report again for about 90 minutes, and then "
                "deletes it."
            )
        question = QLabel(text, self)
        question.setWordWrap(True)
        question.setMinimumWidth(_WIDTH)
        self._forever = QCheckBox(self.tr("Don't ask again"), self)
        keep = QPushButton(self.tr("Keep receiving in the tray"), self)
        keep.clicked.connect(lambda: self._choose(OnClose.TRAY))
        keep.setVisible(has_tray)
        stop = QPushButton(self.tr("Stop receiving"), self)
        stop.clicked.connect(lambda: self._choose(OnClose.STOP))
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.clicked.connect(self.close)
        (keep if has_tray else cancel).setDefault(True)
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
