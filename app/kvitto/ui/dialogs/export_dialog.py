"""Asks what to export, and in which form."""

import re
from enum import Enum
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from kvitto.core.invisible import plain_line
from kvitto.core.report import Origin
from kvitto.core.sending_period import ANY_TIME
from kvitto.export.kinds import What
from kvitto.export.row_choice import RowChoice
from kvitto.store.search_conditions import ShownScope
from kvitto.ui.batches.scope_watch import ShownNow
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.period_text import period_word
from kvitto.ui.widgets.plain_buttons import take_icons_off
from kvitto.ui.widgets.theme import STEP

_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST_NAME: Final = 80


class ExportForm(Enum):
    """The forms of a file, each with its ending."""

    WORKBOOK = "xlsx"
    """For people: in their language and their local time."""
    CSV = "csv"
    """For programs."""
    JSONL = "jsonl"
    NUMBERS = "txt"
    """Numbers alone, for sending again."""


class ExportSource(Enum):
    """Which rows there are to choose from."""

    SHOWN = "shown"
    BATCH = "batch"
    EVERYTHING = "everything"


class ExportChoice(NamedTuple):
    """What is exported.

    Attributes:
        rows: which rows.
        form: the form of the file.
        name: what they are, for the name of the file.
        about: what they are, a sentence.
    """

    rows: RowChoice
    form: ExportForm
    name: str = ""
    about: str = ""


