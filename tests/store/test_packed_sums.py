"""Sums of a batch that are packed say the same as others."""

from kvitto.core.aggregates import CostSum, StatusSum
from kvitto.core.money import NANO
from kvitto.store.packed_sums import CostSums, StatusSums


def test_the_sums_of_statuses_are_a_dictionary() -> None:
    sums = StatusSums.of([[201, 3, 3, 5, 5], [112, 2, 0, 4, 0]])
    known = {201: StatusSum(3, 3, 5, 5), 112: StatusSum(2, 0, 4, 0)}
    assert sums == known
    assert dict(sums) == known
    assert (list(sums), len(sums), sums[112]) == ([201, 112], 2, known[112])
    assert (list(sums.items()), list(sums.values())) == (
        list(known.items()),
        list(known.values()),
    )
    assert (sums.messages, sums.finished) == (5, 3)
    assert repr(sums) == repr(known)
    assert sums.get(511) is None


def test_a_cost_may_be_larger_than_any_integer_of_the_database() -> None:
    sums = CostSums.of([["SEK", 2**62, 7, 3, -1, 5, 1]])
    assert sums == {"SEK": CostSum(2**62 * NANO + 7, 3, 5 - NANO, 1)}


def test_nothing_is_an_empty_dictionary() -> None:
    assert StatusSums.of([]) == {}
    assert CostSums.of([]) == {}
