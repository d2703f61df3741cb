"""What the SMS service posts: one body at one time, in one way, and what must be answered."""

from enum import Enum
from typing import Final, NamedTuple

import msgspec

INVALID_PAYLOAD: Final = -1
"""The number of what is no report."""


class Delivery(Enum):
    """How a body is sent the first time. Tries after the first are always whole."""

    WHOLE = "whole"
    """With its length."""
    CHUNKED = "chunked"
    """In chunks."""
    CUT_INSIDE = "cut inside"
    """The connection breaks in the middle of the body."""
    CUT_AFTER = "cut after"
    """The connection breaks when all is sent, before the answer is read."""


class Post(msgspec.Struct, frozen=True, gc=False):
    """One body that the SMS service posts.

    Attributes:
        due_us: when, in microseconds of life from the campaign's beginning.
        message: the number of its message in the campaign.
        report: the number of the report among those of its message; `INVALID_PAYLOAD` where it is
            none.
        body: the bytes.
        delivery: how it is sent.
        expected: the status that must be answered.
        is_repeat: whether the same report is posted earlier, too.
    """

    due_us: int
    message: int
    report: int
    body: bytes
    delivery: Delivery = Delivery.WHOLE
    expected: int = 200
    is_repeat: bool = False

    @property
    def is_invalid_payload(self) -> bool:
        """Whether it is no report."""
        return self.report == INVALID_PAYLOAD


class PostAnswer(NamedTuple):
    """What was answered.

    Attributes:
        status: its status.
        size: the bytes of its body.
        beginning: the first of them, a kilobyte at most.
    """

    status: int
    size: int
    beginning: bytes
