"""Who did not get a message: in which group each message is, and what the user noted on it. Pure.

Source: protocol, "Status codes"; how long a message is tried, `kvitto.core.awaited`.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never

from kvitto.core.awaited import AFTER_LAST_REPORT
from kvitto.core.status import Outcome


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


def group_of(outcome: Outcome) -> FollowUpGroup | None:
    """Return the group of a message; None for a delivered one."""
    match outcome:
        case Outcome.DELIVERED:
            return None
        case Outcome.EXPIRED | Outcome.REJECTED | Outcome.FAILED:
            return FollowUpGroup.DID_NOT_ARRIVE
        case Outcome.PENDING | Outcome.UNKNOWN:
            return FollowUpGroup.NOT_KNOWN
        case Outcome.CANCELLED:
            return FollowUpGroup.CANCELLED
    assert_never(outcome)


OUTCOMES: Final[dict[FollowUpGroup, frozenset[Outcome]]] = {
    group: frozenset(one for one in Outcome if group_of(one) is group) for group in FollowUpGroup
}
"""The outcomes of each group."""


def count_groups(outcomes: Iterable[tuple[Outcome, int]]) -> dict[FollowUpGroup, int]:
    """Return how many messages are in each group, all groups included.

    Args:
        outcomes: outcomes, each with a number of messages.
    """
    counts = dict.fromkeys(FollowUpGroup, 0)
    for outcome, count in outcomes:
        group = group_of(outcome)
        if group is not None:
            counts[group] += count
    return counts


def known_by(last_status: datetime) -> datetime:
    """Return by when it is known at the latest whether a message arrives.

    Args:
        last_status: when its latest status changed: the operator tries for 72 hours from then, and
            the report about the end of that may be late.
    """
    return last_status + AFTER_LAST_REPORT
