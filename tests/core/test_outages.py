"""The loss clock, against the simulator's own rule for trying again, on a clock that is turned."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.outages import (
    IP1_RETRIES,
    Outage,
    OutageCause,
    RetryPolicy,
    TimeRange,
    at_risk_ranges,
    earliest_loss,
    loss_if_stopped,
    retries_done_by,
)
from kvitto.simulator import retry_queue
from kvitto.simulator.requests import Post
from kvitto.simulator.retry_queue import AsLived, RetryQueue, Verdict

START: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DAY_S: Final = 86_400
PUNCTUAL: Final = RetryPolicy(slack=timedelta(0))
ON_THE_DOT: Final = (0,)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def minutes(begin: float, end: float | None, by: OutageCause = OutageCause.STOPPED) -> Outage:
    return Outage(at(60 * begin), None if end is None else at(60 * end), by)


class Sent:
    """What has become of reports at a receiver with outages.

    Attributes:
        deleted: when each deleted report was tried first, and when last.
    """

    def __init__(
        self, first_s: Sequence[int], outages: Sequence[tuple[int, int]], delays_s: Sequence[int]
    ) -> None:
        """Let the simulator's sender post reports, each try later than it is due by some delay."""
        posts = (
            Post(second * 1_000_000, number, 0, b"")
            for number, second in enumerate(sorted(first_s))
        )
        sender = RetryQueue(posts, AsLived(), retry_queue.RetrySchedule())
        delays = itertools.cycle(delays_s)
        self.deleted: list[tuple[datetime, datetime]] = []
        first: dict[int, float] = {}
        now_s = 0.0
        while (due_s := sender.next_due_s()) is not None:
            now_s = max(now_s, due_s) + next(delays)
            while (attempt := sender.take(now_s)) is not None:
                first.setdefault(attempt.post.message, now_s)
                is_open = not any(begin <= now_s <= end for begin, end in outages)
                if sender.settle(attempt, now_s, is_taken=is_open) is Verdict.DELETED:
                    self.deleted.append((at(first[attempt.post.message]), at(now_s)))


