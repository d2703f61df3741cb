"""The law: any order and any repetition of the same reports says the same."""

import itertools
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvitto.core.aggregates import BatchAggregates
from kvitto.core.money import Money
from kvitto.core.report import DeliveryReport
from kvitto.core.state import MessageState, ReceivedReport, Sourced
from kvitto.core.timestamps import EPOCH
from tests.core import oracle, strategies
from tests.core.ledgers import ledger_of, report
from tests.helpers.ledger import Ledger, MessageKey

T = TypeVar("T")


# --- The core's words beside the oracle's -------------------------------------------------------


def value_of(known: Sourced[T] | None) -> T | None:
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


def summed(sums: BatchAggregates) -> oracle.Batch:
    """Say a batch's sums in the oracle's words."""
    return oracle.Batch(
        statuses={
            code: (one.messages, one.finished, one.segments, one.finished_segments)
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
            state.is_finished,
            state.result,
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
        assert sum(one.finished for one in sums.statuses.values()) == sum(
            state.is_finished for state in members
        )
        assert all(one.messages > 0 for one in sums.statuses.values())
        assert sum(cost.messages for cost in sums.costs.values()) <= len(members)
