"""What is at stake, in sentences: how long reports are safe, and what comes again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject

from app.door.public_url import host_of
from app.store.records import BatchRecord
from app.ui import words
from app.ui.door.stakes import Closed, Gaps, Returned, Stranded

_BY_SECONDS: Final = 600
"""Under ten minutes the clock counts seconds."""
_MINUTE: Final = timedelta(minutes=1)
_HALF_A_DAY: Final = timedelta(hours=12)
_NAMED: Final = 3
"""Batches that a sentence names; the others are counted."""
_NAME_LENGTH: Final = 24


def clock_text(closed: Closed, now: datetime) -> str:
    """Return how long reports are safe while the door is closed, or since when they may be lost."""
    left = int((closed.first_loss - now).total_seconds())
    if left > 0:
        if left > _BY_SECONDS:
            left -= left % 60
        text = QCoreApplication.translate(
            "Stakes",
            "Reports are safe at the sender for another {time}; the first may be lost from "
            "{clock}.",
        )
        return text.format(time=words.duration(left), clock=moment(closed.first_loss, now))
    text = QCoreApplication.translate(
        "Stakes", "Reports may be lost since {clock}: the sender gives up on more every minute."
    )
    return text.format(clock=moment(closed.first_loss, now))


def surge_text(knocks: int) -> str:
    """Return what it means that so many strangers knock."""
    return QCoreApplication.translate(
        "Stakes",
        "{count} requests with a wrong secret or path came in ten minutes. They were turned away, "
        "and nothing of them is kept. If your own batches are among them, they were given an old "
        "address.",
    ).format(count=words.number(knocks))


def moment(instant: datetime, now: datetime) -> str:
    """Return a time of day; with its day where that is half a day away or more."""
    if abs(instant - now) < _HALF_A_DAY:
        return words.clock_time(instant, with_seconds=False)
    text = QCoreApplication.translate("Stakes", "{day} {clock}")
    return text.format(day=words.day(instant), clock=words.clock_time(instant, with_seconds=False))


def _up_to_the_minute(instant: datetime) -> datetime:
    """Return the next whole minute: what is promised by then must not be a minute early."""
    return instant.replace(second=0, microsecond=0) + (
        _MINUTE if instant.second or instant.microsecond else timedelta()
    )


class StakeWords(QObject):
    """What has plural forms: these are found in a `tr` only."""

    def returned(self, found: Returned, came: int | None, now: datetime) -> str:
        """Return what comes again after a closure, and how much of it has.

        Args:
            found: the closure.
            came: how many reports of its time have come since; None where that is not known.
            now: the time, UTC.
        """
        text = self.tr("Closed for {time}; what was sent then comes again by {clock}.").format(
            time=words.duration(found.length.total_seconds()),
            clock=moment(_up_to_the_minute(found.again_by), now),
        )
        if not came:
            return text
        have_come = self.tr("%Ln report(s) of that time have come.", "", came)
        return f"{text} {have_come}"

    def gaps(self, found: Gaps, now: datetime) -> str:
        """Return which batches may have gaps, and why."""
        if len(found.spans) == 1:
            text = self.tr(
                "Kvitto could not be reached for longer than the sender waits: reports that were "
                "sent between {begin} and {end} may be lost."
            )
        else:
            text = self.tr(
                "Kvitto could not be reached for longer than the sender waits: reports that were "
                "sent at times between {begin} and {end} may be lost."
            )
        text = text.format(
            begin=moment(min(span.begin for span in found.spans), now),
            end=moment(_up_to_the_minute(max(span.end for span in found.spans)), now),
        )
        count = len(found.batches)
        batches = self.tr("%Ln batch(es) that are not settled may have gaps: {names}.", "", count)
        return f"{text} {batches.format(names=self._names(found.batches))}"

    def stranded(self, found: Sequence[Stranded]) -> str:
        """Return how much still reports to addresses that do not lead here, and what to do."""
        batches = sum(len(one.batches) for one in found)
        messages = sum(one.messages for one in found)
        text = self.tr(
            "%Ln batch(es), {messages}, still report to {address} and won't arrive here. Restore "
            "that address, or mark them as done.",
            "",
            batches,
        )
        hosts = ", ".join(host_of(one.url) or one.url for one in found[:_NAMED])
        counted = self.tr("%Ln message(s)", "", messages)
        return text.format(messages=counted, address=hosts)

    def _names(self, batches: Sequence[BatchRecord]) -> str:
        named = ", ".join(
            one.label or words.short_id(one.batch_id, _NAME_LENGTH) for one in batches[:_NAMED]
        )
        others = len(batches) - _NAMED
        if others <= 0:
            return named
        return self.tr("{names} and %Ln more", "", others).format(names=named)
