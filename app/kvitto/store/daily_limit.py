"""What may be stored by one key in a day: more than the SMS service sends, but not a whole disk.

Whoever finds a callback URL could otherwise fill the disk, and then no report of anybody is stored.
A key that has reached its limit is answered 503 until the next day, UTC, or until the user lets it
go on; other keys are not concerned. The SMS service keeps its reports for about 90 minutes.
"""

import contextlib
import logging
import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Connection, func, select, update

from kvitto.core.timestamps import to_microseconds
from kvitto.store.engines.base import Database
from kvitto.store.errors import DailyLimitError, StoreError
from kvitto.store.schema import callback_key_usage

log = logging.getLogger(__name__)

DAY_US: Final = 86_400_000_000
NO_CALLBACK_KEY: Final = 0
"""Stands for the key of reports that came without one."""
MOST_REPORTS: Final = 10_000_000
"""More than a hundred a second, all day."""
MOST_BYTES: Final = 8 << 30
"""Of their bodies."""
_DAYS_READ: Final = 1000

UsageKey: TypeAlias = tuple[int, int]
"""A key's number, and a day since the epoch."""


class DailyUsage(NamedTuple):
    """What came by a key on a day.

    Attributes:
        callback_key: the key's number; `NO_CALLBACK_KEY` for none.
        day: days since the epoch, UTC.
        report_count: new reports.
        body_bytes: what is kept of their bodies.
    """

    callback_key: int
    day: int
    report_count: int
    body_bytes: int


def day_of(instant: datetime) -> int:
    """Return the day of an instant, UTC, counted since the epoch."""
    return to_microseconds(instant) // DAY_US


class RaiseDailyLimit(msgspec.Struct, frozen=True, tag=True):
    """Let the keys that have reached their limit today store as much again; an edit.

    Attributes:
        now: the time, UTC.
    """

    now: datetime

    @property
    def raises_limit(self) -> bool:
        """Whether the limits are other ones afterwards."""
        return True

    def apply(self, connection: Connection, revision: int) -> bool:
        """Write it; there is nothing left to do."""
        table = callback_key_usage.c
        allowed = table.raised_count + 1
        is_reached = (table.report_count >= allowed * MOST_REPORTS) | (
            table.body_bytes >= allowed * MOST_BYTES
        )
        # As far as needed: a limit that is passed by far is no reason to ask twice.
        connection.execute(
            update(callback_key_usage)
            .where(table.day == day_of(self.now), is_reached)
            .values(
                raised_count=func.max(
                    table.report_count // MOST_REPORTS, table.body_bytes // MOST_BYTES
                ),
                revision=revision,
            )
        )
        return True


class DailyLimit:
    """Knows which keys have reached their limit. Any thread asks; the writer's adds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usage: dict[UsageKey, tuple[int, int]] = {}
        self._raised: dict[UsageKey, int] = {}
        self._reached: frozenset[UsageKey] = frozenset()
        self._served: frozenset[UsageKey] = frozenset()

    @property
    def served(self) -> frozenset[UsageKey]:
        """By which keys, and on which days, this process has stored new reports."""
        return self._served

    def read_at_start(self, database: Database) -> None:
        """Take to what the store has, if it can be read: whoever writes first is told if not."""
        with (
            contextlib.suppress(StoreError),
            database.in_words(),
            database.reading.connect() as connection,
        ):
            self.read(connection)

    def read(self, connection: Connection) -> None:
        """Take to what the store has."""
        query = (
            select(callback_key_usage).order_by(callback_key_usage.c.day.desc()).limit(_DAYS_READ)
        )
        rows = connection.execute(query).all()
        with self._lock:
            self._usage = {
                (row.callback_key_pk, row.day): (row.report_count, row.body_bytes) for row in rows
            }
            self._raised = {(row.callback_key_pk, row.day): row.raised_count for row in rows}
            self._reached = frozenset(key for key in self._usage if self._is_reached(key))

    def add(self, usage: Iterable[DailyUsage]) -> None:
        """Add what was stored."""
        with self._lock:
            for one in usage:
                key = (one.callback_key, one.day)
                if key not in self._served:
                    self._served |= {key}
                count, size = self._usage.get(key, (0, 0))
                self._usage[key] = count + one.report_count, size + one.body_bytes
                if key not in self._reached and self._is_reached(key):
                    self._reached |= {key}
                    log.info(
                        "Key %d has stored as much as a key may in a day: %d reports, %d bytes",
                        one.callback_key,
                        *self._usage[key],
                    )

    def error(self, callback_key: int | None, arrived: datetime) -> DailyLimitError | None:
        """Return why nothing more is stored by a key; None where something is."""
        if self._reached and (callback_key or NO_CALLBACK_KEY, day_of(arrived)) in self._reached:
            return DailyLimitError()
        return None

    def is_reached(self, callback_keys: Iterable[int], now: datetime) -> bool:
        """Tell whether one of these keys, or what came without, has reached its limit today."""
        today = day_of(now)
        return any((one, today) in self._reached for one in (NO_CALLBACK_KEY, *callback_keys))

    def _is_reached(self, key: UsageKey) -> bool:
        count, size = self._usage[key]
        allowed = self._raised.get(key, 0) + 1
        return count >= allowed * MOST_REPORTS or size >= allowed * MOST_BYTES
