"""One drawing of a chart, with its own upward axis."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtGui import QFont, QFontMetricsF

from kvitto.ui.charts.axes import ChartAxis
from kvitto.ui.charts.overlay import Backdrop, Overlay
from kvitto.ui.charts.ticks import Tick
from kvitto.ui.charts.view_box import ChartViewBox
from kvitto.ui.widgets.theme import STEP, number_font

_TICK_HEIGHT: Final = 6 * STEP


class PlotFrame(NamedTuple):
    """What time is seen, and what the clock says; seconds since the epoch."""

    begin_s: float
    end_s: float
    now_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.begin_s


class Row:
    """One drawing. Lives in a chart's scene; its kinds know what to draw.

    Attributes:
        frame: what time is seen.
    """

    def __init__(self) -> None:
        """Make it, empty."""
        self.frame = PlotFrame(0.0, 1.0, 0.0)
        self.box = ChartViewBox()
        self.axis = ChartAxis("left")
        self.axis.linkToView(self.box)
        self.backdrop = Backdrop(self.box)
        self.overlay = Overlay(self.box)
        self._ticks: Sequence[Tick] = ()

    # --- What its kinds do ----------------------------------------------------------------------

    def draw(self) -> None:
        """Draw what is seen in `frame`, and set the range and the ticks."""
        raise NotImplementedError

    def read(self, time_s: float | None, note: str = "") -> str:
        """Show what the crosshair reads, and return it in words.

        Args:
            time_s: where the crosshair is, of which the minute is read; None where it is gone.
            note: what else is to be said of that time.
        """
        raise NotImplementedError

    def next_change(self, minute: int, direction: int) -> int | None:
        """Return the next minute before (-1) or after (+1) another at which something changed."""
        raise NotImplementedError

    # --- What they have in common ---------------------------------------------------------------

    @property
    def seconds_per_pixel(self) -> float:
        """How much time a pixel is."""
        return self.frame.length_s / self.box.pixels[0]

    def x_of(self, time_s: float) -> float:
        """Return where a time is, in pixels from the left edge."""
        return (time_s - self.frame.begin_s) / self.seconds_per_pixel

    @property
    def caption_height(self) -> float:
        """The room that the caption needs above the drawing, in pixels; 0 where there is none."""
        wanted = QFontMetricsF(self.overlay.strong_font).height() + 2 * STEP
        return wanted if self.box.pixels[1] > 2 * wanted else 0.0

    @property
    def most_ticks(self) -> int:
        """How many ticks have room upwards."""
        return max(self.box.pixels[1] // _TICK_HEIGHT, 1)

    @property
    def axis_width(self) -> int:
        """How wide the axis is with its ticks."""
        return self.axis.width_of(self._ticks)

    def show_ticks(self, ticks: Sequence[Tick], low: float, high: float) -> None:
        """Show ticks upwards on a scale from `low` to `high`.

        Those whose text has no room are left out; but a line at the lower edge needs no text.
        """
        half_text = self.axis.text_height / 2 / self.box.pixels[1] * (high - low)
        self._ticks = [
            (place, text)
            for place, text in ticks
            if place == low or low + half_text <= place <= high - half_text
        ]
        self.axis.show_ticks(self._ticks, low)

    def restyle(self, font: QFont) -> None:
        """Take the colours of the theme, and a font."""
        self.axis.restyle(number_font(font))
        self.overlay.font = font
        strong = number_font(font)
        strong.setWeight(QFont.Weight.DemiBold)
        self.overlay.strong_font = strong
