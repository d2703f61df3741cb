"""The code table, as the protocol has it."""

from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kvitto.core.status import (
    CODE_NAMES,
    DELIVERED_TO_HANDSET,
    REFUNDED,
    Group,
    Result,
    ending_of,
    group_of,
    is_ended_unknown,
    is_finished,
    is_retrying,
    result_of,
    step_of,
)

# The protocol's table, row by row.
NAMED: Final = [
    (101, "Accepted", Group.INFO, Result.PENDING),
    (102, "Queued", Group.INFO, Result.PENDING),
    (103, "Funded", Group.INFO, Result.PENDING),
    (104, "Refunded", Group.INFO, Result.PENDING),
    (110, "Sending", Group.INFO, Result.PENDING),
    (111, "DeliveredToGateway", Group.INFO, Result.PENDING),
    (112, "DeliveredToCarrier", Group.INFO, Result.PENDING),
    (113, "DeliveredToGSM", Group.INFO, Result.PENDING),
    (114, "QueuedAtGateway", Group.INFO, Result.PENDING),
    (201, "DeliveredToHandset", Group.SUCCESS, Result.DELIVERED),
    (202, "Expired", Group.SUCCESS, Result.EXPIRED),
    (203, "Canceled", Group.SUCCESS, Result.CANCELLED),
    (402, "InsufficientFunds", Group.REJECTION, Result.REJECTED),
    (403, "SenderRejected", Group.REJECTION, Result.REJECTED),
    (405, "RecipientRejected", Group.REJECTION, Result.REJECTED),
    (406, "GenericRejected", Group.REJECTION, Result.REJECTED),
    (407, "InvalidSender", Group.REJECTION, Result.REJECTED),
]
UNNAMED: Final = [
    *((code, Group.REJECTION, Result.REJECTED) for code in (404, 408, 409)),
    *(
        (code, Group.ERROR, Result.FAILED)
        for code in (500, 501, 502, 503, 511, 512, 513, 514, 515, 516, 599)
    ),
]
OTHERS: Final = {
    1: (Group.INFO, Result.PENDING),
    2: (Group.SUCCESS, Result.UNKNOWN),
    4: (Group.REJECTION, Result.REJECTED),
    5: (Group.ERROR, Result.FAILED),
}
"""What a code that the table does not have means, by its first digit."""


def results(result: Result, group: Group) -> tuple[Result, Result]:
    """Return what a code means while more may come, and at the end, by its word in the table."""
    if group is Group.INFO:
        return Result.PENDING, Result.UNKNOWN
    if group is Group.ERROR:
        return Result.PENDING, Result.FAILED
    return result, result


def meanings(code: int) -> tuple[Result, Result]:
    return result_of(code, final=False), result_of(code, final=True)


@pytest.mark.parametrize(
    ("code", "name", "group", "result"), NAMED, ids=[f"{code} {name}" for code, name, *_ in NAMED]
)
def test_a_named_code_means_what_the_table_says(
    code: int, name: str, group: Group, result: Result
) -> None:
    assert (CODE_NAMES[code], group_of(code)) == (name, group)
    assert meanings(code) == results(result, group)


@pytest.mark.parametrize(("code", "group", "result"), UNNAMED)
def test_a_code_without_a_name_means_what_the_table_says(
    code: int, group: Group, result: Result
) -> None:
    assert code not in CODE_NAMES
    assert group_of(code) is group
    assert meanings(code) == results(result, group)


def test_no_other_code_has_a_name() -> None:
    assert CODE_NAMES.keys() == {code for code, *_ in NAMED}


@given(st.integers(-2000, 2000) | st.integers())
@example(99)
@example(0)
@example(-1)
@example(-101)
@example(-201)
@example(1000)
@example(1201)
@example(2010)
@example(10**18)
def test_every_integer_has_a_group_and_an_result(code: int) -> None:
    in_the_table = {code for code, *_ in NAMED} | {code for code, *_ in UNNAMED}
    of_three_digits = len(str(code)) == 3 and code > 0

    if of_three_digits and int(str(code)[0]) in OTHERS:
        group, result = OTHERS[int(str(code)[0])]
    else:
        group, result = Group.UNKNOWN, Result.UNKNOWN
    assert group_of(code) is group
    if code not in in_the_table:
        assert meanings(code) == results(result, group)


