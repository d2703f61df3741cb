"""The charts are made once the table has been filled, and only where they are seen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.charts.charts_panel import ChartsPanel
from kvitto.ui.charts.lazy_panel import LazyChartsPanel
from kvitto.ui.services.context import Context
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


def charts(pane: LazyChartsPanel) -> list[ChartsPanel]:
    return pane.findChildren(ChartsPanel)


@pytest.fixture
async def pane(context: Context, qtbot: QtBot) -> LazyChartsPanel:
    pane = LazyChartsPanel(context)
    qtbot.addWidget(pane)
    pane.resize(900, 280)
    return pane


async def test_the_charts_wait_for_the_table(context: Context, pane: LazyChartsPanel) -> None:
    pane.show()
    assert not charts(pane)

    context.feed.start()
    await until(lambda: len(charts(pane)) == 1)
    await until(lambda: charts(pane)[0].isVisible())


async def test_charts_that_nobody_sees_are_not_made(
    context: Context, pane: LazyChartsPanel
) -> None:
    context.feed.start()
    await until(lambda: context.feed.has_read)
    assert not charts(pane)

    pane.show()
    await until(lambda: len(charts(pane)) == 1)


async def test_who_asks_for_the_charts_has_them_at_once(
    context: Context, pane: LazyChartsPanel
) -> None:
    pane.show()
    made = pane.panel
    assert charts(pane) == [made]

    context.feed.start()
    await until(lambda: context.feed.has_read)
    assert charts(pane) == [made]


async def test_charts_that_were_not_made_are_left_as_they_were(
    context: Context, pane: LazyChartsPanel
) -> None:
    pane.save_state()
    assert context.preferences.state("costs").isEmpty()
    assert pane.panel is not None
    pane.save_state()
    assert not context.preferences.state("costs").isEmpty()


async def test_the_tab_key_goes_through_the_charts_where_they_stand(
    context: Context, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    before, pane, behind = (
        QPushButton(window),
        LazyChartsPanel(context, window),
        QPushButton(window),
    )
    assert pane.panel is not None

    order: list[QWidget] = [before]
    while (following := order[-1].nextInFocusChain()) is not before:
        assert following is not None
        order.append(following)
    places = [at for at, one in enumerate(order) if pane.panel.isAncestorOf(one) and is_stop(one)]
    assert places
    assert max(places) < order.index(behind)


def is_stop(widget: QWidget) -> bool:
    """Tell whether the tab key stops at a widget."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
