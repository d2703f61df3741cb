"""What is at stake where a store has several receivers: what one misses is not the other's."""

from datetime import timedelta

from msgspec.structs import replace

from kvitto.core.outages import Outage, OutageCause
from kvitto.reachability.impact import affected_batches, by_key, ongoing_outage, possible_loss
from kvitto.store.exposure_queries import exposure
from tests.reachability.test_impact import at, outage, waiting

NORTH, SOUTH = 1, 2
"""The keys of two receivers."""


def of(receiver: str, begin: float, end: float | None, spared: int) -> Outage:
    """Return an outage of a receiver that does not count for a key of the other."""
    one = outage(begin, end, OutageCause.CRASHED)
    return replace(one, receiver=receiver, spared=frozenset({spared}))


def test_of_one_receiver_all_count_together() -> None:
    outages = [outage(0, 30), outage(40, None)]

    assert by_key(outages, [NORTH, SOUTH]) == [outages]
    assert by_key([], []) == [[]]


def test_two_short_ones_of_two_receivers_lose_nothing_together() -> None:
    outages = [of("north", 0, 80, SOUTH), of("south", 80, 160, NORTH)]
    as_one = [outage(0, 80, OutageCause.CRASHED), outage(80, 160, OutageCause.CRASHED)]
    now = at(170)
    assert possible_loss(as_one, {}, {}, now) is not None

    for some in by_key(outages, [NORTH, SOUTH]):
        assert possible_loss(some, {}, {}, now) is None


def test_a_batch_is_affected_by_what_counts_for_its_key() -> None:
    north, south = waiting(1, callback_key=NORTH), waiting(2, callback_key=SOUTH)
    outages = [of("north", 0, None, SOUTH)]

    assert affected_batches([north, south], outages, []) == [north]


def test_a_long_one_names_the_batches_of_its_receiver() -> None:
    now = at(400)
    north = waiting(1, first=0, last=0, callback_key=NORTH)
    south = waiting(2, first=0, last=0, callback_key=SOUTH)
    outages = [of("north", 10, 300, SOUTH)]
    batches = {one.key: one for one in (north, south)}
    exposed = exposure(outages, batches.values(), {}, now)
    assert list(exposed) == [north.key]

    found = [possible_loss(some, batches, exposed, now) for some in by_key(outages, [1, 2])]

    told = [one for one in found if one is not None]
    assert [one.batches for one in told] == [[north]]
    assert told[0].outages == outages


def test_one_that_spares_reports_without_a_key_is_that_of_a_batch_with_any_other_key() -> None:
    keyed, keyless = waiting(1, callback_key=5), waiting(2, callback_key=None)
    without_key = 0

    exposed = exposure([of("north", 10, 300, without_key)], [keyed, keyless], {}, at(400))

    assert list(exposed) == [keyed.key]


def test_an_ongoing_one_says_whose_it_is() -> None:
    outages = [of("north", 0, None, SOUTH)]
    (closed,) = [
        one
        for some in by_key(outages, [NORTH, SOUTH])
        if (one := ongoing_outage(some, at(5))) is not None
    ]

    assert closed.receiver == "north"
    assert closed.earliest_loss is not None
    assert closed.earliest_loss > at(5) + timedelta(minutes=30)
