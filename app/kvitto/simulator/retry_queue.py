"""The service's retry rule, and the pace at which posts become due. Knows no clock and no network.

All times are seconds since the campaign began, on whatever clock the caller has.
Source: protocol, "The SMS service's contract".
"""

import heapq
from collections.abc import Iterator
from enum import Enum
from typing import Final, TypeAlias

import msgspec

from kvitto.simulator.requests import Post

MAX_WAITING: Final = 50_000
"""When so many posts wait for another try, no new ones are begun: in a long outage they stay with
the SMS service, and its memory stays flat."""


class RetrySchedule(msgspec.Struct, frozen=True, kw_only=True):
    """What the SMS service does when it gets no 200.

    Attributes:
        interval_s: the time from the beginning of a try to that of the next.
        attempts: how many tries a report has; then it is deleted.
        first_is_extra: whether the first POST is not one of them. The documentation speaks of
            retries "up to 10 times" and then of "these 10 attempts": it can be read both ways.
            We count on the worse for us: the first is one of the ten, and 90 minutes are all.
    """

    interval_s: float = 600.0
    attempts: int = 10
    first_is_extra: bool = False

    @property
    def tries(self) -> int:
        """How many times a report is posted at most."""
        return self.attempts + int(self.first_is_extra)


class AtOnce(msgspec.Struct, frozen=True):
    """All posts are due at once: as quickly as they are answered."""

    def due_s(self, _number: int, _post: Post) -> float:
        """Return when a post is due."""
        return 0.0


class AtRate(msgspec.Struct, frozen=True):
    """So many posts per second, evenly, in the order of their life."""

    per_s: float

    def due_s(self, number: int, _post: Post) -> float:
        """Return when the post with this place in the campaign is due."""
        return number / self.per_s


class AsLived(msgspec.Struct, frozen=True):
    """Each post at its time in life, which passes so many times faster than ours."""

    speed: float = 1.0

    def due_s(self, _number: int, post: Post) -> float:
        """Return when a post is due."""
        return post.due_us / 1e6 / self.speed


Throttle: TypeAlias = AtOnce | AtRate | AsLived


class Attempt(msgspec.Struct, eq=False, gc=False):
    """A post on its way.

    Attributes:
        post: what is posted.
        tries: how many times it was tried, the one under way among them.
        began_s: when the latest try began.
    """

    post: Post
    tries: int = 0
    began_s: float = 0.0


class Verdict(Enum):
    """What becomes of a post after a try."""

    DONE = "done"
    """It is taken; the SMS service forgets it."""
    WAITS = "waits"
    """It is tried again after the interval."""
    DELETED = "deleted"
    """It has had all its tries."""


class RetryQueue:
    """The posts that are to be sent, and those that wait for another try.

    Args:
        posts: all posts, in the order in which they are due.
        pace: when they are due on our clock.
        rule: what happens when one is not answered 200.
    """

    def __init__(self, posts: Iterator[Post], pace: Throttle, rule: RetrySchedule) -> None:
        self._posts = posts
        self._pace = pace
        self._rule = rule
        self._waiting: list[tuple[float, int, Attempt]] = []
        self._waits = 0
        self._begun = 0
        self._next: Attempt | None = None
        self._next_due_s = 0.0
        self._look_ahead()

    @property
    def begun(self) -> int:
        """How many posts have been tried at least once."""
        return self._begun

    @property
    def waiting(self) -> int:
        """How many posts wait for another try."""
        return len(self._waiting)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left but what is under way."""
        return self._next is None and not self._waiting

    def next_due_s(self) -> float | None:
        """Return when the next post is due; None where there is none."""
        dues = [self._waiting[0][0]] if self._waiting else []
        if self._may_begin:
            dues.append(self._next_due_s)
        return min(dues, default=None)

    def take(self, now_s: float) -> Attempt | None:
        """Return the next post that is due by now, those that wait for another try first.

        Give it back with `settle`.
        """
        if self._waiting and self._waiting[0][0] <= now_s:
            attempt = heapq.heappop(self._waiting)[2]
        elif self._may_begin and self._next_due_s <= now_s:
            assert self._next is not None
            attempt = self._next
            self._begun += 1
            self._look_ahead()
        else:
            return None
        attempt.tries += 1
        attempt.began_s = now_s
        return attempt

    def settle(self, attempt: Attempt, now_s: float, *, is_taken: bool) -> Verdict:
        """Decide what becomes of a post after a try.

        Args:
            attempt: what `take` returned.
            now_s: when the answer came, or it was clear that none comes.
            is_taken: whether the SMS service is satisfied.
        """
        if is_taken:
            return Verdict.DONE
        if attempt.tries >= self._rule.tries:
            return Verdict.DELETED
        # From the beginning of the try: so ten tries take nine intervals, however long the service
        # waits for an answer. The worse for us.
        due_s = max(now_s, attempt.began_s + self._rule.interval_s)
        self._waits += 1
        heapq.heappush(self._waiting, (due_s, self._waits, attempt))
        return Verdict.WAITS

    @property
    def _may_begin(self) -> bool:
        return self._next is not None and len(self._waiting) < MAX_WAITING

    def _look_ahead(self) -> None:
        post = next(self._posts, None)
        if post is None:
            self._next = None
            return
        self._next = Attempt(post)
        self._next_due_s = self._pace.due_s(self._begun, post)
