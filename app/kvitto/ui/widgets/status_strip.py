"""The top strip: whether reports are received, at which address, and how they come in."""

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.problem import ProblemError
from kvitto.reachability.evidence import moment_now
from kvitto.receiver.receiver_errors import Problem, error_of
from kvitto.store.arrival_counts import ArrivalCounter
from kvitto.store.errors import QueueFullError, StoreError
from kvitto.store.reader import Changes
from kvitto.store.receivers_seen import RECEIVERS, ReceiversSeen, read_receivers_seen
from kvitto.ui.services.balance_watch import BalanceWatch
from kvitto.ui.services.change_feed import Asking, Reading
from kvitto.ui.services.context import Context
from kvitto.ui.services.todo import Todo
from kvitto.ui.text import formatting
from kvitto.ui.text.balance_text import balance_text
from kvitto.ui.text.elsewhere_text import elsewhere_text
from kvitto.ui.text.local_days import local_midnight
from kvitto.ui.text.reachability_text import since_text, status_text_of
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.status_light import StatusLight
from kvitto.ui.widgets.theme import ICON_SIZE, STEP, number_font
from kvitto.ui.widgets.todo_button import TodoButton
from kvitto.ui.widgets.url_label import UrlLabel

_REFRESH_MS: Final = 500
_RATE_S: Final = 1.0
"""So often a rate is read again while it falls."""
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


class _Figures(NamedTuple):
    """What was received, as of one moment.

    Attributes:
        day: the local day of `today`.
        today, last_minute: how many new reports came since midnight, and in the last minute.
        last_report: when the last one came, UTC.
        receivers: when receivers were heard of last, of a store on a server.
    """

    day: date
    today: int
    last_minute: int
    last_report: datetime | None
    receivers: ReceiversSeen | None


