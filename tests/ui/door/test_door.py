"""The front door with its real watch: a public address that leads here, and some that don't."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.door.evidence import moment_now
from app.door.faults import Fault
from app.door.kinds import TunnelKind, TunnelOrder
from app.door.state import DoorStatus
from app.ui.context import Context
from app.ui.door.door import Door
from app.ui.door.standing import Light
from tests.ui.waiting import until

pytestmark = [pytest.mark.qasync, pytest.mark.usefixtures("loopback_is_public")]


def base_of(context: Context) -> str:
    """Return the receiver's own address: on one computer, as good a public one as any."""
    return context.session.read_callback_url().rpartition("/r/")[0]


@pytest.fixture
def dead_port() -> Iterator[int]:
    """Keep a port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@asynccontextmanager
async def watched(context: Context) -> AsyncIterator[Door]:
    """Watch while the loop runs: not before the test, and not after."""
    context.door.begin()
    try:
        yield context.door
    finally:
        await context.door.close()


@asynccontextmanager
async def opened(context: Context) -> AsyncIterator[Door]:
    async with watched(context) as door:
        door.choose(base_of(context), TunnelKind.OTHER)
        await until(lambda: door.state.status_at(moment_now()) is DoorStatus.OPEN)
        yield door


async def test_before_it_is_watched_it_is_local(context: Context) -> None:
    door = context.door
    door.read_addresses()
    await until(lambda: bool(door.local_url))

    assert door.standing.light is Light.LOCAL
    assert door.callback_url == door.local_url == context.session.read_callback_url()


async def test_an_address_that_leads_here_is_green_and_given_to_the_sender(
    context: Context,
) -> None:
    async with opened(context) as door:
        await until(lambda: door.callback_url != door.local_url)

        assert door.standing.light is Light.GOOD
        assert door.callback_url.startswith(base_of(context))
        secrets = {one.value: one.public_url for one in context.session.valid_secrets()}
        assert secrets[door.callback_url.rpartition("/")[2]] == base_of(context)
        assert context.session.reader.counts().messages == 0, "a probe is no report"


async def test_an_address_behind_which_is_nothing_is_told_as_such(
    context: Context, dead_port: int
) -> None:
    async with watched(context) as door:
        door.choose(f"http://127.0.0.1:{dead_port}", TunnelKind.OTHER)

        await until(lambda: door.state.fault_at(moment_now()) is not None)
        assert door.state.fault_at(moment_now()) is Fault.TUNNEL_DOWN
        assert door.standing.light is Light.BAD
        assert door.way.host == "127.0.0.1"
        assert door.detail


async def test_a_renewed_secret_is_given_from_then_on(context: Context) -> None:
    async with opened(context) as door:
        await until(lambda: door.callback_url != door.local_url)
        before = door.callback_url

        await door.renew_secret()

        await until(lambda: door.callback_url not in {before, door.local_url})
        await until(lambda: door.state.status_at(moment_now()) is DoorStatus.OPEN)
        values = [one.value for one in context.session.valid_secrets()]
        assert before.rpartition("/")[2] in values, "the old one stays valid"


async def test_address_and_tunnel_are_taken_up_again_the_next_time(context: Context) -> None:
    async with opened(context) as door:
        await door.close()

    again = Door(context.session, context.tasks, context.preferences)
    again.begin()
    await until(lambda: again.state.status_at(moment_now()) is DoorStatus.OPEN)
    assert again.state.public_url == base_of(context)
    await again.close()


async def test_no_address_makes_it_local_again(context: Context) -> None:
    async with opened(context) as door:
        door.choose("", TunnelKind.OTHER)
        await until(lambda: door.state.status_at(moment_now()) is DoorStatus.LOCAL_ONLY)
        await until(lambda: door.callback_url == door.local_url)
        assert context.preferences.public_url == ""


async def test_what_is_no_address_is_told(context: Context) -> None:
    async with watched(context) as door:
        told: list[str] = []
        door.failed.connect(told.append)

        door.choose("ftp://nowhere", TunnelKind.OTHER)
        assert len(told) == 1


async def test_a_tunnel_is_started_with_kvitto_until_it_is_stopped(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "ngrok"
    program.write_text("#!/bin/sh\necho it fails >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    async with watched(context) as door:
        order = TunnelOrder(TunnelKind.NGROK)

        door.start_tunnel(order)
        await until(lambda: door.state.tunnel is not None and door.state.tunnel.exit_code == 3)
        assert door.state.tunnel is not None
        assert "it fails" in "\n".join(door.state.tunnel.lines)
        assert context.preferences.tunnel == order
        door.stop_tunnel()
        assert context.preferences.tunnel is None


# --- What can't be used ---------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https:/kvitto.example.net", "http://localhost:8370"])
async def test_an_address_that_can_not_be_used_is_told_and_not_kept(
    context: Context, url: str
) -> None:
    async with opened(context) as door:
        told: list[str] = []
        door.failed.connect(told.append)

        door.choose(url, TunnelKind.OTHER)

        assert len(told) == 1
        assert context.preferences.public_url == door.state.public_url == base_of(context)


async def test_a_tunnel_that_can_not_be_started_is_told_and_not_kept(context: Context) -> None:
    async with watched(context) as door:
        told: list[str] = []
        door.failed.connect(told.append)

        door.start_tunnel(TunnelOrder(TunnelKind.SSH, "ssh://me@server:22"))

        assert "without ssh://" in told[0]
        assert context.preferences.tunnel is None


async def test_what_an_earlier_version_kept_and_can_not_be_used_is_told_and_ends_nothing(
    context: Context,
) -> None:
    context.preferences.put("public_url", "https://kvitto.example.net,")
    context.preferences.put_tunnel(TunnelOrder(TunnelKind.SSH, "ssh://me@server:22"))
    told: list[str] = []
    context.door.failed.connect(told.append)
    async with watched(context) as door:
        assert len(told) == 2
        assert door.state.refused_url == "https://kvitto.example.net,"
        assert door.state.tunnel is not None
        assert "without ssh://" in door.state.tunnel.lines[0]

        door.choose("", TunnelKind.OTHER)
        assert door.state.refused_why == ""
        assert context.preferences.public_url == "", "who wants none is not told again"
        door.choose(base_of(context), TunnelKind.OTHER)
        await until(lambda: door.standing.light is Light.GOOD)
