"""The client of the books against simulated ones that misbehave in every known way."""

import asyncio
import contextlib
import logging
import socket
import threading
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest

from kvitto.books.books_errors import (
    BadRequestError,
    BaseUrlError,
    BooksBusyError,
    BudgetSpentError,
    KeyRefusedError,
    NotFoundError,
    UnreadableAnswerError,
    WhyBusy,
)
from kvitto.books.client import AskingPace, BooksClient, RequestBudget
from kvitto.books.key import SIMULATED_KEY, ApiKey
from kvitto.books.transport import API_BASE, NoAnswerError, Transport, checked_base
from kvitto.simulator.books_faults import BooksFaults, CannedAnswer, Trick
from tests.books.asking import START, Time, client_of, server_of
from tests.simulator.campaigns import a_campaign

MANY = 1_000
BATCH = a_campaign().batches[0]


def budget(limit: int = MANY) -> RequestBudget:
    return RequestBudget(limit)


async def test_the_five_questions_are_answered() -> None:
    campaign = a_campaign()
    batch = campaign.batches[0]
    async with server_of(campaign) as server, client_of(server) as client:
        account = await client.account(budget())
        page = await client.batches(0, 200, budget())
        one = await client.batch(batch.batch_id, budget())
        messages = await client.messages(batch.batch_id, 0, 200, budget())
        first = messages.items[0].message_id
        message = await client.message(batch.batch_id, first, budget())
        asked = list(server.asked)
    assert (account.organization, account.account) == ("Kliniken AB", "ip1-12345")
    assert (account.balance_nano, account.currency) == (412_500_000_000, "SEK")
    assert [item.batch_id for item in page.items] == [
        campaign.batches[number].batch_id for number in (2, 1, 0)
    ]
    assert one.messages == batch.size == len(messages.items)
    reports = campaign.script(batch.first).reports
    assert [status.report.code for status in message.statuses] == [one.code for one in reports]
    assert asked == [
        "/api/me",
        "/v2/batches?start=0&limit=200&order=DESC",
        f"/v2/batches/{batch.batch_id}",
        f"/v2/batches/{batch.batch_id}/messages?start=0&limit=200&order=ASC",
        f"/v2/batches/{batch.batch_id}/messages/{first}",
    ]


async def test_a_wrong_key_is_sent_once_and_never_again() -> None:
    async with server_of() as server, client_of(server, key="another") as client:
        for _ in range(3):
            with pytest.raises(KeyRefusedError):
                await client.account(budget())
        assert len(server.asked) == 1


async def test_a_key_that_ends_half_way_stops_everything() -> None:
    faults = BooksFaults(refused_after=2)
    async with server_of(faults=faults) as server, client_of(server) as client:
        await client.account(budget())
        await client.account(budget())
        for _ in range(3):
            with pytest.raises(KeyRefusedError):
                await client.account(budget())
        assert len(server.asked) == 3


async def test_requests_keep_their_distance() -> None:
    time = Time()
    async with server_of() as server, client_of(server, time) as client:
        await asyncio.gather(*(client.account(budget()) for _ in range(5)))
    assert time.passed_s == pytest.approx(2.0)


async def test_no_more_than_so_many_are_made_in_an_hour() -> None:
    time = Time()
    pace = AskingPace(per_hour=3)
    async with server_of() as server, client_of(server, time, pace=pace) as client:
        for _ in range(3):
            await client.account(budget())
        with pytest.raises(BooksBusyError) as caught:
            await client.account(budget())
        assert caught.value.why is WhyBusy.OWN_LIMIT
        assert caught.value.again_at == START + timedelta(hours=1)
        assert len(server.asked) == 3
        time.passed_s = 3_600.0
        await client.account(budget())


async def test_a_pass_makes_no_more_requests_than_its_budget() -> None:
    async with server_of() as server, client_of(server) as client:
        spent = budget(2)
        server.next_answers.append(CannedAnswer(status=500))
        await client.account(spent)  # and its second try
        with pytest.raises(BudgetSpentError):
            await client.account(spent)
        assert len(server.asked) == 2


def date_in(seconds: float) -> str:
    return format_datetime(START + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("retry_after", "low_s", "high_s"),
    [
        ("7", 7, 7),
        ("0", 1, 1),
        (date_in(20), 18, 20),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1, 1),
        (None, 1.5, 2.5),
        ("soon", 1.5, 2.5),
        ("Mon, 01 Jan 2027 00:00:00 +99999999999999999999", 1.5, 2.5),
    ],
)
async def test_too_many_requests_are_waited_for(
    retry_after: str | None, low_s: float, high_s: float
) -> None:
    time = Time()
    headers = () if retry_after is None else (("Retry-After", retry_after),)
    async with server_of() as server, client_of(server, time) as client:
        server.next_answers.append(CannedAnswer(status=429, headers=headers))
        await client.account(budget())
        assert len(server.asked) == 2
    assert low_s <= time.passed_s <= high_s


