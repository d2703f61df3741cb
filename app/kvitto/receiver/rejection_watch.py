"""Keep requests that were refused although they had a valid key, and log them.

A request whose client waits for the response is stored before that is sent. One that broke off, or
is not HTTP, is noted, and stored as soon as the loop gets to it.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from kvitto.core.rejection import RejectionKind
from kvitto.core.report import Origin
from kvitto.receiver.metrics import Metrics
from kvitto.store.errors import StoreError
from kvitto.store.write_requests import RejectedRequest, WriteResult

log = logging.getLogger(__name__)

MOST_NOTED: Final = 256
"""So many wait to be stored at most; more are dropped."""
LINE_EVERY_S: Final = 60.0
"""The log has one line for each kind in this time, however many come."""

AppendRefused: TypeAlias = Callable[[RejectedRequest], Awaitable[WriteResult]]


class RejectionWatch:
    """Stores refused requests, counts them and logs them by kind. Belongs to one loop.

    Requests with the key of the demo are kept, but not counted.

    Args:
        append: stores one.
        metrics: where they are counted.
        now: seconds that only go forward.
    """

    def __init__(self, append: AppendRefused, metrics: Metrics, now: Callable[[], float]) -> None:
        self._append = append
        self._metrics = metrics
        self._now = now
        self._noted: deque[RejectedRequest] = deque()
        self._wake = asyncio.Event()
        self._unlogged: Counter[RejectionKind] = Counter()
        self._logged_at: dict[RejectionKind, float] = {}

    async def keep(self, refused: RejectedRequest) -> None:
        """Store one, then count it.

        Raises:
            StoreError: it can't be stored.
        """
        await self._append(refused)
        if refused.origin is Origin.DEMO:
            return
        self._metrics.refused += 1
        self._unlogged[refused.kind] += 1
        self.write_log()

    def note(self, refused: RejectedRequest) -> None:
        """Have one stored for which nobody waits."""
        if len(self._noted) < MOST_NOTED:
            self._noted.append(refused)
            self._wake.set()

    async def store_noted(self) -> None:
        """Wait until something is noted, then store it; what can't be stored waits."""
        await self._wake.wait()
        await self.flush()

    async def flush(self) -> None:
        """Store what is noted; what can't be stored is kept for the next time."""
        self._wake.clear()
        while self._noted:
            refused = self._noted.popleft()
            try:
                await self.keep(refused)
            except StoreError as error:
                self._noted.appendleft(refused)
                log.debug("A refused request is not stored yet: %s", type(error).__name__)
                return

    def has_noted(self) -> bool:
        """Tell whether something waits to be stored."""
        return bool(self._noted)

    def write_log(self) -> None:
        """Write a line for each kind of which there was none for a while: no word of a body."""
        now = self._now()
        for kind, count in list(self._unlogged.items()):
            logged_at = self._logged_at.get(kind)
            if logged_at is None or now - logged_at >= LINE_EVERY_S:
                self._logged_at[kind] = now
                del self._unlogged[kind]
                log.info("Refused at the right URL: %s (%d)", kind.value, count)
