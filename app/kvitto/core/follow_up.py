"""Who did not get a message: in which group each message is, and what the user noted on it. Pure.

Source: protocol, "Status codes"; how long a message is tried, `kvitto.core.awaited`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never

from kvitto.core.awaited import AFTER_LAST_REPORT
from kvitto.core.status import Result


class FollowUpGroup(StrEnum):
    """What is known of messages that were not delivered. Groups are never mixed in one list."""

    DID_NOT_ARRIVE = "did_not_arrive"
    """It has ended, and the recipient did not get it: expired, rejected or failed."""
    NOT_KNOWN = "not_known"
    """It is still tried, or has ended without a word on delivery."""
    CANCELLED = "cancelled"
    """It was cancelled before it was delivered."""


class FollowUpMark(StrEnum):
    """What the user did about a message."""

    CALLED = "called"
    WRONG_NUMBER = "wrong_number"
    SENT_AGAIN = "sent_again"


def group_of(result: Result) -> FollowUpGroup | None:
    """Return the group of a message; None for a delivered one."""
    match result:
        case Result.DELIVERED:
            return None
        case Result.EXPIRED | Result.REJECTED | Result.FAILED:
            return FollowUpGroup.DID_NOT_ARRIVE
        case Result.PENDING | Result.UNKNOWN:
            return FollowUpGroup.NOT_KNOWN
        case Result.CANCELLED:
            return FollowUpGroup.CANCELLED
    assert_never(result)


RESULTS: Final[dict[FollowUpGroup, frozenset[Result]]] = {
    group: frozenset(one for one in Result if group_of(one) is group) for group in FollowUpGroup
}
"""The results of each group."""


def known_by(last_status: datetime) -> datetime:
    """Return by when it is known at the latest whether a message arrives.

    Args:
        last_status: when its latest status changed: the operator tries for 72 hours from then, and
            the report about the end of that may be late.
    """
    return last_status + AFTER_LAST_REPORT
