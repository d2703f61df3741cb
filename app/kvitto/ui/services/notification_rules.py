"""What is worth telling the user while they look elsewhere: decided here, without Qt or a clock."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from kvitto.core.report import Origin
from kvitto.core.status import result_of
from kvitto.core.undelivered import NOT_DELIVERED
from kvitto.core.usual_share import Worse
from kvitto.store.delivered_shares import SharesSoFar
from kvitto.store.records import BatchRecord
from kvitto.ui.services.usual_looks import UsualLooks

GATHERING: Final = timedelta(seconds=5)
"""What happens within this time is told together."""
QUIET: Final = timedelta(seconds=60)
"""A batch of unknown size is finished when all that was seen is, and nothing came for this long."""
FAILING_FOR: Final = timedelta(days=3)
"""For so long after its last report it is of use to know that many messages of a batch failed."""
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_FIRST_REST: Final = timedelta(minutes=1)
_CALM: Final = timedelta(hours=1)


class Occasion(Enum):
    """What there is to tell."""

    FINISHED = "finished"
    FAILING = "failing"
    SILENT = "silent"


_LONGEST_REST: Final = {
    Occasion.FINISHED: timedelta(minutes=30),
    Occasion.FAILING: timedelta(minutes=5),
}


@dataclass(frozen=True)
class NoticeRules:
    """What the user wants to be told.

    Attributes:
        finished: tell of finished batches.
        failures: tell of batches that are worse than usual; and, where too little is known of what
            is usual, of those of which more than `failure_share` per cent were not delivered, once
            `failure_least` of their messages are finished.
        silence: tell that nothing was heard for so long; None for never.
    """

    finished: bool = True
    failures: bool = True
    failure_share: int = 10
    failure_least: int = 20
    silence: timedelta | None = None


@dataclass(frozen=True)
class News:
    """Something to tell, all of its kind together.

    Attributes:
        occasion: what kind.
        batches: which batches, in order of first arrival.
        since: SILENT only: when something was heard last, UTC.
        worse: FAILING only: how those of them are worse than usual that were compared, by key.
    """

    occasion: Occasion
    batches: Sequence[BatchRecord]
    since: datetime | None = None
    worse: Mapping[int, Worse] = field(default_factory=dict)


@dataclass
class _Throttle:
    """When news of one kind may be told: ever more rarely while they keep coming."""

    longest: timedelta
    rest: timedelta = _FIRST_REST
    told: datetime | None = None

    def opens(self) -> datetime | None:
        return None if self.told is None else self.told + self.rest

    def tell(self, now: datetime) -> None:
        if self.told is None or now - self.told > _CALM:
            self.rest = _FIRST_REST
        else:
            self.rest = min(2 * self.rest, self.longest)
        self.told = now


@dataclass
class _Gathering:
    """News of one kind that wait to be told."""

    throttle: _Throttle
    waiting: dict[int, tuple[BatchRecord, datetime]] = field(default_factory=dict)
    """The batches, and from when on each may be told of."""
    held_until: datetime | None = _ALWAYS
    """When any may be told; None while that is not known."""

    def opens(self) -> datetime | None:
        """Return when the next of them may be told."""
        if not self.waiting or self.held_until is None:
            return None
        ready = max(self.held_until, min(at for _batch, at in self.waiting.values()))
        opens = self.throttle.opens()
        return ready if opens is None else max(ready, opens)

    def take(self, now: datetime) -> list[BatchRecord]:
        """Return those that may be told of now, and forget them."""
        opens = self.opens()
        if opens is None or now < opens:
            return []
        ready = [batch for batch, at in self.waiting.values() if at <= now]
        for batch in ready:
            del self.waiting[batch.key]
        self.throttle.tell(now)
        return sorted(ready, key=lambda batch: batch.key)


class NotificationWatcher:
    """Sees batches change, and says what is worth telling.

    What was so before the window was opened is not told, but for a silence. Nothing is told of demo
    batches, of those that are done, and of those that are forgotten.

    Args:
        opened: when the window was opened, UTC.
        worse: how batches turned out to be worse than usual before, by their keys.

    Attributes:
        usual: when batches are to be compared with what is usual; see `compare`.
    """

    def __init__(self, opened: datetime, worse: Mapping[int, Worse] | None = None) -> None:
        self.usual = UsualLooks(opened)
        self._opened = opened
        self._known: dict[int, BatchRecord] = {}
        self._is_begun = False
        self._failing: set[int] = set()
        self._worse: dict[int, Worse] = {}
        self._told_worse: dict[int, Worse] = dict(worse or {})
        self._may_fail: dict[int, BatchRecord] = {}
        """Batches of which so many messages were not delivered that they may be among `failing`."""
        self._finished = _Gathering(_Throttle(_LONGEST_REST[Occasion.FINISHED]))
        self._failures = _Gathering(_Throttle(_LONGEST_REST[Occasion.FAILING]))
        self._heard: datetime | None = None
        self._silence_told: datetime | None = None

    def see(
        self,
        batches: Iterable[BatchRecord],
        removed: Iterable[int],
        rules: NoticeRules,
        now: datetime,
    ) -> None:
        """Take in what changed; the first time, everything there is."""
        wanted = [batch for batch in batches if batch.origin is not Origin.DEMO]
        reported = [batch.last_seen for batch in wanted if batch.reports]
        if reported:
            newest = max(reported)
            self._heard = newest if self._heard is None else max(newest, self._heard)
        self.usual.see(wanted, removed, now)
        if self._is_begun:
            for batch in wanted:
                self._compare(self._known.get(batch.key), batch, rules, now)
        self._known.update((batch.key, batch) for batch in wanted)
        self._is_begun = True
        for batch in wanted:
            if _may_fail(batch, now):
                self._may_fail[batch.key] = batch
            else:
                self._may_fail.pop(batch.key, None)
        for key in removed:
            self._known.pop(key, None)
            self._may_fail.pop(key, None)
            self._drop(key)

    def compare(
        self,
        due: Sequence[BatchRecord],
        found: Mapping[int, SharesSoFar],
        rules: NoticeRules,
        now: datetime,
    ) -> None:
        """Compare batches with what is usual.

        Args:
            due: those that were due by `usual` at `now`.
            found: what was read of them since; nothing for those that can't be compared.
            rules: what the user wants to be told.
            now: the time when they were due, UTC.
        """
        worse, others = self.usual.look(due, found, now)
        for batch, how in worse:
            self._told_worse[batch.key] = how
            if batch.key not in self._failing:
                self._worse[batch.key] = how
                self._tell_failing(batch, now)
        for batch in others:
            if batch.key not in self._failing and fails(batch, rules):
                self._tell_failing(batch, now + GATHERING)

    @property
    def told_worse(self) -> Mapping[int, Worse]:
        """How batches turned out to be worse than usual, by their keys."""
        return self._told_worse

    def failing(self, rules: NoticeRules, now: datetime) -> list[BatchRecord]:
        """Return the batches of the last days of which many messages fail, the latest first.

        Worse than usual, or by the fixed rule where they can't be compared; whether or not the user
        wants a notice of that, and of those from before the window was opened, too.
        """
        found = [
            batch
            for batch in self._may_fail.values()
            if _may_fail(batch, now)
            and (
                batch.key in self._told_worse
                or (not self.usual.is_compared(batch) and fails(batch, rules))
            )
        ]
        return sorted(found, key=lambda batch: (batch.first_seen, batch.key), reverse=True)

    def take(
        self, rules: NoticeRules, now: datetime, finished_from: datetime | None = _ALWAYS
    ) -> list[News]:
        """Return what is to be told now; it is not returned again.

        Args:
            rules: what the user wants to be told.
            now: the time, UTC.
            finished_from: from when on it may be told that batches are finished; None while that is
                not known: reports about them may still be on their way.
        """
        self._finished.held_until = finished_from
        news = []
        for is_wanted, occasion, gathering in (
            (rules.finished, Occasion.FINISHED, self._finished),
            (rules.failures, Occasion.FAILING, self._failures),
        ):
            if not is_wanted:
                gathering.waiting.clear()
                if gathering is self._failures:
                    self._worse.clear()
            elif batches := gathering.take(now):
                worse = {
                    one.key: self._worse.pop(one.key) for one in batches if one.key in self._worse
                }
                news.append(News(occasion, batches, worse=worse))
        news += self._silence(rules, now)
        return news

    def next_look(self, rules: NoticeRules) -> datetime | None:
        """Return when `take` may next have something, if nothing changes before."""
        times = [self._finished.opens(), self._failures.opens()]
        if (
            rules.silence is not None
            and self._heard is not None
            and self._silence_told != self._heard
        ):
            times.append(self._heard + rules.silence)
        return min((time for time in times if time is not None), default=None)

    def _compare(
        self, before: BatchRecord | None, after: BatchRecord, rules: NoticeRules, now: datetime
    ) -> None:
        key = after.key
        if after.is_archived or after.purged is not None or after.last_seen < self._opened:
            self._drop(key)
            return
        if not after.is_finished:
            self._finished.waiting.pop(key, None)
        elif key in self._finished.waiting or before is None or not before.is_finished:
            self._finished.waiting[key] = (after, _settles_at(after, now))
        is_failing = not self.usual.is_compared(after) and fails(after, rules)
        if key in self._failures.waiting:
            _batch, ready = self._failures.waiting.pop(key)
            if is_failing or key in self._worse:
                self._failures.waiting[key] = (after, ready)
        elif is_failing and key not in self._failing:
            if before is None or not fails(before, rules):
                self._tell_failing(after, now + GATHERING)
            self._failing.add(key)

    def _tell_failing(self, batch: BatchRecord, ready: datetime) -> None:
        self._failing.add(batch.key)
        self._failures.waiting[batch.key] = (batch, ready)

    def _drop(self, key: int) -> None:
        self._finished.waiting.pop(key, None)
        self._failures.waiting.pop(key, None)
        self._worse.pop(key, None)

    def _silence(self, rules: NoticeRules, now: datetime) -> Iterator[News]:
        heard = self._heard
        if rules.silence is None or heard is None or self._silence_told == heard:
            return
        if now - heard < rules.silence:
            return
        self._silence_told = heard
        waited_for = [batch for batch in self._known.values() if batch.is_awaited(now)]
        if waited_for:
            yield News(Occasion.SILENT, waited_for, since=heard)


def _may_fail(batch: BatchRecord, now: datetime) -> bool:
    """Tell whether a batch may be among those that fail: cheap, and true of few."""
    return (
        now - batch.last_seen <= FAILING_FOR
        and not batch.is_archived
        and batch.purged is None
        and not_delivered(batch) > 0
    )


def not_delivered(batch: BatchRecord) -> int:
    """Return how many finished messages of a batch did not arrive."""
    return sum(
        counted.finished
        for code, counted in batch.statuses.items()
        if result_of(code, final=True) in NOT_DELIVERED
    )


def fails(batch: BatchRecord, rules: NoticeRules) -> bool:
    """Tell whether so many of a batch's messages were not delivered that it is worth telling."""
    finished = batch.finished
    return (
        finished >= rules.failure_least
        and not_delivered(batch) * 100 > rules.failure_share * finished
    )


def _settles_at(batch: BatchRecord, now: datetime) -> datetime:
    """Return when a batch that looks finished may be said to be."""
    if batch.expected is not None:
        return now + GATHERING
    return max(batch.last_seen + QUIET, now + GATHERING)
