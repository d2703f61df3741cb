"""A delivery report: one status change of one message, as its sender told it."""

from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

import msgspec

from app.core.money import NO_CURRENCY, Money
from app.core.times import to_microseconds


class Origin(StrEnum):
    """How a report came to us."""

    WEBHOOK = "webhook"
    """Posted by the sender."""
    DEMO = "demo"
    """Posted by our own stand-in for the sender: never counted with real ones."""
    API = "api"
    """Asked from the sender's API."""


class DeliveryReport(msgspec.Struct, frozen=True, gc=False):
    """One status change of one message. Two reports are the same if all fields are equal.

    Attributes:
        message_id: the sender's id of the message, 1 to 256 characters.
        batch_id: the sender's id of the batch that it was sent in, 1 to 256 characters.
        code: the new status, see `app.core.status`.
        final: whether this status is permanent; if so this is the last report about the message.
        created: when the status changed, UTC; None where the sender gave no time that can be read.
        recipient: MSISDN digits without `+`.
        segments: how many SMS parts the message needs, 0 to 10,000.
        price_nano: the price of the whole message in nano-units of `currency`.
        currency: three upper-case letters.
        reference: the client's own id; one per batch request, not unique per message.

    Source: protocol, "Fields". What is None was absent.
    """

    message_id: str
    batch_id: str
    code: int
    final: bool = False
    created: datetime | None = None
    recipient: str | None = None
    segments: int | None = None
    price_nano: int | None = None
    currency: str | None = None
    reference: str | None = None

    @property
    def price(self) -> Money | None:
        """The price of the whole message, where the report has one."""
        if self.price_nano is None:
            return None
        return Money(self.price_nano, self.currency or NO_CURRENCY)


def fingerprint(report: DeliveryReport) -> int:
    """Return a signed 64-bit number that tells the different reports of one message apart.

    It is equal where all fields are. Among the few reports of one message, different ones differ:
    whoever could make two that collide holds the secret, and could post anything.
    """
    fields = (
        report.message_id,
        report.batch_id,
        report.code,
        report.final,
        None if report.created is None else to_microseconds(report.created),
        report.recipient,
        report.segments,
        report.price_nano,
        report.currency,
        report.reference,
    )
    digest = blake2b(_ENCODER.encode(fields), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


_ENCODER = msgspec.json.Encoder()
