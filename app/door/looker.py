"""Look for the tunnels that are there, and follow the chosen one to its new URL."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from app.door.board import Board
from app.door.discovery import Places, find_tunnels
from app.door.doorstep import Doorstep
from app.door.kinds import TunnelKind
from app.door.rhythm import Rhythm
from app.door.state import FoundTunnel
from app.door.supervision import supervised
from app.door.threads import in_thread, until

FOLLOWED: Final = frozenset(
    {
        TunnelKind.CLOUDFLARED_QUICK,
        TunnelKind.CLOUDFLARED_NAMED,
        TunnelKind.NGROK,
        TunnelKind.TAILSCALE,
    }
)
"""The kinds whose programs tell of their tunnels: a new URL of theirs takes the old one's place."""


class Looker:
    """Looks for tunnels while `run` runs. Belongs to one loop.

    Args:
        board: where it writes what it finds.
        doorstep: the store and the receiver.
        places: where it looks.
        rhythm: how often.
        clock: the time, UTC.
        metrics_port: returns where the `cloudflared` that we run tells how it is; 0 for none.
        on_moved: is called with the new URL of the tunnel whose URL was chosen.
        on_change: is called when the chosen tunnel is connected, or no longer.
    """

    def __init__(
        self,
        board: Board,
        doorstep: Doorstep,
        places: Places,
        rhythm: Rhythm,
        clock: Callable[[], datetime],
        *,
        metrics_port: Callable[[], int],
        on_moved: Callable[[str, TunnelKind], None],
        on_change: Callable[[], None],
    ) -> None:
        self._board = board
        self._doorstep = doorstep
        self._places = places
        self._rhythm = rhythm
        self._clock = clock
        self._metrics_port = metrics_port
        self._on_moved = on_moved
        self._on_change = on_change
        self._wanted = asyncio.Event()
        self._asked_at: datetime | None = None

    def look_around(self, *, asks_programs: bool = True) -> None:
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
            state = self._board.state
            is_followed = bool(state.public_url) and state.kind in FOLLOWED
            wait_s = self._rhythm.look_s if is_followed else self._rhythm.look_rarely_s
            await until(self._wanted, wait_s)

    async def _look(self) -> None:
        listens_on = await in_thread(self._doorstep.read_address)
        if listens_on is None:
            self._board.say(found=())
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
            found += [one for one in self._board.state.found if one.kind is TunnelKind.TAILSCALE]
        before = self._board.hint()
        self._board.say(found=tuple(found))
        self._follow(found)
        if self._board.hint() != before:
            self._on_change()

    def _shall_ask_programs(self) -> bool:
        now = self._clock()
        if self._asked_at is not None:
            is_due = now - self._asked_at >= timedelta(seconds=self._rhythm.ask_programs_s)
            if not is_due or self._board.state.kind is not TunnelKind.TAILSCALE:
                return False
        self._asked_at = now
        return True

    def _follow(self, found: Sequence[FoundTunnel]) -> None:
        url, kind = self._board.state.public_url, self._board.state.kind
        if any(one.url == url for one in found):
            self._board.was_found = True
            return
        others = [one for one in found if one.kind is kind and one.leads_here is not False]
        if self._board.was_found and kind in FOLLOWED and len(others) == 1:
            self._on_moved(others[0].url, kind)
