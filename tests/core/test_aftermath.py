"""What is said after an interruption, against a sender that is played out try by try."""

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
    TimeRange,
    assess_loss,
    at_risk_ranges,
    certainly_lost,
    earliest_loss,
    risks,
)

START: Final = datetime(2026, 3, 1, tzinfo=UTC)
LATER_S: Final = 400_000
INTERVAL_S: Final = 600
SLACK_S: Final = 120


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def closed(begin_s: float, end_s: float | None, by: OutageCause = OutageCause.STOPPED) -> Outage:
    return Outage(at(begin_s), None if end_s is None else at(end_s), by)


def is_within(instant: datetime, spans: Sequence[TimeRange]) -> bool:
    return any(one.begin <= instant <= one.end for one in spans)


class Tried:
    """One report, try by try.

    Attributes:
        times_s: its tries.
        came_s: when it was taken; None where it was deleted.
    """

    def __init__(
        self, first_s: int, jitter: Sequence[int], tries: int, outages: Sequence[tuple[int, int]]
    ) -> None:
        """Try it until the outage is over; each interval is off by some seconds either way."""
        self.times_s = [first_s]
        for number in range(1, tries):
            soonest = first_s + number * INTERVAL_S - SLACK_S
            wanted = self.times_s[-1] + INTERVAL_S + jitter[number % len(jitter)]
            self.times_s.append(max(soonest, wanted))
        self.came_s = next(
            (one for one in self.times_s if not any(begin <= one < end for begin, end in outages)),
            None,
        )


