"""What the store does alone: folds a second, committed and flushed, in groups of several sizes."""

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kvitto.core.ip1_parser import parse
from kvitto.store.database import Database, open_database
from kvitto.store.transactions import GroupTransaction
from kvitto.store.write_requests import ReportRequest
from tests.benchmarks.load import reports
from tests.benchmarks.table import Row, Scale

SIZES: Final = (1, 32, 256)
_WARM_UP_GROUPS: Final = 20


def folds(scale: Scale, folder: Path) -> Iterator[Row]:
    """Fold on this thread, without HTTP, parsing or queue."""
    for size in SIZES:
        with open_database(folder / f"groups-of-{size}") as database:
            rate = folds_per_second(database, size, scale.folds_s)
        yield Row(f"folds/s of the store alone, groups of {size}", f"{rate:,.0f}")


def folds_per_second(database: Database, size: int, seconds: float) -> float:
    """Fold reports into a store for a while, in groups of one size; return how many a second."""
    now = datetime.now(UTC)
    arrivals = (ReportRequest(parse(body), body, now) for body in reports(f"group{size}"))
    folded, taken_s = 0, 0.0
    with database.writing.connect() as connection:
        for number in itertools.count():
            group = list(itertools.islice(arrivals, size))
            begin = time.perf_counter()
            GroupTransaction(group)(connection)  # the writer's own
            if number >= _WARM_UP_GROUPS:
                folded += size
                taken_s += time.perf_counter() - begin
            if taken_s > seconds:
                break
    return folded / taken_s
