"""The refused requests that the user has not looked at, in the list of what is wrong."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kvitto.clock import utc_now
from kvitto.store.errors import StoreError
from kvitto.store.rejection_counts import RejectionCounts, RejectionCountsReader
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.services.todo import Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.text import formatting

_SUBJECT: Final = "refused"
_REST_MS: Final = 300
_LOOK_MS: Final = 15_000
"""Red becomes amber, and a deadline passes, without anything coming."""
_FIRST_REST: Final = timedelta(minutes=1)
_LONGEST_REST: Final = timedelta(minutes=30)


class RefusedItem(QObject):
    """Lists how many requests were refused since the user last looked, while there are any.

    It reads the store, so it is right after a restart, and while another process receives. When
    more come, it tells so: at once, and then ever more rarely.

    Args:
        context: what the parts of the window share.
        todo: the list.
        parent: the owner.
        clock: the time, UTC.

    Signals:
        notice: a title and a text: more requests were refused.
        show_requested: show what was refused.
    """

    notice = Signal(str, str)
    show_requested = Signal()

    def __init__(
        self,
        context: Context,
        todo: Todo,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._todo = todo
        self._clock = clock
        self._reader = RejectionCountsReader(context.backend.database)
        self._counts = RejectionCounts()
        self._has_read = False
        self._day: date | None = None
        self._told = 0
        self._told_at: datetime | None = None
        self._rest = _FIRST_REST
        self._throttle = Throttle(
            context.tasks, self._read, "refused requests", rest_ms=_REST_MS, parent=self
        )
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._throttle.want)
        context.feed.changed.connect(self._throttle.want)

    @property
    def counts(self) -> RejectionCounts:
        """What is listed."""
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
            self.tr("{kind} ({count})").format(kind=kind_word(kind), count=formatting.number(count))
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
        before = (self._counts, self._day)
        self._counts, self._day = counts, self._clock().astimezone().date()
        if not self._has_read:
            self._has_read = True
            self._told = counts.requests
        if (counts, self._day) != before:  # a time without its day is one of today
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
        counts = self._counts
        if not counts.requests:
            self._look.stop()
            self._todo.take_out(_SUBJECT)
            return
        self._look.start()
        self._todo.put(
            _SUBJECT,
            self.sentence().replace("\n", " "),
            severity=Severity.DANGER if counts.is_grave else Severity.WARNING,
            since=counts.first,
            # It is worse when there are twice as many: of each is not to be told.
            size=counts.requests.bit_length(),
            actions=[(self.tr("Show what was refused"), self.show_requested.emit)],
            again=self._show,
        )

    def _time(self, instant: datetime) -> str:
        """Return a time of today, or with its day."""
        is_today = instant.astimezone().date() == self._clock().astimezone().date()
        clock = formatting.clock_time(instant, with_seconds=False)
        return clock if is_today else f"{formatting.day(instant, with_weekday=True)} {clock}"
