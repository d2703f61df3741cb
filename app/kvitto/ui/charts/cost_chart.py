"""The running cost: a line of steps for each currency, each on a scale of its own."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.core.money import NANO, NO_CURRENCY, Money
from kvitto.store.timeseries import CostSeries
from kvitto.ui.charts.crosshair import PointedChart
from kvitto.ui.charts.decimation import outline
from kvitto.ui.charts.overlay import Caption
from kvitto.ui.charts.plot import Row
from kvitto.ui.charts.ticks import amount_ticks
from kvitto.ui.charts.time_bins import MINUTE_S
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import STEP, colours

MOST_ROWS: Final = 4
"""More currencies than these are only told with their totals."""
_LINE_WIDTH: Final = 2
_AIR: Final = 0.06
_FROM_ZERO_SHARE: Final = 0.5


class CostRow(Row):
    """The line of one currency.

    Attributes:
        series: what is drawn; while the row is seen, it has at least one change.
    """

    def __init__(self) -> None:
        """Draw nothing yet."""
        super().__init__()
        self.series = CostSeries("")
        self._low = 0.0
        self._high = 1.0
        self._curve = pg.PlotCurveItem()
        self.box.addItem(self._curve, ignoreBounds=True)

    @property
    def end_s(self) -> float:
        """Where the line ends: now, or at a change behind that."""
        return max(self.frame.now_s, float(self.series.minutes[-1]) * MINUTE_S)

    @property
    def total_text(self) -> str:
        """The cost at the line's end."""
        return formatting.sum_money(Money(self.series.total, self.series.currency))

    def money_text(self, nano: int) -> str:
        """Return an exact cost with its currency."""
        return formatting.money(Money(nano, self.series.currency))

    @override
    def restyle(self, font: QFont) -> None:
        """Take the colours of the theme, and a font."""
        super().restyle(font)
        self._curve.setPen(pg.mkPen(colours().accent, width=_LINE_WIDTH))

    @override
    def draw(self) -> None:
        """Draw the steps that are seen, and write the total at the line's end."""
        frame = self.frame
        width, height = self.box.pixels
        seen = outline(self.series, frame.begin_s, frame.end_s, until_s=frame.now_s, pixels=width)
        self._low, self._high = cost_range(seen.low, seen.high)
        caption = self.caption_height
        self._high += (self._high - self._low) * caption / (height - caption)
        self._curve.setData(seen.x, seen.y - self._low)
        self.box.show_range(frame.length_s, self._high - self._low)
        ticks = amount_ticks(self._low, self._high, self.most_ticks)
        self.show_ticks(ticks, self._low, self._high)
        last_change_s = float(self.series.minutes[-1]) * MINUTE_S
        if last_change_s > frame.end_s or self.end_s < frame.begin_s:
            self.overlay.show_end(None)
        else:
            end = QPointF(self.x_of(min(self.end_s, frame.end_s)), self._y_of(self.series.total))
            is_seen = self.end_s <= frame.end_s
            self.overlay.show_end(end, self.total_text, has_dot=is_seen)

    def _y_of(self, nano: int) -> float:
        """Return where a cost is, in pixels from the upper edge."""
        return (self._high - nano) / (self._high - self._low) * self.box.pixels[1]

    @override
    def read(self, time_s: float | None, note: str = "") -> str:
        """Show the exact cost at a minute, and return it."""
        name = self.series.currency or QCoreApplication.translate("Charts", "No currency")
        if time_s is None or not time_s <= self.end_s:
            self.overlay.show_caption(Caption(name))
            self.overlay.show_crosshair(None if time_s is None else self.x_of(time_s))
            return ""
        minute = int(time_s // MINUTE_S)
        nano = self.series.nano_at(minute)
        text = self.money_text(nano)
        has_begun = minute >= self.series.minutes[0]
        self.overlay.show_caption(Caption(name, text, note))
        self.overlay.show_crosshair(self.x_of(time_s), self._y_of(nano) if has_begun else None)
        return text

    @override
    def next_change(self, minute: int, direction: int) -> int | None:
        """Return the next minute before (-1) or after (+1) another at which the cost changed."""
        minutes = self.series.minutes
        if direction > 0:
            place = int(np.searchsorted(minutes, minute, side="right"))
        else:
            place = int(np.searchsorted(minutes, minute, side="left")) - 1
        return int(minutes[place]) if 0 <= place < len(minutes) else None


class CostChart(PointedChart):
    """Draws the cost of what is selected over time, one row for each currency.

    Currencies are never added together, and never share a scale.
    """

    def __init__(self, parent: QWidget) -> None:
        """Make an empty chart."""
        super().__init__(parent)
        self._lines: list[CostRow] = []
        self._all_lines = [CostRow() for _ in range(MOST_ROWS)]
        for line in self._all_lines:
            self._add_row(line)

    @property
    def lines(self) -> list[CostRow]:
        """The lines, from top to bottom."""
        return list(self._lines)

    def show_series(self, series: Mapping[str, CostSeries]) -> None:
        """Draw these lines, by their currencies, from the next `show_time` on."""
        shown = [series[currency] for currency in shown_currencies(series)]
        lines = self._all_lines[: len(shown)]
        for line, one in zip(lines, shown, strict=True):
            line.series = one
        if lines != self._lines:
            self._lines = lines
            self._show_rows(lines)

    @override
    def margin(self) -> float:
        """Return the room for the texts at the lines' ends."""
        widths = [
            QFontMetricsF(line.overlay.strong_font).horizontalAdvance(line.total_text)
            for line in self._lines
        ]
        return max(widths, default=0.0) + 4 * STEP


def shown_currencies(series: Mapping[str, CostSeries]) -> list[str]:
    """Return the currencies that get a row: those with the most changes, by name.

    Where there are too many, amounts without a currency are the first to go.
    """

    def weight(currency: str) -> tuple[bool, int]:
        return currency == NO_CURRENCY, -len(series[currency].minutes)

    most = sorted(series, key=weight)[:MOST_ROWS]
    return sorted(most, key=formatting.currency_order)


def cost_range(low: float, high: float) -> tuple[float, float]:
    """Return from where to where a scale goes that shows costs well, in nano-units.

    From zero where the least cost is not far from it, or all are the same; else the change fills
    the height, as a small one on a large sum could not be seen.
    """
    if low == high:
        if not low:
            return 0.0, float(NANO)
        return (0.0, low * (1 + _AIR)) if low > 0 else (low * (1 + _AIR), 0.0)
    air = (high - low) * _AIR
    if 0 <= low <= _FROM_ZERO_SHARE * high:
        return 0.0, high + air
    if _FROM_ZERO_SHARE * low <= high <= 0:
        return low - air, 0.0
    return low - air, high + air
