"""The pane over a real store: what is selected, live, and as it was left."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from app.core.door import ClosedBy
from app.core.report import DeliveryReport, Origin
from app.store.arrivals import ReportArrival
from app.store.charts import ChartReader
from app.store.doors import DoorReader
from app.store.edits import BatchChange, ChangeBatch, DeleteBatch, MarkClosure, MarkOpen
from app.store.errors import DatabaseLockedError
from app.store.records import BatchRecord
from app.ui.context import Context, Selection
from app.ui.costs.panel import CostPanel
from app.ui.costs.span import Range
from tests.ui.waiting import until

pytestmark = [pytest.mark.qasync, pytest.mark.usefixtures("swedish", "stockholm")]

NOW = datetime.now(UTC)
Make = Callable[[], CostPanel]
SPACE = "\N{NO-BREAK SPACE}"


def report(
    message_id: str = "m1",
    *,
    batch_id: str = "höstrea",
    minutes_ago: float = 10.0,
    code: int = 101,
    nano: int | None = 82_000_000,
    currency: str = "EUR",
    origin: Origin = Origin.WEBHOOK,
) -> ReportArrival:
    at = NOW - timedelta(minutes=minutes_ago)
    told = DeliveryReport(
        message_id, batch_id, code, created=at, price_nano=nano, currency=currency
    )
    return ReportArrival(told, b"{}", at, origin=origin)


@pytest.fixture
async def make(context: Context, qtbot: QtBot) -> Make:
    """Return a function that shows a panel."""

    def make() -> CostPanel:
        panel = CostPanel(context)
        qtbot.addWidget(panel)
        panel.resize(900, 280)
        panel.show()
        context.feed.start()
        return panel

    return make


async def drawn(panel: CostPanel) -> None:
    """Wait until the chosen chart is seen."""
    await until(lambda: not panel.message and panel.chart.isVisible() and panel.chart.pixels > 500)


def ends(panel: CostPanel) -> list[str]:
    return [one.overlay.end_text for one in panel.cost_chart.lines]


async def batch_of(context: Context, batch_id: str = "höstrea") -> BatchRecord:
    found = await context.tasks.in_thread(context.session.reader.batch, batch_id)
    assert found is not None
    return found


def count_reads(monkeypatch: pytest.MonkeyPatch) -> list[DoorReader]:
    """Return a list that grows with every reading from now on."""
    reads: list[DoorReader] = []
    read = DoorReader.known_since

    def counted(self: DoorReader) -> datetime | None:
        reads.append(self)
        return read(self)

    monkeypatch.setattr(DoorReader, "known_since", counted)
    return reads


def button(panel: CostPanel, name: str) -> QToolButton:
    [found] = [
        one for one in panel.findChildren(QToolButton) if name in (one.text(), one.accessibleName())
    ]
    return found


# --- What is shown ------------------------------------------------------------------------------


async def test_an_empty_store_says_what_will_be_seen(make: Make) -> None:
    panel = make()

    await until(lambda: panel.message.startswith("No costs yet"))
    assert not button(panel, "Copy the chart as a picture").isEnabled()
    button(panel, "Reports").click()
    await until(lambda: panel.message.startswith("No reports yet"))


async def test_all_batches_are_shown_and_then_the_selected_one(
    context: Context, make: Make
) -> None:
    await context.session.append(report())
    await context.session.append(report("m2", batch_id="b", nano=10**9, currency="SEK"))
    panel = make()
    await drawn(panel)
    assert ends(panel) == [f"0,082{SPACE}€", f"1,00{SPACE}SEK"]
    assert panel.cost_chart.accessibleName() == "Cost of All batches"

    batch = await batch_of(context)
    panel.show_selection(Selection(batch))
    await until(lambda: ends(panel) == [f"0,082{SPACE}€"])
    assert panel.cost_chart.accessibleName() == "Cost of höstrea"
    panel.show_selection(Selection())
    await until(lambda: len(ends(panel)) == 2)


async def test_a_batch_without_prices_says_so(context: Context, make: Make) -> None:
    await context.session.append(report(nano=None))
    await context.session.append(report("m", batch_id="b"))
    panel = make()
    await drawn(panel)

    panel.show_selection(Selection(await batch_of(context)))

    await until(lambda: panel.message.startswith("Nothing in this batch"))


async def test_what_arrives_is_seen(context: Context, make: Make) -> None:
    panel = make()
    await until(lambda: bool(panel.message))

    await context.session.append(report())
    await drawn(panel)
    await context.session.append(report("m2"))
    await until(lambda: ends(panel) == [f"0,164{SPACE}€"])

    button(panel, "Reports").click()
    await drawn(panel)
    assert sum(panel.rate_chart.bars.legend.counts.values()) == 2
    await context.session.append(report("m2", code=201, minutes_ago=9.0))
    await until(lambda: sum(panel.rate_chart.bars.legend.counts.values()) == 3)


async def test_nothing_is_read_while_nobody_looks(
    context: Context, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    panel.hide()
    reads = count_reads(monkeypatch)
    heard: list[object] = []
    context.feed.changed.connect(heard.append)

    await context.session.append(report("m2"))
    await until(lambda: bool(heard))
    await context.tasks.in_thread(lambda: None)
    assert reads == []

    panel.show()
    await until(lambda: ends(panel) == [f"0,164{SPACE}€"])


async def test_a_burst_is_read_once_in_a_while(
    context: Context, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    reads = count_reads(monkeypatch)

    begin = asyncio.get_running_loop().time()
    for number in range(100):
        await context.session.append(report(f"m{number}"))
    await until(lambda: ends(panel) == [f"8,20{SPACE}€"])

    assert len(reads) <= 2 + asyncio.get_running_loop().time() - begin


async def test_demo_batches_are_shown_only_on_request(context: Context, make: Make) -> None:
    await context.session.append(report())
    await context.session.append(report("d", batch_id="demo", origin=Origin.DEMO))
    panel = make()
    await drawn(panel)
    assert ends(panel) == [f"0,082{SPACE}€"]

    context.preferences.put("shows_demo", True)
    await until(lambda: ends(panel) == [f"0,164{SPACE}€"])
    context.preferences.put("shows_demo", False)
    await until(lambda: ends(panel) == [f"0,082{SPACE}€"])


async def test_a_renamed_batch_is_renamed_here_too_and_a_deleted_one_leaves_all(
    context: Context, make: Make
) -> None:
    await context.session.append(report())
    await context.session.append(report("m", batch_id="b"))
    panel = make()
    batch = await batch_of(context)
    panel.show_selection(Selection(batch))
    await until(lambda: ends(panel) == [f"0,082{SPACE}€"])

    await asyncio.wrap_future(
        context.session.edit(ChangeBatch(batch.key, BatchChange(label="Höstrea 2026")))
    )
    await until(lambda: panel.cost_chart.accessibleName() == "Cost of Höstrea 2026")
    await asyncio.wrap_future(context.session.edit(DeleteBatch(batch.key)))
    await until(lambda: panel.cost_chart.accessibleName() == "Cost of All batches")
    await until(lambda: ends(panel) == [f"0,082{SPACE}€"])


async def test_currencies_without_a_row_are_told(
    context: Context, make: Make, qtbot: QtBot
) -> None:
    for place, currency in enumerate(("EUR", "SEK", "NOK", "DKK")):
        for number in range(2):
            await context.session.append(
                report(f"{currency}{number}", minutes_ago=5.0 + place + number, currency=currency)
            )
    await context.session.append(report("last", currency="USD", nano=3 * 10**9))
    panel = make()
    await drawn(panel)

    assert len(panel.cost_chart.lines) == 4
    assert panel.more == f"Not drawn: 3,00{SPACE}$"


async def test_times_in_which_no_report_could_come_in_are_known(
    context: Context, make: Make
) -> None:
    began = NOW - timedelta(hours=5)
    for hours, is_closed in ((5.0, False), (4.0, True)):
        mark = MarkOpen(began, NOW - timedelta(hours=hours), is_closed)
        await asyncio.wrap_future(context.session.edit(mark))
    await context.session.append(report(minutes_ago=280.0))
    asleep = MarkClosure(NOW - timedelta(hours=4.6), NOW - timedelta(hours=4.4), ClosedBy.ASLEEP)
    await asyncio.wrap_future(context.session.edit(asleep))
    panel = make()
    await drawn(panel)
    chart = panel.cost_chart

    assert chart.closed_by((NOW - timedelta(hours=3)).timestamp()) is ClosedBy.STOPPED
    assert chart.closed_by((NOW - timedelta(hours=4.5)).timestamp()) is ClosedBy.ASLEEP
    assert chart.closed_by((NOW - timedelta(hours=4.7)).timestamp()) is None
    assert chart.closed_by(datetime.now(UTC).timestamp()) is None, "it receives now"


async def test_the_line_runs_on_with_the_clock(context: Context, qtbot: QtBot) -> None:
    await context.session.append(report())
    now = [NOW]
    panel = CostPanel(context, clock=lambda: now[0])
    qtbot.addWidget(panel)
    panel.resize(900, 280)
    panel.show()
    await drawn(panel)
    assert panel.cost_chart.lines[0].end_s == NOW.timestamp()

    now[0] += timedelta(minutes=30)

    await until(lambda: panel.cost_chart.lines[0].end_s == now[0].timestamp())
    assert panel.cost_chart.frame.end_s > now[0].timestamp()


async def test_a_store_that_can_not_be_read_is_told_once(
    context: Context, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    told: list[str] = []
    panel.failed.connect(told.append)
    works = ChartReader.costs

    def fail(*_arguments: object, **_more: object) -> None:
        raise DatabaseLockedError(context.session.database.path)

    monkeypatch.setattr(ChartReader, "costs", fail)
    await context.session.append(report("m2"))
    await until(lambda: bool(told))
    monkeypatch.setattr(ChartReader, "costs", works)
    await context.session.append(report("m3"))

    await until(lambda: ends(panel) == [f"0,246{SPACE}€"])
    assert len(told) == 1
    assert "locked" in told[0]


# --- What the user does -------------------------------------------------------------------------


async def test_ranges_are_chosen_and_left_by_zooming(context: Context, make: Make) -> None:
    await context.session.append(report(minutes_ago=3000.0))
    panel = make()
    await drawn(panel)
    chart = panel.cost_chart
    assert button(panel, "All").isChecked()
    assert chart.frame.length_s > 3000 * 60

    button(panel, "Hour").click()
    assert chart.frame.now_s - chart.frame.begin_s == pytest.approx(3600.0, abs=5.0)
    chart.zoomed.emit(0.5, chart.frame.now_s)
    assert not any(button(panel, name).isChecked() for name in ("Hour", "Day", "Week", "All"))
    assert chart.frame.now_s - chart.frame.begin_s == pytest.approx(1800.0, abs=5.0)
    chart.moved.emit(-600.0)
    assert chart.frame.now_s - chart.frame.begin_s == pytest.approx(2400.0, abs=5.0)
    chart.reset_requested.emit()
    assert button(panel, "Hour").isChecked()
    assert chart.frame.now_s - chart.frame.begin_s == pytest.approx(3600.0, abs=5.0)


async def test_what_the_user_zoomed_to_stays_though_reports_arrive(
    context: Context, make: Make
) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    panel.cost_chart.zoomed.emit(0.6, NOW.timestamp() - 300)
    before = panel.cost_chart.frame[:2]

    await context.session.append(report("m2"))
    await until(lambda: ends(panel) == [f"0,164{SPACE}€"])

    assert panel.cost_chart.frame[:2] == before


async def test_another_batch_is_shown_in_the_range_that_was_chosen(
    context: Context, make: Make
) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    button(panel, "Day").click()
    panel.cost_chart.zoomed.emit(0.1, NOW.timestamp())

    panel.show_selection(Selection(await batch_of(context)))

    assert button(panel, "Day").isChecked()


async def test_it_is_found_again_as_it_was_left(context: Context, make: Make) -> None:
    panel = make()
    button(panel, "Reports").click()
    button(panel, "Week").click()
    panel.save_state()

    again = make()
    again.restore_state()
    assert button(again, "Reports").isChecked()
    assert button(again, "Week").isChecked()
    assert again.chart is again.rate_chart


async def test_a_state_that_can_not_be_read_is_passed_over(context: Context, make: Make) -> None:
    context.preferences.put_state("costs", QByteArray(b"{not ours"))
    panel = make()
    panel.restore_state()

    assert button(panel, "Cost").isChecked()
    assert button(panel, "All").isChecked()


async def test_the_keyboard_reaches_every_button(context: Context, make: Make) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    panel.activateWindow()
    reached: list[str] = []
    button(panel, "Cost").setFocus()
    for _ in range(5):
        focused = QApplication.focusWidget()
        assert focused is not None
        if isinstance(focused, QToolButton):
            reached.append(focused.text() or focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is panel.cost_chart:
            reached.append("chart")
            assert panel.cost_chart.crosshair_s is not None
    assert reached == [
        "Cost",
        "All",
        "Copy the chart as a picture",
        "Save the chart as a picture …",
        "chart",
    ]

    # Within a group, the arrow keys choose.
    button(panel, "All").setFocus()
    for before, after in (("All", "Week"), ("Week", "Day"), ("Day", "Hour")):
        QTest.keyClick(button(panel, before), Qt.Key.Key_Left)
        assert button(panel, after).hasFocus()
        assert button(panel, after).isChecked()
    assert panel.cost_chart.frame.now_s - panel.cost_chart.frame.begin_s == pytest.approx(
        3600.0, abs=5.0
    )
    button(panel, "Cost").setFocus()
    QTest.keyClick(button(panel, "Cost"), Qt.Key.Key_Right)
    assert panel.chart is panel.rate_chart


# --- Pictures -----------------------------------------------------------------------------------


async def test_the_picture_is_copied(context: Context, make: Make) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)

    button(panel, "Copy the chart as a picture").click()

    image = QGuiApplication.clipboard().image()
    assert image.width() >= 2 * panel.cost_chart.width()


@pytest.mark.parametrize(("ending", "beginning"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
async def test_the_picture_is_saved_where_the_user_says(
    context: Context,
    make: Make,
    tmp_path: Path,
    ending: str,
    beginning: bytes,
) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    told: list[str] = []
    panel.done.connect(told.append)

    button(panel, "Save the chart as a picture …").click()
    dialog = panel.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.isVisible()
    [suggested] = dialog.selectedFiles()
    assert Path(suggested).name.startswith("Kvitto Cost")
    file = tmp_path / f"chart.{ending}"
    dialog.fileSelected.emit(str(file))
    dialog.close()

    await until(lambda: bool(told))
    assert told == [f"The chart is saved as {file}."]
    assert file.read_bytes().startswith(beginning)


async def test_a_picture_that_can_not_be_saved_is_told_in_a_sentence(
    context: Context, make: Make, tmp_path: Path
) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    told: list[str] = []
    panel.failed.connect(told.append)
    button(panel, "Save the chart as a picture …").click()
    dialog = panel.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)

    dialog.fileSelected.emit(str(tmp_path / "missing" / "chart.png"))
    dialog.close()

    await until(lambda: bool(told))
    assert told[0].startswith("The chart could not be saved as ")
    assert told[0].endswith("Choose another name or folder.")


# --- Languages ----------------------------------------------------------------------------------


async def test_texts_are_written_anew_when_the_language_changes(
    context: Context, make: Make
) -> None:
    await context.session.append(report())
    panel = make()
    await drawn(panel)
    button(panel, "Hour").setText("?")

    QApplication.sendEvent(panel.bar, QEvent(QEvent.Type.LanguageChange))
    QApplication.sendEvent(panel, QEvent(QEvent.Type.LanguageChange))
    QApplication.sendEvent(panel.cost_chart, QEvent(QEvent.Type.LanguageChange))

    assert button(panel, "Hour").text() == "Hour"
    assert panel.cost_chart.accessibleName() == "Cost of All batches"


def test_ranges_are_kept_by_their_names() -> None:
    assert [one.value for one in Range] == ["hour", "day", "week", "all"]