class StatusStrip(QWidget):
    """Whether and how reports are received, in one line.

    Refreshes itself twice a second from counters that cost nothing.

    Signals:
        address_changed: the callback URL on this computer; "" where nobody receives.
        reachability_requested: show the callback URL, its checks and interruptions.
        standing_changed: how receiving stands, in a few words.
        copied: the callback URL is on the clipboard; whether the SMS service can't reach it.
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
        todo: Todo,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Show the session of `context`, and how much of `todo` there is."""
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._trouble: Problem | None = None
        self._notice: Problem | None = None
        self._figures: _Figures | None = None
        self._counter = ArrivalCounter(context.backend.database)
        self._read_at = 0.0
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
        self._copy.setEnabled(False)
        self._copy.clicked.connect(self.copy_url)
        self.todo = TodoButton(todo, self)
        self._balance = QLabel(self)
        self._balance.setFont(number_font(self.font()))
        self._balance.hide()
        self.balance_watch = BalanceWatch(context, self)
        self._figures_label = SteadyLabel(self)
        self._figures_label.setFont(number_font(self.font()))
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * STEP, 2 * STEP, 3 * STEP, 2 * STEP)
        row.setSpacing(2 * STEP)
        row.addWidget(self._status_light)
        row.addWidget(self._state)
        row.addSpacing(STEP)
        row.addWidget(self._address, 1)
        row.addWidget(self._copy)
        row.addSpacing(4 * STEP)
        row.addWidget(self._balance)
        row.addWidget(self._figures_label)
        row.addWidget(self.todo)
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._copied = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._copied.timeout.connect(self._retranslate)
        context.feed.add_part(self._plan, self._on_figures)
        context.feed.failed.connect(self._on_reading)
        self._reachability.changed.connect(self._on_reachability)
        self._retranslate()
        self.read_address()
        self._timer.start()

    @property
    def url(self) -> str:
        """The callback URL that is shown: the one that the SMS service is given."""
        return self._address.url

    @property
    def state(self) -> str:
        """How receiving stands, as it is shown."""
        return self._state.text()

    @property
    def figures(self) -> str:
        """How many reports came, as it is shown."""
        return self._figures_label.text()

    @property
    def balance(self) -> str:
        """What is left on the account, as it is shown; "" where that is not known."""
        return self._balance.text()

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
        self._read_when_due()
        if trouble != self._trouble:
            self._trouble = trouble
            self.trouble_changed.emit(self.trouble)
        self._show_standing()
        self._figures_label.say(self._figure_words())
        self._show_balance()

    def _show_balance(self) -> None:
        books = self._context.books.state
        text, more = balance_text(books.account, books.account_at, self._clock()), ""
        if text and (more := self.balance_watch.sentence()):
            more = f"{text}; {more}."
            text = more if self.balance_watch.is_short else text
        self._balance.setToolTip(more)
        if text != self._balance.text():
            self._balance.setText(text)
            self._balance.setVisible(bool(text))

    def _show_standing(self) -> None:
        backend = self._context.backend
        elsewhere = backend.elsewhere
        if elsewhere is not None and (backend.only_looks or elsewhere.is_lost):
            standing = elsewhere_text(elsewhere, self._clock())
        else:
            standing = status_text_of(
                self._reachability.state,
                moment_now(),
                is_receiving=backend.outlook.is_receiving,
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

    def _read_when_due(self) -> None:
        """Read anew what time changes: a rate falls and a day ends though nothing comes."""
        if not self._context.feed.has_read or self._figures is None:
            return
        is_old = time.monotonic() - self._read_at >= _RATE_S
        is_another_day = self._clock().astimezone().date() != self._figures.day
        if is_another_day or (self._figures.last_minute and is_old):
            self._read_at = time.monotonic()
            self._context.feed.refresh()

    def _figure_words(self) -> str:
        figures = self._figures
        if figures is None:
            return self._context.feed.reading_text()
        if self._context.feed.failed_at is not None:
            since = since_text(self._context.feed.failed_at, self._clock())
            return self.tr("as it was at {time}").format(time=since)
        parts = [
            self.tr("today {reports}").format(reports=formatting.number(figures.today)),
            self.tr("{rate}/min").format(rate=formatting.number(figures.last_minute)),
        ]
        if figures.last_report is not None:
            since = formatting.ago(figures.last_report, self._clock())
            parts.append(self.tr("last {ago}").format(ago=since))
        else:
            parts.append(self.tr("nothing received yet"))
        return "  ·  ".join(parts)

    def _plan(self) -> Reading | None:
        """Read today's reports and those of the last minute, of the same moment as the table."""
        now = self._clock()
        minute = minute_of(to_microseconds(local_midnight(now)))
        backend = self._context.backend
        is_on_server = backend.elsewhere is not None

        def read(_changes: Changes) -> _Figures:
            counts = self._counter.read(minute, now)
            return _Figures(
                day=now.astimezone().date(),
                today=counts.today,
                last_minute=counts.last_minute,
                last_report=counts.last,
                receivers=read_receivers_seen(backend.database) if is_on_server else None,
            )

        asked = self._counter.ask(minute, now)
        return Asking(read, (asked, RECEIVERS) if is_on_server else (asked,))

    def _on_figures(self, figures: "_Figures") -> None:
        self._figures = figures
        self._read_at = time.monotonic()
        elsewhere = self._context.backend.elsewhere
        if elsewhere is not None and figures.receivers is not None:
            elsewhere.note(figures.receivers)
        self.refresh()

    def _on_reading(self, error: StoreError | None) -> None:
        elsewhere = self._context.backend.elsewhere
        if elsewhere is not None and error is not None:
            elsewhere.lose()
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
        """Say of the address, before it is copied, whether the SMS service can reach it."""
        is_local = self._reachability.is_local_only
        self._copy.setIcon(icon("alert-outline" if is_local else "content-copy"))
        self._copy.setToolTip(
            self.tr("This address works on this computer only: the SMS service can't reach it")
            if is_local
            else self.tr("Copy the callback URL for the SMS service")
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
