"""The pane with the charts: the running cost, and the reports, of what is selected."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
from PySide6.QtCore import QByteArray, QEvent, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.money import Money
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.store.search_conditions import ShownScope
from kvitto.store.timeseries import Costs, Rates
from kvitto.ui.charts.chart_pages import ChartPages
from kvitto.ui.charts.chart_source import ChartSource, Question
from kvitto.ui.charts.cost_chart import CostChart, shown_currencies
from kvitto.ui.charts.crosshair import PointedChart
from kvitto.ui.charts.image_export import Heading
from kvitto.ui.charts.image_saver import PictureSaver
from kvitto.ui.charts.range_controller import RangeController
from kvitto.ui.charts.reports_chart import RateChart
from kvitto.ui.charts.ticks import moment_text
from kvitto.ui.charts.time_bins import MINUTE_S
from kvitto.ui.charts.time_range import Life, Range
from kvitto.ui.charts.toolbar import ChartBar, View
from kvitto.ui.charts.usual_pane import UsualPane
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.widgets.theme import STEP

_STATE: Final = "costs"
_PATIENCE_MS: Final = 300
_LEAST_HEIGHT: Final = 40 * STEP


class _Left(msgspec.Struct):
    """How the pane was left."""

    view: View = View.COST
    range: Range = Range.ALL


class ChartsPanel(QWidget):
    """Shows what is selected costs over time, or when its reports came; of all, if nothing is.

    Belongs to the window's thread, and reads away from it, while it is seen.

    Signals:
        failed: a sentence that says why a picture could not be saved, or the charts not be read.
        done: a sentence that says where a picture was saved.
    """

    failed = Signal(str)
    done = Signal(str)

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Show all batches of `context`; `clock` tells the time, UTC."""
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._batch: BatchRecord | None = None
        self._shown: ShownScope | None = None
        self._chosen = View.COST
        self._costs: Costs | None = None
        self._rates: Rates | None = None
        self._source = ChartSource(context, self)
        self._saver = PictureSaver(context, self)
        self.bar = ChartBar(self)
        self.cost_chart = CostChart(self)
        self.rate_chart = RateChart(self)
        self.usual = UsualPane(context, self, clock=clock)
        self._pages = ChartPages((self.cost_chart, self.rate_chart, self.usual), self)
        self._time = RangeController(
            self.cost_chart,
            self.rate_chart,
            source=self._source,
            clock=clock,
            parent=self,
        )
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._lay_out()
        self._join()
        self._retranslate()
        self.bar.set_picture_enabled(is_enabled=False)
        self._ask()

    # --- Building -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setMinimumHeight(_LEAST_HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)

    def _join(self) -> None:
        self.bar.view_chosen.connect(self._on_view)
        self.bar.range_chosen.connect(self._time.choose)
        self.bar.copy_requested.connect(self._on_copy)
        self.bar.save_requested.connect(self._on_save)
        self._time.range_changed.connect(self.bar.show_range)
        self._source.costs_read.connect(self._on_costs)
        self._source.rates_read.connect(self._on_rates)
        self._source.failed.connect(self.failed)
        self.usual.failed.connect(self.failed)
        self.usual.shown.connect(self._on_usual)
        self._saver.failed.connect(self.failed)
        self._saver.done.connect(self.done)
        self._patience.timeout.connect(self._on_impatient)
        self._context.feed.changed.connect(self._on_changed)
        self._context.feed.failed.connect(lambda _error: self._on_impatient())
        self._context.preferences.changed.connect(self._on_preference)

    @property
    def view(self) -> View:
        """What is shown: what was chosen, but no batch can't be compared with others."""
        is_none = self._chosen is View.USUAL and self._batch is None
        return View.COST if is_none else self._chosen

    @property
    def _shows_rates(self) -> bool:
        return self.view is View.REPORTS

    @property
    def chart(self) -> PointedChart:
        """The chart over time that is chosen; it is seen where there is something to draw."""
        return self.rate_chart if self._shows_rates else self.cost_chart

    @property
    def message(self) -> str:
        """What is said instead of a chart; "" where one is seen."""
        return self._pages.message

    @property
    def more(self) -> str:
        """What is told of currencies that have no row; "" where each has one."""
        return self._pages.more

    # --- What is shown --------------------------------------------------------------------------

    def show_selection(self, selection: Selection) -> None:
        """Show what is selected: a batch, that of a message, or all where nothing is."""
        before, self._batch = self._batch, selection.batch
        is_another = (before and before.key) != (selection.batch and selection.batch.key)
        self._show_title()
        self.usual.show_batch(selection.batch)
        self.bar.set_usual_enabled(is_enabled=selection.batch is not None)
        if is_another:
            self.bar.show_view(self.view)
            self.chart.point_at(None)
            self._time.reset()
            self._ask()

    def show_scope(self, shown: ShownScope | None) -> None:
        """Show, where nothing is selected, what the table shows only; None for all."""
        if shown == self._shown:
            return
        is_another = (shown and shown.wanted) != (self._shown and self._shown.wanted)
        self._shown = shown
        if self._batch is not None:
            return
        self._show_title()
        if is_another:
            self.chart.point_at(None)
            self._time.reset()
        self._ask()

    def _ask(self) -> None:
        batch, preferences = self._batch, self._context.preferences
        self._costs = self._rates = None
        self._patience.start()
        if self.view is View.USUAL:
            self._show_page()
        self._source.ask(
            Question(
                batch_key=None if batch is None else batch.key,
                with_demo=preferences.shows_demo,
                wants_rates=self._shows_rates,
                shown=self._shown if batch is None else None,
            )
        )

    def _on_costs(self, costs: Costs) -> None:
        self._costs = costs
        self._patience.stop()
        if costs.series:
            self.cost_chart.show_series(costs.series)
        self._show_page()

    def _on_rates(self, rates: Rates) -> None:
        self._rates = rates
        self._patience.stop()
        self.rate_chart.show_rates(rates)
        self._show_page()

    def _show_page(self) -> None:
        """Show the chart, or a sentence where there is nothing to draw."""
        if self.view is View.USUAL:
            self._patience.stop()
            self.bar.set_picture_enabled(is_enabled=self.usual.has_chart)
            self._pages.show_chart(self.usual)
            self._pages.say_more("")
            return
        life = self._life()
        has_chart = life is not None
        self.bar.set_picture_enabled(is_enabled=has_chart)
        if has_chart:
            self._pages.show_chart(self.chart)
        else:
            self._pages.say(self._nothing())
        self._time.keep(self.chart, life)
        self._show_more()

    def _on_impatient(self) -> None:
        """Say that it takes a while."""
        if self._costs is None and self._rates is None:
            self.bar.set_picture_enabled(is_enabled=False)
            self._pages.say(self._context.feed.reading_text())

    def _nothing(self) -> str:
        if self._shows_rates:
            return self.tr("No reports yet. They appear here as they come.")
        if self._batch is None:
            return self.tr("No costs yet. They appear here with the first report that has a price.")
        return self.tr("Nothing in this batch has cost anything yet.")

    def _show_more(self) -> None:
        """Tell of the currencies that have no row."""
        if self._costs is None or self.view is not View.COST:
            self._pages.say_more("")
            return
        series = self._costs.series
        left_out = sorted(
            series.keys() - set(shown_currencies(series)), key=formatting.currency_order
        )
        amounts = " · ".join(
            formatting.sum_money(Money(series[one].total, one)) for one in left_out
        )
        self._pages.say_more(
            self.tr("Not drawn: {amounts}").format(amounts=amounts) if left_out else ""
        )

    def _life(self) -> Life | None:
        """Return from when to when there is something to see."""
        first: int | None = None
        last: int | None = None
        shown = self._rates if self._shows_rates else self._costs
        if shown is not None:
            first, last = shown.first_minute, shown.last_minute
        if first is None or last is None:
            return None
        first_s, last_s = float(first * MINUTE_S), float(last * MINUTE_S)
        if self._batch is None:
            sent = None if self._shown is None else self._shown.wanted.sent
            return Life(first_s, last_s, goes_on=sent is None or sent.end > self._clock())
        return Life(
            min(first_s, self._batch.first_seen.timestamp()),
            max(last_s, self._batch.last_seen.timestamp()),
            goes_on=False,
        )

    # --- What the user does ---------------------------------------------------------------------

    def _on_view(self, view: View) -> None:
        if view is not self._chosen:
            self.chart.point_at(None)
            self._chosen = view
            self.bar.show_view(self.view)
            self._show_title()
            self._ask()

    def _on_usual(self) -> None:
        if self.view is View.USUAL:
            self._show_page()

    @property
    def _drawing(self) -> QWidget:
        """What a picture is taken of: the comparison with its words."""
        return self.usual if self.view is View.USUAL else self.chart

    def _on_copy(self) -> None:
        self._saver.copy(self._drawing, self._heading())

    def _on_save(self) -> None:
        self._saver.ask(self._drawing, self._heading(), self._clock())

    def _heading(self) -> Heading:
        if self.view is View.USUAL:
            drawn = self.tr("drawn by Kvitto {now}").format(
                now=formatting.exact_time(self._clock())
            )
            kind = self.tr("Delivered, against what is usual")
            return Heading(f"{kind} · {self._title()}", drawn)
        kind = self.tr("Reports received") if self._shows_rates else self.tr("Cost")
        begin_s, end_s, now_s = self._time.frame
        note = self.tr("{begin} – {end} · drawn by Kvitto {now}").format(
            begin=moment_text(begin_s),
            end=moment_text(min(end_s, now_s)),
            now=formatting.exact_time(self._clock()),
        )
        return Heading(f"{kind} · {self._title()}", note)

    # --- What happens elsewhere -----------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        batch = self._batch
        if batch is None:
            return
        if batch.key in changes.removed:
            self.show_selection(Selection())
            return
        for one in changes.batches:
            if one.key == batch.key:
                self._batch = one
                self._show_title()
                self.usual.show_batch(one)

    def _on_preference(self, name: str) -> None:
        if name == "shows_demo":
            self._ask()

    def save_state(self) -> None:
        """Keep how the pane is left in the preferences."""
        left = _Left(view=self._chosen, range=self._time.chosen)
        self._context.preferences.put_state(_STATE, QByteArray(msgspec.json.encode(left)))

    def restore_state(self) -> None:
        """Show the pane as it was left."""
        kept = bytes(self._context.preferences.state(_STATE).data())
        try:
            left = msgspec.json.decode(kept or b"{}", type=_Left)
        except msgspec.MsgspecError:
            left = _Left()
        self._on_view(left.view)
        self._time.choose(left.range)

    # --- Texts and events -----------------------------------------------------------------------

    def _title(self) -> str:
        if self._batch is None:
            is_all = self._shown is None
            return self.tr("All batches") if is_all else self.tr("The batches shown")
        return name_of(self._batch, is_masked=self._context.preferences.is_masked)

    def _show_title(self) -> None:
        title = self._title()
        self.bar.show_title(title)
        self.cost_chart.setAccessibleName(self.tr("Cost of {what}").format(what=title))
        self.rate_chart.setAccessibleName(self.tr("Reports of {what}").format(what=title))

    def _retranslate(self) -> None:
        self._show_title()
        if self.message:
            self._on_impatient()
            if self._costs is not None or self._rates is not None:
                self._pages.say(self._nothing())
        self._show_more()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read from now on."""
        super().showEvent(event)
        self._source.set_active(is_active=True)
        self._time.set_seen(is_seen=True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Read no more."""
        super().hideEvent(event)
        self._source.set_active(is_active=False)
        self._time.set_seen(is_seen=False)
