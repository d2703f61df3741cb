"""Keep the tunnel that was ordered, leading to where we listen, and none besides."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from app.door.board import Board
from app.door.doorstep import Doorstep
from app.door.kinds import TunnelKind, TunnelOrder
from app.door.process import left_over
from app.door.state import TunnelStage
from app.door.threads import in_thread
from app.door.tunnel import Patience, Tunnel

_OVER: Final = frozenset({TunnelStage.MISSING, TunnelStage.STOPPED})


class Keeper:
    """Runs at most one tunnel while `run` runs. Belongs to one loop.

    Args:
        board: where it writes how the tunnel is.
        doorstep: tells where we listen.
        folder: where the tunnel's program writes.
        patience: how it is watched.
        on_up: is called with its public URL when the tunnel is open.
        on_down: is called when it was open, and is no longer.
    """

    def __init__(
        self,
        board: Board,
        doorstep: Doorstep,
        folder: Path,
        patience: Patience | None,
        *,
        on_up: Callable[[str, TunnelKind], None],
        on_down: Callable[[], None],
    ) -> None:
        self._board = board
        self._doorstep = doorstep
        self._folder = folder
        self._patience = patience
        self._on_up = on_up
        self._on_down = on_down
        self._changed = asyncio.Event()
        self._tunnel: Tunnel | None = None
        self._leads_to: tuple[str, int] | None = None
        self.order: TunnelOrder | None = None

    @property
    def metrics_port(self) -> int:
        """Where the `cloudflared` that we run tells how it is; 0 for none."""
        return 0 if self._tunnel is None else self._tunnel.metrics_port

    def start(self, order: TunnelOrder | None) -> None:
        """Run this tunnel from now on instead of another; None for none."""
        self.order = order
        self._changed.set()

    def look_again(self) -> None:
        """Note that we may listen elsewhere."""
        self._changed.set()

    async def take_over(self) -> None:
        """Go on with the tunnel that an earlier run has left, if there is one and none is ordered.

        One that was ordered itself is taken over, too; any other is ended.
        """
        left = await in_thread(left_over, self._folder)
        if left is not None and self.order is None:
            self.start(left)

    async def run(self, group: asyncio.TaskGroup) -> None:
        """Do what is asked until cancelled.

        Args:
            group: what runs the tunnel itself.
        """
        while True:
            await self._changed.wait()
            self._changed.clear()
            listens_on = await in_thread(self._doorstep.read_address)
            if self._is_right(listens_on):
                continue
            await self.end()
            if self.order is None or listens_on is None:
                continue
            tunnel = Tunnel(self.order, listens_on, self._folder, patience=self._patience)
            tunnel.observe(partial(self._on_tunnel, tunnel))
            self._tunnel, self._leads_to = tunnel, listens_on
            self._board.say(tunnel=tunnel.state)
            group.create_task(tunnel.run(), name="kvitto door: tunnel program")

    async def end(self, *, leaves_it: bool = False) -> None:
        """End the tunnel.

        Args:
            leaves_it: whether its program goes on without us.
        """
        if self._tunnel is None:
            return
        if leaves_it:
            await self._tunnel.leave()
        else:
            await self._tunnel.stop()
        self._tunnel = None

    def _is_right(self, listens_on: tuple[str, int] | None) -> bool:
        """Tell whether the tunnel that runs is the one that was ordered, and leads to us."""
        if self._tunnel is None or self._tunnel.state.stage in _OVER:
            return False
        return self._tunnel.state.order == self.order and self._leads_to == listens_on

    def _on_tunnel(self, tunnel: Tunnel) -> None:
        before, after = self._board.state.tunnel, tunnel.state
        self._board.say(tunnel=after)
        was_up = before is not None and before.stage is TunnelStage.UP
        is_up = after.stage is TunnelStage.UP
        if is_up and not was_up:
            self._on_up(after.url, after.order.kind)
        elif was_up and not is_up:
            self._on_down()
