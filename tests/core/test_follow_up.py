"""Who did not get a message."""

from datetime import UTC, datetime, timedelta

from kvitto.core.follow_up import RESULTS, FollowUpGroup, group_of, known_by
from kvitto.core.status import Result
from kvitto.core.undelivered import NOT_DELIVERED


def test_each_outcome_but_delivered_is_in_one_group() -> None:
    grouped = [result for results in RESULTS.values() for result in results]

    assert sorted(grouped) == sorted(set(Result) - {Result.DELIVERED})
    assert group_of(Result.DELIVERED) is None


def test_did_not_arrive_means_the_same_in_lists_and_in_sums() -> None:
    assert RESULTS[FollowUpGroup.DID_NOT_ARRIVE] == NOT_DELIVERED


def test_what_is_still_tried_is_not_among_those_who_did_not_get_it() -> None:
    assert group_of(Result.PENDING) is FollowUpGroup.NOT_KNOWN
    assert group_of(Result.UNKNOWN) is FollowUpGroup.NOT_KNOWN
    assert group_of(Result.CANCELLED) is FollowUpGroup.CANCELLED


def test_it_is_known_after_the_operator_s_72_hours_and_the_tries_of_the_report() -> None:
    last = datetime(2026, 11, 28, 13, 45, tzinfo=UTC)

    assert timedelta(hours=72) < known_by(last) - last < timedelta(hours=78)
