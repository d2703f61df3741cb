"""The status is reachable on fresh evidence only: reports, lost bodies, our own way out, clocks."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import IPv4Network

import aiohttp
import pytest

from kvitto.clock import utc_now
from kvitto.reachability import host_scope
from kvitto.reachability.check_intervals import CheckIntervals
from kvitto.reachability.evidence import steady_now
from kvitto.reachability.failures import CheckFailure
from kvitto.reachability.network import Proxy
from kvitto.reachability.public_url import public_callback_url
from kvitto.reachability.reachability_status import ReachabilityStatus
from kvitto.receiver.probes import Probes
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.errors import DatabaseLockedError
from tests.reachability.far_ends import FarEnds, NoNames
from tests.reachability.test_monitor import BODY, FAR_AWAY_S, callback_key_of, post
from tests.reachability.watching import Watched, watching


@pytest.fixture
def own_addresses_are_this_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a stand-in for a tunnel have an address of this network."""
    monkeypatch.setattr(host_scope, "_NETWORKS_V4", (IPv4Network("127.0.0.0/8"),))


pytestmark = pytest.mark.usefixtures("loopback_is_public")


async def post_empty(base: str, callback_key: str) -> int:
    """Post what a tunnel leaves of a request whose body it drops."""
    url, fields = public_callback_url(base, callback_key), {"Cf-Ray": "9b0fd2778c40710d-ARN"}
    async with aiohttp.ClientSession() as client, client.post(url, headers=fields) as answer:
        return answer.status


def local(runtime: ReceiverRuntime) -> str:
    return f"http://127.0.0.1:{runtime.service.port}"


# --- Reports --------------------------------------------------------------------------------------


