"""When no report could come in, and what that means for those that the sender had meanwhile.

A report that is not taken comes again every ten minutes, and after ten tries the sender deletes it.
So a closed door is harmless for a good while, and then it is not. The arithmetic here says how long
that is: it never calls safe what may be lost. It takes nothing but times.

Source: protocol, "The sender's contract".
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec


class ClosedBy(StrEnum):
    """Why no report could come in."""

    STOPPED = "stopped"
    """Kvitto was not running; it had ended properly."""
    CRASHED = "crashed"
    """Kvitto was not running; it had ended without a farewell: a crash, a power cut, a kill."""
    ASLEEP = "asleep"
    """The computer slept, or stood still otherwise."""
    DISK = "disk"
    """Nothing could be stored: each report was answered 503."""
    TUNNEL = "tunnel"
    """The public URL did not lead here."""


NOT_RUNNING: Final = frozenset({ClosedBy.STOPPED, ClosedBy.CRASHED})
"""Where no receiver ran at all."""


class Closure(msgspec.Struct, frozen=True):
    """A time in which no report could come in.

    Attributes:
        begin: the last moment for which it is known that the door was open, UTC.
        end: the first moment for which that is known again; None while it is closed.
        by: why.
        fault: of a broken tunnel, what was wrong with it: a value of `app.door`'s `Fault`.
        dismissed: when the user said that no word of it is needed any more.
    """

    begin: datetime
    end: datetime | None
    by: ClosedBy
    fault: str = ""
    dismissed: datetime | None = None


class RetryRule(msgspec.Struct, frozen=True):
    """What we count on the sender to do with a report that is not taken.

    Attributes:
        interval: the time from one try to the next, at least.
        tries: how many there are in all. Whether the sender counts the first one is unclear:
            it is counted here, which is the worse for us, and makes it 90 minutes.
        slack: how much longer than `interval` it may take to the next try: the sender may wait for
            an answer before it counts, and has other things to send. Assumed.
    """

    interval: timedelta = timedelta(minutes=10)
    tries: int = 10
    slack: timedelta = timedelta(seconds=60)


SENDER: Final = RetryRule()
"""What we count on."""


class Span(NamedTuple):
    """A time, its ends included."""

    begin: datetime
    end: datetime


_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def first_loss(closures: Iterable[Closure], now: datetime, rule: RetryRule) -> datetime | None:
    """Return the first moment at which a report may be deleted, if the door stays closed.

    Earlier closures count: a report that they have cost tries has fewer left. Where the moment is
    past, reports may be gone already.

    Args:
        closures: when the door was closed, in any order; they may overlap.
        now: the time. What ends later is taken for not ended.
        rule: the sender's.

    Returns:
        None if the door is open now.
    """
    closed = _closed(closures, now, still=_NEVER)
    if not closed or closed[-1].end != _NEVER:
        return None
    current = closed[-1]
    doomed = _all_tries_within(closed, [current], rule)
    # There are some: what is tried first from now on never finds an open door.
    return max(current.begin, doomed[0].begin + (rule.tries - 1) * rule.interval)


def possibly_lost(closures: Iterable[Closure], now: datetime, rule: RetryRule) -> list[Span]:
    """Return when a report must have been tried for the first time to be deleted by now, perhaps.

    A report whose first try lies outside of these times is not lost.

    Args:
        closures: when the door was closed, in any order; they may overlap.
        now: the time.
        rule: the sender's.

    Returns:
        Times that don't overlap, oldest first.
    """
    closed = _closed(closures, now, still=now)
    return _all_tries_within(closed, closed, rule)


def comes_again_by(closure: Closure, rule: RetryRule) -> datetime:
    """Return when every report that survived a closure has been tried again.

    Raises:
        ValueError: the closure has not ended.
    """
    if closure.end is None:
        msg = "the door is still closed"
        raise ValueError(msg)
    return closure.end + rule.interval + rule.slack


def _closed(closures: Iterable[Closure], now: datetime, *, still: datetime) -> list[Span]:
    """Return the times until now in which the door was closed; `still` ends the present one."""
    return _merged(
        Span(one.begin, still if one.end is None or one.end > now else one.end)
        for one in closures
        if one.begin <= now
    )


def _all_tries_within(
    closed: Sequence[Span], last_closed: Sequence[Span], rule: RetryRule
) -> list[Span]:
    """Return the times of a first try after which all tries may find the door closed.

    Try k, counted from 0, comes between k intervals and k times interval and slack after the first.

    Args:
        closed: when the door was closed.
        last_closed: the same for the last try.
        rule: the sender's.
    """
    found = list(closed)
    for k in range(1, rule.tries):
        among = last_closed if k == rule.tries - 1 else closed
        earliest, latest = k * rule.interval, k * (rule.interval + rule.slack)
        possible = _merged(Span(one.begin - latest, _before(one.end, earliest)) for one in among)
        found = _both(found, possible)
    return found


def _before(end: datetime, by: timedelta) -> datetime:
    return end if end == _NEVER else end - by


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Return times that overlap or touch as one, oldest first; none that ends before it begins."""
    found: list[Span] = []
    for one in sorted(one for one in spans if one.begin <= one.end):
        if found and one.begin <= found[-1].end:
            found[-1] = Span(found[-1].begin, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def _both(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return what lies in both; each is merged and in order."""
    found: list[Span] = []
    i = j = 0
    while i < len(some) and j < len(others):
        both = Span(max(some[i].begin, others[j].begin), min(some[i].end, others[j].end))
        if both.begin <= both.end:
            found.append(both)
        if some[i].end < others[j].end:
            i += 1
        else:
            j += 1
    return found
