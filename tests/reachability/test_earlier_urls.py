"""Earlier addresses that batches still report to: real tunnels to a real receiver."""

from datetime import timedelta

import pytest

from kvitto.clock import utc_now
from kvitto.core.report import DeliveryReport
from kvitto.reachability.reachability_status import (
    ReachabilityState,
    ReachabilityStatus,
    UrlCheck,
    UrlStatus,
)
from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.store.write_requests import ReportRequest
from tests.reachability.far_ends import FarEnds
from tests.reachability.watching import watching

pytestmark = pytest.mark.usefixtures("loopback_is_public")


async def heard_of(
    runtime: ReceiverRuntime, base: str, *, hours: float = 1, code: int = 112, batch: str = "b"
) -> int:
    """Store a report by the key of a public URL; return that key's id."""
    callback_key = runtime.callback_keys.for_public_url(base, utc_now())
    runtime.keys.read()
    report = DeliveryReport("m", batch, code, final=code >= 200)
    at = utc_now() - timedelta(hours=hours)
    await runtime.writer.append(ReportRequest(report, b"{}", at, callback_key.key))
    return callback_key.key


def status_of(state: ReachabilityState) -> dict[str, UrlStatus]:
    return {one.url: one.status for one in state.others}


async def test_an_earlier_address_is_tested_and_said_to_lead_here_or_not(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    old, tunnel = await far_ends.tunnel(runtime.service.port)
    new, _ = await far_ends.tunnel(runtime.service.port)
    key = await heard_of(runtime, old)
    async with watching(runtime, earlier_urls_s=0.2) as watched:
        watched.monitor.choose(new)
        await watched.until_status(ReachabilityStatus.REACHABLE)
        state = await watched.until(lambda one: status_of(one) == {old: UrlStatus.REACHABLE})
        assert state.others[0].callback_key_id == key
        assert state.others[0].checked_at is not None

        tunnel.close()
        await watched.until(lambda one: status_of(one) == {old: UrlStatus.UNREACHABLE})
        assert watched.status is ReachabilityStatus.REACHABLE, "the one in use is another matter"
        assert watched.outages() == []

        await tunnel.open()
        await watched.until(lambda one: status_of(one) == {old: UrlStatus.REACHABLE})


async def test_a_report_that_came_just_now_is_as_good_as_a_test(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    nowhere = await far_ends.answering("502 Bad Gateway")
    await heard_of(runtime, nowhere, hours=0)
    async with watching(runtime, earlier_urls_s=3600.0) as watched:
        state = await watched.until(lambda one: bool(one.others) and bool(one.others[0].checked_at))
        assert status_of(state) == {nowhere: UrlStatus.REACHABLE}


async def test_an_address_that_no_report_is_waited_for_by_is_left_alone(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    finished = await far_ends.answering("502 Bad Gateway")
    silent = await far_ends.answering("502 Bad Gateway")
    used = await far_ends.answering("502 Bad Gateway")
    await heard_of(runtime, finished, code=201, batch="finished")
    await heard_of(runtime, silent, hours=100, batch="silent")
    await heard_of(runtime, used, batch="used")
    async with watching(runtime, earlier_urls_s=0.2) as watched:
        state = await watched.until(lambda one: UrlStatus.UNREACHABLE in status_of(one).values())
        assert list(status_of(state)) == [used]


async def test_where_nothing_receives_nothing_is_known_of_it(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    old, _ = await far_ends.tunnel(runtime.service.port)
    key = await heard_of(runtime, old)
    async with watching(runtime, earlier_urls_s=0.2) as watched:
        watched.access.probes = None
        await watched.until(
            lambda one: list(one.others) == [UrlCheck(old, key, UrlStatus.UNKNOWN, None)]
        )


async def test_only_the_latest_few_are_tested(runtime: ReceiverRuntime, far_ends: FarEnds) -> None:
    for number in range(7):
        base = await far_ends.answering("502 Bad Gateway")
        await heard_of(runtime, base, hours=10 - number, batch=f"b{number}")
    async with watching(runtime, earlier_urls_s=0.2) as watched:
        state = await watched.until(
            lambda one: list(status_of(one).values()).count(UrlStatus.UNREACHABLE) == 5
        )
        assert [one.status for one in state.others[5:]] == [UrlStatus.UNKNOWN] * 2


async def test_the_one_that_is_chosen_is_no_other_any_more(
    runtime: ReceiverRuntime, far_ends: FarEnds
) -> None:
    old, _ = await far_ends.tunnel(runtime.service.port)
    await heard_of(runtime, old)
    async with watching(runtime, earlier_urls_s=0.2) as watched:
        await watched.until(lambda one: status_of(one) == {old: UrlStatus.REACHABLE})
        watched.monitor.choose(old)
        await watched.until(lambda one: not one.others)
