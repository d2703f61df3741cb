"""The pane in use: ranges, pictures, keys, and how it was left."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton

from kvitto.ui.charts.time_range import Range
from kvitto.ui.services.context import Context, Selection
from tests.ui.charts.panels import NOW, SPACE, Make, batch_of, button, drawn, ends, report
from tests.ui.waiting import until

pytestmark = [pytest.mark.qasync, pytest.mark.usefixtures("swedish", "stockholm")]


# --- What the user does -------------------------------------------------------------------------


async def test_ranges_are_chosen_and_left_by_zooming(context: Context, make: Make) -> None:
    await context.backend.append(report(minutes_ago=3000.0))
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
    await context.backend.append(report())
    panel = make()
    await drawn(panel)
    panel.cost_chart.zoomed.emit(0.6, NOW.timestamp() - 300)
    before = panel.cost_chart.frame[:2]

    await context.backend.append(report("m2"))
    await until(lambda: ends(panel) == [f"0,16{SPACE}EUR"])

    assert panel.cost_chart.frame[:2] == before


async def test_another_batch_is_shown_in_the_range_that_was_chosen(
    context: Context, make: Make
) -> None:
    await context.backend.append(report())
    panel = make()
    await drawn(panel)
    button(panel, "Day").click()
    panel.cost_chart.zoomed.emit(0.1, NOW.timestamp())

    panel.show_selection(Selection(await batch_of(context)))

    assert button(panel, "Day").isChecked()


async def test_it_is_found_again_as_it_was_left(context: Context, make: Make) -> None:
    panel = make()
    button(panel, "Reports received").click()
    button(panel, "Week").click()
    panel.save_state()

    again = make()
    again.restore_state()
    assert button(again, "Reports received").isChecked()
    assert button(again, "Week").isChecked()
    assert again.chart is again.rate_chart


async def test_a_state_that_can_not_be_read_is_passed_over(context: Context, make: Make) -> None:
    context.preferences.put_state("costs", QByteArray(b"{not ours"))
    panel = make()
    panel.restore_state()

    assert button(panel, "Cost").isChecked()
    assert button(panel, "All").isChecked()


async def test_the_keyboard_reaches_every_button(context: Context, make: Make) -> None:
    await context.backend.append(report())
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
        "Save the chart as a picture…",
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
    await context.backend.append(report())
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
    await context.backend.append(report())
    panel = make()
    await drawn(panel)
    told: list[str] = []
    panel.done.connect(told.append)

    button(panel, "Save the chart as a picture…").click()
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
    await context.backend.append(report())
    panel = make()
    await drawn(panel)
    told: list[str] = []
    panel.failed.connect(told.append)
    button(panel, "Save the chart as a picture…").click()
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
    await context.backend.append(report())
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
