"""What lies below and above the line of a chart: shades, texts and the crosshair, in pixels."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from kvitto.ui.charts.outage_bands import ShadedBand
from kvitto.ui.charts.view_box import ChartViewBox
from kvitto.ui.text.outage_text import cause_word
from kvitto.ui.widgets.theme import STEP, colours

_DOT_RADIUS: Final = 3.5
_LEAST_BAND: Final = 1.0
_BAND_OPACITY: Final = 0.55
_BELOW: Final = -10.0
_ABOVE: Final = 10.0


class _Layer(QGraphicsItem):
    """Covers a box, and paints in its pixels."""

    def __init__(self, box: ChartViewBox, z_value: float) -> None:
        super().__init__(box)
        self._box = box
        self.setZValue(z_value)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        box.sigResized.connect(self._on_resized)

    @override
    def boundingRect(self) -> QRectF:
        """Return the area of the box."""
        return QRectF(self._box.rect())

    def _on_resized(self, _box: object) -> None:
        self.prepareGeometryChange()
        self.update()


class Backdrop(_Layer):
    """Times in which no report could come in, shaded, with the cause where it fits."""

    def __init__(self, box: ChartViewBox) -> None:
        """Cover `box`, without shades."""
        super().__init__(box, _BELOW)
        self._bands: Sequence[ShadedBand] = ()
        self._font = QFont()
        self._has_words = False

    def show_bands(self, bands: Sequence[ShadedBand], font: QFont, *, has_words: bool) -> None:
        """Shade parts of the box, in pixels from the left, and write the causes into them."""
        self._bands, self._font, self._has_words = bands, font, has_words
        self.update()

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Paint the shades."""
        del option, widget
        shade = QColor(colours().line)
        shade.setAlphaF(_BAND_OPACITY)
        height = self._box.rect().height()
        for begin, end, by in self._bands:
            band = QRectF(begin, 0.0, max(end - begin, _LEAST_BAND), height)
            painter.fillRect(band, shade)
            if self._has_words:
                self._write(painter, band, cause_word(by))

    def _write(self, painter: QPainter, band: QRectF, words: str) -> None:
        """Write words into a band: across or upwards, as they fit; else not at all."""
        metrics = QFontMetricsF(self._font)
        length = metrics.horizontalAdvance(words) + 2 * STEP
        thickness = metrics.height()
        is_upright = band.width() < length
        across, along = (band.width(), band.height()) if is_upright else (band.height(), length)
        if across < thickness or along < length:
            return
        painter.save()
        painter.setFont(self._font)
        painter.setPen(colours().faint)
        if is_upright:
            painter.translate(band.center().x(), band.bottom() - STEP)
            painter.rotate(-90.0)
            room = QRectF(0.0, -thickness / 2, length, thickness)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        else:
            place = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            painter.drawText(band.adjusted(0.0, 0.0, 0.0, -STEP), place, words)
        painter.restore()


class Caption(NamedTuple):
    """What stands in a chart's upper corner.

    Attributes:
        name: what is drawn, in a lighter tone.
        value: what it is at the crosshair.
        note: what else is to be said there, in a lighter tone.
    """

    name: str = ""
    value: str = ""
    note: str = ""


class Overlay(_Layer):
    """The caption, the text at the line's end, and the crosshair. All places are pixels.

    Attributes:
        font: of the texts.
        strong_font: of amounts.
    """

    def __init__(self, box: ChartViewBox) -> None:
        """Cover `box`, with nothing."""
        super().__init__(box, _ABOVE)
        self.font = QFont()
        self.strong_font = QFont()
        self._caption = Caption()
        self._message = ""
        self._end: tuple[QPointF, str] | None = None
        self._has_dot = False
        self._cross_x: float | None = None
        self._dot_y: float | None = None

    @property
    def caption(self) -> Caption:
        """What stands in the upper corner."""
        return self._caption

    @property
    def end_text(self) -> str:
        """What stands at the line's end; "" where that is not seen."""
        return "" if self._end is None else self._end[1]

    def show_caption(self, caption: Caption) -> None:
        """Show a caption in the upper left corner."""
        self._caption = caption
        self.update()

    def show_message(self, message: str) -> None:
        """Show a sentence in the middle, for an empty chart."""
        self._message = message
        self.update()

    def show_end(self, end: QPointF | None, text: str = "", *, has_dot: bool = False) -> None:
        """Show a text beside the end of the line, and a dot on it; None hides both."""
        self._end = None if end is None else (end, text)
        self._has_dot = has_dot
        self.update()

    def show_crosshair(self, x: float | None, y: float | None = None) -> None:
        """Show an upright, and a dot on it; None hides them."""
        self._cross_x, self._dot_y = x, y
        self.update()

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Paint all of it."""
        del option, widget
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._end is not None:
            self._paint_end(painter, *self._end)
        if self._cross_x is not None:
            self._paint_crosshair(painter, self._cross_x)
        self._paint_caption(painter)
        if self._message:
            painter.setFont(self.font)
            painter.setPen(colours().faint)
            painter.drawText(self._box.rect(), Qt.AlignmentFlag.AlignCenter, self._message)

    def _paint_caption(self, painter: QPainter) -> None:
        x = float(STEP)
        texts = (
            (self._caption.name, self.font, colours().faint),
            (self._caption.value, self.strong_font, colours().text),
            (self._caption.note, self.font, colours().faint),
        )
        for text, font, colour in texts:
            if text:
                metrics = QFontMetricsF(font)
                painter.setFont(font)
                painter.setPen(colour)
                painter.drawText(QPointF(x, metrics.ascent() + 2), text)
                x += metrics.horizontalAdvance(text) + 2 * STEP

    def _paint_end(self, painter: QPainter, end: QPointF, text: str) -> None:
        room = self._box.rect()
        metrics = QFontMetricsF(self.strong_font)
        width, height = metrics.horizontalAdvance(text), metrics.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().accent)
        if self._has_dot:
            painter.drawEllipse(end, _DOT_RADIUS, _DOT_RADIUS)
        place = QRectF(end.x() + 2 * STEP, end.y() - height / 2, width, height)
        if place.right() > room.right():
            place.moveRight(room.right() - STEP)
            place.moveBottom(end.y() - STEP)
        if place.top() < room.top():
            place.moveTop(room.top() if place.left() > end.x() else end.y() + STEP)
        place.moveBottom(min(place.bottom(), room.bottom()))
        painter.setPen(colours().text)
        painter.setFont(self.strong_font)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_crosshair(self, painter: QPainter, x: float) -> None:
        height = self._box.rect().height()
        painter.setPen(QPen(colours().faint, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, 0.0), QPointF(x, height))
        if self._dot_y is not None:
            painter.setPen(QPen(colours().base, 1.5))
            painter.setBrush(colours().text)
            painter.drawEllipse(QPointF(x, self._dot_y), _DOT_RADIUS + 1, _DOT_RADIUS + 1)
