"""When to ask: a pure function of what is known and the time.

A batch that is simply under way is never asked about. Each rule names moments; a batch is due where
one of them has passed since it was asked about last.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from kvitto.books.pass_result import NO_ANSWER, WhyIncomplete
from kvitto.core.awaited import AFTER_LAST_REPORT
from kvitto.core.outages import IP1_RETRIES, Outage, retries_done_by
from kvitto.store.asked_reader import AskableBatch

QUIET: Final = timedelta(seconds=60)
"""A batch that looks finished is asked about when no report has come for so long."""
QUIET_AGAIN: Final = timedelta(minutes=2)
"""So long after that it is asked about again, where not all was there."""
_CATCHING_UP: Final = tuple(timedelta(minutes=one) for one in (5, 15, 30))
"""And so long after that where the books had not caught up with the reports."""
GOING_ON: Final = timedelta(minutes=15)
"""So long after a pass that had to leave some for the next one that is made."""
MOST_PASSES: Final = 40
"""So many go on by themselves, one after another: a batch that needs more is the user's matter."""
HARMFUL_OUTAGE: Final = timedelta(minutes=90)
SILENT: Final = timedelta(hours=74)
"""An unfinished batch that was silent for so long is asked about: its operators have given up."""
_EARLIER_URL: Final = tuple(timedelta(minutes=one) for one in (0, 5, 15, 30, 60))
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)
_WATCHING_PER_HOUR: Final = 400
"""Requests of all that are watched, of the 600 an hour: some are left to the user."""
_FIVE_MINUTES: Final = timedelta(minutes=5)


class AskReason(StrEnum):
    """Why a batch is asked about."""

    LOOKS_FINISHED = "looks_finished"
    OUTAGE = "outage"
    """The reports of a long outage may be deleted by now."""
    EARLIER_URL = "earlier_url"
    """It reports to an address that does not lead here any more."""
    SILENT = "silent"
    GOES_ON = "goes_on"
    """The pass before had to leave some."""
    WATCHED = "watched"
    """There is no tunnel, and the user wants it asked about instead."""


class BatchFacts(msgspec.Struct, frozen=True):
    """What decides when a batch is asked about.

    Attributes:
        batch: as the store has it.
        is_finished: whether all of it is finished, as far as is known.
        earlier_url_since: since when its reports go to an address that does not lead here, or it
            has none; None where they come here.
        looked_at: when it was looked at last instead of a tunnel, UTC; None for never.
        rests_until: before that it is not looked at again; None for any time.
        passes: how many passes by themselves had to leave some for the next, one after another.
    """

    batch: AskableBatch
    is_finished: bool
    earlier_url_since: datetime | None = None
    looked_at: datetime | None = None
    rests_until: datetime | None = None
    passes: int = 0


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What decides when anything is asked.

    Attributes:
        batches: those that may be asked about.
        outages: in which no report could come.
        lists_at: when the list of batches was asked for last, UTC; None for never.
        watches: whether unfinished batches are asked about instead of a tunnel.
    """

    batches: Sequence[BatchFacts] = ()
    outages: Sequence[Outage] = ()
    lists_at: datetime | None = None
    watches: bool = False


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be asked now.

    Attributes:
        batches: the ids of batches and why, the most urgent first.
        is_list_due: whether the list of batches is.
        next_at: when something else is, if nothing changes; None for never.
    """

    batches: tuple[tuple[str, AskReason], ...] = ()
    is_list_due: bool = False
    next_at: datetime | None = None


def rest_after(requests: int, watched: int) -> timedelta:
    """Return how long a batch that is watched rests, so that all of them keep within the limits.

    Args:
        requests: how many the look at it took.
        watched: how many batches are watched.
    """
    return requests * watched * _HOUR / _WATCHING_PER_HOUR


