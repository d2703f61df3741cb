"""A campaign through a real `ssh -R` tunnel that is cut and comes back, and the watch over it."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from kvitto.clock import utc_now
from kvitto.core.outages import OutageCause
from kvitto.reachability.evidence import moment_now
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.monitor import ReachabilityMonitor
from kvitto.reachability.public_url import public_callback_url
from kvitto.reachability.reachability_status import ReachabilityState, ReachabilityStatus
from kvitto.reachability.receiver_access import ReceiverAccess
from kvitto.reachability.tunnels.discovery import DiscoveryTargets
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.store.outage_queries import OutageReader
from kvitto.ui.backend import Backend
from tests.helpers.program import assert_check_agrees
from tests.journeys.conftest import Start
from tests.journeys.far_server import FarServer, far_server
from tests.journeys.test_simulate import simulating, stored_count, summary, until_stored, url_of
from tests.ui.sessions import BackendHere

pytestmark = [
    pytest.mark.usefixtures("loopback_is_public"),
    pytest.mark.no_cover,
]

_LIMIT_S: Final = 60.0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarServer]:
    """Return a server that the ssh on the PATH logs in to."""
    with far_server(tmp_path / "far") as started:
        monkeypatch.setenv("PATH", f"{started.bin}{os.pathsep}{os.environ['PATH']}")
        yield started


async def until(
    watch: ReachabilityMonitor, holds: Callable[[ReachabilityState], bool]
) -> ReachabilityState:
    """Wait for a state; return it."""
    async with asyncio.timeout(_LIMIT_S):
        while not holds(watch.state):  # noqa: ASYNC110 - a state of many
            await asyncio.sleep(0.02)
    return watch.state


async def until_status(watch: ReachabilityMonitor, status: ReachabilityStatus) -> ReachabilityState:
    return await until(watch, lambda state: state.status_at(moment_now()) is status)


@asynccontextmanager
async def watching(session: Backend) -> AsyncIterator[ReachabilityMonitor]:
    """Check the callback URL at the program's own intervals, beside the process that receives."""

    def read_address() -> tuple[str, int]:
        host, _, port = session.read_callback_url().split("/")[2].rpartition(":")
        return host, int(port)

    receiver_access = ReceiverAccess(
        session.folder,
        session.callback_keys,
        OutageReader(session.database),
        edit=session.edit,
        read_address=read_address,
        read_probes=session.read_probes,
    )
    watch = ReachabilityMonitor(
        receiver_access, session.folder, places=DiscoveryTargets((), (), "")
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(watch.run())
        try:
            yield watch
        finally:
            await watch.stop()


@pytest.mark.timeout(180)
async def test_a_tunnel_that_is_cut_is_told_of_and_costs_no_report(
    start: Start, server: FarServer, data_dir: Path
) -> None:
    await url_of(await asyncio.to_thread(start))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    session = await asyncio.to_thread(BackendHere, data_dir)
    assert session.receivers.started == []
    try:
        async with watching(session) as watch:
            watch.start_tunnel(TunnelConfig(TunnelProvider.SSH, "far", f"127.0.0.1:{port}", base))
            opened = await until(
                watch, lambda state: state.status_at(moment_now()) is ReachabilityStatus.REACHABLE
            )
            assert opened.callback_key_id is not None
            callback_key = session.callback_keys.for_public_url(base, utc_now())
            url = public_callback_url(base, callback_key.value)
            options = ("--messages", 150, "--rate", "60/s", "--attempts", 200)
            async with simulating(
                *(*options, "--retry-interval", "0.5s", "--url", url),
                *("--verify", data_dir, "--json"),
            ) as campaign:
                await until_stored(data_dir, 50)
                await asyncio.to_thread(server.cut)
                closed = await until(
                    watch,
                    lambda state: state.status_at(moment_now()) is ReachabilityStatus.UNREACHABLE,
                )
                assert closed.failure_at(moment_now()) is CheckFailure.TUNNEL_DOWN
                before = await asyncio.to_thread(stored_count, data_dir)
                await asyncio.to_thread(server.start)
                await until_status(watch, ReachabilityStatus.REACHABLE)
                told = await summary(campaign)
            assert told["without_answer"]["no connection"] > 0
            assert told["deleted_by_the_sender"] == told["lost"] == 0
            assert told["contract_broken"] == {}
            assert told["reports_made"] == told["answered_200"] > before
            assert told["verification"]["differences"] == []
            await asyncio.to_thread(assert_check_agrees, data_dir)
            outages = OutageReader(session.database).outages(
                opened.last_good or utc_now(), now=utc_now(), is_running=True
            )
            [outage] = [one for one in outages if one.by is OutageCause.TUNNEL]
            assert outage.fault == CheckFailure.TUNNEL_DOWN.value
            assert outage.end is not None
            [one] = {batch.callback_key for batch in session.reader.batches()}
            assert one == opened.callback_key_id
    finally:
        await asyncio.to_thread(session.close)
