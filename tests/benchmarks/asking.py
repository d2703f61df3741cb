"""A pass over a very large batch: how many requests, how much memory, and what answers take.

What answers take with a pass and without one is compared in turns: the pass goes on, and is held.
"""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
import psutil
from aiohttp import web

from kvitto.books.connection import BASE_VARIABLE
from kvitto.clock import utc_now
from kvitto.store.askable import AddUnreported
from kvitto.store.database import open_database
from kvitto.store.writer import Writer
from tests.benchmarks.answers import PER_SECOND
from tests.benchmarks.load import post_load
from tests.benchmarks.table import Row, Scale, at_most, spread
from tests.helpers.program import PROJECT, Program

MESSAGES: Final = 100_000
_QUICK_MESSAGES: Final = 5_000
BATCH_ID: Final = "5c613848879973045cf39ac3"
_REQUESTS_TARGET: Final = 520
_MEMORY_TARGET_MB: Final = 60.0
_SLOWER: Final = 1.5
"""Answers count as unchanged below this many times what they take without a pass, in one run."""
_NOISE_MS: Final = 2.0
_LOOK_EVERY_S: Final = 0.05
_END_S: Final = 900.0


def asking(scale: Scale, folder: Path) -> Iterator[Row]:
    """Ask about a batch of which nothing was reported, while reports of others come."""
    messages = MESSAGES if scale.big >= MESSAGES else _QUICK_MESSAGES
    store = folder / "kvitto"
    _add_batch(store)
    alone: list[float] = []
    during: list[float] = []
    with Program(store) as program, _books(messages) as books:
        url = program.url  # it has the store now, and the pass leaves the writing to it
        with _Asker(store, books.base) as asker:
            books.hold()
            idle_mb = asker.memory_mb
            for turn in range(scale.rounds // 2 + 1):
                alone.append(_p99_ms(url, scale, f"alone-{turn}"))
                books.go_on()
                during.append(_p99_ms(url, scale, f"during-{turn}"))
                assert asker.is_running, "the pass was over before the answers were timed"
                books.hold()
            books.go_on()
            peak_mb, told = asker.end()
        assert program.stop() == 0
    assert (told["seen"], told["new_messages"]) == (messages, messages), told
    yield at_most(
        f"asking about {messages:,} messages, none reported: requests",
        told["requests"],
        _REQUESTS_TARGET,
        "requests",
        digits=0,
    )
    yield at_most(
        "… memory above what it takes before the first answer",
        peak_mb - idle_mb,
        _MEMORY_TARGET_MB,
        "MB",
        f" ({idle_mb:.0f} to {peak_mb:.0f})",
    )
    alone_ms, during_ms = median(alone), median(during)
    yield Row(
        f"… slowest 1 % of answers at {PER_SECOND:.0f} reports/s, while it goes on and while it "
        f"is held, {len(alone)} turns each",
        f"{spread(during, ' ms', 1)}; held: {spread(alone, ' ms', 1)}",
        f"≤ {_SLOWER:g} × held",
        during_ms <= max(_SLOWER * alone_ms, alone_ms + _NOISE_MS),
    )


def _p99_ms(url: str, scale: Scale, run: str) -> float:
    result = post_load(
        url,
        run=run,
        warm_up_s=scale.warm_up_s,
        measured_s=scale.steady_s / 2,
        per_second=PER_SECOND,
    )
    assert result.is_clean, result
    return 1000 * result.p99_s


def _add_batch(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        writer.edit(AddUnreported(BATCH_ID, utc_now())).result(_END_S)
        writer.close()


class _Asker:
    """The command `kvitto ask`, and the most memory that it took."""

    def __init__(self, folder: Path, base: str) -> None:
        arguments = ["ask", "--batch", BATCH_ID, "--json", "--data-dir", str(folder)]
        self._process: Final = psutil.Popen(
            [sys.executable, "-m", "kvitto", *arguments],
            cwd=PROJECT,
            env={**os.environ, BASE_VARIABLE: base},
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._peak_mb = 0.0
        self._is_over = threading.Event()
        self._watch: Final = threading.Thread(target=self._look)
        self._watch.start()

    @property
    def memory_mb(self) -> float:
        """How much it takes now."""
        return float(self._process.memory_info().rss) / 1e6

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def end(self) -> tuple[float, dict[str, Any]]:
        """Wait for its end; return the most memory that it took, and what it says."""
        out, _ = self._process.communicate(timeout=_END_S)
        self._is_over.set()
        self._watch.join()
        assert self._process.returncode == 0, out
        (told,) = json.loads(out)
        return self._peak_mb, told

    def _look(self) -> None:
        while not self._is_over.wait(_LOOK_EVERY_S):
            try:
                self._peak_mb = max(self._peak_mb, self.memory_mb)
            except psutil.NoSuchProcess:
                return

    def __enter__(self) -> "_Asker":
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        if self._process.poll() is None:
            self._process.kill()


class _Books:
    """Answers for a large batch, with as little work as may be: it has the same machine."""

    def __init__(self, messages: int) -> None:
        self.base = ""
        self._messages: Final = messages
        self._may_answer: Final = threading.Event()
        self._is_held: Final = threading.Event()

    def hold(self) -> None:
        """Answer no page before `go_on`; return when one is asked for."""
        self._may_answer.clear()
        assert self._is_held.wait(_END_S)

    def go_on(self) -> None:
        """Answer."""
        self._is_held.clear()
        self._may_answer.set()

    async def serve(self, ready: "Future[None]", ended: asyncio.Event) -> None:
        application = web.Application()
        application.router.add_get("/v2/batches/{batch}", self._batch)
        application.router.add_get("/v2/batches/{batch}/messages", self._page)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set_result(None)
        await ended.wait()
        await runner.cleanup()

    async def _batch(self, _request: web.Request) -> web.Response:
        counted = {"messages": self._messages, "sms": self._messages}
        told = {"id": BATCH_ID, "messageSummary": {"201": counted}}
        return web.Response(body=msgspec.json.encode(told))

    async def _page(self, request: web.Request) -> web.Response:
        if not self._may_answer.is_set():
            self._is_held.set()
            await asyncio.to_thread(self._may_answer.wait, _END_S)
        start, limit = int(request.query["start"]), min(200, int(request.query["limit"]))
        last = min(self._messages, start + limit)
        items = (_ITEM % (number, number) for number in range(start, last))
        return web.Response(body=b"[" + b",".join(items) + b"]")


_ITEM: Final = (
    b'{"id":"%024x","batchId":"5c613848879973045cf39ac3","recipient":"467%08d","segments":1,'
    b'"price":0.406,"currency":"sek","mcc":240,"mnc":1,"body":"Your appointment is tomorrow.",'
    b'"statuses":[{"code":201,"duration":1,"created":"2026-03-01T10:00:00Z"}]}'
)


@contextmanager
def _books(messages: int) -> Iterator[_Books]:
    """Serve such books on a thread until the context ends."""
    books, ready = _Books(messages), Future[None]()
    loop, ended = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(books.serve(ready, ended)))
    thread.start()
    try:
        ready.result(_END_S)
        yield books
    finally:
        books.go_on()
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
