"""Reports over time: stacked by result, in stretches that fit the pixels."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.status import Result
from kvitto.ui.charts.chart_legend import icon_path, result_fill
from kvitto.ui.charts.plot import PlotFrame
from kvitto.ui.charts.reports_chart import RateChart, stretch_text
from kvitto.ui.charts.time_bins import DAY_S, LADDER
from kvitto.ui.services.preferences import ThemeChoice
from kvitto.ui.widgets.theme import DARK, ICON_SIZE, LIGHT, RESULT_ICONS, apply_theme
from tests.ui.charts.drawn import (
    HOUR_FRAME,
    MINUTE,
    NOON_S,
    has_colour,
    result_totals,
    shown,
    some_rates,
)

RATES = some_rates((-50, 101, 9), (-50, 201, 4), (-20, 201, 5), (-20, 511, 1), (-5, 101, 2))


@pytest.fixture
def chart(qtbot: QtBot, window: QWidget) -> RateChart:
    made = RateChart(window)
    made.show_rates(RATES)
    shown(qtbot, made, window)
    return made


def bars(chart: RateChart) -> dict[int, dict[Result, int]]:
    """Return what each bar shows, by the minute after noon in which it begins."""
    found: dict[int, dict[Result, int]] = {}
    for result, counts in chart.bars.counts.items():
        for begin, count in zip(chart.bars.bar_edges, counts, strict=False):
            if count:
                found.setdefault(int(begin) - MINUTE, {})[result] = int(count)
    return found


def test_an_hour_is_drawn_by_the_minute(chart: RateChart) -> None:
    assert bars(chart) == {
        -50: {Result.DELIVERED: 4, Result.PENDING: 9},
        -20: {Result.DELIVERED: 5, Result.FAILED: 1},
        -5: {Result.PENDING: 2},
    }
    assert chart.bars.overlay.caption.name == "Reports received per minute"


def test_a_longer_time_is_drawn_in_longer_stretches_of_local_time(chart: RateChart) -> None:
    chart.show_rates(some_rates((-61, 201, 4), (-60, 201, 5), (-20, 511, 1)))
    chart.show_time(PlotFrame(NOON_S - 7 * DAY_S, NOON_S, NOON_S))

    assert chart.bars.overlay.caption.name == "Reports received per 2 hours"
    # From 10:00 and from 12:00 in Sweden, where it is 13:00: odd hours in UTC.
    assert bars(chart) == {
        -180: {Result.DELIVERED: 4},
        -60: {Result.DELIVERED: 5, Result.FAILED: 1},
    }


def test_the_day_of_25_hours_is_one_bar(qtbot: QtBot, chart: RateChart) -> None:
    # The clocks go back on 25 October 2026; that day begins at 22:00 UTC.
    begin = int(datetime(2026, 10, 24, 22, tzinfo=UTC).timestamp() // 60) - MINUTE
    chart.show_rates(some_rates(*((at, 201, 1) for at in range(begin - 5, begin + 1505))))
    chart.show_time(PlotFrame(NOON_S - 90 * DAY_S, NOON_S, NOON_S))

    assert chart.bars.overlay.caption.name == "Reports received per day"
    assert bars(chart) == {
        begin - 1440: {Result.DELIVERED: 5},
        begin: {Result.DELIVERED: 1500},
        begin + 1500: {Result.DELIVERED: 5},
    }


def test_the_legend_tells_how_many_of_each_are_seen(chart: RateChart) -> None:
    legend = chart.bars.legend
    assert dict(legend.counts) == result_totals(RATES)

    chart.show_time(PlotFrame(NOON_S - 1800, NOON_S, NOON_S))
    assert dict(legend.counts) == {Result.DELIVERED: 5, Result.PENDING: 2, Result.FAILED: 1}


def test_the_crosshair_reads_a_bar(chart: RateChart) -> None:
    chart.point_at(NOON_S - 20 * 60 + 30)

    assert chart.bars.legend.counts[Result.DELIVERED] == 5
    assert chart.bars.legend.counts[Result.PENDING] == 0
    assert chart.bars.overlay.caption.value == "6"
    assert chart.accessibleDescription().endswith("12:40: 6 reports: Delivered 5, Failed 1")
    chart.point_at(NOON_S - 19 * 60)
    assert chart.accessibleDescription().endswith("12:41: 0 reports")
    chart.point_at(None)
    assert dict(chart.bars.legend.counts) == result_totals(RATES)


def test_the_crosshair_says_from_when_to_when_a_bar_counts(chart: RateChart) -> None:
    chart.show_time(PlotFrame(NOON_S - DAY_S, NOON_S, NOON_S))
    chart.point_at(NOON_S - 20 * 60)

    assert chart.bars.overlay.caption == ("Reports received per 15 minutes", "6", "12:30–12:45")


def test_the_keyboard_jumps_from_bar_to_bar(qtbot: QtBot, chart: RateChart) -> None:
    ctrl = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(chart, Qt.Key.Key_End)
    minutes: list[int] = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(chart, key, ctrl)
        assert chart.crosshair_s is not None
        minutes.append(int(chart.crosshair_s // 60) - MINUTE)
    assert minutes == [-5, -20, -50, -50]
    QTest.keyClick(chart, Qt.Key.Key_Right, ctrl)
    assert chart.crosshair_s == NOON_S - 20 * 60


def test_a_time_without_reports_says_so(chart: RateChart) -> None:
    empty = chart.grab().toImage()
    chart.show_time(PlotFrame(NOON_S - 40 * 60, NOON_S - 30 * 60, NOON_S))

    assert bars(chart) == {}
    assert chart.grab().toImage() != empty
    chart.show_rates(some_rates())
    chart.show_time(HOUR_FRAME)
    chart.point_at(NOON_S)
    chart.grab()
    QTest.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)


def test_a_chart_that_was_given_nothing_draws_nothing(qtbot: QtBot, window: QWidget) -> None:
    chart = RateChart(window)
    shown(qtbot, chart, window)
    QTest.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    chart.grab()


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
def test_every_result_is_seen_in_its_colour(
    qtbot: QtBot, qapp: QApplication, chart: RateChart, choice: ThemeChoice
) -> None:
    codes = {201: 50, 101: 50, 202: 50, 203: 50, 403: 50, 511: 50, 299: 50}
    chart.show_rates(some_rates(*((-30 + n, code, 50) for n, code in enumerate(codes))))
    try:
        with qtbot.waitSignal(chart.resized):
            apply_theme(qapp, choice)
            chart.restyle()
        chart.show_time(PlotFrame(NOON_S - 31 * 60, NOON_S - 20 * 60, NOON_S))
        image = chart.grab().toImage()
    finally:
        apply_theme(qapp, ThemeChoice.LIGHT)

    theme = DARK if choice is ThemeChoice.DARK else LIGHT
    for result in Result:
        pair = theme.results[result]
        assert has_colour(image, pair.tint if result is Result.UNKNOWN else pair.text), result


def test_what_is_unknown_differs_from_what_was_cancelled_by_its_edge(qapp: QApplication) -> None:
    fill, edge = result_fill(Result.UNKNOWN)
    other, none = result_fill(Result.CANCELLED)

    assert fill != other
    assert edge.style() is Qt.PenStyle.DashLine
    assert none.style() is Qt.PenStyle.NoPen


@pytest.mark.parametrize("result", list(Result))
def test_icons_are_drawn_as_outlines_of_their_size(qapp: QApplication, result: Result) -> None:
    bounds = icon_path(RESULT_ICONS[result]).boundingRect()

    assert 0 < bounds.width() <= ICON_SIZE + 1
    assert bounds.center().x() == pytest.approx(ICON_SIZE / 2)
    assert bounds.center().y() == pytest.approx(ICON_SIZE / 2)


def test_each_stretch_has_words_of_its_own() -> None:
    texts = [stretch_text(one) for one in LADDER]

    assert len(set(texts)) == len(LADDER)
    assert all(text.startswith("Reports received per ") for text in texts)
