"""The window over very many messages: how soon it is there, how quick it stays, what it takes.

The window runs in a process of its own, which `window_process` begins; the load is in a third one.
"""

import asyncio
import compileall
import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Final, NamedTuple

import msgspec
import psutil
from PySide6.QtCore import Qt

from kvitto.core.phone_number import phone_number
from kvitto.receiver.receiver_link import ReceiverLink
from kvitto.ui.backend import Backend
from kvitto.ui.batches.columns import STATUS
from kvitto.ui.main_window import MainWindow
from kvitto.ui.person.person_window import PersonWindow
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.books_access import BooksAccess
from kvitto.ui.services.change_feed import ChangeFeed
from kvitto.ui.services.context import Context
from kvitto.ui.services.interpreter import GarbageCollector, switch_threads_often
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Preferences
from kvitto.ui.services.reachability_service import Reachability
from kvitto.ui.widgets.theme import apply_theme
from tests.benchmarks.answers import TARGET_MS
from tests.benchmarks.both import Both
from tests.benchmarks.load import LoadResult, post_load
from tests.benchmarks.pages import PagesResult, measure_pages, rows_of
from tests.benchmarks.shown import CONNECTED, FILLED
from tests.benchmarks.stores import copy_of, size_of_big_store
from tests.benchmarks.table import Row, Scale, at_most, by_size
from tests.helpers.program import PROJECT

_START_TARGET_S: Final = (1.0, 2.0)
_MEMORY_TARGET_MB: Final = (200.0, 250.0)
_SEARCH_TARGET_MS: Final = (100.0, 250.0)
"""What is to be reached with up to a million messages, and with more."""
_MEMORY_AFTER_TARGET_MB: Final = (300.0, 250.0)
_OPEN_TARGET_MS: Final = 60.0
_PERSON_TARGET_MS: Final = 300.0
_FRAME_TARGET_MS: Final = 16.0
_PAUSE_TARGET_MS: Final = 50.0
_PAUSE_P99_TARGET_MS: Final = 16.0
_ARRIVING_PER_SECOND: Final = 500.0
_TICK_S: Final = 0.005
_FRAMES: Final = 200
_SEARCHES: Final = 5
_BUSY_RUNS: Final = 3
_DRAWN_S: Final = 2.0
"""How long after the charts are loaded what they show is read and drawn."""
_PATIENCE_S: Final = 120.0
_END_S: Final = 900.0


class _Starts(NamedTuple):
    """How soon the table was filled, and reports were received, of some starts of the program."""

    filled: list[float]
    receiving: list[float]


class WindowResult(msgspec.Struct):
    """What the window's process measured; seconds, unless the name says otherwise."""

    memory_mb: float = 0.0
    memory_after_mb: float = 0.0
    rare: list[float] = []
    common: list[float] = []
    opened: float = 0.0
    opened_filled: float = 0.0
    persons: list[float] = []
    pages: PagesResult = msgspec.field(default_factory=PagesResult)
    frames: list[float] = []
    pauses: list[float] = []
    busy_p50: list[float] = []
    busy_p99: list[float] = []
    busy_max: list[float] = []


def window(scale: Scale, folder: Path) -> Iterator[Row]:
    """Measure the window on a store of each size."""
    for messages in scale.stores or (size_of_big_store(scale),):
        store = copy_of(messages, folder / "window")
        yield from _start_rows(_started(store, scale.starts), messages)
        yield from _rows(_measured_apart(store, scale.steady_s), messages)
        shutil.rmtree(store)


def _started(store: Path, starts: int) -> _Starts:
    """Start the program itself: its receiver starts while the window is loaded."""
    compileall.compile_dir(PROJECT / "app", quiet=1)  # as an installation does
    times = _Starts([], [])
    for _ in range(starts):
        with Both(store) as both:
            times.filled.append(both.when(FILLED) - both.began)
            times.receiving.append(both.when(CONNECTED) - both.began)
    return times


def _measured_apart(store: Path, steady_s: float) -> WindowResult:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.window_process", *map(str, (store, steady_s))],
        cwd=PROJECT,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        stdout=subprocess.PIPE,
        timeout=_END_S,
        check=True,
    )
    return msgspec.json.decode(done.stdout, type=WindowResult)


def _start_rows(times: _Starts, messages: int) -> Iterator[Row]:
    target = by_size(messages, *_START_TARGET_S)
    for what, taken in (("filled table", times.filled), ("receiving", times.receiving)):
        more = f" ({min(taken):.2f} to {max(taken):.2f}, {len(taken)} starts)"
        name = f"window: start to {what}"
        yield at_most(name, median(taken), target, "s", more, 2, messages=messages)


