"""How the door stands, in a few words and by a lamp: for the strip and the panel."""

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from PySide6.QtCore import QCoreApplication

from app.door.state import DoorState, DoorStatus
from app.ui.door.fault_words import fault_word


class Light(Enum):
    """What the lamp shows. Each has a shape of its own: colour is never alone."""

    GOOD = "good"
    """Reports come in, from outside too: a full dot."""
    LOCAL = "local"
    """Reports come in from this computer; of the outside nothing is known: half a dot."""
    WAITING = "waiting"
    """Not known yet: a ring."""
    BAD = "bad"
    """Reports don't come in: a crossed ring."""


@dataclass(frozen=True)
class Standing:
    """How the door stands.

    Attributes:
        light: the lamp.
        words: a few words.
    """

    light: Light
    words: str


def standing_of(
    door: DoorState, *, is_receiving: bool, is_starting: bool, is_turning_away: bool
) -> Standing:
    """Return how the door stands.

    Args:
        door: what is known of the front door.
        is_receiving: whether reports are received.
        is_starting: whether they are not yet, but are about to be.
        is_turning_away: whether reports are answered 503.
    """
    if is_starting and not is_receiving:
        return Standing(Light.WAITING, QCoreApplication.translate("Standing", "Starting"))
    if not is_receiving:
        return Standing(Light.BAD, QCoreApplication.translate("Standing", "Not receiving"))
    if is_turning_away:
        return Standing(Light.BAD, QCoreApplication.translate("Standing", "Turning reports away"))
    match door.status:
        case DoorStatus.CLOSED:
            return Standing(Light.BAD, _closed_words(door))
        case DoorStatus.OPEN:
            return Standing(Light.GOOD, QCoreApplication.translate("Standing", "Receiving"))
        case DoorStatus.LOCAL_ONLY:
            words = QCoreApplication.translate("Standing", "{receiving} · local only")
            light = Light.LOCAL
        case DoorStatus.UNKNOWN if door.is_testing:
            words = QCoreApplication.translate("Standing", "{receiving} · testing")
            light = Light.WAITING
        case DoorStatus.UNKNOWN:
            words = QCoreApplication.translate("Standing", "{receiving} · not tested")
            light = Light.WAITING
        case _:
            assert_never(door.status)
    receiving = QCoreApplication.translate("Standing", "Receiving")
    return Standing(light, words.format(receiving=receiving))


def _closed_words(door: DoorState) -> str:
    fault = door.fault
    if fault is None:
        return QCoreApplication.translate("Standing", "Not reachable")
    words = QCoreApplication.translate("Standing", "Not reachable · {fault}")
    return words.format(fault=fault_word(fault))
