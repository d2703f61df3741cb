"""The tunnels that the monitor finds, starts, follows and reattaches to."""

import asyncio
from pathlib import Path

import pytest

from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.reachability_status import FoundTunnel, ReachabilityStatus, TunnelStage
from kvitto.reachability.tunnels.discovery import DiscoveryTargets
from kvitto.reachability.tunnels.providers import TunnelConfig, TunnelProvider
from kvitto.receiver.runtime import ReceiverRuntime
from tests.reachability.far_ends import FarEnds
from tests.reachability.programs import Programs
from tests.reachability.watching import LIMIT_S, watching

pytestmark = pytest.mark.usefixtures("loopback_is_public")

BODY = b'{"messageId": "m1", "batchId": "b1", "code": 102}'
FAR_AWAY_S = 3600.0


async def test_tunnels_that_are_there_are_found_and_none_is_chosen_for_the_user(
    runtime: ReceiverRuntime, programs: Programs
) -> None:
    proxy = {"Proxy": f"http://127.0.0.1:{runtime.service.port}"}
    site = "me.tail1.ts.net:443"
    status = {"Web": {site: {"Handlers": {"/": proxy}}}, "AllowFunnel": {site: True}}
    programs.install("tailscale", status=status)
    async with watching(runtime, places=DiscoveryTargets((), ())) as watched:
        state = await watched.until(lambda state: bool(state.found))
        assert state.found == (
            FoundTunnel(
                TunnelProvider.TAILSCALE,
                "https://me.tail1.ts.net",
                leads_here=True,
                is_connected=True,
            ),
        )
        assert watched.status is ReachabilityStatus.LOCAL_ONLY
        watched.monitor.discover_now()
        async with asyncio.timeout(LIMIT_S):
            while len(programs.starts("tailscale")) < 2:  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.01)


def ngroks(url: str, port: int) -> dict[str, object]:
    """Return what ngrok tells of a tunnel."""
    return {"tunnels": [{"public_url": url, "config": {"addr": f"http://localhost:{port}"}}]}