def _rows(result: WindowResult, messages: int) -> Iterator[Row]:
    limit = partial(at_most, messages=messages)
    of_size = partial(by_size, messages)
    memory = of_size(*_MEMORY_TARGET_MB)
    yield limit("window: memory when filled", result.memory_mb, memory, "MB", "", 0)
    after, memory = result.memory_after_mb, of_size(*_MEMORY_AFTER_TARGET_MB)
    yield limit("window: memory after all of this", after, memory, "MB", "", 0)
    for name, times in (("rare", result.rare), ("common", result.common)):
        yield limit(
            f"key press to first page, a {name} text",
            1000 * median(times),
            of_size(*_SEARCH_TARGET_MS),
            "ms",
            f" (max {1000 * max(times):.0f})",
            0,
        )
    opened, filled = 1000 * result.opened, 1000 * result.opened_filled
    yield limit("opening the largest batch, until read", filled, _OPEN_TARGET_MS, "ms", "", 0)
    yield limit("opening the largest batch, blocked", opened, _OPEN_TARGET_MS, "ms", "", 0)
    yield limit(
        "opening a person, until read",
        1000 * median(result.persons),
        _PERSON_TARGET_MS,
        "ms",
        f" (max {1000 * max(result.persons):.0f})",
        0,
    )
    yield from rows_of(result.pages, messages)
    yield limit(
        "work for a frame of scrolling, 99 %",
        1000 * quantiles(result.frames, n=100)[98],
        _FRAME_TARGET_MS,
        "ms",
        f" (max {1000 * max(result.frames):.0f})",
    )
    pauses = f"pause of the window's loop at {_ARRIVING_PER_SECOND:.0f} reports/s"
    p99 = quantiles(result.pauses, n=100)[98]
    yield limit(f"{pauses}, longest", 1000 * max(result.pauses), _PAUSE_TARGET_MS, "ms")
    yield limit(f"{pauses}, 99 %", 1000 * p99, _PAUSE_P99_TARGET_MS, "ms")
    yield limit(
        f"answers at {_ARRIVING_PER_SECOND:.0f} reports/s, window busy, 99 %",
        1000 * median(result.busy_p99),
        TARGET_MS,
        "ms",
        f" (p50 {1000 * median(result.busy_p50):.1f}, max {1000 * max(result.busy_max):.0f})",
    )


# --- In the window's process --------------------------------------------------------------------


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 - any condition, of any widget
            await asyncio.sleep(0.001)


