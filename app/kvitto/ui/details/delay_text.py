"""Why a report came late, and how late those of a batch came, in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from kvitto.core.delay import Delay, DelayReason
from kvitto.core.outages import IP1_RETRIES, OutageCause
from kvitto.ui.charts.outage_bands import ShadedBand
from kvitto.ui.text import formatting
from kvitto.ui.text.outage_text import cause_text, cause_word

if TYPE_CHECKING:
    from kvitto.store.delay_stats import DelaySpread

_TOLD: Final = (
    DelayReason.UNREACHABLE,
    DelayReason.QUEUED,
    DelayReason.UNKNOWN,
    DelayReason.NETWORK,
)
"""What is told of a batch, what matters most first. Most reports come at once: that is no news."""


def late_word(late: Delay | None) -> str:
    """Return why a report came late, in a few words; "" where it did not, or nobody knows."""
    if late is None:
        return ""
    match late.kind:
        case DelayReason.PROMPT:
            return ""
        case DelayReason.NETWORK:
            return QCoreApplication.translate("Delay", "network")
        case DelayReason.UNREACHABLE:
            return QCoreApplication.translate(
                "Delay", "an interruption, try {number} of {tries}"
            ).format(
                number=formatting.number(late.try_number),
                tries=formatting.number(IP1_RETRIES.tries),
            )
        case DelayReason.QUEUED:
            return QCoreApplication.translate("Delay", "waited at the SMS service")
        case DelayReason.UNKNOWN:
            return QCoreApplication.translate("Delay", "why is not known")


def late_sentence(late: Delay, causes: Collection[OutageCause]) -> str:
    """Return why a report came late, in a sentence or two; "" where it did not.

    Args:
        late: how late it was, and why.
        causes: why no report could come in meanwhile.
    """
    match late.kind:
        case DelayReason.PROMPT:
            return ""
        case DelayReason.NETWORK:
            return QCoreApplication.translate("Delay", "The network took that time.")
        case DelayReason.UNREACHABLE:
            said = QCoreApplication.translate(
                "Delay",
                "Kvitto could not be reached before: it came by try {number} of {tries}.",
            ).format(
                number=formatting.number(late.try_number),
                tries=formatting.number(IP1_RETRIES.tries),
            )
            return " ".join([said, *(cause_text(cause) for cause in causes)])
        case DelayReason.QUEUED:
            return QCoreApplication.translate(
                "Delay",
                "Other reports came by the same address meanwhile: it waited at the SMS service.",
            )
        case DelayReason.UNKNOWN:
            return QCoreApplication.translate(
                "Delay",
                "Why is not known: it waited at the SMS service, or the address did not lead here.",
            )


def spread_text(spread: "DelaySpread | None") -> str:
    """Return how late a batch's reports came; "" where none tells."""
    if spread is None:
        return ""
    if spread.longest < timedelta(seconds=1):
        return QCoreApplication.translate("Delay", "at once")
    return QCoreApplication.translate(
        "Delay", "half within {median}, 95 % within {most}, all within {longest}"
    ).format(
        median=_duration(spread.median),
        most=_duration(spread.most),
        longest=_duration(spread.longest),
    )


def reasons_text(spread: "DelaySpread | None") -> str:
    """Return how many of a batch's reports came late, by reason; "" where none did."""
    if spread is None:
        return ""
    return _listed(
        _counted(kind).format(count=formatting.number(spread.reasons[kind]))
        for kind in _TOLD
        if kind in spread.reasons
    )


def closed_text(bands: Iterable[ShadedBand]) -> str:
    """Return how long no report could come in, by cause; "" where one always could."""
    lengths: defaultdict[OutageCause, float] = defaultdict(float)
    for band in bands:
        lengths[band.by] += band.end - band.begin
    return _listed(f"{cause_word(cause)} {formatting.duration(s)}" for cause, s in lengths.items())


def _listed(parts: Iterable[str]) -> str:
    """Return parts behind each other; a line breaks between them only."""
    return " · ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


def _counted(kind: DelayReason) -> str:
    match kind:
        case DelayReason.UNREACHABLE:
            return QCoreApplication.translate("Delay", "{count} by interruptions")
        case DelayReason.QUEUED:
            return QCoreApplication.translate("Delay", "{count} waited at the SMS service")
        case DelayReason.UNKNOWN:
            return QCoreApplication.translate("Delay", "{count} not known why")
        case DelayReason.NETWORK:
            return QCoreApplication.translate("Delay", "{count} by the network")
        case DelayReason.PROMPT:
            return QCoreApplication.translate("Delay", "{count} at once")


def _duration(lag: timedelta) -> str:
    return formatting.duration(max(0.0, lag.total_seconds()))
