"""Banners of outages: the time until a loss, retries, losses, spikes of unauthorized requests."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from kvitto.clock import utc_now
from kvitto.core.outages import Outage, OutageCause, TimeRange
from kvitto.core.report import Origin
from kvitto.store.errors import StoreError
from kvitto.store.mutations import AcknowledgeOutage
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.ui.reachability.exposed_batches import ExposedBatches
from kvitto.ui.reachability.failure_text import failure_advice, failure_sentence, known_failure
from kvitto.ui.reachability.impact import (
    OngoingOutage,
    PossibleLoss,
    Recovered,
    affected_batches,
    ongoing_outage,
    possible_loss,
    recovered,
    spike,
    stale_url,
    told_from,
)
from kvitto.ui.reachability.impact_text import ImpactText, deadline_text, spike_text
from kvitto.ui.reachability.lists import ReachabilityFacts, read_facts
from kvitto.ui.reachability.restoration_banners import RestorationBanners
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.outage_text import now_text
from kvitto.ui.widgets.banner import STORE, Banners, Weight

log = logging.getLogger(__name__)

_REST_MS: Final = 1000
_TICK_MS: Final = 1000
_LOOK_EVERY_MS: Final = 30_000
_LOOK_EVERY_TICKS: Final = 5
_SPIKE_REST: Final = timedelta(hours=1)
"""For so long a spike that was dismissed is not shown again."""


class OutageBanners(QObject):
    """Keeps the banners of outages.

    It reads when something has changed, and now and then; while a time is shown it counts down
    from what it read. Belongs to the window's thread.

    Signals:
        reachability_requested: show the panel.
        failed: a sentence that says what could not be written.
        exposed_changed: `exposed` is another one.
        read: it was read when no report could come in.
    """

    reachability_requested = Signal()
    failed = Signal(str)
    exposed_changed = Signal()
    read = Signal()

    def __init__(
        self,
        context: Context,
        banners: Banners,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Show outages in `banners`."""
        super().__init__(parent)
        self._context = context
        self._reachability = context.reachability
        self._banners = banners
        self._clock = clock
        self._words = ImpactText(self)
        self._facts = ReachabilityFacts(clock())
        self._batches: dict[int, BatchRecord] = {}
        self._waiting: set[int] = set()
        self._exposed: Mapping[int, Sequence[TimeRange]] = {}
        self._exposed_batches = ExposedBatches(context.backend)
        self._came: int | None = None
        self._calm_until: datetime | None = None
        self._ticks = 0
        self._throttle = Throttle(
            context.tasks, self._read, "outage banners", rest_ms=_REST_MS, parent=self
        )
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._look = QTimer(self, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(self._throttle.want)
        restorations = RestorationBanners(context, banners, self)
        restorations.failed.connect(self.failed)
        context.feed.changed.connect(self._on_changed)
        self._reachability.changed.connect(self._throttle.want)

    def start(self) -> None:
        """Read for the first time, and from then on now and then."""
        self._look.start()
        self._throttle.want()

    def look(self) -> None:
        """Read as soon as possible: something has changed that is not in the feed."""
        self._throttle.hurry()

    def stop(self) -> None:
        """Stop reading and updating."""
        self._throttle.stop()
        self._tick.stop()
        self._look.stop()

    @property
    def waiting(self) -> Sequence[BatchRecord]:
        """The batches of which reports are still to come, oldest first."""
        now = self._clock()
        waiting = (self._batches[key] for key in sorted(self._waiting))
        return [one for one in waiting if one.is_awaited(now)]

    @property
    def exposed(self) -> Mapping[int, Sequence[TimeRange]]:
        """Of which times reports about each batch may be lost, by its key."""
        return self._exposed

    def told_from(self, now: datetime) -> datetime | None:
        """Return from when on a batch may be called finished; None while not known."""
        return told_from(self._facts.outages, now)

    # --- Reading --------------------------------------------------------------------------------

    def _on_changed(self, changes: Changes) -> None:
        now = self._clock()
        for batch in changes.batches:
            if batch.origin is not Origin.DEMO:
                self._batches[batch.key] = batch
            if batch.is_awaited(now):
                self._waiting.add(batch.key)
            else:
                self._waiting.discard(batch.key)
        for key in changes.removed:
            self._batches.pop(key, None)
            self._waiting.discard(key)
        self._exposed_batches.note(batch.key for batch in changes.batches)
        self._exposed_batches.note(changes.removed)
        self._throttle.want()

    async def _read(self) -> None:
        backend, tasks, now = self._context.backend, self._context.tasks, self._clock()
        changed: set[int] = set()
        try:
            facts = await tasks.in_thread(read_facts, backend, now)
            found = recovered(facts.outages, now)
            came = None
            if found is not None:
                came = await tasks.in_thread(backend.outage_queries.came_late, found.outage)
            batches, changed = dict(self._batches), self._exposed_batches.take_changed()
            exposed = await tasks.in_thread(
                self._exposed_batches.read, batches, changed, facts.outages, facts.at
            )
        except StoreError as error:
            log.debug("The outages can't be read now: %s", type(error).__name__)
            self._exposed_batches.note(changed)
            return  # the feed reports it
        if not isValid(self._banners):
            return  # the window was closed meanwhile
        self._facts, self._came = facts, came
        if exposed != self._exposed:
            self._exposed = exposed
            self.exposed_changed.emit()
        self.say()
        self.read.emit()

    def _on_tick(self) -> None:
        self._ticks += 1
        self.say()
        if self._ticks % _LOOK_EVERY_TICKS == 0:
            self._throttle.want()

    # --- Saying ---------------------------------------------------------------------------------

    def say(self) -> None:
        """Update all banners, in the current language."""
        now = self._clock()
        outages, batches = self._facts.outages, self._batches
        closed = ongoing_outage(
            outages,
            now,
            is_awaited=bool(
                affected_batches(self.waiting, outages, self._reachability.state.others)
            ),
            exposed=self._exposed,
            batches=batches,
        )
        back = recovered(outages, now)
        lost = possible_loss(outages, batches, self._exposed, now)
        self._show_ongoing(closed, now)
        # After an outage that was too long, retries and losses share one banner.
        self._show_recovered(None if lost is not None and lost.again_by is not None else back, now)
        self._show_loss(lost, now)
        self._show_stale_url(now)
        self._show_spike(now)
        has_clock = closed is not None or back is not None
        if has_clock != self._tick.isActive():
            self._tick.start() if has_clock else self._tick.stop()

    def _show_or_close(
        self,
        subject: str,
        sentence: str,
        *,
        weight: Weight = Weight.WARNING,
        detail: str = "",
        actions: Sequence[tuple[str, Callable[[], None]]] = (),
    ) -> None:
        if not sentence:
            self._banners.close_banner(subject)
            return
        self._banners.show_banner(
            subject, sentence, weight=weight, detail=detail, actions=actions, again=self.say
        )

    def _show_ongoing(self, closed: OngoingOutage | None, now: datetime) -> None:
        clock = "" if closed is None else deadline_text(closed, now)
        # One fault, one banner: why nothing is stored is said there, and until when that may last.
        is_told = (
            closed is not None and closed.by is OutageCause.DISK and self._banners.is_shown(STORE)
        )
        self._banners.add_to(STORE, clock if is_told else "")
        if closed is None or is_told:
            self._banners.close_banner("outage")
            return
        failure = known_failure(closed.failure)
        context = self._reachability.failure_context
        actions = [(self.tr("Show the callback URL"), self.reachability_requested.emit)]
        detail = ""
        sentences = [now_text(closed.by), clock]
        if closed.by is OutageCause.TUNNEL and failure is not None:
            sentences = [
                failure_sentence(failure, context),
                clock,
                failure_advice(failure, context),
            ]
            actions.insert(0, (self.tr("Test now"), self._reachability.test))
            detail = self._reachability.detail
        sentences.append(self._words.lost_already(closed, now))
        self._show_or_close(
            "outage",
            " ".join(one for one in sentences if one),
            weight=_weight(closed, now),
            detail=detail,
            actions=actions,
        )

    def _show_recovered(self, found: Recovered | None, now: datetime) -> None:
        self._show_or_close(
            "recovered",
            "" if found is None else self._words.recovered(found, self._came, now),
            weight=Weight.NOTE,
            actions=[] if found is None else [self._dismissing(found.outages)],
        )

    def _show_loss(self, found: PossibleLoss | None, now: datetime) -> None:
        weight = Weight.NOTE
        if found is not None and found.batches:
            weight = Weight.DANGER if found.is_awaited else Weight.WARNING
        self._show_or_close(
            "possible_loss",
            "" if found is None else self._words.loss(found, self._came, now),
            weight=weight,
            actions=[]
            if found is None
            else [
                (self.tr("Show the callback URL"), self.reachability_requested.emit),
                self._dismissing(found.outages),
            ],
        )

    def _show_stale_url(self, now: datetime) -> None:
        state = self._reachability.state
        found = []
        if self._reachability.is_watched:
            current = state.public_url or None
            found = [
                one
                for one in stale_url(
                    self.waiting, self._facts.addresses, current, now, state.others
                )
                if one.is_lost
            ]
        self._show_or_close(
            "stale_url",
            self._words.stale_url(found, now) if found else "",
            actions=[(self.tr("Show the callback URL"), self.reachability_requested.emit)],
        )

    def _show_spike(self, now: datetime) -> None:
        unauthorized_counts = spike(self._facts.unauthorized_counts, self._facts.minute)
        is_calm = self._calm_until is not None and now < self._calm_until
        self._show_or_close(
            "spike",
            "" if unauthorized_counts is None or is_calm else spike_text(unauthorized_counts),
            actions=[
                (self.tr("Show the callback URL"), self.reachability_requested.emit),
                (self.tr("Close"), self._on_spike_closed),
            ],
        )

    # --- What the user asks for -----------------------------------------------------------------

    def _dismissing(self, outages: Sequence[Outage]) -> tuple[str, Callable[[], None]]:
        def dismiss() -> None:
            self._context.tasks.start(self._dismiss(outages), "acknowledge outages")

        return self.tr("Dismiss"), dismiss

    async def _dismiss(self, outages: Sequence[Outage]) -> None:
        backend, now = self._context.backend, self._clock()
        try:
            for one in outages:
                edit = backend.edit(AcknowledgeOutage(one, now))
                await self._context.tasks.in_thread(edit.result)
        except StoreError as error:
            self.failed.emit(error_text(error))
        self._throttle.hurry()

    def _on_spike_closed(self) -> None:
        self._calm_until = self._clock() + _SPIKE_REST
        self.say()


def _weight(closed: OngoingOutage, now: datetime) -> Weight:
    """Return an outage's weight: where no report is waited for, it is no alarm."""
    if closed.earliest_loss is None:
        return Weight.WARNING if closed.batches else Weight.NOTE
    return Weight.DANGER if now >= closed.earliest_loss else Weight.WARNING
