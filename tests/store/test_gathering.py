"""How long a group waits for those who were answered just now."""

import pytest

from kvitto.store.gathering import Gathering


class Clocks:
    """A clock, and how long the thread has worked."""

    def __init__(self) -> None:
        self.now_s = self.worked_s = 0.0

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def work(self, seconds: float) -> None:
        self.now_s += seconds
        self.worked_s += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def gathering(clocks: Clocks) -> Gathering:
    return Gathering(lambda: clocks.now_s, lambda: clocks.worked_s)


def stored(gathering: Gathering, clocks: Clocks, *, waited_s: float, worked_s: float = 0.0) -> None:
    """Store a group of twenty, while twelve more come."""
    gathering.group_begins()
    clocks.wait(waited_s)
    clocks.work(worked_s)
    gathering.group_ends(20 + 12)


def test_the_first_group_waits_for_nobody(gathering: Gathering) -> None:
    gathering.first_came()
    assert gathering.left_s(1) == 0


def test_far_from_the_store_a_group_waits_for_those_who_were_under_way(
    gathering: Gathering, clocks: Clocks
) -> None:
    stored(gathering, clocks, waited_s=0.010)
    gathering.first_came()
    assert gathering.left_s(31) == pytest.approx(0.0025)
    clocks.wait(0.001)
    assert gathering.left_s(31) == pytest.approx(0.0015)
    assert gathering.left_s(32) == 0
    clocks.wait(0.002)
    assert gathering.left_s(31) == 0


def test_it_waits_three_milliseconds_at_most(gathering: Gathering, clocks: Clocks) -> None:
    stored(gathering, clocks, waited_s=1.0)
    gathering.first_came()
    assert gathering.left_s(1) == pytest.approx(0.003)


@pytest.mark.parametrize(("waited_s", "worked_s"), [(0.004, 0.0), (0.004, 1.0), (0.0, 1.0)])
def test_near_the_store_nobody_is_waited_for(
    gathering: Gathering, clocks: Clocks, waited_s: float, worked_s: float
) -> None:
    stored(gathering, clocks, waited_s=0.010)
    stored(gathering, clocks, waited_s=waited_s, worked_s=worked_s)
    gathering.first_came()
    assert gathering.left_s(1) == 0
