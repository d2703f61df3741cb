"""Whether reports can be stored at the moment; told once when it changes, not for each report."""

import logging
from collections.abc import Callable
from datetime import datetime

import msgspec

log = logging.getLogger(__name__)


class AlarmState(msgspec.Struct, frozen=True):
    """Reports are turned away with 503, and wait at the sender.

    Attributes:
        sentence: why, what it means for the reports and what to do, for the user.
        since: when it began, UTC.
        turned_away: how many requests were answered 503 since then.
        kind: tells one cause from another: the name of an error.
    """

    sentence: str
    since: datetime
    turned_away: int
    kind: str = ""


class StoreAlarm:
    """Follows the store's failures and successes.

    A store whose queue is full fails and works by turns, so success counts only once nothing has
    failed for a while. Belongs to one loop; `state` may be read from any thread.

    Args:
        clock: the time, UTC.
        now: seconds that only go forward.
        calm_s: seconds without a failure after which a success ends the alarm.
    """

    def __init__(
        self, clock: Callable[[], datetime], now: Callable[[], float], calm_s: float
    ) -> None:
        self._clock = clock
        self._now = now
        self._calm_s = calm_s
        self._state: AlarmState | None = None
        self._told: set[str] = set()
        self._failed_at = 0.0
        self._works = True

    @property
    def state(self) -> AlarmState | None:
        """The alarm, or None while reports are stored."""
        return self._state

    def failed(self, kind: str, sentence: str, *, is_logged: bool = False) -> bool:
        """Note that a request was answered 503; return whether this kind of failure is news.

        Args:
            kind: tells one cause from another.
            sentence: for the user.
            is_logged: whether somebody else has warned of it: then this is said to the file only.
        """
        self._failed_at = self._now()
        self._works = False
        before = self._state
        since = self._clock() if before is None else before.since
        turned_away = 1 if before is None else before.turned_away + 1
        self._state = AlarmState(sentence, since, turned_away, kind)
        is_news = kind not in self._told
        if is_news:
            self._told.add(kind)
            level = logging.INFO if is_logged else logging.WARNING
            log.log(level, "Reports are answered 503 from now on: %s", sentence)
        return is_news

    def worked(self) -> None:
        """Note that something was stored."""
        self._works = True
        if self._state is not None:
            self.settle()

    def settle(self) -> None:
        """End the alarm, if the store works and nothing has failed for a while."""
        if self._state is None or not self._works:
            return
        if self._now() - self._failed_at < self._calm_s:
            return
        log.info("Reports are stored again; %d were answered 503", self._state.turned_away)
        self._state = None
        self._told.clear()
