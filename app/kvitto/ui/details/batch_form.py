"""The widgets that show one batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QPalette, QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.core.outages import TimeRange
from kvitto.store.batch_statistics import BatchStatistics
from kvitto.store.edit_audit import EditMark
from kvitto.store.records import BatchRecord
from kvitto.ui.details import batch_text, delay_text
from kvitto.ui.details.arrivals import BatchArrivals
from kvitto.ui.details.batch_edits import BatchDrafts, stored_texts
from kvitto.ui.details.batch_facts import FACTS, NOT_READ_YET, facts_of
from kvitto.ui.details.breakdown_model import COST_COLUMN, SPARE_COLUMNS, BreakdownModel
from kvitto.ui.details.failure_list import FailureList
from kvitto.ui.details.id_line import IdLine
from kvitto.ui.details.inline_edit import InlineEdit
from kvitto.ui.details.notes import Notes
from kvitto.ui.details.receipt import complete_text, failures_of, sentence_of
from kvitto.ui.details.repeats_line import RepeatsLine
from kvitto.ui.details.result_bar import ResultBar
from kvitto.ui.details.timeline import Timeline
from kvitto.ui.text import formatting
from kvitto.ui.text.asked_text import AskedFacts
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.edit_text import edit_mark_text
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.key_value_grid import FIELD_EDGE, KeyValueGrid, text_label
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import ICON_SIZE, STEP

TITLE_SCALE: Final = 1.25


class BatchForm(QWidget):
    """Shows a batch as it is told to; knows nothing of the store.

    Attributes:
        label, expected, notes: what the user can change.

    Signals:
        export_requested: the user wants to export this batch.
    """

    export_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `show_batch`."""
        super().__init__(parent)
        self._batch: BatchRecord | None = None
        self._statistics: BatchStatistics | None = None
        self._reports: int | None = None
        self._now: datetime | None = None
        self._exposed: Sequence[TimeRange] = ()
        self._is_masked = False
        self._arrivals: BatchArrivals | None = None
        self._there: int | None = None
        self._editors: Mapping[str, EditMark] = {}
        self.label = InlineEdit(self)
        font = self.label.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * TITLE_SCALE)
        self.label.setFont(font)
        self._id = IdLine(self)
        self._remarks = text_label(self, is_faint=True)
        self._sentence = text_label(self)
        bold = self._sentence.font()
        bold.setBold(True)
        self._sentence.setFont(bold)
        self._bar = ResultBar(self)
        self._failures_name = QLabel(self)
        self._failures_name.setFont(bold)
        self._failures = FailureList(self)
        self._model = BreakdownModel(self)
        self._table = TableView(self)
        self._prepare_table()
        self._timeline = Timeline(self)
        self._facts = KeyValueGrid(self)
        for key in FACTS:
            self._facts.add(key)
        self.expected = InlineEdit(self)
        self.expected.setValidator(
            QRegularExpressionValidator(QRegularExpression(r"[\d\s.,'’]{0,12}"), self)
        )
        self._facts.add("expected", self.expected, is_field=True)
        self._notes_name = QLabel(self)
        self._notes_name.setTextFormat(Qt.TextFormat.PlainText)
        self._notes_name.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.notes = Notes(self)
        self._notes_name.setBuddy(self.notes)
        self._export = QPushButton(self)
        self._export.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._export.clicked.connect(self.export_requested)
        self._lay_out()
        self._retranslate()

    def _prepare_table(self) -> None:
        table = self._table
        table.setModel(self._model)
        table.fill_width(spare=SPARE_COLUMNS)
        table.fit_height()

    def _lay_out(self) -> None:
        side = 3 * STEP - FIELD_EDGE
        outer = QVBoxLayout(self)
        outer.setContentsMargins(side, 3 * STEP, side, 3 * STEP)
        outer.setSpacing(STEP)
        outer.addWidget(self.label)
        column = QVBoxLayout()
        column.setContentsMargins(FIELD_EDGE, 0, FIELD_EDGE, 0)
        column.setSpacing(STEP)
        outer.addLayout(column, 1)
        column.addWidget(self._id)
        column.addWidget(self._remarks)
        column.addSpacing(2 * STEP)
        column.addWidget(self._sentence)
        column.addWidget(self._bar)
        column.addSpacing(STEP)
        column.addWidget(self._failures_name)
        column.addWidget(self._failures)
        self._follow_up_place = QHBoxLayout()
        column.addLayout(self._follow_up_place)
        self.repeats = RepeatsLine(self)
        column.addWidget(self.repeats)
        column.addSpacing(STEP)
        column.addWidget(self._table)
        column.addSpacing(2 * STEP)
        column.addWidget(self._timeline)
        column.addSpacing(2 * STEP)
        column.addWidget(self._facts)
        self._question_place = QVBoxLayout()
        column.addLayout(self._question_place)
        column.addSpacing(2 * STEP)
        column.addWidget(self._notes_name)
        column.addWidget(self.notes, 1)
        column.addSpacing(2 * STEP)
        self._actions_place = QVBoxLayout()
        column.addLayout(self._actions_place)
        column.addWidget(self._export)

    # --- What the user can change ---------------------------------------------------------------

    def show_editors(self, edits: Mapping[str, EditMark]) -> None:
        """Show who changed the fields last, by the field; of those of several users."""
        if edits != self._editors:
            self._editors = edits
            self._show_editors()

    def _show_editors(self) -> None:
        told = {field: edit_mark_text(mark) for field, mark in self._editors.items()}
        self.label.show_remark(told.get("label", ""))
        self.expected.show_remark(told.get("expected_count", ""))
        names = (self.tr("Notes"), told.get("notes", ""))
        self._notes_name.setText(" · ".join(one for one in names if one))

    @property
    def editing(self) -> Sequence[QWidget]:
        """What changes the batch."""
        return self.label, self.expected, self.notes, self.repeats.dismiss_button

    @property
    def drafts(self) -> BatchDrafts:
        """What the user has typed, or the store has."""
        return BatchDrafts(self.label.draft, self.expected.draft, self.notes.draft)

    def start(self, drafts: BatchDrafts) -> None:
        """Show another batch's fields."""
        self.label.start(drafts.label)
        self.expected.start(drafts.expected)
        self.notes.start(drafts.notes)

    def take(self, batch: BatchRecord) -> None:
        """Show what the store has in the fields in which the user has not typed."""
        label, expected, notes = stored_texts(batch)
        self.label.take(label, batch.revision)
        self.expected.take(expected, batch.revision)
        self.notes.take(notes, batch.revision)

    # --- What is shown --------------------------------------------------------------------------

    def show_batch(
        self,
        batch: BatchRecord,
        statistics: BatchStatistics | None,
        reports: int | None,
        now: datetime,
        exposed: Sequence[TimeRange] = (),
        *,
        is_masked: bool = False,
    ) -> None:
        """Show a batch.

        Args:
            batch: the batch and its sums.
            statistics: what its messages say together; None while that is not read.
            reports: how many came in the last minute; None while that is not read.
            now: the time, UTC.
            exposed: of which times reports about it may be lost.
            is_masked: whether what may be a phone number in its name is masked.
        """
        self._batch, self._statistics, self._reports, self._now = batch, statistics, reports, now
        self._exposed, self._is_masked = exposed, is_masked
        self._show()

    def show_asked(self, facts: AskedFacts) -> None:
        """Show what iP.1's books say of the batch."""
        self._there = facts.there
        self._show_placeholder()
        for key in ("asked", "named", "operators", "text"):
            self._facts.say(key, getattr(facts, key))
        if self._batch is not None:
            self._facts.say("complete", complete_text(self._batch, facts.there))

    def _show_placeholder(self) -> None:
        there = self._there
        said = self.tr("not known: click to set") if there is None else formatting.number(there)
        if there is None and self.expected.isReadOnly():
            said = self.tr("not known")
        self.expected.setPlaceholderText(said)

    def show_arrivals(self, arrivals: BatchArrivals | None) -> None:
        """Show how the batch's reports came; None while that is not read."""
        self._arrivals = arrivals
        self._show_arrivals()

    def _show_arrivals(self) -> None:
        arrivals = self._arrivals
        is_partly_known = self._batch is not None and self._batch.purged is not None
        self._timeline.show_line(None if arrivals is None else arrivals.line)
        if arrivals is None:
            texts = {"lag": NOT_READ_YET, "late": "", "closed": ""}
        elif is_partly_known:
            closed = delay_text.closed_text(arrivals.line.closed)
            texts = {"lag": "", "late": "", "closed": closed}
        else:
            texts = {
                "lag": delay_text.spread_text(arrivals.spread),
                "late": delay_text.reasons_text(arrivals.spread),
                "closed": delay_text.closed_text(arrivals.line.closed),
            }
        for key, text in texts.items():
            self._facts.say(key, text)

    @property
    def timeline(self) -> Timeline:
        """How the batch's reports came over time."""
        return self._timeline

    def _show(self) -> None:
        batch, now = self._batch, self._now
        if batch is None or now is None:
            return
        self.label.setPlaceholderText(name_of(batch, is_masked=self._is_masked))
        self._id.show_id(batch.batch_id)
        remarks = batch_text.remarks(batch, self._exposed, now)
        self._remarks.setText(remarks)
        self._remarks.setVisible(bool(remarks))
        self._bar.show_counts(batch.results(), max(batch.expected or 0, batch.messages))
        self._sentence.setText(sentence_of(batch, self._statistics, now))
        failures = failures_of(batch, self._statistics)
        self._failures.show_failures(failures)
        self._failures_name.setVisible(bool(failures))
        costs = None if self._statistics is None else self._statistics.costs
        # The messages that are left would tell of a part of it, as if that were all.
        self._table.setColumnHidden(COST_COLUMN, batch.purged is not None)
        self._model.show_sums(batch.statuses, costs, batch.tally().unseen)
        facts = facts_of(
            batch,
            now,
            statistics=self._statistics,
            reports=self._reports,
            there=self._there,
            is_exposed=bool(self._exposed),
        )
        for key, text in facts.items():
            self._facts.say(key, text)
        self._show_arrivals()

    def add_question(self, question: QWidget) -> None:
        """Show what asks whether the batch is complete, below what is known of that."""
        self._question_place.addWidget(question)

    def add_actions(self, actions: QWidget) -> None:
        """Show what can be done with the receipt, at its end."""
        self._actions_place.addWidget(actions)

    def add_follow_up(self, button: QWidget) -> None:
        """Show what can be done about what did not arrive, right below it."""
        self._follow_up_place.addWidget(button)
        self._follow_up_place.addStretch(1)

    @property
    def sentence(self) -> str:
        """How the batch went, as it is shown."""
        return self._sentence.text()

    @property
    def failures(self) -> FailureList:
        """What did not arrive."""
        return self._failures

    @property
    def breakdown(self) -> BreakdownModel:
        """The messages by result and code."""
        return self._model

    def fact(self, key: str) -> str:
        """Return what is shown of a fact; "" where it is not shown."""
        return self._facts.text(key)

    @property
    def remarks(self) -> str:
        """What is said to be unusual about the batch."""
        return "" if self._remarks.isHidden() else self._remarks.text()

    # --- Language and theme ---------------------------------------------------------------------

    def _retranslate(self) -> None:
        self.label.setAccessibleName(self.tr("Label of the batch"))
        self.label.setToolTip(self.tr("Click to rename. Return keeps it, Esc does not."))
        self._id.name_copy(self.tr("Copy the batch id"))
        self._table.setAccessibleName(self.tr("Messages by result and code"))
        for key, name in {
            "progress": self.tr("Finished"),
            "delivered": self.tr("Delivered"),
            "estimate": self.tr("Forecast"),
            "rate": self.tr("Rate now"),
            "settling": self.tr("Time to finish"),
            "segments": self.tr("SMS parts"),
            "cost": self.tr("Cost"),
            "each": self.tr("Each delivered"),
            "complete": self.tr("Complete?"),
            "asked": self.tr("By iP.1's books"),
            "operators": self.tr("By operator"),
            "named": self.tr("iP.1 calls it"),
            "text": self.tr("Its text"),
            "paid_back": self.tr("Paid back"),
            "undelivered": self.tr("Undelivered"),
            "reports": self.tr("Reports"),
            "marked": self.tr("Not read"),
            "lag": self.tr("Delay"),
            "late": self.tr("Delayed"),
            "closed": self.tr("Interruptions"),
            "first": self.tr("First report"),
            "last": self.tr("Last report"),
            "expected": self.tr("Expected"),
        }.items():
            self._facts.name(key, name)
        self._show_placeholder()
        self.expected.setToolTip(
            self.tr("How many messages the batch has. The reports do not tell.")
        )
        self._failures_name.setText(self.tr("What did not arrive"))
        self._show_editors()
        self.notes.setAccessibleName(self.tr("Notes"))
        if not self.notes.isReadOnly():
            self.notes.setPlaceholderText(self.tr("Write here what you want to remember."))
        self._export.setText(self.tr("Export this batch…"))
        self._model.retext()
        self._timeline.setAccessibleName(self.tr("Reports over time"))
        self._show_icons()
        self._show()
        self._show_arrivals()

    def _show_icons(self) -> None:
        self._export.setIcon(icon("export-variant"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_icons()
