"""How the door stands, in a few words and by a lamp: for the strip and the panel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, assert_never

from PySide6.QtCore import QCoreApplication

from app.door.evidence import Moment
from app.door.state import DoorState, DoorStatus
from app.ui.door.fault_words import fault_word
from app.ui.words import ago, clock_time, exact_time

_STEP_S: Final = 10


class Light(Enum):
    """What the lamp shows. Each has a shape of its own: colour is never alone."""

    GOOD = "good"
    """Reports come in, from outside too: a full dot."""
    LOCAL = "local"
    """Reports come in from this computer or this network, and not from outside: half a dot."""
    WAITING = "waiting"
    """Not known, or not any more: a grey ring."""
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
    door: DoorState, now: Moment, *, is_receiving: bool, is_starting: bool, is_turning_away: bool
) -> Standing:
    """Return how the door stands.

    Args:
        door: what is known of the front door.
        now: the time: what is known grows old.
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
    receiving = QCoreApplication.translate("Standing", "Receiving")
    status = door.status_at(now)
    match status:
        case DoorStatus.CLOSED:
            return Standing(Light.BAD, _closed_words(door, now))
        case DoorStatus.OPEN:
            words = QCoreApplication.translate("Standing", "{receiving} · checked {ago}")
            return Standing(Light.GOOD, words.format(receiving=receiving, ago=_ago(door, now)))
        case DoorStatus.NETWORK_ONLY:
            words = QCoreApplication.translate("Standing", "Reachable in this network only")
            return Standing(Light.LOCAL, words)
        case DoorStatus.LOCAL_ONLY:
            words = QCoreApplication.translate("Standing", "{receiving} · local only")
            return Standing(Light.LOCAL, words.format(receiving=receiving))
        case DoorStatus.UNKNOWN:
            return Standing(Light.WAITING, _unknown_words(door, now))
    assert_never(status)


def _closed_words(door: DoorState, now: Moment) -> str:
    fault = door.fault_at(now)
    if fault is None:
        return QCoreApplication.translate("Standing", "Not reachable")
    words = QCoreApplication.translate("Standing", "Not reachable · {fault}")
    return words.format(fault=fault_word(fault))


def _unknown_words(door: DoorState, now: Moment) -> str:
    fault = door.fault_at(now)
    if fault is not None:
        words = QCoreApplication.translate("Standing", "Not known · {fault}")
        return words.format(fault=fault_word(fault))
    if door.is_testing:
        return QCoreApplication.translate("Standing", "Testing…")
    checked = [one.at for one in (door.known_good, door.known_bad) if one is not None]
    if not checked:
        return QCoreApplication.translate("Standing", "Not checked yet")
    words = QCoreApplication.translate("Standing", "Not checked since {time}")
    return words.format(time=since_text(max(checked), now.at))


def since_text(instant: datetime, now: datetime) -> str:
    """Return a moment as the time of day; with the date where it was another day's."""
    is_today = instant.astimezone().date() == now.astimezone().date()
    return clock_time(instant, with_seconds=False) if is_today else exact_time(instant)


def _ago(door: DoorState, now: Moment) -> str:
    """Return how old the last proof is, in steps: a text that seldom changes costs little."""
    age_s = None if door.known_good is None else door.known_good.age_s(now)
    if age_s is None or age_s < _STEP_S:
        return QCoreApplication.translate("Standing", "just now")
    steps_s = int(age_s // _STEP_S * _STEP_S)
    return ago(now.at - timedelta(seconds=steps_s), now.at)
