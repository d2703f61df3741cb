"""Monitor the reachability: the tunnel, the public URL, and whether it leads here."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from kvitto.clock import utc_now
from kvitto.paths import reachability_folder
from kvitto.reachability.check_intervals import CheckIntervals
from kvitto.reachability.earlier_urls import EarlierUrls
from kvitto.reachability.evidence import Moment, steady_now
from kvitto.reachability.health_check import HealthCheck
from kvitto.reachability.input_errors import PublicUrlError, TunnelConfigError
from kvitto.reachability.probe import Prober
from kvitto.reachability.public_url import public_base
from kvitto.reachability.reachability_status import ReachabilityState, TunnelStage, TunnelState
from kvitto.reachability.receiver_access import ReceiverAccess
from kvitto.reachability.state_store import StateStore
from kvitto.reachability.tunnels.discovery import DiscoveryTargets, TunnelDiscovery
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider, checked
from kvitto.reachability.tunnels.supervisor import Backoff, TunnelSupervisor

log = logging.getLogger(__name__)

_NEW_NAMES: Final = frozenset(
    {TunnelProvider.CLOUDFLARED_QUICK, TunnelProvider.NGROK, TunnelProvider.TAILSCALE}
)
"""The kinds whose names may be new to the world when the tunnel opens."""


class ReachabilityMonitor:
    """Monitors the reachability while `run` runs. Belongs to that loop, but for `resumed`.

    Choose the public URL and start the tunnel of the last run before `run`, if there were any.

    Args:
        receiver_access: the store and the receiver.
        folder: the data folder.
        prober: makes the tests.
        places: where tunnel programs are asked.
        intervals: how often what is done.
        backoff: how a tunnel's program is watched.
        clock: the time, UTC.
        steady: the time in seconds, by a clock that cannot be set.
    """

    def __init__(
        self,
        receiver_access: ReceiverAccess,
        folder: Path,
        *,
        prober: Prober | None = None,
        places: DiscoveryTargets | None = None,
        intervals: CheckIntervals | None = None,
        backoff: Backoff | None = None,
        clock: Callable[[], datetime] = utc_now,
        steady: Callable[[], float] = steady_now,
    ) -> None:
        self._intervals = intervals = CheckIntervals() if intervals is None else intervals
        self._state_store = state_store = StateStore()
        self._supervisor = TunnelSupervisor(
            state_store,
            receiver_access.read_address,
            reachability_folder(folder),
            backoff,
            on_up=self._on_up,
            on_down=self.test_now,
        )
        self._discovery = TunnelDiscovery(
            state_store,
            receiver_access.read_address,
            DiscoveryTargets() if places is None else places,
            intervals,
            clock,
            metrics_port=lambda: self._supervisor.metrics_port,
            on_moved=self.choose,
            on_change=self.test_now,
        )
        prober = Prober() if prober is None else prober
        self._health_check = HealthCheck(
            state_store, receiver_access, prober, intervals, lambda: Moment(clock(), steady())
        )
        self._earlier_urls = EarlierUrls(state_store, receiver_access, prober, intervals, clock)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._stopped = asyncio.Event()
        self._keeps_tunnel = False

    # --- What is known --------------------------------------------------------------------------

    @property
    def state(self) -> ReachabilityState:
        """What is known now."""
        return self._state_store.state

    @property
    def config(self) -> TunnelConfig | None:
        """The tunnel that shall run; None for none."""
        return self._supervisor.config

    def observe(self, on_change: Callable[[ReachabilityState], None]) -> None:
        """Have `on_change` called with each new state, on the monitor's loop."""
        self._state_store.observe(on_change)

    # --- What is asked --------------------------------------------------------------------------

    def choose(self, url: str, kind: TunnelProvider = TunnelProvider.OTHER) -> None:
        """Take `url` for the public URL; "" for none. It is tested at once.

        Raises:
            PublicUrlError: it is no such URL. The one before stays; the state tells of it.
        """
        try:
            base = public_base(url) if url else ""
        except PublicUrlError as error:
            self._state_store.update(refused_url=url, refused_for=error.fault)
            raise
        self._state_store.update(refused_url="", refused_for=None)
        if self._state_store.leads_to(base, kind):
            self.test_now()
            return
        self._state_store.was_found = any(one.url == base for one in self.state.found)
        self._state_store.update(public_url=base, kind=kind)
        self._health_check.begin()
        self._earlier_urls.check_again()
        self._discovery.discover_now(asks_programs=False)

    def start_tunnel(self, config: TunnelConfig) -> None:
        """Open a tunnel, instead of the one that we run, and take its URL for the public one.

        Raises:
            TunnelConfigError: it can't be started like this. The one before goes on; where there
                is none,
                the state tells of this one.
        """
        try:
            config = checked(config)
        except TunnelConfigError as error:
            if self._supervisor.config is None:
                told = TunnelState(config, TunnelStage.MISSING, fault=error.fault)
                self._state_store.update(tunnel=told)
            raise
        self._supervisor.start(config)

    def stop_tunnel(self) -> None:
        """Close the tunnel that we run. Its URL stays the public one: the SMS service knows it."""
        self._supervisor.start(None)

    def test_now(self) -> None:
        """Test the public URL as soon as possible."""
        self._health_check.test_now()

    def discover_now(self) -> None:
        """Discover tunnels as soon as possible, and ask their programs, too."""
        self._discovery.discover_now()

    def moved(self) -> None:
        """Note that the receiver was started anew, maybe elsewhere, or is another process's."""
        self._supervisor.check_again()
        self._discovery.discover_now(asks_programs=False)
        self._health_check.invalidate()

    def resumed(self) -> None:
        """Note that the computer was suspended. From any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._health_check.invalidate)

    async def stop(self, *, keeps_tunnel: bool = False) -> None:
        """End `run`, and return once it has ended.

        Args:
            keeps_tunnel: whether the tunnel's program goes on, for the next start to reattach to.
        """
        self._keeps_tunnel = keeps_tunnel
        self._stopping.set()
        if self._loop is not None:
            await self._stopped.wait()

    # --- Watching -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Monitor until `stop`. Reattaches to a tunnel that an earlier run has left."""
        self._loop = asyncio.get_running_loop()
        try:
            await self._supervisor.reattach()
            if self._supervisor.config is None:
                self._health_check.give_up()
            async with asyncio.TaskGroup() as group:
                # Each is supervised: none of them fails, and none takes the others along.
                tasks = [
                    group.create_task(
                        self._health_check.run(), name="kvitto reachability: health check"
                    ),
                    group.create_task(
                        self._earlier_urls.run(), name="kvitto reachability: earlier addresses"
                    ),
                    group.create_task(self._discovery.run(), name="kvitto reachability: discovery"),
                    group.create_task(self._supervisor.run(), name="kvitto reachability: tunnel"),
                ]
                await self._stopping.wait()
                for task in tasks:
                    task.cancel()
        finally:
            try:
                await self._supervisor.end(keeps_running=self._keeps_tunnel)
            finally:
                self._stopped.set()

    def _on_up(self, url: str, kind: TunnelProvider) -> None:
        try:
            self.choose(url, kind)
        except PublicUrlError as error:
            log.warning("The tunnel's own address can't be used: %s", error)
            return
        if kind in _NEW_NAMES:
            self._health_check.expect(
                self._intervals.warm_up_s, after_s=self._intervals.warm_up_retry_s
            )
        else:
            self._health_check.expect(self._intervals.settle_s)