def outages_from(lengths_s: Sequence[int]) -> list[tuple[int, int]]:
    """Return closures from the lengths of opening and closure, by turns."""
    edges = list(itertools.accumulate(lengths_s))
    return list(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def outages(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Draw when the outages were, in whole even seconds: short and long, near and far."""
    length = st.one_of(st.integers(1, 400), st.integers(250, 900), st.integers(2000, 4000))
    return outages_from([2 * one for one in draw(st.lists(length, min_size=2, max_size=12))])


def known(
    closed: Sequence[tuple[int, int]], now: datetime, sooner_s: int = 0, later_s: int = 0
) -> list[Outage]:
    """Return what Kvitto knows of closures at a time, where it notices both ends late."""
    return [
        Outage(
            at(begin - sooner_s),
            at(end + later_s) if at(end + later_s) <= now else None,
            OutageCause.TUNNEL,
        )
        for begin, end in closed
        if at(begin) <= now
    ]


def is_within(instant: datetime, spans: Sequence[TimeRange]) -> bool:
    return any(one.begin <= instant <= one.end for one in spans)


FIRST_TRIES: Final = st.lists(st.integers(0, 30_000), min_size=1, max_size=20)
DELAYS: Final = st.lists(st.integers(0, 120), min_size=1, max_size=5)


@given(outages(), FIRST_TRIES, DELAYS, st.integers(0, 200), st.integers(0, 20), st.data())
def test_what_is_called_safe_is_never_lost(
    closed: list[tuple[int, int]],
    first_s: list[int],
    delays_s: list[int],
    sooner_s: int,
    later_s: int,
    data: st.DataObject,
) -> None:
    # Those that have most to lose: from the beginning of each closure.
    first_s += [begin + extra for begin, _ in closed for extra in (0, 1, 300)]
    sent = Sent(first_s, closed, delays_s)
    moments = [at(data.draw(st.integers(0, 60_000), label="now")), at(DAY_S)]
    moments += [last for _, last in sent.deleted]

    for now in moments:
        lost = at_risk_ranges(known(closed, now, sooner_s, later_s), now, IP1_RETRIES)
        for first, last in sent.deleted:
            assert last > now or is_within(first, lost)


@given(outages(), FIRST_TRIES, DELAYS, st.integers(0, 200), st.data())
def test_no_report_is_deleted_before_the_first_loss(
    closed: list[tuple[int, int]],
    first_s: list[int],
    delays_s: list[int],
    sooner_s: int,
    data: st.DataObject,
) -> None:
    first_s += [begin + extra for begin, _ in closed for extra in (0, 1, 300)]
    sent = Sent(first_s, closed, delays_s)
    begin, end = data.draw(st.sampled_from(closed))
    now = at(data.draw(st.integers(begin, end - 1)))

    first = earliest_loss(known(closed, now, sooner_s), now, IP1_RETRIES)

    assert first is not None
    assert not [last for _, last in sent.deleted if at(begin) <= last < min(at(end), first)]


@given(outages(), st.lists(st.integers(0, 15_000).map(lambda half: 2 * half + 1), min_size=1))
def test_of_a_punctual_sender_exactly_that_is_lost_which_may_be(
    closed: list[tuple[int, int]], first_s: list[int]
) -> None:
    # Closures have even seconds, tries odd ones: none is on the edge.
    sent = Sent(first_s, closed, ON_THE_DOT)
    now = at(DAY_S)

    lost = at_risk_ranges(known(closed, now), now, PUNCTUAL)

    assert {first for first, _ in sent.deleted} == {
        at(second) for second in first_s if is_within(at(second), lost)
    }


@given(outages(), st.data())
def test_of_a_punctual_sender_the_first_loss_happens_when_it_is_foretold(
    closed: list[tuple[int, int]], data: st.DataObject
) -> None:
    begin, _ = data.draw(st.sampled_from(closed))
    # What would come if the outage lasted.
    closed = [one for one in closed if one[0] < begin] + [(begin, begin + DAY_S)]
    first = earliest_loss(known(closed, at(begin)), at(begin), PUNCTUAL)
    assert first is not None

    sent = Sent([round((first - START).total_seconds()) - 5400], closed, ON_THE_DOT)

    assert [last for _, last in sent.deleted] == [first]


@given(st.integers(0, 5279), st.integers(0, 100_000))
def test_an_outage_of_less_than_88_minutes_costs_nothing(length_s: int, begin_s: int) -> None:
    outage = Outage(at(begin_s), at(begin_s + length_s), OutageCause.ASLEEP)
    now = at(begin_s + length_s)

    assert at_risk_ranges([outage], now, IP1_RETRIES) == []


def test_the_clock_of_a_closed_reachability_runs_88_minutes() -> None:
    outages = [minutes(-500, -499), minutes(0, None)]

    assert earliest_loss(outages, at(60 * 10), IP1_RETRIES) == at(60 * 88)
    assert earliest_loss(outages, at(60 * 200), IP1_RETRIES) == at(60 * 88), "it is past"


def test_an_open_reachability_has_no_clock() -> None:
    assert earliest_loss([], START, IP1_RETRIES) is None
    assert earliest_loss([minutes(0, 5)], at(60 * 6), IP1_RETRIES) is None
    assert earliest_loss([minutes(10, None)], at(60 * 6), IP1_RETRIES) is None, (
        "it is not closed yet"
    )


@pytest.mark.parametrize(
    ("outages", "loss"),
    [
        ([], 80 + 88),
        ([minutes(0, None, OutageCause.TUNNEL)], 88),
        ([minutes(0, 75, OutageCause.TUNNEL)], 88),
        ([minutes(0, 60)], 80 + 88),
        ([minutes(-20, None)], 68),
    ],
)
def test_stopping_costs_reports_sooner_after_or_in_an_outage(
    outages: list[Outage], loss: float
) -> None:
    assert loss_if_stopped(outages, at(60 * 80), IP1_RETRIES) == at(60 * loss)


def test_a_short_opening_that_no_try_may_have_met_does_not_stop_the_clock() -> None:
    outages = [minutes(0, 60), minutes(65, None)]

    assert earliest_loss(outages, at(60 * 70), IP1_RETRIES) == at(60 * 88)


def test_an_opening_that_every_report_must_have_met_sets_the_clock_anew() -> None:
    outages = [minutes(0, 60), minutes(85, None)]

    assert earliest_loss(outages, at(60 * 90), IP1_RETRIES) == at(60 * (85 + 88))


def test_outages_of_different_causes_are_one_where_they_overlap() -> None:
    outages = [
        minutes(40, 95, OutageCause.TUNNEL),
        minutes(0, 50, OutageCause.ASLEEP),
        minutes(10, 20, OutageCause.DISK),
    ]

    assert at_risk_ranges(outages, at(60 * 100), IP1_RETRIES) == [TimeRange(at(0), at(60 * 7))]


def test_what_is_still_closed_may_have_lost_only_what_had_all_its_tries() -> None:
    outages = [minutes(0, None)]

    assert at_risk_ranges(outages, at(60 * 87), IP1_RETRIES) == []
    assert at_risk_ranges(outages, at(60 * 100), IP1_RETRIES) == [TimeRange(at(0), at(60 * 12))]


def test_what_was_sent_meanwhile_comes_again_within_an_interval() -> None:
    assert retries_done_by(minutes(0, 38), IP1_RETRIES) == at(60 * (38 + 10) + 120)
    with pytest.raises(ValueError, match="not ended"):
        retries_done_by(minutes(0, None), IP1_RETRIES)
