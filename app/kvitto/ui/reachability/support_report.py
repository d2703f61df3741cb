"""What the panel says of the door in large: from the state of the watch to sentences."""

from PySide6.QtCore import QCoreApplication

from kvitto.reachability.error_details import cleaned
from kvitto.reachability.evidence import Moment
from kvitto.reachability.reachability_status import ReachabilityState, ReachabilityStatus
from kvitto.ui.reachability.failure_text import Way, fault_advice, fault_sentence
from kvitto.ui.reachability.impact import Closed
from kvitto.ui.reachability.impact_text import clock_text
from kvitto.ui.reachability.state_panel import SupportReport
from kvitto.ui.reachability.status_text import StatusText
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.outage_text import now_text


def report_of(
    reachability: ReachabilityState,
    standing: StatusText,
    closed: Closed | None,
    way: Way,
    now: Moment,
) -> SupportReport:
    """Return what is said of the door.

    Args:
        reachability: what is known of it.
        standing: how it stands, in a few words.
        closed: since when it is closed, and when that costs reports; None while it is open.
        way: the way in.
        now: the time.
    """
    clock = "" if closed is None else clock_text(closed, now.at)
    fault = reachability.fault_at(now)
    if fault is not None:
        sentences = [fault_sentence(fault, way), clock, fault_advice(fault, way)]
    elif closed is not None:
        sentences = [now_text(closed.by), clock]
    else:
        sentences = [_open_text(reachability, now).format(host=way.host)]
    sentences = [_refused_text(reachability), *sentences]
    probe = reachability.last_probe
    return SupportReport(
        standing,
        " ".join(one for one in sentences if one),
        _tested_text(reachability, now),
        "" if probe is None else probe.detail,
        can_test=bool(reachability.public_url) and reachability.can_test,
        is_testing=reachability.is_testing,
    )


def _refused_text(reachability: ReachabilityState) -> str:
    if not reachability.refused_why:
        return ""
    text = QCoreApplication.translate("SupportReport", "{url} can't be used. {why}")
    return text.format(
        url=cleaned(reachability.refused_url), why=error_text(reachability.refused_why)
    )


def _open_text(reachability: ReachabilityState, now: Moment) -> str:
    match reachability.status_at(now):
        case ReachabilityStatus.LOCAL_ONLY:
            return QCoreApplication.translate(
                "SupportReport",
                "Programs on this computer can post reports. The sender can't: no public address "
                "is chosen. Start a tunnel below, or type the address of one that you run.",
            )
        case ReachabilityStatus.NETWORK_ONLY:
            return QCoreApplication.translate(
                "SupportReport",
                "{host} leads here, but only from this network: it has no address of the "
                "internet, so the SMS service can't reach it. Start a tunnel below, or give the "
                "address of a server that can be reached from outside.",
            )
        case ReachabilityStatus.UNKNOWN if reachability.known_good is not None:
            return QCoreApplication.translate(
                "SupportReport",
                "{host} led here when it was checked last. Whether it still does is not known.",
            )
        case ReachabilityStatus.UNKNOWN:
            return QCoreApplication.translate(
                "SupportReport", "Whether {host} leads here is not known yet."
            )
        case _:
            return QCoreApplication.translate(
                "SupportReport", "What is posted to {host} comes in here."
            )


def _tested_text(reachability: ReachabilityState, now: Moment) -> str:
    if not reachability.public_url:
        return ""
    parts = []
    if reachability.last_probe is not None:
        parts.append(
            QCoreApplication.translate("SupportReport", "Tested {ago}, in {time}.").format(
                ago=formatting.ago(reachability.last_probe.at, now.at),
                time=_seconds(reachability.last_probe.took_s),
            )
        )
    reported = None if reachability.known_good is None else reachability.known_good.at
    if reported is not None and (
        reachability.last_probe is None or reported > reachability.last_probe.at
    ):
        parts.append(
            QCoreApplication.translate("SupportReport", "A report came in {ago}.").format(
                ago=formatting.ago(reported, now.at)
            )
        )
    if reachability.last_good is not None and reachability.fault_at(now) is not None:
        parts.append(
            QCoreApplication.translate("SupportReport", "It led here last at {time}.").format(
                time=formatting.exact_time(reachability.last_good)
            )
        )
    if (
        reachability.next_probe is not None
        and not reachability.is_testing
        and reachability.next_probe > now.at
    ):
        left = (reachability.next_probe - now.at).total_seconds()
        parts.append(
            QCoreApplication.translate("SupportReport", "The next test is in {time}.").format(
                time=formatting.duration(left)
            )
        )
    return " ".join(parts)


def _seconds(took_s: float) -> str:
    if took_s >= 1:
        return formatting.duration(took_s)
    ms = max(1, round(took_s * 1000))
    return QCoreApplication.translate("SupportReport", "{count} ms").format(
        count=formatting.number(ms)
    )
