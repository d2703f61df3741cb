"""A watch of the front door of a real receiver with its store, at a quick pace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from aiohttp.abc import AbstractResolver

from app.clock import utc_now
from app.core.door import ClosedBy, Closure
from app.door.discovery import Places
from app.door.doorstep import Doorstep
from app.door.evidence import Moment, steady_now
from app.door.faults import Fault
from app.door.probe import Prober
from app.door.rhythm import Rhythm
from app.door.state import DoorState, DoorStatus
from app.door.tunnel import Patience
from app.door.watch import DoorWatch
from app.receiver.probes import Probes
from app.receiver.reception import Reception
from app.store.doors import DoorReader
from tests.door.far_ends import NoNames

HASTY: Final = Rhythm(
    waiting_s=0.2,
    calm_s=0.2,
    silence_s=0.2,
    listen_s=0.05,
    failing_s=0.1,
    confirm_s=0.05,
    fresh_s=0.5,
    settle_s=0.5,
    fresh_retry_s=0.05,
    look_s=0.1,
    look_rarely_s=0.1,
    idle_s=0.1,
)
PATIENCE: Final = Patience(look_s=0.02, look_later_s=0.02, first_rest_s=0.2, longest_rest_s=0.5)
NOWHERE: Final = Places(ngrok=(), cloudflared=(), tailscale="")
LIMIT_S: Final = 40.0


class Step(Doorstep):
    """The doorstep of a reception; a test may take things away from it.

    Attributes:
        address: where the receiver is said to be; None for nowhere.
        probes: what makes probes; None for nothing.
        believed: the headers that were to be believed, each once in a row.
    """

    def __init__(self, reception: Reception, folder: Path) -> None:
        self.address: tuple[str, int] | None = (reception.service.host, reception.service.port)
        self.probes: Probes | None = reception.service.probes
        self.believed: list[str | None] = []
        super().__init__(
            folder,
            reception.secrets,
            DoorReader(reception.database),
            edit=reception.writer.edit,
            read_address=lambda: self.address,
            read_probes=lambda: self.probes,
            on_secret=reception.read_secrets,
            read_dropped_body=reception.service.dropped_bodies.last,
            believe=self._note_belief,
        )

    def _note_belief(self, header: str | None) -> None:
        if not self.believed or self.believed[-1] != header:
            self.believed.append(header)


class Watched:
    """A watch, and what it has said.

    Attributes:
        watch: the watch.
        step: its doorstep.
        states: its states in their order.
    """

    def __init__(
        self, watch: DoorWatch, step: Step, reception: Reception, now: Callable[[], Moment]
    ) -> None:
        self.watch: Final = watch
        self.step: Final = step
        self.states: Final[list[DoorState]] = [watch.state]
        self._reception = reception
        self._now = now
        watch.observe(self.states.append)

    @property
    def statuses(self) -> list[DoorStatus]:
        """The statuses, each once in a row."""
        now = self._now()
        found: list[DoorStatus] = []
        for state in self.states:
            status = state.status_at(now)
            if not found or found[-1] is not status:
                found.append(status)
        return found

    @property
    def status(self) -> DoorStatus:
        """The status now."""
        return self.watch.state.status_at(self._now())

    def fault(self, state: DoorState) -> Fault | None:
        """Return what is wrong with a state now."""
        return state.fault_at(self._now())

    async def until(self, holds: Callable[[DoorState], bool]) -> DoorState:
        """Wait for a state; return it."""
        async with asyncio.timeout(LIMIT_S):
            while not holds(self.watch.state):  # noqa: ASYNC110 - a state of many
                await asyncio.sleep(0.01)
        return self.watch.state

    async def until_status(self, status: DoorStatus) -> DoorState:
        return await self.until(lambda state: state.status_at(self._now()) is status)

    async def until_fault(self, fault: Fault) -> DoorState:
        return await self.until(lambda state: self.fault(state) is fault)

    async def until_tested_again(self) -> DoorState:
        """Wait for the end of a test that has not begun yet."""
        before = self.watch.state.last_probe
        return await self.until(lambda state: state.last_probe not in (None, before))

    def closures(self) -> list[Closure]:
        """Return the closures by a broken tunnel in the store."""
        doors = DoorReader(self._reception.database)
        now = utc_now()
        found = doors.closures(now - timedelta(days=1), now=now, is_running=True)
        return [one for one in found if one.by is ClosedBy.TUNNEL]

    async def until_closures(self, holds: Callable[[list[Closure]], bool]) -> list[Closure]:
        """Wait for what is in the store; return it."""
        async with asyncio.timeout(LIMIT_S):
            while not holds(self.closures()):  # noqa: ASYNC110 - another thread's doing
                await asyncio.sleep(0.01)
        return self.closures()


@asynccontextmanager
async def watching(
    reception: Reception,
    *,
    places: Places = NOWHERE,
    before: Callable[[DoorWatch], None] = lambda _watch: None,
    clock: Callable[[], datetime] = utc_now,
    steady: Callable[[], float] = steady_now,
    resolver: Callable[[], AbstractResolver] = NoNames,
    timeout_s: float = LIMIT_S,
    **rhythm: Any,
) -> AsyncIterator[Watched]:
    """Watch the front door of a reception.

    Args:
        reception: what receives.
        places: where tunnels are looked for.
        before: is called with the watch before it runs.
        clock: the time, UTC.
        steady: the time by the steady clock.
        resolver: makes what finds the addresses of names.
        timeout_s: how long an answer of the public URL is waited for.
        rhythm: what is other than in `HASTY`.
    """
    folder = reception.folder
    step = Step(reception, folder)
    watch = DoorWatch(
        step,
        folder,
        prober=Prober(timeout_s=timeout_s, has_way=lambda: True, clock=clock, resolver=resolver),
        places=places,
        rhythm=msgspec.structs.replace(HASTY, **rhythm),
        patience=PATIENCE,
        clock=clock,
        steady=steady,
    )
    before(watch)
    watched = Watched(watch, step, reception, lambda: Moment(clock(), steady()))
    async with asyncio.TaskGroup() as group:
        group.create_task(watch.run())
        try:
            yield watched
        finally:
            await watch.stop()
