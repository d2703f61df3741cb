"""Help: the keyboard's shortcuts, and what this program is."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from app import __version__
from app.ui.emblem import emblem
from app.ui.theme import STEP

_EMBLEM_SIZE = 64


class ShortcutsDialog(QDialog):
    """All shortcuts, read off the actions that have them."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        """List the shortcuts of `actions`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        grid = QGridLayout(self)
        grid.setContentsMargins(6 * STEP, 6 * STEP, 6 * STEP, 6 * STEP)
        grid.setHorizontalSpacing(8 * STEP)
        grid.setVerticalSpacing(2 * STEP)
        written = {
            action.text().replace("&", "").rstrip("…"): action.shortcut().toString(
                QKeySequence.SequenceFormat.NativeText
            )
            for action in actions
            if not action.shortcut().isEmpty()
        }
        written |= {
            self.tr("Leave the search"): "Esc",
            self.tr("Open or close a batch"): "→  ←",
            self.tr("Copy the selected row"): "Ctrl+C",
        }
        for row, (text, keys) in enumerate(written.items()):
            grid.addWidget(QLabel(text, self), row, 0)
            label = QLabel(keys, self)
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, row, 1)


class AboutDialog(QDialog):
    """The program's name, version and purpose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show them."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Kvitto"))
        picture = QLabel(self)
        picture.setPixmap(emblem().pixmap(_EMBLEM_SIZE, _EMBLEM_SIZE))
        name = QLabel(f"Kvitto {__version__}", self)
        font = name.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.4)
        name.setFont(font)
        purpose = QLabel(
            self.tr(
                "Receives the delivery reports of your SMS, loses none of them, and shows what "
                "became of your messages."
            ),
            self,
        )
        purpose.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8 * STEP, 8 * STEP, 8 * STEP, 8 * STEP)
        column.setSpacing(3 * STEP)
        for widget in (picture, name, purpose):
            column.addWidget(widget)
