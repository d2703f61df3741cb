"""Windows that look at a store on a server: all that they read, and nothing of what they draw.

``python -m tests.benchmarks.onlookers URL FOLDER COUNT`` prints a line when all have read the
store, and, when its stdin ends, what each has read as JSON.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QCoreApplication

from kvitto.core.timestamps import minute_of, to_microseconds
from kvitto.receiver.direct_store import DirectStore
from kvitto.store.arrival_counts import ArrivalCounter
from kvitto.store.batch_statistics import Statistics
from kvitto.store.engines.store_url import StoreUrl
from kvitto.store.reader import Changes, Reader
from kvitto.store.receivers_seen import RECEIVERS, read_receivers_seen
from kvitto.store.shared_retention import RETENTION, read_retention
from kvitto.store.timeseries import Costs
from kvitto.store.timeseries_reader import ChartReader
from kvitto.ui.services.background_tasks import Tasks
from kvitto.ui.services.change_feed import Asking, ChangeFeed
from kvitto.ui.services.window_loop import new_window_loop
from tests.helpers.program import PROJECT

PER_PROCESS: Final = 5
_END_S: Final = 60.0


class Shown(msgspec.Struct, array_like=True):
    """That a window has read a revision, by the system's monotonic clock."""

    at_s: float
    revision: int


class Onlooker:
    """What a window reads at each tick: the table's changes, the strip, the totals and the chart.

    Args:
        url: the store.
        folder: a data folder of its own.
        tasks: runs what it reads.
    """

    def __init__(self, url: StoreUrl, folder: Path, tasks: Tasks) -> None:
        self.shown: Final[list[Shown]] = []
        self._told: Final[list[ChangeFeed]] = []  # none is there yet when the store is opened
        self.store: Final = DirectStore(url, folder, self._on_revision)
        database = self.store.database
        self.feed: Final = ChangeFeed(
            Reader(database), tasks, is_notified=lambda: self.store.is_heard
        )
        self._told.append(self.feed)
        self._database: Final = database
        self._counter: Final = ArrivalCounter(database)
        self._statistics: Final = Statistics(database)
        self._charts: Final = ChartReader(database)
        self._costs: Costs | None = None
        self.feed.add_part(self._plan, lambda _nothing: None)
        self.feed.add_part(lambda: Asking(self._read_rule, (RETENTION,)), lambda _nothing: None)
        self.feed.changed.connect(self._on_changed)

    def _plan(self) -> Asking:
        """Read as the strip, the page of all batches and the chart do."""
        now = datetime.now(UTC)
        minute = minute_of(to_microseconds(now - timedelta(hours=12)))

        def read(changes: Changes) -> None:
            self._counter.read(minute, now)
            read_receivers_seen(self._database)
            self._statistics.totals(changes=changes)
            self._costs = self._charts.costs(known=self._costs)

        asked = (self._counter.ask(minute, now), RECEIVERS, *self._charts.ask_costs(self._costs))
        return Asking(read, asked)

    def _read_rule(self, _changes: Changes) -> None:
        read_retention(self._database)

    def _on_revision(self, revision: int) -> None:
        for feed in self._told:
            feed.notify(revision)

    def _on_changed(self, changes: Changes) -> None:
        self.shown.append(Shown(time.monotonic(), changes.revision))


@contextmanager
def onlookers(url: StoreUrl, folder: Path, count: int) -> Iterator[list[list[Shown]]]:
    """Have so many windows look at a store; yield what each has read, which is there at the end."""
    seen: list[list[Shown]] = []
    with ExitStack() as stack:
        processes = []
        for first in range(0, count, PER_PROCESS):
            place = folder / f"windows-{first}"
            some = min(PER_PROCESS, count - first)
            process = subprocess.Popen(
                [sys.executable, "-m", __name__, url.text, str(place), str(some)],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.callback(process.kill)
            processes.append(process)
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline()
        yield seen
        for process in processes:
            told, _ = process.communicate(timeout=_END_S)
            seen += msgspec.json.decode(told, type=list[list[Shown]])


async def _look(url: StoreUrl, folder: Path, count: int) -> list[list[Shown]]:
    tasks = Tasks()
    windows = []
    for number in range(count):
        place = folder / str(number)
        place.mkdir(parents=True)
        windows.append(Onlooker(url, place, tasks))
    for one in windows:
        one.feed.start()
    while not all(one.feed.has_read for one in windows):  # noqa: ASYNC110 - a line is enough
        await asyncio.sleep(0.01)
    print("reads", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for one in windows:
        one.feed.stop()
    await tasks.close()
    for one in windows:
        one.store.close()
    return [one.shown for one in windows]


def main() -> None:
    """Run as a process of its own."""
    url, folder, count = StoreUrl(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    application = QCoreApplication(sys.argv[:1])
    with asyncio.Runner(loop_factory=lambda: new_window_loop(application)) as runner:
        shown = runner.run(_look(url, folder, count))
    print(msgspec.json.encode(shown).decode(), flush=True)


if __name__ == "__main__":
    main()
