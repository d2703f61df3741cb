"""The closure of a broken tunnel: from the last proof of openness until the first one after."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from kvitto.clock import utc_now
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.receiver_gateway import ReceiverAccess
from kvitto.reachability.worker_thread import in_thread
from kvitto.store.errors import StoreError

log = logging.getLogger(__name__)


class Closing:
    """Notes in the store that the public URL does not lead here, and that it does again.

    What the store refuses is written at the next occasion. Belongs to one loop.
    """

    def __init__(
        self, receiver_access: ReceiverAccess, clock: Callable[[], datetime] = utc_now
    ) -> None:
        """Know of nothing; see `go_on`."""
        self._receiver_access = receiver_access
        self._clock = clock
        self._begin: datetime | None = None
        self._fault = ""
        self._unwritten: list[tuple[datetime, datetime | None, str]] = []

    @property
    def since(self) -> datetime | None:
        """The last moment for which it is known that the door was open; None while it is open."""
        return self._begin

    async def go_on(self) -> None:
        """Go on with the closure that an earlier run has left without an end.

        One that lies ahead, by a clock that was wrong, is ended; so are all but the oldest.
        """
        try:
            left = await in_thread(self._receiver_access.open_outages)
        except StoreError as error:
            log.warning("It can't be read whether the door was closed: %s", type(error).__name__)
            return
        now = self._clock()
        ahead = [one for one in left if one.begin > now]
        behind = [one for one in left if one.begin <= now]
        if behind and self._begin is None:
            self._begin, self._fault = behind[0].begin, behind[0].fault
        self._unwritten += [(one.begin, one.begin, one.fault) for one in (*behind[1:], *ahead)]
        await self._write_rest()

    async def closed(self, begin: datetime, fault: CheckFailure) -> None:
        """Note that the door is closed. A later `begin` of the same closure changes nothing.

        One that lies ahead, since the clock was set back, is ended, and another begins now.
        """
        now = self._clock()
        begin = min(begin, now)
        if self._begin is not None and self._begin > now:
            ahead, self._begin = self._begin, None
            await self._write(ahead, ahead)
        if self._begin is None:
            self._begin = begin
        elif self._fault == fault.value and not self._unwritten:
            return
        self._fault = fault.value
        await self._write(self._begin, None)

    async def opened(self, at: datetime) -> None:
        """Note that the door is open again."""
        if self._begin is not None:
            begin, self._begin = self._begin, None
            await self._write(begin, max(at, begin))
        elif self._unwritten:
            await self._write_rest()

    async def _write(self, begin: datetime, end: datetime | None) -> None:
        # Of one closure only the latest word counts.
        self._unwritten = [one for one in self._unwritten if one[0] != begin]
        self._unwritten.append((begin, end, self._fault))
        await self._write_rest()

    async def _write_rest(self) -> None:
        while self._unwritten:
            first = self._unwritten[0]
            try:
                await asyncio.wrap_future(self._receiver_access.mark(*first))
            except StoreError as error:
                log.debug("A closure of the door is not written yet: %s", type(error).__name__)
                return
            self._unwritten.remove(first)
