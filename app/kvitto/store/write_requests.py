"""What the receiver hands to the writer, and what the writer answers."""

from datetime import datetime
from enum import Enum

import msgspec

from kvitto.core.rejection import RejectionKind, RejectionReason
from kvitto.core.report import DeliveryReport, Origin


class ReportRequest(msgspec.Struct, frozen=True, gc=False):
    """A report that has come.

    Attributes:
        report: what it says.
        body: the raw body; of a huge one, a part is kept.
        arrived: when it came, UTC.
        callback_key: the number of the key by whose URL it came; None where it came without one.
        origin: how it came.
        marks: what is unusual about its coming, a word each; see `kvitto.core.marks`. The fields
            that
            could not be read are marked anyway.
        body_bytes: how large the body was, where `body` is a part of it already.
    """

    report: DeliveryReport
    body: bytes
    arrived: datetime
    callback_key: int | None = None
    origin: Origin = Origin.WEBHOOK
    marks: tuple[str, ...] = ()
    body_bytes: int | None = None


class RejectedRequest(msgspec.Struct, frozen=True):
    """A body that was refused and goes to quarantine.

    Attributes:
        kind: what it is instead of a report.
        reason: why it was refused.
        body: the raw bytes; of a body that is too large, its beginning.
        size: the size of the whole body in bytes, as far as it was read or announced.
        headers: the request's headers in order, without the callback key.
        arrived: when it came, UTC.
        callback_key: the number of the key by whose URL it came; None where it came without one.
        origin: what a report counts as that comes as it did. Only those of the SMS service are
            counted.
    """

    kind: RejectionKind
    reason: RejectionReason
    body: bytes
    size: int
    headers: tuple[tuple[str, str], ...]
    arrived: datetime
    callback_key: int | None = None
    origin: Origin = Origin.WEBHOOK


class UnauthorizedCount(msgspec.Struct, frozen=True):
    """Requests with a wrong or missing key, or to another path: a count only.

    Attributes:
        minute: the minute since the epoch in which they came.
        requests: how many.
    """

    minute: int
    requests: int


class WriteResult(Enum):
    """What became of an arrival. Each of them means: it is on disk."""

    STORED = "stored"
    DUPLICATE = "duplicate"
