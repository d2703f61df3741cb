"""Read what the store knows of the reachability, away from the window's thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kvitto.core.outages import Outage, OutageCause
from kvitto.core.report import Origin
from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.reachability.impact import SINCE
from kvitto.store.unauthorized_log import ClientSource
from kvitto.ui.backend import Backend
from kvitto.ui.text.check_failure_text import failure_word, known_failure
from kvitto.ui.text.outage_text import cause_word

LISTED: Final = timedelta(days=7)
"""Outages that ended before are not listed."""
UNAUTHORIZED_MINUTES: Final = 24 * 60 + 10
"""So many minutes of unauthorized requests are read: a day to compare with."""


@dataclass(frozen=True)
class OutageRow:
    """One outage, and what has come since.

    Attributes:
        outage: when and why.
        until: its end; of one that lasts, the time of now.
        came_late: how many reports of its time have come by a later try; None while it lasts.
    """

    outage: Outage
    until: datetime
    came_late: int | None

    @property
    def seconds(self) -> float:
        """How long it was."""
        return (self.until - self.outage.begin).total_seconds()

    @property
    def why(self) -> str:
        """Its cause in a few words."""
        failure = known_failure(self.outage.fault)
        is_known = self.outage.by is OutageCause.TUNNEL and failure is not None
        word = failure_word(failure) if is_known and failure else cause_word(self.outage.by)
        receiver = f" ({self.outage.receiver})" if self.outage.receiver else ""
        return word[:1].upper() + word[1:] + receiver


@dataclass(frozen=True)
class ReachabilityFacts:
    """What the store and the receiver know of the reachability.

    Attributes:
        at: when they were asked, UTC.
        outages: those of the last 30 days, oldest first.
        addresses: the public URL of each valid callback key that has one, by its id.
        unauthorized_counts: unauthorized requests by minute since the epoch.
        keys: the callback keys that are valid, but for those of the demo.
    """

    at: datetime
    outages: Sequence[Outage] = ()
    addresses: Mapping[int, str] = field(default_factory=dict)
    unauthorized_counts: Mapping[int, int] = field(default_factory=dict)
    keys: Sequence[int] = ()

    @property
    def minute(self) -> int:
        """The minute in which they were asked."""
        return minute_of(to_microseconds(self.at))


@dataclass(frozen=True)
class ReachabilityLists:
    """What the panel lists.

    Attributes:
        facts: what the banners read, too.
        outages: each outage with what came late.
        unknown_callers: the latest sources of unauthorized requests, the latest first.
    """

    facts: ReachabilityFacts
    outages: Sequence[OutageRow]
    unknown_callers: Sequence[ClientSource]


def read_facts(backend: Backend, now: datetime) -> ReachabilityFacts:
    """Ask the store.

    Raises:
        StoreError: it can't be read.
    """
    minute = minute_of(to_microseconds(now))
    keys = backend.valid_callback_keys()
    return ReachabilityFacts(
        now,
        backend.outages(now - SINCE),
        {one.key: one.public_url for one in keys if one.public_url is not None},
        backend.outage_queries.unauthorized_counts(minute - UNAUTHORIZED_MINUTES),
        [one.key for one in keys if one.origin is not Origin.DEMO],
    )


def read_lists(backend: Backend, now: datetime) -> ReachabilityLists:
    """Ask the store and the receiver for all that the panel lists.

    Raises:
        StoreError: the store can't be read.
    """
    facts = read_facts(backend, now)
    since = now - LISTED
    listed = [one for one in facts.outages if one.end is None or one.end >= since]
    rows = [_row_of(backend, outage, now) for outage in listed]
    return ReachabilityLists(facts, rows, backend.unknown_callers())


def _row_of(backend: Backend, outage: Outage, now: datetime) -> OutageRow:
    if outage.end is None:
        return OutageRow(outage, now, None)
    return OutageRow(outage, outage.end, backend.outage_queries.came_late(outage))
