"""The top strip: whether reports are received, at which address, and how they come in."""

import time
from collections import deque
from datetime import UTC, date, datetime
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget
from typing_extensions import override

from app.core.status import Outcome
from app.core.times import minute_of, to_microseconds
from app.store.errors import StoreError
from app.store.reader import Changes
from app.ui import words
from app.ui.context import Context
from app.ui.icons import icon
from app.ui.theme import ICON_SIZE, STEP, colours, number_font

_REFRESH_MS: Final = 500
_RATE_OVER_S: Final = 5.0
_COPIED_MS: Final = 1500
_LEAST_URL_WIDTH: Final = 160


class _Lamp(QWidget):
    """A dot: full and green where reports are received, an empty ring where not."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_lit = False
        self.setFixedSize(QSize(3 * STEP, 3 * STEP))

    def set_lit(self, is_lit: bool) -> None:
        if is_lit != self._is_lit:
            self._is_lit = is_lit
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = colours()
        colour = shown.good if self._is_lit else shown.outcomes[Outcome.FAILED].text
        painter.setPen(colour)
        if self._is_lit:
            painter.setBrush(colour)
        painter.drawEllipse(self.rect().adjusted(1, 1, -2, -2))


class _Address(QLabel):
    """The callback URL, elided in its middle where there is little room; whole in the tooltip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._url = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(_LEAST_URL_WIDTH)

    @property
    def url(self) -> str:
        return self._url

    def set_url(self, url: str) -> None:
        if url != self._url:
            self._url = url
            self.setToolTip(url)
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(
            self._url, Qt.TextElideMode.ElideMiddle, self.contentsRect().width()
        )
        painter.setPen(colours().text)
        painter.drawText(
            self.contentsRect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
        )


class Strip(QWidget):
    """The door at a glance. Refreshes itself twice a second from counters that cost nothing.

    Signals:
        address_changed: the callback URL; "" where nobody receives.
        trouble_changed: the sentence that says why reports can't be stored now; "" once they can.
    """

    address_changed = Signal(str)
    trouble_changed = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        """Show the session of `context`."""
        super().__init__(parent)
        self._context = context
        self._trouble = ""
        self._store_trouble = ""
        self._today = 0
        self._counted_day: date | None = None
        self._last_report: datetime | None = None
        self._counted: deque[tuple[float, int]] = deque()
        self._is_counting = False
        self._lamp = _Lamp(self)
        self._state = QLabel(self)
        self._address = _Address(self)
        self._copy = QToolButton(self)
        self._copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._copy.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._copy.clicked.connect(self.copy_url)
        self._figures = QLabel(self)
        self._figures.setFont(number_font(self.font()))
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self._lamp)
        row.addWidget(self._state)
        row.addSpacing(2 * STEP)
        row.addWidget(self._address, 1)
        row.addWidget(self._copy)
        row.addSpacing(4 * STEP)
        row.addWidget(self._figures)
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._copied = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._copied.timeout.connect(self._retranslate)
        context.feed.changed.connect(self._on_changed)
        self._retranslate()
        self._timer.start()

    @property
    def url(self) -> str:
        """The callback URL that is shown."""
        return self._address.url

    def copy_url(self) -> None:
        """Put the callback URL on the clipboard, and say so."""
        if self._address.url:
            QGuiApplication.clipboard().setText(self._address.url)
            self._copy.setText(self.tr("Copied"))
            self._copied.start()

    def read_address(self) -> None:
        """Ask for the callback URL again: the secret or the port was changed."""
        self._context.tasks.start_latest(self._read_address(), "address")

    def refresh(self) -> None:
        """Show the numbers as they are now."""
        session = self._context.session
        counters = session.counters()
        # The store knows at once when it works again; the receiver waits a while to be sure, which
        # is right only for what the store does not know of: that too much is waiting for it.
        trouble = session.alarm
        self._store_trouble = trouble or self._store_trouble
        if counters is not None:
            alarm = counters.alarm
            if alarm is not None and alarm.sentence != self._store_trouble:
                trouble = trouble or alarm.sentence
            self._last_report = counters.last_report or self._last_report
            self._count(counters.stored)
        if trouble != self._trouble:
            self._trouble = trouble
            self.trouble_changed.emit(trouble)
        is_good = not trouble and (session.is_receiving or session.attached_to is not None)
        self._lamp.set_lit(is_good)
        self._state.setText(self._state_words())
        self._figures.setText(self._figure_words())

    def _state_words(self) -> str:
        session = self._context.session
        if session.attached_to is not None:
            return self.tr("Watching: another Kvitto receives")
        if not session.is_receiving:
            return self.tr("Not receiving")
        if self._trouble:
            return self.tr("Turning reports away")
        return self.tr("Receiving")

    def _figure_words(self) -> str:
        parts = [self.tr("today {reports}").format(reports=words.number(self._today))]
        rate = self._rate()
        if rate:
            parts.append(self.tr("{rate}/s").format(rate=words.number(round(rate)) or "1"))
        if self._last_report is not None:
            since = words.ago(self._last_report, datetime.now(UTC))
            parts.append(self.tr("last {ago}").format(ago=since))
        else:
            parts.append(self.tr("nothing received yet"))
        return "  ·  ".join(parts)

    def _count(self, stored: int) -> None:
        now = time.monotonic()
        self._counted.append((now, stored))
        while len(self._counted) > 1 and self._counted[0][0] < now - _RATE_OVER_S:
            self._counted.popleft()

    def _rate(self) -> float:
        """Return the new reports per second of the last few seconds; 0 where under a half."""
        if len(self._counted) < 2:
            return 0.0
        (since, before), (until, after) = self._counted[0], self._counted[-1]
        rate = (after - before) / max(until - since, 1.0)
        return rate if rate >= 0.5 else 0.0

    def _on_changed(self, changes: Changes) -> None:
        is_other_day = datetime.now().astimezone().date() != self._counted_day
        if (is_other_day or not changes.is_empty) and not self._is_counting:
            self._is_counting = True
            self._context.tasks.start(self._count_today(), "today")

    async def _count_today(self) -> None:
        midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        minute = minute_of(to_microseconds(midnight))
        self._counted_day = midnight.date()
        session, tasks = self._context.session, self._context.tasks
        try:
            self._today = await tasks.in_thread(session.traffic.reports_since, minute)
            if self._last_report is None or session.attached_to is not None:
                self._last_report = await tasks.in_thread(session.traffic.last_arrival)
            if session.attached_to is not None:
                self._count(self._today)
        except StoreError:
            return  # the feed tells of it
        finally:
            self._is_counting = False
        self.refresh()

    async def _read_address(self) -> None:
        url = await self._context.tasks.in_thread(self._context.session.read_callback_url)
        self._address.set_url(url)
        self.address_changed.emit(url)
        self._address.setAccessibleName(self.tr("Callback URL"))
        self._copy.setEnabled(bool(url))

    def _retranslate(self) -> None:
        self._copy.setText(self.tr("Copy"))
        self._copy.setToolTip(
            self.tr("Copy the callback URL. Expose its port with a tunnel before you use it.")
        )
        self._copy.setIcon(icon("content-copy"))
        self.read_address()
        self.refresh()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._copy.setIcon(icon("content-copy"))
            self._lamp.update()
