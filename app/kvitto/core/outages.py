"""When no report could come in, and what that means for those that the SMS service had meanwhile.

A report that is not taken comes again every ten minutes, and after ten tries the SMS service
deletes it. So an outage is harmless for a good while, and then it is not. The arithmetic here says
how long that is: it never calls safe what may be lost. It takes nothing but times.

Source: protocol, "The SMS service's contract".
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec


class OutageCause(StrEnum):
    """Why no report could come in."""

    STOPPED = "stopped"
    """Kvitto was not running; it had ended properly."""
    CRASHED = "crashed"
    """Kvitto was not running; it had not stopped properly: a crash, a power cut, a kill."""
    UNHEARD = "unheard"
    """The store hears nothing of a receiver that keeps reports on its own disk meanwhile. Whether
    it runs is known once it has passed them on."""
    ASLEEP = "asleep"
    """The computer slept, or stood still otherwise."""
    DISK = "disk"
    """Nothing could be stored: each report was answered 503."""
    TUNNEL = "tunnel"
    """The public URL did not lead here."""


NOT_RUNNING: Final = frozenset({OutageCause.STOPPED, OutageCause.CRASHED, OutageCause.UNHEARD})
"""Where no receiver ran at all, as far as is known."""


class Outage(msgspec.Struct, frozen=True):
    """A time in which no report could come in.

    Attributes:
        begin: the last moment for which it is known that reports could come in, UTC.
        end: the first moment for which that is known again; None while it is closed.
        by: why.
        fault: of a broken tunnel, what was wrong with it: a value of `kvitto.reachability`'s
            `CheckFailure`.
        acknowledged: when the user said that no word of it is needed any more.
        receiver: by which receiver of a store that may have several; "" where there is one.
        spared: the callback keys by which reports could come in meanwhile, by another receiver; 0
            stands for those that come without one.
    """

    begin: datetime
    end: datetime | None
    by: OutageCause
    fault: str = ""
    acknowledged: datetime | None = None
    receiver: str = ""
    spared: frozenset[int] = frozenset()

    def counts_for(self, callback_key: int | None) -> bool:
        """Tell whether no report could come in by a key; None for no key."""
        return (callback_key or 0) not in self.spared


class RetryPolicy(msgspec.Struct, frozen=True):
    """What we count on the SMS service to do with a report that is not taken.

    Attributes:
        interval: the time from one try to the next.
        tries: how many there are in all. Whether the SMS service counts the first one is unclear:
            it is counted here, which is the worse for us, and makes it 90 minutes; what is called
            lost for certain has had one more.
        slack: how much may be added to each interval, since the SMS service may wait for an answer
            before it counts, and has other things to send; and how much sooner than the intervals
            tell any try may come, since the first one may have been under way as long. Assumed.
    """

    interval: timedelta = timedelta(minutes=10)
    tries: int = 10
    slack: timedelta = timedelta(seconds=120)

    def earliest(self, retries: int) -> timedelta:
        """Return the shortest time from the first try to the one after so many retries."""
        if not retries:
            return timedelta()
        return max(timedelta(), retries * self.interval - self.slack)

    def latest(self, retries: int) -> timedelta:
        """Return the longest time from the first try to the one after so many retries."""
        return retries * (self.interval + self.slack)

    @property
    def patience(self) -> timedelta:
        """How long an interruption may last that costs no report."""
        return self.earliest(self.tries - 1)

    @property
    def longest(self) -> timedelta:
        """How long after its first try a report may come at last."""
        return self.latest(self.tries)


IP1_RETRIES: Final = RetryPolicy()
"""What we count on."""


class TimeRange(NamedTuple):
    """A time, its ends included."""

    begin: datetime
    end: datetime


_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def earliest_loss(outages: Iterable[Outage], now: datetime, rule: RetryPolicy) -> datetime | None:
    """Return the first moment at which a report may be deleted, if the outage goes on.

    Earlier outages count: a report that they have cost tries has fewer left. Where the moment is
    past, reports may be gone already.

    Args:
        outages: when no report could come in, in any order; they may overlap.
        now: the time. What ends later is taken for not ended.
        rule: the SMS service's.

    Returns:
        None if reports can come in now.
    """
    closed = _closed(outages, now, still=_NEVER)
    if not closed or closed[-1].end != _NEVER:
        return None
    current = closed[-1]
    doomed = _all_tries_within(closed, [current], rule)
    # There are some: what is tried first from now on never comes in.
    return max(current.begin, doomed[0].begin + rule.patience)


def loss_if_stopped(outages: Iterable[Outage], now: datetime, rule: RetryPolicy) -> datetime:
    """Return the first moment at which a report may be deleted, if none comes in from now on.

    As `earliest_loss`: what was tried during earlier outages, or the present one, has fewer tries
    left.

    Args:
        outages: when no report could come in, in any order; they may overlap.
        now: the time. What ends later is taken for not ended.
        rule: the SMS service's.
    """
    found = earliest_loss([*outages, Outage(now, None, OutageCause.STOPPED)], now, rule)
    return now + rule.patience if found is None else found


def at_risk_ranges(outages: Iterable[Outage], now: datetime, rule: RetryPolicy) -> list[TimeRange]:
    """Return when a report must have been tried for the first time to be deleted by now, perhaps.

    A report whose first try lies outside of these times is not lost.

    Args:
        outages: when no report could come in, in any order; they may overlap.
        now: the time.
        rule: the SMS service's.

    Returns:
        Times that don't overlap, oldest first.
    """
    return [one.span for one in risks(outages, now, rule)]


class Risk(NamedTuple):
    """A time of which reports may be deleted by now.

    Attributes:
        span: a report whose first try lies outside of it is not lost.
        until: the end of the outage in which it ends, or the time of now.
    """

    span: TimeRange
    until: datetime


def risks(outages: Iterable[Outage], now: datetime, rule: RetryPolicy) -> list[Risk]:
    """Return when a report must have been tried for the first time to be deleted by now, perhaps.

    As `at_risk_ranges`, and tells of each time when it was over.
    """
    return [
        Risk(span, next(one.end for one in group if one.end >= span.end))
        for group in _groups(_closed(outages, now, still=now), rule)
        for span in _all_tries_within(group, group, rule)
    ]


def certainly_lost(outages: Iterable[Outage], now: datetime, rule: RetryPolicy) -> list[TimeRange]:
    """Return when a report must have been tried for the first time to be deleted by now, for sure.

    That holds for what has not come: a time in which no report could come in may begin a little
    earlier than that was so, and end a little later. The SMS service is taken to wait as long as
    it may.

    Args:
        outages: when no report could come in, in any order; they may overlap.
        now: the time.
        rule: the SMS service's.

    Returns:
        Times that don't overlap, oldest first, each within one of `at_risk_ranges`.
    """
    closed = _closed(outages, now, still=now)
    return [
        TimeRange(one.begin, one.end - rule.longest)
        for one in closed
        if one.begin < one.end - rule.longest
    ]


class LossAssessment(NamedTuple):
    """What has become, or becomes, of reports that were tried first while no report could come in.

    Attributes:
        at_risk: when a report must have been tried first to be deleted, perhaps, oldest first.
        gone: the parts of `at_risk` of which what has not come is deleted for certain.
        safe_from: what is tried first from then on is not deleted; None while none can come in,
            or where it never was.
        comes_by: when all that is still to come of what was tried meanwhile has come, provided that
            there is no other outage; None where `safe_from` is.
    """

    at_risk: Sequence[TimeRange]
    gone: Sequence[TimeRange]
    safe_from: datetime | None
    comes_by: datetime | None


def assess_loss(outages: Iterable[Outage], now: datetime, rule: RetryPolicy) -> LossAssessment:
    """Return what has become of reports that were tried first while no report could come in.

    Args:
        outages: when no report could come in, in any order; they may overlap.
        now: the time. What begins later is left out, what ends later is taken for not ended.
        rule: the SMS service's.
    """
    known = list(outages)
    at_risk = at_risk_ranges(known, now, rule)
    gone = certainly_lost(known, now, rule)
    closed = _closed(known, now, still=_NEVER)
    if not closed or closed[-1].end == _NEVER:
        return LossAssessment(at_risk, gone, None, None)
    # What was tried first before these outages has come in since, or is gone.
    begin = _groups(closed, rule)[-1][0].begin
    safe_from = max(begin, at_risk[-1].end) if at_risk else begin
    return LossAssessment(at_risk, gone, safe_from, closed[-1].end + rule.interval + rule.slack)


def retries_done_by(outage: Outage, rule: RetryPolicy) -> datetime:
    """Return when every report that survived an outage has been tried again.

    Raises:
        ValueError: the outage has not ended.
    """
    if outage.end is None:
        msg = "the outage has not ended"
        raise ValueError(msg)
    return outage.end + rule.interval + rule.slack


def without(whole: TimeRange, others: Iterable[TimeRange]) -> list[TimeRange]:
    """Return the parts of a time that lie outside of others, oldest first."""
    parts, begin = [], whole.begin
    for one in _merged(others):
        if one.end < whole.begin or one.begin > whole.end:
            continue
        if one.begin > begin:
            parts.append(TimeRange(begin, one.begin))
        begin = max(begin, one.end)
    if begin < whole.end:
        parts.append(TimeRange(begin, whole.end))
    return parts


def _closed(outages: Iterable[Outage], now: datetime, *, still: datetime) -> list[TimeRange]:
    """Return the times until now in which no report could come in; `still` ends the present one."""
    return _merged(
        TimeRange(one.begin, still if one.end is None or one.end > now else one.end)
        for one in outages
        if one.begin <= now
    )


def _all_tries_within(
    closed: Sequence[TimeRange], last_closed: Sequence[TimeRange], rule: RetryPolicy
) -> list[TimeRange]:
    """Return the times of a first try after which all tries may lie in outages.

    Args:
        closed: when no report could come in.
        last_closed: the same for the last try.
        rule: the SMS service's.
    """
    found: list[TimeRange] = []
    for group in _groups(closed, rule):
        if group[-1].end - group[0].begin < rule.patience:
            continue  # that of most
        firsts = group
        for k in range(1, rule.tries):
            among = _both(group, last_closed) if k == rule.tries - 1 else group
            possible = _merged(
                TimeRange(one.begin - rule.latest(k), _before(one.end, rule.earliest(k)))
                for one in among
            )
            firsts = _both(firsts, possible)
        found += firsts
    return found


def _groups(closed: Sequence[TimeRange], rule: RetryPolicy) -> list[list[TimeRange]]:
    """Return closed times by groups: between two of them, each report must have come in.

    From one try to the next it never takes longer than an interval and the slack.
    """
    groups: list[list[TimeRange]] = []
    for one in closed:
        if groups and one.begin - groups[-1][-1].end <= rule.interval + rule.slack:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _before(end: datetime, by: timedelta) -> datetime:
    return end if end == _NEVER else end - by


def _merged(spans: Iterable[TimeRange]) -> list[TimeRange]:
    """Return times that overlap or touch as one, oldest first; none that ends before it begins."""
    found: list[TimeRange] = []
    for one in sorted(one for one in spans if one.begin <= one.end):
        if found and one.begin <= found[-1].end:
            found[-1] = TimeRange(found[-1].begin, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def _both(some: Sequence[TimeRange], others: Sequence[TimeRange]) -> list[TimeRange]:
    """Return what lies in both; each is merged and in order."""
    found: list[TimeRange] = []
    i = j = 0
    while i < len(some) and j < len(others):
        both = TimeRange(max(some[i].begin, others[j].begin), min(some[i].end, others[j].end))
        if both.begin <= both.end:
            found.append(both)
        if some[i].end < others[j].end:
            i += 1
        else:
            j += 1
    return found
