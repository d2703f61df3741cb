"""The top strip: whether reports are received, at which address, and how they come in."""

import time
from collections import deque
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.problem import ProblemError
from kvitto.reachability.evidence import moment_now
from kvitto.receiver.receiver_errors import Problem, error_of
from kvitto.store.errors import QueueFullError, StoreError
from kvitto.store.reader import Changes
from kvitto.ui.reachability.status_text import status_text_of
from kvitto.ui.services.context import Context
from kvitto.ui.text import formatting
from kvitto.ui.text.local_days import local_midnight
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.rejection_button import RejectionButton
from kvitto.ui.widgets.status_light import StatusLight
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, number_font
from kvitto.ui.widgets.url_label import UrlLabel

_REFRESH_MS: Final = 500
_RATE_OVER_S: Final = 5.0
_COPIED_MS: Final = 1500
_MUCH_NARROWER: Final = 0.7


class SteadyLabel(QLabel):
    """Shows a text on the right of a width that grows with it, and shrinks only by much.

    So what is beside it does not tremble. And the window is not laid out anew each second, as it is
    for a label that has no fixed size: that takes longer than all else that goes on while nothing
    happens.
    """

    def __init__(self, parent: QWidget) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def say(self, text: str) -> None:
        """Show a text."""
        if text == self.text():
            return
        needed = self.fontMetrics().horizontalAdvance(text)
        has = self.maximumWidth()
        if not needed <= has <= needed / _MUCH_NARROWER:
            self.setFixedSize(needed, self.fontMetrics().height())
        self.setText(text)


