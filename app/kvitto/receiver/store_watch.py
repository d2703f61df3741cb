"""What windows are told of the store's health: that it can't be written, and what was mended."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from kvitto.clock import utc_now
from kvitto.store.errors import DailyLimitError, QueueFullError, StoreClosedError, StoreError
from kvitto.store.ingest import Arrival
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer

_ALARM_SHOWN_S: Final = 1.0
"""A failure of the store is told for so long at least: windows look now and then."""


class StoreWatch:
    """Passes on what comes to a writer, and remembers what became of it.

    Args:
        writer: the store's writer.
        valid_keys: returns the numbers of the keys that are valid now.
        on_failure: is called when something could not be stored.
    """

    def __init__(
        self,
        writer: Writer,
        valid_keys: Callable[[], Sequence[int]],
        on_failure: Callable[[], None],
    ) -> None:
        self._writer = writer
        self._valid_keys = valid_keys
        self._on_failure = on_failure
        self._alarm = ""
        self._alarm_until = 0.0
        self._incident: StoreError | None = None
        self._repairs = 0

    async def append(self, arrival: Arrival) -> WriteResult:
        """Store what has come; see `Writer.append`. A failure is told at once."""
        try:
            return await self._writer.append(arrival)
        except StoreError as error:
            if not isinstance(error, QueueFullError | StoreClosedError | DailyLimitError):
                self._alarm = error.sentence
                self._alarm_until = time.monotonic() + _ALARM_SHOWN_S
                self._on_failure()
            raise

    def alarm(self) -> str:
        """Return why the store can't be written, a sentence; "" while it can."""
        alarm = self._writer.alarm
        if alarm is not None:
            return alarm.sentence
        if self._writer.daily_limit.is_reached(self._valid_keys(), utc_now()):
            return DailyLimitError().sentence
        return self._alarm if time.monotonic() < self._alarm_until else ""

    def notice(self) -> str:
        """Return what somebody did to the store's files, or what will hinder storing; or ""."""
        incident = self._seen_incident()
        found = self._writer.warning or incident
        return "" if found is None else found.sentence

    def repairs(self) -> int:
        """Return how often such was mended."""
        self._seen_incident()
        return self._repairs

    def _seen_incident(self) -> StoreError | None:
        incident = self._writer.incident
        if incident is not self._incident:
            self._incident = incident
            self._repairs += 1
        return incident
