"""Summarise the monitor's state in sentences, for the dialog's upper panel."""

from PySide6.QtCore import QCoreApplication

from kvitto.reachability.error_details import cleaned
from kvitto.reachability.evidence import Moment
from kvitto.reachability.reachability_status import ReachabilityState, ReachabilityStatus
from kvitto.ui.reachability.failure_text import FailureContext, failure_advice, failure_sentence
from kvitto.ui.reachability.impact import OngoingOutage
from kvitto.ui.reachability.impact_text import deadline_text
from kvitto.ui.reachability.state_panel import StatusSummary
from kvitto.ui.reachability.status_text import StatusText
from kvitto.ui.text import formatting
from kvitto.ui.text.error_text import error_text
from kvitto.ui.text.outage_text import now_text


def summary_of(
    reachability: ReachabilityState,
    status_text: StatusText,
    closed: OngoingOutage | None,
    context: FailureContext,
    now: Moment,
) -> StatusSummary:
    """Return what the panel says.

    Args:
        reachability: what is known of it.
        status_text: the status in a few words.
        closed: the outage that goes on; None without one.
        context: what the texts of a failure name.
        now: the time.
    """
    clock = "" if closed is None else deadline_text(closed, now.at)
    failure = reachability.failure_at(now)
    if failure is not None:
        sentences = [failure_sentence(failure, context), clock, failure_advice(failure, context)]
    elif closed is not None:
        sentences = [now_text(closed.by), clock]
    else:
        sentences = [_status_sentence(reachability, now).format(host=context.host)]
    sentences = [_refused_text(reachability), *sentences]
    probe = reachability.last_probe
    return StatusSummary(
        status_text,
        " ".join(one for one in sentences if one),
        _tested_text(reachability, now),
        "" if probe is None else probe.detail,
        can_test=bool(reachability.public_url) and reachability.can_test,
        is_testing=reachability.is_testing,
    )


def _refused_text(reachability: ReachabilityState) -> str:
    if not reachability.refused_why:
        return ""
    text = QCoreApplication.translate("StatusSummary", "{url} can't be used. {why}")
    return text.format(
        url=cleaned(reachability.refused_url), why=error_text(reachability.refused_why)
    )


def _status_sentence(reachability: ReachabilityState, now: Moment) -> str:
    match reachability.status_at(now):
        case ReachabilityStatus.LOCAL_ONLY:
            return QCoreApplication.translate(
                "StatusSummary",
                "Programs on this computer can post reports. The SMS service can't: no public "
                "address is connected. Start a tunnel below, or type the address of one that you "
                "run.",
            )
        case ReachabilityStatus.NETWORK_ONLY:
            return QCoreApplication.translate(
                "StatusSummary",
                "{host} leads here, but only from this network: it has no address of the "
                "internet, so the SMS service can't reach it. Start a tunnel below, or give the "
                "address of a server that can be reached from outside.",
            )
        case ReachabilityStatus.UNKNOWN if reachability.known_good is not None:
            return QCoreApplication.translate(
                "StatusSummary",
                "{host} led here when it was checked last. Whether it still does is not known.",
            )
        case ReachabilityStatus.UNKNOWN:
            return QCoreApplication.translate(
                "StatusSummary", "Whether {host} leads here is not known yet."
            )
        case _:
            return QCoreApplication.translate(
                "StatusSummary", "What is posted to {host} comes in here."
            )


def _tested_text(reachability: ReachabilityState, now: Moment) -> str:
    if not reachability.public_url:
        return ""
    parts = []
    if reachability.last_probe is not None:
        parts.append(
            QCoreApplication.translate("StatusSummary", "Tested {ago}, in {time}.").format(
                ago=formatting.ago(reachability.last_probe.at, now.at),
                time=_seconds(reachability.last_probe.took_s),
            )
        )
    reported = None if reachability.known_good is None else reachability.known_good.at
    if reported is not None and (
        reachability.last_probe is None or reported > reachability.last_probe.at
    ):
        parts.append(
            QCoreApplication.translate("StatusSummary", "A report came in {ago}.").format(
                ago=formatting.ago(reported, now.at)
            )
        )
    if reachability.last_good is not None and reachability.failure_at(now) is not None:
        parts.append(
            QCoreApplication.translate("StatusSummary", "It led here last at {time}.").format(
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
            QCoreApplication.translate("StatusSummary", "The next test is in {time}.").format(
                time=formatting.duration(left)
            )
        )
    return " ".join(parts)


def _seconds(took_s: float) -> str:
    if took_s >= 1:
        return formatting.duration(took_s)
    ms = max(1, round(took_s * 1000))
    return QCoreApplication.translate("StatusSummary", "{count} ms").format(
        count=formatting.number(ms)
    )
