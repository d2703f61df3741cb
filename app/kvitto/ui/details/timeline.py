"""A batch's reports over time, as small columns, with the times shaded in which none could come."""

from datetime import timedelta
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from kvitto.core.timestamps import EPOCH
from kvitto.ui.charts.outage_bands import ShadedBand
from kvitto.ui.details.arrivals import ArrivalsTimeline
from kvitto.ui.text import formatting
from kvitto.ui.text.outage_text import cause_word
from kvitto.ui.widgets.theme import STEP, colours, number_font

_PLOT: Final = 11 * STEP
_GAP: Final = 1.0
_LEAST: Final = 1.5
"""Even one report of thousands can be seen, and a second of sleep."""
_SHADE: Final = 0.55
_FONT_SCALE: Final = 0.85


class Timeline(QWidget):
    """Shows when a batch's reports came; the pointer reads it, and so does a screen reader."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `show_line`."""
        super().__init__(parent)
        self._line: ArrivalsTimeline | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._take_font()

    @property
    def line(self) -> ArrivalsTimeline | None:
        """What is shown."""
        return self._line

    def show_line(self, line: ArrivalsTimeline | None) -> None:
        """Show how the reports came; None shows nothing, in as much room."""
        if line != self._line:
            self._line = line
            self._describe()
            self.update()

    def text_at(self, x: float) -> str:
        """Return what there is to read at a place, in pixels from the left; "" for nothing."""
        line = self._line
        if line is None or not 0 <= x < self.width():
            return ""
        at_s = line.begin_s + x / self.width() * (line.end_s - line.begin_s)
        part = min(int((at_s - line.begin_s) / line.part_s), len(line.counts) - 1)
        begin_s = line.begin_s + part * line.part_s
        text = self.tr("%Ln report(s)", "", line.counts[part])
        said = [f"{self._span(begin_s, begin_s + line.part_s)}: {text}"]
        pixel_s = (line.end_s - line.begin_s) / self.width()
        said += [
            self._closed_text(band)
            for band in line.closed
            if band.begin - pixel_s <= at_s < band.end + pixel_s
        ]
        return "\n".join(said)

    # --- Words ----------------------------------------------------------------------------------

    def _describe(self) -> None:
        line = self._line
        if line is None:
            self.setAccessibleDescription("")
            return
        text = self.tr("%Ln report(s)", "", sum(line.counts))
        said = [f"{self._span(line.begin_s, line.end_s)}: {text}"]
        said += [self._closed_text(band) for band in line.closed]
        self.setAccessibleDescription("; ".join(said))

    def _closed_text(self, band: ShadedBand) -> str:
        return self.tr("{cause} {span} ({duration})").format(
            cause=cause_word(band.by),
            span=self._span(band.begin, band.end),
            duration=formatting.duration(band.end - band.begin),
        )

    def _span(self, begin_s: float, end_s: float) -> str:
        return f"{self._moment(begin_s)} – {self._moment(end_s)}"

    def _moment(self, time_s: float) -> str:
        """Return a local time of day, with its day where the line is longer than one."""
        line = self._line
        instant = EPOCH + timedelta(seconds=int(time_s))
        clock = formatting.clock_time(instant, with_seconds=False)
        if line is None or formatting.day(
            EPOCH + timedelta(seconds=line.begin_s)
        ) == formatting.day(EPOCH + timedelta(seconds=line.end_s)):
            return clock
        return f"{formatting.day(instant)} {clock}"

    # --- Painting -------------------------------------------------------------------------------

    def _take_font(self) -> None:
        font = number_font(self.font())
        font.setPointSizeF(font.pointSizeF() * _FONT_SCALE)
        self._small_font = font

    @override
    def sizeHint(self) -> QSize:
        """Return any width, and the height of the columns and the times below them."""
        return QSize(24 * STEP, _PLOT + STEP + int(QFontMetricsF(self._small_font).height()) + 1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shades, the columns, and when it began and ended."""
        del event
        line = self._line
        if line is None:
            return
        painter = QPainter(self)
        painter.setFont(self._small_font)
        self._paint_bands(painter, line)
        self._paint_columns(painter, line)
        self._paint_ends(painter, line)
        painter.end()

    def _paint_bands(self, painter: QPainter, line: ArrivalsTimeline) -> None:
        shade = QColor(colours().line)
        shade.setAlphaF(_SHADE)
        scale = self.width() / (line.end_s - line.begin_s)
        metrics = QFontMetricsF(self._small_font)
        for band in line.closed:
            left = (band.begin - line.begin_s) * scale
            width = max((band.end - band.begin) * scale, _LEAST)
            room = QRectF(left, 0.0, width, float(_PLOT))
            painter.fillRect(room, shade)
            word = cause_word(band.by)
            if metrics.horizontalAdvance(word) + 2 <= width:
                painter.setPen(colours().faint)
                place = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
                painter.drawText(room, place, word)

    def _paint_columns(self, painter: QPainter, line: ArrivalsTimeline) -> None:
        most = max(line.counts)
        width = self.width() / len(line.counts)
        room = _PLOT - QFontMetricsF(self._small_font).height()
        for part, count in enumerate(line.counts):
            if count:
                height = max(_LEAST, room * count / most)
                column = QRectF(part * width, _PLOT - height, max(width - _GAP, _GAP), height)
                painter.fillRect(column, colours().accent)
        painter.setPen(colours().line)
        painter.drawLine(QPointF(0.0, _PLOT), QPointF(self.width(), _PLOT))

    def _paint_ends(self, painter: QPainter, line: ArrivalsTimeline) -> None:
        painter.setPen(colours().faint)
        room = QRectF(0.0, _PLOT + STEP, self.width(), self.height() - _PLOT - STEP)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, self._moment(line.begin_s))
        end = self.tr("now") if line.goes_on else self._moment(line.end_s)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight, end)

    # --- Qt's side ------------------------------------------------------------------------------

    @override
    def event(self, event: QEvent) -> bool:
        """Say what there is at the pointer."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.text_at(event.pos().x()), self)
            return True
        return super().event(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language, the font and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._describe()
            self.update()
        elif event.type() is QEvent.Type.FontChange:
            self._take_font()
            self.updateGeometry()
        elif event.type() is QEvent.Type.PaletteChange:
            self.update()
