"""A delivery report: one status change of one message, as the SMS service told it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from struct import unpack
from typing import Final

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from kvitto.core.marks import OPTIONAL_FIELDS
from kvitto.core.money import NO_CURRENCY, Money
from kvitto.core.timestamps import to_microseconds

EARLIEST_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""No status changed earlier: such a time was never set (0001-01-01), or a clock was not."""
LATEST_CREATED: Final = timedelta(days=1)
"""No status changed later than this after its report came: a clock is wrong."""


class Origin(StrEnum):
    """How a report came to us."""

    WEBHOOK = "webhook"
    """Posted by the SMS service."""
    DEMO = "demo"
    """Posted by our own stand-in for the SMS service: never counted with real ones."""
    API = "api"
    """Asked from the SMS service's API."""


class DeliveryReport(msgspec.Struct, frozen=True, gc=False, eq=False):
    """One status change of one message.

    Two reports are equal if they say the same: what was left out of them says nothing.

    Attributes:
        message_id: the SMS service's id of the message, 1 to 256 characters.
        batch_id: the SMS service's id of the batch that it was sent in, 1 to 256 characters.
        code: the new status, see `kvitto.core.status`.
        final: whether this status is permanent; if so this is the last report about the message.
        created: when the status changed, UTC; None where the SMS service gave no time that can be
            read.
        recipient: MSISDN digits without `+`.
        segments: how many SMS parts the message needs, 0 to 10,000.
        price_nano: the price of the whole message in nano-units of `currency`.
        currency: three upper-case letters.
        reference: the client's own id; one per batch request, not unique per message.
        left_out: the SMS service's names of the fields that could not be read, in the order of
            `kvitto.core.marks.OPTIONAL_FIELDS`. They count as absent.

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
    left_out: tuple[str, ...] = ()

    def _said(self) -> tuple[object, ...]:
        return (
            self.message_id,
            self.batch_id,
            self.code,
            self.final,
            self.created,
            self.recipient,
            self.segments,
            self.price_nano,
            self.currency,
            self.reference,
        )

    @override
    def __eq__(self, other: object) -> bool:
        """Tell whether both say the same."""
        if not isinstance(other, DeliveryReport):
            return NotImplemented
        return self._said() == other._said()

    @override
    def __ne__(self, other: object) -> bool:
        """Tell whether they say something different: msgspec's own would compare identities."""
        return not self == other

    @override
    def __hash__(self) -> int:
        """Return a hash of what it says."""
        return hash(self._said())

    @property
    def price(self) -> Money | None:
        """The price of the whole message, where the report has one."""
        if self.price_nano is None:
            return None
        return Money(self.price_nano, self.currency or NO_CURRENCY)


def bounded(report: DeliveryReport, arrived: datetime) -> DeliveryReport:
    """Return a report as it counts when it has come at `arrived`.

    A time of the SMS service's that lies before `EARLIEST_CREATED`, or more than `LATEST_CREATED`
    after the arrival, can't be right: it is left out, and the time of arrival counts.
    """
    created = report.created
    if created is None or (
        created >= EARLIEST_CREATED and (created <= arrived or created - arrived <= LATEST_CREATED)
    ):
        return report
    left_out = {*report.left_out, "created"}
    return replace(
        report,
        created=None,
        left_out=tuple(name for name in OPTIONAL_FIELDS if name in left_out),
    )


def is_within_bounds(created_at_us: int, arrived_at_us: int) -> bool:
    """Tell whether `bounded` keeps a time; both in microseconds since the epoch, UTC."""
    return _EARLIEST_US <= created_at_us <= arrived_at_us + _LATEST_US


_EARLIEST_US: Final = to_microseconds(EARLIEST_CREATED)
_LATEST_US: Final = LATEST_CREATED // timedelta(microseconds=1)


def fingerprint(report: DeliveryReport) -> int:
    """Return a signed 64-bit number that tells the different reports of one message apart.

    It is equal where all fields but `left_out` are. Among the few reports of one message, different
    ones differ: whoever could make two that collide holds the key, and could post anything.
    """
    return fingerprint_of(
        (
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
    )


def fingerprint_of(fields: tuple[str | int | None, ...]) -> int:
    """Return the fingerprint of a report by its fields, as `DeliveryReport` has them in order.

    Its `created` is given in microseconds since the epoch, UTC; `final` as a `bool`.
    """
    digest = blake2b(_ENCODER.encode(fields), digest_size=_DIGEST_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


def fingerprints_of(reports: Sequence[tuple[str | int | None, ...]]) -> list[int]:
    """Return what `fingerprint_of` says of each report; of many together in half of the time."""
    lines = _ENCODER.encode_lines(reports).split(b"\n")[:-1]
    digests = b"".join([blake2b(line, digest_size=_DIGEST_BYTES).digest() for line in lines])
    return list(unpack(f">{len(lines)}q", digests))


_ENCODER = msgspec.json.Encoder()
_DIGEST_BYTES: Final = 8
