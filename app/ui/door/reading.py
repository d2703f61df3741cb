"""What the store knows of the door, read at once, away from the window's thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from app.core.door import Closure
from app.core.times import minute_of, to_microseconds
from app.store.unauthorized import ClientSource
from app.ui.door.closures_model import ClosureRow
from app.ui.door.stakes import SINCE
from app.ui.session import Session

LISTED: Final = timedelta(days=7)
"""Closures that ended before are not listed."""
KNOCK_MINUTES: Final = 24 * 60 + 10
"""So many minutes of knocks are read: a day to compare with."""


@dataclass(frozen=True)
class DoorFacts:
    """What the store and the receiver know of the door.

    Attributes:
        at: when they were asked, UTC.
        closures: when the door was closed in the last 30 days, oldest first.
        addresses: the public URL of each valid secret that has one, by its key.
        knocks: requests of strangers by minute since the epoch.
    """

    at: datetime
    closures: Sequence[Closure] = ()
    addresses: Mapping[int, str] = field(default_factory=dict)
    knocks: Mapping[int, int] = field(default_factory=dict)

    @property
    def minute(self) -> int:
        """The minute in which they were asked."""
        return minute_of(to_microseconds(self.at))


@dataclass(frozen=True)
class DoorLists:
    """What the panel lists.

    Attributes:
        facts: what the alerts read, too.
        closures: each closure with what came late.
        strangers: the latest sources of knocks, the latest first.
    """

    facts: DoorFacts
    closures: Sequence[ClosureRow]
    strangers: Sequence[ClientSource]


def read_facts(session: Session, now: datetime) -> DoorFacts:
    """Ask the store.

    Raises:
        StoreError: it can't be read.
    """
    minute = minute_of(to_microseconds(now))
    return DoorFacts(
        now,
        session.closures(now - SINCE),
        {one.key: one.public_url for one in session.valid_secrets() if one.public_url is not None},
        session.doors.knocks(minute - KNOCK_MINUTES),
    )


def read_lists(session: Session, now: datetime) -> DoorLists:
    """Ask the store and the receiver for all that the panel lists.

    Raises:
        StoreError: the store can't be read.
    """
    facts = read_facts(session, now)
    since = now - LISTED
    listed = [one for one in facts.closures if one.end is None or one.end >= since]
    rows = [_row_of(session, closure, now) for closure in listed]
    return DoorLists(facts, rows, session.strangers())


def _row_of(session: Session, closure: Closure, now: datetime) -> ClosureRow:
    if closure.end is None:
        return ClosureRow(closure, now, None)
    return ClosureRow(closure, closure.end, session.doors.came_late(closure))
