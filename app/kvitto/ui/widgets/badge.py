"""An result as a badge: its colours, its icon and a word."""

from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from kvitto.core.status import Result, result_of
from kvitto.ui.text import formatting
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, RESULT_ICONS, STEP, colours

_HEIGHT: Final = 6 * STEP
_RADIUS: Final = STEP
_EDGE: Final = 2 * STEP


def paint_badge(painter: QPainter, rect: QRect, result: Result, word: str) -> None:
    """Paint a badge into `rect` in the colours of the theme; a word that is too long is elided."""
    shown = colours().results[result]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # A dashed edge sets the unknown apart from the cancelled, which has the same grey.
    is_dashed = result is Result.UNKNOWN
    painter.setPen(QPen(shown.text, 1, Qt.PenStyle.DashLine) if is_dashed else Qt.PenStyle.NoPen)
    painter.setBrush(shown.tint)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
    picture = QRect(0, 0, ICON_SIZE, ICON_SIZE)
    picture.moveCenter(rect.center())
    picture.moveLeft(rect.left() + _EDGE)
    result_icon(result).paint(painter, picture)
    painter.setPen(shown.text)
    room = rect.adjusted(_EDGE + ICON_SIZE + STEP, 0, -_EDGE, 0)
    text = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.restore()


def result_icon(result: Result) -> QIcon:
    """Return the icon of an result in its colour."""
    return icon(RESULT_ICONS[result].removeprefix("mdi6."), colours().results[result].text)


class ResultBadge(QWidget):
    """A badge: an result's colours and icon, and its word or a more exact one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing until `show_result` or `show_status`."""
        super().__init__(parent)
        self._result = Result.UNKNOWN
        self._code: int | None = None
        self._is_final = False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._changed()

    @property
    def result(self) -> Result:
        """The result that is shown."""
        return self._result

    @property
    def word(self) -> str:
        """The word that is shown."""
        if self._code is None:
            return formatting.result_word(self._result)
        return formatting.status_word(self._code, final=self._is_final)

    def show_result(self, result: Result) -> None:
        """Show an result by its own word."""
        self._result, self._code = result, None
        self._changed()

    def show_status(self, code: int, *, final: bool) -> None:
        """Show what a status means: where the message is, in the colours of the result."""
        self._result = result_of(code, final=final)
        self._code, self._is_final = code, final
        self._changed()

    def _changed(self) -> None:
        self.setAccessibleName(self.word)
        self.setToolTip(formatting.result_meaning(self._result))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """Return the room for the word."""
        text = self.fontMetrics().horizontalAdvance(self.word)
        return QSize(2 * _EDGE + ICON_SIZE + STEP + text + 1, _HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the room for the icon and a bit of the word."""
        return QSize(min(self.sizeHint().width(), 16 * STEP), _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the badge."""
        del event
        painter = QPainter(self)
        paint_badge(painter, self.rect(), self._result, self.word)
        painter.end()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.FontChange):
            self._changed()
        elif event.type() is QEvent.Type.PaletteChange:
            self.update()