class _Probe:
    """Uses a window, and takes the time."""

    def __init__(self, shown: MainWindow, context: Context, steady_s: float) -> None:
        self.result: Final = WindowResult()
        self._context: Final = context
        self._window: Final = shown
        self._panel: Final = shown.batches
        self._process: Final = psutil.Process()
        self._session: Final = context.backend
        self._url = ""
        self._steady_s: Final = steady_s

    def memory_mb(self) -> float:
        """Return what the window's process holds in memory."""
        gc.collect()
        return float(self._process.memory_info().rss) / 1e6

    async def measure(self) -> None:
        model = self._panel.model
        await _until(lambda: bool(model.batches.shown) and self._window.batches.isVisible())
        self._panel.view.viewport().repaint()
        self._look_outside()
        self.result.memory_mb = self.memory_mb()
        await _until(lambda: self._session.is_receiving)
        self._url = await asyncio.to_thread(self._session.read_callback_url)
        # They are loaded once the table is filled, and what is opened meanwhile waits for that.
        await _until(lambda: "kvitto.ui.charts.charts_panel" in sys.modules)
        await asyncio.sleep(_DRAWN_S)
        await self._open()
        await self._persons()
        await self._scroll()
        for text, times in (("7654", self.result.rare), ("467", self.result.common)):
            for at in range(_SEARCHES):
                times.append(await self._search(f"{text}{at}" if text != "467" else text))
        await self._arriving()
        for number in range(_BUSY_RUNS):
            await self._busy(number)
        self.result.memory_after_mb = self.memory_mb()
        await self._measure_pages()

    def _look_outside(self) -> None:
        """Begin what the program begins once the table is filled."""
        self._context.reachability.begin()
        self._context.books.begin()

    async def _open(self) -> None:
        model, view = self._panel.model, self._panel.view
        shown = model.batches.shown
        largest = max(range(len(shown)), key=lambda row: shown[row].matches)
        index = model.index(largest, 0)
        view.scrollTo(index)
        await asyncio.sleep(0.5)
        begin = time.perf_counter()
        view.expand(index)
        view.viewport().repaint()
        self.result.opened = time.perf_counter() - begin
        await _until(lambda: bool(model.index(0, STATUS, model.index(largest, 0)).data()))
        view.viewport().repaint()
        self.result.opened_filled = time.perf_counter() - begin
        await asyncio.sleep(1)

    async def _persons(self) -> None:
        """Open the card of some people, of whom at least one message is kept."""
        reader = self._context.backend.reader
        last = max(row.record.messages for row in self._panel.model.batches.shown)
        for place in range(_SEARCHES):
            [message] = await asyncio.to_thread(reader.messages_by_key, [1 + place * last // 10])
            recipient = message.state.recipient
            number = phone_number(None if recipient is None else recipient.value)
            assert number is not None
            begin = time.perf_counter()
            card = PersonWindow(self._context, number, self._window)
            card.show()
            await _until(lambda card=card: card.model.rowCount() > 0)  # type: ignore[misc]
            card.repaint()
            self.result.persons.append(time.perf_counter() - begin)
            card.close()
            card.deleteLater()

    async def _measure_pages(self) -> None:
        batches = [row.record for row in self._panel.model.batches.shown]
        self.result.pages = await measure_pages(self._context, self._window, batches, _until)

    async def _scroll(self) -> None:
        view = self._panel.view
        bar = view.verticalScrollBar()
        for frame in range(_FRAMES):
            begin = time.perf_counter()
            bar.setValue(bar.value() + (84 if frame % 20 else 4000))
            view.viewport().repaint()
            self.result.frames.append(time.perf_counter() - begin)
            await asyncio.sleep(0.016)

    async def _search(self, text: str) -> float:
        field, found = self._panel.top_row.field, asyncio.Event()

        def note(*_: object) -> None:
            found.set()

        self._panel.search.found.connect(note)
        begin = time.perf_counter()
        field.setText(text)
        await asyncio.wait_for(found.wait(), _PATIENCE_S)
        self._panel.view.viewport().repaint()
        taken = time.perf_counter() - begin
        self._panel.search.found.disconnect(note)
        await _until(lambda: not self._panel.search.is_running)
        field.clear()
        await asyncio.sleep(0.5)
        return taken

    async def _loaded(self, run: str, while_it: Awaitable[None]) -> LoadResult:
        per_second = _ARRIVING_PER_SECOND
        task = asyncio.get_running_loop().run_in_executor(
            None,
            lambda: post_load(
                self._url, run=run, warm_up_s=1, measured_s=self._steady_s, per_second=per_second
            ),
        )
        await while_it
        return await task

    async def _arriving(self) -> None:
        async def tick() -> None:
            end = time.perf_counter() + self._steady_s + 1
            while (begin := time.perf_counter()) < end:
                await asyncio.sleep(_TICK_S)
                self.result.pauses.append(max(0.0, time.perf_counter() - begin - _TICK_S))

        await self._loaded("arriving", tick())

    async def _busy(self, number: int) -> None:
        async def work() -> None:
            end = time.perf_counter() + self._steady_s + 1
            while time.perf_counter() < end:
                await self._search("12345")
                bar = self._panel.view.verticalScrollBar()
                for _ in range(30):
                    bar.setValue(bar.value() + 300)
                    await asyncio.sleep(0.016)

        done = await self._loaded(f"busy{number}", work())
        self.result.busy_p50.append(done.p50_s)
        self.result.busy_p99.append(done.p99_s)
        self.result.busy_max.append(done.max_s)


async def _run(store: Path, steady_s: float) -> WindowResult:
    """Build the window as the program does, and measure it."""
    tasks = Tasks()
    preferences = Preferences(store)
    languages = Languages()
    languages.speak(preferences.language)
    link = ReceiverLink(store, host="127.0.0.1", port=0)
    soon = asyncio.get_running_loop().call_soon_threadsafe
    session = await tasks.in_thread(Backend, link, soon=soon)
    collector = GarbageCollector()
    feed = ChangeFeed(session.reader, tasks, is_notified=lambda: session.is_told)
    feed.read_ahead()
    session.when_committed(feed.notify)
    reachability = Reachability(session, tasks, preferences)
    books = BooksAccess(session, tasks, preferences)
    context = Context(session, feed, tasks, preferences, reachability, books)
    shown = MainWindow(context, languages)
    feed.changed.connect(collector.settle, Qt.ConnectionType.SingleShotConnection)
    feed.start()
    shown.start(is_hidden=False)
    probe = _Probe(shown, context, steady_s)
    try:
        await probe.measure()
    finally:
        shown.leave()
        await reachability.close()
        await books.close()
        feed.stop()
        await tasks.close()
        await asyncio.to_thread(session.stop_receiver)
        await asyncio.to_thread(session.close)
        collector.close()
    return probe.result


def measure(store: Path, steady_s: float) -> None:
    """Measure in this process, which `window_process` has begun; print the result as JSON.

    Args:
        store: its data folder.
        steady_s: how long reports arrive.
    """
    from PySide6.QtWidgets import QApplication

    from kvitto.ui.services.window_loop import new_window_loop

    application = QApplication(sys.argv[:1])
    switch_threads_often()
    apply_theme(application, Preferences(store).theme)
    with asyncio.Runner(loop_factory=lambda: new_window_loop(application)) as runner:
        result = runner.run(_run(store, steady_s))
    print(msgspec.json.encode(result).decode(), flush=True)
