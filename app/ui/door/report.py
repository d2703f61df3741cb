"""What the panel says of the door in large: from the state of the watch to sentences."""

from PySide6.QtCore import QCoreApplication

from app.door.details import cleaned
from app.door.evidence import Moment
from app.door.state import DoorState, DoorStatus
from app.ui import words
from app.ui.closure_words import now_text
from app.ui.door.fault_words import Way, fault_advice, fault_sentence
from app.ui.door.stake_words import clock_text
from app.ui.door.stakes import Closed
from app.ui.door.standing import Standing
from app.ui.door.state_panel import DoorReport
from app.ui.error_words import error_text


def report_of(
    door: DoorState, standing: Standing, closed: Closed | None, way: Way, now: Moment
) -> DoorReport:
    """Return what is said of the door.

    Args:
        door: what is known of it.
        standing: how it stands, in a few words.
        closed: since when it is closed, and when that costs reports; None while it is open.
        way: the way in.
        now: the time.
    """
    clock = "" if closed is None else clock_text(closed, now.at)
    fault = door.fault_at(now)
    if fault is not None:
        sentences = [fault_sentence(fault, way), clock, fault_advice(fault, way)]
    elif closed is not None:
        sentences = [now_text(closed.by), clock]
    else:
        sentences = [_open_text(door, now).format(host=way.host)]
    sentences = [_refused_text(door), *sentences]
    probe = door.last_probe
    return DoorReport(
        standing,
        " ".join(one for one in sentences if one),
        _tested_text(door, now),
        "" if probe is None else probe.detail,
        can_test=bool(door.public_url) and door.can_test,
        is_testing=door.is_testing,
    )


def _refused_text(door: DoorState) -> str:
    if not door.refused_why:
        return ""
    text = QCoreApplication.translate("DoorReport", "{url} can't be used. {why}")
    return text.format(url=cleaned(door.refused_url), why=error_text(door.refused_why))


def _open_text(door: DoorState, now: Moment) -> str:
    match door.status_at(now):
        case DoorStatus.LOCAL_ONLY:
            return QCoreApplication.translate(
                "DoorReport",
                "Programs on this computer can post reports. The sender can't: no public address "
                "is chosen. Start a tunnel below, or type the address of one that you run.",
            )
        case DoorStatus.NETWORK_ONLY:
            return QCoreApplication.translate(
                "DoorReport",
                "{host} leads here, but only from this network: it has no address of the "
                "internet, so the SMS service can't reach it. Start a tunnel below, or give the "
                "address of a server that can be reached from outside.",
            )
        case DoorStatus.UNKNOWN if door.known_good is not None:
            return QCoreApplication.translate(
                "DoorReport",
                "{host} led here when it was checked last. Whether it still does is not known.",
            )
        case DoorStatus.UNKNOWN:
            return QCoreApplication.translate(
                "DoorReport", "Whether {host} leads here is not known yet."
            )
        case _:
            return QCoreApplication.translate(
                "DoorReport", "What is posted to {host} comes in here."
            )


def _tested_text(door: DoorState, now: Moment) -> str:
    if not door.public_url:
        return ""
    parts = []
    if door.last_probe is not None:
        parts.append(
            QCoreApplication.translate("DoorReport", "Tested {ago}, in {time}.").format(
                ago=words.ago(door.last_probe.at, now.at),
                time=_seconds(door.last_probe.took_s),
            )
        )
    reported = None if door.known_good is None else door.known_good.at
    if reported is not None and (door.last_probe is None or reported > door.last_probe.at):
        parts.append(
            QCoreApplication.translate("DoorReport", "A report came in {ago}.").format(
                ago=words.ago(reported, now.at)
            )
        )
    if door.last_good is not None and door.fault_at(now) is not None:
        parts.append(
            QCoreApplication.translate("DoorReport", "It led here last at {time}.").format(
                time=words.exact_time(door.last_good)
            )
        )
    if door.next_probe is not None and not door.is_testing and door.next_probe > now.at:
        left = (door.next_probe - now.at).total_seconds()
        parts.append(
            QCoreApplication.translate("DoorReport", "The next test is in {time}.").format(
                time=words.duration(left)
            )
        )
    return " ".join(parts)


def _seconds(took_s: float) -> str:
    if took_s >= 1:
        return words.duration(took_s)
    ms = max(1, round(took_s * 1000))
    return QCoreApplication.translate("DoorReport", "{count} ms").format(count=words.number(ms))