async def test_a_tunnel_whose_url_was_chosen_is_followed_to_its_new_one(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    told = {"/api/tunnels": ngroks("https://a.ngrok.app", runtime.service.port)}
    places = DiscoveryTargets(ngrok=(await far_ends.telling(told),), cloudflared=(), tailscale="")
    async with watching(runtime, places=places) as watched:
        await watched.until(lambda state: bool(state.found))
        watched.monitor.choose("https://a.ngrok.app", TunnelProvider.NGROK)
        first = await watched.until_status(ReachabilityStatus.UNREACHABLE)
        assert watched.failure(first) is CheckFailure.DNS
        told["/api/tunnels"] = ngroks("https://b.ngrok.app", runtime.service.port)
        second = await watched.until(lambda state: state.public_url == "https://b.ngrok.app")
        assert second.kind is TunnelProvider.NGROK
        state = await watched.until_status(ReachabilityStatus.UNREACHABLE)
        assert state.callback_key_id not in (None, first.callback_key_id)


async def test_a_tunnel_that_leads_elsewhere_is_not_followed(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    told = {"/api/tunnels": ngroks("https://a.ngrok.app", runtime.service.port)}
    places = DiscoveryTargets(ngrok=(await far_ends.telling(told),), cloudflared=(), tailscale="")
    async with watching(runtime, places=places) as watched:
        watched.monitor.choose("https://a.ngrok.app", TunnelProvider.NGROK)
        await watched.until(lambda state: bool(state.found))
        told["/api/tunnels"] = ngroks("https://b.ngrok.app", runtime.service.port + 1)
        await watched.until(lambda state: state.found[0].url == "https://b.ngrok.app")
        # Its own program knows nothing of it any more: that is why its name leads nowhere.
        await watched.until_failure(CheckFailure.TUNNEL_DOWN)
        assert watched.monitor.state.public_url == "https://a.ngrok.app"


# --- The tunnel that we run -----------------------------------------------------------------------


def ssh_order(port: int) -> TunnelConfig:
    return TunnelConfig(TunnelProvider.SSH, "127.0.0.1", str(port), f"http://127.0.0.1:{port}")


@pytest.mark.qasync
async def test_a_tunnel_is_started_its_url_taken_and_its_end_noticed_at_once(
    runtime: ReceiverRuntime, programs: Programs, unused_tcp_port: int
) -> None:
    programs.install("ssh")
    async with watching(runtime, idle_s=FAR_AWAY_S) as watched:
        watched.monitor.start_tunnel(ssh_order(unused_tcp_port))
        state = await watched.until_status(ReachabilityStatus.REACHABLE)
        assert (state.kind, state.public_url) == (
            TunnelProvider.SSH,
            f"http://127.0.0.1:{unused_tcp_port}",
        )
        assert state.tunnel is not None
        assert state.tunnel.stage is TunnelStage.UP
        watched.monitor.stop_tunnel()
        state = await watched.until_status(ReachabilityStatus.UNREACHABLE)
        assert watched.failure(state) is CheckFailure.TUNNEL_DOWN
        assert state.tunnel is not None
        assert state.tunnel.stage is TunnelStage.STOPPED
        watched.monitor.start_tunnel(ssh_order(unused_tcp_port))
        await watched.until_status(ReachabilityStatus.REACHABLE)


async def test_a_tunnel_follows_the_receiver_to_another_port(
    runtime: ReceiverRuntime, programs: Programs, unused_tcp_port: int, tmp_path: Path
) -> None:
    programs.install("ssh")
    async with watching(runtime) as watched:
        watched.monitor.start_tunnel(ssh_order(unused_tcp_port))
        await watched.until_status(ReachabilityStatus.REACHABLE)
        folder = tmp_path / "other"
        with await asyncio.to_thread(ReceiverRuntime, folder, port=0) as other:
            watched.access.address = ("127.0.0.1", other.service.port)
            watched.monitor.moved()
            async with asyncio.timeout(LIMIT_S):
                while len(programs.starts("ssh")) < 2:  # noqa: ASYNC110 - of another process
                    await asyncio.sleep(0.01)
            assert f":127.0.0.1:{other.service.port}" in " ".join(programs.starts("ssh")[-1])
            # It leads to another Kvitto now: ours is not reached.
            await watched.until_failure(CheckFailure.OTHER_PROGRAM)
            watched.monitor.stop_tunnel()
            await watched.until(
                lambda state: state.tunnel is not None and state.tunnel.stage is TunnelStage.STOPPED
            )


async def test_another_config_takes_the_place_of_the_first(
    runtime: ReceiverRuntime, programs: Programs, unused_tcp_port: int
) -> None:
    programs.install("ssh")
    programs.install("cloudflared")
    async with watching(runtime) as watched:
        watched.monitor.start_tunnel(TunnelConfig(TunnelProvider.CLOUDFLARED_QUICK))
        await watched.until(
            lambda state: state.tunnel is not None and state.tunnel.stage is TunnelStage.UP
        )
        watched.monitor.start_tunnel(ssh_order(unused_tcp_port))
        state = await watched.until_status(ReachabilityStatus.REACHABLE)
        assert state.tunnel is not None
        assert state.tunnel.config.kind is TunnelProvider.SSH
        assert watched.monitor.config == ssh_order(unused_tcp_port)


async def test_a_tunnel_that_was_left_running_is_reattached_with_its_url(
    runtime: ReceiverRuntime, programs: Programs, unused_tcp_port: int
) -> None:
    programs.install("ssh")
    async with watching(runtime) as watched:
        watched.monitor.start_tunnel(ssh_order(unused_tcp_port))
        await watched.until_status(ReachabilityStatus.REACHABLE)
        await watched.monitor.stop(keeps_tunnel=True)
    async with watching(runtime) as watched:
        state = await watched.until_status(ReachabilityStatus.REACHABLE)
        assert state.public_url == f"http://127.0.0.1:{unused_tcp_port}"
        assert len(programs.starts("ssh")) == 1
