"""The runner against servers that the test scripts, and against the real receiver."""

import asyncio
import json
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kvitto.receiver.runtime import ReceiverRuntime
from kvitto.simulator.campaign import Campaign
from kvitto.simulator.campaign_runner import CampaignProgress, CampaignRunner, SendingManner
from kvitto.simulator.retry_queue import AsLived, AtOnce, AtRate, RetrySchedule
from kvitto.simulator.summary import PostingSummary, TryFailure
from kvitto.simulator.target import Target
from kvitto.simulator.verification import verify
from tests.simulator.campaigns import a_campaign, of_profile, reports_of
from tests.simulator.servers import OK, Request, ScriptedServer, status, until

CERTIFICATE = Path(__file__).parent / "certificate.pem"
QUICK = SendingManner(
    pace=AtOnce(), retry=RetrySchedule(interval_s=0.05), timeout_s=5.0, connections=8
)
WHY = b'{"error": "why"}'


def a_runner(campaign: Campaign, url: str, manner: SendingManner = QUICK) -> CampaignRunner:
    return CampaignRunner(campaign, Target.of(url), manner)


async def sent(
    campaign: Campaign, server: ScriptedServer, manner: SendingManner = QUICK
) -> PostingSummary:
    return await a_runner(campaign, server.url, manner).run()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as started:
        yield started


def refusing_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


# --- What is sent -------------------------------------------------------------------------------


async def test_every_post_arrives_as_it_was_made(server: ScriptedServer) -> None:
    campaign = of_profile("campaign")
    score = await sent(campaign, server)
    posts = list(campaign.posts())
    assert Counter(request.body for request in server.requests) == Counter(
        post.body for post in posts
    )
    assert score.taken == score.reports == len(posts)
    assert score.is_clean
    assert all(request.head.startswith("POST /r/secret HTTP/1.1") for request in server.requests)


async def test_one_connection_keeps_the_order_and_stays_open(server: ScriptedServer) -> None:
    campaign = a_campaign()
    await sent(campaign, server, SendingManner(pace=AtOnce(), connections=1))
    assert [request.body for request in server.requests] == [post.body for post in campaign.posts()]
    assert {request.connection for request in server.requests} == {1}


async def test_no_more_connections_are_used_than_allowed(server: ScriptedServer) -> None:
    await sent(a_campaign(), server, SendingManner(pace=AtOnce(), connections=3))
    assert len({request.connection for request in server.requests}) <= 3


async def test_chunked_bodies_arrive_whole(server: ScriptedServer) -> None:
    campaign = a_campaign(messages=10, chunked=1.0)
    await sent(campaign, server)
    assert all("Transfer-Encoding: chunked" in request.head for request in server.requests)
    assert Counter(request.body for request in server.requests) == Counter(
        post.body for post in campaign.posts()
    )


async def test_what_is_cut_is_sent_again_after_the_interval(server: ScriptedServer) -> None:
    campaign = a_campaign(messages=20, cut=0.5)
    score = await sent(campaign, server)
    assert score.failures[TryFailure.CUT] == score.retried > 10
    assert server.cut > 0
    assert {request.body for request in server.requests} == {post.body for post in campaign.posts()}
    assert score.taken == score.reports


async def test_https_is_sent_over_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    campaign = a_campaign(messages=20, cut=0.05)
    async with ScriptedServer(tls=context) as server:
        score = await sent(campaign, server)
    assert score.taken == score.reports == len(reports_of(campaign))


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    async with ScriptedServer(tls=context) as server:
        score = await sent(
            a_campaign(messages=3),
            server,
            SendingManner(pace=AtOnce(), retry=RetrySchedule(interval_s=0.01, attempts=2)),
        )
    assert server.requests == []
    assert score.deleted == score.reports


# --- The retry rule -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [status(503), status(500), status(302), status(404, close=True), b""],
    ids=["503", "500", "302", "404 and closed", "closed"],
)
async def test_what_is_not_answered_200_is_sent_again(answer: bytes) -> None:
    seen: set[bytes] = set()

    def once(request: Request) -> bytes:
        if request.body in seen:
            return OK
        seen.add(request.body)
        return answer

    campaign = a_campaign(messages=10)
    async with ScriptedServer(once) as server:
        score = await sent(campaign, server)
    assert len(server.requests) == 2 * len(seen)
    assert score.retried == len(seen)
    assert score.taken == score.reports


