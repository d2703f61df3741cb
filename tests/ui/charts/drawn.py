"""Series to draw, and what there is to see of them."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.status import Result
from kvitto.store.timeseries import CostSeries, Counted, Rates, Rows, by_result
from kvitto.ui.charts.plot import PlotFrame
from kvitto.ui.charts.time_chart import TimeChart

NOON: Final = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
NOON_S: Final = NOON.timestamp()
MINUTE: Final = int(NOON_S // 60)
HOUR_FRAME: Final = PlotFrame(NOON_S - 3600, NOON_S + 600, NOON_S)
"""From 12:00 to 13:10 in Sweden, where it is 13:00."""
ALL: Final = Counted(None, with_demo=False, left_out=frozenset(), revision=1)


def a_line(currency: str, *changes: tuple[int, int]) -> CostSeries:
    """Return a line that changes by so many nano-units at minutes counted from noon."""
    steps = [(MINUTE + minute, *divmod(nano, 10**9)) for minute, nano in changes]
    return CostSeries.of(currency, np.array(steps, np.int64).reshape(-1, 3))


def lines(*series: CostSeries) -> dict[str, CostSeries]:
    return {one.currency: one for one in series}


def some_rates(*arrived: tuple[int, int, int]) -> Rates:
    """Return reports: so many of a code at minutes counted from noon, all final but the 1xx."""
    steps = [(MINUTE + at, code, n, n if code >= 200 else 0) for at, code, n in arrived]
    return Rates.of(ALL, by_result(np.array(steps, np.int64).reshape(-1, 4)), Rows(0, {}))


def shown(qtbot: QtBot, chart: TimeChart, window: QWidget, frame: PlotFrame = HOUR_FRAME) -> None:
    """Show a chart in a window, laid out, at a time."""
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(chart)
    window.resize(900, 280)
    with qtbot.waitSignal(chart.resized):
        window.show()
    chart.show_time(frame)
    settle(qtbot, chart)


def settle(qtbot: QtBot, chart: TimeChart) -> None:
    """Wait until the layout has come to rest."""
    qtbot.waitUntil(lambda: chart.pixels > 500)
    chart.grab()


def has_colour(image: QImage, colour: QColor) -> bool:
    """Tell whether a colour is seen anywhere."""
    wanted = colour.rgb()
    return any(
        image.pixel(x, y) == wanted for y in range(image.height()) for x in range(image.width())
    )


def result_totals(rates: Rates) -> dict[Result, int]:
    return {result: int(one.reports[-1]) for result, one in rates.series.items()}
