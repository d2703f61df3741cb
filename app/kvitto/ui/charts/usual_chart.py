"""A batch's delivered share by its age, over the band in which it usually is."""

from collections.abc import Sequence
from datetime import timedelta
from math import log
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from kvitto.core.status import Result
from kvitto.core.usual_share import LOOKS
from kvitto.ui.charts.usual_course import Point, UsualCourse
from kvitto.ui.text import formatting
from kvitto.ui.text.usual_text import usual_text
from kvitto.ui.widgets.theme import STEP, colours, number_font

_FIRST, _LAST = LOOKS[0], LOOKS[-1]
_TICKS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (10, 15, 45, 2 * 60, 6 * 60, 12 * 60, 24 * 60)
)
_BAND_OPACITY: Final = 0.55
_FONT_SCALE: Final = 0.85
_DOT_RADIUS: Final = 3.5
_ROOM_BELOW: Final = 0.05
_LEAST_RANGE: Final = 0.2
_STEPS: Final = (0.05, 0.1, 0.25)
_MOST_LINES: Final = 5
_LEAST_HEIGHT: Final = 24 * STEP


class UsualChart(QWidget):
    """Draws the shares; the pointer reads them. Ages are drawn by their logarithm."""

    def __init__(self, parent: QWidget) -> None:
        """Show nothing until `show_course`."""
        super().__init__(parent)
        self._points: Sequence[Point] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self._take_font()

    def show_course(self, course: UsualCourse | None) -> None:
        """Show a batch's shares; None for none."""
        self._points = () if course is None else course.points
        self.update()

    def text_at(self, x: float) -> str:
        """Return what there is to read at a place, in pixels from the left; "" for nothing."""
        room = self._room()
        if not self._points or not room.left() <= x <= room.right():
            return ""
        point = min(self._points, key=lambda one: abs(self._x(one.age, room) - x))
        if point.share is not None:
            return usual_text(point.age, point.share, point.usual)
        if point.usual is None:
            return ""
        low, high = (formatting.number(round(100 * end)) for end in point.usual)
        return QCoreApplication.translate("Usual", "After {age} usually {low}–{high} %.").format(
            age=formatting.duration(point.age.total_seconds()), low=low, high=high
        )

    # --- Places ---------------------------------------------------------------------------------

    def _room(self) -> QRectF:
        """Return where it is drawn: percentages stand on the left, ages below."""
        metrics = QFontMetricsF(self._small_font)
        left = metrics.horizontalAdvance("100 %") + 3 * STEP
        right = metrics.horizontalAdvance("100 %") + 4 * STEP
        below = metrics.height() + STEP
        return QRectF(self.rect()).adjusted(left, metrics.height() / 2 + STEP, -right, -below)

    @staticmethod
    def _x(age: timedelta, room: QRectF) -> float:
        return room.left() + room.width() * log(age / _FIRST) / log(_LAST / _FIRST)

    def _lowest(self) -> float:
        seen = [one.usual.low for one in self._points if one.usual is not None]
        seen += [_part(one) for one in self._points if one.share is not None]
        return max(0.0, min(min(seen, default=1.0) - _ROOM_BELOW, 1.0 - _LEAST_RANGE))

    # --- Painting -------------------------------------------------------------------------------

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines of the shares, the band, and the batch."""
        del event
        if not self._points:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small_font)
        room, lowest = self._room(), self._lowest()

        def place(age: timedelta, part: float) -> QPointF:
            height = (part - lowest) / (1.0 - lowest)
            return QPointF(self._x(age, room), room.bottom() - room.height() * height)

        self._paint_lines(painter, room, lowest)
        band = [one for one in self._points if one.usual is not None]
        upper = [place(one.age, one.usual.high) for one in band if one.usual]
        lower = [place(one.age, one.usual.low) for one in band if one.usual]
        self._paint_band(painter, upper, lower)
        had = [one for one in self._points if one.share is not None]
        self._paint_batch(painter, had, [place(one.age, _part(one)) for one in had])
        painter.end()

    def _paint_lines(self, painter: QPainter, room: QRectF, lowest: float) -> None:
        shown = colours()
        step = next((one for one in _STEPS if (1.0 - lowest) / one <= _MOST_LINES), _STEPS[-1])
        for number in range(int((1.0 - lowest) / step) + 1):
            part = 1.0 - number * step
            y = room.bottom() - room.height() * (part - lowest) / (1.0 - lowest)
            painter.setPen(shown.line)
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(shown.faint)
            words = QRectF(0.0, y - room.height(), room.left() - 2 * STEP, 2 * room.height())
            place = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(words, place, f"{formatting.number(round(100 * part))} %")
        painter.setPen(shown.faint)
        for age in _TICKS:
            x = self._x(age, room)
            words = QRectF(x - room.width(), room.bottom() + STEP, 2 * room.width(), self.height())
            place = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(words, place, formatting.duration(age.total_seconds()))

    def _paint_band(
        self, painter: QPainter, upper: Sequence[QPointF], lower: Sequence[QPointF]
    ) -> None:
        if not upper:
            return
        shade = QColor(colours().line)
        shade.setAlphaF(_BAND_OPACITY)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        painter.setPen(colours().faint)
        # Not where the batch's own share stands.
        middle = (upper[0] + lower[0]) / 2
        words = QCoreApplication.translate("Usual", "usual")
        painter.drawText(middle + QPointF(2 * STEP, STEP), words)

    def _paint_batch(
        self, painter: QPainter, had: Sequence[Point], places: Sequence[QPointF]
    ) -> None:
        if not had:
            return
        shown = colours()
        ink = shown.results[Result.FAILED].text if had[-1].is_worse else shown.accent
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, 2))
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(places[-1], _DOT_RADIUS, _DOT_RADIUS)
        painter.setPen(shown.text)
        share = had[-1].share
        assert share is not None
        text = formatting.percent(share.delivered, share.messages)
        height = painter.fontMetrics().height()
        words = QRectF(places[-1].x() + 2 * STEP, places[-1].y() - height / 2, self.width(), height)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _take_font(self) -> None:
        font = number_font(self.font())
        font.setPointSizeF(font.pointSizeF() * _FONT_SCALE)
        self._small_font = font

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
        """Follow the font and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._take_font()
        self.update()


def _part(point: Point) -> float:
    """Return the delivered share, 0 to 1, of a point that has one."""
    assert point.share is not None
    return point.share.delivered / point.share.messages