async def test_no_answer_in_time_is_no_answer() -> None:
    seen: set[bytes] = set()

    def silent_at_first(request: Request) -> bytes | None:
        if request.body in seen:
            return OK
        seen.add(request.body)
        return None

    manner = SendingManner(
        pace=AtOnce(), retry=RetrySchedule(interval_s=0.05), timeout_s=0.8, connections=50
    )
    async with ScriptedServer(silent_at_first) as server:
        score = await sent(a_campaign(messages=5), server, manner)
    # A busy machine's second answer may come too late as well.
    assert set(score.failures) == {TryFailure.SILENT}
    assert score.failures[TryFailure.SILENT] >= len(seen)
    assert score.taken == score.reports


async def test_a_refused_connection_is_tried_ten_times_then_the_report_is_lost() -> None:
    campaign = a_campaign(messages=3)
    manner = SendingManner(pace=AtOnce(), retry=RetrySchedule(interval_s=0.01), connections=50)
    score = await a_runner(campaign, f"http://127.0.0.1:{refusing_port()}/", manner).run()
    made = len(reports_of(campaign))
    assert score.failures == {TryFailure.UNREACHABLE: 10 * made}
    assert score.deleted == made == len(list(score.delivery_results.lost()))
    assert score.retried == 9 * made


async def test_what_comes_up_again_in_time_loses_nothing() -> None:
    port = refusing_port()
    manner = SendingManner(pace=AtOnce(), retry=RetrySchedule(interval_s=0.2), connections=50)
    campaign = a_campaign(messages=20)
    runner = a_runner(campaign, f"http://127.0.0.1:{port}/r/secret", manner)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(runner.run())
        await until(lambda: runner.summary.failures[TryFailure.UNREACHABLE] > 0)
        async with ScriptedServer(port=port):
            score = await running
    assert score.taken == score.reports
    assert score.deleted == 0


async def test_redirections_are_not_followed() -> None:
    async with ScriptedServer() as elsewhere:
        location = b"HTTP/1.1 307 X\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n"
        answer = location % elsewhere.url.encode()
        async with ScriptedServer(lambda _request: answer) as server:
            manner = SendingManner(pace=AtOnce(), retry=RetrySchedule(interval_s=0.01, attempts=2))
            score = await sent(a_campaign(messages=3), server, manner)
    assert elsewhere.requests == []
    assert score.breaches["307 to a report"] == score.answers[307] > 0


async def test_what_is_not_http_breaks_the_contract() -> None:
    async with ScriptedServer(lambda _request: b"220 mail.example.net ESMTP\r\n") as server:
        manner = SendingManner(pace=AtOnce(), retry=RetrySchedule(interval_s=0.01, attempts=1))
        score = await sent(a_campaign(messages=3), server, manner)
    assert score.failures == {TryFailure.NOT_HTTP: score.reports}
    assert not score.is_clean


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", TryFailure.NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\nX: %b\r\n\r\n" % (b"a" * 100_000), TryFailure.NOT_HTTP),
        (b"HTTP/1.1 twenty OK\r\n\r\n", TryFailure.NOT_HTTP),
        (b"\0" * 100, TryFailure.NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", TryFailure.NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", TryFailure.SILENT),
        (b"HTTP/1.1 200", TryFailure.SILENT),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", None),
    ],
)
async def test_whatever_is_answered_has_one_meaning(
    answer: bytes, failure: TryFailure | None
) -> None:
    async with ScriptedServer(lambda _request: answer) as server:
        retry = RetrySchedule(interval_s=0.01, attempts=1)
        timeout_s = 0.5 if failure is TryFailure.SILENT else 20.0
        manner = SendingManner(pace=AtOnce(), retry=retry, timeout_s=timeout_s, connections=50)
        score = await sent(a_campaign(messages=3), server, manner)
    assert score.unanswered == 0
    assert set(score.failures) == ({failure} if failure else set())
    assert (score.taken == score.reports) is (failure is None)


async def test_a_server_that_closes_after_each_answer_is_served_too() -> None:
    async with ScriptedServer(lambda _request: status(200, close=True)) as server:
        score = await sent(a_campaign(messages=10), server)
    assert score.taken == score.reports
    assert not score.failures


async def test_invalid_payload_that_is_refused_is_not_sent_again() -> None:
    def refuse_invalid_payload(request: Request) -> bytes:
        try:
            fields = json.loads(request.body)
        except ValueError:
            return status(400, WHY)
        return OK if isinstance(fields, dict) and "created" in fields else status(422, WHY)

    async with ScriptedServer(refuse_invalid_payload) as server:
        score = await sent(a_campaign(incoming_sms=0.2), server)
    assert score.invalid_payload > 20
    assert score.retried == 0
    assert (
        sum(score.invalid_payload_refused.values()) + score.breaches.total()
        == score.invalid_payload
    )


