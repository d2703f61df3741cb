"""The pane over a real store: what is shown, and kept up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kvitto.core.outages import OutageCause
from kvitto.core.report import Origin
from kvitto.paths import database_file
from kvitto.store.deletions import DeleteBatches
from kvitto.store.errors import DatabaseLockedError
from kvitto.store.mutations import BatchChange, ChangeBatch, RecordHeartbeat, RecordOutage
from kvitto.store.reader import Changes
from kvitto.store.timeseries import Costs
from kvitto.store.timeseries_reader import ChartReader
from kvitto.ui.charts.charts_panel import ChartsPanel
from kvitto.ui.services.context import Context, Selection
from tests.ui.charts.panels import (
    NOW,
    SPACE,
    Make,
    batch_of,
    button,
    count_reads,
    drawn,
    ends,
    report,
)
from tests.ui.waiting import until

pytestmark = [pytest.mark.qasync, pytest.mark.usefixtures("swedish", "stockholm")]


async def test_an_empty_store_says_what_will_be_seen(make: Make) -> None:
    panel = make()

    await until(lambda: panel.message.startswith("No costs yet"))
    assert not button(panel, "Copy the chart as a picture").isEnabled()
    button(panel, "Reports received").click()
    await until(lambda: panel.message.startswith("No reports yet"))


async def test_all_batches_are_shown_and_then_the_selected_one(
    context: Context, make: Make
) -> None:
    await context.backend.append(report())
    await context.backend.append(report("m2", batch_id="b", nano=10**9, currency="SEK"))
    panel = make()
    await drawn(panel)
    assert ends(panel) == [f"0,08{SPACE}EUR", f"1,00{SPACE}SEK"]
    assert panel.cost_chart.accessibleName() == "Cost of All batches"

    batch = await batch_of(context)
    panel.show_selection(Selection(batch))
    await until(lambda: ends(panel) == [f"0,08{SPACE}EUR"])
    assert panel.cost_chart.accessibleName().endswith("1 message(s)")
    panel.show_selection(Selection())
    await until(lambda: len(ends(panel)) == 2)


async def test_a_batch_without_prices_says_so(context: Context, make: Make) -> None:
    await context.backend.append(report(nano=None))
    await context.backend.append(report("m", batch_id="b"))
    panel = make()
    await drawn(panel)

    panel.show_selection(Selection(await batch_of(context)))

    await until(lambda: panel.message.startswith("Nothing in this batch"))


async def test_what_arrives_is_seen(context: Context, make: Make) -> None:
    panel = make()
    await until(lambda: bool(panel.message))

    await context.backend.append(report())
    await drawn(panel)
    await context.backend.append(report("m2"))
    await until(lambda: ends(panel) == [f"0,16{SPACE}EUR"])

    button(panel, "Reports received").click()
    await drawn(panel)
    assert sum(panel.rate_chart.bars.legend.counts.values()) == 2
    await context.backend.append(report("m2", code=201, minutes_ago=9.0))
    await until(lambda: sum(panel.rate_chart.bars.legend.counts.values()) == 3)


async def test_nothing_is_read_while_nobody_looks(
    context: Context, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await context.backend.append(report())
    panel = make()
    await drawn(panel)
    panel.hide()
    reads = count_reads(monkeypatch)
    heard: list[object] = []
    context.feed.changed.connect(heard.append)

    await context.backend.append(report("m2"))
    await until(lambda: bool(heard))
    await context.tasks.in_thread(lambda: None)
    assert reads == []

    panel.show()
    await until(lambda: ends(panel) == [f"0,16{SPACE}EUR"])


async def test_a_sign_of_life_is_no_reason_to_read_the_costs_again(
    context: Context, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await context.backend.append(report())
    outages = count_reads(monkeypatch)
    costs: list[int] = []
    read = ChartReader.costs

    def counted(self: ChartReader, *args: Any, **kwargs: Any) -> Costs:
        costs.append(1)
        return read(self, *args, **kwargs)

    monkeypatch.setattr(ChartReader, "costs", counted)
    panel = make()
    await drawn(panel)
    context.feed.stop()

    async def see_sign_of_life() -> None:
        before = len(outages)
        context.feed.changed.emit(Changes(9, (), (), is_complete=True))
        await until(lambda: len(outages) > before)

    # What has come before may be read along with the first, and is read when the second is seen.
    await see_sign_of_life()
    await see_sign_of_life()
    before = len(costs)
    await see_sign_of_life()
    assert len(costs) == before


async def test_a_burst_is_read_once_in_a_while(
    context: Context, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await context.backend.append(report())
    panel = make()
    await drawn(panel)
    reads = count_reads(monkeypatch)

    begin = asyncio.get_running_loop().time()
    for number in range(100):
        await context.backend.append(report(f"m{number}"))
    await until(lambda: ends(panel) == [f"8,20{SPACE}EUR"])

    assert len(reads) <= 2 + asyncio.get_running_loop().time() - begin


async def test_demo_batches_are_shown_only_on_request(context: Context, make: Make) -> None:
    await context.backend.append(report())
    await context.backend.append(report("d", batch_id="demo", origin=Origin.DEMO))
    panel = make()
    await drawn(panel)
    assert ends(panel) == [f"0,08{SPACE}EUR"]

    context.preferences.put("shows_demo", True)
    await until(lambda: ends(panel) == [f"0,16{SPACE}EUR"])
    context.preferences.put("shows_demo", False)
    await until(lambda: ends(panel) == [f"0,08{SPACE}EUR"])


async def test_a_renamed_batch_is_renamed_here_too_and_a_deleted_one_leaves_all(
    context: Context, make: Make
) -> None:
    await context.backend.append(report())
    await context.backend.append(report("m", batch_id="b"))
    panel = make()
    batch = await batch_of(context)
    panel.show_selection(Selection(batch))
    await until(lambda: ends(panel) == [f"0,08{SPACE}EUR"])

    await asyncio.wrap_future(
        context.backend.edit(ChangeBatch(batch.key, BatchChange(label="Höstrea 2026")))
    )
    await until(lambda: panel.cost_chart.accessibleName() == "Cost of Höstrea 2026")
    await asyncio.wrap_future(context.backend.edit(DeleteBatches((batch.key,))))
    await until(lambda: panel.cost_chart.accessibleName() == "Cost of All batches")
    await until(lambda: ends(panel) == [f"0,08{SPACE}EUR"])


async def test_currencies_without_a_row_are_told(
    context: Context, make: Make, qtbot: QtBot
) -> None:
    for place, currency in enumerate(("EUR", "SEK", "NOK", "DKK")):
        for number in range(2):
            await context.backend.append(
                report(f"{currency}{number}", minutes_ago=5.0 + place + number, currency=currency)
            )
    await context.backend.append(report("last", currency="USD", nano=3 * 10**9))
    panel = make()
    await drawn(panel)

    assert len(panel.cost_chart.lines) == 4
    assert panel.more == f"Not drawn: 3,00{SPACE}USD"


async def test_times_in_which_no_report_could_come_in_are_known(
    context: Context, make: Make
) -> None:
    began = NOW - timedelta(hours=5)
    for hours, is_closed in ((5.0, False), (4.0, True)):
        mark = RecordHeartbeat(began, NOW - timedelta(hours=hours), is_closed)
        await asyncio.wrap_future(context.backend.edit(mark))
    await context.backend.append(report(minutes_ago=280.0))
    asleep = RecordOutage(
        NOW - timedelta(hours=4.6), NOW - timedelta(hours=4.4), OutageCause.ASLEEP
    )
    await asyncio.wrap_future(context.backend.edit(asleep))
    panel = make()
    await drawn(panel)
    chart = panel.cost_chart

    assert chart.closed_by((NOW - timedelta(hours=3)).timestamp()) is OutageCause.STOPPED
    assert chart.closed_by((NOW - timedelta(hours=4.5)).timestamp()) is OutageCause.ASLEEP
    assert chart.closed_by((NOW - timedelta(hours=4.7)).timestamp()) is None
    assert chart.closed_by(datetime.now(UTC).timestamp()) is None, "it receives now"


async def test_the_line_runs_on_with_the_clock(context: Context, qtbot: QtBot) -> None:
    await context.backend.append(report())
    now = [NOW]
    panel = ChartsPanel(context, clock=lambda: now[0])
    qtbot.addWidget(panel)
    panel.resize(900, 280)
    panel.show()
    context.feed.start()
    await drawn(panel)
    assert panel.cost_chart.lines[0].end_s == NOW.timestamp()

    now[0] += timedelta(minutes=30)

    await until(lambda: panel.cost_chart.lines[0].end_s == now[0].timestamp())
    assert panel.cost_chart.frame.end_s > now[0].timestamp()


async def test_a_store_that_can_not_be_read_is_told_once(
    context: Context, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await context.backend.append(report())
    panel = make()
    await drawn(panel)
    told: list[object] = []
    context.feed.failed.connect(told.append)
    works = ChartReader.costs

    def fail(*_arguments: object, **_more: object) -> None:
        raise DatabaseLockedError(database_file(context.backend.folder))

    monkeypatch.setattr(ChartReader, "costs", fail)
    await context.backend.append(report("m2"))
    await until(lambda: bool(told))
    monkeypatch.setattr(ChartReader, "costs", works)
    await context.backend.append(report("m3"))

    await until(lambda: ends(panel) == [f"0,25{SPACE}EUR"])
    assert isinstance(told[0], DatabaseLockedError)
    assert told[1:] == [None]