class ExportDialog(QDialog):
    """Asks which rows to export, and in which form.

    Signals:
        chosen: an `ExportChoice`.
    """

    chosen = Signal(object)

    def __init__(self, what: What, source: ExportSource, now: ShownNow, parent: QWidget) -> None:
        """Offer a table and its rows first.

        Args:
            what: the table.
            source: which rows.
            now: what the window shows.
            parent: the owner.
        """
        super().__init__(parent)
        self._now = now
        self.setWindowTitle(self.tr("Export"))
        self.sources = {one: QRadioButton(self) for one in ExportSource}
        self._group = QButtonGroup(self)
        self.what = QComboBox(self)
        self.form = QComboBox(self)
        self.with_demo = QCheckBox(self)
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.save = self.buttons.addButton(
            self.tr("Save as…"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        take_icons_off(self)
        self._fill()
        self.what.setCurrentIndex(self.what.findData(what))
        self.sources[source].setChecked(True)
        self._lay_out()
        self.what.currentIndexChanged.connect(lambda _at: self._look())
        self.form.currentIndexChanged.connect(lambda _at: self._look())
        self._group.buttonClicked.connect(lambda _button: self._look())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(self.choice()))
        self._look()

    def leave_numbers_out(self, reason: str) -> None:
        """Offer no list of numbers, and say why not."""
        at = self.form.findData(ExportForm.NUMBERS)
        model = self.form.model()
        if isinstance(model, QStandardItemModel):
            model.item(at).setEnabled(False)
        self.form.setItemData(at, reason, Qt.ItemDataRole.ToolTipRole)

    def _fill(self) -> None:
        batch = self._now.batch
        shown, this, everything = (self.sources[one] for one in ExportSource)
        shown.setText(
            self.tr("What is &shown: {what}").format(what=_without_title(self._now.text))
            if self._now.text
            else self.tr("What is &shown")
        )
        this.setText(self.tr("This &batch"))
        this.setEnabled(batch is not None)
        if batch is not None:
            name = name_of(batch, is_masked=self._now.is_masked).replace("&", "&&")
            this.setText(self.tr("This &batch: {name}").format(name=name))
        everything.setText(self.tr("&Everything, whatever is filtered"))
        for button in self.sources.values():
            self._group.addButton(button)
        for what, text in (
            (What.MESSAGES, self.tr("Messages, as they are now")),
            (What.REPORTS, self.tr("Every single report")),
            (What.BATCHES, self.tr("Batches and their sums")),
        ):
            self.what.addItem(text, what)
        for form, text in (
            (ExportForm.WORKBOOK, self.tr("Excel workbook, for people")),
            (ExportForm.CSV, self.tr("CSV, for programs")),
            (ExportForm.JSONL, self.tr("JSON lines, for programs")),
            (ExportForm.NUMBERS, self.tr("Numbers only, for sending again")),
        ):
            self.form.addItem(text, form)
        self.with_demo.setText(self.tr("&Demo and test batches too, marked"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(2 * STEP)
        form.addRow(self.tr("&What:"), self.what)
        form.addRow(self.tr("&As:"), self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * STEP, 4 * STEP, 4 * STEP, 4 * STEP)
        column.setSpacing(2 * STEP)
        for button in self.sources.values():
            column.addWidget(button)
        column.addSpacing(2 * STEP)
        column.addLayout(form)
        column.addWidget(self.hint)
        column.addWidget(self.with_demo)
        column.addSpacing(2 * STEP)
        column.addWidget(self.buttons)

    def _look(self) -> None:
        """Show what goes together."""
        form: ExportForm = self.form.currentData()
        self.what.setEnabled(form is not ExportForm.NUMBERS)
        batch = self._now.batch
        is_demo = batch is not None and batch.origin is Origin.DEMO
        is_named = self.source is ExportSource.BATCH
        self.with_demo.setEnabled(not is_named)
        if is_named:
            self.with_demo.setChecked(is_demo)
        self.hint.setText(
            {
                ExportForm.WORKBOOK: self.tr(
                    "In your language, with local times, and a sheet that sums up."
                ),
                ExportForm.CSV: self.tr(
                    "English headings, times in UTC, a point before decimals. For Excel, choose "
                    "the workbook."
                ),
                ExportForm.JSONL: self.tr(
                    "One object a line, English names, times in UTC, exact amounts."
                ),
                ExportForm.NUMBERS: self.tr("Each number once, one a line, such as +46701234567."),
            }[form]
        )

    @property
    def source(self) -> ExportSource:
        """Which rows are chosen."""
        return next(one for one, button in self.sources.items() if button.isChecked())

    def choice(self) -> ExportChoice:
        """Return what is chosen."""
        form: ExportForm = self.form.currentData()
        what: What = What.MESSAGES if form is ExportForm.NUMBERS else self.what.currentData()
        with_demo, batch = self.with_demo.isChecked(), self._now.batch
        if self.source is ExportSource.BATCH and batch is not None:
            rows = RowChoice(what, batch.batch_id)
        elif self.source is ExportSource.SHOWN:
            scope = ShownScope(
                wanted=self._now.scope.wanted,
                with_demo=with_demo,
                with_archived=self._now.scope.with_archived,
            )
            rows = RowChoice(what, shown=scope)
        else:
            rows = RowChoice(what, with_demo=with_demo)
        return ExportChoice(rows, form, self._name(form), self._about())

    def _name(self, form: ExportForm) -> str:
        """Return what the rows are, as a part of a file's name."""
        kinds = {
            What.MESSAGES: self.tr("messages"),
            What.REPORTS: self.tr("reports"),
            What.BATCHES: self.tr("batches"),
        }
        batch = self._now.batch
        if self.source is ExportSource.BATCH and batch is not None:
            of = name_of(batch, is_masked=self._now.is_masked)
        elif self.source is ExportSource.EVERYTHING:
            of = self.tr("all")
        elif self._now.period != ANY_TIME:
            of = period_word(self._now.period)
        else:
            of = self.tr("shown")
        is_alone = form is ExportForm.NUMBERS
        kind = self.tr("numbers") if is_alone else kinds[self.what.currentData()]
        return file_name(f"{of} {kind}")

    def _about(self) -> str:
        """Return what the rows are: not how many, which may be others when they are written."""
        if self.source is ExportSource.BATCH and self._now.batch is not None:
            return name_of(self._now.batch)
        if self.source is not ExportSource.SHOWN:
            return self.tr("Everything that is kept")
        wanted, parts = self._now.scope.wanted, [self.tr("What was shown")]
        if self._now.period != ANY_TIME:
            period = period_word(self._now.period)
            parts.append(self.tr("Sent: {period}").format(period=period))
        if wanted.text:
            parts.append(f"“{plain_line(wanted.text)}”")
        parts += sorted(formatting.result_word(one) for one in wanted.results)
        parts += [str(one) for one in sorted(wanted.codes)]
        parts += sorted(wanted.currencies)
        if wanted.is_unfinished:
            parts.append(self.tr("Not finished"))
        return " · ".join(parts)


def _without_title(text: str) -> str:
    """Return `2 of 7 batches, 21 messages` of a sentence that begins with a title and a colon."""
    return text.partition(": ")[2] or text


def file_name(text: str) -> str:
    """Return a text as a part of a file's name, on any system.

    >>> file_name("Sat 28/11: 13?")
    'Sat 28 11 13'
    """
    plain = _NOT_IN_NAMES.sub(" ", text)
    return " ".join(plain.split())[:_LONGEST_NAME].strip(" .")
