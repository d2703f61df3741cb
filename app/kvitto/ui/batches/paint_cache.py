"""The badges and bars of the table, and its small signs."""

from collections.abc import Callable, Hashable, Mapping
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap

from kvitto.core.status import Result
from kvitto.ui.widgets.badge import result_icon
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, Colours, colours

BADGE_HEIGHT: Final = 5 * STEP
_RADIUS: Final = STEP
_BAR_HEIGHT: Final = 2 * STEP
_LEAST_PART: Final = 2
"""One failure among a thousand is seen."""
_WIDEST: Final = 64 * STEP
_KEPT: Final = 400
_SELECTED: Final = 0.22
_SELECTED_ELSEWHERE: Final = 0.12


class PaintCache:
    """Draws pictures once, and keeps them until `recolour`.

    Attributes:
        shown: the colours of the theme, at hand: asking for them again and again takes time.
    """

    def __init__(self) -> None:
        """Start without any."""
        self._made: dict[Hashable, QPixmap] = {}
        self.shown = colours()

    def recolour(self) -> None:
        """Take the colours of the theme that the application shows now."""
        self._made.clear()
        self.shown = colours()

    def badge(
        self, result: Result, words: tuple[str, str], font: QFont, room: int, ratio: float
    ) -> QPixmap:
        """Return the badge of a status: tint, icon, word, and the code in a lighter tone.

        Args:
            result: gives the colours and the icon.
            words: the word, which is elided where there is too little room, and the code.
            font: of both.
            room: how wide the badge may be.
            ratio: pixels of the screen for one of the window.
        """

        def make() -> QPixmap:
            metrics = QFontMetrics(font)
            left = STEP + ICON_SIZE + STEP
            others = left + STEP + metrics.horizontalAdvance(words[1]) + STEP
            word = metrics.elidedText(words[0], Qt.TextElideMode.ElideRight, room - others)
            wide = others + metrics.horizontalAdvance(word)
            made = _empty(QSize(wide, BADGE_HEIGHT), ratio)
            painter = QPainter(made)
            _paint_badge(painter, QRect(0, 0, wide, BADGE_HEIGHT), result, self.shown)
            painter.setFont(font)
            painter.setPen(self.shown.results[result].text)
            middle = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(QRect(left, 0, wide, BADGE_HEIGHT), middle, word)
            painter.setPen(self.shown.faint)
            start = left + metrics.horizontalAdvance(word) + STEP
            painter.drawText(QRect(start, 0, wide, BADGE_HEIGHT), middle, words[1])
            painter.end()
            return made

        # Badges that have room enough are the same in any column.
        room = min(room, _WIDEST)
        return self._kept((result, *words, font.key(), room, ratio), make)

    def sign(self, result: Result, ratio: float) -> QPixmap:
        """Return the icon of an result, in its colour."""
        return self._kept(
            (result, ratio),
            lambda: result_icon(result).pixmap(QSize(ICON_SIZE, ICON_SIZE), ratio),
        )

    def icon(self, name: str, ratio: float) -> QPixmap:
        """Return an icon of the family in the faint colour."""
        return self._kept(
            (name, ratio),
            lambda: icon(name, self.shown.faint).pixmap(QSize(ICON_SIZE, ICON_SIZE), ratio),
        )

    def _kept(self, key: Hashable, make: Callable[[], QPixmap]) -> QPixmap:
        picture = self._made.get(key)
        if picture is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            picture = self._made[key] = make()
        return picture


def bar_fills(
    room: QRect, counts: Mapping[Result, int], whole: int, shown: Colours
) -> list[tuple[QRect, QBrush]]:
    """Return a batch's bar: its results in their order, over empty track for what is not seen yet.

    Args:
        room: as wide as the bar; it is centred in the height.
        counts: how many messages show each result.
        whole: how many there will be; where more were seen, they fill the bar.
        shown: the colours of the theme.
    """
    bar = QRect(room.left(), 0, room.width(), _BAR_HEIGHT)
    bar.moveTop(room.center().y() - _BAR_HEIGHT // 2 + 1)
    fills = [(bar, QBrush(shown.line))]
    left = bar.left()
    for result, width in bar_parts(counts, whole, bar.width()):
        part = QRect(left, bar.top(), width, bar.height())
        colour = shown.results[result].text
        is_unknown = result is Result.UNKNOWN
        pattern = Qt.BrushStyle.Dense4Pattern if is_unknown else Qt.BrushStyle.SolidPattern
        fills.append((part, QBrush(colour, pattern)))
        left += width
    return fills


def bar_parts(counts: Mapping[Result, int], whole: int, width: int) -> list[tuple[Result, int]]:
    """Return how many pixels of a bar each result takes: none vanishes, and none is overdrawn."""
    present = [(result, counts[result]) for result in Result if counts.get(result)]
    seen = sum(count for _, count in present)
    if not seen or width < len(present) * _LEAST_PART:
        return []
    least = len(present) * _LEAST_PART
    filled = max(width * seen // max(whole, seen), least)
    parts = [_LEAST_PART + (filled - least) * count // seen for _, count in present]
    # What rounding left over is the largest part's.
    largest = max(range(len(parts)), key=parts.__getitem__)
    parts[largest] += filled - sum(parts)
    return [(result, part) for (result, _), part in zip(present, parts, strict=True)]


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return a colour that is `share` of one on the other."""

    def part(over: int, under: int) -> int:
        return round(share * over + (1 - share) * under)

    return QColor(
        part(colour.red(), ground.red()),
        part(colour.green(), ground.green()),
        part(colour.blue(), ground.blue()),
    )


def soft_selection(palette: QPalette, shown: Colours) -> QPalette:
    """Return a palette that selects softly: badges and bars keep their contrast on it."""
    made = QPalette(palette)
    for group, share in (
        (QPalette.ColorGroup.Active, _SELECTED),
        (QPalette.ColorGroup.Inactive, _SELECTED_ELSEWHERE),
    ):
        made.setColor(group, QPalette.ColorRole.Highlight, mixed(shown.accent, shown.base, share))
        made.setColor(group, QPalette.ColorRole.HighlightedText, shown.text)
    return made


def _paint_badge(painter: QPainter, rect: QRect, result: Result, theme: Colours) -> None:
    shown = theme.results[result]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # A dashed edge sets the unknown apart from the cancelled, which has the same grey.
    is_dashed = result is Result.UNKNOWN
    painter.setPen(QPen(shown.text, 1, Qt.PenStyle.DashLine) if is_dashed else Qt.PenStyle.NoPen)
    painter.setBrush(shown.tint)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    picture = QRect(0, 0, ICON_SIZE, ICON_SIZE)
    picture.moveCenter(rect.center())
    picture.moveLeft(rect.left() + STEP)
    result_icon(result).paint(painter, picture)


def _empty(size: QSize, ratio: float) -> QPixmap:
    corner = QPointF(size.width() * ratio, size.height() * ratio)
    made = QPixmap(round(corner.x()), round(corner.y()))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    return made
