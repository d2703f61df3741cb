"""What is at stake, decided over times that are written by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.door import SENDER, ClosedBy, Closure, first_loss, possibly_lost
from app.core.report import Origin
from app.store.records import BatchRecord
from app.ui.door.stakes import (
    SHORTEST,
    Gaps,
    closed_now,
    gaps,
    is_waited_for,
    returned,
    stranded,
    surge,
)
from app.ui.lookout import RECENT
from tests.store.arrivals import START
from tests.ui.test_lookout import ALL_WELL, UNDER_WAY, a_batch

MINUTE: Final = timedelta(minutes=1)
OLD: Final = "https://old.example.net"
NEW: Final = "https://new.example.net"


def closure(
    begin: float,
    end: float | None,
    by: ClosedBy = ClosedBy.TUNNEL,
    *,
    fault: str = "",
    dismissed: bool = False,
) -> Closure:
    """Return a closure between minutes after `START`."""
    return Closure(
        at(begin),
        None if end is None else at(end),
        by,
        fault,
        at(begin) if dismissed else None,
    )


def at(minutes: float) -> datetime:
    return START + minutes * MINUTE


def waiting(key: int = 1, *, first: float = 0, last: float = 0, secret: int = 1) -> BatchRecord:
    batch = a_batch(key, UNDER_WAY, seen=at(last))
    return msgspec.structs.replace(batch, first_seen=at(first), secret=secret)


# --- Closed now ---------------------------------------------------------------------------------


def test_an_open_door_has_no_clock() -> None:
    assert closed_now([], at(0)) is None
    assert closed_now([closure(0, 30)], at(40)) is None


def test_a_closed_door_has_a_cause_and_the_first_moment_of_loss() -> None:
    shut = closure(0, None, fault="dns")
    closed = closed_now([shut], at(20))

    assert closed is not None
    assert (closed.since, closed.by, closed.fault) == (at(0), ClosedBy.TUNNEL, "dns")
    assert closed.first_loss == first_loss([shut], at(20), SENDER) == at(90)


def test_the_cause_is_what_closed_it_first() -> None:
    disk, tunnel = closure(10, None, ClosedBy.DISK), closure(0, None)

    closed = closed_now([disk, tunnel], at(20))
    assert closed is not None
    assert closed.by is ClosedBy.TUNNEL


def test_it_is_closed_since_the_closure_that_this_one_follows_at_once() -> None:
    shut = [closure(0, 40, ClosedBy.ASLEEP), closure(40, None)]

    closed = closed_now(shut, at(50))
    assert closed is not None
    assert closed.since == at(0)
    assert closed.by is ClosedBy.TUNNEL


# --- Open again ---------------------------------------------------------------------------------


def test_after_a_closure_all_comes_again_within_one_more_try() -> None:
    found = returned([closure(0, 38)], at(39))

    assert found is not None
    assert found.length == 38 * MINUTE
    assert found.again_by == at(38) + SENDER.interval + SENDER.slack


@pytest.mark.parametrize(
    ("closures", "now"),
    [
        ([closure(0, 38)], 60),
        ([closure(0, 38, dismissed=True)], 39),
        ([closure(0, 38), closure(38.5, None)], 39),
        ([closure(0, 0.5)], 1),
        ([], 1),
    ],
    ids=["all has come", "dismissed", "closed again", "too short to tell", "never closed"],
)
def test_nothing_is_told_where_there_is_nothing_to_wait_for(
    closures: Sequence[Closure], now: float
) -> None:
    assert returned(closures, at(now)) is None


def test_closures_in_a_row_are_one_named_for_the_longest() -> None:
    row = [closure(0, 30, ClosedBy.ASLEEP), closure(30.5, 38), closure(-100, -50)]

    found = returned(row, at(39))
    assert found is not None
    assert found.closure == closure(0, 38, ClosedBy.ASLEEP)


def test_short_closures_in_a_row_are_long_together() -> None:
    short = SHORTEST / MINUTE * 0.8
    row = [closure(step, step + short) for step in (0, 1, 2)]

    assert returned(row[:1], at(1)) is None
    assert returned(row, at(3)) is not None


# --- Gaps ---------------------------------------------------------------------------------------


def test_a_closure_under_the_sender_s_patience_leaves_no_gaps() -> None:
    assert gaps([closure(0, 89)], [waiting()], at(100)) is None


def test_a_longer_one_names_the_batches_that_are_not_settled() -> None:
    found = gaps([closure(0, 120)], [waiting(2), waiting(1), a_batch(3, ALL_WELL)], at(130))

    assert found is not None
    assert [batch.key for batch in found.batches] == [1, 2]
    assert found.spans == possibly_lost([closure(0, 120)], at(130), SENDER)
    assert found.closures == [closure(0, 120)]


def test_a_batch_that_began_after_it_has_no_gaps() -> None:
    assert gaps([closure(0, 120)], [waiting(first=125, last=125)], at(130)) is None


def test_only_the_closures_that_concern_a_batch_are_told() -> None:
    before, during = closure(-2000, -1500), closure(10, 200)

    found = gaps([before, during], [waiting(first=0, last=5)], at(210))
    assert found is not None
    assert found.closures == [during]
    assert all(span.begin >= at(10) for span in found.spans)


def test_a_batch_that_had_been_silent_for_days_before_it_has_no_gaps() -> None:
    late = 2 * RECENT / MINUTE
    assert gaps([closure(late, late + 120)], [waiting()], at(late + 130)) is None


def test_what_the_user_dismissed_is_not_told_again_until_it_happens_again() -> None:
    known, again = closure(0, 120, dismissed=True), closure(500, 700)

    assert gaps([known], [waiting()], at(130)) is None
    found = gaps([known, again], [waiting()], at(710))
    assert found is not None
    assert found.closures == [again]


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), max_size=4))
def test_gaps_are_told_exactly_where_reports_may_be_lost(drawn: list[tuple[int, int]]) -> None:
    closures = [closure(begin, begin + length) for begin, length in drawn]
    found = gaps(closures, [waiting()], at(1000))

    lost = possibly_lost(closures, at(1000), SENDER)
    assert (found is not None) == bool(lost)
    assert found is None or isinstance(found, Gaps)
    if found is not None:
        assert list(found.spans) == lost


# --- Stranded -----------------------------------------------------------------------------------


def test_batches_that_report_to_an_old_address_are_stranded() -> None:
    batches = [waiting(1, secret=1), waiting(2, secret=2), waiting(3, secret=1)]

    [found] = stranded(batches, {1: OLD, 2: NEW}, NEW, at(1))
    assert found.url == OLD
    assert [batch.key for batch in found.batches] == [1, 3]
    assert found.messages == 20


def test_batches_that_came_by_the_local_address_or_are_settled_are_not_stranded() -> None:
    settled = msgspec.structs.replace(a_batch(2, ALL_WELL), secret=1)

    assert stranded([waiting(1, secret=9), settled], {1: OLD}, NEW, at(1)) == []
    assert stranded([waiting(1, secret=1)], {1: OLD}, OLD, at(1)) == []


def test_without_any_address_those_that_had_one_are_stranded() -> None:
    assert stranded([waiting(1, secret=1)], {1: OLD}, None, at(1))


def test_a_batch_is_waited_for_until_it_is_settled_done_forgotten_or_silent_for_days() -> None:
    batch = waiting()

    assert is_waited_for(batch, at(1))
    assert not is_waited_for(batch, START + RECENT)
    assert not is_waited_for(msgspec.structs.replace(batch, done=True), at(1))
    assert not is_waited_for(msgspec.structs.replace(batch, forgotten=START), at(1))
    assert not is_waited_for(msgspec.structs.replace(batch, origin=Origin.DEMO), at(1))
    assert not is_waited_for(a_batch(1, ALL_WELL), at(1))


# --- Strangers ----------------------------------------------------------------------------------


def test_a_surge_is_far_above_the_usual() -> None:
    quiet = dict.fromkeys(range(0, 1440, 10), 1)

    assert surge({}, 2000) is None
    assert surge(quiet, 1440) is None
    assert surge(quiet | {1438: 70, 1439: 80}, 1440) == 150
    assert surge(quiet | {1439: 99}, 1440) is None


def test_what_goes_on_all_day_is_no_surge() -> None:
    assert surge(dict.fromkeys(range(1500), 100), 1499) is None
