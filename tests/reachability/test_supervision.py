"""Loops that go on whatever happens in them, and a tunnel that outlives their mistakes."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from kvitto.reachability.reachability_status import ReachabilityStatus, TunnelStage
from kvitto.reachability.tunnels.process import TunnelProcess
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.receiver.runtime import ReceiverRuntime
from tests.helpers.logwatch import LogWatch
from tests.reachability.far_ends import FarEnds
from tests.reachability.programs import Programs
from tests.reachability.watching import Watched, watching

pytestmark = pytest.mark.usefixtures("loopback_is_public")

MISTAKES = [
    RuntimeError("http://me:hemligt@proxy"),
    ValueError("no"),
    AssertionError(),
    ExceptionGroup("many", [KeyError("a")]),
    asyncio.CancelledError(),
    StopAsyncIteration(),
    MemoryError(),
]


def name_of(error: BaseException) -> str:
    return type(error).__name__


# --- The monitor as a whole -----------------------------------------------------------------------


def failing(mistake: BaseException) -> Callable[..., Any]:
    def fail(*_arguments: object, **_options: object) -> Any:
        raise mistake

    return fail


async def open_by_tunnel(watched: Watched, port: int) -> int:
    """Start a tunnel, and wait until it is proved; return its process."""
    config = TunnelConfig(TunnelProvider.SSH, "127.0.0.1", str(port), f"http://127.0.0.1:{port}")
    watched.monitor.start_tunnel(config)
    await watched.until_status(ReachabilityStatus.REACHABLE)
    (ssh,) = (one for one in psutil.Process().children() if is_ssh(one))
    return int(ssh.pid)


def is_ssh(process: psutil.Process) -> bool:
    """Tell whether a process runs ssh; one that has ended and was not waited for does not."""
    try:
        return "ssh" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("mistake", [RuntimeError("no"), asyncio.CancelledError()], ids=name_of)
@pytest.mark.parametrize(
    ("loop", "said"),
    [
        ("callback_key_of", "testing the public address"),
        ("last_report", "testing the public address"),
        ("is_waiting", "testing the public address"),
    ],
)
async def test_a_mistake_in_the_test_leaves_the_tunnel_and_no_green(
    runtime: ReceiverRuntime,
    programs: Programs,
    unused_tcp_port: int,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
    mistake: BaseException,
    loop: str,
    said: str,
) -> None:
    programs.install("ssh")
    async with watching(runtime) as watched:
        pid = await open_by_tunnel(watched, unused_tcp_port)
        with log_watch.expect(logging.ERROR, said), monkeypatch.context() as patch:
            patch.setattr(watched.access, loop, failing(mistake))
            watched.monitor.test_now()
            await watched.until_status(ReachabilityStatus.UNKNOWN)
            assert psutil.pid_exists(pid)
            # The others go on.
            watched.monitor.discover_now()
            assert watched.monitor.state.tunnel is not None
            assert watched.monitor.state.tunnel.stage is TunnelStage.UP
        await watched.until_status(ReachabilityStatus.REACHABLE)
        assert psutil.pid_exists(pid)
        assert len(programs.starts("ssh")) == 1
        assert watched.outages() == []


@pytest.mark.parametrize("mistake", [RuntimeError("no"), asyncio.CancelledError()], ids=name_of)
async def test_mistakes_in_all_other_loops_leave_the_tunnel_and_the_tests(
    runtime: ReceiverRuntime,
    programs: Programs,
    unused_tcp_port: int,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
    mistake: BaseException,
) -> None:
    programs.install("ssh")
    async with watching(runtime) as watched:
        pid = await open_by_tunnel(watched, unused_tcp_port)
        with (
            log_watch.expect(logging.ERROR, "looking for tunnels"),
            log_watch.expect(logging.ERROR, "keeping the tunnel"),
            log_watch.expect(logging.ERROR, "can't be polled"),
            monkeypatch.context() as patch,
        ):
            patch.setattr(watched.access, "current_address", failing(mistake))
            patch.setattr(TunnelProcess, "poll", failing(mistake))
            watched.monitor.moved()
            for _ in range(3):
                await watched.until_tested_again()
            await watched.until_status(ReachabilityStatus.REACHABLE)
            assert psutil.pid_exists(pid)
        watched.monitor.stop_tunnel()
        await watched.until(
            lambda state: state.tunnel is not None and state.tunnel.stage is TunnelStage.STOPPED
        )
        assert not psutil.pid_exists(pid)
        assert len(programs.starts("ssh")) == 1


async def test_an_observer_that_fails_ends_nothing(
    runtime: ReceiverRuntime, far_ends: FarEnds, log_watch: LogWatch
) -> None:
    base, tunnel = await far_ends.tunnel(runtime.service.port)
    with log_watch.expect(logging.ERROR, "An observer of the reachability failed"):
        async with watching(runtime) as watched:
            watched.monitor.observe(failing(RuntimeError()))
            watched.monitor.choose(base)
            await watched.until_status(ReachabilityStatus.REACHABLE)
            tunnel.close()
            await watched.until_status(ReachabilityStatus.UNREACHABLE)


async def test_a_tunnel_whose_own_address_can_not_be_used_is_told_and_ends_nothing(
    runtime: ReceiverRuntime,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
    log_watch: LogWatch,
) -> None:
    programs.install("ngrok")
    monkeypatch.setattr(
        "kvitto.reachability.tunnels.supervisor.url_in", lambda _order, _lines: "https:/a..example,"
    )
    with log_watch.expect(logging.WARNING, "own address can't be used"):
        async with watching(runtime) as watched:
            watched.monitor.start_tunnel(TunnelConfig(TunnelProvider.NGROK))
            state = await watched.until(lambda state: state.refused_for is not None)
            assert state.refused_url == "https:/a..example,"
            assert state.public_url == ""
            assert state.tunnel is not None
            assert state.tunnel.stage is TunnelStage.UP