async def test_an_absurd_wait_ends_the_pass_and_says_when_it_goes_on() -> None:
    time = Time()
    async with server_of() as server, client_of(server, time) as client:
        headers = (("Retry-After", str(10**9)),)
        server.next_answers.append(CannedAnswer(status=429, headers=headers))
        for _ in range(2):
            with pytest.raises(BooksBusyError) as caught:
                await client.account(budget())
            assert caught.value.again_at == START + timedelta(minutes=15)
        assert len(server.asked) == 1
        time.passed_s = 15 * 60.0
        await client.account(budget())


async def test_a_clock_that_was_set_back_does_not_stop_the_asking() -> None:
    time = Time()
    async with server_of() as server, client_of(server, time) as client:
        headers = (("Retry-After", "900"),)
        server.next_answers.append(CannedAnswer(status=429, headers=headers))
        with pytest.raises(BooksBusyError):
            await client.account(budget())
        time.passed_s = -86_400.0
        await client.account(budget())


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_a_busy_server_is_tried_six_times(status: int) -> None:
    time = Time()
    async with server_of() as server, client_of(server, time) as client:
        answer = CannedAnswer(status=status, body=b"<html>Busy</html>")
        server.next_answers.extend([answer] * 20)
        with pytest.raises(BooksBusyError) as caught:
            await client.account(budget())
        assert len(server.asked) == 6
    assert 40 < time.passed_s < 80
    assert caught.value.again_at > time.now()


@pytest.mark.parametrize("failures", [1, 5])
async def test_an_error_of_the_moment_costs_nothing(failures: int) -> None:
    async with server_of() as server, client_of(server) as client:
        answer = CannedAnswer(status=503, body=b"<html>Busy</html>")
        server.next_answers.extend([answer] * failures)
        assert (await client.account(budget())).organization == "Kliniken AB"


@pytest.mark.parametrize("trick", [Trick.SLOW_HEAD, Trick.SLOW_BODY])
async def test_what_takes_too_long_is_given_up(trick: Trick) -> None:
    async with server_of() as server, client_of(server, whole_s=0.2) as client:
        server.next_answers.extend([trick] * 6)
        with pytest.raises(BooksBusyError) as caught:
            await client.account(budget())
        assert caught.value.why is WhyBusy.SILENT


@pytest.mark.parametrize(
    "answer",
    [
        Trick.CUT,
        Trick.BOMB,
        Trick.LOGIN,
        Trick.REDIRECT,
        CannedAnswer(status=200, body=b'[{"Account": "'),
        CannedAnswer(status=200, body=b'["Account"]'),
        CannedAnswer(status=200, body=b"[" * 100_000),
        CannedAnswer(status=200, body=b"x", headers=(("Content-Encoding", "gzip"),)),
        CannedAnswer(status=200, body=b"x", headers=(("Content-Encoding", "br"),)),
        CannedAnswer(status=204),
        CannedAnswer(status=301, headers=(("Location", "https://example.com"),)),
    ],
    ids=lambda answer: str(answer)[:60],
)
async def test_an_answer_that_is_none_is_asked_for_three_times(
    answer: Trick | CannedAnswer,
) -> None:
    async with server_of() as server, client_of(server) as client:
        server.next_answers.extend([answer] * 2)
        assert (await client.account(budget())).organization == "Kliniken AB"
        server.next_answers.extend([answer] * 3)
        with pytest.raises(UnreadableAnswerError) as caught:
            await client.account(budget())
        assert len(server.asked) == 6
    assert len(caught.value.raw) <= 4096


async def test_a_redirection_takes_the_key_nowhere() -> None:
    async with server_of() as elsewhere, server_of() as server, client_of(server) as client:
        headers = (("Location", f"{elsewhere.base}/v2/batches"),)
        server.next_answers.extend([CannedAnswer(status=307, headers=headers)] * 3)
        with pytest.raises(UnreadableAnswerError):
            await client.account(budget())
        assert elsewhere.asked == []


async def test_a_batch_that_is_not_there_is_not_asked_for_twice() -> None:
    async with server_of() as server, client_of(server) as client:
        with pytest.raises(NotFoundError):
            await client.batch("0123456789abcdef01234567", budget())
        with pytest.raises(NotFoundError):
            await client.message(BATCH.batch_id, "0123456789abcdef01234567", budget())
        assert len(server.asked) == 2


