"""A campaign through a real `ssh -R` tunnel that is cut and comes back, and the watch over it."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from app.clock import utc_now
from app.core.door import ClosedBy
from app.door.discovery import Places
from app.door.doorstep import Doorstep
from app.door.evidence import moment_now
from app.door.faults import Fault
from app.door.kinds import TunnelKind, TunnelOrder
from app.door.public_url import public_callback_url
from app.door.state import DoorState, DoorStatus
from app.door.watch import DoorWatch
from app.store.doors import DoorReader
from app.ui.session import Session
from tests.helpers.program import assert_check_agrees
from tests.journeys.conftest import Start
from tests.journeys.far_server import FarServer, far_server
from tests.journeys.test_simulate import scorecard, simulating, stored_count, until_stored, url_of
from tests.ui.sessions import SessionHere

pytestmark = [
    pytest.mark.usefixtures("loopback_is_public"),
    pytest.mark.no_cover,
]

RED_WITHIN_S: Final = 30.0
_LIMIT_S: Final = 60.0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarServer]:
    """Return a server that the ssh on the PATH logs in to."""
    with far_server(tmp_path / "far") as started:
        monkeypatch.setenv("PATH", f"{started.bin}{os.pathsep}{os.environ['PATH']}")
        yield started


async def until(watch: DoorWatch, holds: Callable[[DoorState], bool]) -> DoorState:
    """Wait for a state; return it."""
    async with asyncio.timeout(_LIMIT_S):
        while not holds(watch.state):  # noqa: ASYNC110 - a state of many
            await asyncio.sleep(0.02)
    return watch.state


async def until_status(watch: DoorWatch, status: DoorStatus) -> DoorState:
    return await until(watch, lambda state: state.status_at(moment_now()) is status)


@asynccontextmanager
async def watching(session: Session) -> AsyncIterator[DoorWatch]:
    """Watch the door in the program's own rhythm, beside the process that receives."""

    def read_address() -> tuple[str, int]:
        host, _, port = session.read_callback_url().split("/")[2].rpartition(":")
        return host, int(port)

    doorstep = Doorstep(
        session.folder,
        session.secrets,
        DoorReader(session.database),
        edit=session.edit,
        read_address=read_address,
        read_probes=session.read_probes,
    )
    watch = DoorWatch(doorstep, session.folder, places=Places((), (), ""))
    async with asyncio.TaskGroup() as group:
        group.create_task(watch.run())
        try:
            yield watch
        finally:
            await watch.stop()


@pytest.mark.timeout(180)
async def test_a_tunnel_that_is_cut_is_told_of_in_time_and_costs_no_report(
    start: Start, server: FarServer, data_dir: Path
) -> None:
    await url_of(await asyncio.to_thread(start))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    session = await asyncio.to_thread(SessionHere, data_dir)
    assert session.receivers.started == []
    try:
        async with watching(session) as watch:
            watch.start_tunnel(TunnelOrder(TunnelKind.SSH, "far", f"127.0.0.1:{port}", base))
            opened = await until(
                watch, lambda state: state.status_at(moment_now()) is DoorStatus.OPEN
            )
            assert opened.secret_key is not None
            secret = session.secrets.for_public_url(base, utc_now())
            url = public_callback_url(base, secret.value)
            options = ("--messages", 150, "--rate", "60/s", "--attempts", 200)
            async with simulating(
                *(*options, "--retry-interval", "0.5s", "--url", url),
                *("--verify", data_dir, "--json"),
            ) as campaign:
                await until_stored(data_dir, 50)
                await asyncio.to_thread(server.cut)
                cut_at = time.monotonic()
                closed = await until(
                    watch, lambda state: state.status_at(moment_now()) is DoorStatus.CLOSED
                )
                assert time.monotonic() - cut_at < RED_WITHIN_S
                assert closed.fault_at(moment_now()) is Fault.TUNNEL_DOWN
                before = await asyncio.to_thread(stored_count, data_dir)
                await asyncio.to_thread(server.start)
                await until_status(watch, DoorStatus.OPEN)
                told = await scorecard(campaign)
            assert told["without_answer"]["no connection"] > 0
            assert told["deleted_by_the_sender"] == told["lost"] == 0
            assert told["contract_broken"] == {}
            assert told["reports_made"] == told["answered_200"] > before
            assert told["verification"]["differences"] == []
            await asyncio.to_thread(assert_check_agrees, data_dir)
            closures = DoorReader(session.database).closures(
                opened.last_good or utc_now(), now=utc_now(), is_running=True
            )
            [closure] = [one for one in closures if one.by is ClosedBy.TUNNEL]
            assert closure.fault == Fault.TUNNEL_DOWN.value
            assert closure.end is not None
            [one] = {batch.secret for batch in session.reader.batches()}
            assert one == opened.secret_key
    finally:
        await asyncio.to_thread(session.close)
