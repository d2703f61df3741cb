"""A batch's sums, kept by differences."""

from datetime import timedelta

import pytest
from hypothesis import given

from kvitto.core.aggregates import BatchAggregates, CostSum, StatusSum, StepKey
from kvitto.core.report import DeliveryReport
from kvitto.core.state import MessageState, ReceivedReport
from kvitto.core.timestamps import minute_of, to_microseconds
from tests.core import strategies
from tests.core.strategies import START
from tests.helpers.ledger import Ledger

MINUTE = minute_of(to_microseconds(START))


def state(
    code: int = 102,
    *,
    final: bool = False,
    segments: int | None = 2,
    price_nano: int | None = 5,
    currency: str | None = "EUR",
    minutes: int = 0,
) -> MessageState:
    report = DeliveryReport(
        message_id="m",
        batch_id="b",
        code=code,
        final=final,
        segments=segments,
        price_nano=price_nano,
        currency=currency,
    )
    return MessageState.first(ReceivedReport(report, 1, START + timedelta(minutes=minutes)))


def sums_of(*states: MessageState) -> BatchAggregates:
    sums = BatchAggregates()
    for one in states:
        sums.move(None, one)
    return sums


def test_a_new_message_adds_itself() -> None:
    sums = sums_of(state(201, segments=3, price_nano=7))

    assert dict(sums.statuses) == {
        201: StatusSum(messages=1, finished=1, segments=3, finished_segments=3)
    }
    assert dict(sums.costs) == {"EUR": CostSum(nano=7, messages=1)}
    assert dict(sums.steps) == {StepKey("EUR", MINUTE): 7}


def test_a_message_that_moves_on_is_counted_where_it_stands_now() -> None:
    before = state(102, segments=2, price_nano=5)
    after = state(201, segments=3, price_nano=7, currency="SEK", minutes=-1)
    sums = sums_of(before)

    sums.move(before, after)
    sums.drop_zeros()

    assert sums == sums_of(after)
    assert 102 not in sums.statuses
    assert "EUR" not in sums.costs
    assert dict(sums.steps) == {StepKey("SEK", MINUTE - 1): 7}


def test_moving_tells_the_difference_that_it_makes() -> None:
    """The store adds differences to the rows that it has."""
    difference = BatchAggregates()

    difference.move(state(102, price_nano=5), state(201, price_nano=7))

    assert dict(difference.statuses) == {102: StatusSum(-1, 0, -2), 201: StatusSum(1, 1, 2, 2)}
    assert dict(difference.costs) == {"EUR": CostSum(2, 0)}
    assert dict(difference.steps) == {StepKey("EUR", MINUTE): 2}


def test_a_message_without_a_price_costs_nothing_and_is_not_counted_as_priced() -> None:
    sums = sums_of(state(price_nano=None), state(price_nano=0))

    assert dict(sums.costs) == {"EUR": CostSum(0, 1)}


def test_a_message_without_segments_is_counted_with_none() -> None:
    assert dict(sums_of(state(segments=None)).statuses) == {102: StatusSum(1, 0, 0)}


def test_what_costs_nothing_in_sum_is_kept_as_long_as_messages_are_priced() -> None:
    sums = sums_of(state(price_nano=5), state(price_nano=-5))

    sums.drop_zeros()

    assert dict(sums.costs) == {"EUR": CostSum(0, 2)}
    assert dict(sums.steps) == {}


def test_costs_of_one_minute_are_one_step() -> None:
    sums = sums_of(state(price_nano=5), state(price_nano=6), state(price_nano=7, minutes=1))

    assert dict(sums.steps) == {StepKey("EUR", MINUTE): 11, StepKey("EUR", MINUTE + 1): 7}


@given(strategies.arrivals())
def test_taking_every_message_away_again_leaves_nothing(received: list[ReceivedReport]) -> None:
    ledger = Ledger(received)
    for (batch_id, _), one in ledger.states.items():
        ledger.sums[batch_id].move(one, None)

    for sums in ledger.sums.values():
        sums.drop_zeros()
        assert (dict(sums.statuses), dict(sums.costs), dict(sums.steps)) == ({}, {}, {})
        assert sums == BatchAggregates()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(sums_of(), id="nothing"),
        pytest.param(sums_of(state(), state()), id="two messages"),
        pytest.param(sums_of(state(103)), id="another code"),
        pytest.param(sums_of(state(final=True)), id="finished"),
        pytest.param(sums_of(state(segments=3)), id="other segments"),
        pytest.param(sums_of(state(price_nano=6)), id="another price"),
        pytest.param(sums_of(state(currency="SEK")), id="another currency"),
        pytest.param(sums_of(state(minutes=1)), id="another minute"),
    ],
)
def test_sums_that_count_something_else_are_not_equal(other: BatchAggregates) -> None:
    """So that whoever compares sums can find a difference."""
    assert sums_of(state()) == sums_of(state())
    assert sums_of(state()) != other


def test_sums_equal_nothing_but_sums() -> None:
    assert sums_of() != {}
    with pytest.raises(TypeError):
        hash(sums_of())


@pytest.mark.parametrize(
    ("counted", "something"),
    [
        (StatusSum(), False),
        (StatusSum(messages=1), True),
        (StatusSum(finished=-1), True),
        (StatusSum(segments=1), True),
        (CostSum(), False),
        (CostSum(nano=-1), True),
        (StatusSum(finished_segments=1), True),
        (CostSum(messages=1), True),
        (CostSum(paid_back_nano=1), True),
        (CostSum(paid_back_messages=1), True),
    ],
)
def test_a_sum_is_false_only_where_it_counts_nothing(
    counted: StatusSum | CostSum, something: bool
) -> None:
    assert bool(counted) is something
