"""Numbers that don't work."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.dead_numbers import DeadNumber, PastMessage, dead_number
from kvitto.core.status import result_of

START = datetime(2026, 10, 3, tzinfo=UTC)
NUMBER = "46701234567"
DELIVERED, FAILED, EXPIRED, REFUSED, ON_ITS_WAY, CANCELLED, NO_FUNDS = (
    201,
    511,
    202,
    405,
    112,
    203,
    402,
)


def told(*codes: int) -> list[PastMessage]:
    """Return messages with these codes, a day after each other; 1xx are not final."""
    return [
        PastMessage(START + timedelta(days=day), code, result_of(code, final=code >= 200))
        for day, code in enumerate(codes)
    ]


def found(codes: Sequence[int]) -> DeadNumber | None:
    return dead_number(NUMBER, told(*codes))


def test_three_failures_in_a_row_are_enough() -> None:
    dead = found([DELIVERED, FAILED, FAILED, REFUSED])

    assert dead is not None
    assert dead.last_delivered == START
    assert dead.failures == 3
    assert dead.last_failure.code == REFUSED


@pytest.mark.parametrize(
    "codes",
    [
        [],
        [FAILED, FAILED],
        [FAILED, FAILED, FAILED, DELIVERED],
        [FAILED, FAILED, EXPIRED],
        [FAILED, FAILED, EXPIRED, FAILED],
        [FAILED, FAILED, NO_FUNDS],
    ],
    ids=str,
)
def test_it_may_work(codes: list[int]) -> None:
    assert found(codes) is None


def test_what_tells_nothing_is_passed_over() -> None:
    dead = found([FAILED, ON_ITS_WAY, FAILED, CANCELLED, FAILED, NO_FUNDS])

    assert dead is not None
    assert (dead.failures, dead.last_delivered) == (3, None)


def test_failures_before_the_last_delivery_are_not_counted() -> None:
    dead = found([FAILED, DELIVERED, FAILED, FAILED, FAILED])

    assert dead is not None
    assert dead.failures == 3


@given(
    st.lists(st.sampled_from([DELIVERED, FAILED, EXPIRED, ON_ITS_WAY]), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_they_are_read_is_no_matter(codes: list[int], random: object) -> None:
    messages = told(*codes)
    shuffled = list(messages)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert dead_number(NUMBER, shuffled) == dead_number(NUMBER, messages)
    assert dead_number(NUMBER, [*messages, *told(*codes, DELIVERED)[-1:]]) is None
