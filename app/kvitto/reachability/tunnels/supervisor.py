"""Keep the configured tunnel running, leading to where we listen, and no other."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from kvitto.reachability.error_details import trace_of
from kvitto.reachability.reachability_status import TunnelStage
from kvitto.reachability.receiver_gateway import ReceiverAccess
from kvitto.reachability.state_store import StateStore
from kvitto.reachability.supervision import start, supervised
from kvitto.reachability.tunnels.process import left_over
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.reachability.tunnels.tunnel import Backoff, Tunnel
from kvitto.reachability.worker_thread import in_thread

log = logging.getLogger(__name__)

_OVER: Final = frozenset({TunnelStage.MISSING, TunnelStage.STOPPED})


class TunnelSupervisor:
    """Runs at most one tunnel while `run` runs. Belongs to one loop.

    Args:
        state_store: where it writes how the tunnel is.
        receiver_access: tells where we listen.
        folder: where the tunnel's program writes.
        backoff: how it is watched.
        on_up: is called with its public URL when the tunnel is open.
        on_down: is called when it was open, and is no longer.
    """

    def __init__(
        self,
        state_store: StateStore,
        receiver_access: ReceiverAccess,
        folder: Path,
        backoff: Backoff | None,
        *,
        on_up: Callable[[str, TunnelProvider], None],
        on_down: Callable[[], None],
    ) -> None:
        self._state_store = state_store
        self._receiver_access = receiver_access
        self._folder = folder
        self._backoff = backoff
        self._on_up = on_up
        self._on_down = on_down
        self._changed = asyncio.Event()
        self._tunnel: Tunnel | None = None
        self._running: asyncio.Task[None] | None = None
        self._leads_to: tuple[str, int] | None = None
        self.config: TunnelConfig | None = None

    @property
    def metrics_port(self) -> int:
        """Where the `cloudflared` that we run tells how it is; 0 for none."""
        return 0 if self._tunnel is None else self._tunnel.metrics_port

    def start(self, config: TunnelConfig | None) -> None:
        """Run this tunnel from now on instead of another; None for none."""
        self.config = config
        self._changed.set()

    def check_again(self) -> None:
        """Note that we may listen elsewhere."""
        self._changed.set()

    async def reattach(self) -> None:
        """Reattach to the tunnel that an earlier run has left, unless another one is configured.

        A tunnel with the same configuration is reattached to later; any other is ended then.
        """
        try:
            left = await in_thread(left_over, self._folder)
        except Exception as error:  # noqa: BLE001 - whatever was left there must not end the watch
            log.error("Can't reattach to the tunnel of an earlier run: %s", trace_of(error))  # noqa: TRY400
            return
        if left is not None and self.config is None:
            self.start(left)

    async def run(self) -> None:
        """Do what is asked until cancelled, whatever goes wrong meanwhile.

        The tunnel itself runs beside: until `end`, even if this fails.
        """
        await supervised(self._run, "keeping the tunnel", self._on_failed)

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._keep(self.config)

    async def _keep(self, config: TunnelConfig | None) -> None:
        listens_on = await in_thread(self._receiver_access.read_address)
        if self._is_right(listens_on):
            return
        await self.end()
        if config is None or listens_on is None:
            return
        tunnel = Tunnel(config, listens_on, self._folder, backoff=self._backoff)
        tunnel.observe(partial(self._on_tunnel, tunnel))
        self._tunnel, self._leads_to = tunnel, listens_on
        self._state_store.update(tunnel=tunnel.state)
        self._running = start(tunnel.run(), "kvitto reachability: tunnel program")

    def _on_failed(self, _error: Exception) -> None:
        self._changed.set()  # what was asked for is still to be done

    async def end(self, *, keeps_running: bool = False) -> None:
        """End the tunnel.

        Args:
            keeps_running: whether its program goes on without us.
        """
        if self._tunnel is None:
            return
        tunnel, running = self._tunnel, self._running
        if running is not None:
            if keeps_running:
                await tunnel.detach()
            else:
                await tunnel.stop()
            await asyncio.wait([running])
        self._tunnel = self._running = None

    def _is_right(self, listens_on: tuple[str, int] | None) -> bool:
        """Tell whether the tunnel that runs is the configured one, and leads to us."""
        if self._tunnel is None or self._tunnel.state.stage in _OVER:
            return False
        return self._tunnel.state.config == self.config and self._leads_to == listens_on

    def _on_tunnel(self, tunnel: Tunnel) -> None:
        before, after = self._state_store.state.tunnel, tunnel.state
        self._state_store.update(tunnel=after)
        was_up = before is not None and before.stage is TunnelStage.UP
        is_up = after.stage is TunnelStage.UP
        if is_up and not was_up:
            self._on_up(after.url, after.config.kind)
        elif was_up and not is_up:
            self._on_down()
