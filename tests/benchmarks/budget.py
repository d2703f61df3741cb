"""What one report costs on its way through the receiver, part by part: processor time, in µs.

Measured on one thread, by that thread's processor time alone, so that a busy machine does little to
it: for each part, the quickest of many rounds counts. Requests are given to the connections as the
system would give them, but for the sockets, which are measured apart.
"""

import asyncio
import itertools
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar
from unittest.mock import patch

from aiohttp import web
from typing_extensions import override

from kvitto.core.ip1_parser import parse
from kvitto.core.report import fingerprint
from kvitto.receiver.connection_limits import ConnectionSlots, Limits
from kvitto.receiver.dropped_bodies import DroppedBodies
from kvitto.receiver.handler import Append, ReportHandler
from kvitto.receiver.known_heads import KnownHeads
from kvitto.receiver.metrics import Metrics
from kvitto.receiver.probes import Probes
from kvitto.receiver.protocol import ReceiverServer
from kvitto.receiver.rejection_watch import RejectionWatch
from kvitto.receiver.responses import Replies
from kvitto.receiver.store_health import StoreHealth
from kvitto.receiver.unauthorized import ClientSources, UnauthorizedCounter
from kvitto.store.callback_keys import CallbackKey, CallbackKeyStore
from kvitto.store.compiled_sql import INDEX_MESSAGES, KNOWN
from kvitto.store.database import FileDatabase, open_database
from kvitto.store.ingest import IngestGroup
from kvitto.store.packed_body import packed
from kvitto.store.prepared_statements import Prepared, PreparedInsert
from kvitto.store.transactions import GroupTransaction
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer
from kvitto.store.writer_connection import WriterConnection
from tests.benchmarks.load import CONNECTIONS, reports
from tests.benchmarks.table import Row, Scale

_GROUP: Final = CONNECTIONS
"""Reports in a group: those of all connections, which come in one turn of the loop here."""
_USUAL: Final = 0.1
"""Of the rounds, so many were quicker than what counts of each part of the store's."""
_ROUNDS_A_SECOND: Final = 40
_ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

T = TypeVar("T")


def budget(scale: Scale, folder: Path) -> Iterator[Row]:
    """Measure each part, then all together: what is left is the last of them."""
    rounds = max(20, int(scale.folds_s * _ROUNDS_A_SECOND))
    bodies = list(itertools.islice(reports("parsed"), 500))
    parsing = _quickest(lambda: [parse(body) for body in bodies], len(bodies), rounds)
    sockets = asyncio.run(_sockets(rounds))
    noop = asyncio.run(_http(_noop_application, rounds))
    with open_database(folder / "budget") as database:
        key = CallbackKeyStore(database).newest(datetime.now(UTC))
        nothing = _Nothing()
        unknown = asyncio.run(
            _http(lambda: _receiver(key, nothing.append), rounds, forgets_heads=True)
        )
        known = asyncio.run(_http(lambda: _receiver(key, nothing.append), rounds))
        parts = _store(database, rounds)
        writer = Writer(database)
        writer.start()
        both = asyncio.run(
            _http(lambda: _receiver(key, writer.append), rounds, clock=time.process_time_ns)
        )
        writer.close()
    yield Row("the socket, and asyncio's loop", _us(sockets))
    yield Row("HTTP with limits, key and answer, the head known by its bytes", _us(known - parsing))
    yield Row("parsing the body", _us(parsing))
    for part, cost in parts.items():
        yield Row(f"store: {part}", _us(cost))
    handing = both - known - sum(parts.values())
    yield Row("handing over to the writer's thread and back, two threads at once", _us(handing))
    yield Row("all of it", _us(sockets + both))
    yield Row("… with every head parsed by aiohttp", _us(sockets + both - known + unknown))
    yield Row("… a no-op aiohttp application", _us(sockets + noop))
    yield Row("… against that", f"{(sockets + noop) / (sockets + both):.2f}")
    yield Row(
        "… with every head parsed by aiohttp",
        f"{(sockets + noop) / (sockets + both - known + unknown):.2f}",
    )


def _us(cost: float) -> str:
    return f"{cost:.1f} µs"


def _quickest(work: Callable[[], object], count: int, rounds: int) -> float:
    """Return the µs of this thread's processor that one of `count` takes, in the best round."""
    return min(_timed(work) for _ in range(rounds)) / 1000 / count


def _timed(work: Callable[[], object]) -> int:
    begin = time.thread_time_ns()
    work()
    return time.thread_time_ns() - begin


