"""Probes have bodies in both ways in which the SMS service may, through real proxies."""

import aiohttp
import pytest

from kvitto.reachability.failures import CheckFailure
from kvitto.receiver.server import ReceiverService
from tests.reachability.far_ends import FarEnds
from tests.reachability.test_probe import outcome
from tests.receiver.fake_store import FakeStore


async def test_a_proxy_that_passes_every_body_on_is_reachable(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    result = await outcome(await far_ends.passing(receiver.port), receiver)
    assert (result.failure, result.status) == (None, 200)


async def test_bodies_without_a_content_length_that_are_dropped_are_a_failure_of_its_own(
    receiver: ReceiverService, far_ends: FarEnds, fake_store: FakeStore
) -> None:
    result = await outcome(await far_ends.passing(receiver.port, drops="chunked"), receiver)
    assert result.failure is CheckFailure.BODIES_DROPPED
    assert result.detail == "the body got lost, sent in chunks, without a Content-Length"
    assert fake_store.stored == [], "a probe that lost its body is no refused request"


@pytest.mark.parametrize("drops", ["all", "sized"])
async def test_bodies_with_a_content_length_that_are_dropped_are_the_same(
    receiver: ReceiverService, far_ends: FarEnds, drops: str
) -> None:
    result = await outcome(await far_ends.passing(receiver.port, drops=drops), receiver)
    assert result.failure is CheckFailure.BODIES_DROPPED


@pytest.mark.parametrize("status", ["411 Length Required", "400 Bad Request", "502 Bad Gateway"])
async def test_a_proxy_that_refuses_bodies_without_a_content_length_is_named_as_that(
    receiver: ReceiverService, far_ends: FarEnds, status: str
) -> None:
    rejection = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()
    result = await outcome(await far_ends.passing(receiver.port, chunks=rejection), receiver)
    assert result.failure is CheckFailure.BODIES_DROPPED
    assert result.detail == f"only with a Content-Length: without one, HTTP {status[:3]}"


async def test_a_proxy_that_never_answers_to_them_is_too(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    url = await far_ends.passing(receiver.port, chunks=b"")
    result = await outcome(url, receiver, timeout_s=0.5)
    assert result.failure is CheckFailure.BODIES_DROPPED
    assert result.detail.endswith("no answer in time")


async def test_one_probe_that_gets_lost_by_chance_is_no_dropped_body(
    receiver: ReceiverService, far_ends: FarEnds
) -> None:
    lost: list[bytes] = []

    def lose_first(answer: bytes) -> bytes:
        lost.append(answer)
        return b"" if len(lost) == 1 else answer

    url = await far_ends.changing(receiver.port, lambda request: request, lose_first)
    # Which of the two is lost is chance, too; the lost one was answered, so it is no dropped body.
    assert (await outcome(url, receiver)).failure in {None, CheckFailure.NO_ANSWER}


async def test_a_report_without_a_content_length_comes_in_where_the_test_says_so(
    receiver: ReceiverService, far_ends: FarEnds, fake_store: FakeStore
) -> None:
    url = await far_ends.passing(receiver.port)
    assert (await outcome(url, receiver)).failure is None
    body = b'{"messageId": "m1", "batchId": "b1", "code": 102}'
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{url}/r/{'5ecre7' * 5}", data=body, chunked=True) as answer,
    ):
        assert answer.status == 200
    assert len(fake_store.stored) == 1
