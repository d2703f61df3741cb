"""How the door stands, by what is known of it."""

from datetime import timedelta

import pytest

from app.door.faults import Fault, ProbeResult
from app.door.state import DoorState
from app.ui.door.standing import Light, Standing, standing_of
from tests.store.arrivals import START

URL = "https://kvitto.example.net"


def a_door(fault: Fault | None = None, *, is_tested: bool = True) -> DoorState:
    result = ProbeResult(fault, START, 0.2)
    return DoorState(
        public_url=URL,
        last_probe=result if is_tested else None,
        last_good=START if fault is None else START - timedelta(minutes=1),
    )


def standing(
    door: DoorState,
    *,
    is_receiving: bool = True,
    is_starting: bool = False,
    is_turning_away: bool = False,
) -> Standing:
    return standing_of(
        door, is_receiving=is_receiving, is_starting=is_starting, is_turning_away=is_turning_away
    )


def test_the_lamp_is_green_only_after_a_good_test_of_the_front_door() -> None:
    good = [
        door
        for door in (DoorState(), a_door(is_tested=False), a_door(), *map(a_door, Fault))
        if standing(door).light is Light.GOOD
    ]

    assert good == [a_door()]


def test_without_a_public_address_nobody_believes_that_it_can_be_reached() -> None:
    shown = standing(DoorState())

    assert shown == Standing(Light.LOCAL, "Receiving · local only")


def test_a_test_under_way_and_one_that_is_due_are_told_apart() -> None:
    door = a_door(is_tested=False)

    assert standing(door).words == "Receiving · not tested"
    testing = DoorState(public_url=URL, is_testing=True)
    assert standing(testing) == Standing(Light.WAITING, "Receiving · testing")


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_is_named_and_fits_the_strip(fault: Fault) -> None:
    shown = standing(a_door(fault))

    assert shown.light is Light.BAD
    assert shown.words.startswith("Not reachable · ")
    assert len(shown.words) <= 45


def test_what_is_wrong_here_comes_before_what_is_wrong_outside() -> None:
    door = a_door(Fault.DNS)

    assert standing(door, is_receiving=False).words == "Not receiving"
    assert standing(door, is_turning_away=True).words == "Turning reports away"
    assert standing(DoorState(), is_receiving=False).light is Light.BAD


def test_a_receiver_that_is_about_to_be_there_is_not_called_absent() -> None:
    assert standing(a_door(), is_receiving=False, is_starting=True) == Standing(
        Light.WAITING, "Starting"
    )
