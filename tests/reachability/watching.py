"""Run the monitor with a real receiver and its store, at short intervals."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from aiohttp.abc import AbstractResolver
from typing_extensions import override

from kvitto.clock import utc_now
from kvitto.core.outages import Outage, OutageCause
from kvitto.reachability.check_intervals import CheckIntervals
from kvitto.reachability.evidence import Moment, steady_now
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.monitor import ReachabilityMonitor
from kvitto.reachability.probe import Prober
from kvitto.reachability.reachability_status import ReachabilityState, ReachabilityStatus
from kvitto.reachability.receiver_access import ReceiverAccess
from kvitto.reachability.tunnels.discovery import DiscoveryTargets
from kvitto.reachability.tunnels.supervisor import Backoff
from kvitto.receiver.probes import Probes
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.callback_keys import CallbackKey
from kvitto.store.outage_queries import OutageReader
from tests.reachability.far_ends import NoNames

HASTY: Final = CheckIntervals(
    active_s=0.2,
    idle_s=0.2,
    quiet_s=0.2,
    report_poll_s=0.05,
    failing_s=0.1,
    confirm_s=0.05,
    warm_up_s=0.5,
    settle_s=0.5,
    warm_up_retry_s=0.05,
    discovery_s=0.1,
    rare_discovery_s=0.1,
    max_wait_s=0.1,
)
PATIENCE: Final = Backoff(poll_s=0.02, up_poll_s=0.02, first_delay_s=0.2, max_delay_s=0.5)
NOWHERE: Final = DiscoveryTargets(ngrok=(), cloudflared=(), tailscale="")
LIMIT_S: Final = 40.0


class PatchableAccess(ReceiverAccess):
    """The access to a receiver; a test may take things away from it.

    Attributes:
        address: where the receiver is said to be; None for nowhere.
        probes: what makes probes; None for nothing.
        trusted: the headers that were to be trusted, each once in a row.
    """

    def __init__(self, runtime: ReceiverRuntime, folder: Path) -> None:
        self.address: tuple[str, int] | None = (runtime.service.host, runtime.service.port)
        self.probes: Probes | None = runtime.service.probes
        self.trusted: list[str | None] = []
        self._read_callback_keys = runtime.keys.read
        super().__init__(
            folder,
            runtime.callback_keys,
            OutageReader(runtime.database),
            edit=runtime.writer.edit,
            read_address=lambda: self.current_address(),
            read_probes=lambda: self.probes,
            read_dropped_body=runtime.service.dropped_bodies.last,
            trust_header=self._note_trusted,
        )

    @override
    def callback_key_of(self, url: str) -> CallbackKey:
        callback_key = super().callback_key_of(url)
        self._read_callback_keys()
        return callback_key

    def current_address(self) -> tuple[str, int] | None:
        return self.address

    def _note_trusted(self, header: str | None) -> None:
        if not self.trusted or self.trusted[-1] != header:
            self.trusted.append(header)


class Watched:
    """A monitor, and its states.

    Attributes:
        monitor: the monitor.
        access: its access to the receiver.
        states: its states in their order.
    """

    def __init__(
        self,
        monitor: ReachabilityMonitor,
        access: PatchableAccess,
        runtime: ReceiverRuntime,
        now: Callable[[], Moment],
    ) -> None:
        self.monitor: Final = monitor
        self.access: Final = access
        self.states: Final[list[ReachabilityState]] = [monitor.state]
        self._runtime = runtime
        self._now = now
        monitor.observe(self.states.append)

    @property
    def statuses(self) -> list[ReachabilityStatus]:
        """The statuses, each once in a row."""
        now = self._now()
        found: list[ReachabilityStatus] = []
        for state in self.states:
            status = state.status_at(now)
            if not found or found[-1] is not status:
                found.append(status)
        return found

    @property
    def status(self) -> ReachabilityStatus:
        """The status now."""
        return self.monitor.state.status_at(self._now())

    def failure(self, state: ReachabilityState) -> CheckFailure | None:
        """Return what is wrong with a state now."""
        return state.failure_at(self._now())

    async def until(self, holds: Callable[[ReachabilityState], bool]) -> ReachabilityState:
        """Wait for a state; return it."""
        async with asyncio.timeout(LIMIT_S):
            while not holds(self.monitor.state):  # noqa: ASYNC110 - a state of many
                await asyncio.sleep(0.01)
        return self.monitor.state

    async def until_status(self, status: ReachabilityStatus) -> ReachabilityState:
        return await self.until(lambda state: state.status_at(self._now()) is status)

    async def until_failure(self, failure: CheckFailure) -> ReachabilityState:
        return await self.until(lambda state: self.failure(state) is failure)

    async def until_tested_again(self) -> ReachabilityState:
        """Wait for the end of a test that has not begun yet."""
        before = self.monitor.state.last_probe
        return await self.until(lambda state: state.last_probe not in (None, before))

    def outages(self) -> list[Outage]:
        """Return the outages of the tunnel in the store."""
        outage_queries = OutageReader(self._runtime.database)
        now = utc_now()
        found = outage_queries.outages(now - timedelta(days=1), now=now, is_running=True)
        return [one for one in found if one.by is OutageCause.TUNNEL]

    async def until_outages(self, holds: Callable[[list[Outage]], bool]) -> list[Outage]:
        """Wait for what is in the store; return it."""
        async with asyncio.timeout(LIMIT_S):
            while not holds(self.outages()):  # noqa: ASYNC110 - another thread's doing
                await asyncio.sleep(0.01)
        return self.outages()


@asynccontextmanager
async def watching(
    runtime: ReceiverRuntime,
    *,
    places: DiscoveryTargets = NOWHERE,
    before: Callable[[ReachabilityMonitor], None] = lambda _watch: None,
    clock: Callable[[], datetime] = utc_now,
    steady: Callable[[], float] = steady_now,
    resolver: Callable[[], AbstractResolver] = NoNames,
    timeout_s: float = LIMIT_S,
    **intervals: Any,
) -> AsyncIterator[Watched]:
    """Monitor the reachability of a receiver.

    Args:
        runtime: what receives.
        places: where tunnel programs are asked.
        before: is called with the monitor before it runs.
        clock: the time, UTC.
        steady: the time by the steady clock.
        resolver: makes what finds the addresses of names.
        timeout_s: how long an answer of the public URL is waited for.
        intervals: what is other than in `HASTY`.
    """
    folder = runtime.folder
    access = PatchableAccess(runtime, folder)
    monitor = ReachabilityMonitor(
        access,
        folder,
        prober=Prober(timeout_s=timeout_s, has_way=lambda: True, clock=clock, resolver=resolver),
        places=places,
        intervals=msgspec.structs.replace(HASTY, **intervals),
        backoff=PATIENCE,
        clock=clock,
        steady=steady,
    )
    before(monitor)
    watched = Watched(monitor, access, runtime, lambda: Moment(clock(), steady()))
    async with asyncio.TaskGroup() as group:
        group.create_task(monitor.run())
        try:
            yield watched
        finally:
            await monitor.stop()
