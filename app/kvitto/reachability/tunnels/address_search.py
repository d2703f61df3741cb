"""Look for the tunnels that are there, and follow the chosen one to its new URL."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from kvitto.reachability.check_intervals import CheckIntervals
from kvitto.reachability.reachability_status import FoundTunnel
from kvitto.reachability.receiver_gateway import ReceiverAccess
from kvitto.reachability.state_store import StateStore
from kvitto.reachability.supervision import supervised
from kvitto.reachability.tunnels.discovery import DiscoveryTargets, find_tunnels
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.reachability.worker_thread import in_thread, until

FOLLOWED: Final = frozenset(
    {
        TunnelProvider.CLOUDFLARED_QUICK,
        TunnelProvider.CLOUDFLARED_NAMED,
        TunnelProvider.NGROK,
        TunnelProvider.TAILSCALE,
    }
)
"""The kinds whose programs tell of their tunnels: a new URL of theirs takes the old one's place."""


class AddressSearch:
    """Looks for tunnels while `run` runs. Belongs to one loop.

    Args:
        state_store: where it writes what it finds.
        receiver_access: the store and the receiver.
        places: where it looks.
        intervals: how often.
        clock: the time, UTC.
        metrics_port: returns where the `cloudflared` that we run tells how it is; 0 for none.
        on_moved: is called with the new URL of the tunnel whose URL was chosen.
        on_change: is called when the chosen tunnel is connected, or no longer.
    """

    def __init__(
        self,
        state_store: StateStore,
        receiver_access: ReceiverAccess,
        places: DiscoveryTargets,
        intervals: CheckIntervals,
        clock: Callable[[], datetime],
        *,
        metrics_port: Callable[[], int],
        on_moved: Callable[[str, TunnelProvider], None],
        on_change: Callable[[], None],
    ) -> None:
        self._state_store = state_store
        self._receiver_access = receiver_access
        self._places = places
        self._intervals = intervals
        self._clock = clock
        self._metrics_port = metrics_port
        self._on_moved = on_moved
        self._on_change = on_change
        self._wanted = asyncio.Event()
        self._asked_at: datetime | None = None

    def discover_now(self, *, asks_programs: bool = True) -> None:
        """Look as soon as possible.

        Args:
            asks_programs: whether to start programs to be asked, too.
        """
        if asks_programs:
            self._asked_at = None
        self._wanted.set()

    async def run(self) -> None:
        """Look until cancelled, whatever goes wrong meanwhile."""
        await supervised(self._run, "looking for tunnels")

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            await self._look()
            state = self._state_store.state
            is_followed = bool(state.public_url) and state.kind in FOLLOWED
            wait_s = (
                self._intervals.discovery_s if is_followed else self._intervals.rare_discovery_s
            )
            await until(self._wanted, wait_s)

    async def _look(self) -> None:
        listens_on = await in_thread(self._receiver_access.read_address)
        if listens_on is None:
            self._state_store.update(found=())
            return
        asks_programs = self._shall_ask_programs()
        port = self._metrics_port()
        found = await find_tunnels(
            listens_on[1],
            self._places,
            metrics=(port,) if port else (),
            asks_programs=asks_programs,
        )
        if not asks_programs:
            found += [
                one for one in self._state_store.state.found if one.kind is TunnelProvider.TAILSCALE
            ]
        before = self._state_store.hint()
        self._state_store.update(found=tuple(found))
        self._follow(found)
        if self._state_store.hint() != before:
            self._on_change()

    def _shall_ask_programs(self) -> bool:
        now = self._clock()
        if self._asked_at is not None:
            is_due = now - self._asked_at >= timedelta(seconds=self._intervals.ask_programs_s)
            if not is_due or self._state_store.state.kind is not TunnelProvider.TAILSCALE:
                return False
        self._asked_at = now
        return True

    def _follow(self, found: Sequence[FoundTunnel]) -> None:
        url, kind = self._state_store.state.public_url, self._state_store.state.kind
        if any(one.url == url for one in found):
            self._state_store.was_found = True
            return
        others = [one for one in found if one.kind is kind and one.leads_here is not False]
        if self._state_store.was_found and kind in FOLLOWED and len(others) == 1:
            self._on_moved(others[0].url, kind)
