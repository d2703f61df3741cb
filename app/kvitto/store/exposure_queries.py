"""Which batches may have lost reports, from what the store knows of them and of outages."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from kvitto.core.awaited import AFTER_LAST_REPORT, awaited_until
from kvitto.core.loss_exposure import Beginning, exposed_in, needs_beginning
from kvitto.core.outages import IP1_RETRIES, Outage, RetryPolicy, Risk, TimeRange, risks
from kvitto.core.report import Origin
from kvitto.store.outage_queries import OutageReader
from kvitto.store.records import BatchRecord

_ANY_OTHER = -1
"""Stands for all keys that no outage spares: what is true of one of them is true of each."""


def exposure(
    outages: Iterable[Outage],
    batches: Iterable[BatchRecord],
    beginnings: Mapping[int, Beginning],
    now: datetime,
    rule: RetryPolicy = IP1_RETRIES,
) -> dict[int, Sequence[TimeRange]]:
    """Return of which times reports about each batch may be deleted, by its key.

    Batches of which none is are left out, and those of the demo. That the user has acknowledged a
    outage is no matter: what it has cost stays so.

    Args:
        outages: when no report could come in.
        batches: the batches.
        beginnings: how those of `unknown_beginnings` were heard of first.
        now: the time, UTC.
        rule: the SMS service's.
    """
    near = _NearByKey(outages, now, rule)
    exposed = (
        (batch.key, exposed_in(batch.seen, beginnings.get(batch.key), found))
        for batch in batches
        if (found := near.to(batch))
    )
    return {key: spans for key, spans in exposed if spans}


def unknown_beginnings(
    outages: Iterable[Outage],
    batches: Iterable[BatchRecord],
    now: datetime,
    rule: RetryPolicy = IP1_RETRIES,
) -> list[int]:
    """Return the keys of the batches whose beginnings `exposure` has to know."""
    near = _NearByKey(outages, now, rule)
    return [
        batch.key
        for batch in batches
        if (found := near.to(batch)) and needs_beginning(batch.seen, found)
    ]


def read_exposure(
    outage_queries: OutageReader,
    outages: Sequence[Outage],
    batches: Sequence[BatchRecord],
    now: datetime,
) -> dict[int, Sequence[TimeRange]]:
    """Return what `exposure` does, and read what that takes.

    Raises:
        StoreError: the store can't be read.
    """
    beginnings = outage_queries.beginnings(unknown_beginnings(outages, batches, now))
    return exposure(outages, batches, beginnings, now)


class _NearByKey:
    """Finds the times of risk that may matter to a batch, among those that count for its key."""

    def __init__(self, outages: Iterable[Outage], now: datetime, rule: RetryPolicy) -> None:
        self._outages = list(outages)
        self._now, self._rule = now, rule
        self._named = frozenset(key for one in self._outages for key in one.spared)
        self._near: dict[int | None, _Near] = {}

    def to(self, batch: BatchRecord) -> Sequence[Risk]:
        key = batch.callback_key
        if key is not None and key not in self._named:
            key = _ANY_OTHER
        if key not in self._near:
            counting = [one for one in self._outages if one.counts_for(key)]
            self._near[key] = _Near(risks(counting, self._now, self._rule))
        return self._near[key].to(batch)


class _Near:
    """Finds the few times of risk that may matter to a batch, among those of years."""

    def __init__(self, found: Sequence[Risk]) -> None:
        self._risks = found
        self._begins = [one.span.begin for one in found]
        self._untils = [one.until for one in found]

    def to(self, batch: BatchRecord) -> Sequence[Risk]:
        if not self._risks or batch.origin is not Origin.WEBHOOK:
            return ()
        first = bisect_left(self._untils, batch.first_seen - AFTER_LAST_REPORT)
        return self._risks[first : bisect_right(self._begins, awaited_until(batch.last_seen))]
