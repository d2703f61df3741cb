"""New reports over time: stacked by result, in stretches of local time."""

from typing import Final, assert_never

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.store.timeseries import IntArray, Rates
from kvitto.ui.charts.chart_legend import Legend, result_fill
from kvitto.ui.charts.crosshair import PointedChart
from kvitto.ui.charts.overlay import Caption
from kvitto.ui.charts.plot import Row
from kvitto.ui.charts.ticks import count_ticks, instant_of
from kvitto.ui.charts.time_bins import MINUTE_S, WEEK_DAYS, Stretch, Unit, edges, fitting
from kvitto.ui.text import formatting

_LEAST_BAR_PIXELS: Final = 6.0
_BAR_GAP_PIXELS: Final = 1.0
_AIR: Final = 1.06
_NO_EDGES: Final[IntArray] = np.zeros(1, np.int64)


class RateRow(Row):
    """The bars. One item draws all bars of an result, and is kept.

    Attributes:
        rates: what is drawn.
        legend: tells what the colours mean, and how many reports are read.
    """

    def __init__(self, legend: Legend) -> None:
        """Draw nothing yet."""
        super().__init__()
        self.rates: Rates | None = None
        self.legend = legend
        self._stretch = Stretch(1, Unit.MINUTE)
        self._edges = _NO_EDGES
        self._counts: dict[Result, IntArray] = {}
        self._bars: dict[Result, pg.BarGraphItem] = {}
        for result in Result:
            bars = pg.BarGraphItem(x0=[], x1=[], height=[])
            self._bars[result] = bars
            self.box.addItem(bars, ignoreBounds=True)

    @property
    def counts(self) -> dict[Result, IntArray]:
        """How many reports of each result each bar shows."""
        return self._counts

    @property
    def bar_edges(self) -> IntArray:
        """Where the bars begin, and where the last ends: minutes since the epoch."""
        return self._edges

    @override
    def restyle(self, font: QFont) -> None:
        """Take the colours of the theme, and a font."""
        super().restyle(font)
        self.legend.restyle(font, self.overlay.strong_font)
        for result, bars in self._bars.items():
            fill, edge = result_fill(result)
            bars.setOpts(brush=fill, pen=edge)

    @override
    def draw(self) -> None:
        """Count what is seen, and draw it."""
        if self.rates is None:
            return
        frame = self.frame
        self._stretch = fitting(_LEAST_BAR_PIXELS * self.seconds_per_pixel)
        edges_s = edges(self._stretch, frame.begin_s, frame.end_s)
        self._edges = np.array(edges_s, np.int64) // MINUTE_S
        self._counts = self.rates.counts(self._edges)
        stacked = np.zeros(len(self._edges) - 1, np.int64)
        left = np.maximum(self._edges[:-1] * float(MINUTE_S) - frame.begin_s, 0.0)
        right = np.minimum(self._edges[1:] * float(MINUTE_S) - frame.begin_s, frame.length_s)
        right = np.maximum(right - _BAR_GAP_PIXELS * self.seconds_per_pixel, left)
        for result, bars in self._bars.items():
            counts = self._counts.get(result, np.zeros_like(stacked))
            is_bar = counts > 0
            bars.setOpts(
                x0=left[is_bar],
                x1=right[is_bar],
                y0=stacked[is_bar].astype(np.float64),
                height=counts[is_bar].astype(np.float64),
            )
            stacked = stacked + counts
        highest = max(float(stacked.max(initial=0)), 1.0) * _AIR
        pixels = self.box.pixels[1]
        highest *= pixels / (pixels - self.caption_height)
        self.box.show_range(frame.length_s, highest)
        self.show_ticks(count_ticks(highest, self.most_ticks), 0.0, highest)
        self.overlay.show_message(
            "" if stacked.any() else QCoreApplication.translate("Charts", "No reports in this time")
        )

    @override
    def read(self, time_s: float | None, note: str = "") -> str:
        """Show how many reports came in the stretch of a minute, and return it."""
        per = stretch_text(self._stretch)
        seen = {one: int(counts.sum()) for one, counts in self._counts.items()}
        place = -1
        if time_s is not None:
            minute = int(time_s // MINUTE_S)
            place = int(np.searchsorted(self._edges, minute, side="right")) - 1
        if time_s is None or not 0 <= place < len(self._edges) - 1:
            self.overlay.show_caption(Caption(per))
            self.overlay.show_crosshair(None if time_s is None else self.x_of(time_s))
            self.legend.show_counts(seen, seen)
            return ""
        here = {one: int(counts[place]) for one, counts in self._counts.items()}
        total = formatting.number(sum(here.values()))
        self.legend.show_counts(here, seen)
        notes = (self._stretch_times(place), note)
        self.overlay.show_caption(Caption(per, total, " · ".join(one for one in notes if one)))
        self.overlay.show_crosshair(self.x_of(time_s))
        parts = [
            f"{formatting.result_word(one)} {formatting.number(count)}"
            for one, count in here.items()
            if count
        ]
        # lupdate knows the plural forms of `tr` only, not those of `translate`.
        text = (
            QCoreApplication.translate("Charts", "1 report")
            if sum(here.values()) == 1
            else QCoreApplication.translate("Charts", "{count} reports").format(count=total)
        )
        return f"{text}: {', '.join(parts)}" if parts else text

    def _stretch_times(self, place: int) -> str:
        """Return from when to when a bar counts; nothing for a single minute or whole days."""
        if self._stretch.seconds <= MINUTE_S:
            return ""
        first, last = (instant_of(int(one) * MINUTE_S) for one in self._edges[place : place + 2])
        if self._stretch.unit in (Unit.MINUTE, Unit.HOUR):
            return "–".join(formatting.clock_time(one, with_seconds=False) for one in (first, last))
        return formatting.day(first) if self._stretch.unit is Unit.DAY else formatting.month(first)

    @override
    def next_change(self, minute: int, direction: int) -> int | None:
        """Return the next stretch before (-1) or after (+1) that of a minute that has reports."""
        if self.rates is None:
            return None
        place = int(np.searchsorted(self._edges, minute, side="right")) - 1
        begin, end = minute, minute + 1
        if 0 <= place < len(self._edges) - 1:
            begin, end = int(self._edges[place]), int(self._edges[place + 1])
        found: list[int] = []
        for series in self.rates.series.values():
            at = int(np.searchsorted(series.minutes, end if direction > 0 else begin))
            at = at if direction > 0 else at - 1
            if 0 <= at < len(series.minutes):
                found.append(int(series.minutes[at]))
        return (min if direction > 0 else max)(found, default=None)


class RateChart(PointedChart):
    """Draws the reports that came, for what is selected."""

    def __init__(self, parent: QWidget) -> None:
        """Make an empty chart."""
        super().__init__(parent)
        self._legend = Legend()
        self._legend.setParentItem(self.ci)
        self.ci.layout.addItem(self._legend, 0, 1)
        self._bars = RateRow(self._legend)
        self._add_row(self._bars)
        self._show_rows([self._bars], first=1)

    @property
    def bars(self) -> RateRow:
        """The drawing."""
        return self._bars

    def show_rates(self, rates: Rates) -> None:
        """Draw these reports, from the next `show_time` on."""
        self._bars.rates = rates

    @override
    def fit(self) -> None:
        """Draw anew what is seen."""
        self._legend.set_room(self._bars.box.width())
        super().fit()


def stretch_text(stretch: Stretch) -> str:
    """Return what a bar counts: `Reports received per 15 minutes`."""
    if stretch.count == WEEK_DAYS and stretch.unit is Unit.DAY:
        return QCoreApplication.translate("Charts", "Reports received per week")
    return _per_one(stretch.unit) if stretch.count == 1 else _per_several(stretch)


def _per_one(unit: Unit) -> str:
    match unit:
        case Unit.MINUTE:
            return QCoreApplication.translate("Charts", "Reports received per minute")
        case Unit.HOUR:
            return QCoreApplication.translate("Charts", "Reports received per hour")
        case Unit.DAY:
            return QCoreApplication.translate("Charts", "Reports received per day")
        case Unit.MONTH:
            return QCoreApplication.translate("Charts", "Reports received per month")
        case Unit.YEAR:
            return QCoreApplication.translate("Charts", "Reports received per year")


def _per_several(stretch: Stretch) -> str:
    match stretch.unit:
        case Unit.MINUTE:
            text = QCoreApplication.translate("Charts", "Reports received per {count} minutes")
        case Unit.HOUR:
            text = QCoreApplication.translate("Charts", "Reports received per {count} hours")
        case Unit.DAY:
            text = QCoreApplication.translate("Charts", "Reports received per {count} days")
        case Unit.MONTH:
            text = QCoreApplication.translate("Charts", "Reports received per {count} months")
        case Unit.YEAR:
            text = QCoreApplication.translate("Charts", "Reports received per {count} years")
        case _:
            assert_never(stretch.unit)
    return text.format(count=formatting.number(stretch.count))
