"""Record outages of a broken tunnel: from the last proof that it worked until the next one."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from kvitto.clock import utc_now
from kvitto.core.outages import Outage
from kvitto.reachability.failures import CheckFailure
from kvitto.receiver.supervision import in_thread
from kvitto.store.errors import StoreError

log = logging.getLogger(__name__)


class OutageRecorder:
    """Records in the store that the public URL does not lead here, and that it does again.

    What the store refuses is written at the next call. Belongs to one loop.
    """

    def __init__(
        self,
        read_open: Callable[[], Sequence[Outage]],
        record: "Callable[[datetime, datetime | None, str], Future[int]]",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Know of no outage; see `resume`.

        Args:
            read_open: returns the outages without an end in the store, oldest first. May block.
            record: writes an outage: its begin, its end or None, and its failure.
            clock: the time, UTC.
        """
        self._read_open = read_open
        self._record = record
        self._clock = clock
        self._since: datetime | None = None
        self._failure = ""
        self._unwritten: list[tuple[datetime, datetime | None, str]] = []

    @property
    def since(self) -> datetime | None:
        """The last moment for which the URL is known to have worked; None without an outage."""
        return self._since

    async def resume(self) -> None:
        """Continue the outage that an earlier run has left without an end.

        One that begins in the future, by a clock that was wrong, is ended; so are all but the
        oldest.
        """
        try:
            left = await in_thread(self._read_open)
        except StoreError as error:
            log.warning("The outages of an earlier run can't be read: %s", type(error).__name__)
            return
        now = self._clock()
        ahead = [one for one in left if one.begin > now]
        behind = [one for one in left if one.begin <= now]
        if behind and self._since is None:
            self._since, self._failure = behind[0].begin, behind[0].fault
        self._unwritten += [(one.begin, one.begin, one.fault) for one in (*behind[1:], *ahead)]
        await self._write_rest()

    async def begin(self, since: datetime, failure: CheckFailure) -> None:
        """Record that the URL does not lead here. A later `since` of the same outage is ignored.

        An outage that begins in the future, since the clock was set back, is ended, and another
        begins now.
        """
        now = self._clock()
        since = min(since, now)
        if self._since is not None and self._since > now:
            ahead, self._since = self._since, None
            await self._write(ahead, ahead)
        if self._since is None:
            self._since = since
        elif self._failure == failure.value and not self._unwritten:
            return
        self._failure = failure.value
        await self._write(self._since, None)

    async def end(self, at: datetime) -> None:
        """Record that the URL leads here again."""
        if self._since is not None:
            since, self._since = self._since, None
            await self._write(since, max(at, since))
        elif self._unwritten:
            await self._write_rest()

    async def _write(self, begin: datetime, end: datetime | None) -> None:
        # Of one outage only the latest record counts.
        self._unwritten = [one for one in self._unwritten if one[0] != begin]
        self._unwritten.append((begin, end, self._failure))
        await self._write_rest()

    async def _write_rest(self) -> None:
        while self._unwritten:
            first = self._unwritten[0]
            try:
                await asyncio.wrap_future(self._record(*first))
            except StoreError as error:
                log.debug("An outage is not written yet: %s", type(error).__name__)
                return
            self._unwritten.remove(first)
