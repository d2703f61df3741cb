"""What can be exported, and in which forms."""

from enum import StrEnum
from typing import Final


class What(StrEnum):
    """What can be exported."""

    MESSAGES = "messages"
    """The messages and their current states."""
    REPORTS = "reports"
    """Every report that came, duplicates once."""
    BATCHES = "batches"
    """The batches and their sums."""
    QUARANTINE = "quarantine"
    """The bodies that were refused."""


class Format(StrEnum):
    """The forms that an export can have."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"


EXPORT_KINDS: Final = tuple(one.value for one in What)
"""The words for `what`, the usual one first."""
EXPORT_FORMATS: Final = tuple(one.value for one in Format)
"""The words for `form`."""