class StatusStrip(QWidget):
    """The door at a glance. Refreshes itself twice a second from counters that cost nothing.

    Signals:
        address_changed: the callback URL on this computer; "" where nobody receives.
        reachability_requested: show the callback URL, its checks and interruptions.
        standing_changed: how the door stands, in a few words.
        copied: the callback URL is on the clipboard; whether the sender can't reach it.
        trouble_changed: the `ProblemError` that keeps reports from being stored; None for nothing.
        notice_changed: a `ProblemError` that says what was done to the store's files, or hinders
            it soon; None for nothing.
    """

    address_changed = Signal(str)
    reachability_requested = Signal()
    standing_changed = Signal(str)
    copied = Signal(bool)
    trouble_changed = Signal(object)
    notice_changed = Signal(object)

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Show the session of `context`."""
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._trouble: Problem | None = None
        self._notice: Problem | None = None
        self._today = 0
        self._counted_day: date | None = None
        self._last_report: datetime | None = None
        self._counted: deque[tuple[float, int]] = deque()
        self._is_counting = False
        self._reachability = context.reachability
        self._local_url = ""
        self._status_light = StatusLight(self)
        self._state = QToolButton(self)
        self._state.setAutoRaise(True)
        self._state.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # The icon that tells that there is more stands behind the words.
        self._state.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._state.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._state.clicked.connect(self.reachability_requested)
        self._address = UrlLabel(self)
        self._copy = QToolButton(self)
        self._copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._copy.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self._copy.clicked.connect(self.copy_url)
        self.refused = RejectionButton(context, self)
        self._figures = SteadyLabel(self)
        self._figures.setFont(number_font(self.font()))
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self._status_light)
        row.addWidget(self._state)
        row.addSpacing(STEP)
        row.addWidget(self._address, 1)
        row.addWidget(self._copy)
        row.addSpacing(4 * STEP)
        row.addWidget(self.refused)
        row.addWidget(self._figures)
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._copied = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._copied.timeout.connect(self._retranslate)
        context.feed.changed.connect(self._on_changed)
        self._reachability.changed.connect(self._on_reachability)
        self._retranslate()
        self.read_address()
        self._timer.start()

    @property
    def url(self) -> str:
        """The callback URL that is shown: the one that the sender is given."""
        return self._address.url

    @property
    def state(self) -> str:
        """How the door stands, as it is shown."""
        return self._state.text()

    @property
    def trouble(self) -> ProblemError | None:
        """Why reports can't be stored now; None where they can."""
        return None if self._trouble is None else error_of(self._trouble)

    @property
    def notice(self) -> ProblemError | None:
        """What was done to the store's files, or hinders it."""
        return None if self._notice is None else error_of(self._notice)

    def copy_url(self) -> None:
        """Put the callback URL on the clipboard, and say so."""
        if self._address.url:
            QGuiApplication.clipboard().setText(self._address.url)
            self._copy.setText(self.tr("Copied"))
            self._copied.start()
            self.copied.emit(self._reachability.is_local_only)

    def read_address(self) -> None:
        """Ask for the callback URL again: the secret or the port is another one."""
        self._reachability.moved()

    def refresh(self) -> None:
        """Show the numbers as they are now."""
        backend = self._context.backend
        counters = backend.counters()
        # The store knows at once when it works again; the receiver waits a while to be sure, which
        # is right only for what the store does not know of: that too much is waiting for it.
        if backend.store_notice != self._notice:
            self._notice = backend.store_notice
            self.notice_changed.emit(self.notice)
        trouble = backend.alarm
        if counters is not None:
            alarm = counters.alarm
            if alarm is not None and alarm.problem.code == QueueFullError.__name__:
                trouble = trouble or alarm.problem
            self._last_report = counters.last_report or self._last_report
            self._count(counters.stored)
        if self._context.feed.has_read:
            self._count_on_another_day()
        if trouble != self._trouble:
            self._trouble = trouble
            self.trouble_changed.emit(self.trouble)
        self._show_standing()
        self._figures.say(self._figure_words())

    def _show_standing(self) -> None:
        backend = self._context.backend
        standing = status_text_of(
            self._reachability.state,
            moment_now(),
            is_receiving=backend.is_receiving,
            is_starting=backend.is_starting,
            is_turning_away=self._trouble is not None,
        )
        self._status_light.show_light(standing.light)
        if standing.words != self._state.text():
            self._state.setText(standing.words)
            self.standing_changed.emit(standing.words)

    def _on_reachability(self) -> None:
        self._address.set_url(self._reachability.callback_url)
        self._copy.setEnabled(bool(self._reachability.callback_url))
        self._warn()
        if self._reachability.local_url != self._local_url:
            self._local_url = self._reachability.local_url
            self.address_changed.emit(self._local_url)
        self._show_standing()

    def _figure_words(self) -> str:
        parts = [self.tr("today {reports}").format(reports=formatting.number(self._today))]
        rate = self._rate()
        if rate:
            parts.append(self.tr("{rate}/s").format(rate=formatting.number(round(rate)) or "1"))
        if self._last_report is not None:
            since = formatting.ago(self._last_report, self._clock())
            parts.append(self.tr("last {ago}").format(ago=since))
        else:
            parts.append(self.tr("nothing received yet"))
        return "  ·  ".join(parts)

    def _count(self, stored: int) -> None:
        now = time.monotonic()
        if self._counted and stored < self._counted[-1][1]:
            self._counted.clear()  # another receiver counts from the beginning
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
        if not changes.is_empty:
            self._count_again()
        self._count_on_another_day()

    def _count_on_another_day(self) -> None:
        """Count anew from midnight on, whether reports come then or not."""
        if self._clock().astimezone().date() != self._counted_day:
            self._count_again()

    def _count_again(self) -> None:
        if not self._is_counting:
            self._is_counting = True
            self._context.tasks.start(self._count_today(), "today")

    async def _count_today(self) -> None:
        now = self._clock()
        midnight = local_midnight(now)
        minute = minute_of(to_microseconds(midnight))
        self._counted_day = now.astimezone().date()
        backend, tasks = self._context.backend, self._context.tasks
        try:
            self._today = await tasks.in_thread(backend.traffic.reports_since, minute)
            if self._last_report is None or not backend.is_receiving:
                self._last_report = await tasks.in_thread(backend.traffic.last_arrival)
        except StoreError:
            return  # the feed tells of it
        finally:
            self._is_counting = False
        self.refresh()

    def _retranslate(self) -> None:
        self._copy.setText(self.tr("Copy"))
        self._warn()
        self._state.setToolTip(
            self.tr(
                "Show the callback URL: the public address, its test, and the impact of "
                "interruptions"
            )
        )
        self._address.setAccessibleName(self.tr("Callback URL"))
        self._recolour()
        self.refresh()

    def _warn(self) -> None:
        """Say of the address, before it is copied, whether the sender can reach it."""
        is_local = self._reachability.is_local_only
        self._copy.setIcon(icon("alert-outline" if is_local else "content-copy"))
        self._copy.setToolTip(
            self.tr("This address works on this computer only: the SMS service can't reach it")
            if is_local
            else self.tr("Copy the callback URL for the sender")
        )

    def _recolour(self) -> None:
        self._warn()
        self._state.setIcon(icon("chevron-right"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()
        elif event.type() is QEvent.Type.PaletteChange:
            self._recolour()
