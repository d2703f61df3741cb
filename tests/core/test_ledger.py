"""The law: any order and any repetition of the same reports says the same."""

import itertools
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ledger import Ledger, MessageKey
from app.core.money import Money
from app.core.report import DeliveryReport
from app.core.state import Known, MessageState, ReceivedReport
from app.core.status import Outcome
from app.core.sums import BatchSums, CostSum, StatusSum, StepKey, outcomes_of
from app.core.times import EPOCH
from tests.core import oracle, strategies
from tests.core.strategies import START

T = TypeVar("T")

FIRST, SECOND, THIRD = (START + timedelta(seconds=seconds) for seconds in (0, 61, 125))


def report(
    code: int = 102,
    *,
    message: str = "message-1",
    batch: str = "batch-a",
    final: bool = False,
    created: datetime | None = FIRST,
    price_nano: int | None = None,
    currency: str | None = "EUR",
    segments: int | None = None,
) -> DeliveryReport:
    return DeliveryReport(
        message_id=message,
        batch_id=batch,
        code=code,
        final=final,
        created=created,
        price_nano=price_nano,
        currency=currency,
        segments=segments,
    )


def ledger_of(*reports: DeliveryReport) -> Ledger:
    """Fold reports in the given order of arrival."""
    return Ledger(strategies.received(reports))


# --- The core's words beside the oracle's -------------------------------------------------------


def value_of(known: Known[T] | None) -> T | None:
    return None if known is None else known.value


def told(state: MessageState, batch_id: str) -> oracle.Message:
    """Say a state in the oracle's words."""
    return oracle.Message(
        batch_id=batch_id,
        code=state.code,
        final=state.final,
        created=state.rank.created,
        arrived=state.arrived,
        first_created=state.first_created,
        reports=state.reports,
        cost=priced(state.cost),
        paid_back=priced(state.paid_back),
        segments=value_of(state.segments),
        recipient=value_of(state.recipient),
        reference=value_of(state.reference),
    )


def priced(money: Money | None) -> oracle.Price | None:
    return None if money is None else (Fraction(money.amount), money.currency)


def summed(sums: BatchSums) -> oracle.Batch:
    """Say a batch's sums in the oracle's words."""
    return oracle.Batch(
        statuses={
            code: (one.messages, one.settled, one.segments, one.settled_segments)
            for code, one in sums.statuses.items()
        },
        costs={
            currency: (
                Fraction(cost.nano, oracle.NANO_PER_UNIT),
                cost.messages,
                Fraction(cost.paid_back_nano, oracle.NANO_PER_UNIT),
                cost.paid_back_messages,
            )
            for currency, cost in sums.costs.items()
        },
        steps={
            (key.currency, EPOCH + timedelta(minutes=key.minute)): Fraction(
                nano, oracle.NANO_PER_UNIT
            )
            for key, nano in sums.steps.items()
        },
    )


def all_of(
    ledger: Ledger,
) -> tuple[dict[MessageKey, oracle.Message], dict[str, oracle.Batch]]:
    """Say a whole ledger in the oracle's words."""
    return (
        {key: told(state, key[0]) for key, state in ledger.states.items()},
        {batch_id: summed(sums) for batch_id, sums in ledger.sums.items()},
    )


def said_by(ledger: Ledger) -> dict[MessageKey, tuple[object, ...]]:
    """Return all that a ledger says of its messages, but when their reports arrived."""
    return {
        key: (
            state.code,
            state.final,
            state.settled,
            state.outcome,
            state.reports,
            state.rank[:4],
            state.first_created,
            state.cost,
            state.paid_back,
            state.segments and state.segments.value,
            state.recipient and state.recipient.value,
            state.reference and state.reference.value,
        )
        for key, state in ledger.states.items()
    }


# --- The law ------------------------------------------------------------------------------------


@given(st.data())
def test_any_order_and_any_repetition_gives_the_same_states_and_sums(data: st.DataObject) -> None:
    received = data.draw(strategies.arrivals(), label="in order")
    shaken = data.draw(strategies.reordered(received), label="shaken")

    in_order, out_of_order = Ledger(received), Ledger(shaken)

    assert out_of_order.states == in_order.states
    assert out_of_order.sums == in_order.sums
    assert all_of(out_of_order) == all_of(in_order)
    assert out_of_order.repeats == len(shaken) - len(received)


@given(st.data())
def test_where_the_sender_gives_times_the_order_of_arrival_itself_decides_nothing(
    data: st.DataObject,
) -> None:
    """Many have the same time: ties are broken by the step, and then by what is said."""
    posted = data.draw(
        st.lists(strategies.reports(created=strategies.times()), max_size=20), label="posted"
    )
    again = data.draw(strategies.reordered(posted), label="arriving otherwise")

    one, other = ledger_of(*posted), ledger_of(*again)

    assert other.sums == one.sums
    assert said_by(other) == said_by(one)


