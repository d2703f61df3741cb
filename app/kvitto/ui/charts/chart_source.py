"""What the charts show, read away from the window's thread and kept up to date at a pace."""

import logging
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from PySide6.QtCore import QObject, Signal

from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes
from kvitto.store.search_conditions import ShownScope
from kvitto.store.timeseries import Costs, Rates
from kvitto.ui.charts.outage_bands import OutageSpan, outage_spans
from kvitto.ui.services.change_feed import Asking, Reading
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.error_text import error_text

log = logging.getLogger(__name__)

_REST_MS: Final = 1000
_EVER: Final = datetime.fromtimestamp(0, UTC)


class Question(msgspec.Struct, frozen=True):
    """What is to be shown.

    Attributes:
        batch_key: of a batch; None for all.
        with_demo: whether demo batches count among all.
        wants_rates: the reports; else the costs.
        shown: of all, what is shown only; None for all.
    """

    batch_key: int | None = None
    with_demo: bool = False
    wants_rates: bool = False
    shown: ShownScope | None = None


class ChartSource(QObject):
    """Reads what is asked for along with the feed's changes; only while somebody looks.

    Belongs to the window's thread.

    Attributes:
        closed: when no report could come in.

    Signals:
        costs_read: a :class:`~kvitto.store.timeseries.Costs` that answers the question; again
            where it is
            another than before.
        rates_read: a :class:`~kvitto.store.timeseries.Rates`, likewise.
        closed_read: `closed` is up to date.
        failed: the sentence of a `StoreError`; once until reading works again.
    """

    costs_read = Signal(object)
    rates_read = Signal(object)
    closed_read = Signal()
    failed = Signal(str)

    def __init__(self, context: Context, parent: QObject) -> None:
        """Ask nothing yet."""
        super().__init__(parent)
        self._context = context
        self._question = Question()
        self._costs: Costs | None = None
        self._rates: Rates | None = None
        self.closed: list[OutageSpan] = []
        self._is_active = False
        self._is_stale = True
        self._has_news = True
        self._is_told = False
        self._failure = ""
        self._throttle = Throttle(
            context.tasks, self._read, "charts", rest_ms=_REST_MS, parent=self
        )
        context.feed.add_part(self._plan, self._on_read)
        context.feed.changed.connect(self._on_changed)

    def ask(self, question: Question) -> None:
        """Read this from now on, and tell it once at least."""
        self._question = question
        self._is_told = False
        self._hurry()

    def set_active(self, *, is_active: bool) -> None:
        """Know whether anybody looks."""
        self._is_active = is_active
        if self._is_stale:
            self._hurry()

    def _hurry(self) -> None:
        self._is_stale = self._has_news = True
        if self._is_active:
            self._throttle.hurry()
            self._context.feed.refresh()

    def _on_changed(self, changes: Changes) -> None:
        # A heartbeat of the receiver is a change, too: for what is closed, not for what it cost.
        self._is_stale = True
        self._has_news |= not changes.is_empty
        if self._is_active:
            self._throttle.want()

    async def _read(self) -> None:
        self._is_stale = False
        try:
            self.closed = await self._context.tasks.in_thread(self._read_closed)
            self.closed_read.emit()
        except StoreError as error:
            self._is_stale = True
            self._tell(error_text(error))
        else:
            self._tell("")

    def _plan(self) -> Reading | None:
        """Read what is drawn, of the same moment as the table."""
        if not self._is_active:
            return None
        question, charts = self._question, self._context.backend.charts
        has_news = self._has_news
        read = charts.rates if question.wants_rates else charts.costs
        known: Any = self._rates if question.wants_rates else self._costs
        ask = charts.ask_rates if question.wants_rates else charts.ask_costs

        def answer(changes: Changes) -> tuple[Question, Any]:
            if changes.is_empty and not has_news:
                return question, None
            return question, read(
                question.batch_key,
                with_demo=question.with_demo,
                shown=question.shown,
                known=known,
            )

        return Asking(answer, ask(known))

    def _on_read(self, answered: tuple[Question, Any]) -> None:
        question, found = answered
        if found is None:
            return
        if question != self._question:
            if _is_like(question, self._question):
                # The table shows what is coming together with the next reading, and not before.
                (self.rates_read if question.wants_rates else self.costs_read).emit(found)
            return
        self._has_news = False
        before = self._rates if question.wants_rates else self._costs
        is_another = before is None or before.series is not found.series or not self._is_told
        if question.wants_rates:
            self._rates = found
        else:
            self._costs = found
        if is_another:
            self._is_told = True
            (self.rates_read if question.wants_rates else self.costs_read).emit(found)

    def _read_closed(self) -> list[OutageSpan]:
        # Where another receiver had reports meanwhile, that is no time without any.
        outages = self._context.backend.outages(_EVER)
        return outage_spans(one for one in outages if not one.spared)

    def _tell(self, failure: str) -> None:
        if failure != self._failure:
            self._failure = failure
            if failure:
                self.failed.emit(failure)


def _is_like(asked: Question, now: Question) -> bool:
    """Tell whether two questions differ in the batches with a match alone."""
    if asked.shown is None or not asked.shown.is_like(now.shown):
        return False
    return asked == msgspec.structs.replace(now, shown=asked.shown)
