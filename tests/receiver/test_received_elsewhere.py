"""Whether receivers on other computers are heard of, whatever their clocks say."""

from datetime import UTC, datetime, timedelta

import pytest

from kvitto.receiver.direct_store import ReceivedElsewhere
from kvitto.store.receivers_seen import ReceiversSeen

NOW = datetime(2026, 11, 29, 14, 0, tzinfo=UTC)


class Clocks:
    """The clocks of a window's computer, which go as the test says."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        return 1000 + self.passed_s


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def elsewhere(clocks: Clocks) -> ReceivedElsewhere:
    return ReceivedElsewhere(clocks.now, clocks.monotonic)


def state(elsewhere: ReceivedElsewhere) -> tuple[bool, bool, datetime | None]:
    """Return whether it is known, whether reports are received, and since when nothing is read."""
    return elsewhere.is_known, elsewhere.is_receiving, elsewhere.lost_at


def may_be_kept(elsewhere: ReceivedElsewhere) -> bool:
    return elsewhere.may_be_kept


def heard(at: datetime, beats: int = 1) -> ReceiversSeen:
    return ReceiversSeen(running=at, last=at, beats=beats)


def test_before_the_store_is_read_nothing_is_known(elsewhere: ReceivedElsewhere) -> None:
    assert not elsewhere.is_known
    assert not elsewhere.is_receiving


def test_a_receiver_is_known_by_its_first_heartbeat_and_gone_when_they_end(
    elsewhere: ReceivedElsewhere, clocks: Clocks
) -> None:
    elsewhere.note(heard(NOW - timedelta(seconds=50)))
    assert elsewhere.is_receiving
    clocks.passed_s = 70
    elsewhere.note(heard(NOW + timedelta(seconds=10), beats=2))
    clocks.passed_s = 140
    assert elsewhere.is_receiving
    clocks.passed_s = 150
    elsewhere.note(heard(NOW + timedelta(seconds=10), beats=2))
    assert elsewhere.is_known
    assert not elsewhere.is_receiving


def test_one_with_a_spool_that_is_not_heard_of_may_receive_all_the_same(
    elsewhere: ReceivedElsewhere, clocks: Clocks
) -> None:
    seen = ReceiversSeen(running=NOW, last=NOW, is_spooling=True)
    elsewhere.note(seen)
    assert not may_be_kept(elsewhere)
    clocks.passed_s = 80
    elsewhere.note(seen)
    assert may_be_kept(elsewhere)
    elsewhere.note(ReceiversSeen(last=NOW))
    assert not may_be_kept(elsewhere)


def test_one_that_stopped_is_known_to_have(elsewhere: ReceivedElsewhere) -> None:
    elsewhere.note(ReceiversSeen(running=None, last=NOW))
    assert elsewhere.is_known
    assert not elsewhere.is_receiving
    assert elsewhere.last == NOW


def test_an_old_heartbeat_says_nothing_until_another_could_have_come(
    elsewhere: ReceivedElsewhere, clocks: Clocks
) -> None:
    elsewhere.note(heard(NOW - timedelta(hours=1)))
    assert state(elsewhere) == (False, False, None)
    clocks.passed_s = 80
    assert state(elsewhere) == (True, False, None)


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(hours=1)])
def test_heartbeats_by_a_wrong_clock_count(
    elsewhere: ReceivedElsewhere, clocks: Clocks, wrong: timedelta
) -> None:
    elsewhere.note(heard(NOW + wrong))
    clocks.passed_s = 60
    elsewhere.note(heard(NOW + wrong + timedelta(seconds=60), beats=2))
    assert elsewhere.is_receiving


def test_one_is_heard_though_a_clock_that_was_ahead_has_left_a_later_heartbeat(
    elsewhere: ReceivedElsewhere, clocks: Clocks
) -> None:
    ahead = NOW + timedelta(days=1)
    elsewhere.note(heard(ahead, beats=1))
    clocks.passed_s = 60
    elsewhere.note(heard(ahead, beats=2))
    clocks.passed_s = 120
    assert elsewhere.is_receiving


def test_after_the_store_was_away_receivers_have_time_to_be_heard(
    elsewhere: ReceivedElsewhere, clocks: Clocks
) -> None:
    elsewhere.note(heard(NOW))
    elsewhere.lose()
    clocks.passed_s = 600
    assert state(elsewhere) == (True, False, NOW)
    elsewhere.note(heard(NOW))
    assert state(elsewhere) == (True, True, None)
