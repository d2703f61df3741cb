"""Count the requests of strangers, and store the count now and then."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.store.errors import StoreError
from kvitto.store.write_requests import UnauthorizedCount, WriteResult

log = logging.getLogger(__name__)

_MOST_MINUTES: Final = 1_440
"""While the store is broken, a day of counts is kept apart; older ones are added to the next."""


class UnauthorizedCounter:
    """Requests with a wrong or missing secret, or to another path, by the minute.

    However many strangers come, the store writes one row for each `flush`. Belongs to one loop.

    Attributes:
        total: how many came since the start.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.total = 0
        self._clock = clock
        self._by_minute: dict[int, int] = {}

    def count(self) -> None:
        """Count one request."""
        self.total += 1
        minute = minute_of(to_microseconds(self._clock()))
        self._by_minute[minute] = self._by_minute.get(minute, 0) + 1
        if len(self._by_minute) > _MOST_MINUTES:
            oldest, next_oldest = sorted(self._by_minute)[:2]
            self._by_minute[next_oldest] += self._by_minute.pop(oldest)

    async def flush(self, append: Callable[[UnauthorizedCount], Awaitable[WriteResult]]) -> bool:
        """Store what was counted; what can't be stored is kept for the next time.

        Returns:
            Whether anything was stored.
        """
        has_stored = False
        for minute, requests in list(self._by_minute.items()):
            try:
                await append(UnauthorizedCount(minute, requests))
            except StoreError as error:
                # Reports that can't be stored raise the alarm; a count alone need not.
                log.debug("The count of strangers is not stored yet: %s", type(error).__name__)
                break
            has_stored = True
            self._by_minute[minute] -= requests
            if not self._by_minute[minute]:
                del self._by_minute[minute]
        return has_stored
