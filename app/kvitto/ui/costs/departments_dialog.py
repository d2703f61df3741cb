"""Which references belong to which department: a text, one rule a line."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from kvitto.core.cost_period import read_department_rules
from kvitto.export.month_report import departments_file
from kvitto.ui.text import formatting
from kvitto.ui.widgets.plain_buttons import take_icons_off
from kvitto.ui.widgets.theme import STEP

_WIDTH: Final = 110 * STEP


class DepartmentsDialog(QDialog):
    """Edits the departments of a data folder; faulty lines are named while they are typed.

    Signals:
        failed: a sentence that says why they could not be kept.
    """

    failed = Signal(str)

    def __init__(self, folder: Path, parent: QWidget) -> None:
        """Show the rules of a data folder."""
        super().__init__(parent)
        self._file = departments_file(folder)
        self.setWindowTitle(self.tr("Departments"))
        how = QLabel(
            self.tr(
                "One rule a line: a reference, where * stands for anything, and whose it is. "
                "The first that fits counts. For example: REF-12* = Schools"
            ),
            self,
        )
        how.setWordWrap(True)
        self.text = QPlainTextEdit(self)
        self.text.setAccessibleName(self.windowTitle())
        self.faults = QLabel(self)
        self.faults.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel, self
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(3 * STEP)
        for one in (how, self.text, self.faults, self.buttons):
            column.addWidget(one)
        how.setMinimumWidth(_WIDTH)
        take_icons_off(self)
        self.text.textChanged.connect(self._look)
        self.buttons.accepted.connect(self._keep)
        self.buttons.rejected.connect(self.reject)
        try:
            self.text.setPlainText(self._file.read_text("utf-8", errors="replace"))
        except FileNotFoundError:
            pass
        except OSError as error:
            self.faults.setText(str(error.strerror))
        self.faults.setVisible(bool(self.faults.text()))

    def _look(self) -> None:
        faulty = read_department_rules(self.text.toPlainText()).faulty_lines
        self.faults.setVisible(bool(faulty))
        lines = ", ".join(formatting.number(line) for line in faulty)
        self.faults.setText(
            self.tr("Not understood, and left out: line {lines}").format(lines=lines)
            if faulty
            else ""
        )

    def _keep(self) -> None:
        part = self._file.with_suffix(".part")
        try:
            part.write_text(self.text.toPlainText(), "utf-8")
            part.replace(self._file)
        except OSError as error:
            self.failed.emit(
                self.tr("The departments could not be kept: {reason}.").format(
                    reason=error.strerror
                )
            )
            return
        self.accept()
