"""When a status that was asked from the SMS service's API gives way to a report.

What the API says of a status and what a report says of it may differ: in the price, or in how
exact the time is. Only one of them may count, and in any order of arrival the same one: the report.
So an asked status counts only as long as no report of the same status has come. Source: protocol,
"From reports to a message, a batch and a cost".
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from kvitto.core.report import DeliveryReport
from kvitto.core.state import MessageState, ReceivedReport

SAME_WITHIN: Final = timedelta(seconds=2)
"""Two times of one status may be so far apart: one of them may be rounded."""


def is_same_status(asked: DeliveryReport, report: DeliveryReport) -> bool:
    """Tell whether two reports of one message tell of the same status change.

    A report without a time is of the status that has its code.
    """
    if (asked.code, asked.final) != (report.code, report.final):
        return False
    if asked.created is None or report.created is None:
        return True
    return abs(asked.created - report.created) <= SAME_WITHIN


def says_the_same(asked: DeliveryReport, before: DeliveryReport) -> bool:
    """Tell whether the API says nothing else of a status than it said before.

    What it leaves out it does not take back: only the newest status has a price.
    """
    pairs = (
        (asked.price, before.price),
        (asked.segments, before.segments),
        (asked.recipient, before.recipient),
    )
    return is_same_status(asked, before) and all(one in (None, other) for one, other in pairs)


def is_asked(state: MessageState) -> bool:
    """Tell whether a state is that of an asked status: its sequence is below zero.

    Then `arrived` is when it was asked.
    """
    return state.rank.sequence < 0


def with_asked(state: MessageState | None, asked: ReceivedReport) -> MessageState:
    """Return a message's state with an asked status in it, which is not counted as a report.

    Args:
        state: the state before; None for none.
        asked: the status; it arrived when it was asked, and its sequence is below zero.
    """
    if state is None:
        return msgspec.structs.replace(MessageState.first(asked), reports=0)
    return msgspec.structs.replace(state.after(asked), reports=state.reports)


def folded(
    reports: Iterable[ReceivedReport], asked: Iterable[ReceivedReport]
) -> MessageState | None:
    """Return the state of a message by all that is told of it; None where nothing is.

    Args:
        reports: its reports.
        asked: the asked statuses that count beside them.
    """
    state: MessageState | None = None
    for one in reports:
        state = MessageState.first(one) if state is None else state.after(one)
    for one in asked:
        state = with_asked(state, one)
    return state


def standing(
    asked: Iterable[ReceivedReport], reports: Sequence[ReceivedReport]
) -> list[ReceivedReport]:
    """Return the asked statuses that count beside the reports of their message."""
    return [
        one
        for one in asked
        if not any(is_same_status(one.report, other.report) for other in reports)
    ]
