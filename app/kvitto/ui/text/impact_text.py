"""The impact of an outage in sentences: how long reports are safe, and what is retried."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject

from kvitto.core.outages import TimeRange
from kvitto.reachability.impact import OngoingOutage, PossibleLoss, Recovered, StaleUrlBatches
from kvitto.reachability.public_url import host_of
from kvitto.store.records import BatchRecord
from kvitto.ui.text import formatting
from kvitto.ui.text.batch_names import name_of

_BY_SECONDS: Final = 600
"""Under ten minutes the clock counts seconds."""
_MINUTE: Final = timedelta(minutes=1)
_HALF_A_DAY: Final = timedelta(hours=12)
_NAMED: Final = 3
"""Batches that a sentence names; the others are counted."""
_TIMES: Final = 3
"""Times that a sentence tells; of earlier ones, that there are some."""


def deadline_text(closed: OngoingOutage, now: datetime) -> str:
    """Return how long reports are safe during an outage, or since when they may be lost."""
    if closed.earliest_loss is None:
        return QCoreApplication.translate("ImpactText", "No report is waited for now.")
    left = int((closed.earliest_loss - now).total_seconds())
    if left > 0:
        if left > _BY_SECONDS:
            left -= left % 60
        text = QCoreApplication.translate(
            "ImpactText",
            "Reports are safe at the SMS service for another {time}; the first may be lost from "
            "{clock}.",
        )
        return text.format(time=formatting.duration(left), clock=moment(closed.earliest_loss, now))
    text = QCoreApplication.translate(
        "ImpactText",
        "Reports may be lost since {clock}: the SMS service gives up on more every minute.",
    )
    return text.format(clock=moment(closed.earliest_loss, now))


def spike_text(unauthorized_counts: int) -> str:
    """Return what a spike of unauthorized requests means."""
    return QCoreApplication.translate(
        "ImpactText",
        "{count} requests with a wrong key or path came in ten minutes. They were turned away, and "
        "nothing of them is kept. If your own batches are among them, they were given an old "
        "address.",
    ).format(count=formatting.number(unauthorized_counts))


def moment(instant: datetime, now: datetime) -> str:
    """Return a time of day; with its day where that is half a day away or more."""
    if abs(instant - now) < _HALF_A_DAY:
        return formatting.clock_time(instant, with_seconds=False)
    text = QCoreApplication.translate("ImpactText", "{day} {clock}")
    return text.format(
        day=formatting.day(instant), clock=formatting.clock_time(instant, with_seconds=False)
    )


def times_text(spans: Sequence[TimeRange], now: datetime) -> str:
    """Return times from when to when, the newest ones; none is told shorter than it is."""
    told = [
        f"{moment(one.begin, now)}–{moment(_up_to_the_minute(one.end), now)}"
        for one in spans[-_TIMES:]
    ]
    text = ", ".join(told)
    if len(spans) > len(told):
        return QCoreApplication.translate("ImpactText", "{times} and earlier").format(times=text)
    return text


def mark_text(spans: Sequence[TimeRange], now: datetime) -> str:
    """Return that reports about a batch may be lost, when they were sent, and what to do."""
    text = QCoreApplication.translate(
        "ImpactText",
        "Some reports about this batch may be lost: Kvitto could not be reached {times}. Ask iP.1, "
        "or compare in their portal, for what was sent then.",
    )
    return text.format(times=times_text(spans, now))


def _up_to_the_minute(instant: datetime) -> datetime:
    """Return the next whole minute: what is promised by then must not be a minute early."""
    return instant.replace(second=0, microsecond=0) + (
        _MINUTE if instant.second or instant.microsecond else timedelta()
    )


def _joined(*sentences: str) -> str:
    return " ".join(one for one in sentences if one)


class ImpactText(QObject):
    """What has plural forms: these are found in a `tr` only."""

    def recovered(self, found: Recovered, came: int | None, now: datetime) -> str:
        """Return what is retried after an outage, and how much of it has come.

        Args:
            found: the outage.
            came: how many reports of its time have come since; None where that is not known.
            now: the time, UTC.
        """
        text = self.tr(
            "Not reachable for {time}; what was sent then comes again by {clock}."
        ).format(
            time=formatting.duration(found.length.total_seconds()),
            clock=moment(_up_to_the_minute(found.again_by), now),
        )
        return _joined(text, self._came(came))

    def loss(self, found: PossibleLoss, came: int | None, now: datetime) -> str:
        """Return what may be lost, what certainly is, what still comes, and what to do.

        Args:
            found: the loss.
            came: how many reports of the last outage have come since; None where that is not
                known.
            now: the time, UTC.
        """
        if found.batches:
            text = self.tr(
                "Kvitto could not be reached for longer than the SMS service tries again: some of "
                "what was sent {times} may be lost."
            )
        else:
            text = self.tr(
                "Kvitto could not be reached for longer than the SMS service tries again. No batch "
                "is known to have been under way; if one was sent {times}, reports about it may be "
                "lost."
            )
        gone = comes = ""
        if found.gone:
            gone = self.tr("What was sent {times} and has not come is gone.").format(
                times=", ".join(
                    f"{moment(one.begin, now)}–{moment(one.end, now)}"
                    for one in found.gone[-_TIMES:]
                )
            )
        if found.safe_from is not None and found.again_by is not None:
            comes = self.tr("What was sent from {begin} on comes again by {end}.").format(
                begin=moment(_up_to_the_minute(found.safe_from), now),
                end=moment(_up_to_the_minute(found.again_by), now),
            )
            comes = _joined(comes, self._came(came))
        return _joined(
            text.format(times=times_text(found.spans, now)),
            gone,
            comes,
            self._under_way(found.batches),
            self._advice(found.spans, now),
        )

    def lost_already(self, closed: OngoingOutage, now: datetime) -> str:
        """Return what may be lost during the outage; "" where nothing is."""
        if not closed.at_risk:
            return ""
        if closed.batches:
            text = self.tr("Some of what was sent {times} may be lost already.")
        else:
            text = self.tr("If a batch was sent {times}, reports about it may be lost already.")
        return _joined(
            text.format(times=times_text(closed.at_risk, now)),
            self._under_way(closed.batches),
            self._advice(closed.at_risk, now),
        )

    def _came(self, came: int | None) -> str:
        return self.tr("%Ln report(s) of that time have come.", "", came) if came else ""

    def _under_way(self, batches: Sequence[BatchRecord]) -> str:
        if not batches:
            return ""
        count = len(batches)
        text = self.tr("%Ln batch(es) under way then: {names}.", "", count)
        return text.format(names=self._names(batches))

    def _advice(self, spans: Sequence[TimeRange], now: datetime) -> str:
        text = self.tr("Ask iP.1, or compare in their portal, for what was sent {times}.")
        return text.format(times=times_text(spans, now))

    def stale_url(self, found: Sequence[StaleUrlBatches], now: datetime) -> str:
        """Return how much still reports to addresses that do not lead here, and what to do."""
        batches = sum(len(one.batches) for one in found)
        messages = sum(one.unfinished for one in found)
        text = self.tr(
            "%Ln batch(es), {messages}, report to {address}, which did not lead here at {clock}. "
            "The SMS service gives each report up after about 90 minutes: restore that address, or "
            "archive them.",
            "",
            batches,
        )
        hosts = ", ".join(host_of(one.url) or one.url for one in found[:_NAMED])
        counted = self.tr("%Ln message(s)", "", messages)
        checked = min((one.check.checked_at or now for one in found), default=now)
        return text.format(messages=counted, address=hosts, clock=moment(checked, now))

    def _names(self, batches: Sequence[BatchRecord]) -> str:
        # Listed until it is known: numbers are masked, whatever is on when it is read.
        names = [name_of(one, is_masked=True) for one in batches]
        # Many batches have one name: said once.
        told = list(dict.fromkeys(names))[:_NAMED]
        others = sum(name not in told for name in names)
        named = ", ".join(told)
        if not others:
            return named
        return self.tr("{names} and %Ln more", "", others).format(names=named)
