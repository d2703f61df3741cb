"""Test the public URLs that batches still report to, besides the one in use.

The service uses the URL that a batch was sent with. So an earlier address may still lead here, and
its reports arrive; or it does not, and the user has to be told.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kvitto.reachability.check_intervals import CheckIntervals
from kvitto.reachability.failures import INCONCLUSIVE
from kvitto.reachability.probe import Prober
from kvitto.reachability.reachability_status import UrlCheck, UrlStatus
from kvitto.reachability.receiver_access import ReceiverAccess
from kvitto.reachability.state_store import StateStore
from kvitto.receiver.supervision import in_thread, run_forever, until
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.errors import StoreError

log = logging.getLogger(__name__)

MOST: Final = 5
"""So many URLs are tested, those by which reports came last."""
_FAILING: Final = 5
"""While one does not lead here, they are tested so many times as often."""


class EarlierUrls:
    """Tests these URLs while `run` runs. Belongs to one loop.

    Args:
        state_store: where it writes what it finds.
        receiver_access: the store and the receiver.
        prober: makes the tests.
        intervals: how often.
        clock: the time, UTC.
    """

    def __init__(
        self,
        state_store: StateStore,
        receiver_access: ReceiverAccess,
        prober: Prober,
        intervals: CheckIntervals,
        clock: Callable[[], datetime],
    ) -> None:
        self._state_store = state_store
        self._receiver_access = receiver_access
        self._prober = prober
        self._intervals = intervals
        self._clock = clock
        self._wanted = asyncio.Event()
        self._valid_for = timedelta(seconds=2 * intervals.earlier_urls_s)

    def check_again(self) -> None:
        """Check as soon as possible: another URL is in use."""
        self._wanted.set()

    async def run(self) -> None:
        """Test until cancelled. One that goes wrong ends nothing."""
        await run_forever("testing earlier addresses", self._step)

    async def _step(self) -> None:
        try:
            await self._check_all()
        except StoreError as error:
            log.debug("Earlier addresses can't be tested now: %s", type(error).__name__)
        wait_s = self._intervals.earlier_urls_s
        if any(one.status is UrlStatus.UNREACHABLE for one in self._state_store.state.others):
            wait_s /= _FAILING
        await until(self._wanted, wait_s)
        self._wanted.clear()

    async def _check_all(self) -> None:
        current = self._state_store.state.public_url
        callback_keys = await in_thread(self._receiver_access.callback_keys_besides, current)
        known = {one.callback_key_id: one for one in self._state_store.state.others}
        checks = [self._kept(one, known.get(one.key)) for one in callback_keys]
        self._state_store.update(others=tuple(checks))
        for place, callback_key in enumerate(callback_keys[:MOST]):
            checks[place] = await self._check(callback_key, checks[place])
            if self._state_store.state.public_url != current:
                return  # another one is in use now
            self._state_store.update(others=tuple(checks))

    def _kept(self, callback_key: CallbackKey, known: UrlCheck | None) -> UrlCheck:
        """Return what is known of a URL, as long as it is not too old."""
        if known is not None and known.checked_at is not None:
            age = self._clock() - known.checked_at
            if timedelta() <= age <= self._valid_for:
                return known
        return UrlCheck(callback_key.public_url or "", callback_key.key)

    async def _check(self, callback_key: CallbackKey, known: UrlCheck) -> UrlCheck:
        now = self._clock()
        reported = await in_thread(self._receiver_access.last_report, callback_key.key)
        if reported is not None and timedelta() <= now - reported < self._valid_for / 2:
            return UrlCheck(known.url, callback_key.key, UrlStatus.REACHABLE, reported)
        probes = await in_thread(self._receiver_access.read_probes)
        if probes is None:
            return known
        result = await self._prober.test(known.url, callback_key.value, probes)
        if result.failure in INCONCLUSIVE:
            return known
        # A report may have come meanwhile, whatever became of the test.
        reported = await in_thread(self._receiver_access.last_report, callback_key.key)
        came = reported is not None and reported >= now
        is_reachable = result.failure is None or came
        status = UrlStatus.REACHABLE if is_reachable else UrlStatus.UNREACHABLE
        return UrlCheck(known.url, callback_key.key, status, result.at)
