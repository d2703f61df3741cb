"""What the charts show, read away from the window's thread and kept up to date at a pace."""

import logging
from datetime import UTC, datetime
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal

from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes
from kvitto.store.timeseries import Costs, Rates
from kvitto.ui.charts.outage_bands import OutageSpan, outage_spans
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
    """

    batch_key: int | None = None
    with_demo: bool = False
    wants_rates: bool = False


class ChartSource(QObject):
    """Reads what is asked for, and again when something changed; only while somebody looks.

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
        self._first_arrival: datetime | None = None
        self._is_active = False
        self._is_stale = True
        self._has_news = True
        self._is_told = False
        self._failure = ""
        self._throttle = Throttle(
            context.tasks, self._read, "charts", rest_ms=_REST_MS, parent=self
        )
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

    def _on_changed(self, changes: Changes) -> None:
        # A heartbeat of the receiver is a change, too: for what is closed, not for what it cost.
        self._is_stale = True
        self._has_news |= not changes.is_empty
        if self._is_active:
            self._throttle.want()

    async def _read(self) -> None:
        question = self._question
        has_news, self._has_news, self._is_stale = self._has_news, False, False
        try:
            self.closed = await self._context.tasks.in_thread(self._read_closed)
            self.closed_read.emit()
            if has_news:
                await (self._read_rates if question.wants_rates else self._read_costs)(question)
        except StoreError as error:
            self._is_stale = True
            self._has_news |= has_news
            self._tell(error_text(error))
        else:
            self._tell("")

    async def _read_costs(self, question: Question) -> None:
        costs = await self._context.tasks.in_thread(
            self._context.backend.charts.costs,
            question.batch_key,
            with_demo=question.with_demo,
            known=self._costs,
        )
        if question == self._question:
            before, self._costs = self._costs, costs
            if before is None or before.series is not costs.series or not self._is_told:
                self._is_told = True
                self.costs_read.emit(costs)

    async def _read_rates(self, question: Question) -> None:
        rates = await self._context.tasks.in_thread(
            self._context.backend.charts.rates,
            question.batch_key,
            with_demo=question.with_demo,
            known=self._rates,
        )
        if question == self._question:
            before, self._rates = self._rates, rates
            if before is None or before.series is not rates.series or not self._is_told:
                self._is_told = True
                self.rates_read.emit(rates)

    def _read_closed(self) -> list[OutageSpan]:
        backend = self._context.backend
        if self._first_arrival is None:
            self._first_arrival = backend.traffic.first_arrival()
        return outage_spans(
            backend.outages(_EVER),
            known_since=backend.outage_queries.known_since(),
            first_arrival=self._first_arrival,
        )

    def _tell(self, failure: str) -> None:
        if failure != self._failure:
            self._failure = failure
            if failure:
                self.failed.emit(failure)
