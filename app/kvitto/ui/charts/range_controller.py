"""Keeps the chart that is seen at the right time: with the clock, or where the user has gone."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kvitto.ui.charts.chart_source import ChartSource
from kvitto.ui.charts.crosshair import PointedChart
from kvitto.ui.charts.plot import PlotFrame
from kvitto.ui.charts.time_range import Life, Range, TimeSpan

_QUICKEST_MS: Final = 1000
_SLOWEST_MS: Final = 60_000
_MOST_MARGIN: Final = 0.4


class RangeController(QObject):
    """Tells the charts what time to show, and in which times no report could come in.

    Belongs to the window's thread.

    Args:
        charts: of which one is seen at a time; the first to begin with.
        source: knows when no report could come in.
        clock: the time, UTC.
        parent: the owner.

    Attributes:
        chosen: the range that was chosen last.

    Signals:
        range_changed: the range that is followed now; None where the user has zoomed or moved.
    """

    range_changed = Signal(object)

    def __init__(
        self,
        *charts: PointedChart,
        source: ChartSource,
        clock: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.chosen = Range.ALL
        self._chart = charts[0]
        self._source = source
        self._clock = clock
        self._span = TimeSpan()
        self._life: Life | None = None
        self._is_seen = False
        self._advance = QTimer(self, singleShot=True)
        self._advance.timeout.connect(self.refresh)
        source.closed_read.connect(self._show_closed)
        for chart in charts:
            chart.zoomed.connect(self._on_zoomed)
            chart.moved.connect(self._on_moved)
            chart.reset_requested.connect(self.reset)
            chart.resized.connect(self.refresh)

    @property
    def frame(self) -> PlotFrame:
        """What time is shown."""
        return PlotFrame(self._span.begin_s, self._span.end_s, self._now_s())

    def keep(self, chart: PointedChart, life: Life | None) -> None:
        """Keep this chart at the time from now on.

        Args:
            chart: the one that is seen.
            life: from when to when there is something to see; None where there is nothing.
        """
        self._chart, self._life = chart, life
        self.refresh()

    def set_seen(self, *, is_seen: bool) -> None:
        """Know whether anybody looks: else the clock is not followed."""
        self._is_seen = is_seen
        if is_seen:
            self.refresh()
        else:
            self._advance.stop()

    def choose(self, chosen: Range) -> None:
        """Follow a range."""
        self.chosen = chosen
        self.reset()

    def reset(self) -> None:
        """Follow the range that was chosen last, where the user has zoomed or moved."""
        self._span.range = self.chosen
        self.range_changed.emit(self.chosen)
        self.refresh()

    def refresh(self) -> None:
        """Show what is to be seen now."""
        if self._life is None:
            return
        now_s = self._now_s()
        share = min(self._chart.margin() / self._chart.pixels, _MOST_MARGIN)
        self._span.follow(self._life, now_s, share)
        self._show_closed()
        self._chart.show_time(PlotFrame(self._span.begin_s, self._span.end_s, now_s))
        if self._is_seen:
            # Nothing moves by less than a pixel.
            pixel_ms = self._span.length_s / self._chart.pixels * 1000
            self._advance.start(int(min(max(pixel_ms, _QUICKEST_MS), _SLOWEST_MS)))

    def _now_s(self) -> float:
        return self._clock().timestamp()

    def _show_closed(self) -> None:
        self._chart.show_closed(self._source.closed)

    def _on_zoomed(self, factor: float, at_s: float) -> None:
        if self._life is not None:
            self._span.zoom(factor, at_s, self._life, self._now_s())
            self.range_changed.emit(None)
            self.refresh()

    def _on_moved(self, by_s: float) -> None:
        if self._life is not None:
            self._span.move(by_s, self._life, self._now_s())
            self.range_changed.emit(None)
            self.refresh()
