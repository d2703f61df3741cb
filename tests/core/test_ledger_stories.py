"""What a ledger says of a few reports."""

from datetime import UTC, datetime, timedelta

from kvitto.core.aggregates import CostSum, StatusSum, StepKey, results_of
from kvitto.core.status import Result
from kvitto.core.timestamps import EPOCH
from tests.core import strategies
from tests.core.ledgers import FIRST, SECOND, THIRD, ledger_of, report
from tests.core.strategies import START
from tests.helpers.ledger import Ledger

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

    assert {key: state.result for key, state in ledger.states.items()} == {
        ("batch-a", "message-1"): Result.PENDING,
        ("batch-b", "message-1"): Result.DELIVERED,
    }
    assert dict(ledger.sums["batch-a"].statuses) == {102: StatusSum(1, 0, 0)}
    assert dict(ledger.sums["batch-b"].statuses) == {201: StatusSum(1, 1, 0)}


def test_a_5xx_that_is_not_final_is_counted_but_not_finished() -> None:
    ledger = ledger_of(
        report(511, message="still tried"), report(511, message="given up", final=True)
    )

    sums = ledger.sums["batch-a"]
    assert dict(sums.statuses) == {511: StatusSum(2, 1, 0)}
    assert [state.result for state in ledger.states.values()] == [Result.PENDING, Result.FAILED]
    counts = results_of(sums.statuses)
    assert (counts[Result.PENDING], counts[Result.FAILED]) == (1, 1)


def test_a_final_1xx_is_counted_as_unknown_and_finished() -> None:
    ledger = ledger_of(report(112, message="on its way"), report(112, message="over", final=True))

    statuses = ledger.sums["batch-a"].statuses
    assert dict(statuses) == {112: StatusSum(2, 1, 0)}
    counts = results_of(statuses)
    assert (counts[Result.PENDING], counts[Result.UNKNOWN]) == (1, 1)


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
    assert ledger.states["batch-a", "1"].result is Result.FAILED


def test_a_time_out_of_bounds_is_that_of_the_arrival() -> None:
    unset = datetime(1, 1, 1, tzinfo=UTC)
    far = START + timedelta(days=2)

    ledger = ledger_of(report(created=unset), report(201, created=far))

    state = ledger.states["batch-a", "message-1"]
    assert (state.code, state.rank.created) == (201, state.arrived)
    assert state.first_created == START + timedelta(milliseconds=500)


def test_delivered_is_finished_even_where_it_does_not_say_final() -> None:
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
