"""Why a report came late, and how late those of a batch came, in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from app.core.door import SENDER, ClosedBy
from app.core.lateness import Late, Lateness
from app.ui import words
from app.ui.closed_times import Band
from app.ui.closure_words import cause_text, cause_word

if TYPE_CHECKING:
    from app.store.lags import LagSpread

_TOLD: Final = (Late.CLOSED_DOOR, Late.QUEUED, Late.UNKNOWN, Late.NETWORK)
"""What is told of a batch, what matters most first. Most reports come at once: that is no news."""


def late_word(late: Lateness | None) -> str:
    """Return why a report came late, in a few words; "" where it did not, or nobody knows."""
    if late is None:
        return ""
    match late.kind:
        case Late.PROMPT:
            return ""
        case Late.NETWORK:
            return QCoreApplication.translate("Lateness", "network")
        case Late.CLOSED_DOOR:
            return QCoreApplication.translate(
                "Lateness", "an interruption, try {number} of {tries}"
            ).format(number=words.number(late.try_number), tries=words.number(SENDER.tries))
        case Late.QUEUED:
            return QCoreApplication.translate("Lateness", "waited at the SMS service")
        case Late.UNKNOWN:
            return QCoreApplication.translate("Lateness", "why is not known")


def late_sentence(late: Lateness, causes: Collection[ClosedBy]) -> str:
    """Return why a report came late, in a sentence or two; "" where it did not.

    Args:
        late: how late it was, and why.
        causes: why our door was closed meanwhile.
    """
    match late.kind:
        case Late.PROMPT:
            return ""
        case Late.NETWORK:
            return QCoreApplication.translate("Lateness", "The network took that time.")
        case Late.CLOSED_DOOR:
            said = QCoreApplication.translate(
                "Lateness",
                "Kvitto could not be reached before: it came by try {number} of {tries}.",
            ).format(number=words.number(late.try_number), tries=words.number(SENDER.tries))
            return " ".join([said, *(cause_text(cause) for cause in causes)])
        case Late.QUEUED:
            return QCoreApplication.translate(
                "Lateness",
                "Other reports came by the same address meanwhile: it waited at the SMS service.",
            )
        case Late.UNKNOWN:
            return QCoreApplication.translate(
                "Lateness",
                "Why is not known: it waited at the SMS service, or the address did not lead here.",
            )


def spread_text(spread: "LagSpread | None") -> str:
    """Return how late a batch's reports came; "" where none tells."""
    if spread is None:
        return ""
    if spread.longest < timedelta(seconds=1):
        return QCoreApplication.translate("Lateness", "at once")
    return QCoreApplication.translate(
        "Lateness", "half within {median}, 95 % within {most}, all within {longest}"
    ).format(
        median=_duration(spread.median),
        most=_duration(spread.most),
        longest=_duration(spread.longest),
    )


def reasons_text(spread: "LagSpread | None") -> str:
    """Return how many of a batch's reports came late, by reason; "" where none did."""
    if spread is None:
        return ""
    return _listed(
        _counted(kind).format(count=words.number(spread.reasons[kind]))
        for kind in _TOLD
        if kind in spread.reasons
    )


def closed_text(bands: Iterable[Band]) -> str:
    """Return how long no report could come in, by cause; "" where one always could."""
    lengths: defaultdict[ClosedBy, float] = defaultdict(float)
    for band in bands:
        lengths[band.by] += band.end - band.begin
    return _listed(f"{cause_word(cause)} {words.duration(s)}" for cause, s in lengths.items())


def _listed(parts: Iterable[str]) -> str:
    """Return parts behind each other; a line breaks between them only."""
    return " · ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in parts)


def _counted(kind: Late) -> str:
    match kind:
        case Late.CLOSED_DOOR:
            return QCoreApplication.translate("Lateness", "{count} by interruptions")
        case Late.QUEUED:
            return QCoreApplication.translate("Lateness", "{count} waited at the SMS service")
        case Late.UNKNOWN:
            return QCoreApplication.translate("Lateness", "{count} not known why")
        case Late.NETWORK:
            return QCoreApplication.translate("Lateness", "{count} by the network")
        case Late.PROMPT:
            return QCoreApplication.translate("Lateness", "{count} at once")


def _duration(lag: timedelta) -> str:
    return words.duration(max(0.0, lag.total_seconds()))
