"""What is at stake while the door is closed, and after: decided here, without Qt or a clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.core.door import SENDER, ClosedBy, Closure, RetryRule, Span, possibly_lost
from app.core.door import comes_again_by as again_after
from app.core.door import first_loss as loss_of
from app.core.report import Origin
from app.store.records import BatchRecord
from app.ui.lookout import RECENT, is_settled

SINCE: Final = timedelta(days=7)
"""Closures that ended before are not looked at."""
SHORTEST: Final = timedelta(seconds=60)
"""A closure that was shorter is not told: a restart, a tunnel that reconnects."""
_TOGETHER: Final = timedelta(seconds=60)
"""What lies no further apart is told as one closure."""
SURGE_MINUTES: Final = 10
_SURGE_LEAST: Final = 100
"""So many knocks in ten minutes are noticed."""
_SURGE_FACTOR: Final = 4
_QUIET_MINUTES: Final = 24 * 60


@dataclass(frozen=True)
class Closed:
    """The door is closed now.

    Attributes:
        since: when it was known to be open last, UTC.
        by: why; of several causes, the one that came first.
        fault: of a broken tunnel, what is wrong with it.
        first_loss: the first moment at which a report may be deleted, UTC.
    """

    since: datetime
    by: ClosedBy
    fault: str
    first_loss: datetime


@dataclass(frozen=True)
class Returned:
    """The door is open again, and what was sent meanwhile comes again.

    Attributes:
        closure: when it was closed: several in a row are one.
        closures: those.
        again_by: when all that the sender still has must have come, UTC.
    """

    closure: Closure
    closures: Sequence[Closure]
    again_by: datetime

    @property
    def length(self) -> timedelta:
        """How long it was closed."""
        end = self.closure.end
        return timedelta() if end is None else end - self.closure.begin


@dataclass(frozen=True)
class Gaps:
    """Reports may have been deleted, and batches are not settled that they may have been about.

    Attributes:
        spans: when such a report was sent first.
        closures: the closures behind it, to be dismissed together.
        batches: the batches, oldest first.
    """

    spans: Sequence[Span]
    closures: Sequence[Closure]
    batches: Sequence[BatchRecord]


@dataclass(frozen=True)
class Stranded:
    """Batches that are not settled and report to an address that does not lead here any more.

    Attributes:
        url: the address.
        secret: the key of its secret.
        batches: the batches, oldest first.
    """

    url: str
    secret: int
    batches: Sequence[BatchRecord]

    @property
    def messages(self) -> int:
        """How many of their messages are not settled."""
        return sum(batch.messages - batch.settled for batch in self.batches)


def is_waited_for(batch: BatchRecord, now: datetime) -> bool:
    """Tell whether reports of a batch are still to come, as far as is known."""
    return (
        now - batch.last_seen < RECENT
        and batch.origin is not Origin.DEMO
        and not batch.done
        and batch.forgotten is None
        and not is_settled(batch)
    )


def closed_now(
    closures: Iterable[Closure], now: datetime, rule: RetryRule = SENDER
) -> Closed | None:
    """Return since when and why the door is closed; None while it is open."""
    known = list(closures)
    loss = loss_of(known, now, rule)
    open_ended = [one for one in known if one.end is None or one.end > now]
    if loss is None or not open_ended:
        return None
    cause = min(open_ended, key=lambda one: one.begin)
    since = min(one.begin for one in _row_of(known, cause))
    return Closed(since, cause.by, cause.fault, loss)


def returned(
    closures: Iterable[Closure], now: datetime, rule: RetryRule = SENDER
) -> Returned | None:
    """Return the last closure, while what was sent in it still comes; None for none."""
    known = list(closures)
    ended = [one for one in known if one.end is not None and one.end <= now]
    if not ended or any(one.end is None or one.end > now for one in known):
        return None
    last = max(ended, key=lambda one: one.end or now)
    row = _row_of(ended, last)
    longest = max(row, key=lambda one: (one.end or now) - one.begin)
    whole = Closure(min(one.begin for one in row), last.end, longest.by, longest.fault)
    found = Returned(whole, row, again_after(whole, rule))
    is_known = all(one.dismissed is not None for one in row)
    if is_known or found.length < SHORTEST or now >= found.again_by:
        return None
    return found


def gaps(
    closures: Iterable[Closure],
    batches: Iterable[BatchRecord],
    now: datetime,
    rule: RetryRule = SENDER,
) -> Gaps | None:
    """Return which batches may have gaps; None for none, or where the user knows already."""
    known = list(closures)
    waiting = [batch for batch in batches if is_waited_for(batch, now)]
    spans, causes = [], []
    for span in possibly_lost(known, now, rule):
        if not any(_concerns(span, batch) for batch in waiting):
            continue
        behind = [
            one
            for one in known
            if one.begin <= span.end and (one.end is None or one.end >= span.begin)
        ]
        if any(one.dismissed is None for one in behind):
            spans.append(span)
            causes += [one for one in behind if one not in causes]
    hit = [batch for batch in waiting if any(_concerns(span, batch) for span in spans)]
    return Gaps(spans, causes, sorted(hit, key=lambda one: one.key)) if hit else None


def stranded(
    batches: Iterable[BatchRecord],
    addresses: Mapping[int, str],
    current: str | None,
    now: datetime,
) -> list[Stranded]:
    """Return the batches that report to another public address than the current one.

    Args:
        batches: all batches that are known.
        addresses: the public URL of each secret that has one, by its key.
        current: the public URL that leads here; None for none.
        now: the time, UTC.
    """
    lost: dict[int, list[BatchRecord]] = {}
    for batch in batches:
        address = None if batch.secret is None else addresses.get(batch.secret)
        if batch.secret is None or address in {None, current}:
            continue
        if is_waited_for(batch, now):
            lost.setdefault(batch.secret, []).append(batch)
    return [
        Stranded(addresses[secret], secret, sorted(found, key=lambda one: one.key))
        for secret, found in lost.items()
    ]


def surge(knocks: Mapping[int, int], minute: int) -> int | None:
    """Return how many strangers knocked in the last ten minutes, if that is far above the usual.

    Args:
        knocks: requests of strangers by minute since the epoch.
        minute: the minute of now.
    """
    first = minute - SURGE_MINUTES + 1
    recent = sum(count for at, count in knocks.items() if first <= at <= minute)
    before = sum(count for at, count in knocks.items() if first - _QUIET_MINUTES <= at < first)
    usual = before * SURGE_MINUTES / _QUIET_MINUTES
    return recent if recent >= max(_SURGE_LEAST, _SURGE_FACTOR * usual) else None


def _row_of(closures: Iterable[Closure], last: Closure) -> list[Closure]:
    """Return a closure and those before it that it follows at once, the latest first."""
    row, begin = [last], last.begin
    for one in sorted(closures, key=lambda one: one.begin, reverse=True):
        is_before = one != last and one.begin <= last.begin
        if is_before and (one.end is None or begin - one.end <= _TOGETHER):
            row.append(one)
            begin = min(begin, one.begin)
    return row


def _concerns(span: Span, batch: BatchRecord) -> bool:
    """Tell whether a report of a batch may have been sent first in a time."""
    return batch.first_seen <= span.end and batch.last_seen >= span.begin - RECENT
