"""What the books add to the store, and where they differ from it. Pure: no network, no SQL.

A status that a report has told of is never added again, and nothing that a report said is
overwritten: another price is a difference, kept beside. So a pass may come before, between or after
the reports, once or often, and ends in the same states: see `kvitto.core.asked_status`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from kvitto.books.shapes import BooksStatus, Message
from kvitto.core.asked_status import SAME_WITHIN, is_same_status, says_the_same
from kvitto.core.money import Money
from kvitto.core.report import DeliveryReport
from kvitto.core.status import REFUNDED, is_finished

LONGEST_LAG: Final = timedelta(minutes=11)
"""The books may be so far behind the reports."""
_HOUR: Final = timedelta(hours=1)
_MOST_HOURS: Final = 14
"""No time zone is further from UTC."""
MOST_HISTORIES: Final = 16
"""Messages of which a pass asks for the whole history."""


class DifferenceKind(StrEnum):
    """In what a message differs, apart from statuses that were missing."""

    PRICE = "price"
    SEGMENTS = "segments"
    """Another number of SMS parts: that is what is paid for."""
    RECIPIENT = "recipient"
    STATUS = "status"
    """A report has ended it in another way, or the books do not know of its end: one of them is
    wrong, or somebody has our URL."""
    TIME = "time"
    """Both tell of the same end, whole hours apart: one of them is wrong about its time zone. That
    is told, and neither is corrected."""


class Difference(msgspec.Struct, frozen=True):
    """Something that the books and a report say differently of one message.

    Attributes:
        kind: what.
        price: the books' price, where that is it.
    """

    kind: DifferenceKind
    price: Money | None = None


class MessagePlan(msgspec.Struct, frozen=True):
    """What is to be done about one message.

    Attributes:
        message_id: which.
        added: the statuses to be added, in the order of the books.
        differences: what is said differently.
        is_new: whether no report about it ever came.
        needs_history: whether its latest status alone does not tell what became of it.
        lags: whether a report has just ended it, and the books do not know of that yet.
    """

    message_id: str
    added: tuple[BooksStatus, ...] = ()
    differences: tuple[Difference, ...] = ()
    is_new: bool = False
    needs_history: bool = False
    lags: bool = False


def plan_of(
    message: Message,
    reports: Sequence[DeliveryReport],
    now: datetime,
    asked: Sequence[DeliveryReport] = (),
    *,
    is_whole: bool = False,
) -> MessagePlan:
    """Return what is to be done about a message.

    Args:
        message: what the books say.
        reports: what reports say of it.
        now: when the books were asked, UTC.
        asked: what earlier passes have added beside them: it is no report's word, and is replaced
            where the books have changed their mind.
        is_whole: whether that is all of its history, and not its latest status alone.
    """
    known = (*reports, *asked)
    ends = _ends_unknown_there(message, known)
    lags = any(one.created is not None and now - one.created < LONGEST_LAG for one in ends)
    is_behind = bool(ends) and not lags
    differences = _differences(message, reports, known)
    if is_behind and is_whole:
        differences.append(Difference(DifferenceKind.STATUS))
    missing = [
        status
        for status in message.statuses
        if not any(is_same_status(status.report, one) for one in reports)
        and not any(says_the_same(status.report, one) for one in asked)
    ]
    added = tuple(
        status
        for status in missing
        if not any(_is_hours_apart(status.report, one) for one in known)
    )
    if len(added) < len(missing):
        differences.append(Difference(DifferenceKind.TIME))
    return MessagePlan(
        message.message_id,
        added,
        tuple(differences),
        is_new=not known,
        needs_history=_needs_history(message, known) or (is_behind and not is_whole),
        lags=lags,
    )


def _ends_unknown_there(message: Message, known: Sequence[DeliveryReport]) -> list[DeliveryReport]:
    """Return what has ended a message here, where the books say that it is still under way."""
    told = [one.report for one in message.statuses if one.report.code != REFUNDED]
    if not told or any(_ends(one) for one in told):
        return []
    return [one for one in known if _ends(one)]


def _differences(
    message: Message, reports: Sequence[DeliveryReport], known: Sequence[DeliveryReport]
) -> list[Difference]:
    found: list[Difference] = []
    if not message.statuses:
        return found
    newest = message.statuses[-1].report
    price = newest.price
    ours = [one for one in reports if is_same_status(newest, one)]
    prices = [one.price for one in ours if one.price is not None]
    if price is not None and prices and price not in prices:
        found.append(Difference(DifferenceKind.PRICE, price))
    segments = {one.segments for one in ours if one.segments is not None}
    if newest.segments is not None and segments and newest.segments not in segments:
        found.append(Difference(DifferenceKind.SEGMENTS))
    recipients = {one.recipient for one in reports if one.recipient is not None}
    if newest.recipient is not None and recipients and newest.recipient not in recipients:
        found.append(Difference(DifferenceKind.RECIPIENT))
    if _ends(newest) and any(_ends(one) and one.code != newest.code for one in known):
        found.append(Difference(DifferenceKind.STATUS))
    return found


def _ends(report: DeliveryReport) -> bool:
    """Tell whether a status says what became of its message: not of its money."""
    return report.code != REFUNDED and is_finished(report.code, final=report.final)


def _is_hours_apart(asked: DeliveryReport, report: DeliveryReport) -> bool:
    """Tell whether both tell of the same end of a message, at times that are whole hours apart."""
    if (asked.code, asked.final) != (report.code, report.final) or not _ends(asked):
        return False
    if asked.created is None or report.created is None:
        return False
    apart = abs(asked.created - report.created)
    hours = round(apart / _HOUR)
    return 0 < hours <= _MOST_HOURS and abs(apart - hours * _HOUR) <= SAME_WITHIN


def _needs_history(message: Message, known: Sequence[DeliveryReport]) -> bool:
    """Tell whether to ask for all of a message's statuses.

    A list has the latest alone. Where that tells only that money was paid back, and nothing that we
    have ended the message, what became of it is in its history. So it is where the list has none:
    what we have can't be compared with nothing.
    """
    told = [one.report for one in message.statuses]
    if not told:
        return True
    is_ended = any(is_finished(one.code, final=one.final) for one in (*told, *known))
    return told[-1].code == REFUNDED and not is_ended
