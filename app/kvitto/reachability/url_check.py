"""What is known of a public URL that batches report to, besides the one in use."""

from datetime import datetime
from enum import StrEnum

import msgspec


class UrlStatus(StrEnum):
    """Whether a public URL leads here."""

    REACHABLE = "reachable"
    """A test came back, or a report came by it, not long ago."""
    UNREACHABLE = "unreachable"
    """The last test did not come back."""
    UNKNOWN = "unknown"
    """It was not tested lately, or could not be."""


class UrlCheck(msgspec.Struct, frozen=True):
    """What is known of one URL.

    Attributes:
        url: the URL, without the path to the receiver.
        callback_key_id: the id of the callback key that belongs to it.
        status: whether it leads here.
        checked_at: when that was found out, UTC; None for never.
    """

    url: str
    callback_key_id: int
    status: UrlStatus = UrlStatus.UNKNOWN
    checked_at: datetime | None = None
