"""What is worth telling: decided over a turned clock."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.aggregates import StatusSum
from kvitto.core.awaited import AFTER_LAST_REPORT
from kvitto.core.report import Origin
from kvitto.core.usual_share import Share, UsualBand, Worse
from kvitto.store.records import BatchRecord
from kvitto.ui.services.notification_rules import (
    FAILING_FOR,
    GATHERING,
    QUIET,
    News,
    NoticeRules,
    NotificationWatcher,
    Occasion,
)
from tests.store.arrivals import START
from tests.ui.services.batch_records import a_batch

MINUTE: Final = timedelta(minutes=1)
SECOND: Final = timedelta(seconds=1)
RULES: Final = NoticeRules(failure_share=10, failure_least=10, silence=30 * MINUTE)
ALL_FAILED: Final = {599: 20}
ALL_WELL: Final = {201: 20}
UNDER_WAY: Final = {201: 10, 112: 10}


class Day:
    """A lookout and a clock that is turned by hand."""

    def __init__(self, before: Sequence[BatchRecord] = (), rules: NoticeRules = RULES) -> None:
        self.now = START
        self.rules = rules
        self.notification_watcher = NotificationWatcher(START)
        self.notification_watcher.see(before, [], rules, START)

    def see(self, *batches: BatchRecord, removed: Sequence[int] = ()) -> None:
        self.notification_watcher.see(batches, removed, self.rules, self.now)

    def until(self, then: datetime) -> list[News]:
        """Wake whenever the lookout wants to, and return all that it tells up to `then`."""
        told = []
        while (
            following := self.notification_watcher.next_look(self.rules)
        ) is not None and following <= then:
            self.now = max(self.now, following)
            told += self.notification_watcher.take(self.rules, self.now)
        self.now = then
        return told


def told(news: Sequence[News]) -> list[tuple[Occasion, list[int]]]:
    return [(one.occasion, [batch.key for batch in one.batches]) for one in news]


def test_a_batch_of_known_size_is_told_once_it_is_finished() -> None:
    day = Day([a_batch(codes=UNDER_WAY, expected_count=20)])
    day.see(a_batch(expected_count=20))

    assert told(day.until(START + GATHERING)) == [(Occasion.FINISHED, [1])]
    day.see(a_batch(expected_count=20, seen=START + MINUTE))
    assert told(day.until(START + 20 * MINUTE)) == []


def test_no_batch_is_told_to_be_finished_before_all_reports_must_have_come() -> None:
    notification_watcher = NotificationWatcher(START)
    notification_watcher.see([a_batch(codes=UNDER_WAY)], [], RULES, START)
    notification_watcher.see([a_batch(expected_count=20)], [], RULES, START)
    ready, again_by = START + 2 * GATHERING, START + 12 * MINUTE

    assert notification_watcher.take(RULES, ready, None) == [], "nothing is received"
    assert notification_watcher.next_look(RULES) == START + 30 * MINUTE, "it waits for no time"
    assert notification_watcher.take(RULES, ready, again_by) == []
    assert notification_watcher.next_look(RULES) == again_by
    assert told(notification_watcher.take(RULES, again_by, again_by)) == [(Occasion.FINISHED, [1])]


def test_more_expected_messages_keep_a_batch_from_being_finished() -> None:
    day = Day()
    day.see(a_batch(expected_count=21))

    assert day.until(START + 20 * MINUTE) == []


def test_a_batch_of_unknown_size_is_finished_when_nothing_more_comes() -> None:
    day = Day()
    day.see(a_batch(codes={201: 1}))
    assert day.until(START + QUIET - SECOND) == []
    day.see(a_batch(codes={201: 2}, seen=START + QUIET - SECOND))
    assert day.until(START + QUIET + SECOND) == []

    assert told(day.until(START + 2 * QUIET)) == [(Occasion.FINISHED, [1])]


def test_a_batch_that_goes_on_is_not_finished_after_all() -> None:
    day = Day()
    day.see(a_batch(expected_count=20))
    day.see(a_batch(codes=UNDER_WAY))

    assert day.until(START + 20 * MINUTE) == []


def test_batches_that_settle_together_are_told_together() -> None:
    day = Day()
    day.see(a_batch(3, expected_count=20), a_batch(1, expected_count=20))
    day.now = START + SECOND
    day.see(a_batch(2, expected_count=20, seen=START + SECOND))

    assert told(day.until(START + 3 * MINUTE)) == [
        (Occasion.FINISHED, [1, 3]),
        (Occasion.FINISHED, [2]),
    ]


def test_what_keeps_coming_is_told_ever_more_rarely() -> None:
    day = Day()
    news = []
    for minute in range(6 * 60):
        now = START + minute * MINUTE
        news += day.until(now)
        day.see(a_batch(minute, expected_count=20, seen=now))

    assert len(news) < 20
    assert sum(len(one.batches) for one in news) > 5 * 60

    day.until(START + 24 * 60 * MINUTE)
    day.see(a_batch(9999, expected_count=20, seen=day.now))
    assert told(day.until(day.now + GATHERING)) == [(Occasion.FINISHED, [9999])], "calm again"


def test_many_failures_are_told_once() -> None:
    day = Day([a_batch(codes={112: 100})])
    day.see(a_batch(codes={112: 91, 599: 9}))
    assert day.until(START + MINUTE) == [], "too few are finished to say"
    day.see(a_batch(codes={112: 90, 599: 5, 403: 4, 202: 1}, seen=day.now))

    assert told(day.until(day.now + GATHERING)) == [(Occasion.FAILING, [1])]
    day.see(a_batch(codes={112: 50, 599: 50}, seen=day.now))
    assert told(day.until(day.now + 20 * MINUTE)) == []


@pytest.mark.parametrize(
    "codes",
    [{201: 90, 599: 10}, {201: 1, 203: 50}, {511: 9}],
    ids=["just the share", "cancelled on request", "too few"],
)
def test_what_is_no_failure_is_not_told(codes: dict[int, int]) -> None:
    day = Day([a_batch(codes={101: 1})])
    day.see(a_batch(codes=codes | {101: 1}))

    assert told(day.until(START + 10 * MINUTE)) == []


def test_failures_that_are_still_tried_do_not_count() -> None:
    day = Day()
    batch = a_batch(codes={599: 20})
    tried = StatusSum(20, 0, batch.statuses[599].segments)
    statuses = {599: tried, 201: StatusSum(20, 20, 20)}
    day.see(msgspec.structs.replace(batch, statuses=statuses))

    assert told(day.until(START + 10 * MINUTE)) == []


def test_nothing_is_told_of_what_was_so_before_the_window_was_opened() -> None:
    before = [a_batch(1), a_batch(2, ALL_FAILED), a_batch(3, UNDER_WAY, seen=START - MINUTE)]
    day = Day(before, NoticeRules())

    day.see(*before)
    day.see(a_batch(3, seen=START - SECOND, expected_count=20))

    assert day.until(START + 60 * MINUTE) == []


@pytest.mark.parametrize(
    "batch",
    [
        a_batch(1, ALL_FAILED, origin=Origin.DEMO),
        a_batch(1, ALL_FAILED, is_archived=True),
        a_batch(1, ALL_FAILED, purged=START),
    ],
    ids=["demo", "archived", "purged"],
)
def test_nothing_is_told_of_what_does_not_count(batch: BatchRecord) -> None:
    day = Day([a_batch(1, UNDER_WAY, origin=batch.origin)], NoticeRules())
    day.see(batch)

    assert day.until(START + 60 * MINUTE) == []


def test_nothing_is_told_of_a_batch_that_was_deleted_meanwhile() -> None:
    day = Day()
    day.see(a_batch(codes=ALL_FAILED, expected_count=20))
    day.see(removed=[1])

    assert day.until(START + 60 * MINUTE) == []


def test_batches_that_fail_are_known_until_they_are_out_of_the_way_or_old() -> None:
    now = START + MINUTE
    worse = Worse(timedelta(hours=1), Share(20, 18, 2), UsualBand(0.93, 0.98))
    watcher = NotificationWatcher(now, worse={4: worse})
    few = {201: 18, 599: 2}
    first = [
        a_batch(1, ALL_FAILED),
        a_batch(2, ALL_FAILED, is_archived=True),
        a_batch(3, ALL_FAILED, origin=Origin.DEMO),
        a_batch(4, few),  # worse than usual, as was found before the window was opened
        a_batch(5, few),
        a_batch(6, ALL_FAILED),
        a_batch(7, ALL_FAILED, seen=START - FAILING_FOR),
    ]
    watcher.see(first, [], RULES, now)
    off = replace(RULES, failures=False)
    assert [one.key for one in watcher.failing(off, now)] == [6, 4, 1], "the list is no notice"

    watcher.see([a_batch(1, ALL_FAILED, is_archived=True)], [6], RULES, now)
    assert [one.key for one in watcher.failing(RULES, now)] == [4]
    assert watcher.failing(RULES, START + FAILING_FOR + MINUTE) == []


def test_a_silence_is_told_once_until_something_is_heard() -> None:
    day = Day([a_batch(1, UNDER_WAY), a_batch(2)])
    assert day.until(START + 30 * MINUTE - SECOND) == []

    [silent] = day.until(START + 300 * MINUTE)
    assert told([silent]) == [(Occasion.SILENT, [1])]
    assert silent.since == START

    heard = day.now
    day.see(a_batch(1, UNDER_WAY, seen=heard))
    assert day.until(heard + 30 * MINUTE - SECOND) == []
    assert told(day.until(heard + 300 * MINUTE)) == [(Occasion.SILENT, [1])]


def test_a_silence_from_before_the_window_was_opened_is_told() -> None:
    day = Day([a_batch(1, UNDER_WAY, seen=START - 60 * MINUTE)])

    assert told(day.until(START)) == [(Occasion.SILENT, [1])]


@pytest.mark.parametrize(
    "before",
    [
        a_batch(1),
        a_batch(1, UNDER_WAY, is_archived=True),
        a_batch(1, UNDER_WAY, seen=START - AFTER_LAST_REPORT - SECOND),
        a_batch(1, UNDER_WAY, origin=Origin.DEMO),
    ],
    ids=["finished", "archived", "given up", "demo"],
)
def test_a_silence_is_not_told_where_nothing_is_waited_for(before: BatchRecord) -> None:
    day = Day([before])

    assert day.until(START + 300 * MINUTE) == []


def test_what_is_switched_off_is_not_told_later_either() -> None:
    day = Day(rules=NoticeRules(finished=False, failures=False))
    day.see(a_batch(1, ALL_FAILED, expected_count=20), a_batch(2, UNDER_WAY))
    assert day.until(START + 300 * MINUTE) == []
    assert day.notification_watcher.take(day.rules, day.now) == []

    day.rules = NoticeRules(silence=10 * MINUTE)
    assert told(day.until(day.now)) == [(Occasion.SILENT, [2])]
    assert told(day.until(day.now + 300 * MINUTE)) == []


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4),
            st.dictionaries(st.sampled_from([101, 201, 203, 599]), st.integers(1, 30), min_size=1),
            st.integers(0, 600),
        ),
        max_size=60,
    )
)
def test_whatever_comes_notices_are_few_and_true(
    changes: list[tuple[int, dict[int, int], int]],
) -> None:
    day = Day()
    news: list[tuple[datetime, News]] = []

    def collect(then: datetime) -> None:
        while (
            following := day.notification_watcher.next_look(RULES)
        ) is not None and following <= then:
            day.now = max(day.now, following)
            found = day.notification_watcher.take(RULES, day.now)
            assert found or day.notification_watcher.next_look(RULES) != following, (
                "it wakes for something"
            )
            news.extend((day.now, one) for one in found)
        day.now = then

    latest: dict[int, BatchRecord] = {}
    for key, codes, wait_s in changes:
        latest[key] = a_batch(key, codes, seen=day.now)
        day.see(latest[key])
        collect(day.now + wait_s * SECOND)
        for _at, one in news:
            assert one.batches
    for occasion in (Occasion.FINISHED, Occasion.FAILING):
        times = [at for at, one in news if one.occasion is occasion]
        gaps = [b - a for a, b in itertools.pairwise(times)]
        assert all(gap >= MINUTE for gap in gaps)
    failing = [b.key for _at, one in news if one.occasion is Occasion.FAILING for b in one.batches]
    assert len(failing) == len(set(failing)), "once for each batch"
    for _at, one in news:
        if one.occasion is Occasion.FINISHED:
            assert all(batch.messages == batch.finished for batch in one.batches)
