"""The crosshair: it reads a chart at a minute, by mouse and by keyboard."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from kvitto.core.outages import OutageCause
from kvitto.ui.charts.outage_bands import cut
from kvitto.ui.charts.ticks import moment_text
from kvitto.ui.charts.time_bins import MINUTE_S
from kvitto.ui.charts.time_chart import TimeChart
from kvitto.ui.text.outage_text import cause_word

_ZOOM_PER_KEY: Final = 0.8
_MOVE_PER_KEY: Final = 0.25
_KEYS_ACROSS: Final = 100


class PointedChart(TimeChart):
    """A chart with a crosshair, which follows the mouse, and the arrow keys while it has the focus.

    Signals:
        read_out: what the crosshair reads, as a sentence; "" when it is gone.
    """

    read_out = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        """Make a chart without rows and with the crosshair out of sight."""
        super().__init__(parent)
        self._crosshair_s: float | None = None
        self._is_by_key = False

    @property
    def crosshair_s(self) -> float | None:
        """Where the crosshair is, seconds since the epoch; None where it is not."""
        return self._crosshair_s

    def point_at(self, time_s: float | None, *, is_by_key: bool = False) -> None:
        """Put the crosshair at a time, of which it reads the minute; None takes it away."""
        if time_s is not None:
            time_s = min(max(time_s, self.frame.begin_s), self.frame.end_s)
        if time_s == self._crosshair_s:
            return
        self._crosshair_s = time_s
        self._is_by_key = is_by_key and time_s is not None
        text = self._point()
        self.setAccessibleDescription(text)
        self.read_out.emit(text)
        if is_by_key and text and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    @override
    def fit(self) -> None:
        """Draw anew what is seen, and read it anew."""
        super().fit()
        self._point()

    def _point(self) -> str:
        """Show what the crosshair reads; return it as a sentence."""
        time_s = self._crosshair_s
        begin_s, end_s, _ = self.frame
        if time_s is None or not self.rows or not begin_s <= time_s <= end_s:
            self._time_axis.show_flag(None)
            for row in self.rows:
                row.overlay.show_crosshair(None)
                row.read(None)
            return ""
        moment = moment_text(time_s)
        self._time_axis.show_flag(self.rows[0].x_of(time_s), moment)
        cause = self.closed_by(time_s)
        note = "" if cause is None else cause_word(cause)
        texts = [*(row.read(time_s, note) for row in self.rows), note]
        return f"{moment}: {'; '.join(text for text in texts if text)}"

    def closed_by(self, time_s: float) -> OutageCause | None:
        """Return why no report could come in at a time; None where one could."""
        bands = cut(self._closed, time_s, min(time_s + 1.0, self.frame.now_s))
        return bands[0].by if bands else None

    def _next_change(self, time_s: float, direction: int) -> float | None:
        """Return the next time before (-1) or after (+1) a minute at which something changed."""
        minute = int(time_s // MINUTE_S)
        found = [row.next_change(minute, direction) for row in self.rows]
        minutes = [one for one in found if one is not None]
        if not minutes:
            return None
        return float(min(minutes) if direction > 0 else max(minutes)) * MINUTE_S

    @override
    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Take the crosshair along."""
        super().mouseMoveEvent(ev)
        scene: QPointF = self.mapToScene(ev.position().toPoint())
        for row in self.rows:
            if row.box.sceneBoundingRect().contains(scene):
                self.point_at(self.frame.begin_s + row.box.mapSceneToView(scene).x())
                return
        if not self._is_by_key:
            self.point_at(None)

    @override
    def leaveEvent(self, ev: QEvent) -> None:
        """Take the crosshair away."""
        super().leaveEvent(ev)
        if not self._is_by_key:
            self.point_at(None)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the arrow keys are."""
        super().focusInEvent(event)
        by_key = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if event.reason() in by_key and self._crosshair_s is None:
            self.point_at(min(self.frame.now_s, self.frame.end_s), is_by_key=True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the crosshair away."""
        super().focusOutEvent(event)
        self.point_at(None)

    @override
    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Move the crosshair by the arrow keys, to the next change with Ctrl; zoom by + and −."""
        length_s = self.frame.length_s
        at_s = (
            min(self.frame.now_s, self.frame.end_s)
            if self._crosshair_s is None
            else self._crosshair_s
        )
        match ev.key():
            case Qt.Key.Key_Left:
                self._step(ev, at_s, -1)
            case Qt.Key.Key_Right:
                self._step(ev, at_s, +1)
            case Qt.Key.Key_Home:
                self.point_at(self.frame.begin_s, is_by_key=True)
            case Qt.Key.Key_End:
                self.point_at(min(self.frame.now_s, self.frame.end_s), is_by_key=True)
            case Qt.Key.Key_Plus:
                self.zoomed.emit(_ZOOM_PER_KEY, at_s)
            case Qt.Key.Key_Minus:
                self.zoomed.emit(1 / _ZOOM_PER_KEY, at_s)
            case Qt.Key.Key_PageUp:
                self.moved.emit(-_MOVE_PER_KEY * length_s)
            case Qt.Key.Key_PageDown:
                self.moved.emit(_MOVE_PER_KEY * length_s)
            case Qt.Key.Key_Escape if self._crosshair_s is not None:
                self.point_at(None)
            case _:
                ev.ignore()
                return
        ev.accept()

    def _step(self, ev: QKeyEvent, at_s: float, direction: int) -> None:
        if ev.modifiers() & Qt.KeyboardModifier.ControlModifier:
            next_s = self._next_change(at_s, direction)
            if next_s is None:
                return
            if not self.frame.begin_s <= next_s <= self.frame.end_s:
                self.moved.emit(next_s - (self.frame.begin_s + self.frame.end_s) / 2)
        else:
            minutes = max(round(self.frame.length_s / MINUTE_S / _KEYS_ACROSS), 1)
            next_s = (at_s // MINUTE_S + direction * minutes) * MINUTE_S
        self.point_at(next_s, is_by_key=True)
