"""What there is in all, while nothing is selected."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.core.undelivered import NOT_DELIVERED
from kvitto.store.batch_statistics import Statistics
from kvitto.store.reader import Changes
from kvitto.store.search_conditions import ShownScope
from kvitto.store.totals import Totals
from kvitto.ui.details import batch_text
from kvitto.ui.details.breakdown_model import COST_COLUMN, SPARE_COLUMNS, BreakdownModel
from kvitto.ui.details.mark_text import marked_reports_text
from kvitto.ui.details.result_bar import ResultBar
from kvitto.ui.services.change_feed import Reading
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.key_value_grid import KeyValueGrid, text_label
from kvitto.ui.widgets.table_view import TableView
from kvitto.ui.widgets.theme import ICON_SIZE, STEP

_TITLE_SCALE: Final = 1.25
_FACTS: Final = (
    "batches",
    "messages",
    "finished",
    "delivered",
    "segments",
    "cost",
    "paid_back",
    "marked",
    "archived",
    "demo",
)


class OverviewPage(QScrollArea):
    """Shows the sums over all batches, and follows them.

    Signals:
        failed: a sentence that says what could not be read.
        export_requested: everything is to be exported; None.
        follow_up_requested: those who did not get it are asked for, of what the table shows.
    """

    failed = Signal(str)
    export_requested = Signal(object)
    follow_up_requested = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        """Read when it is shown."""
        super().__init__(parent)
        self._context = context
        self._statistics = Statistics(context.backend.database)
        self._totals: Totals | None = None
        self._shown: ShownScope | None = None
        inner = QWidget(self)
        self._title = QLabel(inner)
        font = self._title.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * _TITLE_SCALE)
        self._title.setFont(font)
        self._hint = text_label(inner, is_faint=True)
        self._bar = ResultBar(inner)
        self._model = BreakdownModel(self)
        self._table = TableView(inner)
        self._prepare_table()
        self._facts = KeyValueGrid(inner)
        for key in _FACTS:
            self._facts.add(key)
        self._follow_up = QPushButton(inner)
        self._follow_up.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._follow_up.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._follow_up.clicked.connect(self.follow_up_requested)
        self._export = QPushButton(inner)
        self._export.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._export.clicked.connect(lambda: self.export_requested.emit(None))
        column = QVBoxLayout(inner)
        column.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 3 * STEP)
        column.setSpacing(2 * STEP)
        for widget in (
            *(self._title, self._hint, self._bar, self._follow_up),
            *(self._table, self._facts),
        ):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self._export)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        context.feed.add_part(self._plan, self._on_totals)
        context.feed.failed.connect(lambda _error: self._show())
        context.preferences.changed.connect(self._on_preference)
        self._retranslate()

    def _prepare_table(self) -> None:
        self._table.setModel(self._model)
        # What each code costs is known of each batch, not of all.
        self._table.setColumnHidden(COST_COLUMN, True)
        self._table.fill_width(spare=SPARE_COLUMNS)
        self._table.fit_height()

    def fact(self, key: str) -> str:
        """Return what is shown of a fact; "" where it is not shown."""
        return self._facts.text(key)

    def _plan(self) -> Reading | None:
        if not self.isVisible():
            return None
        shown, with_demo = self._shown, self._context.preferences.shows_demo

        def read(changes: Changes) -> tuple[ShownScope | None, Totals]:
            return shown, self._statistics.totals(with_demo=with_demo, shown=shown, changes=changes)

        return read

    def _on_totals(self, answered: tuple[ShownScope | None, Totals]) -> None:
        shown, totals = answered
        # The table shows what is coming together with the next reading, and not before.
        is_asked = shown == self._shown or (shown is not None and shown.is_like(self._shown))
        if totals is not self._totals and is_asked:
            self._totals = totals
            self._show()

    def show_scope(self, shown: ShownScope | None) -> None:
        """Add up what is shown only; None for all."""
        if shown != self._shown:
            self._shown = shown
            self._retitle()
            self._context.feed.refresh()

    def _show(self) -> None:
        totals = self._totals
        if totals is None:
            self._facts.say("batches", self._context.feed.reading_text())
            return
        is_empty = not totals.messages
        self._bar.setVisible(not is_empty)
        self._table.setVisible(not is_empty)
        self._export.setEnabled(not is_empty)
        self._bar.show_counts(totals.results(), totals.messages)
        self._show_follow_up(totals)
        self._model.show_sums(totals.statuses, {})
        delivered = totals.results()[Result.DELIVERED]
        with_demo = self._context.preferences.shows_demo or self._shown is not None
        demo = (
            "" if with_demo or not totals.demo_batches else formatting.number(totals.demo_batches)
        )
        # Those that the table leaves out by default, where nothing else is filtered.
        is_left_out = self._shown is None and not self._context.preferences.shows_done
        archived = totals.archived_batches if is_left_out else 0
        for key, text in {
            "batches": self._batches_text(totals),
            "messages": formatting.number(totals.messages),
            "finished": self.tr("{finished} ({share})").format(
                finished=formatting.number(totals.finished),
                share=formatting.percent(totals.finished, totals.messages),
            ),
            "delivered": batch_text.shares_text(delivered, totals.finished, totals.messages),
            "segments": formatting.number(totals.segments),
            "cost": formatting.sums(totals.costs, separator="\n"),
            "paid_back": formatting.sums(totals.paid_back, separator="\n"),
            "marked": marked_reports_text(totals.marks),
            "archived": formatting.number(archived) if archived else "",
            "demo": demo,
        }.items():
            is_said = not is_empty or key in ("batches", "messages", "demo")
            self._facts.say(key, text if is_said else "")

    def _show_follow_up(self, totals: Totals) -> None:
        """Offer the list; with its number where no message is filtered out of it."""
        with_archived = self._shown is not None or self._context.preferences.shows_done
        results = totals.listed_results(with_archived=with_archived)
        count = sum(results[one] for one in NOT_DELIVERED)
        self._follow_up.setVisible(bool(count))
        is_whole = self._shown is None or self._shown.wanted.is_of_batches
        text = (
            self.tr("Those who did not get it ({count})…")
            if is_whole
            else self.tr("Those who did not get it…")
        )
        self._follow_up.setText(text.format(count=formatting.number(count)))

    def _batches_text(self, totals: Totals) -> str:
        shown = formatting.number(totals.batches)
        if self._shown is None:
            return shown
        return self.tr("{shown} of {all}").format(
            shown=shown, all=formatting.number(totals.of_batches)
        )

    def _retitle(self) -> None:
        is_all = self._shown is None
        self._title.setText(self.tr("All batches") if is_all else self.tr("The batches shown"))
        is_of_batches = self._shown is None or self._shown.wanted.is_of_batches
        self._hint.setText(
            self.tr("Select a batch or a message to see more of it here.")
            if is_of_batches
            else self.tr("Whole batches are added up, with what does not pass the filters.")
        )
        self._export.setText(
            self.tr("Export all messages…") if is_all else self.tr("Export what is shown…")
        )

    def _on_preference(self, name: str) -> None:
        if name == "shows_demo":
            self._context.feed.refresh()
        elif name == "shows_done":
            self._show()

    def _retranslate(self) -> None:
        self._retitle()
        self._table.setAccessibleName(self.tr("Messages by result and code"))
        for key, name in {
            "batches": self.tr("Batches"),
            "messages": self.tr("Messages"),
            "finished": self.tr("Finished"),
            "delivered": self.tr("Delivered"),
            "segments": self.tr("SMS parts"),
            "cost": self.tr("Cost"),
            "paid_back": self.tr("Paid back"),
            "marked": self.tr("Not read"),
            "archived": self.tr("Archived, counted"),
            "demo": self.tr("Demo, not counted"),
        }.items():
            self._facts.name(key, name)
        self._model.retext()
        self._show_icons()
        self._show()

    def _show_icons(self) -> None:
        self._export.setIcon(icon("export-variant"))
        self._follow_up.setIcon(icon("phone-outline"))

    # --- Qt's side ------------------------------------------------------------------------------

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read at once what was not read while nobody saw it."""
        super().showEvent(event)
        self._totals = None  # what has changed meanwhile nobody told
        self._context.feed.refresh()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._show_icons()