# --- HTTP -----------------------------------------------------------------------------------------


class _Answers:
    """Counts answers, and tells once all that are waited for have come."""

    def __init__(self) -> None:
        self._missing = 0
        self._all: asyncio.Future[None] | None = None

    def expect(self, count: int) -> "asyncio.Future[None]":
        self._missing = count
        self._all = asyncio.get_running_loop().create_future()
        return self._all

    def note(self) -> None:
        self._missing -= 1
        if not self._missing and self._all is not None:
            self._all.set_result(None)


class _Wire(asyncio.Transport):
    """Takes answers."""

    def __init__(self, answers: _Answers) -> None:
        super().__init__()
        self._answers = answers

    @override
    def write(self, data: Any) -> None:
        self._answers.note()

    @override
    def is_closing(self) -> bool:
        return False

    @override
    def get_write_buffer_size(self) -> int:
        return 0

    @override
    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    @override
    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    @override
    def abort(self) -> None:
        pass

    @override
    def close(self) -> None:
        pass


_Serving: TypeAlias = tuple[Callable[[], asyncio.Protocol], str]
"""Makes connections; and the path to which reports are posted there."""


async def _http(
    serve: Callable[[], Awaitable[_Serving]],
    rounds: int,
    *,
    forgets_heads: bool = False,
    clock: Callable[[], int] = time.thread_time_ns,
) -> float:
    """Return the µs of a request without the socket; `forgets_heads` has each parsed."""
    connect, path = await serve()
    loop, answers = asyncio.get_running_loop(), _Answers()
    lines = [connect() for _ in range(CONNECTIONS)]
    for line in lines:
        line.connection_made(_Wire(answers))
    bodies = reports("http")
    costs: list[int] = []
    find = (lambda _self, _data: None) if forgets_heads else KnownHeads.target_and_body
    with patch.object(KnownHeads, "target_and_body", find):
        for _ in range(rounds):
            requests = [_request(path, next(bodies)) for _ in lines]
            begin = clock()
            for line, request in zip(lines, requests, strict=True):
                loop.call_soon(line.data_received, request)
            await answers.expect(len(lines))
            costs.append(clock() - begin)
    for line in lines:
        line.connection_lost(None)
    await asyncio.sleep(0)
    return min(costs) / 1000 / len(lines)


def _request(path: str, body: bytes) -> bytes:
    return (
        b"POST %b HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (path.encode(), len(body), body)
    )


