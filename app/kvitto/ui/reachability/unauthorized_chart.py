"""Chart of unauthorized requests by minute: small bars, the exact number in a tooltip."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from kvitto.core.status import Outcome
from kvitto.core.timestamps import from_microseconds
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import STEP, colours

MINUTES: Final = 120
"""So many minutes are shown."""
_HEIGHT: Final = 16 * STEP
_MINUTE_US: Final = 60_000_000


class UnauthorizedChart(QWidget):
    """Shows the last two hours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._unauthorized_counts: dict[int, int] = {}
        self._last = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def total(self) -> int:
        """How many requests are shown."""
        return sum(self._unauthorized_counts.values())

    def show_unauthorized_counts(self, unauthorized_counts: Mapping[int, int], minute: int) -> None:
        """Show counts by minute since the epoch, up to the minute of now."""
        first = minute - MINUTES + 1
        self._unauthorized_counts = {
            at: count for at, count in unauthorized_counts.items() if first <= at <= minute
        }
        self._last = minute
        self.setAccessibleDescription(
            self.tr("%Ln request(s) in the last two hours", "", self.total)
        )
        self.update()

    def _minute_at(self, x: float) -> int:
        return self._last - MINUTES + 1 + int(x * MINUTES / max(self.width(), 1))

    @override
    def sizeHint(self) -> QSize:
        """Return a small chart's size."""
        return QSize(80 * STEP, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars on a line."""
        del event
        painter = QPainter(self)
        shown = colours()
        bottom = self.height() - 1
        painter.setPen(shown.line)
        painter.drawLine(0, bottom, self.width(), bottom)
        most = max(self._unauthorized_counts.values(), default=0)
        width = self.width() / MINUTES
        for at, count in self._unauthorized_counts.items():
            x = (at - self._last + MINUTES - 1) * width
            height = max(2.0, (bottom - 2) * count / most)
            bar = QRectF(x, bottom - height, max(width - 1, 1.0), height)
            painter.fillRect(bar, shown.outcomes[Outcome.REJECTED].text)
        painter.setPen(shown.faint)
        if most:
            text = self.tr("{count} in a minute").format(count=formatting.number(most))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignTop, text)
        painter.end()

    @override
    def event(self, event: QEvent) -> bool:
        """Say the number of the minute under the mouse."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell(event.globalPos(), self._minute_at(event.pos().x()))
            return True
        return super().event(event)

    def _tell(self, where: QPoint, minute: int) -> None:
        time = formatting.clock_time(from_microseconds(minute * _MINUTE_US), with_seconds=False)
        count = formatting.number(self._unauthorized_counts.get(minute, 0))
        QToolTip.showText(where, self.tr("{time}: {count}").format(time=time, count=count), self)