@pytest.mark.parametrize(
    "codes", list(itertools.combinations((101, 104, 112, 201, 511), 3)), ids=str
)
def test_reports_of_the_same_moment_say_the_same_in_every_order(codes: tuple[int, ...]) -> None:
    same = [
        report(code, final=final, price_nano=price, currency=currency, segments=price)
        for code, final, price, currency in zip(
            (*codes, codes[0]),
            (False, True, False, False),
            (5, None, 7, 9),
            (None, "EUR", "SEK", "SEK"),
            strict=True,
        )
    ]

    told_in_any_order = [
        (said_by(ledger), ledger.sums)
        for ledger in (ledger_of(*order) for order in itertools.permutations(same))
    ]

    assert all(one == told_in_any_order[0] for one in told_in_any_order)


@given(strategies.arrivals())
def test_the_fold_agrees_with_deriving_all_from_all_reports(
    received: list[ReceivedReport],
) -> None:
    messages = oracle.messages_of(received)

    assert all_of(Ledger(received)) == (messages, oracle.batches_of(messages.values()))


@given(strategies.arrivals(strategies.any_report() | strategies.reports(), max_size=6))
def test_the_fold_agrees_with_it_for_every_value_within_the_bounds(
    received: list[ReceivedReport],
) -> None:
    messages = oracle.messages_of(received)

    assert all_of(Ledger(received)) == (messages, oracle.batches_of(messages.values()))


@given(strategies.streams())
def test_a_repetition_that_comes_later_changes_only_the_count_of_repetitions(
    stream: list[DeliveryReport],
) -> None:
    """Each copy arrives at its own time; the first is the one that counts."""
    received = strategies.received(stream)
    firsts: dict[DeliveryReport, ReceivedReport] = {}
    for one in received:
        firsts.setdefault(one.report, one)

    with_repeats, without = Ledger(received), Ledger(firsts.values())

    assert all_of(with_repeats) == all_of(without)
    assert (with_repeats.repeats, without.repeats) == (len(received) - len(firsts), 0)


@given(strategies.arrivals())
def test_after_every_single_report_the_sums_are_those_of_the_states(
    received: list[ReceivedReport],
) -> None:
    ledger = Ledger()
    for one in received:
        ledger.fold(one)
        states = [told(state, key[0]) for key, state in ledger.states.items()]
        assert {key: summed(sums) for key, sums in ledger.sums.items()} == oracle.batches_of(states)


@given(strategies.arrivals())
def test_the_steps_of_a_batch_always_add_up_to_its_cost(received: list[ReceivedReport]) -> None:
    ledger = Ledger()
    for one in received:
        ledger.fold(one)
        for sums in ledger.sums.values():
            for currency in {*sums.costs, *(key.currency for key in sums.steps)}:
                steps = [nano for key, nano in sums.steps.items() if key.currency == currency]
                assert sum(steps) == sums.costs[currency].nano


@given(strategies.arrivals())
def test_every_message_is_counted_once_at_one_code(received: list[ReceivedReport]) -> None:
    ledger = Ledger(received)

    for batch_id, sums in ledger.sums.items():
        members = [state for key, state in ledger.states.items() if key[0] == batch_id]
        assert sum(one.messages for one in sums.statuses.values()) == len(members)
        assert sum(one.settled for one in sums.statuses.values()) == sum(
            state.settled for state in members
        )
        assert all(one.messages > 0 for one in sums.statuses.values())
        assert sum(cost.messages for cost in sums.costs.values()) <= len(members)


# --- Stories ------------------------------------------------------------------------------------


def test_an_empty_ledger_has_nothing() -> None:
    ledger = Ledger()

    assert (ledger.states, ledger.sums, ledger.repeats) == ({}, {}, 0)


def test_a_price_that_every_report_repeats_is_counted_once() -> None:
    ledger = ledger_of(
        report(101, created=FIRST, price_nano=82_000_000),
        report(112, created=SECOND, price_nano=82_000_000),
        report(201, created=THIRD, price_nano=82_000_000, final=True),
    )

    assert dict(ledger.sums["batch-a"].costs) == {"EUR": CostSum(82_000_000, 1)}


def test_a_price_that_changes_with_the_state_replaces_the_old_one() -> None:
    ledger = ledger_of(
        report(101, created=FIRST, price_nano=82_000_000, currency="EUR"),
        report(201, created=SECOND, price_nano=900_000_000, currency="SEK", final=True),
    )

    sums = ledger.sums["batch-a"]
    assert dict(sums.costs) == {"SEK": CostSum(900_000_000, 1)}
    assert {key.currency for key in sums.steps} == {"SEK"}


