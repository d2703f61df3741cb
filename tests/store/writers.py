"""What the tests of the writer share."""

from datetime import UTC, datetime

from kvitto.store.errors import (
    StoreError,
)
from kvitto.store.writer import Writer

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def alarm_of(writer: Writer) -> StoreError | None:
    return writer.alarm