@st.composite
def outages(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Draw when the outages were: long and short, near and far, overlapping and touching."""
    begins = st.integers(0, 30_000)
    lengths = st.one_of(st.integers(0, 700), st.integers(5_000, 9_000), st.integers(0, 40_000))
    pairs = draw(st.lists(st.tuples(begins, lengths), min_size=1, max_size=5))
    return [(begin, begin + length) for begin, length in pairs]


JITTER: Final = st.lists(st.integers(-SLACK_S, SLACK_S), min_size=1, max_size=10)
FIRSTS: Final = st.lists(st.integers(-5_000, 60_000), min_size=1, max_size=30)
TRIES: Final = st.sampled_from([10, 11])


@given(outages(), FIRSTS, JITTER, TRIES)
def test_what_is_promised_is_never_deleted_and_what_is_called_gone_always_is(
    drawn: list[tuple[int, int]], firsts: list[int], jitter: list[int], tries: int
) -> None:
    firsts += [
        edge + extra for pair in drawn for edge in pair for extra in (-5281, -5279, -1, 0, 1)
    ]
    found = assess_loss([closed(*pair) for pair in drawn], at(LATER_S), IP1_RETRIES)

    assert found.safe_from is not None
    assert found.comes_by is not None
    for first_s in firsts:
        report = Tried(first_s, jitter, tries, drawn)
        if report.came_s is None:
            assert is_within(at(first_s), found.at_risk)
            assert at(first_s) <= found.safe_from
        else:
            assert at(report.came_s) <= max(found.comes_by, at(first_s))
            # The very last try may come in the moment in which the outage ends.
            assert not any(one.begin <= at(first_s) < one.end for one in found.gone) or (
                report.came_s < first_s + 1
            )


@given(outages(), st.data(), JITTER)
def test_while_it_lasts_nothing_is_called_lost_too_late(
    drawn: list[tuple[int, int]], data: st.DataObject, jitter: list[int]
) -> None:
    begin = data.draw(st.integers(30_000, 50_000))
    now = begin + data.draw(st.integers(0, 40_000))
    known = [closed(*pair) for pair in drawn if pair[1] < begin] + [closed(begin, None)]
    gone = [pair for pair in drawn if pair[1] < begin] + [(begin, LATER_S)]
    loss = earliest_loss(known, at(now), IP1_RETRIES)
    found = assess_loss(known, at(now), IP1_RETRIES)

    assert loss is not None
    assert (found.safe_from, found.comes_by) == (None, None), "nothing is promised yet"
    for first_s in (begin - 5280, begin - 600, begin, begin + 1, begin + 900):
        report = Tried(first_s, jitter, 10, gone)
        if report.came_s is None:
            last_s = report.times_s[-1]
            assert last_s < begin or at(last_s) >= loss
            assert last_s > now or is_within(at(first_s), found.at_risk)


def test_an_opening_that_every_report_must_have_met_parts_two_interruptions() -> None:
    parts = [closed(0, 4_000), closed(4_721, 9_000)]

    assert at_risk_ranges(parts, at(9_001), IP1_RETRIES) == []
    assert at_risk_ranges([closed(0, 4_000), closed(4_719, 9_000)], at(9_001), IP1_RETRIES)


def test_a_time_of_risk_is_over_with_the_outage_in_which_it_ends() -> None:
    parts = [closed(0, 28_000), closed(28_300, 28_400)]

    [found] = risks(parts, at(30_000), IP1_RETRIES)
    assert found.until == at(28_000), "what began in the opening has lost nothing"
    assert found.span == TimeRange(at(0), at(28_400 - 5_280))


def test_a_night_is_split_into_what_is_gone_what_may_be_and_what_comes() -> None:
    night = Outage(
        datetime(2026, 3, 1, 6, 33, tzinfo=UTC),
        datetime(2026, 3, 1, 14, 32, tzinfo=UTC),
        OutageCause.CRASHED,
    )

    found = assess_loss([night], datetime(2026, 3, 1, 14, 33, tzinfo=UTC), IP1_RETRIES)

    assert found.at_risk == [TimeRange(night.begin, datetime(2026, 3, 1, 13, 4, tzinfo=UTC))]
    assert found.gone == [TimeRange(night.begin, datetime(2026, 3, 1, 12, 32, tzinfo=UTC))]
    assert found.safe_from == datetime(2026, 3, 1, 13, 4, tzinfo=UTC)
    assert found.comes_by == datetime(2026, 3, 1, 14, 44, tzinfo=UTC)


@pytest.mark.parametrize("by", list(OutageCause))
def test_no_cause_makes_it_another_split(by: OutageCause) -> None:
    found = assess_loss([closed(0, 20_000, by)], at(20_001), IP1_RETRIES)

    assert found.at_risk == [TimeRange(at(0), at(20_000 - 5_280))]


def test_interruptions_that_touch_are_one() -> None:
    parts = [closed(0, 4_000), closed(4_000, 8_000, OutageCause.TUNNEL), closed(7_000, 9_000)]

    assert assess_loss(parts, at(9_001), IP1_RETRIES) == assess_loss(
        [closed(0, 9_000)], at(9_001), IP1_RETRIES
    )


def test_a_short_interruption_soon_after_a_long_one_puts_off_what_comes_again() -> None:
    parts = [closed(0, 28_000), closed(28_100, 28_130)]

    found = assess_loss(parts, at(28_200), IP1_RETRIES)
    assert found.safe_from == found.at_risk[-1].end
    assert found.comes_by == at(28_130 + 720)


def test_what_is_over_before_it_began_what_has_no_length_and_what_lies_ahead_costs_nothing() -> (
    None
):
    strange = [closed(5_000, 5_000), closed(9_000, 100), closed(90_000, 190_000)]

    assert at_risk_ranges(strange, at(80_000), IP1_RETRIES) == []
    assert certainly_lost(strange, at(80_000), IP1_RETRIES) == []


def test_a_sender_s_slack_is_two_minutes_each_way_and_its_patience_what_is_left_of_90() -> None:
    assert IP1_RETRIES.slack == timedelta(seconds=120)
    assert IP1_RETRIES.patience == timedelta(minutes=88)
    assert IP1_RETRIES.longest == timedelta(minutes=120)
    assert assess_loss([closed(0, 88 * 60 - 1)], at(90 * 60), IP1_RETRIES).at_risk == []
