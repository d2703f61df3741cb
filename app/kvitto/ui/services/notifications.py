"""Notices: the few things that are told while the user looks elsewhere."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from kvitto.clock import utc_now
from kvitto.core.outages import TimeRange
from kvitto.core.usual_share import Worse
from kvitto.store.delivered_shares import DeliveredShares
from kvitto.store.errors import StoreError
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.services.notification_rules import (
    News,
    NoticeRules,
    NotificationWatcher,
    Occasion,
    not_delivered,
)
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.impact_text import mark_text
from kvitto.ui.text.usual_text import usual_text

_NAMED: Final = 3
"""Batches that a notice names; the others are counted."""
_WORSE: Final = "worse_batches"
_WORSE_KEPT: Final = 100
"""So many batches are remembered to have been worse than usual: the latest."""
_LONGEST_WAIT_MS: Final = 3_600_000
_AGAIN_AFTER: Final = timedelta(minutes=1)
"""When is tried again to read what could not be."""

log = logging.getLogger(__name__)


class NotDelivered(NamedTuple):
    """Those are to be listed who did not get a message of some batches."""

    batches: tuple[BatchRecord, ...]


class Notifications(QObject):
    """Watches the feed, and tells what the user wants to be told.

    Belongs to the window's thread. It wakes only when something may be due.

    Signals:
        looked: `failing` may be another list.
        notice: a title, a text, and what it is about: the `Selection` to be shown, empty for
            several batches; or `NotDelivered`.
    """

    looked = Signal()
    notice = Signal(str, str, object)

    def __init__(
        self,
        context: Context,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        finished_from: Callable[[datetime], datetime | None] = lambda now: now,
        exposed: Callable[[], Mapping[int, Sequence[TimeRange]]] = dict,
    ) -> None:
        """Watch the feed of `context` from its first change on.

        Args:
            context: what the parts of the window share.
            parent: the owner.
            clock: the time, UTC.
            finished_from: returns from when on it may be told that batches are finished; None while
                that is not known. Where that changes, `look`.
            exposed: returns of which times reports about each batch may be lost, by its key.
        """
        super().__init__(parent)
        self._preferences = context.preferences
        self._tasks = context.tasks
        self._shares = DeliveredShares(context.backend.database)
        self._is_comparing = False
        self._compares_from: datetime | None = None
        self._clock = clock
        self._notification_watcher = NotificationWatcher(clock(), _kept_worse(context.preferences))
        self._finished_from = finished_from
        self._exposed = exposed
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self.look)
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self.look)

    def worse(self, batch_key: int) -> Worse | None:
        """Return how a batch turned out to be worse than usual; None where it did not."""
        return self._notification_watcher.told_worse.get(batch_key)

    def failing(self) -> list[BatchRecord]:
        """Return the batches of the last days of which many messages fail, the latest first."""
        return self._notification_watcher.failing(rules_of(self._preferences), self._clock())

    @property
    def is_comparing(self) -> bool:
        """Whether batches are being compared with what is usual."""
        return self._is_comparing

    def look(self) -> None:
        """Tell what is to be told now, and wake again when something may be."""
        rules = rules_of(self._preferences)
        now = self._clock()
        finished_from = self._finished_from(now)
        for news in self._notification_watcher.take(rules, now, finished_from):
            self.notice.emit(*self._in_words(news, rules, now), _about(news))
        times = [self._notification_watcher.next_look(rules), self._compare(now, finished_from)]
        following = min((time for time in times if time is not None), default=None)
        self.looked.emit()
        if following is None:
            self._wake.stop()
        else:
            wait_ms = int((following - now) / timedelta(milliseconds=1)) + 1
            self._wake.start(min(max(wait_ms, 0), _LONGEST_WAIT_MS))

    def _compare(self, now: datetime, all_came_from: datetime | None) -> datetime | None:
        """Begin to compare the batches that are due; return when that is to be done next.

        Not while reports may be on their way that could not come in: what they tell would be
        missing.
        """
        following = self._notification_watcher.usual.next_look()
        if following is None or self._is_comparing or all_came_from is None:
            return None
        following = max(
            one for one in (following, all_came_from, self._compares_from) if one is not None
        )
        if following > now:
            return following
        self._is_comparing = True
        due = self._notification_watcher.usual.due(now)
        self._tasks.start(self._read_and_compare(due, now), "compare with usual")
        return None

    async def _read_and_compare(self, due: Sequence[BatchRecord], now: datetime) -> None:
        exposed = self._exposed()
        keys = [batch.key for batch in due if batch.key not in exposed]
        try:
            found = await self._tasks.in_thread(self._shares.read, keys)
        except StoreError as error:  # the feed shows it
            log.debug("Batches were not compared: %s", error.detail)
            self._compares_from = now + _AGAIN_AFTER
        else:
            rules = rules_of(self._preferences)
            self._notification_watcher.compare(due, found, rules, now)
            _keep_worse(self._preferences, self._notification_watcher.told_worse)
        finally:
            self._is_comparing = False
        if isValid(self):
            self.look()

    def _on_changed(self, changes: Changes) -> None:
        rules = rules_of(self._preferences)
        self._notification_watcher.see(changes.batches, changes.removed, rules, self._clock())
        self.look()

    # --- Words ----------------------------------------------------------------------------------

    def _in_words(self, news: News, rules: NoticeRules, now: datetime) -> tuple[str, str]:
        match news.occasion:
            case Occasion.FINISHED:
                return self._finished_words(news.batches, now)
            case Occasion.FAILING:
                return self._failing_words(news, rules)
            case Occasion.SILENT:
                return self._silent_words(news, now)

    def _finished_words(self, batches: Sequence[BatchRecord], now: datetime) -> tuple[str, str]:
        exposed = self._exposed()
        if len(batches) > 1:
            title = self.tr("%Ln batch(es) finished", "", len(batches))
            marked = [batch for batch in batches if batch.key in exposed]
            text = self._names(batches)
            if marked:
                lost = self.tr("Some reports may be lost about: {names}")
                text = f"{text}. {lost.format(names=self._names(marked))}"
            return title, text
        [batch] = batches
        title = self.tr("{batch} is finished").format(batch=_name(batch))
        text = self._delivered_words(batch)
        if spans := exposed.get(batch.key, ()):
            text = f"{text} {mark_text(spans, now)}"
        return title, text

    def _delivered_words(self, batch: BatchRecord) -> str:
        tally = batch.tally()
        if tally.delivered == batch.messages:
            return self.tr("All %Ln message(s) were delivered.", "", batch.messages)
        if not tally.not_delivered:
            text = self.tr("{delivered} of %Ln message(s) delivered.", "", batch.messages)
        else:
            text = self.tr(
                "{delivered} of %Ln message(s) delivered, {others} did not arrive.",
                "",
                batch.messages,
            )
        said = text.format(
            delivered=formatting.number(tally.delivered),
            others=formatting.number(tally.not_delivered),
        )
        if tally.cancelled:
            cancelled = self.tr("{count} cancelled.").format(
                count=formatting.number(tally.cancelled)
            )
            said = f"{said} {cancelled}"
        return said

    def _failing_words(self, news: News, rules: NoticeRules) -> tuple[str, str]:
        batches = news.batches
        if len(batches) > 1:
            title = self.tr("Many messages of %Ln batch(es) fail", "", len(batches))
            return title, self._several_words(news, rules)
        [batch] = batches
        title = self.tr("Many messages of {batch} fail").format(batch=_name(batch))
        if (worse := news.worse.get(batch.key)) is not None:
            return title, usual_text(worse.age, worse.share, worse.usual)
        text = self.tr(
            "{count} of {finished} finished messages were not delivered: {share}."
        ).format(
            count=formatting.number(not_delivered(batch)),
            finished=formatting.number(batch.finished),
            share=formatting.percent(not_delivered(batch), batch.finished),
        )
        return title, text

    def _several_words(self, news: News, rules: NoticeRules) -> str:
        compared = [batch for batch in news.batches if batch.key in news.worse]
        others = [batch for batch in news.batches if batch.key not in news.worse]
        texts = []
        if others:
            share = formatting.percent(rules.failure_share, 100)
            text = self.tr("More than {share} were not delivered: {names}")
            texts.append(text.format(share=share, names=self._names(others)))
        if compared:
            text = self.tr("Fewer were delivered than usual: {names}")
            texts.append(text.format(names=self._names(compared)))
        return ". ".join(texts)

    def _silent_words(self, news: News, now: datetime) -> tuple[str, str]:
        since = now if news.since is None else news.since
        title = self.tr("Nothing heard for {time}").format(
            time=formatting.duration((now - since).total_seconds())
        )
        waited_for = sum(batch.unfinished for batch in news.batches)
        text = self.tr(
            "%Ln message(s) are not finished. Check that the tunnel is up and leads to this "
            "computer: the SMS service gives up on a report after about 90 minutes.",
            "",
            waited_for,
        )
        return title, text

    def _names(self, batches: Sequence[BatchRecord]) -> str:
        named = ", ".join(_name(batch) for batch in batches[:_NAMED])
        others = len(batches) - _NAMED
        if others <= 0:
            return named
        return self.tr("{names} and %Ln more", "", others).format(names=named)


def _kept_worse(preferences: Preferences) -> dict[int, Worse]:
    try:
        return msgspec.json.decode(preferences.get(_WORSE, "") or "{}", type=dict[int, Worse])
    except msgspec.DecodeError:
        return {}


def _keep_worse(preferences: Preferences, worse: Mapping[int, Worse]) -> None:
    latest = {key: worse[key] for key in sorted(worse)[-_WORSE_KEPT:]}
    preferences.put(_WORSE, msgspec.json.encode(latest).decode())


def rules_of(preferences: Preferences) -> NoticeRules:
    """Return what the user wants to be told."""
    silence = timedelta(minutes=preferences.silence_minutes)
    return NoticeRules(
        finished=preferences.tells_settled,
        failures=preferences.tells_failures,
        failure_share=preferences.failure_share,
        failure_least=preferences.failure_least,
        silence=silence if preferences.tells_silence else None,
    )


def _name(batch: BatchRecord) -> str:
    return name_of(batch, is_masked=True)


def _about(news: News) -> Selection | NotDelivered:
    """Return what is shown when the user presses it: those who did not get it, if there are any."""
    batches = news.batches
    if news.occasion is not Occasion.SILENT:
        lacking = tuple(batch for batch in batches if batch.tally().not_delivered)
        if lacking:
            return NotDelivered(lacking)
    return Selection(batches[0]) if len(batches) == 1 else Selection()
