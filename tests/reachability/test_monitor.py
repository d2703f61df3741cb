"""The monitor, with a real receiver, store and tunnels."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from kvitto.clock import utc_now
from kvitto.reachability.failures import CheckFailure, ProbeResult
from kvitto.reachability.input_errors import PublicUrlError
from kvitto.reachability.probe import Prober
from kvitto.reachability.public_url import public_callback_url
from kvitto.reachability.reachability_status import ReachabilityStatus
from kvitto.reachability.receiver_access import ReceiverAccess
from kvitto.reachability.tunnels.discovery import DiscoveryTargets
from kvitto.reachability.tunnels.providers import TunnelProvider
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.callback_keys import CallbackKey
from tests.reachability.far_ends import FarEnds
from tests.reachability.watching import Watched, watching

pytestmark = pytest.mark.usefixtures("loopback_is_public")

BODY = b'{"messageId": "m1", "batchId": "b1", "code": 102}'
FAR_AWAY_S = 3600.0


async def post(base: str, callback_key: str) -> int:
    url = public_callback_url(base, callback_key)
    async with aiohttp.ClientSession() as client, client.post(url, data=BODY) as answer:
        return answer.status


def callback_key_of(watched: Watched, base: str) -> str:
    return watched.access.callback_key_of(base).value


# --- Reachable and unreachable --------------------------------------------------------------------


@pytest.mark.qasync
async def test_without_a_public_url_it_is_local_only_and_nothing_is_tested(
    runtime: ReceiverRuntime, far_ends: FarEnds, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested: list[str] = []

    def callback_key_of(self: ReceiverAccess, base: str) -> CallbackKey:
        tested.append(base)
        return read(self, base)

    read = ReceiverAccess.callback_key_of
    monkeypatch.setattr(ReceiverAccess, "callback_key_of", callback_key_of)
    told: dict[str, object] = {}
    places = DiscoveryTargets(ngrok=(await far_ends.telling(told),), cloudflared=(), tailscale="")
    async with watching(runtime, places=places) as watched:
        # A test that is asked for has begun long before the tunnels were looked at so often.
        for number in range(5):
            url = f"https://{number}.ngrok.app"
            config = {"addr": f"http://localhost:{runtime.service.port}"}
            told["/api/tunnels"] = {"tunnels": [{"public_url": url, "config": config}]}
            watched.monitor.test_now()
            watched.monitor.discover_now()
            await watched.until(lambda state: [one.url for one in state.found] == [url])  # noqa: B023
        assert (tested, watched.monitor.state.last_probe) == ([], None)
        assert watched.statuses == [ReachabilityStatus.LOCAL_ONLY]
        assert watched.outages() == []


@pytest.mark.qasync
async def test_a_public_url_that_leads_here_is_reachable_and_has_a_callback_key_of_its_own(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(f"{base}/")
        state = await watched.until_status(ReachabilityStatus.REACHABLE)
        assert (state.public_url, watched.failure(state), state.can_test) == (base, None, True)
        callback_key = watched.access.callback_key_of(base)
        assert callback_key.key == state.callback_key_id
        assert callback_key.value not in runtime.callback_url
        assert await post(base, callback_key.value) == 200
    assert watched.statuses == [
        ReachabilityStatus.LOCAL_ONLY,
        ReachabilityStatus.UNKNOWN,
        ReachabilityStatus.REACHABLE,
    ]


async def test_a_tunnel_that_is_cut_begins_an_outage_and_one_that_is_back_ends_it(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, tunnel = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        opened = await watched.until_status(ReachabilityStatus.REACHABLE)
        tunnel.close()
        state = await watched.until_status(ReachabilityStatus.UNREACHABLE)
        assert watched.failure(state) is CheckFailure.TUNNEL_DOWN
        assert state.unreachable_since == state.last_good
        assert state.last_good is not None
        assert opened.last_good is not None
        assert state.last_good >= opened.last_good
        [outage] = await watched.until_outages(lambda found: len(found) == 1)
        assert (outage.begin, outage.end) == (state.last_good, None)
        assert outage.fault == CheckFailure.TUNNEL_DOWN.value
        await tunnel.open()
        state = await watched.until_status(ReachabilityStatus.REACHABLE)
        assert state.unreachable_since is None
        [outage] = await watched.until_outages(lambda found: found[0].end is not None)
        assert state.last_probe is not None
        assert outage.end is not None
        assert outage.begin < outage.end <= state.last_probe.at


async def test_a_failure_that_becomes_another_is_the_same_outage(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, tunnel = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        tunnel.close()
        await watched.until_failure(CheckFailure.TUNNEL_DOWN)
        port = int(base.rpartition(":")[2])
        server = await asyncio.start_server(
            lambda _reader, writer: writer.close(), "127.0.0.1", port
        )
        await watched.until_failure(CheckFailure.NO_ANSWER)
        server.close()
        found = await watched.until_outages(lambda found: found[0].fault == "no_answer")
        assert len(found) == 1


async def test_one_lost_probe_does_not_make_the_url_unreachable(
    runtime: ReceiverRuntime, far_ends: FarEnds, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, tunnel = await far_ends.tunnel(runtime.service.port)
    probe = Prober.test
    failures: list[CheckFailure | None] = []

    async def probe_twice(self: Prober, *asked: Any) -> ProbeResult:
        if failures:
            await tunnel.open()
        result = await probe(self, *asked)
        failures.append(result.failure)
        return result

    async with watching(runtime, idle_s=FAR_AWAY_S) as watched:
        watched.monitor.choose(base)
        opened = await watched.until_status(ReachabilityStatus.REACHABLE)
        tunnel.close()
        monkeypatch.setattr(Prober, "test", probe_twice)
        watched.monitor.test_now()
        await watched.until(lambda state: state.last_probe != opened.last_probe)
        assert failures == [CheckFailure.TUNNEL_DOWN, None]
        assert ReachabilityStatus.UNREACHABLE not in watched.statuses
        assert watched.outages() == []


async def test_a_url_that_never_led_here_is_unreachable_since_it_was_chosen(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base = await far_ends.answering("404 Not Found")
    before = utc_now()
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        state = await watched.until_status(ReachabilityStatus.UNREACHABLE)
        assert watched.failure(state) is CheckFailure.OTHER_PROGRAM
        assert state.last_good is None
        assert state.unreachable_since is not None
        assert before <= state.unreachable_since <= utc_now()


async def test_a_text_that_is_no_url_changes_nothing(runtime: ReceiverRuntime) -> None:
    async with watching(runtime) as watched:
        with pytest.raises(PublicUrlError):
            watched.monitor.choose("no url")
        assert watched.monitor.state.public_url == ""


async def test_a_public_url_that_is_given_up_ends_its_outage(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base = await far_ends.answering("404 Not Found")
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        await watched.until_outages(lambda found: len(found) == 1)
        watched.monitor.choose("")
        await watched.until_outages(lambda found: found[0].end is not None)
        assert watched.status is ReachabilityStatus.LOCAL_ONLY


async def test_another_public_url_that_leads_here_ends_the_outage_of_the_first(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    broken = await far_ends.answering("404 Not Found")
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(broken)
        first = await watched.until_status(ReachabilityStatus.UNREACHABLE)
        watched.monitor.choose(base)
        second = await watched.until_status(ReachabilityStatus.REACHABLE)
        assert first.callback_key_id != second.callback_key_id
        await watched.until_outages(lambda found: found[0].end is not None)


async def test_the_callback_key_of_a_url_is_the_same_when_it_comes_back(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    one, _ = await far_ends.tunnel(runtime.service.port)
    two, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        keys = []
        for base in (one, two, one):
            watched.monitor.choose(base)
            keys.append((await watched.until_status(ReachabilityStatus.REACHABLE)).callback_key_id)
        assert keys[0] == keys[2] != keys[1]


async def test_a_renewed_callback_key_is_taken_for_the_next_test(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        old = (await watched.until_status(ReachabilityStatus.REACHABLE)).callback_key_id
        assert old is not None
        runtime.callback_keys.rotate(old, utc_now())
        await watched.until(lambda state: state.callback_key_id != old)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        first = next(one for one in watched.states if one.callback_key_id not in (None, old))
        assert first.known_good is None, "what proved the old key does not prove the new one"


# --- Proofs ---------------------------------------------------------------------------------------


async def test_a_report_by_the_public_url_proves_as_much_as_a_test(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, idle_s=0.5, active_s=0.5) as watched:
        watched.monitor.choose(base)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        assert await post(base, callback_key_of(watched, base)) == 200
        state = await watched.until(
            lambda state: state.last_probe is not None and state.last_good != state.last_probe.at
        )
        assert state.last_good == watched.access.last_report(state.callback_key_id or 0)
        assert watched.status is ReachabilityStatus.REACHABLE


async def test_a_report_that_comes_while_the_test_fails_keeps_the_url_reachable(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    mute = await far_ends.mute()
    async with watching(runtime, timeout_s=2.0) as watched:
        watched.monitor.choose(mute)
        await watched.until(lambda state: state.is_testing)
        local = f"http://127.0.0.1:{runtime.service.port}"
        assert await post(local, callback_key_of(watched, mute)) == 200
        state = await watched.until_status(ReachabilityStatus.REACHABLE)
        assert state.last_probe is not None
        assert state.last_probe.failure is CheckFailure.NO_ANSWER
        assert watched.outages() == []


async def test_an_outage_begins_with_the_last_proof_of_an_earlier_run_and_goes_on_in_the_next(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, tunnel = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, idle_s=FAR_AWAY_S) as watched:
        watched.monitor.choose(base)
        url = (await watched.until_status(ReachabilityStatus.REACHABLE)).public_url
        await watched.until(lambda _state: watched.access.last_proof(url) is not None)
    # Whatever it went on with has ended: this is what the next run knows.
    last_proof = watched.access.last_proof(url)
    tunnel.close()
    async with watching(runtime, before=lambda monitor: monitor.choose(base)) as watched:
        state = await watched.until_status(ReachabilityStatus.UNREACHABLE)
        assert state.unreachable_since == last_proof
    async with watching(runtime, before=lambda monitor: monitor.choose(base)) as watched:
        state = await watched.until_status(ReachabilityStatus.UNREACHABLE)
        assert state.unreachable_since == last_proof
        await tunnel.open()
        await watched.until_status(ReachabilityStatus.REACHABLE)
        [outage] = await watched.until_outages(lambda found: found[0].end is not None)
        assert outage.begin == last_proof


async def test_an_outage_of_a_url_that_is_no_longer_chosen_ends_at_the_next_start(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base = await far_ends.answering("404 Not Found")
    async with watching(runtime) as watched:
        watched.monitor.choose(base)
        await watched.until_outages(lambda found: len(found) == 1)
    async with watching(runtime) as watched:
        await watched.until_outages(lambda found: found[0].end is not None)


# --- The rhythm -----------------------------------------------------------------------------------


async def test_a_test_is_made_at_once_when_it_is_asked_for(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, idle_s=FAR_AWAY_S) as watched:
        watched.monitor.choose(base)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        watched.monitor.test_now()
        await watched.until_tested_again()
        watched.monitor.choose(base)
        await watched.until_tested_again()
        watched.monitor.moved()
        await watched.until_tested_again()
        await asyncio.to_thread(watched.monitor.resumed)
        await watched.until_tested_again()


async def test_a_test_is_made_when_the_computer_has_slept(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    slept = timedelta()
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(
        runtime, idle_s=10 * FAR_AWAY_S, clock=lambda: datetime.now(UTC) + slept
    ) as watched:
        watched.monitor.choose(base)
        await watched.until(lambda state: state.next_probe is not None)
        slept = timedelta(hours=1)
        await watched.until_tested_again()


async def test_tests_come_more_often_while_reports_are_waited_for(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime, idle_s=900, active_s=180) as watched:
        watched.monitor.choose(base)
        state = await watched.until(lambda state: state.next_probe is not None)
        assert state.next_probe is not None
        assert state.next_probe - utc_now() > timedelta(seconds=800)
        assert await post(base, callback_key_of(watched, base)) == 200
        watched.monitor.test_now()
        await watched.until_tested_again()
        state = await watched.until(
            lambda state: (
                state.next_probe is not None
                and state.next_probe - utc_now() < timedelta(seconds=181)
            )
        )


async def test_where_nothing_receives_nothing_is_tested(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base = await far_ends.answering("404 Not Found")
    async with watching(runtime) as watched:
        watched.access.probes = watched.access.address = None
        watched.monitor.choose(base)
        await watched.until(lambda state: not state.can_test)
        assert watched.status is ReachabilityStatus.UNKNOWN
        watched.access.probes = runtime.service.probes
        assert (await watched.until_status(ReachabilityStatus.UNREACHABLE)).can_test


async def test_only_the_header_of_the_chosen_tunnel_is_believed(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    base, _ = await far_ends.tunnel(runtime.service.port)
    async with watching(runtime) as watched:
        watched.monitor.choose(base, TunnelProvider.NGROK)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        watched.monitor.choose(base, TunnelProvider.SSH)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        assert watched.access.trusted == ["X-Forwarded-For", None]


# --- Tunnels that are there -----------------------------------------------------------------------
