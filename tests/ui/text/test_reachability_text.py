"""The status in a few words, by what is known."""

from datetime import timedelta
from typing import Any

import pytest

from kvitto.reachability.evidence import Evidence, Moment
from kvitto.reachability.failures import INCONCLUSIVE, CheckFailure, ProbeResult
from kvitto.reachability.host_scope import HostScope
from kvitto.reachability.reachability_status import ReachabilityState
from kvitto.ui.text.reachability_text import Light, StatusText, status_text_of
from tests.store.arrivals import START

URL = "https://kvitto.example.net"


NOW = Moment(START, 1000.0)


def later(seconds: float) -> Moment:
    return Moment(START + timedelta(seconds=seconds), 1000.0 + seconds)


def reachability_service(
    failure: CheckFailure | None = None, *, is_tested: bool = True, url: str = URL, **changes: Any
) -> ReachabilityState:
    known = Evidence(*NOW, valid_s=360.0)
    changes = {
        "last_probe": ProbeResult(failure, START, 0.2) if is_tested else None,
        "known_good": known if is_tested and failure is None else None,
        "known_bad": known if failure is not None else None,
        **changes,
    }
    return ReachabilityState(public_url=url, **changes)


def status_text(
    reachability: ReachabilityState,
    now: Moment = NOW,
    *,
    is_receiving: bool = True,
    is_starting: bool = False,
    is_turning_away: bool = False,
) -> StatusText:
    return status_text_of(
        reachability,
        now,
        is_receiving=is_receiving,
        is_starting=is_starting,
        is_turning_away=is_turning_away,
    )


def test_the_status_light_is_green_only_after_a_good_test_of_the_front_reachability() -> None:
    good = [
        reachability
        for reachability in (
            ReachabilityState(),
            reachability_service(is_tested=False),
            reachability_service(),
            *map(reachability_service, CheckFailure),
        )
        if status_text(reachability).light is Light.GOOD
    ]

    assert good == [reachability_service()]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "Receiving · checked just now"),
        (9, "Receiving · checked just now"),
        (49, "Receiving · checked 40 s ago"),
        (121, "Receiving · checked 2 min ago"),
        (360, "Receiving · checked 6 min ago"),
    ],
)
def test_it_says_how_old_the_proof_is(seconds: float, words: str) -> None:
    assert status_text(reachability_service(), later(seconds)) == StatusText(Light.GOOD, words)


def test_an_old_proof_turns_it_grey_and_says_since_when() -> None:
    since = START.astimezone().strftime("%H:%M")

    assert status_text(reachability_service(), later(361)) == StatusText(
        Light.WAITING, f"Not checked since {since}"
    )
    day_after = status_text(reachability_service(), later(24 * 3600)).words
    assert since in day_after
    assert len(day_after) > len(f"Not checked since {since}"), "with the date"


def test_an_old_failure_is_told_no_longer_either() -> None:
    shown = status_text(reachability_service(CheckFailure.DNS), later(361))

    assert shown.light is Light.WAITING
    assert "Not checked since" in shown.words


def test_a_clock_that_was_set_makes_no_proof_younger() -> None:
    back = Moment(START - timedelta(hours=1), 1000.0 + 10)
    back_and_old = Moment(START + timedelta(seconds=5), 1000.0 + 3600)
    forward = Moment(START + timedelta(hours=1), 1000.0 + 10)

    for now in (back, back_and_old, forward):
        assert status_text(reachability_service(), now).light is Light.WAITING


def test_without_a_public_address_nobody_believes_that_it_can_be_reached() -> None:
    shown = status_text(ReachabilityState())

    assert shown == StatusText(Light.LOCAL, "Receiving · not connected")


@pytest.mark.parametrize("url", ["http://192.168.1.10:8370", "http://printer", "https://a.local"])
def test_an_address_of_this_network_is_never_green(url: str) -> None:
    shown = status_text(reachability_service(url=url))

    assert shown == StatusText(Light.LOCAL, "Reachable in this network only")


@pytest.mark.parametrize("scope", [HostScope.NETWORK, HostScope.COMPUTER])
def test_a_public_name_with_private_addresses_is_never_green(scope: HostScope) -> None:
    assert status_text(reachability_service(address_scope=scope)).light is Light.LOCAL


def test_a_test_under_way_and_one_that_is_due_are_told_apart() -> None:
    reachability = reachability_service(is_tested=False)

    assert status_text(reachability).words == "Not checked yet"
    testing = ReachabilityState(public_url=URL, is_testing=True)
    assert status_text(testing) == StatusText(Light.WAITING, "Testing…")


@pytest.mark.parametrize("failure", sorted(set(CheckFailure) - INCONCLUSIVE))
def test_a_failure_is_named_and_fits_the_strip(failure: CheckFailure) -> None:
    shown = status_text(reachability_service(failure))

    assert shown.light is Light.BAD
    assert shown.words.startswith("Not reachable · ")
    assert len(shown.words) <= 45


@pytest.mark.parametrize("failure", sorted(INCONCLUSIVE))
def test_what_goes_wrong_on_our_own_way_out_is_not_known_instead(failure: CheckFailure) -> None:
    shown = status_text(reachability_service(failure))

    assert shown.light is Light.WAITING
    assert shown.words.startswith("Not known · ")
    assert len(shown.words) <= 45


def test_what_is_wrong_here_comes_before_what_is_wrong_outside() -> None:
    reachability = reachability_service(CheckFailure.DNS)

    assert status_text(reachability, is_receiving=False).words == "Not receiving"
    assert status_text(reachability, is_turning_away=True).words == "Turning reports away"
    assert status_text(ReachabilityState(), is_receiving=False).light is Light.BAD


def test_where_nothing_receives_that_could_be_tested_nothing_is_green() -> None:
    assert status_text(reachability_service(can_test=False)).light is Light.WAITING


def test_a_receiver_that_is_about_to_be_there_is_not_called_absent() -> None:
    assert status_text(reachability_service(), is_receiving=False, is_starting=True) == StatusText(
        Light.WAITING, "Starting"
    )
