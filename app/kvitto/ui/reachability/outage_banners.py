"""What is listed of outages: the time until a loss, retries, losses, unauthorized requests."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from kvitto.clock import utc_now
from kvitto.core.outages import IP1_RETRIES, Outage, OutageCause, TimeRange, loss_if_stopped
from kvitto.core.report import Origin
from kvitto.core.timestamps import from_microseconds
from kvitto.reachability.impact import (
    SPIKE_MINUTES,
    OngoingOutage,
    PossibleLoss,
    Recovered,
    affected_batches,
    by_key,
    ongoing_outage,
    possible_loss,
    recovered,
    spike,
    stale_url,
    told_from,
)
from kvitto.store.errors import StoreError
from kvitto.store.mutations import AcknowledgeOutage
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.store.rights import Right
from kvitto.ui.reachability.exposed_batches import ExposedBatches
from kvitto.ui.reachability.lists import ReachabilityFacts, read_facts
from kvitto.ui.reachability.restoration_banners import RestorationBanners
from kvitto.ui.services.context import Context
from kvitto.ui.services.throttle import Throttle
from kvitto.ui.services.todo import Action, Todo
from kvitto.ui.services.todo_list import Severity
from kvitto.ui.text.check_failure_text import failure_advice, failure_sentence, known_failure
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.impact_text import ImpactText, deadline_text, spike_text
from kvitto.ui.text.outage_text import now_text
from kvitto.ui.widgets.session_banner import NOT_RECEIVING

log = logging.getLogger(__name__)

_REST_MS: Final = 1000
_TICK_MS: Final = 1000
_LOOK_EVERY_MS: Final = 30_000
_LOOK_EVERY_TICKS: Final = 5
_MINUTE_US: Final = 60_000_000


class OutageBanners(QObject):
    """Lists what outages cost, or may.

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
        todo: Todo,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Show outages in `todo`."""
        super().__init__(parent)
        self._context = context
        self._reachability = context.reachability
        self._todo = todo
        self._clock = clock
        self._words = ImpactText(self)
        self._facts = ReachabilityFacts(clock())
        self._batches: dict[int, BatchRecord] = {}
        self._waiting: set[int] = set()
        self._exposed: Mapping[int, Sequence[TimeRange]] = {}
        self._exposed_batches = ExposedBatches(context.backend)
        self._came: int | None = None
        self._ticks = 0
        self._throttle = Throttle(
            context.tasks, self._read, "outage banners", rest_ms=_REST_MS, parent=self
        )
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._look = QTimer(self, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(self._throttle.want)
        restorations = RestorationBanners(context, todo, self)
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

    def loss_if_stopped(self) -> datetime:
        """Return when the first report may be deleted if none comes in from now on, UTC."""
        outages, waiting, now = self._facts.outages, self.waiting, self._clock()
        if any(one.end is None for one in outages):
            waiting = affected_batches(waiting, outages, self._reachability.state.others)
        keys = {one.callback_key or 0 for one in waiting}
        some = by_key(outages, keys) if keys else [[]]
        return min(loss_if_stopped(one, now, IP1_RETRIES) for one in some)

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
            some = by_key(facts.outages, facts.keys)
            found = _worst((recovered(one, now) for one in some), lambda one: one.length)
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
        if not isValid(self._todo):
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
        """Update all that is listed, in the current language."""
        now = self._clock()
        outages, batches = self._facts.outages, self._batches
        some = by_key(outages, self._facts.keys)
        closed = _worst(
            (
                ongoing_outage(
                    one,
                    now,
                    is_awaited=bool(
                        affected_batches(self.waiting, one, self._reachability.state.others)
                    ),
                    exposed=self._exposed,
                    batches=batches,
                )
                for one in some
            ),
            lambda one: (one.earliest_loss is not None, len(one.batches)),
        )
        back = _worst((recovered(one, now) for one in some), lambda one: one.length)
        lost = _worst(
            (possible_loss(one, batches, self._exposed, now) for one in some),
            lambda one: (one.is_awaited, len(one.batches)),
        )
        self._show_ongoing(closed, now)
        # After an outage that was too long, retries and losses are one thing.
        self._show_recovered(None if lost is not None and lost.again_by is not None else back, now)
        self._show_loss(lost, now)
        self._show_stale_url(now)
        self._show_spike(now)
        has_clock = closed is not None or back is not None
        if has_clock != self._tick.isActive():
            self._tick.start() if has_clock else self._tick.stop()

    def _show_ongoing(self, closed: OngoingOutage | None, now: datetime) -> None:
        # Where no report is waited for, nothing is at stake: the strip shows how it stands.
        if closed is None or (closed.earliest_loss is None and not closed.batches):
            self._todo.take_out("outage")
            return
        failure = known_failure(closed.failure)
        context = self._reachability.failure_context
        clock = deadline_text(closed, now)
        actions: list[Action] = [self._showing()]
        detail = fault = addition = ""
        lost = self._words.lost_already(closed, now)
        # Its own state the window shows anyway, and not another's.
        is_other = closed.receiver not in {"", self._context.backend.database.receiver}
        told = self.tr("Receiver {name}:").format(name=closed.receiver) if is_other else ""
        sentences = [told, now_text(closed.by), clock, lost]
        if closed.by is OutageCause.TUNNEL and failure is not None:
            cause = failure_sentence(failure, context)
            sentences = [cause, clock, failure_advice(failure, context), lost]
            actions.insert(0, (self.tr("Test now"), self._reachability.test))
            detail = self._reachability.detail
        elif closed.by is not OutageCause.TUNNEL and not is_other:
            # What keeps everything out says itself what it is.
            fault, addition = NOT_RECEIVING, " ".join(one for one in (clock, lost) if one)
        self._todo.put(
            "outage",
            " ".join(one for one in sentences if one),
            severity=_severity(closed, now),
            since=closed.since,
            size=len(closed.batches),
            occurrence=closed.since.isoformat(),
            fault=fault,
            addition=addition,
            headline=f"{told} {clock} {now_text(closed.by)}".strip()
            if closed.earliest_loss
            else "",
            detail=detail,
            actions=actions,
            again=self.say,
        )

    def _show_recovered(self, found: Recovered | None, now: datetime) -> None:
        if found is None:
            self._todo.take_out("recovered")
            return
        self._todo.put(
            "recovered",
            self._words.recovered(found, self._came, now),
            severity=Severity.NOTE,
            since=found.outage.begin,
            actions=[self._showing()],
            know=self._acknowledging(found.outages),
            again=self.say,
        )

    def _show_loss(self, found: PossibleLoss | None, now: datetime) -> None:
        if found is None:
            self._todo.take_out("possible_loss")
            return
        severity = Severity.NOTE
        if found.batches:
            severity = Severity.DANGER if found.is_awaited else Severity.WARNING
        self._todo.put(
            "possible_loss",
            self._words.loss(found, self._came, now),
            severity=severity,
            since=found.spans[0].begin,
            actions=[self._showing()],
            know=self._acknowledging(found.outages),
            again=self.say,
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
        if not found:
            self._todo.take_out("stale_url")
            return
        self._todo.put(
            "stale_url",
            self._words.stale_url(found, now),
            since=min((one.check.checked_at or now for one in found), default=now),
            size=sum(len(one.batches) for one in found),
            occurrence=" ".join(sorted(one.url for one in found)),
            actions=[self._showing()],
            again=self.say,
        )

    def _show_spike(self, now: datetime) -> None:
        unauthorized = spike(self._facts.unauthorized_counts, self._facts.minute)
        if unauthorized is None:
            self._todo.take_out("spike")
            return
        self._todo.put(
            "spike",
            spike_text(unauthorized),
            # It is worse when it has doubled: of every change is not to be told.
            size=unauthorized.bit_length(),
            since=self._spike_since(now),
            actions=[self._showing()],
            again=self.say,
        )

    def _spike_since(self, now: datetime) -> datetime:
        """Return when the unauthorized requests of the last minutes began."""
        first = self._facts.minute - SPIKE_MINUTES + 1
        minutes = [one for one in self._facts.unauthorized_counts if one >= first]
        return from_microseconds(min(minutes) * _MINUTE_US) if minutes else now

    def _showing(self) -> Action:
        return self.tr("Show the callback URL"), self.reachability_requested.emit

    # --- What the user asks for -----------------------------------------------------------------

    def _acknowledging(self, outages: Sequence[Outage]) -> Callable[[], None] | None:
        """Return what notes in the store that the user knows; None for who may not: see `Todo`."""
        if not self._context.permissions.may(Right.EDIT):
            return None

        def acknowledge() -> None:
            self._start(outages, self._clock())
            self._context.undo.offer(
                self.tr("The interruption is off the list."), lambda: self._start(outages, None)
            )

        return acknowledge

    def _start(self, outages: Sequence[Outage], at: datetime | None) -> None:
        self._context.tasks.start(self._acknowledge(outages, at), "acknowledge outages")

    async def _acknowledge(self, outages: Sequence[Outage], at: datetime | None) -> None:
        backend = self._context.backend
        try:
            for one in outages:
                edit = backend.edit(AcknowledgeOutage(one, at))
                await self._context.tasks.in_thread(edit.result)
        except StoreError as error:
            self.failed.emit(error_text(error))
        self._throttle.hurry()


def _severity(closed: OngoingOutage, now: datetime) -> Severity:
    """Return how much is at stake in an outage in which something is."""
    if closed.earliest_loss is None:
        return Severity.WARNING
    return Severity.DANGER if now >= closed.earliest_loss else Severity.WARNING


_Found = TypeVar("_Found")


def _worst(found: Iterable[_Found | None], badness: Callable[[_Found], Any]) -> _Found | None:
    """Return the worst of what there is; None where there is none."""
    return max((one for one in found if one is not None), key=badness, default=None)
