"""What was stored last is kept beyond its folding, within bounds."""

from typing import Final

import pytest

from kvitto.store import recent_arrivals
from kvitto.store.recent_arrivals import RecentArrivals
from tests.store.arrivals import refused

GROUP: Final = 10
MOST: Final = 100
KEPT: Final = 40


@pytest.fixture
def recent(monkeypatch: pytest.MonkeyPatch) -> RecentArrivals:
    monkeypatch.setattr(recent_arrivals, "MOST_ARRIVALS", MOST)
    monkeypatch.setattr(recent_arrivals, "KEPT_ARRIVALS", KEPT)
    return RecentArrivals()


def add(recent: RecentArrivals, groups: int, *, body: bytes = b"") -> None:
    for revision in range(groups):
        recent.add([refused(body)] * GROUP, revision)


def test_the_newest_are_kept_though_the_file_holds_them(recent: RecentArrivals) -> None:
    add(recent, 7)
    recent.folded()
    assert len(recent) == KEPT


def test_those_that_are_kept_do_not_want_to_be_folded_in(recent: RecentArrivals) -> None:
    def is_full_with(more: int) -> bool:
        add(recent, more)
        return recent.is_full

    assert is_full_with(6)
    recent.folded()
    assert not is_full_with(0)
    assert not is_full_with(5)
    assert is_full_with(1)


def test_what_only_the_log_has_is_bounded(recent: RecentArrivals) -> None:
    add(recent, 30)
    assert len(recent) == MOST


def test_large_bodies_are_bounded_by_what_they_take(
    recent: RecentArrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_arrivals, "KEPT_BYTES", 3 * GROUP * 2000)
    add(recent, 4, body=bytes(1000))
    recent.folded()
    assert len(recent) == 3 * GROUP


def test_of_what_was_deleted_only_that_is_left_which_only_the_log_has(
    recent: RecentArrivals,
) -> None:
    add(recent, 3)
    recent.folded()
    add(recent, 2)
    recent.let_go()
    assert len(recent) == 2 * GROUP
    recent.folded()
    assert (len(recent), recent.is_full) == (0, False)
    add(recent, 1)
    recent.folded()
    assert len(recent) == GROUP
