"""Keep an eye on the front door: the tunnel, the public URL, and whether it leads here."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from app.clock import utc_now
from app.door.board import Board
from app.door.discovery import Places
from app.door.doorstep import Doorstep
from app.door.evidence import Moment, steady_now
from app.door.keeper import Keeper
from app.door.kinds import TunnelKind, TunnelOrder
from app.door.looker import Looker
from app.door.orders import OrderError, checked
from app.door.other_urls import OtherUrls
from app.door.probe import Prober
from app.door.public_url import PublicUrlError, public_base
from app.door.rhythm import Rhythm
from app.door.state import DoorState, TunnelStage, TunnelState
from app.door.tester import Tester
from app.door.tunnel import Patience
from app.paths import door_folder

log = logging.getLogger(__name__)

_NEW_NAMES: Final = frozenset(
    {TunnelKind.CLOUDFLARED_QUICK, TunnelKind.NGROK, TunnelKind.TAILSCALE}
)
"""The kinds whose names may be new to the world when the tunnel opens."""


class DoorWatch:
    """Watches the front door while `run` runs. Belongs to that loop, but for `woke`.

    Choose the public URL and order the tunnel of the last time before `run`, if there were any.

    Args:
        doorstep: the store and the receiver.
        folder: the data folder.
        prober: makes the tests.
        places: where tunnels are looked for.
        rhythm: how often what is done.
        patience: how a tunnel's program is watched.
        clock: the time, UTC.
        steady: the time in seconds, by a clock that cannot be set.
    """

    def __init__(
        self,
        doorstep: Doorstep,
        folder: Path,
        *,
        prober: Prober | None = None,
        places: Places | None = None,
        rhythm: Rhythm | None = None,
        patience: Patience | None = None,
        clock: Callable[[], datetime] = utc_now,
        steady: Callable[[], float] = steady_now,
    ) -> None:
        self._rhythm = rhythm = Rhythm() if rhythm is None else rhythm
        self._board = board = Board()
        self._keeper = Keeper(
            board, doorstep, door_folder(folder), patience, on_up=self._on_up, on_down=self.test_now
        )
        self._looker = Looker(
            board,
            doorstep,
            Places() if places is None else places,
            rhythm,
            clock,
            metrics_port=lambda: self._keeper.metrics_port,
            on_moved=self.choose,
            on_change=self.test_now,
        )
        prober = Prober() if prober is None else prober
        self._tester = Tester(board, doorstep, prober, rhythm, lambda: Moment(clock(), steady()))
        self._others = OtherUrls(board, doorstep, prober, rhythm, clock)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._stopped = asyncio.Event()
        self._leaves_tunnel = False

    # --- What is known --------------------------------------------------------------------------

    @property
    def state(self) -> DoorState:
        """What is known now."""
        return self._board.state

    @property
    def order(self) -> TunnelOrder | None:
        """The tunnel that shall run; None for none."""
        return self._keeper.order

    def observe(self, on_change: Callable[[DoorState], None]) -> None:
        """Have `on_change` called with each new state, on the watch's loop."""
        self._board.observe(on_change)

    # --- What is asked --------------------------------------------------------------------------

    def choose(self, url: str, kind: TunnelKind = TunnelKind.OTHER) -> None:
        """Take `url` for the public URL; "" for none. It is tested at once.

        Raises:
            PublicUrlError: it is no such URL. The one before stays; the state tells of it.
        """
        try:
            base = public_base(url) if url else ""
        except PublicUrlError as error:
            self._board.say(refused_url=url, refused_why=str(error))
            raise
        self._board.say(refused_url="", refused_why="")
        if self._board.leads_to(base, kind):
            self.test_now()
            return
        self._board.was_found = any(one.url == base for one in self.state.found)
        self._board.say(public_url=base, kind=kind)
        self._tester.begin()
        self._others.look_again()
        self._looker.look_around(asks_programs=False)

    def start_tunnel(self, order: TunnelOrder) -> None:
        """Open a tunnel, instead of the one that we run, and take its URL for the public one.

        Raises:
            OrderError: it can't be started like this. The one before goes on; where there is none,
                the state tells of this one.
        """
        try:
            order = checked(order)
        except OrderError as error:
            if self._keeper.order is None:
                told = TunnelState(order, TunnelStage.MISSING, lines=(str(error),))
                self._board.say(tunnel=told)
            raise
        self._keeper.start(order)

    def stop_tunnel(self) -> None:
        """Close the tunnel that we run. Its URL stays the public one: the sender knows it."""
        self._keeper.start(None)

    def test_now(self) -> None:
        """Test the public URL as soon as possible."""
        self._tester.test_now()

    def look_around(self) -> None:
        """Look for tunnels as soon as possible, and ask their programs, too."""
        self._looker.look_around()

    def moved(self) -> None:
        """Note that the receiver was started anew, maybe elsewhere, or is another process's."""
        self._keeper.look_again()
        self._looker.look_around(asks_programs=False)
        self._tester.doubt()

    def woke(self) -> None:
        """Note that the computer has slept. From any thread."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._tester.doubt)

    async def stop(self, *, leaves_tunnel: bool = False) -> None:
        """End `run`, and return once it has ended.

        Args:
            leaves_tunnel: whether the tunnel's program goes on, for the next start to take over.
        """
        self._leaves_tunnel = leaves_tunnel
        self._stopping.set()
        if self._loop is not None:
            await self._stopped.wait()

    # --- Watching -------------------------------------------------------------------------------

    async def run(self) -> None:
        """Watch until `stop`. A tunnel that an earlier run has left is taken over."""
        self._loop = asyncio.get_running_loop()
        try:
            await self._keeper.take_over()
            if self._keeper.order is None:
                self._tester.give_up()
            async with asyncio.TaskGroup() as group:
                # Each is supervised: none of them fails, and none takes the others along.
                tasks = [
                    group.create_task(self._tester.run(), name="kvitto door: testing"),
                    group.create_task(self._others.run(), name="kvitto door: earlier addresses"),
                    group.create_task(self._looker.run(), name="kvitto door: looking"),
                    group.create_task(self._keeper.run(), name="kvitto door: keeping"),
                ]
                await self._stopping.wait()
                for task in tasks:
                    task.cancel()
        finally:
            try:
                await self._keeper.end(leaves_it=self._leaves_tunnel)
            finally:
                self._stopped.set()

    def _on_up(self, url: str, kind: TunnelKind) -> None:
        try:
            self.choose(url, kind)
        except PublicUrlError as error:
            log.warning("The tunnel's own address can't be used: %s", error)
            return
        if kind in _NEW_NAMES:
            self._tester.expect(self._rhythm.fresh_s, after_s=self._rhythm.fresh_retry_s)
        else:
            self._tester.expect(self._rhythm.settle_s)
