"""Notices: the few things that are told while the user looks elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kvitto.clock import utc_now
from kvitto.core.outages import TimeRange
from kvitto.core.status import Result
from kvitto.store.reader import Changes
from kvitto.store.records import BatchRecord
from kvitto.ui.reachability.impact_text import mark_text
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

_NAMED: Final = 3
"""Batches that a notice names; the others are counted."""
_LONGEST_WAIT_MS: Final = 3_600_000


class Notifications(QObject):
    """Watches the feed, and tells what the user wants to be told.

    Belongs to the window's thread. It wakes only when something may be due.

    Signals:
        notice: a title, a text, and the `Selection` that it is about; empty for several batches.
    """

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
        self._clock = clock
        self._notification_watcher = NotificationWatcher(clock())
        self._finished_from = finished_from
        self._exposed = exposed
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self.look)
        context.feed.changed.connect(self._on_changed)
        context.preferences.changed.connect(self.look)

    def look(self) -> None:
        """Tell what is to be told now, and wake again when something may be."""
        rules = rules_of(self._preferences)
        now = self._clock()
        for news in self._notification_watcher.take(rules, now, self._finished_from(now)):
            self.notice.emit(*self._in_words(news, rules, now), _selection(news.batches))
        following = self._notification_watcher.next_look(rules)
        if following is None:
            self._wake.stop()
        else:
            wait_ms = int((following - now) / timedelta(milliseconds=1)) + 1
            self._wake.start(min(max(wait_ms, 0), _LONGEST_WAIT_MS))

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
                return self._failing_words(news.batches, rules)
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
        delivered = batch.results()[Result.DELIVERED]
        text = self.tr("%Ln message(s), {share} delivered.", "", batch.messages)
        text = text.format(share=formatting.percent(delivered, batch.messages))
        if spans := exposed.get(batch.key, ()):
            text = f"{text} {mark_text(spans, now)}"
        return title, text

    def _failing_words(self, batches: Sequence[BatchRecord], rules: NoticeRules) -> tuple[str, str]:
        if len(batches) > 1:
            title = self.tr("Many messages of %Ln batch(es) fail", "", len(batches))
            text = self.tr("More than {share} were not delivered: {names}")
            share = formatting.percent(rules.failure_share, 100)
            return title, text.format(share=share, names=self._names(batches))
        [batch] = batches
        title = self.tr("Many messages of {batch} fail").format(batch=_name(batch))
        text = self.tr(
            "{count} of {finished} finished messages were not delivered: {share}."
        ).format(
            count=formatting.number(not_delivered(batch)),
            finished=formatting.number(batch.finished),
            share=formatting.percent(not_delivered(batch), batch.finished),
        )
        return title, text

    def _silent_words(self, news: News, now: datetime) -> tuple[str, str]:
        since = now if news.since is None else news.since
        title = self.tr("Nothing heard for {time}").format(
            time=formatting.duration((now - since).total_seconds())
        )
        waited_for = sum(batch.messages - batch.finished for batch in news.batches)
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


def _selection(batches: Sequence[BatchRecord]) -> Selection:
    return Selection(batches[0]) if len(batches) == 1 else Selection()
