"""Whatever comes: an answer of the table, no 5xx, and a receiver that goes on."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvitto.receiver.connection_limits import Limits
from kvitto.receiver.server import ReceiverService
from tests.helpers.examples import examples
from tests.receiver.conftest import Starter
from tests.receiver.fake_store import FakeStore
from tests.receiver.wire import SMS_SERVICE_FIELDS, Wire, a_body, a_chunked_request, a_request

# With a tenth of the examples not all that is looked for at the end comes up.
pytestmark = [pytest.mark.slow, pytest.mark.no_cover]
FUZZ = settings(
    examples(1_200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)
names = st.sampled_from(sorted(SMS_SERVICE_FIELDS)) | st.sampled_from(
    ["id", "body", "direction", "statuses", "emailId", "recipientAddress", "owner"]
)
twisted = st.dictionaries(names, values).map(
    lambda changes: json.dumps({**SMS_SERVICE_FIELDS, **changes}).encode()
)
numbers = st.from_regex(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,8})?", fullmatch=True)
with_numbers = st.tuples(st.sampled_from(["code", "segments", "price", "duration"]), numbers).map(
    lambda pair: a_body()[:-1] + f', "{pair[0]}": {pair[1]}}}'.encode()
)
cut = st.integers(0, len(a_body())).map(lambda at: a_body()[:at])
bodies = st.binary(max_size=500) | values.map(lambda v: json.dumps(v).encode()) | twisted
bodies |= with_numbers | cut | st.integers(1, 70_000).map(lambda depth: b"[" * depth)
fields = st.lists(
    st.sampled_from(
        [
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: x; charset=iso-8859-1",
            "Content-Type: ;;charset",
            "Content-Encoding: gzip",
            "Content-Encoding: deflate",
            "Content-Encoding: br, gzip",
            "Expect: 100-continue",
            "Expect: nothing",
        ]
    ),
    max_size=3,
    unique_by=lambda field: field.split(":")[0],
)


@pytest.fixture
def quick(start: Starter) -> ReceiverService:
    """Return a receiver without a disk: what it is given is tested elsewhere."""
    return start(Limits(linger_s=0.1, excerpt_s=0.05), fake_store=FakeStore())


def test_every_body_gets_an_answer_of_the_table(quick: ReceiverService, path: str) -> None:
    wires = [Wire(quick.port)]

    @FUZZ
    @given(body=bodies, more=fields, is_packed=st.booleans(), is_chunked=st.booleans())
    def post(body: bytes, more: list[str], is_packed: bool, is_chunked: bool) -> None:
        if is_packed:
            body = gzip.compress(body)
        if is_chunked:
            request = a_chunked_request(path, body or b"{", fields=tuple(more))
        else:
            request = a_request(path, body, *more)
        answer = wires[0].ask(request)
        if answer.status == 100:
            answer = wires[0].answer()
        assert answer.status in {200, 400, 422, 413}
        if answer.status != 200:
            assert set(answer.json()) == {"error"}
        if answer.closes:
            wires.pop().socket.close()
            wires.append(Wire(quick.port))

    post()
    with wires.pop():
        answered = quick.snapshot().answered
    assert {200, 400, 422} <= answered.keys() <= {200, 400, 422, 413}


lines = st.sampled_from(
    [
        b"POST / HTTP/1.1\r\n", b"GET /r/x HTTP/1.0\r\n", b"POST http://[::1 HTTP/1.1\r\n",
        b"Host: a\r\n", b"Host: \xff\r\n", b"Content-Length: 5\r\n", b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked\r\n", b"Connection: upgrade\r\nUpgrade: websocket\r\n",
        b"Connection: close\r\n", b"Expect: 100-continue\r\n", b"Content-Encoding: gzip\r\n",
        b"\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n", b"zz\r\n", b"hello", b"\n",
        b"PUT //[ HTTP/1.1\r\n", b"CONNECT a:1 HTTP/1.1\r\n", b"OPTIONS * HTTP/1.1\r\n",
        b"Sec-WebSocket-Key1: a\r\n",
    ]
)  # fmt: skip
noise = st.lists(lines | st.binary(max_size=40), max_size=12)


@pytest.mark.usefixtures("parser")
def test_it_survives_whatever_is_no_http(quick: ReceiverService, path: str) -> None:
    @settings(FUZZ, max_examples=examples(500).max_examples)
    @given(noise)
    def send(parts: list[bytes]) -> None:
        with Wire(quick.port) as wire:
            for part in parts:
                try:
                    wire.send(part)
                except ConnectionError:
                    break

    with Wire(quick.port) as kept:
        send()
        assert kept.ask(a_request(path, a_body())).status == 200
    counters = quick.snapshot()
    assert counters.malformed > 50
    assert counters.answered.keys() <= {200, 404}
    assert counters.alarm is None
