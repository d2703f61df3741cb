"""How much of a batch was delivered as it grew older, against what is usual. Without Qt."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from kvitto.core.usual_share import LOOKS, MESSAGES_LEAST, Share, UsualBand, band_of, is_below
from kvitto.store.delivered_shares import SharesSoFar

TOLD: Final = tuple(timedelta(minutes=minutes) for minutes in (15, 60, 24 * 60))
"""The ages at which it is said in words."""


class Point(NamedTuple):
    """An age of a batch.

    Attributes:
        age: how old it is.
        share: what had become of it then; None for an age to come, or while it had no message.
        usual: between which shares that usually is; None where too few batches tell.
    """

    age: timedelta
    share: Share | None
    usual: UsualBand | None

    @property
    def is_worse(self) -> bool:
        """Whether it is certainly below what is usual."""
        is_known = self.share is not None and self.usual is not None
        return is_known and is_below(self.share, self.usual)  # type: ignore[arg-type]


class UsualCourse(NamedTuple):
    """A batch at each age of `LOOKS`.

    Attributes:
        points: what it was then.
        compared: how many batches it is compared with.
    """

    points: Sequence[Point]
    compared: int

    @property
    def is_known(self) -> bool:
        """Whether what is usual is known at any age that it has had."""
        return any(point.usual is not None and point.share is not None for point in self.points)

    @property
    def told(self) -> list[Point]:
        """The ages that are said in words: those of `TOLD` that it has had, or the latest."""
        had = [point for point in self.points if point.share is not None]
        return [point for point in had if point.age in TOLD] or had[-1:]


def usual_course(found: SharesSoFar, sent: datetime, now: datetime) -> UsualCourse:
    """Return how a batch went.

    Args:
        found: its shares, and those of the batches before it.
        sent: when it was sent, UTC.
        now: the time, UTC.
    """
    points = []
    for look, age in enumerate(LOOKS):
        own = found.own[look] if sent + age <= now and found.own[look].messages else None
        old_enough = [
            shares[look]
            for shares, since in zip(found.known, found.known_sent, strict=True)
            if since + age <= now
        ]
        points.append(Point(age, own, band_of(old_enough)))
    large = [one for one in found.known if one[-1].messages >= MESSAGES_LEAST]
    return UsualCourse(points, len(large))
