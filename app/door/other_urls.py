"""Test the public URLs that batches still report to, besides the one in use.

The sender keeps to the URL that a batch was sent with. So an earlier address may well lead here
still, and what reports to it arrives; or it does not, and somebody has to be told.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from app.door.board import Board
from app.door.doorstep import Doorstep
from app.door.faults import INCONCLUSIVE
from app.door.probe import Prober
from app.door.rhythm import Rhythm
from app.door.supervision import supervised
from app.door.threads import in_thread, until
from app.door.url_check import UrlCheck, UrlStatus
from app.store.errors import StoreError
from app.store.secrets import CallbackSecret

log = logging.getLogger(__name__)

MOST: Final = 5
"""So many URLs are tested, those by which reports came last."""
_FAILING: Final = 5
"""While one does not lead here, they are tested so many times as often."""


class OtherUrls:
    """Tests these URLs while `run` runs. Belongs to one loop.

    Args:
        board: where it writes what it finds.
        doorstep: the store and the receiver.
        prober: makes the tests.
        rhythm: how often.
        clock: the time, UTC.
    """

    def __init__(
        self,
        board: Board,
        doorstep: Doorstep,
        prober: Prober,
        rhythm: Rhythm,
        clock: Callable[[], datetime],
    ) -> None:
        self._board = board
        self._doorstep = doorstep
        self._prober = prober
        self._rhythm = rhythm
        self._clock = clock
        self._wanted = asyncio.Event()
        self._valid_for = timedelta(seconds=2 * rhythm.others_s)

    def look_again(self) -> None:
        """Look as soon as possible: another URL is in use."""
        self._wanted.set()

    async def run(self) -> None:
        """Test until cancelled. One that goes wrong ends nothing."""
        await supervised(self._run, "testing earlier addresses")

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except StoreError as error:
                log.debug("Earlier addresses can't be tested now: %s", type(error).__name__)
            wait_s = self._rhythm.others_s
            if any(one.status is UrlStatus.UNREACHABLE for one in self._board.state.others):
                wait_s /= _FAILING
            await until(self._wanted, wait_s)
            self._wanted.clear()

    async def _look(self) -> None:
        current = self._board.state.public_url
        secrets = await in_thread(self._doorstep.secrets_besides, current)
        known = {one.secret_key: one for one in self._board.state.others}
        checks = [self._kept(one, known.get(one.key)) for one in secrets]
        self._board.say(others=tuple(checks))
        for place, secret in enumerate(secrets[:MOST]):
            checks[place] = await self._check(secret, checks[place])
            if self._board.state.public_url != current:
                return  # another one is in use now
            self._board.say(others=tuple(checks))

    def _kept(self, secret: CallbackSecret, known: UrlCheck | None) -> UrlCheck:
        """Return what is known of a URL, as long as it is not too old."""
        if known is not None and known.checked_at is not None:
            age = self._clock() - known.checked_at
            if timedelta() <= age <= self._valid_for:
                return known
        return UrlCheck(secret.public_url or "", secret.key)

    async def _check(self, secret: CallbackSecret, known: UrlCheck) -> UrlCheck:
        now = self._clock()
        reported = await in_thread(self._doorstep.last_report, secret.key)
        if reported is not None and timedelta() <= now - reported < self._valid_for / 2:
            return UrlCheck(known.url, secret.key, UrlStatus.REACHABLE, reported)
        probes = await in_thread(self._doorstep.read_probes)
        if probes is None:
            return known
        result = await self._prober.test(known.url, secret.value, probes)
        if result.fault in INCONCLUSIVE:
            return known
        # A report may have come meanwhile, whatever became of the test.
        reported = await in_thread(self._doorstep.last_report, secret.key)
        came = reported is not None and reported >= now
        is_reachable = result.fault is None or came
        status = UrlStatus.REACHABLE if is_reachable else UrlStatus.UNREACHABLE
        return UrlCheck(known.url, secret.key, status, result.at)
