"""What is known grows old: never green on evidence that is older than two intervals."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kvitto.reachability.check_intervals import CheckIntervals, CheckSchedule
from kvitto.reachability.evidence import Evidence, Moment
from kvitto.reachability.failures import CheckFailure, ProbeResult
from kvitto.reachability.reachability_status import ReachabilityState, ReachabilityStatus

START: Final = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
INTERVALS: Final = CheckIntervals()


def at(seconds: float, *, wall_s: float | None = None) -> Moment:
    return Moment(START + timedelta(seconds=seconds if wall_s is None else wall_s), seconds)


@pytest.mark.parametrize(
    ("now", "age_s"),
    [
        (at(0), 0),
        (at(40), 40),
        (at(40, wall_s=3600), 3600),
        (at(3600, wall_s=40), 3600),
        (at(10, wall_s=-1), 10),
        (at(10, wall_s=-60), None),
    ],
)
def test_its_age_is_that_of_the_clock_that_says_more(now: Moment, age_s: float | None) -> None:
    assert Evidence(*at(0), valid_s=60).age_s(now) == age_s


def test_it_says_something_for_as_long_as_it_is_valid() -> None:
    known = Evidence(*at(0), valid_s=60)
    assert known.is_fresh(at(60))
    assert not known.is_fresh(at(61))
    assert not known.is_fresh(at(5, wall_s=-60))


# --- The rhythm -----------------------------------------------------------------------------------


def test_while_messages_are_waited_for_silence_is_tested_soon_and_then_less_and_less_often() -> (
    None
):
    schedule, waits, now_s = CheckSchedule(INTERVALS), [], 0.0
    for _ in range(5):
        schedule.passed(now_s, is_waiting=True)
        assert schedule.due_s is not None
        waits.append(schedule.due_s - now_s)
        now_s = schedule.due_s
    assert waits == [30, 60, 120, 180, 180]
    schedule.reported(now_s, is_waiting=True)
    assert schedule.due_s == now_s + 30, "reports make it quick again"


def test_otherwise_it_is_calm() -> None:
    schedule = CheckSchedule(INTERVALS)
    assert schedule.passed(0, is_waiting=False) == 2 * INTERVALS.idle_s
    assert schedule.due_s == INTERVALS.idle_s


def test_a_failure_is_looked_at_often_and_says_something_for_a_minute() -> None:
    schedule = CheckSchedule(INTERVALS)
    assert schedule.failed(0) == 60
    assert schedule.due_s == 20


@given(
    st.lists(st.floats(0.1, 29), min_size=1, max_size=300),
    st.booleans(),
)
def test_reports_put_a_test_off_but_never_for_ever(gaps: list[float], is_waiting: bool) -> None:
    schedule, now_s = CheckSchedule(INTERVALS), 0.0
    schedule.passed(now_s, is_waiting=is_waiting)
    tested_s, longest_s = 0.0, 2 * INTERVALS.active_s if is_waiting else INTERVALS.idle_s
    for gap_s in gaps:
        now_s += gap_s
        schedule.reported(now_s, is_waiting=is_waiting)
        assert schedule.due_s is not None
        assert schedule.due_s <= max(now_s, tested_s + longest_s)
        if schedule.due_s <= now_s:
            schedule.passed(now_s, is_waiting=is_waiting)
            tested_s = now_s


# --- Never green on old evidence ------------------------------------------------------------------


@dataclass
class World:
    """What really is, which the monitor can't see."""

    true_s: float = 0.0
    wall_s: float = 0.0
    sleeps_s: float = 0.0
    proved_s: list[float] = field(default_factory=list)


class Watching(RuleBasedStateMachine):
    """Hours of monitoring: tests, reports, silence, sleep, clocks that are set, mistakes.

    The steady clock of some systems stops while the computer is suspended; the clock on the wall
    can be set at any time, but not while it sleeps.
    """

    LONGEST_S = 2 * INTERVALS.idle_s

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.schedule = CheckSchedule(INTERVALS)
        self.state = ReachabilityState(public_url="https://kvitto.example.net")
        self.looked_s = 0.0

    @property
    def now(self) -> Moment:
        world = self.world
        return Moment(
            START + timedelta(seconds=world.true_s + world.wall_s), world.true_s - world.sleeps_s
        )

    def say(self, **changes: object) -> None:
        known = {name: getattr(self.state, name) for name in ReachabilityState.__struct_fields__}
        self.state = ReachabilityState(**{**known, **changes})

    @rule(seconds=st.floats(0, 3 * 3600))
    def time_goes_by_and_nothing_is_done(self, seconds: float) -> None:
        """Leave the task that tests dead, or waiting for a store that can't be read."""
        self.world.true_s += seconds

    @rule(seconds=st.floats(0, 40))
    def a_little_time_goes_by(self, seconds: float) -> None:
        self.world.true_s += seconds

    @rule(seconds=st.floats(0, 12 * 3600))
    def it_sleeps(self, seconds: float) -> None:
        self.world.true_s += seconds
        self.world.sleeps_s += seconds

    @rule(seconds=st.floats(-7200, 7200))
    def the_clock_is_set_while_it_runs(self, seconds: float) -> None:
        if not self.world.sleeps_s or seconds > 0:
            self.world.wall_s += seconds

    @rule(is_waiting=st.booleans())
    def a_test_comes_back(self, is_waiting: bool) -> None:
        now = self.now
        valid_s = self.schedule.passed(now.steady_s, is_waiting=is_waiting)
        self.world.proved_s.append(self.world.true_s)
        self.say(
            last_probe=ProbeResult(None, now.at, 0.1),
            known_good=Evidence(*now, valid_s),
            known_bad=None,
        )

    @rule(is_waiting=st.booleans(), seconds=st.floats(0, 10))
    def a_report_is_noticed_at_the_next_look(self, is_waiting: bool, seconds: float) -> None:
        self.looked_s = self.now.steady_s
        came_s, came = self.world.true_s, self.now.at
        self.world.true_s += seconds
        now = self.now
        valid_s = self.schedule.reported(now.steady_s, is_waiting=is_waiting)
        self.world.proved_s.append(came_s)
        self.say(known_good=Evidence(min(came, now.at), self.looked_s, valid_s), known_bad=None)

    @rule(failure=st.sampled_from(CheckFailure))
    def a_test_does_not_come_back(self, failure: CheckFailure) -> None:
        now = self.now
        valid_s = self.schedule.failed(now.steady_s)
        self.say(
            last_probe=ProbeResult(failure, now.at, 0.1), known_bad=Evidence(*now, valid_s=valid_s)
        )

    @rule(can_test=st.booleans())
    def the_receiver_stops_or_starts(self, can_test: bool) -> None:
        self.say(can_test=can_test, known_good=None)

    @invariant()
    def it_is_green_on_fresh_evidence_only(self) -> None:
        if self.state.status_at(self.now) is ReachabilityStatus.REACHABLE:
            assert self.world.proved_s
            assert self.state.known_good is not None
            age_s = self.world.true_s - self.world.proved_s[-1]
            assert age_s <= self.state.known_good.valid_s + 0.001 <= self.LONGEST_S + 0.001

    @invariant()
    def it_never_says_both(self) -> None:
        failure = self.state.failure_at(self.now)
        if self.state.status_at(self.now) is ReachabilityStatus.REACHABLE:
            assert failure is None


TestWatching = Watching.TestCase
