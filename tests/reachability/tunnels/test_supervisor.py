"""Tunnel programs that we run: stand-ins, as processes of their own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import psutil
import pytest

from kvitto.reachability.input_errors import InputFault
from kvitto.reachability.reachability_status import TunnelStage, TunnelState
from kvitto.reachability.tunnels.process import TunnelProcess, left_over
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.reachability.tunnels.supervisor import Backoff, Tunnel
from tests.reachability.programs import Programs

QUICK = TunnelConfig(TunnelProvider.CLOUDFLARED_QUICK)
NGROK = TunnelConfig(TunnelProvider.NGROK)
HERE = ("127.0.0.1", 8370)
HASTY: Final = Backoff(poll_s=0.02, up_poll_s=0.02, first_delay_s=0.05, max_delay_s=0.2)

_LEAVE = """
import sys
from pathlib import Path
from kvitto.reachability.tunnels.providers import TunnelProvider, TunnelConfig
from kvitto.reachability.tunnels.process import TunnelProcess
config = TunnelConfig(TunnelProvider(sys.argv[2]))
process = TunnelProcess.reattach_or_start(config, ("127.0.0.1", 8370), Path(sys.argv[1]))
print(process.pid, flush=True)
sys.stdin.read()
"""


class Course:
    """The states that a tunnel goes through."""

    def __init__(self, tunnel: Tunnel) -> None:
        self._tunnel = tunnel
        self.states: list[TunnelState] = [tunnel.state]
        tunnel.observe(lambda: self.states.append(tunnel.state))

    @property
    def stages(self) -> list[TunnelStage]:
        """The stages, each once in a row."""
        found: list[TunnelStage] = []
        for state in self.states:
            if not found or found[-1] is not state.stage:
                found.append(state.stage)
        return found

    async def until(self, holds: Callable[[TunnelState], bool]) -> TunnelState:
        """Wait for a state; return it."""
        async with asyncio.timeout(60):
            while not holds(self._tunnel.state):  # noqa: ASYNC110 - a state of many
                await asyncio.sleep(0.01)
        return self._tunnel.state


@asynccontextmanager
async def running(
    config: TunnelConfig, folder: Path, backoff: Backoff = HASTY
) -> AsyncIterator[tuple[Tunnel, Course]]:
    tunnel = Tunnel(config, HERE, folder, backoff=backoff)
    course = Course(tunnel)
    async with asyncio.TaskGroup() as group:
        group.create_task(tunnel.run())
        yield tunnel, course
        await tunnel.stop()


def is_up(state: TunnelState) -> bool:
    return state.stage is TunnelStage.UP


def is_waiting(state: TunnelState) -> bool:
    return state.stage is TunnelStage.WAITING


@pytest.mark.qasync
@pytest.mark.parametrize(
    ("kind", "url"),
    [
        (TunnelProvider.CLOUDFLARED_QUICK, "https://a-b-c.trycloudflare.com"),
        (TunnelProvider.NGROK, "https://0a1b-192-0-2-1.ngrok-free.app"),
        (TunnelProvider.TAILSCALE, "https://me.tail1234.ts.net"),
    ],
)
async def test_a_tunnel_is_started_tells_its_url_and_is_stopped(
    programs: Programs, tmp_path: Path, kind: TunnelProvider, url: str
) -> None:
    for name in ("cloudflared", "ngrok", "tailscale"):
        programs.install(name)
    async with running(TunnelConfig(kind), tmp_path / "tunnel") as (_tunnel, course):
        state = await course.until(is_up)
        assert state.url == url
        assert state.lines
    assert course.stages == [TunnelStage.STARTING, TunnelStage.UP, TunnelStage.STOPPED]
    assert left_over(tmp_path / "tunnel") is None


async def test_a_named_tunnel_has_the_url_that_the_user_told(
    programs: Programs, tmp_path: Path
) -> None:
    programs.install("cloudflared")
    config = TunnelConfig(
        TunnelProvider.CLOUDFLARED_NAMED, name="office", url="https://k.example.net"
    )
    async with running(config, tmp_path / "tunnel") as (tunnel, course):
        assert (await course.until(is_up)).url == "https://k.example.net"
        assert tunnel.metrics_port > 0


async def test_an_ssh_tunnel_really_passes_on(programs: Programs, tmp_path: Path) -> None:
    programs.install("ssh")
    with socket.create_server(("127.0.0.1", 0)) as inner:
        config = TunnelConfig(TunnelProvider.SSH, name="127.0.0.1")
        tunnel = Tunnel(config, inner.getsockname(), tmp_path / "tunnel", backoff=HASTY)
        course = Course(tunnel)
        async with asyncio.TaskGroup() as group:
            group.create_task(tunnel.run())
            url = (await course.until(is_up)).url
            _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            inner.settimeout(10)
            accepted, _ = await asyncio.to_thread(inner.accept)
            accepted.close()
            writer.close()
            await tunnel.stop()


async def test_a_program_that_is_not_installed_is_told(programs: Programs, tmp_path: Path) -> None:
    assert programs.starts("cloudflared") == []
    async with running(QUICK, tmp_path / "tunnel") as (_tunnel, course):
        state = await course.until(lambda state: state.stage is TunnelStage.MISSING)
    assert state.lines == ("cloudflared: No such file or directory",)


async def test_an_order_that_makes_no_command_is_told(tmp_path: Path) -> None:
    async with running(TunnelConfig(TunnelProvider.SSH), tmp_path / "tunnel") as (_tunnel, course):
        state = await course.until(lambda state: state.stage is TunnelStage.MISSING)
    assert state.fault is InputFault.SERVER_MISSING


async def test_a_program_that_ends_is_started_again_ever_more_rarely_and_its_last_lines_are_kept(
    programs: Programs, tmp_path: Path
) -> None:
    says = [f"line {number}" for number in range(30)] + ["ERROR: Your authtoken: 2abcDEF"]
    programs.install("ngrok", says_nothing=True, says=says, exits=3)
    async with running(NGROK, tmp_path / "tunnel") as (_tunnel, course):
        state = await course.until(lambda state: state.failures == 4)
        assert state.exit_code == 3
        assert len(state.lines) == 20
        assert state.lines[-1] == "ERROR: Your authtoken: …"
    waits = [state for state in course.states if is_waiting(state)]
    rests = [state.retry_at for state in waits]
    assert None not in rests
    assert len(programs.starts("ngrok")) in (4, 5)


async def test_a_tunnel_that_broke_is_up_again_with_its_new_url(
    programs: Programs, tmp_path: Path
) -> None:
    programs.install("cloudflared", exits=1, lives_s=0.3)
    async with running(QUICK, tmp_path / "tunnel") as (_tunnel, course):
        await course.until(is_up)
        programs.install("cloudflared", host="d-e-f")
        assert (await course.until(is_waiting)).url == ""
        assert (await course.until(is_up)).url == "https://d-e-f.trycloudflare.com"
    assert course.stages[-4:-1] == [TunnelStage.WAITING, TunnelStage.STARTING, TunnelStage.UP]


async def test_a_tunnel_is_stopped_while_it_waits(programs: Programs, tmp_path: Path) -> None:
    programs.install("ngrok", says_nothing=True, exits=1)
    patient = Backoff(poll_s=0.02, first_delay_s=300)
    async with running(NGROK, tmp_path / "tunnel", patient) as (_tunnel, course):
        await course.until(is_waiting)
    assert course.stages[-1] is TunnelStage.STOPPED


async def test_a_program_that_does_not_end_when_it_is_asked_to_is_ended(
    programs: Programs, tmp_path: Path
) -> None:
    programs.install("ngrok", is_deaf=True)
    backoff = Backoff(poll_s=0.02, up_poll_s=0.02, stop_timeout_s=0.1)
    async with running(NGROK, tmp_path / "tunnel", backoff) as (_tunnel, course):
        await course.until(is_up)
    assert left_over(tmp_path / "tunnel") is None


async def test_a_talkative_programs_words_do_not_fill_the_disk(
    programs: Programs, tmp_path: Path
) -> None:
    folder = tmp_path / "tunnel"
    programs.install("ngrok")
    async with running(NGROK, folder) as (_tunnel, course):
        await course.until(is_up)
        log = folder / "tunnel.log"
        with log.open("ab") as file:
            file.write((b"x" * 99 + b"\n") * 12_000 + b"the end\n")
        await course.until(lambda state: state.lines[-1] == "the end")
        async with asyncio.timeout(60):
            while log.stat().st_size:  # noqa: ASYNC110 - another thread's doing
                await asyncio.sleep(0.01)
        with log.open("ab") as file:
            file.write(b"and on\n")
        await course.until(lambda state: state.lines[-1] == "and on")


# --- What outlives us -----------------------------------------------------------------------------


def leave_one(folder: Path, kind: TunnelProvider) -> psutil.Process:
    """Have another process start a tunnel, and be killed."""
    command = [sys.executable, "-c", _LEAVE, str(folder), kind.value]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        left = psutil.Process(int(other.stdout.readline()))
        other.kill()
        other.wait(60)
    return left


@pytest.fixture
def ends() -> Iterator[list[psutil.Process]]:
    """Return a list; the processes in it are killed after the test."""
    processes: list[psutil.Process] = []
    yield processes
    for one in processes:
        if one.is_running():
            os.kill(one.pid, signal.SIGKILL)


async def test_a_tunnel_that_outlived_a_crash_is_reattached_and_not_started_twice(
    programs: Programs, tmp_path: Path, ends: list[psutil.Process]
) -> None:
    folder = tmp_path / "tunnel"
    programs.install("cloudflared")
    left = await asyncio.to_thread(leave_one, folder, QUICK.kind)
    ends.append(left)
    assert left_over(folder) == QUICK
    async with running(QUICK, folder) as (tunnel, course):
        assert (await course.until(is_up)).url == "https://a-b-c.trycloudflare.com"
        assert left.is_running()
        assert tunnel.metrics_port > 0
    assert len(programs.starts("cloudflared")) == 1
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


async def test_another_tunnel_that_outlived_a_crash_is_ended(
    programs: Programs, tmp_path: Path, ends: list[psutil.Process]
) -> None:
    folder = tmp_path / "tunnel"
    programs.install("cloudflared")
    programs.install("ngrok")
    left = await asyncio.to_thread(leave_one, folder, QUICK.kind)
    ends.append(left)
    async with running(NGROK, folder) as (_tunnel, course):
        await course.until(is_up)
        assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


async def test_the_end_of_one_that_was_reattached_is_noticed(
    programs: Programs, tmp_path: Path, ends: list[psutil.Process]
) -> None:
    folder = tmp_path / "tunnel"
    programs.install("cloudflared")
    left = await asyncio.to_thread(leave_one, folder, QUICK.kind)
    ends.append(left)
    async with running(QUICK, folder) as (_tunnel, course):
        await course.until(is_up)
        left.kill()
        await course.until(lambda state: state.failures == 1)


def test_a_number_that_is_another_process_by_now_is_left_alone(tmp_path: Path) -> None:
    record = f'{{"pid": {os.getpid()}, "created": 1.0, "config": {{"kind": "ngrok"}}, '
    record += '"listens_on": ["127.0.0.1", 8370], "metrics_port": 1}'
    (tmp_path / "tunnel.json").write_text(record)
    assert left_over(tmp_path) is None


RECORD = (
    '{"pid": PID, "created": 1.0, "config": {"kind": "ngrok"}, '
    '"listens_on": ["127.0.0.1", 8370], "metrics_port": 1}'
)


@pytest.mark.parametrize(
    "nonsense",
    ["", "{", "{}", "[]", RECORD.replace("PID", "-1"), RECORD.replace("PID", "9" * 30)],
)
def test_a_broken_record_is_no_obstacle(tmp_path: Path, nonsense: str) -> None:
    (tmp_path / "tunnel.json").write_text(nonsense)
    assert left_over(tmp_path) is None


async def test_a_tunnel_can_be_left_for_the_next_start(
    programs: Programs, tmp_path: Path, ends: list[psutil.Process]
) -> None:
    folder = tmp_path / "tunnel"
    programs.install("cloudflared")
    ends.append(await asyncio.to_thread(leave_one, folder, QUICK.kind))
    async with running(QUICK, folder) as (tunnel, course):
        await course.until(is_up)
        await tunnel.detach()
    assert left_over(folder) == QUICK
    TunnelProcess.reattach_or_start(QUICK, HERE, folder).end(5)
    assert left_over(folder) is None
