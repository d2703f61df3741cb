"""Which batches are compared with what is usual, when, and what comes of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import pytest

from kvitto.core.report import Origin
from kvitto.core.usual_share import KNOWN_LEAST, LOOKS, MESSAGES_LEAST, Share, Shares
from kvitto.store.delivered_shares import SharesSoFar
from kvitto.store.records import BatchRecord
from kvitto.ui.services.notification_rules import (
    GATHERING,
    News,
    NoticeRules,
    NotificationWatcher,
    Occasion,
)
from kvitto.ui.services.usual_looks import UsualLooks
from tests.store.arrivals import START
from tests.ui.services.batch_records import a_batch

MINUTE: Final = timedelta(minutes=1)
QUARTER, HOUR = LOOKS[1], LOOKS[3]
RULES: Final = NoticeRules(finished=False, failure_share=10, failure_least=10)
OWN: Final = 100
ILL: Final = {201: 60, 599: 40}
WELL: Final[Shares] = (Share(100, 96, 4),) * len(LOOKS)
WORSE: Final[Shares] = (Share(100, 60, 40),) * len(LOOKS)
KNOWN: Final = [WELL] * KNOWN_LEAST
RECOVERED: Final = (*WORSE[:3], *WELL[3:])
"""Worse for three quarters of an hour."""


def large(key: int, *, days_ago: float = 1, **others: object) -> BatchRecord:
    """Return a batch that is large enough to say what is usual."""
    sent = START - timedelta(days=days_ago)
    changed = {"first_seen": sent, "sent": sent, "seen": sent} | others
    return a_batch(key, {201: MESSAGES_LEAST}, **changed)  # type: ignore[arg-type]


def own(codes: dict[int, int] | None = None, *, seen: datetime = START) -> BatchRecord:
    return a_batch(OWN, codes or ILL, sent=START, seen=seen)


BEFORE: Final = [large(key) for key in range(1, KNOWN_LEAST + 1)]


class Day:
    """A watcher of notices, a clock that is turned by hand, and what would be read."""

    def __init__(self, before: Sequence[BatchRecord] = BEFORE, *, opened: datetime = START) -> None:
        self.now = opened
        self.found: dict[int, SharesSoFar] = {OWN: SharesSoFar(WORSE, KNOWN)}
        self.watcher = NotificationWatcher(opened)
        self.watcher.see(before, [], RULES, opened)

    def see(self, *batches: BatchRecord, removed: Sequence[int] = ()) -> None:
        self.watcher.see(batches, removed, RULES, self.now)

    def compare(self, at: datetime) -> list[News]:
        """Look at what is due at a time, and return what is told then."""
        self.now = at
        due = self.watcher.usual.due(at)
        self.watcher.compare(due, self.found, RULES, at)
        return self.watcher.take(RULES, at)


def keys(news: Sequence[News]) -> list[int]:
    assert all(one.occasion is Occasion.FAILING for one in news)
    return [batch.key for one in news for batch in one.batches]


def test_a_batch_that_is_worse_than_usual_is_told_after_a_quarter_of_an_hour_and_once() -> None:
    day = Day()
    day.see(own({101: 91, 599: 9}))
    assert day.watcher.usual.next_look() is None, "so few are not told of"
    day.see(own())
    assert day.watcher.usual.next_look() == START + QUARTER
    assert day.compare(START + QUARTER - MINUTE) == []

    [news] = day.compare(START + QUARTER)

    assert keys([news]) == [OWN]
    assert news.worse[OWN].age == QUARTER
    assert day.watcher.usual.next_look() == START + LOOKS[2]
    for look in LOOKS[2:]:
        day.see(own(ILL, seen=START + look))
        assert day.compare(START + look) == []
    assert day.watcher.usual.next_look() is None, "it is over"
    day.see(own(ILL, seen=START + LOOKS[-1]))
    assert day.watcher.usual.next_look() is None


def test_one_that_becomes_worse_later_is_told_then() -> None:
    day = Day()
    day.found = {OWN: SharesSoFar((*WELL[:5], *WORSE[5:]), KNOWN)}
    day.see(own())

    told = {look: keys(day.compare(START + look)) for look in LOOKS[1:]}

    assert [look for look, found in told.items() if found] == [LOOKS[6]]


def test_the_fixed_share_counts_only_until_enough_is_known() -> None:
    compared, small = Day(), Day(BEFORE[1:])
    for day in (compared, small):
        day.found = {OWN: SharesSoFar(WELL, KNOWN)}
        day.see(own({101: 100}))
        day.see(own())

    assert compared.compare(START + GATHERING) == []
    assert keys(small.compare(START + GATHERING)) == [OWN]
    assert small.watcher.usual.next_look() is None


@pytest.mark.parametrize(
    "other",
    [
        large(9, days_ago=-1),
        large(9, origin=Origin.DEMO),
        large(9, purged=START),
        large(9, sent=None),
        a_batch(9, {201: MESSAGES_LEAST - 1}, sent=START - timedelta(days=1)),
    ],
    ids=["sent later", "demo", "deleted", "of unknown time", "small"],
)
def test_what_does_not_say_what_is_usual_is_not_counted(other: BatchRecord) -> None:
    looks = UsualLooks(START)
    looks.see([*BEFORE[1:], other], [], START)
    assert not looks.is_compared(own())

    looks.see([BEFORE[0]], [], START)
    assert looks.is_compared(own())
    looks.see([], [1], START)
    assert not looks.is_compared(own()), "it was deleted"


@pytest.mark.parametrize(
    "found",
    [{}, {OWN: SharesSoFar(WORSE, [(Share(10, 10, 0),) * len(LOOKS)] * 20)}],
    ids=["may be lost", "too small at that age"],
)
def test_where_nothing_can_be_compared_the_fixed_share_counts(
    found: dict[int, SharesSoFar],
) -> None:
    day = Day()
    day.found = found
    day.see(own({101: 100}))
    day.see(own())

    assert day.compare(START + QUARTER) == []
    [news] = day.watcher.take(RULES, START + QUARTER + GATHERING)
    assert keys([news]) == [OWN]
    assert news.worse == {}
    assert day.watcher.usual.next_look() is None


@pytest.mark.parametrize("look", [1, 4, 20])
def test_what_was_worse_before_the_window_was_opened_is_not_told(look: int) -> None:
    day = Day(opened=START + LOOKS[look])
    day.see(own(ILL, seen=day.now))

    assert [day.compare(START + later) for later in LOOKS[look + 1 :]] == [[]] * (26 - look)


def test_what_became_worse_when_the_window_was_open_is_told() -> None:
    day = Day(opened=START + LOOKS[4])
    day.found = {OWN: SharesSoFar((*WELL[:4], *WORSE[4:]), KNOWN)}
    day.see(own(ILL, seen=day.now))

    assert keys(day.compare(START + LOOKS[5])) == [OWN]


def test_what_is_well_again_when_it_is_looked_at_is_not_told() -> None:
    day = Day()
    day.found = {OWN: SharesSoFar(RECOVERED, KNOWN)}
    day.see(own())

    assert day.compare(START + 5 * HOUR) == [], "the computer was asleep meanwhile"
    assert day.watcher.usual.next_look() == START + 6 * HOUR


@pytest.mark.parametrize(
    "later",
    [
        a_batch(OWN, ILL, sent=START, is_archived=True),
        a_batch(OWN, ILL, sent=START, purged=START),
        None,
    ],
    ids=["archived", "purged", "deleted"],
)
def test_nothing_is_told_of_what_is_out_of_the_way(later: BatchRecord | None) -> None:
    day = Day()
    day.see(own())
    due = day.watcher.usual.due(START + QUARTER)
    assert [batch.key for batch in due] == [OWN]
    if later is None:
        day.see(removed=[OWN])
    else:
        day.see(later)

    day.watcher.compare(due, day.found, RULES, START + QUARTER)

    assert day.watcher.take(RULES, START + QUARTER) == []
    assert day.watcher.usual.due(START + QUARTER) == []


def test_what_is_switched_off_is_not_told_later() -> None:
    day = Day()
    day.see(own())
    day.watcher.compare(day.watcher.usual.due(START + QUARTER), day.found, RULES, START + QUARTER)

    assert day.watcher.take(NoticeRules(finished=False, failures=False), START + QUARTER) == []
    assert day.compare(START + LOOKS[2]) == []
