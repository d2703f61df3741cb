"""A request may come in any pieces, at any moment: where a stream is cut means nothing in HTTP."""

import asyncio
import json
import socket
import time

import pytest
from aiohttp import web

from kvitto.receiver.connection_limits import ConnectionSlots, Limits
from kvitto.receiver.metrics import Metrics
from kvitto.receiver.protocol import Connection, ReceiverServer
from kvitto.receiver.request_body import InvalidBodyError, read_body
from kvitto.receiver.responses import Replies
from kvitto.receiver.server import ReceiverService
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import Wire, a_body, a_chunked_request, a_request

LARGEST = 64 * 1024
SMALL = a_request("/", b"{}")
MOMENTS = range(6)
"""Turns of the loop between two pieces."""


def a_large_body(size: int = LARGEST) -> bytes:
    """Return a report of just this size."""
    body = a_body(note="")
    body = a_body(note="x" * (size - len(body)))
    assert len(body) == size
    return body


async def answers_to(*pieces: bytes, turns: int, requests: int = 1) -> bytes:
    """Return what is answered to pieces that come this many turns of the loop apart."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        try:
            body = await read_body(request, Limits(), lambda _request: None)
        except InvalidBodyError:
            return web.Response(status=400, text="{broken}")
        return web.Response(text=f"{{{len(body)}}}")

    server = ReceiverServer(
        handle,
        slots=ConnectionSlots(10, request_s=60, idle_s=60, now=time.monotonic),
        limits=Limits(),
        replies=Replies(),
        metrics=Metrics(),
        on_unanswered=lambda _rejection, _data, _entry: None,
        again=lambda _target, _body: None,
    )
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.setblocking(False)
        _transport, connection = await loop.connect_accepted_socket(server, ours)
        assert isinstance(connection, Connection)
        for piece in pieces:
            connection.data_received(piece)
            for _ in range(turns):
                await asyncio.sleep(0)
        received = b""
        async with asyncio.timeout(30):
            while received.count(b"HTTP/1.1 ") < requests or not received.endswith(b"}"):
                came = await loop.sock_recv(theirs, 65_536)
                if not came:
                    break
                received += came
        await server.shutdown(0.1)
    return received


@pytest.mark.parametrize("turns", MOMENTS)
@pytest.mark.parametrize("cut", [0, 1, LARGEST // 2 + 1, LARGEST - 1])
async def test_a_body_is_no_head_whenever_it_comes(parser: str, turns: int, cut: int) -> None:
    request = a_request("/", a_large_body())
    head = len(request) - LARGEST
    pieces = request[:head], request[head : head + cut], request[head + cut :], SMALL
    answered = await answers_to(*filter(None, pieces), turns=turns, requests=2)
    assert b"{65536}" in answered, parser
    assert b"{2}" in answered, parser


@pytest.mark.parametrize("turns", MOMENTS)
@pytest.mark.parametrize("size", [4_096, 40_000])
async def test_a_body_in_pieces_of_any_size_is_read(parser: str, turns: int, size: int) -> None:
    request = a_request("/", a_large_body())
    pieces = [request[at : at + size] for at in range(0, len(request), size)]
    assert b"{65536}" in await answers_to(*pieces, turns=turns), parser


@pytest.mark.parametrize("turns", MOMENTS)
async def test_a_large_chunk_is_no_head_whenever_it_comes(parser: str, turns: int) -> None:
    request = a_chunked_request("/", a_large_body())
    head = request.index(b"\r\n\r\n") + 4
    pieces = request[:head], request[head:-5], request[-5:], SMALL
    answered = await answers_to(*pieces, turns=turns, requests=2)
    assert b"{65536}" in answered, parser
    assert b"{2}" in answered, parser


@pytest.mark.parametrize("turns", MOMENTS)
async def test_the_second_body_on_a_connection_is_no_head(parser: str, turns: int) -> None:
    request = a_request("/", a_large_body())
    head = len(request) - LARGEST
    pieces = (request[:head], request[head:]) * 2
    answered = await answers_to(*pieces, turns=turns, requests=2)
    assert answered.count(b"{65536}") == 2, parser


@pytest.mark.parametrize("turns", MOMENTS)
async def test_a_head_without_an_end_is_given_up_on_whenever_it_comes(
    parser: str, turns: int
) -> None:
    pieces = [b"POST / HTTP/1.1\r\n"] + [b"X-%d: %b\r\n" % (n, b"x" * 4_000) for n in range(12)]
    assert b" 400 " in await answers_to(*pieces, turns=turns), parser


@pytest.mark.parametrize("turns", MOMENTS)
async def test_a_broken_chunk_is_answered_whenever_it_comes(parser: str, turns: int) -> None:
    request = a_chunked_request("/", b"begin", b"end").replace(b"3\r\nend", b"zz\r\nend")
    chunk = request.index(b"begin")
    for middle in range(chunk, len(request)):
        # The other moments try those between.
        for end in range(middle + turns % 3, len(request), 3):
            pieces = request[:chunk], request[chunk:middle], request[middle:end], request[end:]
            answered = await answers_to(*filter(None, pieces), turns=turns)
            assert b" 400 " in answered, (parser, pieces)


def test_reports_of_the_largest_size_are_stored_in_any_segments(
    receiver: ReceiverService, path: str, fake_store: FakeStore
) -> None:
    with Wire(receiver.port) as wire:
        for number, size in enumerate((700, 1_448, 9_000, 32_768, 40_000, 65_000)):
            body = json.dumps({**json.loads(a_body()), "messageId": f"m{number}"}).encode()
            body += b" " * (LARGEST - len(body))
            request = a_request(path, body)
            head = len(request) - LARGEST
            pieces = [request[at : at + size] for at in range(head, len(request), size)]
            assert wire.send(request[:head], *pieces).answer().status == 200
    assert len(fake_store.stored) == 6
