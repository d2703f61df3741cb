"""The sender's status codes, their groups, and the outcome that each means.

Source: protocol, "Status codes". The first digit is the group, and the sender may add codes, so
an unknown code is never refused: it is shown with its number and treated by its group.
Codes are names, not a scale: nothing here or elsewhere compares them by size.
"""

from enum import Enum, StrEnum
from typing import Final


class Group(Enum):
    """What the first digit of a code says."""

    INFO = 1
    """Where in the pipeline the message is."""
    SUCCESS = 2
    """It ended in a way that the user asked for, which is not always delivery."""
    REJECTION = 4
    """Something is wrong with the message itself."""
    ERROR = 5
    """Undeliverable, or another error out of the service's control."""
    UNKNOWN = 0
    """No group that the sender has told of."""


class Outcome(StrEnum):
    """What we show of a message, in the order in which a batch's bar stacks them."""

    DELIVERED = "delivered"
    PENDING = "pending"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"


DELIVERED_TO_HANDSET: Final = 201
"""The only code that means delivered. 111, 112 and 113 do not, whatever their names say."""
REFUNDED: Final = 104
_EXPIRED: Final = 202
_CANCELED: Final = 203

CODE_NAMES: Final[dict[int, str]] = {
    101: "Accepted",
    102: "Queued",
    103: "Funded",
    REFUNDED: "Refunded",
    110: "Sending",
    111: "DeliveredToGateway",
    112: "DeliveredToCarrier",
    113: "DeliveredToGSM",
    114: "QueuedAtGateway",
    DELIVERED_TO_HANDSET: "DeliveredToHandset",
    _EXPIRED: "Expired",
    _CANCELED: "Canceled",
    402: "InsufficientFunds",
    403: "SenderRejected",
    # The next three names are taken from the sender's list of e-mail codes: assumed for SMS.
    405: "RecipientRejected",
    406: "GenericRejected",
    407: "InvalidSender",
}
"""The sender's own names. Codes that it uses and does not name (404, 408, 409, 5xx) are absent."""


def group_of(code: int) -> Group:
    """Return the group of `code`: its first digit, for codes of three digits."""
    try:
        return Group(code // 100)
    except ValueError:
        return Group.UNKNOWN


def outcome_of(code: int) -> Outcome:
    """Return what `code` means for the person who sent the message; every integer has one."""
    match code:
        case 201:
            return Outcome.DELIVERED
        case 202:
            return Outcome.EXPIRED
        case 203:
            return Outcome.CANCELLED
        case _:
            return _outcome_of_group(group_of(code))


def _outcome_of_group(group: Group) -> Outcome:
    match group:
        case Group.INFO:
            return Outcome.PENDING
        case Group.REJECTION:
            return Outcome.REJECTED
        case Group.ERROR:
            return Outcome.FAILED
        case Group.SUCCESS | Group.UNKNOWN:
            return Outcome.UNKNOWN


def is_settled(code: int, *, final: bool) -> bool:
    """Tell whether a message in this state is done: the state is final, or it is delivered.

    An error (5xx) that is not final is failing, but still tried: not settled.
    """
    return final or code == DELIVERED_TO_HANDSET
