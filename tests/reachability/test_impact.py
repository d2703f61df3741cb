"""What is at stake, decided over times that are written by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.awaited import AFTER_LAST_REPORT
from kvitto.core.loss_exposure import Beginning
from kvitto.core.outages import IP1_RETRIES, Outage, OutageCause, at_risk_ranges, earliest_loss
from kvitto.core.report import Origin
from kvitto.reachability.impact import (
    SHORTEST,
    PossibleLoss,
    affected_batches,
    ongoing_outage,
    possible_loss,
    recovered,
    spike,
    stale_url,
    told_from,
)
from kvitto.reachability.reachability_status import UrlCheck, UrlStatus
from kvitto.store.exposure_queries import exposure, unknown_beginnings
from kvitto.store.records import BatchRecord
from tests.store.arrivals import START
from tests.ui.services.batch_records import a_batch
from tests.ui.services.test_notification_rules import ALL_WELL, UNDER_WAY

MINUTE: Final = timedelta(minutes=1)
OLD: Final = "https://old.example.net"
NEW: Final = "https://new.example.net"


def outage(
    begin: float,
    end: float | None,
    by: OutageCause = OutageCause.TUNNEL,
    *,
    failure: str = "",
    acknowledged: bool = False,
) -> Outage:
    """Return an outage between minutes after `START`."""
    return Outage(
        at(begin),
        None if end is None else at(end),
        by,
        failure,
        at(begin) if acknowledged else None,
    )


def at(minutes: float) -> datetime:
    return START + minutes * MINUTE


def waiting(
    key: int = 1, *, first: float = 0, last: float = 0, callback_key: int | None = 1
) -> BatchRecord:
    batch = a_batch(key, UNDER_WAY, seen=at(last))
    return msgspec.structs.replace(batch, first_seen=at(first), callback_key=callback_key)


# --- An ongoing outage ---------------------------------------------------------------------------


def test_an_open_reachability_has_no_clock() -> None:
    assert ongoing_outage([], at(0)) is None
    assert ongoing_outage([outage(0, 30)], at(40)) is None


def test_a_closed_reachability_has_a_cause_and_the_first_moment_of_loss() -> None:
    shut = outage(0, None, failure="dns")
    closed = ongoing_outage([shut], at(20))

    assert closed is not None
    assert (closed.since, closed.by, closed.failure) == (at(0), OutageCause.TUNNEL, "dns")
    assert closed.earliest_loss == earliest_loss([shut], at(20), IP1_RETRIES) == at(88)


def test_the_cause_is_what_closed_it_first() -> None:
    disk, tunnel = outage(10, None, OutageCause.DISK), outage(0, None)

    closed = ongoing_outage([disk, tunnel], at(20))
    assert closed is not None
    assert closed.by is OutageCause.TUNNEL


def test_it_is_closed_since_the_outage_that_this_one_follows_at_once() -> None:
    shut = [outage(0, 40, OutageCause.ASLEEP), outage(40, None)]

    closed = ongoing_outage(shut, at(50))
    assert closed is not None
    assert closed.since == at(0)
    assert closed.by is OutageCause.TUNNEL


def test_where_no_report_is_waited_for_there_is_no_clock() -> None:
    closed = ongoing_outage([outage(0, None)], at(200), is_awaited=False)

    assert closed is not None
    assert closed.earliest_loss is None


def test_an_outage_that_lies_ahead_is_none() -> None:
    assert ongoing_outage([outage(500, None), outage(500, 600)], at(20)) is None
    assert recovered([outage(0, 10), outage(500, 600)], at(12)) is not None


# --- Open again ---------------------------------------------------------------------------------


def test_after_an_outage_all_comes_again_within_one_more_try() -> None:
    found = recovered([outage(0, 38)], at(39))

    assert found is not None
    assert found.length == 38 * MINUTE
    assert found.again_by == at(38) + IP1_RETRIES.interval + IP1_RETRIES.slack


@pytest.mark.parametrize(
    ("outages", "now"),
    [
        ([outage(0, 38)], 60),
        ([outage(0, 38, acknowledged=True)], 39),
        ([outage(0, 38), outage(38.5, None)], 39),
        ([outage(0, 0.5)], 1),
        ([], 1),
    ],
    ids=["all has come", "acknowledged", "closed again", "too short to tell", "never closed"],
)
def test_nothing_is_told_where_there_is_nothing_to_wait_for(
    outages: Sequence[Outage], now: float
) -> None:
    assert recovered(outages, at(now)) is None


def test_outages_in_a_row_are_one_named_for_the_longest() -> None:
    row = [outage(0, 30, OutageCause.ASLEEP), outage(30.5, 38), outage(-100, -50)]

    found = recovered(row, at(39))
    assert found is not None
    assert found.outage == outage(0, 38, OutageCause.ASLEEP)


def test_short_outages_in_a_row_are_long_together() -> None:
    short = SHORTEST / MINUTE * 0.8
    row = [outage(step, step + short) for step in (0, 1, 2)]

    assert recovered(row[:1], at(1)) is None
    assert recovered(row, at(3)) is not None


# --- What may be lost ---------------------------------------------------------------------------


def loss(
    outages: Sequence[Outage],
    batches: Sequence[BatchRecord],
    now: float,
    beginnings: dict[int, Beginning] | None = None,
) -> PossibleLoss | None:
    exposed = exposure(outages, batches, beginnings or {}, at(now))
    return possible_loss(outages, {one.key: one for one in batches}, exposed, at(now))


def keys(found: PossibleLoss | None) -> list[int]:
    assert found is not None
    return [batch.key for batch in found.batches]


def test_an_outage_under_the_sender_s_patience_costs_nothing() -> None:
    assert loss([outage(0, 87)], [waiting()], 100) is None


def test_a_longer_one_is_told_with_the_batches_that_were_under_way() -> None:
    finished = a_batch(3, ALL_WELL, seen=at(0))
    found = loss([outage(0, 500)], [waiting(2), waiting(1), finished], 505)

    assert keys(found) == [1, 2, 3]
    assert found is not None
    assert list(found.spans) == at_risk_ranges([outage(0, 500)], at(505), IP1_RETRIES)
    assert [(one.begin, one.end) for one in found.gone] == [(at(0), at(380))]
    assert (found.safe_from, found.again_by) == (at(412), at(512))
    assert found.outages == [outage(0, 500)]
    assert found.is_awaited


@pytest.mark.parametrize("batches", [[], [a_batch(1, ALL_WELL, seen=at(-5000))]])
def test_it_is_told_whatever_batches_are_known(batches: list[BatchRecord]) -> None:
    found = loss([outage(0, 500)], batches, 600)

    assert keys(found) == []
    assert found is not None
    assert not found.is_awaited
    assert (found.safe_from, found.again_by) == (None, None), "all has come"


def test_a_batch_of_which_only_the_last_reports_survive_is_named() -> None:
    late = waiting(1, first=600, last=600)
    outages = [outage(0, 500)]

    assert unknown_beginnings(outages, [late], at(610)) == [1]
    assert keys(loss(outages, [late], 610, {1: Beginning(at(600), 201)})) == [1]
    assert keys(loss(outages, [late], 610, {1: Beginning(at(490), 101)})) == [1]
    assert keys(loss(outages, [late], 610, {1: Beginning(at(600), 101)})) == []


def test_it_is_told_after_three_days_and_more() -> None:
    ten_days = 10 * 24 * 60

    assert keys(loss([outage(0, 500)], [waiting()], ten_days)) == [1]


def test_a_demo_and_a_batch_that_has_all_that_is_expected_have_lost_nothing() -> None:
    demo = msgspec.structs.replace(waiting(1), origin=Origin.DEMO)
    whole = a_batch(2, ALL_WELL, expected_count=20, seen=at(600))

    assert keys(loss([outage(0, 500)], [demo, whole], 600)) == []


def test_what_the_user_dismissed_is_not_told_again_until_it_happens_again() -> None:
    known, again = outage(0, 120, acknowledged=True), outage(500, 700)

    assert loss([known], [waiting()], 130) is None
    found = loss([known, again], [waiting()], 710)
    assert found is not None
    assert found.outages == [again]
    assert exposure([known], [waiting()], {}, at(130)), "a batch stays marked"


def test_while_the_reachability_is_closed_that_is_told_with_its_clock() -> None:
    outages = [outage(0, 500), outage(1000, None)]
    exposed = exposure(outages, [waiting()], {}, at(1200))

    found = possible_loss(outages, {1: waiting()}, exposed, at(1200))
    closed = ongoing_outage(outages, at(1200), exposed=exposed, batches={1: waiting()})

    assert found is not None
    assert closed is not None
    assert found.spans == at_risk_ranges(outages[:1], at(1200), IP1_RETRIES)
    assert closed.at_risk == at_risk_ranges(outages[1:], at(1200), IP1_RETRIES)
    assert [batch.key for batch in closed.batches] == [1]


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 300)), max_size=4))
def test_loss_is_told_exactly_where_reports_may_be_lost(drawn: list[tuple[int, int]]) -> None:
    outages = [outage(begin, begin + length) for begin, length in drawn]
    found = loss(outages, [waiting()], 1000)

    lost = at_risk_ranges(outages, at(1000), IP1_RETRIES)
    assert (list(found.spans) if found is not None else []) == lost


def test_that_a_batch_is_finished_is_told_when_all_must_have_come() -> None:
    assert told_from([], at(5)) == at(5)
    assert told_from([outage(0, None)], at(5)) is None
    assert told_from([outage(0, 30)], at(31)) == at(42)
    assert told_from([outage(0, 30), outage(600, None)], at(31)) == at(42), "one lies ahead"


# --- Batches on an earlier address --------------------------------------------------------------


def test_batches_that_report_to_an_old_address_are_stale_url() -> None:
    batches = [waiting(1, callback_key=1), waiting(2, callback_key=2), waiting(3, callback_key=1)]

    [found] = stale_url(batches, {1: OLD, 2: NEW}, NEW, at(1))
    assert found.url == OLD
    assert [batch.key for batch in found.batches] == [1, 3]
    assert found.unfinished == 20
    more = msgspec.structs.replace(batches[0], expected_count=25)
    [found] = stale_url([more], {1: OLD, 2: NEW}, NEW, at(1))
    assert found.unfinished == 15, "some have not been heard of"


@pytest.mark.parametrize(
    ("status", "is_lost"),
    [(UrlStatus.REACHABLE, False), (UrlStatus.UNKNOWN, False), (UrlStatus.UNREACHABLE, True)],
)
def test_what_reports_to_an_earlier_address_is_lost_only_where_that_is_known_not_to_lead_here(
    status: UrlStatus, is_lost: bool
) -> None:
    check = UrlCheck(OLD, 1, status, at(0))

    [found] = stale_url([waiting(1, callback_key=1)], {1: OLD}, NEW, at(1), [check])
    assert found.check == check
    assert found.is_lost == is_lost
    [unchecked] = stale_url([waiting(1, callback_key=1)], {1: OLD}, NEW, at(1))
    assert not unchecked.is_lost


def test_a_broken_tunnel_is_no_matter_to_what_reports_to_another_that_leads_here() -> None:
    elsewhere, here = waiting(1, callback_key=1), waiting(2, callback_key=2)
    checks = [UrlCheck(OLD, 1, UrlStatus.REACHABLE, at(0))]

    assert affected_batches([elsewhere, here], [outage(0, None)], checks) == [here]
    assert affected_batches([elsewhere], [outage(0, None)], []) == [elsewhere]
    disk = outage(0, None, OutageCause.DISK)
    assert affected_batches([elsewhere], [outage(0, None), disk], checks) == [elsewhere]


def test_batches_that_came_by_the_local_address_or_are_finished_are_not_stale_url() -> None:
    finished = msgspec.structs.replace(a_batch(2, ALL_WELL), callback_key=1)

    assert stale_url([waiting(1, callback_key=9), finished], {1: OLD}, NEW, at(1)) == []
    assert stale_url([waiting(1, callback_key=1)], {1: OLD}, OLD, at(1)) == []


def test_without_any_address_those_that_had_one_are_stale_url() -> None:
    assert stale_url([waiting(1, callback_key=1)], {1: OLD}, None, at(1))


def test_a_batch_is_waited_for_until_it_is_finished_done_forgotten_or_silent_for_days() -> None:
    batch = waiting()

    assert batch.is_awaited(at(1))
    assert batch.is_awaited(START + AFTER_LAST_REPORT)
    assert not batch.is_awaited(START + AFTER_LAST_REPORT + MINUTE)
    assert not msgspec.structs.replace(batch, is_archived=True).is_awaited(at(1))
    assert not msgspec.structs.replace(batch, purged=START).is_awaited(at(1))
    assert not msgspec.structs.replace(batch, origin=Origin.DEMO).is_awaited(at(1))
    assert not a_batch(1, ALL_WELL).is_awaited(at(1))
    assert a_batch(1, ALL_WELL, expected_count=21).is_awaited(at(1))


# --- Unknown callers ----------------------------------------------------------------------------


def test_a_surge_is_far_above_the_usual() -> None:
    quiet = dict.fromkeys(range(0, 1440, 10), 1)

    assert spike({}, 2000) is None
    assert spike(quiet, 1440) is None
    assert spike(quiet | {1438: 70, 1439: 80}, 1440) == 150
    assert spike(quiet | {1439: 99}, 1440) is None


def test_what_goes_on_all_day_is_no_surge() -> None:
    assert spike(dict.fromkeys(range(1500), 100), 1499) is None


def test_what_was_dismissed_is_no_part_of_what_followed_it_at_once() -> None:
    long_ago = msgspec.structs.replace(outage(0, 720), acknowledged=at(721))

    found = recovered([long_ago, outage(720.5, 722)], at(723))

    assert found is not None
    assert (found.outage.begin, found.outages) == (at(720.5), [outage(720.5, 722)])
