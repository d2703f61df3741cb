"""Clocks and languages of other places, and charts to test."""

import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.charts.charts_panel import ChartsPanel
from kvitto.ui.charts.cost_chart import CostChart
from kvitto.ui.services.context import Context
from tests.ui.charts.drawn import a_line, lines, shown
from tests.ui.charts.panels import Make

Zone = Callable[[str], None]


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zone]:
    """Give a function that moves this computer to a time zone."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def stockholm(zone: Zone) -> None:
    """Move this computer to Sweden."""
    zone("Europe/Stockholm")


@pytest.fixture
def swedish() -> Iterator[None]:
    """Speak Swedish."""
    before = QLocale()
    QLocale.setDefault(QLocale("sv_SE"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
async def make(context: Context, qtbot: QtBot) -> Make:
    """Return a function that shows a panel."""

    def make() -> ChartsPanel:
        panel = ChartsPanel(context)
        qtbot.addWidget(panel)
        panel.resize(900, 280)
        panel.show()
        context.feed.start()
        return panel

    return make


@pytest.fixture
def window(qtbot: QtBot, stockholm: None, swedish: None) -> QWidget:
    """Return a window for a chart, in Swedish and in Sweden."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def chart(qtbot: QtBot, window: QWidget) -> CostChart:
    """Return a chart of two currencies."""
    made = CostChart(window)
    made.show_series(
        lines(a_line("EUR", (-50, 82_000_000), (-20, 5)), a_line("SEK", (-30, 450_000_000)))
    )
    shown(qtbot, made, window)
    return made
