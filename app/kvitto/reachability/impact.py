"""The impact of an outage, during it and after: computed without Qt or a clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from kvitto.core.outages import (
    IP1_RETRIES,
    Outage,
    OutageCause,
    RetryPolicy,
    TimeRange,
    assess_loss,
    risks,
)
from kvitto.core.outages import earliest_loss as loss_of
from kvitto.core.outages import retries_done_by as again_after
from kvitto.reachability.reachability_status import UrlCheck, UrlStatus
from kvitto.store.records import BatchRecord

SINCE: Final = timedelta(days=30)
"""Outages that ended before are not read: for so long a loss is shown that nobody dismisses."""
SHORTEST: Final = timedelta(seconds=60)
"""A shorter outage is not shown: a restart, a tunnel that reconnects."""
_TOGETHER: Final = timedelta(seconds=60)
"""Outages that are no further apart are shown as one."""
SPIKE_MINUTES: Final = 10
_SPIKE_LEAST: Final = 100
"""So many unauthorized requests in ten minutes are noticed."""
_SPIKE_FACTOR: Final = 4
_QUIET_MINUTES: Final = 24 * 60


@dataclass(frozen=True)
class OngoingOutage:
    """An ongoing outage.

    Attributes:
        since: when reports were last known to come in, UTC.
        by: why; of several causes, the one that came first.
        failure: of a tunnel, what is wrong with it.
        earliest_loss: the first moment at which a report may be deleted, UTC; None where no report
            is waited for.
        at_risk: when a report must have been sent first to be deleted by now, perhaps.
        batches: the batches that were under way then.
        receiver: which of several receivers it is about; "" where there is one.
    """

    since: datetime
    by: OutageCause
    failure: str
    earliest_loss: datetime | None
    at_risk: Sequence[TimeRange] = ()
    batches: Sequence[BatchRecord] = ()
    receiver: str = ""


@dataclass(frozen=True)
class Recovered:
    """The outage is over, and what was sent meanwhile is retried.

    Attributes:
        outage: when it was: several in a row are one.
        outages: those.
        again_by: when all that the SMS service still has must have come, UTC.
    """

    outage: Outage
    outages: Sequence[Outage]
    again_by: datetime

    @property
    def length(self) -> timedelta:
        """How long it was."""
        end = self.outage.end
        return timedelta() if end is None else end - self.outage.begin


@dataclass(frozen=True)
class PossibleLoss:
    """Reports may have been deleted, or certainly are.

    Attributes:
        spans: when such a report was sent first, oldest first.
        gone: the parts of them of which what has not come is deleted for certain.
        outages: the outages that caused it, to be acknowledged together.
        batches: the batches that were under way then, oldest first.
        is_awaited: whether reports about one of them are still waited for.
        safe_from: what was sent first from then on comes again; None where it has come.
        again_by: when it must have come, UTC; None where it has.
    """

    spans: Sequence[TimeRange]
    gone: Sequence[TimeRange]
    outages: Sequence[Outage]
    batches: Sequence[BatchRecord]
    is_awaited: bool
    safe_from: datetime | None = None
    again_by: datetime | None = None


@dataclass(frozen=True)
class StaleUrlBatches:
    """Batches that are not finished and report to another address than the one in use.

    Attributes:
        url: the address.
        callback_key: the id of its callback key.
        batches: the batches, oldest first.
        check: whether that leads here, too.
    """

    url: str
    callback_key: int
    batches: Sequence[BatchRecord]
    check: UrlCheck

    @property
    def is_lost(self) -> bool:
        """Whether it is known not to lead here."""
        return self.check.status is UrlStatus.UNREACHABLE

    @property
    def unfinished(self) -> int:
        """How many of their messages are not finished."""
        return sum(batch.unfinished for batch in self.batches)


def by_key(outages: Iterable[Outage], keys: Iterable[int]) -> list[list[Outage]]:
    """Return the outages that count for each callback key; the same ones once.

    Where a store has several receivers, what one of them misses is not added to what another does.

    Args:
        outages: all that are known.
        keys: the keys that are valid.
    """
    known = list(outages)
    if not any(one.spared for one in known):
        return [known]
    found: list[list[Outage]] = []
    for key in sorted(keys):
        counting = [one for one in known if one.counts_for(key)]
        if counting not in found:
            found.append(counting)
    return found or [known]


def ongoing_outage(
    outages: Iterable[Outage],
    now: datetime,
    rule: RetryPolicy = IP1_RETRIES,
    *,
    is_awaited: bool = True,
    exposed: Mapping[int, Sequence[TimeRange]] = MappingProxyType({}),
    batches: Mapping[int, BatchRecord] = MappingProxyType({}),
) -> OngoingOutage | None:
    """Return the ongoing outage, as one with those before it; None without one.

    Args:
        outages: all that are known.
        now: the time, UTC.
        rule: the sender's.
        is_awaited: whether any report is waited for: without, nothing can be lost.
        exposed: of `exposure`.
        batches: all batches that are known, by their keys.
    """
    known = [one for one in outages if one.begin <= now]
    loss = loss_of(known, now, rule)
    open_ended = [one for one in known if one.end is None or one.end > now]
    if loss is None or not open_ended:
        return None
    cause = min(open_ended, key=lambda one: one.begin)
    since = min(one.begin for one in _row_of(known, cause))
    at_risk = [one.span for one in risks(known, now, rule) if one.span.end >= since]
    return OngoingOutage(
        since,
        cause.by,
        cause.fault,
        loss if is_awaited else None,
        at_risk,
        _exposed_among(batches, exposed, at_risk),
        cause.receiver,
    )


def recovered(
    outages: Iterable[Outage], now: datetime, rule: RetryPolicy = IP1_RETRIES
) -> Recovered | None:
    """Return the last outage, while what was sent in it is still retried; None for none."""
    known = [one for one in outages if one.begin <= now]
    # An acknowledged outage is not shown, nor as a part of one that followed it at once.
    ended = [
        one for one in known if one.end is not None and one.end <= now and one.acknowledged is None
    ]
    if not ended or any(one.end is None or one.end > now for one in known):
        return None
    last = max(ended, key=lambda one: one.end or now)
    row = _row_of(ended, last)
    longest = max(row, key=lambda one: (one.end or now) - one.begin)
    whole = Outage(min(one.begin for one in row), last.end, longest.by, longest.fault)
    found = Recovered(whole, row, again_after(whole, rule))
    if found.length < SHORTEST or now >= found.again_by:
        return None
    return found


def possible_loss(
    outages: Iterable[Outage],
    batches: Mapping[int, BatchRecord],
    exposed: Mapping[int, Sequence[TimeRange]],
    now: datetime,
    rule: RetryPolicy = IP1_RETRIES,
) -> PossibleLoss | None:
    """Return what reports may have been lost; None for none, or where the user knows already.

    It does not depend on known batches: of one that was sent and finished meanwhile, none is known.
    An ongoing outage is left to `ongoing_outage`.

    Args:
        outages: all that are known.
        batches: all batches that are known, by their keys.
        exposed: of `exposure`.
        now: the time, UTC.
        rule: the sender's.
    """
    known = [one for one in outages if one.begin <= now]
    closed = ongoing_outage(known, now, rule)
    spans: list[TimeRange] = []
    causes: list[Outage] = []
    for span in (one.span for one in risks(known, now, rule)):
        if closed is not None and span.end >= closed.since:
            continue
        behind = [one for one in known if _meet(one, span)]
        if any(one.acknowledged is None for one in behind):
            spans.append(span)
            causes += [one for one in behind if one not in causes]
    if not spans:
        return None
    hit = _exposed_among(batches, exposed, spans)
    after = assess_loss(known, now, rule)
    is_coming = (
        after.comes_by is not None and now < after.comes_by and after.safe_from == spans[-1].end
    )
    return PossibleLoss(
        spans,
        [
            one
            for one in after.gone
            if any(span.begin <= one.begin and one.end <= span.end for span in spans)
        ],
        causes,
        hit,
        any(one.is_awaited(now) for one in hit),
        after.safe_from if is_coming else None,
        after.comes_by if is_coming else None,
    )


def told_from(
    outages: Iterable[Outage], now: datetime, rule: RetryPolicy = IP1_RETRIES
) -> datetime | None:
    """Return from when on a batch may be called finished; None while that is not known.

    Not during an outage, nor before all that was sent in one must have come.
    """
    known = [one for one in outages if one.begin <= now]
    if any(one.end is None or one.end > now for one in known):
        return None
    return max((again_after(one, rule) for one in known), default=now)


def stale_url(
    batches: Iterable[BatchRecord],
    addresses: Mapping[int, str],
    current: str | None,
    now: datetime,
    checks: Iterable[UrlCheck] = (),
) -> list[StaleUrlBatches]:
    """Return the batches that report to another public address than the current one.

    What of it does not arrive, `StaleUrlBatches.is_lost` says.

    Args:
        batches: all batches that are known, by their keys.
        addresses: the public URL of each callback key that has one, by its id.
        current: the public URL in use; None for none.
        now: the time, UTC.
        checks: what is known of other addresses.
    """
    known = {one.callback_key_id: one for one in checks}
    lost: dict[int, list[BatchRecord]] = {}
    for batch in batches:
        address = None if batch.callback_key is None else addresses.get(batch.callback_key)
        if batch.callback_key is None or address in {None, current}:
            continue
        if batch.is_awaited(now):
            lost.setdefault(batch.callback_key, []).append(batch)
    return [
        StaleUrlBatches(
            addresses[callback_key],
            callback_key,
            sorted(found, key=lambda one: one.key),
            known.get(callback_key, UrlCheck(addresses[callback_key], callback_key)),
        )
        for callback_key, found in lost.items()
    ]


def affected_batches(
    batches: Sequence[BatchRecord], outages: Iterable[Outage], checks: Iterable[UrlCheck]
) -> Sequence[BatchRecord]:
    """Return which of the batches that are waited for are affected by the ongoing outage.

    Where that is a tunnel only, those do not that report to another address which leads here; and
    none that another receiver has the reports of.

    Args:
        batches: those that are waited for.
        outages: all that are known.
        checks: what is known of other addresses.
    """
    ongoing = [one for one in outages if one.end is None]
    if ongoing:
        batches = [one for one in batches if any(by.counts_for(one.callback_key) for by in ongoing)]
    if any(one.by is not OutageCause.TUNNEL for one in ongoing):
        return batches
    safe = {one.callback_key_id for one in checks if one.status is UrlStatus.REACHABLE}
    return [one for one in batches if one.callback_key not in safe]


def spike(unauthorized_counts: Mapping[int, int], minute: int) -> int | None:
    """Return the unauthorized requests of the last ten minutes, if these are far above the usual.

    Args:
        unauthorized_counts: unauthorized requests by minute since the epoch.
        minute: the minute of now.
    """
    first = minute - SPIKE_MINUTES + 1
    recent = sum(count for at, count in unauthorized_counts.items() if first <= at <= minute)
    before = sum(
        count for at, count in unauthorized_counts.items() if first - _QUIET_MINUTES <= at < first
    )
    usual = before * SPIKE_MINUTES / _QUIET_MINUTES
    return recent if recent >= max(_SPIKE_LEAST, _SPIKE_FACTOR * usual) else None


def _row_of(outages: Iterable[Outage], last: Outage) -> list[Outage]:
    """Return an outage and those before it that it follows at once, the latest first."""
    row, begin = [last], last.begin
    for one in sorted(outages, key=lambda one: one.begin, reverse=True):
        is_before = one != last and one.begin <= last.begin
        if is_before and (one.end is None or begin - one.end <= _TOGETHER):
            row.append(one)
            begin = min(begin, one.begin)
    return row


def _meet(one: Outage, span: TimeRange) -> bool:
    return one.begin <= span.end and (one.end is None or one.end >= span.begin)


def _cross(one: TimeRange, other: TimeRange) -> bool:
    return one.begin < other.end and other.begin < one.end


def _exposed_among(
    batches: Mapping[int, BatchRecord],
    exposed: Mapping[int, Sequence[TimeRange]],
    spans: Sequence[TimeRange],
) -> list[BatchRecord]:
    """Return the batches that were under way in one of these times, oldest first."""
    told = set(spans)
    keys = sorted(
        key
        for key, ones in exposed.items()
        # Of a key that another receiver serves, the times are parts of these.
        if not told.isdisjoint(ones) or any(_cross(one, span) for one in ones for span in spans)
    )
    return [batches[key] for key in keys if key in batches]