def test_currencies_are_never_added_together() -> None:
    ledger = ledger_of(
        report(message="1", price_nano=1, currency="EUR"),
        report(message="2", price_nano=2, currency="SEK"),
        report(message="3", price_nano=4, currency=None),
    )

    assert dict(ledger.sums["batch-a"].costs) == {
        "EUR": CostSum(1, 1),
        "SEK": CostSum(2, 1),
        "": CostSum(4, 1),
    }


def test_a_message_costs_from_the_minute_of_its_earliest_report() -> None:
    ledger = ledger_of(
        report(201, created=THIRD, price_nano=5, final=True), report(101, created=FIRST)
    )

    minute = (FIRST - EPOCH) // timedelta(minutes=1)
    assert dict(ledger.sums["batch-a"].steps) == {StepKey("EUR", minute): 5}


def test_the_same_message_id_in_another_batch_is_another_message() -> None:
    ledger = ledger_of(report(batch="batch-a"), report(201, batch="batch-b", final=True))

    assert {key: state.outcome for key, state in ledger.states.items()} == {
        ("batch-a", "message-1"): Outcome.PENDING,
        ("batch-b", "message-1"): Outcome.DELIVERED,
    }
    assert dict(ledger.sums["batch-a"].statuses) == {102: StatusSum(1, 0, 0)}
    assert dict(ledger.sums["batch-b"].statuses) == {201: StatusSum(1, 1, 0)}


def test_a_5xx_that_is_not_final_is_counted_but_not_settled() -> None:
    ledger = ledger_of(
        report(511, message="still tried"), report(511, message="given up", final=True)
    )

    sums = ledger.sums["batch-a"]
    assert dict(sums.statuses) == {511: StatusSum(2, 1, 0)}
    assert [state.outcome for state in ledger.states.values()] == [Outcome.PENDING, Outcome.FAILED]
    counts = outcomes_of(sums.statuses)
    assert (counts[Outcome.PENDING], counts[Outcome.FAILED]) == (1, 1)


def test_a_final_1xx_is_counted_as_unknown_and_settled() -> None:
    ledger = ledger_of(report(112, message="on its way"), report(112, message="over", final=True))

    statuses = ledger.sums["batch-a"].statuses
    assert dict(statuses) == {112: StatusSum(2, 1, 0)}
    counts = outcomes_of(statuses)
    assert (counts[Outcome.PENDING], counts[Outcome.UNKNOWN]) == (1, 1)


def test_what_was_paid_back_is_summed_apart_and_not_in_the_cost() -> None:
    ledger = ledger_of(
        report(103, message="1", created=FIRST, price_nano=5),
        report(511, message="1", created=SECOND, price_nano=5, final=True),
        report(104, message="1", created=THIRD, price_nano=5),
        report(201, message="2", price_nano=7, final=True),
    )

    sums = ledger.sums["batch-a"]
    assert dict(sums.costs) == {"EUR": CostSum(7, 2, paid_back_nano=5, paid_back_messages=1)}
    assert list(sums.steps.values()) == [7]
    assert ledger.states["batch-a", "1"].outcome is Outcome.FAILED


def test_a_time_out_of_bounds_is_that_of_the_arrival() -> None:
    unset = datetime(1, 1, 1, tzinfo=UTC)
    far = START + timedelta(days=2)

    ledger = ledger_of(report(created=unset), report(201, created=far))

    state = ledger.states["batch-a", "message-1"]
    assert (state.code, state.rank.created) == (201, state.arrived)
    assert state.first_created == START + timedelta(milliseconds=500)


def test_delivered_is_settled_even_where_it_does_not_say_final() -> None:
    ledger = ledger_of(report(201, message="1", final=False), report(202, message="2", final=False))

    assert dict(ledger.sums["batch-a"].statuses) == {
        201: StatusSum(1, 1, 0),
        202: StatusSum(1, 0, 0),
    }


def test_segments_follow_the_message_from_code_to_code() -> None:
    ledger = ledger_of(
        report(102, message="1", segments=2),
        report(102, message="2", segments=3),
        report(201, message="1", created=SECOND, final=True),
    )

    assert dict(ledger.sums["batch-a"].statuses) == {
        102: StatusSum(1, 0, 3),
        201: StatusSum(1, 1, 2, 2),
    }


def test_folding_tells_a_new_report_from_a_duplicate() -> None:
    ledger = Ledger()
    first, copy, other = strategies.received([report(), report(), report(201)])

    assert [ledger.fold(one) for one in (first, copy, other, first)] == [True, False, True, False]
    assert ledger.repeats == 2
    assert ledger.states["batch-a", "message-1"].reports == 2
