"""Numbers that don't work: which they are, from what became of their messages. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from kvitto.core.status import Result

IN_A_ROW: Final = 3
"""So many of a number's last messages must have failed before it is said not to work."""
_RECIPIENT_REFUSED: Final = 405


class PastMessage(NamedTuple):
    """What became of one message to a number.

    Attributes:
        at: when its current state began, UTC.
        code: that state's code.
        result: what is shown of it.
    """

    at: datetime
    code: int
    result: Result

    @property
    def has_failed(self) -> bool:
        """Whether it tells against the number: it failed, or the number itself was refused.

        An expired message does not: the phone was off, or abroad. Other rejections are about the
        message or the account.
        """
        return self.result is Result.FAILED or self.code == _RECIPIENT_REFUSED


class DeadNumber(NamedTuple):
    """A number that does not work.

    Attributes:
        recipient: MSISDN digits.
        last_delivered: when a message to it was delivered last, UTC; None for never.
        failures: how many messages to it have failed since.
        last_failure: the latest of these.
    """

    recipient: str
    last_delivered: datetime | None
    failures: int
    last_failure: PastMessage


def dead_number(recipient: str, messages: Sequence[PastMessage]) -> DeadNumber | None:
    """Return why a number does not work; None where it may work.

    Its last three messages have failed, and none was delivered since. What is still on its way,
    was cancelled, or is not known tells nothing about a number.

    Args:
        recipient: MSISDN digits.
        messages: all messages to it that are kept, in any order.
    """
    telling = sorted(
        (
            one
            for one in messages
            if one.has_failed or one.result in {Result.DELIVERED, Result.EXPIRED}
        ),
        reverse=True,
    )
    if len(telling) < IN_A_ROW or not all(one.has_failed for one in telling[:IN_A_ROW]):
        return None
    delivered = [one.at for one in telling if one.result is Result.DELIVERED]
    last_delivered = max(delivered, default=None)
    failures = [
        one
        for one in telling
        if one.has_failed and (last_delivered is None or one.at > last_delivered)
    ]
    return DeadNumber(recipient, last_delivered, len(failures), failures[0])
