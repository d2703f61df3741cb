"""Test the front door in its rhythm, and draw the conclusions."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from app.door.board import Board
from app.door.closing import Closing
from app.door.commands import forwarded_header
from app.door.doorstep import Doorstep
from app.door.faults import Fault, ProbeResult
from app.door.probe import Prober
from app.door.rhythm import Rhythm
from app.door.state import DoorStatus
from app.door.threads import in_thread, until
from app.receiver.probes import Probes
from app.store.errors import StoreError
from app.store.secrets import CallbackSecret

log = logging.getLogger(__name__)

_OF_NEW_TUNNELS: Final = frozenset(
    {Fault.DNS, Fault.TLS, Fault.TUNNEL_DOWN, Fault.WRONG_PORT, Fault.NO_ANSWER}
)
_NEW_SECRET: Final = timedelta(seconds=10)
"""A receiver in another process learns of a new secret by its next sign of life."""


class Tester:
    """Tests the public URL while `run` runs. Belongs to one loop.

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
        self._closing = Closing(doorstep, clock)
        self._wanted = asyncio.Event()
        self._begun = clock()
        self._fresh_until = self._begun
        self._is_new = True
        self._is_given_up = False

    # --- What is asked --------------------------------------------------------------------------

    def test_now(self) -> None:
        """Test as soon as possible."""
        self._wanted.set()

    def begin(self) -> None:
        """Begin with the public URL that is on the board: nothing is known of it."""
        self._begun = self._clock()
        self._is_new = True
        self._is_given_up = not self._board.state.public_url
        self._board.say(
            secret_key=None, last_probe=None, last_good=None, next_probe=None, closed_since=None
        )
        self.test_now()

    def expect(self, within_s: float, *, after_s: float = 0.0) -> None:
        """Let the public URL be unreachable for a while, if it is new.

        Args:
            within_s: how long.
            after_s: when it is tested first. Who asks for a new name too early may be told for a
                long time that there is none.
        """
        self._fresh_until = self._clock() + timedelta(seconds=within_s)
        if self._is_new and after_s:
            self._wanted.clear()
            self._schedule(after_s)

    def give_up(self) -> None:
        """Note that there is no public URL, and that none is waited for."""
        self._is_given_up = not self._board.state.public_url
        self.test_now()

    # --- The rhythm -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Test until cancelled."""
        await self._closing.go_on()
        while True:
            await self._until_due()
            is_asked_for = self._wanted.is_set()
            self._wanted.clear()
            if not self._board.state.public_url:
                if self._is_given_up:
                    await self._closing.opened(self._clock())
                continue
            try:
                await self._test(is_asked_for=is_asked_for)
            except StoreError as error:
                log.debug("The door can't be tested now: %s", type(error).__name__)
                self._schedule(self._rhythm.failing_s)

    async def _until_due(self) -> None:
        """Wait until a test is due, or asked for, or the computer has slept."""
        while not self._wanted.is_set():
            now = self._clock()
            due = self._board.state.next_probe
            if due is not None and now >= due:
                return
            wait_s = self._rhythm.idle_s
            if due is not None:
                wait_s = min(wait_s, (due - now).total_seconds())
            await until(self._wanted, wait_s)
            late_s = (self._clock() - now).total_seconds() - wait_s
            if late_s > self._rhythm.asleep_s:
                self._wanted.set()

    def _schedule(self, after_s: float) -> None:
        self._board.say(next_probe=self._clock() + timedelta(seconds=after_s))

    # --- One test -------------------------------------------------------------------------------

    async def _test(self, *, is_asked_for: bool) -> None:
        url, kind = self._board.state.public_url, self._board.state.kind
        secret = await self._secret(url)
        probes = await in_thread(self._doorstep.read_probes)
        reported = await in_thread(self._doorstep.last_report, secret.key)
        if not self._board.leads_to(url, kind):
            return
        self._doorstep.believe(forwarded_header(kind))
        self._board.say(can_test=probes is not None)
        if probes is None:
            self._schedule(self._rhythm.failing_s)
        elif reported is not None and not is_asked_for and self._is_news(reported):
            await self._conclude_open(reported, self._board.state.last_probe)
        else:
            result = await self._probed(url, secret, probes)
            if self._board.leads_to(url, kind):
                await self._conclude(result, secret)

    async def _secret(self, url: str) -> CallbackSecret:
        """Return the secret of the public URL: a new one, if the user has renewed it."""
        secret = await in_thread(self._doorstep.secret_of, url)
        if url == self._board.state.public_url and secret.key != self._board.state.secret_key:
            kept = await in_thread(self._doorstep.last_proof, url)
            self._board.say(secret_key=secret.key, last_good=self._board.state.last_good or kept)
        return secret

    def _is_news(self, reported: datetime) -> bool:
        """Tell whether a report has come since the last test: then none is needed."""
        probe = self._board.state.last_probe
        return probe is not None and reported > probe.at

    async def _probed(self, url: str, secret: CallbackSecret, probes: Probes) -> ProbeResult:
        """Test, and where the door was open until now, test again before it is called closed."""
        was_open = self._board.state.status is DoorStatus.OPEN
        self._board.say(is_testing=True)
        try:
            result = await self._prober.test(url, secret.value, probes, self._board.hint())
            if result.fault is not None and was_open:
                await asyncio.sleep(self._rhythm.confirm_s)
                result = await self._prober.test(url, secret.value, probes, self._board.hint())
        finally:
            self._board.say(is_testing=False)
        return result

    async def _conclude(self, result: ProbeResult, secret: CallbackSecret) -> None:
        if result.fault is None:
            await self._conclude_open(result.at, result)
            return
        if self._is_settling(result.fault, secret):
            self._schedule(self._rhythm.fresh_retry_s)
            return
        self._is_new = False
        reported = await in_thread(self._doorstep.last_report, secret.key)
        if reported is not None and reported > result.at - timedelta(seconds=result.took_s):
            # A report came in meanwhile: whatever became of the probe, the door is open.
            await self._conclude_open(max(reported, result.at), result)
            return
        proofs = [one for one in (self._board.state.last_good, reported) if one is not None]
        await self._closing.closed(max(proofs, default=self._begun), result.fault)
        self._board.say(last_probe=result, closed_since=self._closing.since)
        self._schedule(self._rhythm.failing_s)

    async def _conclude_open(self, at: datetime, probe: ProbeResult | None) -> None:
        self._is_new = False
        self._board.say(last_probe=probe, last_good=at, closed_since=None)
        url = self._board.state.public_url
        await self._closing.opened(at)
        await in_thread(self._doorstep.keep_proof, url, at)
        is_waiting = await in_thread(self._doorstep.is_waiting)
        self._schedule(self._rhythm.waiting_s if is_waiting else self._rhythm.calm_s)

    def _is_settling(self, fault: Fault, secret: CallbackSecret) -> bool:
        """Tell whether the URL or its secret is so new that it need not work yet."""
        now = self._clock()
        if fault is Fault.WRONG_SECRET:
            return now - secret.created < _NEW_SECRET
        return self._is_new and now < self._fresh_until and fault in _OF_NEW_TUNNELS