def test_no_code_from_100_to_999_is_left_out_of_the_rule() -> None:
    """All of them, not a sample: the table first, then the first digit."""
    table = {code: result for code, _, _, result in NAMED}
    for code in range(100, 1000):
        group, by_digit = OTHERS.get(code // 100, (Group.UNKNOWN, Result.UNKNOWN))
        assert meanings(code) == results(table.get(code, by_digit), group), code


@given(st.integers())
@example(111)
@example(112)
@example(113)
@example(200)
@example(202)
@example(203)
def test_only_201_is_delivered(code: int) -> None:
    for result in meanings(code):
        assert (result is Result.DELIVERED) == (code == 201)


@pytest.mark.parametrize("code", [111, 112, 113])
def test_delivered_to_a_gateway_a_carrier_or_the_network_is_pending(code: int) -> None:
    assert CODE_NAMES[code].startswith("DeliveredTo")
    assert result_of(code, final=False) is Result.PENDING
    assert not is_finished(code, final=False)


def test_the_success_group_alone_does_not_mean_delivered() -> None:
    assert {code: result_of(code, final=True) for code in (200, 202, 203, 204, 299)} == {
        200: Result.UNKNOWN,
        202: Result.EXPIRED,
        203: Result.CANCELLED,
        204: Result.UNKNOWN,
        299: Result.UNKNOWN,
    }


@given(st.integers() | st.sampled_from(sorted(CODE_NAMES)))
@example(201)
@example(511)
def test_finished_is_final_or_delivered_to_the_handset(code: int) -> None:
    assert is_finished(code, final=True)
    assert is_finished(code, final=False) == (code == 201)


def test_the_constants_are_the_codes_that_they_name() -> None:
    assert (DELIVERED_TO_HANDSET, REFUNDED) == (201, 104)


def test_results_stand_in_the_order_in_which_a_bar_stacks_them() -> None:
    assert [result.value for result in Result] == [
        "delivered",
        "pending",
        "expired",
        "cancelled",
        "rejected",
        "failed",
        "unknown",
    ]


# --- What ends a message, and what does not -----------------------------------------------------


@pytest.mark.parametrize("code", [101, 103, 104, 113, 114, 199])
def test_a_final_step_of_the_pipeline_has_ended_without_a_word_on_delivery(code: int) -> None:
    assert result_of(code, final=True) is Result.UNKNOWN
    assert is_ended_unknown(code, final=True)
    assert not is_ended_unknown(code, final=False)


@pytest.mark.parametrize("code", [500, 511, 599, 550])
def test_an_error_that_is_not_final_is_tried_again(code: int) -> None:
    assert result_of(code, final=False) is Result.PENDING
    assert is_retrying(code, final=False)
    assert not is_retrying(code, final=True)


@given(st.integers())
def test_nothing_else_is_tried_again_or_ends_without_a_word(code: int) -> None:
    for final in (False, True):
        assert is_retrying(code, final=final) == (500 <= code <= 599 and not final)
        assert is_ended_unknown(code, final=final) == (100 <= code <= 199 and final)


# --- The order of the pipeline ------------------------------------------------------------------


def test_the_steps_of_the_pipeline_follow_each_other_and_then_come_the_ends() -> None:
    in_order = [42, 101, 102, 103, 104, 110, 114, 111, 112, 113, 150, 201, 403, 511]

    steps = [step_of(code) for code in in_order]

    assert steps == sorted(set(steps))


@given(st.integers())
@example(0)
@example(-101)
@example(1000)
def test_every_code_has_a_step_by_its_group_or_its_own(code: int) -> None:
    step = step_of(code)

    if group_of(code) is Group.UNKNOWN:
        assert step < step_of(101)
    elif group_of(code) is Group.INFO:
        assert step_of(101) <= step <= step_of(199)
    else:
        assert step > step_of(199)


@pytest.mark.parametrize(
    ("code", "final", "ending"),
    [(111, False, 0), (511, False, 0), (111, True, 1), (201, True, 2), (403, True, 2)],
)
def test_an_end_says_what_became_of_the_message_or_only_that_it_ended(
    code: int, final: bool, ending: int
) -> None:
    assert ending_of(code, final=final) == ending