async def test_a_refused_request_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    body = b'{"title": "Bad id 4670123456789", "status": 400}'
    with caplog.at_level(logging.INFO):
        async with server_of() as server, client_of(server) as client:
            server.next_answers.append(CannedAnswer(status=400, body=body))
            with pytest.raises(BadRequestError):
                await client.batch("x", budget())
            assert len(server.asked) == 1
    assert "Bad id …" in caplog.text
    assert "4670123456789" not in caplog.text


async def test_a_refusal_that_repeats_the_key_puts_it_into_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = b'{"title": "Bad request: Bearer ' + SIMULATED_KEY.encode() + b'"}'
    with caplog.at_level(logging.INFO):
        async with server_of() as server, client_of(server) as client:
            server.next_answers.append(CannedAnswer(status=400, body=body))
            with pytest.raises(BadRequestError):
                await client.batch("x", budget())
    assert "Bad request: Bearer …" in caplog.text
    assert SIMULATED_KEY not in caplog.text


@pytest.mark.parametrize("an_id", ["", ".", "..", "a/b", "../../api/me/account", "a?b", "å", "a b"])
async def test_an_id_leads_to_no_other_question(an_id: str) -> None:
    async with server_of() as server, client_of(server) as client:
        with pytest.raises(BadRequestError):
            await client.batch(an_id, budget())
        with pytest.raises(BadRequestError):
            await client.message("x", an_id, budget())
        assert server.asked == []


async def test_nobody_there_is_busy_too() -> None:
    async with server_of() as server:
        client = client_of(server)
    async with client:
        with pytest.raises(BooksBusyError) as caught:
            await client.account(budget())
    assert caught.value.why is WhyBusy.UNREACHABLE


@pytest.mark.parametrize(
    "url",
    [
        "http://api.ip1sms.com",
        "https://api.ip1sms.com.example.com",
        "https://example.com",
        "http://192.168.1.5:80",
        "https://127.0.0.1:8371",
        "http://localhost:8371",
        "http://127.0.0.1",
        "http://user@127.0.0.1:8371",
        "http://127.0.0.1:8371/v2",
        "http://127.0.0.1:99999",
        "",
    ],
)
def test_the_key_goes_to_one_host_or_stays_on_this_computer(url: str) -> None:
    with pytest.raises(BaseUrlError):
        BooksClient(ApiKey("k"), base=url)


def test_a_base_is_spelled_in_one_way() -> None:
    assert checked_base("https://api.ip1sms.com/") == API_BASE
    assert checked_base("http://127.0.0.1:8371/") == "http://127.0.0.1:8371"
    assert checked_base("http://[::1]:8371") == "http://[::1]:8371"


async def test_a_pass_that_is_cancelled_ends_at_once() -> None:
    async with server_of() as server, client_of(server) as client:
        server.next_answers.append(Trick.SLOW_HEAD)
        task = asyncio.get_running_loop().create_task(client.account(budget()))
        await server.was_asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # It goes on afterwards.
        await client.account(budget())


async def test_it_can_do_nothing_but_ask() -> None:
    async with server_of() as server, client_of(server) as client:
        public = {name for name in dir(client) if not name.startswith("_")}
        assert public == {"account", "batches", "batch", "messages", "message", "requests"}
        assert server.asked == []


async def test_a_name_server_that_is_silent_keeps_no_program_from_ending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_asked, may_answer = threading.Event(), threading.Event()

    def hang(*_arguments: Any, **_options: Any) -> list[Any]:
        is_asked.set()
        may_answer.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    transport = Transport(ApiKey("a-key"), API_BASE)
    asking = asyncio.get_running_loop().create_task(transport.get("/api/me"))
    try:
        assert await asyncio.to_thread(is_asked.wait, 30)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await transport.close()
        async with asyncio.timeout(30):
            await asyncio.get_running_loop().shutdown_default_executor()
    finally:
        may_answer.set()


async def test_a_name_without_an_address_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_options: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    async with Transport(ApiKey("a-key"), API_BASE) as transport:
        with pytest.raises(NoAnswerError) as caught:
            await transport.get("/api/me")
    assert caught.value.why is WhyBusy.NAME


async def test_the_answer_that_holds_the_key_is_never_asked_for() -> None:
    """It is there for the asking: what Kvitto asks leads past it."""
    async with server_of() as server:
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {SIMULATED_KEY}"}) as anybody,
            anybody.get(f"{server.base}/api/me/account") as answer,
        ):
            assert (await answer.json())["Key"] == SIMULATED_KEY
        server.asked.clear()
        async with client_of(server) as client:
            await client.account(budget())
            for an_id in ("account", "../../api/me/account", "..", "%2e%2e"):
                with contextlib.suppress(BadRequestError, NotFoundError):
                    await client.batch(an_id, budget())
                with contextlib.suppress(BadRequestError, NotFoundError):
                    await client.message(BATCH.batch_id, an_id, budget())
    assert not [path for path in server.asked if path.startswith("/api/me/")]
