"""Why messages did not arrive: said only where it holds for four of five."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.status import result_of
from kvitto.core.undelivered import (
    NOT_DELIVERED,
    Cause,
    FailureCount,
    FailureGroup,
    FailurePace,
    failure_groups,
    pace_of,
)


def only(*counts: FailureCount) -> FailureGroup:
    (group,) = failure_groups(counts)
    return group


def among_others(*counts: FailureCount) -> FailureGroup:
    """Return the one group of a batch of which most arrived."""
    return only(*counts, FailureCount(201, FailurePace.QUICK, "46", 300))


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (202, Cause.NOT_REACHED),
        (402, Cause.FUNDS),
        (403, Cause.SENDER_NAME),
        (405, Cause.RECIPIENT),
        (407, Cause.SENDER_NAME),
    ],
)
def test_a_named_code_is_its_own_cause(code: int, cause: Cause) -> None:
    group = only(FailureCount(code, FailurePace.QUICK, "46", 3))
    assert (group.cause, group.supported, group.is_named) == (cause, 3, True)


@pytest.mark.parametrize("code", [404, 406, 499])
def test_a_rejection_without_a_reason_is_no_wrong_number(code: int) -> None:
    assert only(FailureCount(code, FailurePace.QUICK, "46", 40)).cause is Cause.REJECTED


def test_what_fails_at_once_has_mostly_wrong_numbers() -> None:
    group = among_others(
        FailureCount(599, FailurePace.QUICK, "46", 8), FailureCount(599, FailurePace.LONG, "46", 2)
    )
    assert (group.cause, group.supported, group.messages) == (Cause.NUMBERS, 8, 10)


def test_what_was_tried_for_a_day_was_mostly_not_reached() -> None:
    group = among_others(
        FailureCount(599, FailurePace.QUICK, "46", 1), FailureCount(599, FailurePace.LONG, "46", 4)
    )
    assert (group.cause, group.supported) == (Cause.NOT_REACHED, 4)


def test_less_than_four_of_five_is_mixed() -> None:
    group = among_others(
        FailureCount(599, FailurePace.QUICK, "46", 11), FailureCount(599, FailurePace.LONG, "46", 6)
    )
    assert (group.cause, group.supported) == (Cause.MIXED, 0)


@pytest.mark.parametrize("pace", FailurePace)
def test_the_reasons_of_one_message_are_never_mixed(pace: FailurePace) -> None:
    assert only(FailureCount(599, pace, "46", 1)).cause is not Cause.MIXED


def test_what_mostly_failed_after_hours_has_a_reason_that_is_not_known() -> None:
    group = among_others(
        FailureCount(599, FailurePace.USUAL, "46", 7),
        FailureCount(599, FailurePace.UNKNOWN, "46", 1),
        FailureCount(599, FailurePace.QUICK, "46", 2),
    )
    assert (group.cause, group.supported) == (Cause.UNKNOWN, 8)


def test_what_began_nobody_knows_when_says_nothing_of_its_number() -> None:
    assert only(FailureCount(599, FailurePace.UNKNOWN, "46", 5)).cause is Cause.UNKNOWN
    assert pace_of(timedelta(0), 1) is FailurePace.UNKNOWN
    assert pace_of(timedelta(0), 2) is FailurePace.QUICK
    assert pace_of(timedelta(minutes=1), 2) is FailurePace.USUAL
    assert pace_of(timedelta(hours=24), 2) is FailurePace.LONG


def test_when_all_to_a_country_fail_it_is_the_route() -> None:
    delivered = FailureCount(201, FailurePace.QUICK, "46", 1000)
    group = only(FailureCount(511, FailurePace.QUICK, "47", 40), delivered)
    assert (group.cause, group.supported, group.calling_code) == (Cause.ROUTE, 40, "47")


@pytest.mark.parametrize(
    "others",
    [
        # Most to that country arrive.
        FailureCount(201, FailurePace.QUICK, "47", 11),
        # The code fails elsewhere as well.
        FailureCount(511, FailurePace.QUICK, "46", 11),
    ],
)
def test_it_is_not_the_route_where_others_fare_otherwise(others: FailureCount) -> None:
    assert only(FailureCount(511, FailurePace.QUICK, "47", 40), others).cause is Cause.NUMBERS


def test_a_few_numbers_make_no_route_and_no_number_no_country() -> None:
    assert only(FailureCount(511, FailurePace.QUICK, "47", 9)).cause is Cause.NUMBERS
    assert only(FailureCount(511, FailurePace.USUAL, "", 40)).cause is Cause.UNKNOWN


def test_what_arrived_or_ended_without_a_word_is_no_failure() -> None:
    assert not failure_groups(
        [
            FailureCount(201, FailurePace.QUICK, "46", 3),
            FailureCount(112, FailurePace.QUICK, "46", 2),
        ]
    )


def test_codes_of_one_cause_are_one_group() -> None:
    groups = failure_groups(
        [
            FailureCount(403, FailurePace.QUICK, "46", 1),
            FailureCount(407, FailurePace.QUICK, "46", 2),
            FailureCount(500, FailurePace.QUICK, "46", 3),
            FailureCount(516, FailurePace.QUICK, "46", 4),
            FailureCount(201, FailurePace.UNKNOWN, "46", 300),
        ]
    )
    assert [(one.codes, one.messages, one.cause) for one in groups] == [
        ((516, 500), 7, Cause.NUMBERS),
        ((407, 403), 3, Cause.SENDER_NAME),
    ]


COUNTS = st.lists(
    st.builds(
        FailureCount,
        st.sampled_from([112, 201, 202, 203, 250, 402, 406, 500, 511, 599, 700]),
        st.sampled_from(FailurePace),
        st.sampled_from(["", "46", "47"]),
        st.integers(1, 50),
    )
)


@given(COUNTS, st.randoms(use_true_random=False))
def test_groups_hold_every_failure_once_in_any_order(counts: list[FailureCount], random) -> None:  # type: ignore[no-untyped-def]
    groups = failure_groups(counts)
    failed = [one for one in counts if result_of(one.code, final=True) in NOT_DELIVERED]
    assert sum(group.messages for group in groups) == sum(one.messages for one in failed)
    assert all(
        group.cause is Cause.MIXED or 5 * group.supported >= 4 * group.messages for group in groups
    )
    shuffled = list(counts)
    random.shuffle(shuffled)
    assert failure_groups(shuffled) == groups
