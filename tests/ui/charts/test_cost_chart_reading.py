"""The running cost, as it is read: by the crosshair, the mouse, the keyboard and the ear."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.outages import OutageCause
from kvitto.ui.charts.cost_chart import CostChart
from kvitto.ui.charts.outage_bands import OutageSpan
from kvitto.ui.charts.overlay import Caption
from kvitto.ui.charts.plot import PlotFrame
from kvitto.ui.charts.ticks import moment_text
from tests.ui.charts.drawn import (
    HOUR_FRAME,
    NOON_S,
    a_line,
    lines,
    shown,
)

SPACE = "\N{NO-BREAK SPACE}"


def captions(chart: CostChart) -> list[Caption]:
    return [one.overlay.caption for one in chart.lines]


# --- The crosshair ------------------------------------------------------------------------------


def test_the_crosshair_reads_the_exact_cost_of_its_minute(chart: CostChart) -> None:
    said: list[str] = []
    chart.read_out.connect(said.append)

    chart.point_at(NOON_S - 20 * 60)
    assert captions(chart) == [
        ("EUR", f"0,082000005{SPACE}EUR", ""),
        ("SEK", f"0,45{SPACE}SEK", ""),
    ]
    chart.point_at(NOON_S - 20 * 60 - 1)
    assert captions(chart)[0][1] == f"0,082{SPACE}EUR"
    chart.point_at(NOON_S - 40 * 60)
    assert captions(chart)[1][1] == f"0,00{SPACE}SEK"

    moment = moment_text(NOON_S - 20 * 60)
    assert "tis 3 nov." in moment
    assert moment.endswith("12:40")
    assert said[0] == f"{moment}: 0,082000005{SPACE}EUR; 0,45{SPACE}SEK"
    assert chart.accessibleDescription() == said[-1]


def test_amounts_that_no_float_holds_are_read_to_the_last_digit(
    qtbot: QtBot, window: QWidget
) -> None:
    chart = CostChart(window)
    chart.show_series(lines(a_line("EUR", (-9, 10**24), (-8, 1))))
    shown(qtbot, chart, window)

    chart.point_at(NOON_S)

    digits = "".join(one for one in captions(chart)[0][1] if one.isdigit())
    assert digits == "1" + "0" * 15 + "000000001"


def test_after_now_there_is_nothing_to_read(chart: CostChart) -> None:
    chart.point_at(NOON_S + 120)

    assert [value for _, value, _ in captions(chart)] == ["", ""]


def test_the_crosshair_says_why_no_report_could_come_in(chart: CostChart) -> None:
    chart.show_closed([OutageSpan(NOON_S - 3000, NOON_S - 600, OutageCause.ASLEEP)])

    chart.point_at(NOON_S - 1000)
    assert captions(chart)[0][2] == "asleep"
    assert chart.accessibleDescription().endswith("; asleep")
    chart.point_at(NOON_S - 500)
    assert captions(chart)[0][2] == ""


def test_the_mouse_takes_the_crosshair_along_and_away(qtbot: QtBot, chart: CostChart) -> None:
    box = chart.lines[0].box.sceneBoundingRect()
    middle = chart.mapFromScene(QPointF(box.left() + box.width() / 2, box.center().y()))

    QTest.mouseMove(chart.viewport(), middle)
    qtbot.waitUntil(lambda: chart.crosshair_s is not None)
    assert chart.crosshair_s == pytest.approx(
        (HOUR_FRAME.begin_s + HOUR_FRAME.end_s) / 2, abs=2 * HOUR_FRAME.length_s / box.width()
    )
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert chart.crosshair_s is None
    assert captions(chart)[0][1] == ""


def test_the_keyboard_moves_the_crosshair(qtbot: QtBot, chart: CostChart) -> None:
    key = Qt.Key
    ctrl = Qt.KeyboardModifier.ControlModifier

    QTest.keyClick(chart, key.Key_End)
    assert chart.crosshair_s == NOON_S
    QTest.keyClick(chart, key.Key_Left)
    assert chart.crosshair_s == NOON_S - 60
    QTest.keyClick(chart, key.Key_Left, ctrl)
    assert chart.crosshair_s == NOON_S - 20 * 60
    QTest.keyClick(chart, key.Key_Left, ctrl)
    QTest.keyClick(chart, key.Key_Left, ctrl)
    assert chart.crosshair_s == NOON_S - 50 * 60
    QTest.keyClick(chart, key.Key_Left, ctrl)
    assert chart.crosshair_s == NOON_S - 50 * 60, "there is no earlier change"
    QTest.keyClick(chart, key.Key_Right, ctrl)
    assert chart.crosshair_s == NOON_S - 30 * 60
    QTest.keyClick(chart, key.Key_Right)
    assert chart.crosshair_s == NOON_S - 29 * 60
    QTest.keyClick(chart, key.Key_Home)
    assert chart.crosshair_s == HOUR_FRAME.begin_s
    QTest.keyClick(chart, key.Key_Escape)
    assert chart.crosshair_s is None


def test_the_keyboard_zooms_and_moves(qtbot: QtBot, chart: CostChart) -> None:
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        with qtbot.waitSignal(chart.zoomed) as heard:
            QTest.keyClick(chart, key)
        factor, at_s = heard.args
        assert (factor < 1) is (key is Qt.Key.Key_Plus)
        assert at_s == NOON_S
    for key, sign in ((Qt.Key.Key_PageUp, -1), (Qt.Key.Key_PageDown, 1)):
        with qtbot.waitSignal(chart.moved) as heard:
            QTest.keyClick(chart, key)
        assert heard.args[0] * sign > 0


def test_what_the_keyboard_reads_is_announced(qtbot: QtBot, chart: CostChart) -> None:
    QAccessible.setActive(True)
    try:
        QTest.keyClick(chart, Qt.Key.Key_End)
    finally:
        QAccessible.setActive(False)

    assert chart.accessibleDescription().endswith(f"0,082000005{SPACE}EUR; 0,45{SPACE}SEK")


def test_a_change_out_of_sight_is_brought_into_sight(qtbot: QtBot, chart: CostChart) -> None:
    chart.show_time(PlotFrame(NOON_S - 600, NOON_S, NOON_S))
    with qtbot.waitSignal(chart.moved) as heard:
        QTest.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)

    assert heard.args[0] == pytest.approx(-15 * 60)


def test_other_keys_are_left_to_others(qtbot: QtBot, window: QWidget, chart: CostChart) -> None:
    QTest.keyClick(chart, Qt.Key.Key_A)
    QTest.keyClick(chart, Qt.Key.Key_Escape)

    assert chart.crosshair_s is None


# --- The mouse ----------------------------------------------------------------------------------


def test_the_wheel_zooms_around_the_mouse(qtbot: QtBot, chart: CostChart) -> None:
    box = chart.lines[0].box.sceneBoundingRect()
    place = QPointF(box.left() + box.width() / 4, box.center().y())

    def turn(angle: QPoint) -> None:
        wheel = QWheelEvent(
            place,
            QPointF(chart.viewport().mapToGlobal(place.toPoint())),
            QPoint(),
            angle,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(chart.viewport(), wheel)

    with qtbot.waitSignal(chart.zoomed) as heard:
        turn(QPoint(0, 120))
    factor, at_s = heard.args
    assert factor == pytest.approx(0.8)
    quarter = HOUR_FRAME.begin_s + HOUR_FRAME.length_s / 4
    assert at_s == pytest.approx(quarter, abs=2 * HOUR_FRAME.length_s / box.width())
    with qtbot.waitSignal(chart.moved) as heard:
        turn(QPoint(120, 0))
    assert heard.args[0] < 0


def test_dragging_moves_and_a_double_click_goes_back(qtbot: QtBot, chart: CostChart) -> None:
    middle = chart.mapFromScene(chart.lines[0].box.sceneBoundingRect().center())
    left = Qt.MouseButton.LeftButton
    moved: list[float] = []
    chart.moved.connect(moved.append)

    QTest.mousePress(chart.viewport(), left, pos=middle)
    for step in range(1, 6):
        QTest.mouseMove(chart.viewport(), middle + QPoint(20 * step, 0))
    QTest.mouseRelease(chart.viewport(), left, pos=middle + QPoint(100, 0))
    qtbot.waitUntil(lambda: bool(moved))
    assert sum(moved) < 0, "the drawing follows the hand"

    with qtbot.waitSignal(chart.reset_requested):
        QTest.mouseClick(chart.viewport(), left, pos=middle)
        QTest.mouseDClick(chart.viewport(), left, pos=middle)
        QTest.mouseRelease(chart.viewport(), left, pos=middle)
