"""The chart that compares a batch with those before it, over a real store."""

from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.status import Result
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.charts.charts_panel import ChartsPanel
from kvitto.ui.charts.toolbar import View
from kvitto.ui.services.context import Context, Selection
from kvitto.ui.widgets.theme import LIGHT
from tests.ui.charts.drawn import has_colour
from tests.ui.charts.panels import NOW, Make, batch_of, button
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def sent(
    context: Context,
    batch_id: str,
    hours_ago: float,
    failed: int,
    *,
    count: int = 100,
    origin: Origin = Origin.WEBHOOK,
) -> None:
    """Store a batch of which so many failed, all of them after a minute."""
    begun = NOW - timedelta(hours=hours_ago)
    reports = []
    for number in range(count):
        code = 511 if number < failed else 201
        for at, one in ((begun, 101), (begun + timedelta(minutes=1), code)):
            told = DeliveryReport(
                f"{batch_id}-{number}", batch_id, one, final=one != 101, created=at
            )
            reports.append(ReportRequest(told, b"{}", at, origin=origin))
    await context.tasks.in_thread(context.backend.append_all, reports)


def view_of(panel: ChartsPanel) -> View:
    return panel.view


async def shown(context: Context, make: Make, batch_id: str) -> ChartsPanel:
    panel = make()
    panel.show_selection(Selection(await batch_of(context, batch_id)))
    button(panel, "As usual?").click()
    await until(lambda: panel.usual.words.text() not in ("", "Reading …"))
    return panel


async def test_it_says_and_draws_how_much_was_delivered_at_which_age(
    context: Context, make: Make
) -> None:
    for number in range(6):
        await sent(context, f"before{number}", 100 - number, failed=4 + number % 2)
    await sent(context, "now", 2, failed=30)

    panel = await shown(context, make, "now")

    words = panel.usual.words.text()
    assert "After 15 min 70 % delivered; usually 9" in words
    assert "After 1 h 70 % delivered; usually 9" in words
    assert "After 24 h" not in words
    assert "That is worse than usual." in words
    assert "last 6 batch(es)" in words
    chart = panel.usual.chart
    assert chart.isVisible()
    assert not chart.grab().isNull()
    assert chart.text_at(chart.width() / 3).startswith("After ")
    assert "usually" in chart.text_at(chart.width() * 0.8), "where it should get to"
    assert (chart.accessibleName(), chart.accessibleDescription()) == (
        "Delivered share by age",
        words,
    )
    assert not button(panel, "Hour").isEnabled(), "an age has no range of time"


async def test_its_picture_has_its_words_and_what_is_drawn(
    context: Context, make: Make, tmp_path: Path
) -> None:
    for number in range(6):
        await sent(context, f"before{number}", 100 - number, failed=4 + number % 2)
    await sent(context, "now", 2, failed=30)
    panel = await shown(context, make, "now")

    copy = button(panel, "Copy the chart as a picture")
    assert copy.isEnabled()
    copy.click()
    image = QGuiApplication.clipboard().image()
    assert image.width() >= 2 * panel.usual.width()
    assert has_colour(image, LIGHT.results[Result.FAILED].text)

    button(panel, "Save the chart as a picture…").click()
    [dialog] = panel.findChildren(QFileDialog)
    assert "against what is usual" in dialog.selectedFiles()[0]
    done: list[str] = []
    panel.done.connect(done.append)
    file = tmp_path / "usual.svg"
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    await until(lambda: bool(done))
    said = " ".join(" ".join(ElementTree.parse(file).getroot().itertext()).split())
    assert "After 15 min 70 % delivered" in said
    assert "drawn by Kvitto" in said


async def test_it_says_why_there_is_nothing_to_compare_with(context: Context, make: Make) -> None:
    for number in range(3):
        await sent(context, f"before{number}", 100 - number, failed=4)
    await sent(context, "now", 2, failed=30)
    await sent(context, "demo", 3, failed=0, origin=Origin.DEMO)
    # By its own times it is still to be sent, however long the other tests take.
    await sent(context, "fresh", -20, failed=0)

    panel = await shown(context, make, "now")
    assert "so far there are 3" in panel.usual.words.text()
    assert not panel.usual.chart.isVisible()
    assert not button(panel, "Copy the chart as a picture").isEnabled()

    panel.show_selection(Selection(await batch_of(context, "demo")))
    await until(lambda: "A demo is not compared" in panel.usual.words.text())
    panel.show_selection(Selection(await batch_of(context, "fresh")))
    await until(lambda: "once it is 10 min old" in panel.usual.words.text())


async def test_where_no_batch_is_selected_the_cost_is_shown_and_the_choice_is_kept(
    context: Context, make: Make
) -> None:
    await sent(context, "now", 2, failed=30)
    panel = await shown(context, make, "now")
    assert view_of(panel) is View.USUAL

    panel.show_selection(Selection())

    assert view_of(panel) is View.COST
    assert button(panel, "Cost").isChecked()
    assert not button(panel, "As usual?").isEnabled()
    panel.save_state()
    again = make()
    again.restore_state()
    again.show_selection(Selection(await batch_of(context, "now")))
    assert view_of(again) is View.USUAL
