"""How many requests were made to the SMS service's API this month: kept with the preferences."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from kvitto.clock import utc_now
from kvitto.ui.services.preferences import Preferences

_MONTH: Final = "books_month"
_REQUESTS: Final = "books_requests"


class MonthCount:
    """Counts the requests of the local month.

    Args:
        preferences: keep the count.
        now: the time, UTC.
    """

    def __init__(self, preferences: Preferences, *, now: Callable[[], datetime] = utc_now) -> None:
        self._preferences: Final = preferences
        self._now: Final = now
        self._noted = 0

    @property
    def requests(self) -> int:
        """How many were made this month."""
        is_this = self._preferences.get(_MONTH, "") == self._month()
        return self._preferences.get(_REQUESTS, 0) if is_this else 0

    def add(self, requests: int) -> None:
        """Count some more."""
        if requests > 0:
            total = self.requests + requests
            self._preferences.put(_MONTH, self._month())
            self._preferences.put(_REQUESTS, total)

    def begin(self) -> None:
        """Know that who asks begins to count anew."""
        self._noted = 0

    def note(self, requests: int) -> None:
        """Take in how many were made since `begin`."""
        self.add(requests - self._noted)
        self._noted = requests

    def _month(self) -> str:
        return f"{self._now().astimezone():%Y-%m}"
