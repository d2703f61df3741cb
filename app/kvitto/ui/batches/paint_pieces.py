"""What a row of the table is painted from: laid out once, and then painted as often as it is seen.

To lay out a text takes five times as long as to paint it, and while the user scrolls, each row is
painted in every frame.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPixmap,
    QStaticText,
    QTransform,
)


class Script(NamedTuple):
    """A font, and what measures it."""

    font: QFont
    metrics: QFontMetrics


class PaintPieces:
    """Texts, pictures and fills, each in its place."""

    __slots__ = ("_fills", "_pictures", "_texts")

    def __init__(self) -> None:
        """Start without any."""
        self._fills: list[tuple[QRect, QBrush]] = []
        self._pictures: list[tuple[QPoint, QPixmap]] = []
        self._texts: list[tuple[QPointF, QStaticText, QFont, QColor]] = []

    def fill(self, rect: QRect, brush: QBrush) -> None:
        """Add a rectangle."""
        self._fills.append((rect, brush))

    def put(self, picture: QPixmap, at: QPoint) -> None:
        """Add a picture by its upper left corner."""
        self._pictures.append((at, picture))

    def write(
        self,
        text: str,
        room: QRect,
        script: Script,
        ink: QColor,
        *,
        elision: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        is_right: bool = False,
        sought: Sequence[str] = (),
        mark: QBrush | None = None,
    ) -> int:
        """Add a line of text, centred in the height of its room; return how wide it is.

        Args:
            text: the text; what has no room is elided.
            room: where.
            script: how.
            ink: in which colour.
            elision: where it is elided.
            is_right: whether it stands on the right.
            sought: the texts that are marked in it, wherever they stand.
            mark: what is painted behind them.
        """
        shown = script.metrics.elidedText(text, elision, room.width())
        width = script.metrics.horizontalAdvance(shown)
        laid_out = QStaticText(shown)
        laid_out.setTextFormat(Qt.TextFormat.PlainText)
        laid_out.prepare(QTransform(), script.font)
        left = room.left() + (room.width() - width if is_right else 0)
        top = room.top() + (room.height() - script.metrics.height()) // 2
        self._texts.append((QPointF(left, top), laid_out, script.font, ink))
        if mark is not None:
            for begin, end in found_in(shown, sought):
                start = script.metrics.horizontalAdvance(shown[:begin])
                stop = script.metrics.horizontalAdvance(shown[:end])
                where = QRect(left + start, top, stop - start, script.metrics.height())
                self._fills.append((where, mark))
        return width

    def paint(self, painter: QPainter) -> None:
        """Paint all of them."""
        for rect, brush in self._fills:
            painter.fillRect(rect, brush)
        for at, picture in self._pictures:
            painter.drawPixmap(at, picture)
        _paint_texts(painter, self._texts)


def found_in(text: str, sought: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a text has what is sought, beginning and end of each, in order.

    Upper and lower case are alike; digits are found whatever stands between them, as in a phone
    number.
    """
    folded = text.casefold()
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    found: list[tuple[int, int]] = []
    for one in sought:
        wanted = one.casefold()
        if not wanted:
            continue
        if wanted.isdigit():
            places = [at for at, letter in enumerate(folded) if letter.isdigit()]
            digits = "".join(folded[at] for at in places)
            at = digits.find(wanted)
            while at >= 0:
                found.append((places[at], places[at + len(wanted) - 1] + 1))
                at = digits.find(wanted, at + len(wanted))
            continue
        at = folded.find(wanted)
        while at >= 0:
            found.append((at, at + len(wanted)))
            at = folded.find(wanted, at + len(wanted))
    return sorted(set(found))


def _paint_texts(
    painter: QPainter, texts: Iterable[tuple[QPointF, QStaticText, QFont, QColor]]
) -> None:
    font, ink = None, None
    for place, text, its_font, its_ink in texts:
        # Who sets what is set already makes the painter begin anew.
        if its_font is not font:
            font = its_font
            painter.setFont(font)
        if its_ink is not ink:
            ink = its_ink
            painter.setPen(ink)
        painter.drawStaticText(place, text)
