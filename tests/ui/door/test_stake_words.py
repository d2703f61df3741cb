"""The loss clock in words."""

from datetime import timedelta

import pytest

from app.core.door import ClosedBy, Span
from app.ui import words
from app.ui.door.stake_words import StakeWords, clock_text, moment
from app.ui.door.stakes import Closed, Gaps, Returned, Stranded
from tests.store.arrivals import START
from tests.ui.door.test_stakes import MINUTE, at, closure, waiting

pytestmark = pytest.mark.usefixtures("qapp")
CLOSED = Closed(START, ClosedBy.TUNNEL, "dns", at(90))


def clock(minutes: float) -> str:
    return words.clock_time(at(minutes), with_seconds=False)


def test_the_clock_counts_minutes_and_at_last_seconds() -> None:
    assert "another 1 h 12 min;" in clock_text(CLOSED, at(18) - timedelta(seconds=20))
    assert f"from {clock(90)}." in clock_text(CLOSED, at(18))
    assert "another 5 min 30 s;" in clock_text(CLOSED, at(84.5))


def test_the_clock_never_says_more_than_there_is() -> None:
    assert "another 1 h 11 min;" in clock_text(CLOSED, at(18) + timedelta(seconds=1))


def test_when_the_time_is_up_nothing_is_called_safe() -> None:
    for now in (at(90), at(91), at(500)):
        text = clock_text(CLOSED, now)
        assert "safe" not in text
        assert clock(90) in text


def test_what_is_promised_by_a_minute_is_not_a_second_early() -> None:
    end = at(38)
    found = Returned(closure(0, 38), [closure(0, 38)], end + 11 * MINUTE + timedelta(seconds=1))

    text = StakeWords().returned(found, None, at(39))
    assert text.startswith("Closed for 38 min;")
    assert text.endswith(f"by {clock(50)}.")


def test_what_has_come_is_counted() -> None:
    found = Returned(closure(0, 38), [], at(49))

    assert "214" in StakeWords().returned(found, 214, at(40))
    assert "come." not in StakeWords().returned(found, 0, at(40))


def test_gaps_name_the_time_and_the_batches() -> None:
    batches = [waiting(number) for number in range(1, 6)]
    found = Gaps([Span(at(0), at(30)), Span(at(40), at(50))], [closure(0, 140)], batches)

    text = StakeWords().gaps(found, at(150))
    assert f"sent at times between {clock(0)} and {clock(50)}" in text
    assert "batch-1, batch-2, batch-3 and 2 more" in text


def test_stranded_batches_are_counted_with_their_messages_and_address() -> None:
    found = Stranded("https://old.example.net", 1, [waiting(1), waiting(2)])

    text = StakeWords().stranded([found])
    assert "old.example.net" in text
    assert "20 message" in text


def test_a_time_that_is_far_has_its_day() -> None:
    assert moment(at(10), at(0)) == clock(10)
    assert moment(at(10), at(24 * 60)) == f"{words.day(at(10))} {clock(10)}"
