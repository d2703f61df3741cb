"""What a window of its own takes to its first page, and what a workbook takes, over very many."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

import msgspec
import psutil
from PySide6.QtWidgets import QWidget

from kvitto.clock import utc_now
from kvitto.core.follow_up import FollowUpGroup
from kvitto.export.kinds import What
from kvitto.export.people_exporter import export_for_people
from kvitto.export.row_choice import RowChoice
from kvitto.store.records import BatchRecord
from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.costs.month_window import MonthWindow
from kvitto.ui.followup.follow_up_window import FollowUpWindow
from kvitto.ui.services.context import Context
from tests.benchmarks.big_store import NOW
from tests.benchmarks.table import Row, at_most

_PAGE_TARGET_MS: Final = 300.0
_WORKBOOK_TARGET_S: Final = 20.0
_MEMORY_TARGET_MB: Final = 50.0
_UNDELIVERED: Final = 10_000
_TIMES: Final = 5

Until = Callable[[Callable[[], bool]], Awaitable[None]]


class PagesResult(msgspec.Struct):
    """What was measured; seconds, unless the name says otherwise."""

    undelivered: list[float] = []
    undelivered_rows: int = 0
    months: list[float] = []
    workbook: float = 0.0
    workbook_rows: int = 0
    workbook_mb: float = 0.0


def rows_of(result: PagesResult, messages: int) -> Iterator[Row]:
    """Return the lines of the table; of a store with so many messages."""
    limit = partial(at_most, messages=messages)
    for name, times, rows in (
        ("opening who did not get it", result.undelivered, f", {result.undelivered_rows:,} rows"),
        ("opening a month's costs", result.months, ""),
    ):
        yield limit(
            f"{name}, to the first page",
            1000 * median(times),
            _PAGE_TARGET_MS,
            "ms",
            f" (max {1000 * max(times):.0f}{rows})",
            0,
        )
    rows = f" ({result.workbook_rows:,} rows)"
    exported = "the largest batch to a workbook"
    yield limit(exported, result.workbook, _WORKBOOK_TARGET_S, "s", rows)
    yield limit(f"{exported}, more memory", result.workbook_mb, _MEMORY_TARGET_MB, "MB", "", 0)


async def measure_pages(
    context: Context, window: QWidget, batches: list[BatchRecord], until: Until
) -> PagesResult:
    """Open the windows some times, and export the largest batch.

    Args:
        context: of the window.
        window: the main window.
        batches: all batches.
        until: waits for a condition.
    """
    result = PagesResult()
    largest_first = sorted(batches, key=lambda one: one.messages, reverse=True)
    among: set[int] = set()
    for batch in largest_first:
        if result.undelivered_rows >= _UNDELIVERED:
            break
        among.add(batch.key)
        result.undelivered_rows += batch.tally().not_delivered
    for _ in range(_TIMES):
        begin = time.perf_counter()
        listed = FollowUpWindow(context, "", MessageFilter(), frozenset(among), window)
        listed.show()
        model = listed.models[FollowUpGroup.DID_NOT_ARRIVE]
        await until(lambda model=model: model.rowCount() > 0)  # type: ignore[misc]
        listed.repaint()
        result.undelivered.append(time.perf_counter() - begin)
        await until(lambda listed=listed: listed.is_whole)  # type: ignore[misc]
        listed.close()
        listed.deleteLater()
    for _ in range(_TIMES):
        begin = time.perf_counter()
        month = MonthWindow(context, window, now=lambda: NOW)
        month.months.setCurrentIndex(1)
        month.show()
        await until(lambda month=month: month.is_begun)  # type: ignore[misc]
        month.repaint()
        result.months.append(time.perf_counter() - begin)
        await until(lambda month=month: month.is_read)  # type: ignore[misc]
        month.close()
        month.deleteLater()
    await asyncio.to_thread(_export, context, largest_first[0], result)
    return result


def _export(context: Context, batch: BatchRecord, result: PagesResult) -> None:
    file = Path(f"{context.backend.folder}-workbook.xlsx")
    rss = psutil.Process().memory_info
    before, peak = rss().rss, 0

    def look(_done: int, _of_all: int) -> None:
        nonlocal peak
        peak = max(peak, rss().rss)

    begin = time.perf_counter()
    rows = RowChoice(What.MESSAGES, batch_id=batch.batch_id)
    result.workbook_rows = export_for_people(
        context.backend.reader, rows, file, now=utc_now(), on_progress=look
    )
    result.workbook = time.perf_counter() - begin
    result.workbook_mb = max(0, peak - before) / 1e6
    file.unlink()
