"""The SMS service's status codes, their groups, and the result that each means.

Source: protocol, "Status codes". The first digit is the group, and the SMS service may add codes,
so an unknown code is never refused: it is shown with its number and treated by its group.
Codes are names, not a scale: nothing here or elsewhere compares them by size; see `step_of`.
"""

from enum import Enum, StrEnum
from functools import lru_cache
from typing import Final

_CODES_AT_HAND: Final = 1000
"""The SMS service has few different codes."""


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
    """No group that the SMS service has told of."""


class Result(StrEnum):
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
FUNDED: Final = 103
REFUNDED: Final = 104
"""A fact about money, not about where the message is."""
_EXPIRED: Final = 202
_CANCELED: Final = 203

CODE_NAMES: Final[dict[int, str]] = {
    101: "Accepted",
    102: "Queued",
    FUNDED: "Funded",
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
    # The next three names are taken from the SMS service's list of e-mail codes: assumed for SMS.
    405: "RecipientRejected",
    406: "GenericRejected",
    407: "InvalidSender",
}
"""The service's own names. Codes that it uses and does not name (404, 408, 409, 5xx) are absent."""


def group_of(code: int) -> Group:
    """Return the group of `code`: its first digit, for codes of three digits."""
    try:
        return Group(code // 100)
    except ValueError:
        return Group.UNKNOWN


_PIPELINE: Final = (101, 102, FUNDED, REFUNDED, 110, 114, 111, 112, 113)
"""Where a message is, from the first step to the last."""
_PIPELINE_STEPS: Final = {code: step for step, code in enumerate(_PIPELINE, start=1)}
_GROUP_STEPS: Final = {
    # What nobody knows hides nothing that is known.
    Group.UNKNOWN: 0,
    # A code that the SMS service adds to the pipeline: assumed to come after the ones that it had.
    Group.INFO: len(_PIPELINE) + 1,
    Group.SUCCESS: len(_PIPELINE) + 2,
    Group.REJECTION: len(_PIPELINE) + 3,
    Group.ERROR: len(_PIPELINE) + 4,
}


@lru_cache(_CODES_AT_HAND)
def step_of(code: int) -> int:
    """Return the place of `code` in the pipeline: of two statuses of one time, the later counts.

    101 102 103 104 110 114 111 112 113, then the other 1xx, then 2xx, 4xx and 5xx. Codes of no
    known group are before all of them. Every integer has a step.
    """
    return _PIPELINE_STEPS.get(code) or _GROUP_STEPS[group_of(code)]


def result_of(code: int, *, final: bool) -> Result:
    """Return what a status means for the person who sent the message; every integer has one.

    A 1xx that is final has ended without a word on delivery: unknown. A 5xx that is not final is
    still tried: pending.

    Args:
        code: the status.
        final: whether it is the last one about the message.
    """
    match code:
        case 201:
            return Result.DELIVERED
        case 202:
            return Result.EXPIRED
        case 203:
            return Result.CANCELLED
        case _:
            return _result_of_group(group_of(code), final=final)


def _result_of_group(group: Group, *, final: bool) -> Result:
    match group:
        case Group.INFO:
            return Result.UNKNOWN if final else Result.PENDING
        case Group.REJECTION:
            return Result.REJECTED
        case Group.ERROR:
            return Result.FAILED if final else Result.PENDING
        case Group.SUCCESS | Group.UNKNOWN:
            return Result.UNKNOWN


def is_finished(code: int, *, final: bool) -> bool:
    """Tell whether a status ends a message: it is final, or the message is delivered."""
    return final or code == DELIVERED_TO_HANDSET


def ending_of(code: int, *, final: bool) -> int:
    """Return how far a status ends its message, to compare by.

    0 does not end it. 1 ends it without a word on what became of it: a 1xx that is final. 2 says
    what became of it, and is never taken back by the others.
    """
    if not is_finished(code, final=final):
        return 0
    return 1 if group_of(code) is Group.INFO else 2


def is_retrying(code: int, *, final: bool) -> bool:
    """Tell whether a status is an error after which it is tried again: a 5xx, not final."""
    return not final and group_of(code) is Group.ERROR


def is_ended_unknown(code: int, *, final: bool) -> bool:
    """Tell whether a status ends a message without a word on delivery: a 1xx that is final."""
    return final and group_of(code) is Group.INFO
