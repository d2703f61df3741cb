"""The reachability's status in a few words and by a light: for the status bar and the dialog."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, assert_never

from PySide6.QtCore import QCoreApplication

from kvitto.reachability.evidence import Moment
from kvitto.reachability.reachability_status import ReachabilityState, ReachabilityStatus
from kvitto.ui.text.check_failure_text import failure_word
from kvitto.ui.text.formatting import ago, clock_time, exact_time

_STEP_S: Final = 10


class Light(Enum):
    """What the status light shows. Each has a shape of its own: colour is never alone."""

    GOOD = "good"
    """Reports come in, from outside too: a full dot."""
    LOCAL = "local"
    """Reports come in from this computer or this network, and not from outside: half a dot."""
    WAITING = "waiting"
    """Not known, or not any more: a grey ring."""
    BAD = "bad"
    """Reports don't come in: a crossed ring."""


@dataclass(frozen=True)
class StatusText:
    """The status.

    Attributes:
        light: the status light.
        words: a few words.
    """

    light: Light
    words: str


def status_text_of(
    reachability: ReachabilityState,
    now: Moment,
    *,
    is_receiving: bool,
    is_starting: bool,
    is_turning_away: bool,
) -> StatusText:
    """Return the status.

    Args:
        reachability: what is known of it.
        now: the time: what is known grows old.
        is_receiving: whether reports are received.
        is_starting: whether they are not yet, but are about to be.
        is_turning_away: whether reports are answered 503.
    """
    if is_starting and not is_receiving:
        return StatusText(Light.WAITING, QCoreApplication.translate("StatusText", "Starting"))
    if not is_receiving:
        return StatusText(Light.BAD, QCoreApplication.translate("StatusText", "Not receiving"))
    if is_turning_away:
        return StatusText(
            Light.BAD, QCoreApplication.translate("StatusText", "Turning reports away")
        )
    receiving = QCoreApplication.translate("StatusText", "Receiving")
    status = reachability.status_at(now)
    match status:
        case ReachabilityStatus.UNREACHABLE:
            return StatusText(Light.BAD, _unreachable_words(reachability, now))
        case ReachabilityStatus.REACHABLE:
            words = QCoreApplication.translate("StatusText", "{receiving} · checked {ago}")
            return StatusText(
                Light.GOOD, words.format(receiving=receiving, ago=_ago(reachability, now))
            )
        case ReachabilityStatus.NETWORK_ONLY:
            words = QCoreApplication.translate("StatusText", "Reachable in this network only")
            return StatusText(Light.LOCAL, words)
        case ReachabilityStatus.LOCAL_ONLY:
            words = QCoreApplication.translate("StatusText", "{receiving} · not connected")
            return StatusText(Light.LOCAL, words.format(receiving=receiving))
        case ReachabilityStatus.UNKNOWN:
            return StatusText(Light.WAITING, _unknown_words(reachability, now))
    assert_never(status)


def _unreachable_words(reachability: ReachabilityState, now: Moment) -> str:
    failure = reachability.failure_at(now)
    if failure is None:
        return QCoreApplication.translate("StatusText", "Not reachable from the internet")
    words = QCoreApplication.translate("StatusText", "Not reachable · {failure}")
    return words.format(failure=failure_word(failure))


def _unknown_words(reachability: ReachabilityState, now: Moment) -> str:
    failure = reachability.failure_at(now)
    if failure is not None:
        words = QCoreApplication.translate("StatusText", "Not known · {failure}")
        return words.format(failure=failure_word(failure))
    if reachability.is_testing:
        return QCoreApplication.translate("StatusText", "Testing…")
    checked = [
        one.at for one in (reachability.known_good, reachability.known_bad) if one is not None
    ]
    if not checked:
        return QCoreApplication.translate("StatusText", "Not checked yet")
    words = QCoreApplication.translate("StatusText", "Not checked since {time}")
    return words.format(time=since_text(max(checked), now.at))


def since_text(instant: datetime, now: datetime) -> str:
    """Return a moment as the time of day; with the date where it was another day's."""
    is_today = instant.astimezone().date() == now.astimezone().date()
    return clock_time(instant, with_seconds=False) if is_today else exact_time(instant)


def _ago(reachability: ReachabilityState, now: Moment) -> str:
    """Return how old the last proof is, in steps: a text that seldom changes costs little."""
    age_s = None if reachability.known_good is None else reachability.known_good.age_s(now)
    if age_s is None or age_s < _STEP_S:
        return QCoreApplication.translate("StatusText", "just now")
    steps_s = int(age_s // _STEP_S * _STEP_S)
    return ago(now.at - timedelta(seconds=steps_s), now.at)
