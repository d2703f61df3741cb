"""What both charts have in common: rows of drawings above an axis of time."""

from collections.abc import Sequence
from typing import Final

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.ui.charts.axes import TimeAxis
from kvitto.ui.charts.outage_bands import OutageSpan, ShadedBand, cut
from kvitto.ui.charts.plot import PlotFrame, Row
from kvitto.ui.charts.ticks import instant_of, time_ticks
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import STEP, colours, number_font

_TICK_GAP: Final = 8 * STEP


class TimeChart(pg.GraphicsLayoutWidget):  # type: ignore[misc] # pyqtgraph has no types
    """Draws over time. What time, and what there is to draw, it is told.

    Signals:
        zoomed: by which factor, and around which time.
        moved: by how many seconds.
        reset_requested: back to a range that follows the clock.
        resized: what is drawn has another width or other texts, and was drawn anew.
    """

    zoomed = Signal(float, float)
    moved = Signal(float)
    reset_requested = Signal()
    resized = Signal()
    _is_made = False

    def __init__(self, parent: QWidget) -> None:
        """Make a chart without rows; `_add_row` and `_show_rows` give it some."""
        super().__init__(parent)
        self._frame = PlotFrame(0.0, 1.0, 0.0)
        self._closed: Sequence[OutageSpan] = ()
        self._time_axis = TimeAxis()
        self._time_axis.setParentItem(self.ci)
        self._rows: list[Row] = []
        self.ci.layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, 0)
        self.ci.layout.setHorizontalSpacing(0)
        self.ci.layout.setVerticalSpacing(STEP)
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._on_fitting)
        self._is_made = True

    # --- What is drawn --------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Row]:
        """The drawings, from top to bottom."""
        return self._rows

    @property
    def frame(self) -> PlotFrame:
        """What time is seen."""
        return self._frame

    @property
    def pixels(self) -> int:
        """How wide what is drawn is."""
        return self._rows[0].box.pixels[0] if self._rows else max(self.width(), 1)

    def show_time(self, frame: PlotFrame) -> None:
        """Show a time."""
        self._frame = frame
        self.fit()

    def show_closed(self, closed: Sequence[OutageSpan]) -> None:
        """Shade the times in which no report could come in."""
        if closed != self._closed:
            self._closed = closed
            self._shade()

    def margin(self) -> float:
        """Return the room to keep free behind the end of the line, in pixels."""
        return 2.0 * STEP

    def fit(self) -> None:
        """Draw anew what is seen."""
        if not self._rows:
            return
        for row in self._rows:
            row.frame = self._frame
            row.draw()
        width = max(row.axis_width for row in self._rows)
        for row in self._rows:
            if row.axis.fixedWidth != width:
                row.axis.setWidth(width)
        begin_s, end_s, now_s = self._frame
        text = QFontMetricsF(number_font(self.font())).horizontalAdvance(
            formatting.day(instant_of(now_s))
        )
        least_s = (text + _TICK_GAP) * self._rows[0].seconds_per_pixel
        self._time_axis.show_ticks(time_ticks(begin_s, end_s, least_s), begin_s)
        self._shade()

    def _shade(self) -> None:
        begin_s, end_s, now_s = self._frame
        parts = cut(self._closed, begin_s, min(end_s, now_s))
        for row in self._rows:
            bands = [ShadedBand(row.x_of(begin), row.x_of(end), by) for begin, end, by in parts]
            # The words once, below all rows.
            row.backdrop.show_bands(bands, self.font(), has_words=row is self._rows[-1])

    # --- Rows -----------------------------------------------------------------------------------

    def _add_row(self, row: Row) -> None:
        """Take a row into the scene, unseen. It stays there as long as the chart.

        What leaves a scene is deleted some time by Python, in whatever thread that happens, and Qt
        does not survive that.
        """
        for item in (row.axis, row.box):
            item.setParentItem(self.ci)
            item.hide()
        row.box.zoomed.connect(self._on_zoomed)
        row.box.moved.connect(self.moved)
        row.box.reset_requested.connect(self.reset_requested)
        row.box.sigResized.connect(self._on_resized)

    def _show_rows(self, rows: Sequence[Row], first: int = 0) -> None:
        """Show these of the added rows, the uppermost in the layout's row `first`."""
        grid = self.ci.layout
        for row in self._rows:
            for item in (row.axis, row.box):
                grid.removeItem(item)
                item.hide()
        if self._rows:
            grid.removeItem(self._time_axis)
        for place in range(first, grid.rowCount()):
            grid.setRowStretchFactor(place, 0)
        self._rows = list(rows)
        for place, row in enumerate(rows, start=first):
            grid.addItem(row.axis, place, 0)
            grid.addItem(row.box, place, 1)
            row.axis.show()
            row.box.show()
            grid.setRowStretchFactor(place, 1)
        self._time_axis.setVisible(bool(rows))
        if rows:
            grid.addItem(self._time_axis, first + len(rows), 1)
            self._time_axis.linkToView(rows[0].box)
        self.restyle()

    def restyle(self) -> None:
        """Take the colours and the font of the theme."""
        self.setBackground(colours().base)
        self._time_axis.restyle(number_font(self.font()))
        for row in self._rows:
            row.restyle(self.font())
        self._fitting.start()

    def _on_zoomed(self, factor: float, x_s: float) -> None:
        self.zoomed.emit(factor, self._frame.begin_s + x_s)

    def _on_fitting(self) -> None:
        # The layout could not fill the view while it had other rows, or none.
        self.ci.layout.activate()
        self.ci.setGeometry(self.range)
        self.fit()
        self.resized.emit()

    def _on_resized(self, _box: object) -> None:
        # Once, after the layout has placed all.
        self._fitting.start()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme, the font and the language."""
        super().changeEvent(event)
        if not self._is_made:
            return  # pyqtgraph's constructor changes the palette
        kind = event.type()
        if kind in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.restyle()
        elif kind is QEvent.Type.LanguageChange:
            self.retranslate()

    def retranslate(self) -> None:
        """Write all texts anew."""
        self._fitting.start()