def due(facts: Facts, now: datetime) -> Due:
    """Return what is to be asked now, and when to look again."""
    found: list[tuple[str, AskReason]] = []
    coming: list[datetime] = []
    for one in facts.batches:
        # Where no answer came it was not asked; who asks waits until it may again.
        has_no_answer = one.batch.incomplete in NO_ANSWER
        asked_at = None if has_no_answer else one.batch.asked_at
        reason: AskReason | None = None
        for why, moment in _moments(one, facts, now):
            if moment > now:
                coming.append(moment)
            elif reason is None and (asked_at is None or asked_at < moment):
                if why is not AskReason.WATCHED:
                    reason = why
                elif one.looked_at is None or one.looked_at < moment:
                    if one.rests_until is None or one.rests_until <= now:
                        reason = why
                    else:
                        coming.append(one.rests_until)
        if reason is not None:
            found.append((one.batch.batch_id, reason))
    # Where the list is all that tells of new batches, they run for all that is known.
    is_running = facts.watches or any(not one.is_finished for one in facts.batches)
    # At the start, and then hourly while batches run.
    every = _FIVE_MINUTES if facts.watches else _HOUR
    list_at = None if facts.lists_at is None else facts.lists_at + every
    is_list_due = list_at is None or (is_running and list_at <= now)
    if list_at is not None and is_running and list_at > now:
        coming.append(list_at)
    return Due(batches=tuple(found), is_list_due=is_list_due, next_at=min(coming, default=None))


def _moments(one: BatchFacts, facts: Facts, now: datetime) -> Iterator[tuple[AskReason, datetime]]:
    """Yield the moments of a batch: of each rule the latest that has passed, and the next."""
    batch = one.batch
    if not batch.was_seen_whole:
        yield from _each(AskReason.OUTAGE, _after_outages(one, facts.outages))
    is_watched = (
        facts.watches and not one.is_finished and now <= batch.last_seen + AFTER_LAST_REPORT
    )
    is_left = batch.incomplete == WhyIncomplete.BUDGET and one.passes < MOST_PASSES
    if is_left and batch.asked_at is not None and not is_watched:
        yield AskReason.GOES_ON, batch.asked_at + GOING_ON
    if one.is_finished:
        if not batch.was_seen_whole:
            first = batch.last_seen + QUIET
            finished = [first, first + QUIET_AGAIN]
            if batch.incomplete == WhyIncomplete.BEHIND:
                finished += [first + one for one in _CATCHING_UP]
            yield from _each(AskReason.LOOKS_FINISHED, finished)
        return
    if one.earlier_url_since is not None and not is_watched:
        moments = _repeated(one.earlier_url_since, _EARLIER_URL, _HOUR, now)
        yield from _each(AskReason.EARLIER_URL, moments)
    yield AskReason.SILENT, batch.last_seen + SILENT
    if is_watched:
        minutely = tuple(number * _MINUTE for number in range(61))
        moments = _repeated(batch.first_seen, minutely, _FIVE_MINUTES, now)
        yield from _each(AskReason.WATCHED, moments)


def _each(reason: AskReason, moments: Iterable[datetime]) -> Iterator[tuple[AskReason, datetime]]:
    for moment in moments:
        yield reason, moment


def _after_outages(one: BatchFacts, outages: Sequence[Outage]) -> Iterator[datetime]:
    """Yield when the retries of long outages are over that may have cost reports of a batch."""
    for outage in outages:
        if outage.end is None or outage.end - outage.begin <= HARMFUL_OUTAGE:
            continue
        last = one.batch.last_seen
        # What was finished before had nothing more to say.
        if last >= outage.begin or (
            not one.is_finished and last + AFTER_LAST_REPORT >= outage.begin
        ):
            yield retries_done_by(outage, IP1_RETRIES)


def _repeated(
    since: datetime, first: Sequence[timedelta], every: timedelta, now: datetime
) -> Iterator[datetime]:
    """Yield the latest moment that has passed and the next: some, then one in each `every`."""
    passed = now - since
    steps = [one for one in first if one <= passed][-1:] + [one for one in first if one > passed][
        :1
    ]
    if not first or passed >= first[-1]:
        last = first[-1] if first else timedelta()
        count = (passed - last) // every
        steps = [last + count * every, last + (count + 1) * every]
    for step in steps:
        yield since + step