async def test_a_tunnel_that_dies_after_a_report_is_noticed(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, tunnel = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        opened = await watched.until_status(ReachabilityStatus.REACHABLE)
        assert await post(base, callback_key_of(watched, base)) == 200
        await watched.until(
            lambda state: state.known_good is not None and state.last_probe == opened.last_probe
        )
        tunnel.close()
        await watched.until_failure(CheckFailure.TUNNEL_DOWN)


async def test_while_messages_are_waited_for_silence_is_tested_long_before_the_usual_time(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, tunnel = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, quiet_s=0.3, idle_s=FAR_AWAY_S, active_s=FAR_AWAY_S) as watched:
        watched.monitor.choose(base)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        assert await post(base, callback_key_of(watched, base)) == 200
        tunnel.close()
        await watched.until_failure(CheckFailure.TUNNEL_DOWN)
    assert CheckIntervals().quiet_s == 30


async def test_tests_are_really_made_while_reports_go_on_coming_in(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, quiet_s=FAR_AWAY_S, active_s=0.3) as watched:
        watched.monitor.choose(base)
        first = await watched.until_status(ReachabilityStatus.REACHABLE)
        callback_key = callback_key_of(watched, base)

        async def keep_posting() -> None:
            for number in range(10_000):
                body = BODY.replace(b"m1", b"m%d" % number)
                url = public_callback_url(base, callback_key)
                async with aiohttp.ClientSession() as client, client.post(url, data=body):
                    await asyncio.sleep(0.02)

        async with asyncio.TaskGroup() as group:
            posting = group.create_task(keep_posting())
            await watched.until(lambda state: state.last_probe != first.last_probe)
            posting.cancel()


async def test_a_report_by_another_callback_key_proves_nothing_of_this_url(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base = await far_ends.answering("404 Not Found")
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        await watched.until_failure(CheckFailure.OTHER_PROGRAM)
        async with (
            aiohttp.ClientSession() as client,
            client.post(runtime.callback_url, data=BODY) as answer,
        ):
            assert answer.status == 200
        await watched.until_tested_again()
        assert watched.status is ReachabilityStatus.UNREACHABLE


# --- Lost bodies ----------------------------------------------------------------------------------


async def test_a_request_that_lost_its_body_says_that_the_tunnel_drops_bodies(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        assert await post_empty(base, callback_key_of(watched, base)) == 400

        await watched.until_failure(CheckFailure.BODIES_DROPPED)
        await watched.until_tested_again()
        assert watched.failure(watched.monitor.state) is CheckFailure.BODIES_DROPPED, (
            "what is really sent counts"
        )
        [outage] = await watched.until_outages(lambda found: len(found) == 1)
        assert outage.fault == "bodies_dropped"

        assert await post(base, callback_key_of(watched, base)) == 200
        await watched.until_status(ReachabilityStatus.REACHABLE)


async def test_a_tunnel_that_drops_bodies_without_a_length_is_unreachable_from_the_first_test(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base = await far_ends.passing(runtime.service.port, drops="chunked")
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        state = await watched.until_failure(CheckFailure.BODIES_DROPPED)
        assert watched.status is ReachabilityStatus.UNREACHABLE
        assert state.last_probe is not None
        assert "Content-Length" in state.last_probe.detail


async def test_reports_that_pass_end_the_interruption_but_not_the_failure_of_those_that_don_t(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base = await far_ends.passing(runtime.service.port, drops="chunked")
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        await watched.until_failure(CheckFailure.BODIES_DROPPED)
        assert await post(base, callback_key_of(watched, base)) == 200, "it has a Content-Length"
        [outage] = await watched.until_outages(lambda found: found[0].end is not None)
        for _ in range(3):
            await watched.until_tested_again()
            assert watched.failure(watched.monitor.state) is CheckFailure.BODIES_DROPPED
        assert ReachabilityStatus.REACHABLE not in watched.statuses
        assert watched.outages() == [outage], "reports come in: no clock runs"


# --- Our own way out ------------------------------------------------------------------------------


async def test_a_way_out_that_fails_is_not_known_and_books_no_interruption(
    runtime: ReceiverRuntime, far_ends: FarEnds, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        proxy = (await far_ends.saying(b"HTTP/1.1 407 No\r\n\r\n")).removeprefix("http://")
        with monkeypatch.context() as patch:
            patch.setattr(
                "kvitto.reachability.probe.proxy_for", lambda _url: Proxy(f"http://{proxy}", proxy)
            )
            state = await watched.until_failure(CheckFailure.OWN_PROXY)
            assert watched.status is ReachabilityStatus.UNKNOWN
            assert state.last_probe is not None
            assert state.last_probe.place == proxy
            assert state.unreachable_since is None
            await watched.until_tested_again()
        await watched.until_status(ReachabilityStatus.REACHABLE)
        assert watched.outages() == []


# --- Time -----------------------------------------------------------------------------------------


class Hands:
    """Clocks that a test sets."""

    def __init__(self) -> None:
        self.wall = timedelta()
        self.steady_s = 0.0

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.wall

    def steady(self) -> float:
        return steady_now() + self.steady_s


async def until_open_and_calm(watched: Watched, base: str) -> None:
    watched.monitor.choose(base)
    await watched.until_status(ReachabilityStatus.REACHABLE)
    await watched.until(lambda state: state.next_probe is not None)


@pytest.mark.parametrize("moved_s", [3 * FAR_AWAY_S, -3 * FAR_AWAY_S, 60, -60])
async def test_a_clock_that_is_set_has_the_url_tested_again(
    runtime: ReceiverRuntime, far_ends: FarEnds, moved_s: float
) -> None:
    hands = Hands()
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, idle_s=FAR_AWAY_S, clock=hands.clock) as watched:
        await until_open_and_calm(watched, base)
        hands.wall = timedelta(seconds=moved_s)
        await watched.until_tested_again()
        await watched.until_status(ReachabilityStatus.REACHABLE)


async def test_a_store_that_can_not_be_read_leaves_no_old_green(
    runtime: ReceiverRuntime, far_ends: FarEnds, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = Hands()
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, clock=hands.clock, steady=hands.steady) as watched:
        await until_open_and_calm(watched, base)

        def locked(*_arguments: object) -> None:
            raise DatabaseLockedError(runtime.folder)

        for name in ("callback_key_of", "last_report"):
            monkeypatch.setattr(watched.access, name, locked)
        hands.steady_s = 61
        assert watched.status is ReachabilityStatus.UNKNOWN
        await watched.until(lambda state: state.known_good is None)
        assert watched.status is ReachabilityStatus.UNKNOWN


async def test_another_receiver_in_the_place_of_ours_is_tested_anew(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, idle_s=FAR_AWAY_S) as watched:
        await until_open_and_calm(watched, base)
        watched.access.probes = Probes()
        await watched.until_failure(CheckFailure.OTHER_PROGRAM)
        watched.access.probes = None
        await watched.until(lambda state: not state.can_test)
        assert watched.status is ReachabilityStatus.UNKNOWN
        watched.access.probes = runtime.service.probes
        await watched.until_status(ReachabilityStatus.REACHABLE)


async def test_nothing_is_taken_for_proved_after_the_receiver_has_moved(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, idle_s=FAR_AWAY_S) as watched:
        await until_open_and_calm(watched, base)
        watched.monitor.moved()
        assert watched.status is ReachabilityStatus.UNKNOWN
        await watched.until_status(ReachabilityStatus.REACHABLE)
        assert utc_now() - (watched.monitor.state.last_good or utc_now()) < timedelta(seconds=20)


# --- Addresses ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_addresses_are_this_networks")
async def test_what_leads_here_from_this_network_only_is_never_reachable(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, tunnel = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        await watched.until_status(ReachabilityStatus.NETWORK_ONLY)
        assert await post(base, callback_key_of(watched, base)) == 200
        tunnel.close()
        await watched.until_status(ReachabilityStatus.UNREACHABLE)
        await tunnel.open()
        await watched.until_status(ReachabilityStatus.NETWORK_ONLY)
        assert ReachabilityStatus.REACHABLE not in watched.statuses


@pytest.mark.usefixtures("own_addresses_are_this_networks")
async def test_a_public_name_that_leads_to_this_network_only_is_never_reachable(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    by_name = base.replace("127.0.0.1", "kvitto.example.net")
    resolver = partial(NoNames, addresses=["127.0.0.1"])
    async with watching(runtime, resolver=resolver) as watched:
        watched.monitor.choose(by_name)
        await watched.until_status(ReachabilityStatus.NETWORK_ONLY)
        assert await post(base, callback_key_of(watched, by_name)) == 200
        await watched.until(lambda state: state.known_good is not None)
        await watched.until_tested_again()
        assert ReachabilityStatus.REACHABLE not in watched.statuses