async def _noop_application() -> _Serving:
    async def receive(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    application = web.Application()
    application.router.add_post("/reports", receive)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    assert runner.server is not None
    return runner.server, "/reports"


async def _receiver(key: CallbackKey, append: Append) -> _Serving:
    """Return the receiver's protocol, and where reports are posted; see `ReceiverService`."""
    limits, replies, metrics = Limits(), Replies(), Metrics()

    def clock() -> datetime:
        return datetime.now(UTC)

    handler = ReportHandler(
        append=append,
        callback_keys=lambda: (key,),
        limits=limits,
        replies=replies,
        metrics=metrics,
        refused=RejectionWatch(append, metrics, time.monotonic),
        unauthorized=UnauthorizedCounter(clock),
        unknown_callers=ClientSources(clock),
        probes=Probes(),
        dropped_bodies=DroppedBodies(),
        alarm=StoreHealth(clock, time.monotonic, limits.calm_s),
        clock=clock,
        no_auth=False,
    )
    server = ReceiverServer(
        handler,
        slots=ConnectionSlots(CONNECTIONS, request_s=60, idle_s=60, now=time.monotonic),
        limits=limits,
        replies=replies,
        metrics=metrics,
        on_unanswered=handler.note_unanswered,
        again=handler.again,
    )
    return server, f"/r/{key.value}"


class _Nothing:
    """Stores nothing, and says so to a whole group at once, as the writer does."""

    def __init__(self) -> None:
        self._group: list[asyncio.Future[WriteResult]] = []

    async def append(self, _arrival: object) -> WriteResult:
        """Return in the next turn of the loop."""
        loop = asyncio.get_running_loop()
        if not self._group:
            loop.call_soon(self._settle)
        receipt: asyncio.Future[WriteResult] = loop.create_future()
        self._group.append(receipt)
        return await receipt

    def _settle(self) -> None:
        group, self._group = self._group, []
        for receipt in group:
            receipt.set_result(WriteResult.STORED)


class _Answering(asyncio.Protocol):
    """Answers whatever comes."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._transport.write(_ANSWER)


async def _sockets(rounds: int) -> float:
    """Return the µs of a request and its answer through a socket, and of nothing else."""
    request = _request("/r/" + 32 * "0", next(reports("sockets")))
    loop = asyncio.get_running_loop()
    pairs = [socket.socketpair() for _ in range(CONNECTIONS)]
    for ours, _ in pairs:
        ours.setblocking(False)
        await loop.connect_accepted_socket(_Answering, ours)
    costs: list[int] = []
    for _ in range(rounds):
        answered = asyncio.Event()

        def ask(answered: asyncio.Event = answered) -> None:
            for _, theirs in pairs:
                theirs.sendall(request)
            for _, theirs in pairs:
                theirs.recv(1024)
            loop.call_soon_threadsafe(answered.set)

        asking = threading.Thread(target=ask)
        begin = time.thread_time_ns()
        asking.start()
        await answered.wait()
        costs.append(time.thread_time_ns() - begin)
        asking.join()
    for _, theirs in pairs:
        theirs.close()
    await asyncio.sleep(0)
    return min(costs) / 1000 / CONNECTIONS


# --- The store ------------------------------------------------------------------------------------


class _Parts:
    """Notes what parts take, each without those within it."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, int] = defaultdict(int)
        self._within: list[int] = []

    def timed(self, part: str | Callable[[Any], str], work: Callable[..., T]) -> Callable[..., T]:
        """Return `work`, whose time is noted; what names the part may look at its first value."""

        def noted(*arguments: Any, **named: Any) -> T:
            self._within.append(0)
            begin = time.thread_time_ns()
            try:
                return work(*arguments, **named)
            finally:
                taken = time.thread_time_ns() - begin
                name = part if isinstance(part, str) else part(arguments[0])
                self.taken[name] += taken - self._within.pop()
                if self._within:
                    self._within[-1] += taken

        return noted


_WRITING: Final = "SQL, writing"
_INDEXING: Final = "SQL, taking 500 messages at once into the search index"
_FOLDING: Final = "folding the log into the database, now and then"
_FOLD: Final = "fold, and making rows of it"
_STEPS: Final[Sequence[tuple[type, str, str | Callable[[Any], str]]]] = (
    (
        Prepared,
        "execute",
        lambda one: {KNOWN: "SQL, what is known", INDEX_MESSAGES: _INDEXING}.get(one, _WRITING),
    ),
    (Prepared, "write", _WRITING),
    (PreparedInsert, "write", _WRITING),
    (IngestGroup, "_read", "asking for what is known, and reading it"),
    (IngestGroup, "store", _FOLD),
    (GroupTransaction, "__call__", "begin, commit, flush"),
    (WriterConnection, "write", "seeing that the files are whole, and holding the log"),
    (WriterConnection, "fold_if_due", _FOLDING),
)


def _store(database: FileDatabase, rounds: int) -> dict[str, float]:
    """Return the µs that a report takes in each part of its group's transaction."""
    arrivals = (ReportRequest(parse(body), body, datetime.now(UTC)) for body in reports("stored"))
    connection, parts = WriterConnection(database, lambda: None), _Parts()
    groups: list[dict[str, int]] = []
    with ExitStack() as patched:
        for owner, name, part in _STEPS:
            timed = parts.timed(part, getattr(owner, name))
            patched.enter_context(patch.object(owner, name, timed))
        for _ in range(4 * rounds):
            group = list(itertools.islice(arrivals, _GROUP))
            parts.taken.clear()
            connection.write(GroupTransaction(group), group)
            connection.fold_if_due()
            groups.append(dict(parts.taken))
    connection.finish()
    found: dict[str, float] = {}
    for name in dict.fromkeys(name for group in groups for name in group):
        taken = sorted(group.get(name, 0) for group in groups)
        is_rare = name in {_INDEXING, _FOLDING}
        usual = sum(taken) / len(taken) if is_rare else taken[int(_USUAL * len(taken))]
        found[name] = usual / 1000 / _GROUP
    bodies = list(itertools.islice(reports("packed"), 500))
    read = [parse(body) for body in bodies]
    found["the fingerprint"] = _quickest(lambda: [fingerprint(one) for one in read], 500, rounds)
    found["packing the body"] = _quickest(
        lambda: [packed(body, one) for body, one in zip(bodies, read, strict=True)], 500, rounds
    )
    found[_FOLD] -= found["the fingerprint"] + found["packing the body"]
    return found
