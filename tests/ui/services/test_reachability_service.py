"""The monitor as a QObject: a public address that leads here, and some that don't."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kvitto.reachability.evidence import moment_now
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.input_errors import InputFault
from kvitto.reachability.reachability_status import ReachabilityStatus
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.store.errors import DatabaseBrokenError
from kvitto.ui.services.context import Context
from kvitto.ui.services.reachability_service import Reachability
from kvitto.ui.text.reachability_text import Light
from tests.ui.waiting import until

pytestmark = [pytest.mark.qasync, pytest.mark.usefixtures("loopback_is_public")]


def base_of(context: Context) -> str:
    """Return the receiver's own address: on one computer, as good a public one as any."""
    return context.backend.read_callback_url().rpartition("/r/")[0]


@pytest.fixture
def dead_port() -> Iterator[int]:
    """Keep a port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@asynccontextmanager
async def watched(context: Context) -> AsyncIterator[Reachability]:
    """Run the monitor while the loop runs: not before the test, and not after."""
    context.reachability.begin()
    try:
        yield context.reachability
    finally:
        await context.reachability.close()


@asynccontextmanager
async def opened(context: Context) -> AsyncIterator[Reachability]:
    async with watched(context) as reachability:
        reachability.choose(base_of(context), TunnelProvider.OTHER)
        await until(
            lambda: reachability.state.status_at(moment_now()) is ReachabilityStatus.REACHABLE
        )
        yield reachability


async def test_before_it_is_watched_it_is_local(context: Context) -> None:
    reachability = context.reachability
    reachability.read_addresses()
    await until(lambda: bool(reachability.local_url))

    assert reachability.status_text.light is Light.LOCAL
    assert (
        reachability.callback_url == reachability.local_url == context.backend.read_callback_url()
    )


async def test_a_store_that_can_not_be_read_leaves_the_address_as_it_is(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    reachability = context.reachability
    reachability.read_addresses()
    await until(lambda: bool(reachability.local_url))
    before, tried = reachability.local_url, []

    def refuse(*_given: object) -> str:
        tried.append(True)
        raise DatabaseBrokenError(Path("kvitto.db"))

    monkeypatch.setattr(type(context.backend), "read_callback_url", refuse)
    reachability.read_addresses()
    await until(lambda: bool(tried))
    monkeypatch.undo()
    reachability.read_addresses()
    await until(lambda: reachability.local_url == before)


async def test_an_address_that_leads_here_is_green_and_given_to_the_sender(
    context: Context,
) -> None:
    async with opened(context) as reachability:
        await until(lambda: reachability.callback_url != reachability.local_url)

        assert reachability.status_text.light is Light.GOOD
        assert reachability.callback_url.startswith(base_of(context))
        callback_keys = {one.value: one.public_url for one in context.backend.valid_callback_keys()}
        assert callback_keys[reachability.callback_url.rpartition("/")[2]] == base_of(context)
        assert context.backend.reader.counts().messages == 0, "a probe is no report"


async def test_an_address_behind_which_is_nothing_is_told_as_such(
    context: Context, dead_port: int
) -> None:
    async with watched(context) as reachability:
        reachability.choose(f"http://127.0.0.1:{dead_port}", TunnelProvider.OTHER)

        await until(lambda: reachability.state.failure_at(moment_now()) is not None)
        assert reachability.state.failure_at(moment_now()) is CheckFailure.TUNNEL_DOWN
        assert reachability.status_text.light is Light.BAD
        assert reachability.failure_context.host == "127.0.0.1"
        assert reachability.detail


async def test_a_renewed_callback_key_is_given_from_then_on(context: Context) -> None:
    async with opened(context) as reachability:
        await until(lambda: reachability.callback_url != reachability.local_url)
        before = reachability.callback_url

        await reachability.renew_callback_key()

        await until(lambda: reachability.callback_url not in {before, reachability.local_url})
        await until(
            lambda: reachability.state.status_at(moment_now()) is ReachabilityStatus.REACHABLE
        )
        values = [one.value for one in context.backend.valid_callback_keys()]
        assert before.rpartition("/")[2] in values, "the old one stays valid"


async def test_address_and_tunnel_are_taken_up_again_the_next_time(context: Context) -> None:
    async with opened(context) as reachability:
        await reachability.close()

    again = Reachability(context.backend, context.tasks, context.preferences)
    again.begin()
    await until(lambda: again.state.status_at(moment_now()) is ReachabilityStatus.REACHABLE)
    assert again.state.public_url == base_of(context)
    await again.close()


async def test_no_address_makes_it_local_again(context: Context) -> None:
    async with opened(context) as reachability:
        reachability.choose("", TunnelProvider.OTHER)
        await until(
            lambda: reachability.state.status_at(moment_now()) is ReachabilityStatus.LOCAL_ONLY
        )
        await until(lambda: reachability.callback_url == reachability.local_url)
        assert context.preferences.public_url == ""


async def test_what_is_no_address_is_told(context: Context) -> None:
    async with watched(context) as reachability:
        told: list[str] = []
        reachability.failed.connect(told.append)

        reachability.choose("ftp://nowhere", TunnelProvider.OTHER)
        assert len(told) == 1


async def test_a_tunnel_is_started_with_kvitto_until_it_is_stopped(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "ngrok"
    program.write_text("#!/bin/sh\necho it fails >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    async with watched(context) as reachability:
        config = TunnelConfig(TunnelProvider.NGROK)

        reachability.start_tunnel(config)
        await until(
            lambda: (
                reachability.state.tunnel is not None and reachability.state.tunnel.exit_code == 3
            )
        )
        assert reachability.state.tunnel is not None
        assert "it fails" in "\n".join(reachability.state.tunnel.lines)
        assert context.preferences.tunnel == config
        reachability.stop_tunnel()
        assert context.preferences.tunnel is None


# --- What can't be used ---------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https:/kvitto.example.net", "http://localhost:8370"])
async def test_an_address_that_can_not_be_used_is_told_and_not_kept(
    context: Context, url: str
) -> None:
    async with opened(context) as reachability:
        told: list[str] = []
        reachability.failed.connect(told.append)

        reachability.choose(url, TunnelProvider.OTHER)

        assert len(told) == 1
        assert context.preferences.public_url == reachability.state.public_url == base_of(context)


async def test_a_tunnel_that_can_not_be_started_is_told_and_not_kept(context: Context) -> None:
    async with watched(context) as reachability:
        told: list[str] = []
        reachability.failed.connect(told.append)

        reachability.start_tunnel(TunnelConfig(TunnelProvider.SSH, "ssh://me@server:22"))

        assert "without ssh://" in told[0]
        assert context.preferences.tunnel is None


async def test_what_an_earlier_version_kept_and_can_not_be_used_is_told_and_ends_nothing(
    context: Context,
) -> None:
    context.preferences.put("public_url", "https://kvitto.example.net,")
    context.preferences.put_tunnel(TunnelConfig(TunnelProvider.SSH, "ssh://me@server:22"))
    told: list[str] = []
    context.reachability.failed.connect(told.append)
    async with watched(context) as reachability:
        assert len(told) == 2
        assert reachability.state.refused_url == "https://kvitto.example.net,"
        assert reachability.state.tunnel is not None
        assert reachability.state.tunnel.fault is InputFault.SERVER_SLASHES

        reachability.choose("", TunnelProvider.OTHER)
        assert reachability.state.refused_for is None
        assert context.preferences.public_url == "", "who wants none is not told again"
        reachability.choose(base_of(context), TunnelProvider.OTHER)
        await until(lambda: reachability.status_text.light is Light.GOOD)
