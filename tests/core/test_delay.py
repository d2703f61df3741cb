"""Why a report came as late as it did."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.delay import Delay, DelayReason, delay
from kvitto.core.outages import IP1_RETRIES, Outage, OutageCause

START: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def closed(begin_s: float, end_s: float | None) -> Outage:
    return Outage(at(begin_s), None if end_s is None else at(end_s), OutageCause.TUNNEL)


def late(arrived_s: float, *outages: Outage) -> Delay:
    """Return the lateness of a report that was created at the start."""
    return delay(START, at(arrived_s), outages, IP1_RETRIES)


@pytest.mark.parametrize("arrived_s", [-3, 0, 0.2, 10])
def test_what_comes_at_once_is_not_late_whatever_the_reachability_did(arrived_s: float) -> None:
    found = late(arrived_s, closed(-100, 100))

    assert found == Delay(DelayReason.PROMPT, timedelta(seconds=arrived_s))


def test_a_little_time_is_the_networks() -> None:
    assert late(41) == Delay(DelayReason.NETWORK, timedelta(seconds=41))


def test_what_comes_late_while_nothing_proves_an_open_reachability_is_not_explained() -> None:
    assert late(700).kind is DelayReason.UNKNOWN
    assert late(700, closed(-500, -100), closed(800, 900)).kind is DelayReason.UNKNOWN


@pytest.mark.parametrize(
    ("proofs_s", "kind"),
    [
        ([350], DelayReason.QUEUED),
        ([100, 300, 500], DelayReason.QUEUED),
        ([-10, 690, 710], DelayReason.UNKNOWN),
        ([100], DelayReason.UNKNOWN),
    ],
    ids=["in the middle", "now and then", "at the ends", "at the beginning"],
)
def test_it_waited_at_the_sender_where_other_reports_came_by_the_same_way(
    proofs_s: list[float], kind: DelayReason
) -> None:
    proofs = [at(one) for one in proofs_s]

    assert delay(START, at(700), [], IP1_RETRIES, proofs).kind is kind


@pytest.mark.parametrize(
    ("arrived_s", "try_number"), [(600.4, 2), (640, 2), (1801, 4), (1900, 4), (5400, 10)]
)
def test_the_first_try_that_found_the_reachability_open_again_says_which_it_was(
    arrived_s: float, try_number: int
) -> None:
    found = late(arrived_s, closed(-30, arrived_s - 1))

    assert (found.kind, found.try_number) == (DelayReason.UNREACHABLE, try_number)


def test_several_outages_explain_several_tries() -> None:
    found = late(1802, closed(-5, 30), closed(590, 640), closed(1190, 1290))

    assert (found.kind, found.try_number) == (DelayReason.UNREACHABLE, 4)


def test_a_reachability_that_was_open_at_a_try_explains_nothing() -> None:
    assert late(1802, closed(-5, 30), closed(590, 640)).kind is DelayReason.UNKNOWN


def test_a_reachability_that_explains_less_than_half_of_the_lag_is_not_the_reason() -> None:
    assert late(1802, closed(1190, 1290)).kind is DelayReason.UNKNOWN


def test_an_outage_that_is_not_over_ends_with_what_arrives() -> None:
    assert late(605, closed(-5, None)).kind is DelayReason.UNREACHABLE


def test_what_was_queued_and_then_found_the_reachability_closed_came_late_by_the_reachability() -> (
    None
):
    found = late(300 + 605, closed(280, 800))

    assert (found.kind, found.try_number) == (DelayReason.UNREACHABLE, 2)


def test_no_report_comes_by_a_try_that_the_sender_does_not_make() -> None:
    assert late(10 * 600 + 1, closed(-5, 10 * 600)).kind is DelayReason.UNREACHABLE, "queued before"
    assert late(10 * 600 + 1, closed(-5, 50)).kind is DelayReason.UNKNOWN


@given(
    st.integers(1, 9),
    st.lists(st.integers(0, 60), min_size=9, max_size=9),
    st.floats(0, 5),
    st.integers(0, 300),
)
def test_whatever_was_retried_at_a_closed_reachability_is_said_to_be(
    retries: int, delays_s: list[int], way_s: float, before_s: int
) -> None:
    last_s = way_s + sum(600 + delay for delay in delays_s[: retries - 1])
    arrived_s = last_s + 600 + delays_s[retries - 1]

    found = late(arrived_s, closed(-before_s, last_s))

    assert (found.kind, found.try_number) == (DelayReason.UNREACHABLE, retries + 1)
