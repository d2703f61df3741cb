"""Check at intervals that the public URL leads here, and conclude how reachable it is."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from kvitto.reachability.check_intervals import CheckIntervals, CheckSchedule
from kvitto.reachability.evidence import Evidence, Moment
from kvitto.reachability.failures import INCONCLUSIVE, CheckFailure, ProbeResult
from kvitto.reachability.outage_recorder import OutageRecorder
from kvitto.reachability.probe import Prober
from kvitto.reachability.reachability_status import ReachabilityStatus
from kvitto.reachability.receiver_access import ReceiverAccess
from kvitto.reachability.report_watch import NewArrivals, ReportWatch
from kvitto.reachability.state_store import StateStore
from kvitto.reachability.tunnels.commands import forwarded_header
from kvitto.receiver.probes import Probes
from kvitto.receiver.supervision import in_thread, run_forever, until
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.errors import StoreError

log = logging.getLogger(__name__)

_OF_NEW_TUNNELS: Final = frozenset(
    {
        CheckFailure.DNS,
        CheckFailure.TLS,
        CheckFailure.TUNNEL_DOWN,
        CheckFailure.WRONG_PORT,
        CheckFailure.NO_ANSWER,
    }
)
_NEW_CALLBACK_KEY: Final = timedelta(seconds=10)
"""The receiver is another process, and learns of a new key a little later."""
_DROPPED: Final = "a request came in by this address without its body"


class HealthCheck:
    """Tests the public URL while `run` runs. Belongs to one loop.

    Args:
        state_store: where it writes what it finds.
        receiver_access: the store and the receiver.
        prober: makes the tests.
        intervals: how often.
        now: the time.
    """

    def __init__(
        self,
        state_store: StateStore,
        receiver_access: ReceiverAccess,
        prober: Prober,
        intervals: CheckIntervals,
        now: Callable[[], Moment],
    ) -> None:
        self._state_store = state_store
        self._receiver_access = receiver_access
        self._prober = prober
        self._intervals = intervals
        self._now = now
        self._outages = OutageRecorder(
            receiver_access.open_outages, receiver_access.record_outage, lambda: now().at
        )
        self._schedule = CheckSchedule(intervals)
        self._reports = ReportWatch(receiver_access)
        self._probe_key: str | None = None
        self._has_resumed = False
        self._wanted = asyncio.Event()
        begun = now()
        self._clocks_differ_s = begun.at.timestamp() - begun.steady_s
        self._begun = self._warm_up_until = begun.at
        self._is_new = True
        self._is_given_up = False

    # --- What is asked --------------------------------------------------------------------------

    def test_now(self) -> None:
        """Test as soon as possible."""
        self._wanted.set()

    def invalidate(self) -> None:
        """Test as soon as possible, and take nothing for proved until then."""
        self._state_store.update(known_good=None)
        self.test_now()

    def begin(self) -> None:
        """Begin with the public URL of the state: nothing is known of it."""
        self._begun = self._now().at
        self._is_new = True
        self._is_given_up = not self._state_store.state.public_url
        self._schedule.begin()
        self._state_store.update(
            callback_key_id=None,
            last_probe=None,
            address_scope=None,
            known_good=None,
            known_bad=None,
            last_good=None,
            next_probe=None,
            unreachable_since=None,
        )
        self.test_now()

    def expect(self, within_s: float, *, after_s: float = 0.0) -> None:
        """Let the public URL be unreachable for a while, if it is new.

        Args:
            within_s: how long.
            after_s: when it is tested first. Who asks for a new name too early may be told for a
                long time that there is none.
        """
        self._warm_up_until = self._now().at + timedelta(seconds=within_s)
        if self._is_new and after_s:
            self._wanted.clear()
            self._test_after(after_s)

    def give_up(self) -> None:
        """Note that there is no public URL, and that none is waited for."""
        self._is_given_up = not self._state_store.state.public_url
        self.test_now()

    # --- Intervals ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Test until cancelled, whatever goes wrong meanwhile."""
        await run_forever("testing the public address", self._step, self._on_failed)

    async def _step(self) -> None:
        if not self._has_resumed:
            await self._outages.resume()
            self._has_resumed = True
        is_due = await self._until_due()
        if not self._state_store.state.public_url:
            self._wanted.clear()
            if self._is_given_up:
                await self._outages.end(self._now().at)
            return
        try:
            if is_due:
                self._wanted.clear()
                await self._test()
            else:
                await self._listen()
        except StoreError as error:
            log.debug("The public URL can't be checked now: %s", type(error).__name__)
            self._test_after(self._intervals.failing_s)

    async def _until_due(self) -> bool:
        """Wait until a test is due, or asked for, or the computer was suspended; or for a while.

        Returns:
            Whether a test is due.
        """
        now, due_s = self._now(), self._schedule.due_s
        if self._wanted.is_set() or (due_s is not None and now.steady_s >= due_s):
            return True
        wait_s = min(self._intervals.max_wait_s, self._intervals.report_poll_s)
        if due_s is not None:
            wait_s = min(wait_s, due_s - now.steady_s)
        await until(self._wanted, wait_s)
        after = self._now()
        # The computer was suspended, or a clock was set: the tunnel may be gone.
        if after.steady_s - now.steady_s - wait_s > self._intervals.suspend_gap_s or self._was_set(
            after
        ):
            self.invalidate()
        return self._wanted.is_set() or (due_s is not None and after.steady_s >= due_s)

    def _was_set(self, now: Moment) -> bool:
        """Return whether the clock on the wall was set since this was asked last."""
        before_s = self._clocks_differ_s
        self._clocks_differ_s = now.at.timestamp() - now.steady_s
        return abs(self._clocks_differ_s - before_s) > self._intervals.suspend_gap_s

    def _test_after(self, wait_s: float) -> None:
        self._schedule.after(self._now().steady_s, wait_s)
        self._show_next()

    def _show_next(self) -> None:
        now, due_s = self._now(), self._schedule.due_s
        if due_s is not None:
            self._state_store.update(next_probe=now.at + timedelta(seconds=due_s - now.steady_s))

    def _on_failed(self, error: BaseException) -> None:
        """Know nothing: a mistake of ours has ended a test."""
        now = self._now()
        result = ProbeResult(CheckFailure.TEST_FAILED, now.at, 0.0, detail=type(error).__name__)
        valid_s = self._schedule.failed(now.steady_s)
        self._state_store.update(
            last_probe=result, known_bad=Evidence(*now, valid_s), is_testing=False
        )
        self._show_next()

    # --- Reports --------------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Poll whether reports have come or lost their bodies, or the receiver is another."""
        state = self._state_store.state
        if state.callback_key_id is None:
            return
        probes = await in_thread(self._receiver_access.read_probes)
        if (None if probes is None else probes.key) != self._probe_key:
            self.invalidate()
            return
        arrivals = await self._poll_arrivals(state.callback_key_id)
        if state.callback_key_id == self._state_store.state.callback_key_id:
            await self._take(arrivals)

    async def _poll_arrivals(self, callback_key_id: int) -> NewArrivals:
        return await in_thread(self._reports.poll, callback_key_id, self._now())

    async def _take(self, arrivals: NewArrivals) -> None:
        if arrivals.dropped is not None:
            result = ProbeResult(
                CheckFailure.BODIES_DROPPED, arrivals.dropped, 0.0, detail=_DROPPED
            )
            await self._conclude_unreachable(result, arrivals.report)
        elif arrivals.report is not None:
            await self._conclude_reachable(arrivals.report, arrivals.since_s, None)

    # --- One test -------------------------------------------------------------------------------

    async def _test(self) -> None:
        url, kind = self._state_store.state.public_url, self._state_store.state.kind
        callback_key = await self._callback_key(url)
        probes = await in_thread(self._receiver_access.read_probes)
        arrivals = await self._poll_arrivals(callback_key.key)
        if not self._state_store.leads_to(url, kind):
            return
        self._receiver_access.trust_header(forwarded_header(kind))
        probe_key = None if probes is None else probes.key
        if probe_key != self._probe_key:
            self._probe_key = probe_key
            self._state_store.update(known_good=None)  # it was another receiver's
        self._state_store.update(can_test=probes is not None)
        await self._take(arrivals)
        if probes is None:
            self._test_after(self._intervals.failing_s)
            return
        result = await self._probed(url, callback_key, probes)
        if self._state_store.leads_to(url, kind):
            await self._conclude(result, callback_key)

    async def _callback_key(self, url: str) -> CallbackKey:
        """Return the key of the public URL: a new one, if the user has rotated it."""
        callback_key = await in_thread(self._receiver_access.callback_key_of, url)
        state = self._state_store.state
        if url == state.public_url and callback_key.key != state.callback_key_id:
            kept = await in_thread(self._receiver_access.last_proof, url)
            # What came by the earlier key proves nothing of this one.
            self._state_store.update(
                callback_key_id=callback_key.key, known_good=None, last_good=state.last_good or kept
            )
        return callback_key

    async def _probed(self, url: str, callback_key: CallbackKey, probes: Probes) -> ProbeResult:
        """Test, and where the URL was reachable until now, test again before it counts as not."""
        was_reachable = self._state_store.state.status_at(self._now()) in _REACHABLE
        self._state_store.update(is_testing=True)
        try:
            result = await self._prober.test(
                url, callback_key.value, probes, self._state_store.hint()
            )
            if result.failure is not None and was_reachable:
                await asyncio.sleep(self._intervals.confirm_s)
                result = await self._prober.test(
                    url, callback_key.value, probes, self._state_store.hint()
                )
        finally:
            self._state_store.update(is_testing=False)
        return result

    async def _conclude(self, result: ProbeResult, callback_key: CallbackKey) -> None:
        if result.scope is not None:
            self._state_store.update(address_scope=result.scope)
        arrivals = await self._poll_arrivals(callback_key.key)
        dropped = self._reports.dropped_lately(self._now(), arrivals)
        if result.failure is None and dropped is not None:
            # What the SMS service really sends outweighs what we send.
            result = replace(result, failure=CheckFailure.BODIES_DROPPED, detail=_DROPPED)
        elif result.failure is None:
            await self._conclude_reachable(result.at, self._now().steady_s - result.took_s, result)
            return
        elif arrivals.report is not None and arrivals.dropped is None and not result.is_partial:
            # A report came in meanwhile: whatever became of the probe, the URL works.
            await self._conclude_reachable(arrivals.report, arrivals.since_s, result)
            return
        if result.failure in INCONCLUSIVE:
            self._conclude_nothing(result)
        elif result.failure is not None and self._is_settling(result.failure, callback_key):
            self._test_after(self._intervals.warm_up_retry_s)
        else:
            await self._conclude_unreachable(result, arrivals.report)

    def _conclude_nothing(self, result: ProbeResult) -> None:
        """Note that the test could not be made: that tells nothing of the tunnel."""
        now = self._now()
        valid_s = self._schedule.failed(now.steady_s)
        self._state_store.update(last_probe=result, known_bad=Evidence(*now, valid_s))
        self._show_next()

    async def _conclude_unreachable(self, result: ProbeResult, reported: datetime | None) -> None:
        self._is_new = False
        now = self._now()
        proofs = [one for one in (self._state_store.state.last_good, reported) if one is not None]
        begin = min(max(proofs, default=self._begun), now.at)
        # Where reports come in, the SMS service's are such as pass; the next ones need not be.
        if not (result.is_partial and self._reports.has_reports):
            await self._outages.begin(begin, result.failure or CheckFailure.NO_ANSWER)
        valid_s = self._schedule.failed(now.steady_s)
        self._state_store.update(
            last_probe=result,
            known_bad=Evidence(*now, valid_s),
            unreachable_since=self._outages.since,
        )
        self._show_next()

    async def _conclude_reachable(
        self, at: datetime, since_s: float, probe: ProbeResult | None
    ) -> None:
        """Note a proof that the URL leads here.

        Args:
            at: when it came.
            since_s: the same by the steady clock, at the earliest.
            probe: the test, where there was one.
        """
        self._is_new = False
        is_waiting = await in_thread(self._receiver_access.is_waiting)
        now, state = self._now(), self._state_store.state
        known = state.last_probe if state.failure_at(now) is not None else None
        if probe is None and known is not None and known.is_partial:
            # It proves nothing of the bodies that get lost.
            self._state_store.update(last_good=at, unreachable_since=None)
            await self._outages.end(at)
            return
        is_test = probe is not None and probe.failure is None
        note = self._schedule.passed if is_test else self._schedule.reported
        valid_s = note(now.steady_s, is_waiting=is_waiting)
        self._state_store.update(
            last_probe=self._state_store.state.last_probe if probe is None else probe,
            known_good=Evidence(min(at, now.at), min(since_s, now.steady_s), valid_s),
            known_bad=None,
            last_good=at,
            unreachable_since=None,
        )
        self._show_next()
        url = self._state_store.state.public_url
        await self._outages.end(at)
        await in_thread(self._receiver_access.keep_proof, url, at)

    def _is_settling(self, failure: CheckFailure, callback_key: CallbackKey) -> bool:
        """Return whether the URL or its key is so new that it need not work yet."""
        now = self._now().at
        if failure is CheckFailure.WRONG_KEY:
            return now - callback_key.created < _NEW_CALLBACK_KEY
        return self._is_new and now < self._warm_up_until and failure in _OF_NEW_TUNNELS


_REACHABLE: Final = frozenset({ReachabilityStatus.REACHABLE, ReachabilityStatus.NETWORK_ONLY})
