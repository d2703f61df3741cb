"""A chart as a picture for others: as it is seen, with a title and a date."""

from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QPoint,
    QRect,
    QRectF,
    QSaveFile,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView, QWidget
from typing_extensions import override

from kvitto.ui.widgets.theme import STEP, colours, number_font

_EDGE: Final = 4 * STEP
_LEAST_SHARPNESS: Final = 2.0
"""Pixels of a picture for each pixel that is seen: sharp on paper, too."""
_TITLE_SHARE: Final = 1.25


class Heading(NamedTuple):
    """What stands above a chart in its picture.

    Attributes:
        title: what is drawn.
        note: of what time it is, and when it was drawn.
    """

    title: str
    note: str


class SavingError(Exception):
    """The picture could not be saved.

    Attributes:
        reason: why, as the system says it.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason

    @override
    def __str__(self) -> str:
        """Return the reason."""
        return self.reason


def image_of(chart: QWidget, heading: Heading) -> QImage:
    """Return a chart as an image, at least twice as sharp as it is seen."""
    size = _size(chart)
    sharpness = max(chart.devicePixelRatioF(), _LEAST_SHARPNESS)
    image = QImage(size * sharpness, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(sharpness)
    painter = QPainter(image)
    _paint(painter, chart, heading, size)
    painter.end()
    return image


def png_of(image: QImage) -> bytes:
    """Return an image as a PNG file. May be called on any thread."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return bytes(data.data())


def svg_of(chart: QWidget, heading: Heading) -> bytes:
    """Return a chart as an SVG file."""
    size = _size(chart)
    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setResolution(chart.logicalDpiX())
    generator.setTitle(heading.title)
    generator.setDescription(heading.note)
    painter = QPainter(generator)
    _paint(painter, chart, heading, size)
    painter.end()
    return bytes(data.data())


def save(data: bytes, file: Path) -> None:
    """Write a whole file, or leave what was there. May be called on any thread.

    Raises:
        SavingError: it could not be written.
    """
    saving = QSaveFile(str(file))
    if not saving.open(QIODevice.OpenModeFlag.WriteOnly):
        raise SavingError(saving.errorString())
    saving.write(data)
    if not saving.commit():
        raise SavingError(saving.errorString())


def _heading_height(chart: QWidget) -> int:
    line = QFontMetricsF(chart.font()).height()
    return int(_EDGE + _TITLE_SHARE * line + line + 2 * STEP)


def _size(chart: QWidget) -> QSize:
    return _seen(chart).size() + QSize(2 * _EDGE, _heading_height(chart) + _EDGE)


def _paint(painter: QPainter, chart: QWidget, heading: Heading, size: QSize) -> None:
    painter.fillRect(QRect(0, 0, size.width(), size.height()), colours().base)
    font = number_font(chart.font())
    line = QFontMetricsF(font).height()
    room = QRectF(_EDGE + 2 * STEP, _EDGE, size.width() - 2 * _EDGE - 4 * STEP, line)
    title_font = number_font(chart.font())
    title_font.setPointSizeF(font.pointSizeF() * _TITLE_SHARE)
    title_font.setWeight(title_font.Weight.DemiBold)
    painter.setFont(title_font)
    painter.setPen(colours().text)
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    room.setHeight(_TITLE_SHARE * line)
    title = QFontMetricsF(title_font).elidedText(
        heading.title, Qt.TextElideMode.ElideRight, room.width()
    )
    painter.drawText(room, left, title)
    painter.setFont(font)
    painter.setPen(colours().faint)
    room.moveTop(room.bottom())
    room.setHeight(line)
    painter.drawText(room, left, heading.note)
    view = _seen(chart)
    if isinstance(chart, QGraphicsView):
        target = QRectF(view).translated(_EDGE, _heading_height(chart))
        chart.render(painter, target, view)
    else:
        at = QPoint(_EDGE, _heading_height(chart))
        chart.render(painter, at, renderFlags=QWidget.RenderFlag.DrawChildren)


def _seen(chart: QWidget) -> QRect:
    """Return the part of a chart that is seen, in its own pixels."""
    return chart.viewport().rect() if isinstance(chart, QGraphicsView) else chart.rect()
