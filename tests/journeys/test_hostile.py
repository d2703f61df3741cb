"""Hostile requests: the program survives them, and the SMS service's reports are answered."""

import asyncio
import gzip
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Final

import pytest

from kvitto.paths import log_file
from tests.helpers.posting import Answer, Poster, post, report_body
from tests.helpers.program import Program, assert_check_agrees, exported
from tests.journeys.conftest import Start
from tests.journeys.patience import eventually

pytestmark = pytest.mark.no_cover

SLOW_CONNECTIONS: Final = 500
MEBIBYTE: Final = 1024 * 1024
MOST_GROWTH: Final = 48 * MEBIBYTE
"""By how much its memory may grow, whatever comes: less than one of the large bodies."""
WRONG_KEYS: Final = 2000


class Watch:
    """Looks at the program's memory and open files: what it needs for its work does not count."""

    def __init__(self, program: Program) -> None:
        for number in range(50):
            assert post(program.url, report_body(f"first-{number}"))[0] == 200
        self._program = program
        self._peak = program.peak_memory_bytes
        self._files = program.usage.num_fds()

    def assert_calm(self) -> None:
        """See that it never needed much more, and that all files are closed again."""
        assert self._program.peak_memory_bytes - self._peak < MOST_GROWTH
        usage = self._program.usage
        assert eventually(lambda: usage.num_fds() <= self._files + 2), "files stay open"


@pytest.fixture
def program(start: Start, data_dir: Path) -> Iterator[Program]:
    """Return a running program; it must stop in order in the end, with nothing to regret."""
    running = start()
    yield running
    assert running.is_running
    assert running.stop() == 0
    assert "Traceback" not in running.stderr
    assert " ERROR " not in log_file(data_dir).read_text(encoding="utf-8")
    assert_check_agrees(data_dir)


async def post_reports(url: str, count: int, per_second: float) -> list[Answer]:
    answers: list[Answer] = []
    async with Poster(url, answers.append, connections=4) as poster:
        await poster.post_paced((report_body(f"m{n}") for n in range(count)), per_second)
    assert poster.unanswered == []
    return answers


@asynccontextmanager
async def slow_connections(port: int, count: int) -> AsyncIterator[None]:
    """Have connections that send a byte of a request every few seconds."""
    loop = asyncio.get_running_loop()
    request = b"POST /r/0123456789abcdef0123456789abcdef HTTP/1.1\r\nHost: x\r\nX-Slow: "
    with ExitStack() as opened:
        connections = []
        for _ in range(count):
            one = opened.enter_context(closing(socket.socket()))
            one.setblocking(False)
            await loop.sock_connect(one, ("127.0.0.1", port))
            connections.append(one)

        async def drip() -> None:
            for byte in request:
                for number, one in enumerate(connections):
                    if number % 50 == 0:
                        await asyncio.sleep(0.2)
                    with suppress(OSError):  # it was thrown out
                        one.send(bytes([byte]))

        dripping = loop.create_task(drip())
        yield
        dripping.cancel()


@pytest.mark.parametrize("count", [SLOW_CONNECTIONS, SLOW_CONNECTIONS + 100])
async def test_hundreds_of_slow_connections_hold_nobody_up(program: Program, count: int) -> None:
    watch = Watch(program)
    async with slow_connections(program.port, count):
        answers = await post_reports(program.url, 200, 100)
        # A newcomer, too: the SMS service opens a connection for each report, as far as we know.
        for number in range(20):
            body = report_body(f"new-{number}")
            assert (await asyncio.to_thread(post, program.url, body))[0] == 200
    assert {answer.status for answer in answers} == {200}
    watch.assert_calm()


def send_all(
    program: Program, head: bytes, piece: bytes = b"", pieces: int = 0, *, patience_s: float = 20.0
) -> bytes:
    """Send a head and pieces, as far as the program takes them; return its answer, if any comes."""
    answer = b""
    with closing(
        socket.create_connection(("127.0.0.1", program.port), timeout=60)
    ) as unknown_caller:
        # Whoever answers early may close the connection early, and the answer may go with it.
        with suppress(OSError):
            unknown_caller.sendall(head)
            for _ in range(pieces):
                unknown_caller.sendall(piece)
        unknown_caller.settimeout(patience_s)
        with suppress(OSError):
            answer = unknown_caller.recv(4096)
    return answer


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize("knows", [True, False], ids=["the key", "no key"])
def test_a_large_body_is_never_in_memory(
    program: Program, data_dir: Path, framing: str, knows: bool
) -> None:
    watch = Watch(program)
    path = "/r/" + (program.callback_key if knows else "0" * 32)
    size = 64 * MEBIBYTE
    field = f"Content-Length: {size}" if framing == "length" else "Transfer-Encoding: chunked"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{field}\r\n\r\n".encode()
    piece = b" " * MEBIBYTE
    if framing == "chunks":
        piece = b"%x\r\n%b\r\n" % (len(piece), piece)
    for _ in range(2):
        answer = send_all(program, head, piece, size // MEBIBYTE)
        assert answer.startswith(b"HTTP/1.1 413 " if knows else b"HTTP/1.1 404 ")
    watch.assert_calm()
    assert post(program.url, report_body("m"))[0] == 200
    kept = exported(data_dir, "quarantine")
    assert [row["kind"] for row in kept][:1] == (["too_large"] if knows else [])
    assert all(len(row["body"]) <= 4096 for row in kept)


def test_a_gzip_bomb_does_not_go_off(program: Program, data_dir: Path) -> None:
    watch = Watch(program)
    bomb = gzip.compress(b" " * (60 * MEBIBYTE))
    assert len(bomb) < 64 * 1024, "it would be refused for its own size"
    for _ in range(5):
        assert post(program.url, bomb, {"Content-Encoding": "gzip"})[0] == 413
    watch.assert_calm()
    assert post(program.url, report_body("m"))[0] == 200
    (kept,) = exported(data_dir, "quarantine")
    assert (kept["kind"], kept["request_count"]) == ("too_large", 5)


async def test_thousands_of_wrong_callback_keys_are_counted_and_nothing_else(
    program: Program, data_dir: Path
) -> None:
    watch = Watch(program)
    statuses: Counter[int] = Counter()
    base = program.url.rpartition("/")[0]

    async def guess(first: int) -> None:
        async with Poster(f"{base}/{first:032x}", note, connections=2) as poster:
            await poster.post_all([report_body("false")] * (WRONG_KEYS // 10))

    def note(answer: Answer) -> None:
        statuses[answer.status] += 1

    async with asyncio.TaskGroup() as group:
        for number in range(10):
            group.create_task(guess(number))
        answers = await post_reports(program.url, 100, 50)

    assert statuses == {404: WRONG_KEYS}
    assert {answer.status for answer in answers} == {200}
    watch.assert_calm()
    assert len(exported(data_dir)) == 150
    assert exported(data_dir, "quarantine") == []


def test_what_is_not_http_is_turned_away(program: Program, data_dir: Path) -> None:
    watch = Watch(program)
    for nonsense in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),  # somebody tries HTTPS
        b"\r\n" * 5000,
        b"GET " + b"x" * 100_000,
        b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 10_000,
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"{}",
        bytes(range(256)) * 1000,
    ):
        answer = send_all(program, nonsense, patience_s=0.5)
        assert not answer or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 "))
    watch.assert_calm()
    assert post(program.url, report_body("m"))[0] == 200
    assert exported(data_dir, "quarantine") == []
