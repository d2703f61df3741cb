"""The refused requests in the top strip: how many the user has not looked at, and what it means."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QToolButton, QWidget
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.status import Result
from kvitto.store.errors import StoreError
from kvitto.store.rejection_counts import RejectionCounts, RejectionCountsReader
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text import formatting
from kvitto.ui.widgets.icons import icon
from kvitto.ui.widgets.theme import ICON_SIZE, colours

_REST_MS: Final = 300
_LOOK_MS: Final = 15_000
"""Red becomes amber, and a deadline passes, without anything coming."""
_FIRST_REST: Final = timedelta(minutes=1)
_LONGEST_REST: Final = timedelta(minutes=30)


class RejectionButton(QToolButton):
    """Shows how many requests were refused since the user last looked; hidden while there are none.

    It reads the store, so it is right after a restart, and while another process receives. When
    more come, it tells so: at once, and then ever more rarely.

    Args:
        context: what the parts of the window share.
        parent: the owner.
        clock: the time, UTC.

    Signals:
        notice: a title and a text: more requests were refused.
    """

    notice = Signal(str, str)

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._clock = clock
        self._reader = RejectionCountsReader(context.backend.database)
        self._counts = RejectionCounts()
        self._has_read = False
        self._told = 0
        self._told_at: datetime | None = None
        self._rest = _FIRST_REST
        self.setAutoRaise(True)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.hide()
        self._throttle = Throttle(
            context.tasks, self._read, "refused requests", rest_ms=_REST_MS, parent=self
        )
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._throttle.want)
        context.feed.changed.connect(self._throttle.want)

    @property
    def counts(self) -> RejectionCounts:
        """What is shown."""
        return self._counts

    def stop(self) -> None:
        """Read no more: the window goes."""
        self._look.stop()
        self._throttle.stop()

    def sentence(self) -> str:
        """Return what was refused, why and until when it is tried, a sentence a line; or ""."""
        counts = self._counts
        if not counts.requests:
            return ""
        # Imported when it is needed: it would hold up the start of the window.
        from kvitto.ui.text.rejection_text import kind_word

        kinds = ", ".join(
            self.tr("{kind} {count}").format(kind=kind_word(kind), count=formatting.number(count))
            for kind, count in sorted(counts.kinds.items(), key=lambda one: -one[1])
        )
        parts = [
            self.tr("%Ln request(s) came with your key and were refused:", "", counts.requests)
        ]
        parts[0] = f"{parts[0]} {kinds}."
        if counts.gave_up is not None:
            parts.append(
                self.tr("iP.1 may have deleted some of these since {time}.").format(
                    time=self._time(counts.gave_up)
                )
            )
        if counts.gives_up is not None:
            parts.append(self._deadline(counts).format(time=self._time(counts.gives_up)))
        return "\n".join(parts)

    def _deadline(self, counts: RejectionCounts) -> str:
        if not counts.is_tried:
            # It did not come again when it was due: it may have got through by another try.
            return self.tr("If iP.1 still tries them, it gives them up at {time}.")
        if counts.gave_up is not None:
            return self.tr("It gives the others up at {time}.")
        return self.tr("iP.1 gives these up at {time}.")

    async def _read(self) -> None:
        try:
            counts = await self._context.tasks.in_thread(self._reader.counts, self._clock())
        except StoreError:
            return  # the feed tells of it
        before, self._counts = self._counts, counts
        if not self._has_read:
            self._has_read = True
            self._told = counts.requests
        if counts != before:
            self._show()
        self._tell()

    def _tell(self) -> None:
        """Tell of requests that were refused since the last time, if it is not too soon."""
        count, now = self._counts.requests, self._clock()
        self._told = min(self._told, count)
        if count == self._told:
            return
        if self._told_at is not None:
            passed = now - self._told_at
            if passed < self._rest:
                return  # the timer looks again
            is_calm = passed > 2 * _LONGEST_REST
            self._rest = _FIRST_REST if is_calm else min(2 * self._rest, _LONGEST_REST)
        new, self._told, self._told_at = count - self._told, count, now
        self.notice.emit(self.tr("%Ln request(s) refused", "", new), self.sentence())

    def _show(self) -> None:
        count = self._counts.requests
        if count:
            self._look.start()
            self.setText(self.tr("%Ln refused ›", "", count))  # noqa: RUF001 - leads on
            lines = [*self.sentence().split("\n"), self.tr("Press to see what came and why.")]
            self.setToolTip("\n".join(lines))
            self.setAccessibleName(self.tr("Refused requests"))
            self.setAccessibleDescription(self.sentence())
            self._recolour()
        else:
            self._look.stop()
        self.setVisible(bool(count))

    def _time(self, instant: datetime) -> str:
        """Return a time of today, or with its day."""
        is_today = instant.astimezone().date() == self._clock().astimezone().date()
        clock = formatting.clock_time(instant, with_seconds=False)
        return clock if is_today else f"{formatting.day(instant, with_weekday=True)} {clock}"

    def _recolour(self) -> None:
        shown, is_grave = colours(), self._counts.is_grave
        tint = shown.danger if is_grave else shown.warning
        text = shown.results[Result.FAILED if is_grave else Result.EXPIRED].text
        palette = self.palette()
        if (
            palette.color(QPalette.ColorRole.Window) != tint
            or palette.color(QPalette.ColorRole.ButtonText) != text
        ):
            palette.setColor(QPalette.ColorRole.Window, tint)
            palette.setColor(QPalette.ColorRole.ButtonText, text)
            self.setPalette(palette)
        name = "alert-octagon-outline" if is_grave else "alert-outline"
        self.setIcon(icon(name, text))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the language and the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._show()
        elif event.type() is QEvent.Type.ApplicationPaletteChange:
            self._recolour()
