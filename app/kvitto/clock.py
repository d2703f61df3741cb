"""The time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)
