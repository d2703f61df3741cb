"""The running cost, as it is seen."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.money import NANO, NO_CURRENCY
from kvitto.core.outages import OutageCause
from kvitto.ui.charts.cost_chart import MOST_ROWS, CostChart, cost_range, shown_currencies
from kvitto.ui.charts.outage_bands import OutageSpan, ShadedBand
from kvitto.ui.charts.plot import PlotFrame
from kvitto.ui.services.preferences import ThemeChoice
from kvitto.ui.text import formatting
from kvitto.ui.widgets.theme import DARK, LIGHT, apply_theme
from tests.helpers.examples import examples
from tests.ui.charts.drawn import (
    HOUR_FRAME,
    NOON_S,
    a_line,
    has_colour,
    lines,
    settle,
    shown,
)

SPACE = "\N{NO-BREAK SPACE}"


def end_texts(chart: CostChart) -> list[str]:
    return [one.overlay.end_text for one in chart.lines]


# --- What is drawn ------------------------------------------------------------------------------


def test_each_currency_has_a_row_of_its_own_with_its_total_at_the_end(chart: CostChart) -> None:
    assert [one.series.currency for one in chart.lines] == ["EUR", "SEK"]
    assert end_texts(chart) == [f"0,08{SPACE}EUR", f"0,45{SPACE}SEK"]
    edges = [one.box.sceneBoundingRect() for one in chart.lines]
    assert edges[0].left() == edges[1].left()
    assert edges[0].width() == edges[1].width()
    assert edges[0].bottom() <= edges[1].top()


def test_new_data_moves_the_line_and_keeps_the_rows(qtbot: QtBot, chart: CostChart) -> None:
    before = chart.lines

    chart.show_series(lines(a_line("EUR", (-50, NANO)), a_line("SEK", (-30, 2 * NANO))))
    chart.show_time(HOUR_FRAME)

    assert chart.lines == before
    assert end_texts(chart) == [f"1,00{SPACE}EUR", f"2,00{SPACE}SEK"]


def test_other_currencies_get_other_rows_that_fill_the_chart(
    qtbot: QtBot, chart: CostChart
) -> None:
    with qtbot.waitSignal(chart.resized):
        chart.show_series(lines(a_line("NOK", (-5, NANO))))
    settle(qtbot, chart)

    [line] = chart.lines
    assert line.box.pixels[0] > 700
    assert line.box.pixels[1] > 200
    assert end_texts(chart) == [f"1,00{SPACE}NOK"]


def test_without_any_line_nothing_is_drawn_and_nothing_breaks(
    qtbot: QtBot, chart: CostChart
) -> None:
    chart.show_series({})
    chart.show_time(HOUR_FRAME)
    chart.point_at(NOON_S)

    assert chart.lines == []
    chart.grab()


def test_rows_that_are_not_seen_stay_in_the_scene(qtbot: QtBot, chart: CostChart) -> None:
    rows = chart.lines
    chart.show_series({})

    assert all(row.box.scene() is row.axis.scene() is chart.scene() for row in rows)
    assert not any(row.box.isVisible() for row in rows)


@settings(
    examples(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(
    st.dictionaries(
        st.sampled_from(("EUR", "SEK", "")),
        st.lists(
            st.tuples(st.integers(-(10**9), 10**7), st.integers(-(10**20), 10**20)), max_size=6
        ),
    ),
    st.floats(-1e10, 1e10),
    st.floats(300.0, 1e11),
)
def test_whatever_there_is_to_draw_is_drawn_and_read(
    chart: CostChart,
    changes: dict[str, list[tuple[int, int]]],
    begin_s: float,
    length_s: float,
) -> None:
    made = lines(*(a_line(currency, *those) for currency, those in changes.items()))
    series = {currency: one for currency, one in made.items() if len(one.minutes)}
    chart.show_series(series)
    chart.show_time(PlotFrame(begin_s, begin_s + length_s, NOON_S))
    chart.grab()
    for share in (0.0, 0.5, 1.0):
        chart.point_at(begin_s + share * length_s)

    wanted = sorted(series, key=formatting.currency_order)
    assert [line.series.currency for line in chart.lines] == wanted


@pytest.mark.parametrize(
    "changes",
    [
        [(0, 1)],
        [(-1, -5), (0, 5)],
        [(-1, 10**27)],
        [(-3, NANO), (-2, -3 * NANO)],
        [(5, NANO)],
        [(-(10**6), NANO)],
    ],
)
def test_any_line_can_be_drawn(
    qtbot: QtBot, window: QWidget, changes: list[tuple[int, int]]
) -> None:
    chart = CostChart(window)
    chart.show_series(lines(a_line("EUR", *changes)))
    shown(qtbot, chart, window)
    for frame in (
        HOUR_FRAME,
        PlotFrame(NOON_S - 7, NOON_S + 400, NOON_S),
        PlotFrame(-1e10, 2e11, NOON_S),
    ):
        chart.show_time(frame)
        chart.point_at(NOON_S)
        chart.grab()


def test_only_so_many_currencies_get_a_row() -> None:
    series = lines(*(a_line(name, *((n, 1) for n in range(9))) for name in "EDCB"), a_line("A"))

    assert shown_currencies(series) == ["B", "C", "D", "E"]
    assert len(shown_currencies(series)) == MOST_ROWS
    series |= lines(a_line(NO_CURRENCY, *((n, 1) for n in range(99))))
    assert shown_currencies(series) == ["B", "C", "D", "E"]
    assert shown_currencies({name: series[name] for name in ("A", NO_CURRENCY)}) == ["A", ""]


def test_the_scale_begins_at_zero_where_that_hides_nothing() -> None:
    assert cost_range(0.0, 100.0) == (0.0, 106.0)
    assert cost_range(100.0, 100.0) == (0.0, 106.0)
    low, high = cost_range(99.0, 100.0)
    assert 98 < low < 99 < 100 < high < 101
    assert cost_range(-100.0, -100.0) == (-106.0, 0.0)
    assert cost_range(-100.0, -10.0)[1] == 0.0
    assert cost_range(0.0, 0.0) == (0.0, NANO)


def test_the_total_stands_where_nothing_changes_any_more(chart: CostChart) -> None:
    chart.show_time(PlotFrame(NOON_S - 15 * 60, NOON_S - 5 * 60, NOON_S))
    assert end_texts(chart) == [f"0,08{SPACE}EUR", f"0,45{SPACE}SEK"]

    chart.show_time(PlotFrame(NOON_S - 60 * 60, NOON_S - 25 * 60, NOON_S))
    assert end_texts(chart) == ["", f"0,45{SPACE}SEK"]


def test_closed_times_are_shaded(qtbot: QtBot, chart: CostChart) -> None:
    before = chart.grab().toImage()
    chart.show_closed([OutageSpan(NOON_S - 3000, NOON_S - 600, OutageCause.ASLEEP)])

    assert chart.grab().toImage() != before


@pytest.mark.parametrize(("width", "has_words"), [(300.0, True), (24.0, True), (6.0, False)])
def test_a_shade_says_what_it_means_where_the_words_fit(
    qtbot: QtBot, chart: CostChart, width: float, has_words: bool
) -> None:
    chart.show_series(lines(a_line("EUR", (-50, NANO))))
    with qtbot.waitSignal(chart.resized):
        chart.show_time(HOUR_FRAME)
        chart.restyle()
    backdrop = chart.lines[0].backdrop
    bands = [ShadedBand(200.0, 200.0 + width, OutageCause.STOPPED)]
    backdrop.show_bands(bands, chart.font(), has_words=False)
    without = chart.grab().toImage()
    backdrop.show_bands(bands, chart.font(), has_words=True)

    assert (chart.grab().toImage() != without) is has_words


# --- Themes and languages -----------------------------------------------------------------------


def test_the_theme_is_followed_while_it_is_seen(
    qtbot: QtBot, qapp: QApplication, chart: CostChart
) -> None:
    try:
        for choice, theme in ((ThemeChoice.DARK, DARK), (ThemeChoice.LIGHT, LIGHT)):
            with qtbot.waitSignal(chart.resized):
                apply_theme(qapp, choice)
            image = chart.grab().toImage()
            assert image.pixelColor(2, 2) == theme.base
            assert has_colour(image, theme.accent)
    finally:
        apply_theme(qapp, ThemeChoice.LIGHT)
