"""The loss clock in words."""

from datetime import timedelta

import msgspec
import pytest

from kvitto.core.outages import OutageCause, TimeRange
from kvitto.reachability.impact import OngoingOutage, PossibleLoss, Recovered, StaleUrlBatches
from kvitto.reachability.reachability_status import UrlCheck, UrlStatus
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of
from kvitto.ui.text.impact_text import ImpactText, deadline_text, mark_text, moment
from tests.reachability.test_impact import MINUTE, at, outage, waiting
from tests.store.arrivals import START

pytestmark = pytest.mark.usefixtures("qapp")
CLOSED = OngoingOutage(START, OutageCause.TUNNEL, "dns", at(90))


def clock(minutes: float) -> str:
    return formatting.clock_time(at(minutes), with_seconds=False)


def test_the_clock_counts_minutes_and_at_last_seconds() -> None:
    assert "another 1 h 12 min;" in deadline_text(CLOSED, at(18) - timedelta(seconds=20))
    assert f"from {clock(90)}." in deadline_text(CLOSED, at(18))
    assert "another 5 min 30 s;" in deadline_text(CLOSED, at(84.5))


def test_the_clock_never_says_more_than_there_is() -> None:
    assert "another 1 h 11 min;" in deadline_text(CLOSED, at(18) + timedelta(seconds=1))


def test_when_the_time_is_up_nothing_is_called_safe() -> None:
    for now in (at(90), at(91), at(500)):
        text = deadline_text(CLOSED, now)
        assert "safe" not in text
        assert clock(90) in text


def test_what_is_promised_by_a_minute_is_not_a_second_early() -> None:
    end = at(38)
    found = Recovered(outage(0, 38), [outage(0, 38)], end + 11 * MINUTE + timedelta(seconds=1))

    text = ImpactText().recovered(found, None, at(39))
    assert text.startswith("Not reachable for 38 min;")
    assert text.endswith(f"by {clock(50)}.")


def test_what_has_come_is_counted() -> None:
    found = Recovered(outage(0, 38), [], at(49))

    assert "214" in ImpactText().recovered(found, 214, at(40))
    assert "come." not in ImpactText().recovered(found, 0, at(40))


def test_without_anything_at_stake_no_time_is_named() -> None:
    closed = OngoingOutage(START, OutageCause.TUNNEL, "dns", None)

    assert deadline_text(closed, at(500)) == "No report is waited for now."


def test_a_loss_is_split_into_what_may_be_what_is_and_what_comes_and_ends_in_what_to_do() -> None:
    labels = ("Höstrea", "Höstrea", "Öppet hus", "Kallelse", None)
    batches = [
        msgspec.structs.replace(waiting(number), label=label)
        for number, label in enumerate(labels, start=1)
    ]
    found = PossibleLoss(
        [TimeRange(at(0), at(412))],
        [TimeRange(at(0), at(380))],
        [],
        batches,
        True,
        at(412),
        at(512),
    )

    text = ImpactText().loss(found, 3, at(505))
    assert f"some of what was sent {clock(0)}–{clock(412)} may be lost." in text
    assert f"What was sent {clock(0)}–{clock(380)} and has not come is gone." in text
    assert f"What was sent from {clock(412)} on comes again by {clock(512)}. 3 report" in text
    assert "under way then: Höstrea, Öppet hus, Kallelse and 1 more." in text
    assert text.endswith(f"for what was sent {clock(0)}–{clock(412)}.")


def test_a_loss_of_long_ago_says_nothing_of_what_comes_and_names_the_days() -> None:
    spans = [TimeRange(at(day * 1440), at(day * 1440 + 30)) for day in range(5)]
    found = PossibleLoss(spans, [], [], [], False)

    text = ImpactText().loss(found, None, at(6 * 1440))
    assert "No batch is known to have been under way; if one was sent" in text
    assert "gone" not in text
    assert "comes again" not in text
    assert formatting.day(at(4 * 1440)) in text
    assert "and earlier" in text


def test_a_time_is_never_told_shorter_than_it_is() -> None:
    begin, end = at(0) + timedelta(seconds=59), at(30) + timedelta(seconds=1)

    assert f"reached {clock(0)}–{clock(31)}." in mark_text([TimeRange(begin, end)], at(40))


def test_while_it_lasts_what_may_be_lost_already_is_told() -> None:
    closed = OngoingOutage(
        START, OutageCause.TUNNEL, "", at(88), [TimeRange(at(0), at(20))], [waiting(1)]
    )

    text = ImpactText().lost_already(closed, at(108))
    assert f"{clock(0)}–{clock(20)} may be lost already." in text
    assert f"under way then: {name_of(waiting(1))}." in text
    assert ImpactText().lost_already(CLOSED, at(10)) == ""


def test_stale_url_batches_are_counted_with_their_messages_and_address() -> None:
    check = UrlCheck("https://old.example.net", 1, UrlStatus.UNREACHABLE, at(20))
    found = StaleUrlBatches(check.url, 1, [waiting(1), waiting(2)], check)

    text = ImpactText().stale_url([found], at(30))
    assert clock(20) in text
    assert "old.example.net" in text
    assert "20 message" in text


def test_a_time_that_is_far_has_its_day() -> None:
    assert moment(at(10), at(0)) == clock(10)
    assert moment(at(10), at(24 * 60)) == f"{formatting.day(at(10))} {clock(10)}"