# --- Pace ---------------------------------------------------------------------------------------


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize("is_as_lived", [False, True], ids=["rate", "life"])
async def test_posts_go_out_when_they_are_due_and_not_before(
    server: ScriptedServer, is_as_lived: bool
) -> None:
    campaign = a_campaign(messages=2, batches=1)
    if is_as_lived:
        manner = SendingManner(pace=AsLived(0.1))
        dues_s = [post.due_us / 1e5 for post in campaign.posts()]
    else:
        manner = SendingManner(pace=AtRate(0.01))
        dues_s = [number * 100.0 for number in range(5)]
    clock = Clock()
    runner = CampaignRunner(campaign, Target.of(server.url), manner, clock=clock)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(runner.run())
        await asyncio.sleep(0)  # it looks at the clock
        for number, due_s in enumerate(dues_s[:5]):
            clock.now_s += 0.99 * (due_s - clock.now_s)
            await asyncio.sleep(0.1)
            assert len(server.requests) == number or number == 0
            clock.now_s = due_s + 1e-6
            await until(lambda: runner.summary.taken > number)  # noqa: B023 - awaited at once
        runner.stop()
        await running
    assert len(server.requests) == 5


# --- Stopping and progress ----------------------------------------------------------------------


async def test_it_stops_when_asked_and_keeps_what_it_knows(server: ScriptedServer) -> None:
    manner = SendingManner(pace=AtRate(200.0))
    runner = a_runner(a_campaign(messages=1000), server.url, manner)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(runner.run())
        await until(lambda: runner.summary.taken >= 10)
        runner.stop()
        score = await running
    assert 10 <= score.taken == score.reports < 1000


async def test_it_stops_though_nobody_answers() -> None:
    async with ScriptedServer(lambda _request: None) as server:
        runner = a_runner(a_campaign(), server.url)
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            running = group.create_task(runner.run())
            await until(lambda: len(server.requests) > 0)
            runner.stop()
            score = await running
    assert score.unanswered > 0


async def test_when_it_is_cancelled_it_closes_its_connections(server: ScriptedServer) -> None:
    runner = a_runner(a_campaign(messages=1000), server.url, SendingManner(pace=AtRate(500.0)))
    task = asyncio.get_running_loop().create_task(runner.run())
    await until(lambda: runner.summary.taken >= 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    posted = len(server.requests)
    await asyncio.sleep(0.1)
    assert len(server.requests) <= posted + SendingManner().connections, "only what was under way"
    assert runner.summary.taken >= 10


async def test_it_tells_how_far_it_is(server: ScriptedServer) -> None:
    told: list[CampaignProgress] = []
    campaign = a_campaign()
    runner = CampaignRunner(campaign, Target.of(server.url), QUICK, on_progress=told.append)
    await runner.run()
    assert told[-1].begun == told[-1].messages == campaign.plan.messages
    assert told[-1].taken == told[-1].posted == len(reports_of(campaign))
    assert (told[-1].waiting, told[-1].under_way, told[-1].failure) == (0, 0, None)


async def test_it_tells_that_nobody_is_there() -> None:
    told: list[CampaignProgress] = []
    campaign = a_campaign(messages=2, batches=1)
    manner = SendingManner(pace=AtOnce(), retry=RetrySchedule(interval_s=0.01, attempts=2))
    target = Target.of(f"http://127.0.0.1:{refusing_port()}/")
    await CampaignRunner(campaign, target, manner, on_progress=told.append).run()
    assert told[-1].failure is TryFailure.UNREACHABLE


# --- The real receiver --------------------------------------------------------------------------


@pytest.mark.usefixtures("no_blocking")
async def test_the_receiver_keeps_the_contract_whatever_comes(data_dir: Path) -> None:
    campaign = of_profile("hostile", messages=150)
    began = datetime.now(UTC)
    runtime = await asyncio.to_thread(ReceiverRuntime, data_dir, port=0)
    try:
        url = await asyncio.to_thread(lambda: runtime.callback_url)
        score = await a_runner(campaign, url).run()
        checked = await asyncio.to_thread(verify, runtime.reader, campaign, score, began=began)
    finally:
        await asyncio.to_thread(runtime.close)
    assert dict(score.breaches) == {}
    assert score.invalid_payload_refused.total() == score.invalid_payload > 0
    assert (score.taken, score.deleted) == (score.reports, 0)
    assert checked.differences == []
    assert checked.messages == 150


@pytest.mark.qasync
async def test_it_runs_on_the_loop_of_the_window(data_dir: Path) -> None:
    campaign = of_profile("hostile", messages=30)
    began = datetime.now(UTC)
    with ReceiverRuntime(data_dir, port=0) as runtime:
        score = await a_runner(campaign, runtime.callback_url).run()
        checked = verify(runtime.reader, campaign, score, began=began)
    assert score.is_clean
    assert checked.differences == []
