"""The view on its own: header, keys, painting, theme and language."""

from array import array
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kvitto.core.awaited import awaited_until
from kvitto.ui.batches import structure
from kvitto.ui.batches.batch_view import BatchView
from kvitto.ui.batches.cell_text import TextManner
from kvitto.ui.batches.columns import COLUMNS, NAME, WAITING
from kvitto.ui.batches.columns_header import pinned_header
from kvitto.ui.services.context import Selection
from kvitto.ui.services.preferences import ThemeChoice
from kvitto.ui.widgets.theme import (
    DARK,
    LIGHT,
    ROW_HEIGHT,
    Colours,
    apply_theme,
)
from tests.ui.batches.records import START, a_batch, a_message
from tests.ui.batches.watching import model_of


def open_large(view: BatchView) -> None:
    """Show a batch of many messages, open."""
    model = model_of(view)
    model.batches.apply([a_batch(9, statuses={201: 200})])
    view.expand(model.index_of(9))
    view.executeDelayedItemsLayout()
    model.messages.set_keys(9, array("q", range(1000, 1200)))
    view.executeDelayedItemsLayout()


def opened(view: BatchView) -> None:
    model = model_of(view)
    view.expand(model.index_of(1))
    model.messages.set_keys(1, array("q", range(11, 20)))
    codes = (201, 102, 202, 203, 405, 500, 777, 511)
    model.messages.put_records(
        [
            a_message(11 + at, code=code, final=code != 511, recipient=None if at == 2 else "467")
            for at, code in enumerate(codes)
        ]
    )


@pytest.fixture
def _light_again(qapp: QApplication) -> Iterator[None]:
    palette = qapp.palette()
    yield
    qapp.styleHints().unsetColorScheme()
    qapp.setPalette(palette)


@pytest.mark.parametrize(
    ("choice", "theme"), [(ThemeChoice.LIGHT, LIGHT), (ThemeChoice.DARK, DARK)]
)
@pytest.mark.usefixtures("_light_again")
def test_everything_is_painted_in_both_themes(
    view: BatchView, qapp: QApplication, qtbot: QtBot, choice: ThemeChoice, theme: Colours
) -> None:
    opened(view)
    apply_theme(qapp, choice)
    view.select(model_of(view).index_of(2))
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(lambda: view.palette().base().color() == theme.base)
    image = view.grab().toImage()
    seen = {image.pixelColor(x, y).rgb() for x in range(0, 900, 2) for y in range(0, 400, 2)}
    selected = {
        view.palette().color(group, QPalette.ColorRole.Highlight).rgb()
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive)
    }
    assert selected & seen
    wanted = [theme.base.rgb(), theme.raised.rgb()]
    wanted += [colours.tint.rgb() for colours in theme.results.values()]
    assert set(wanted) <= seen


def test_rows_are_as_high_as_the_theme_has_them(view: BatchView) -> None:
    assert view.visualRect(view.indexAt(QPoint(5, 5))).height() == ROW_HEIGHT


def test_titles_sort_once_up_once_down_and_then_no_more(view: BatchView) -> None:
    header = view.columns
    place = QPoint(header.sectionViewportPosition(3) + 20, 10)
    orders = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        orders.append((model_of(view).batches.sort_column, model_of(view).batches.is_descending))
    assert orders == [(3, False), (3, True), (-1, True)]


def test_keys_open_and_close_batches_and_go_to_their_messages(view: BatchView) -> None:
    model = model_of(view)
    view.select(model.index_of(1))
    wanted = QSignalSpy(model.messages.messages_wanted)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.isExpanded(model.index_of(1))
    assert wanted.count() == 1
    opened(view)
    chosen = QSignalSpy(view.chosen_by_hand)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.selection().message_key == 11
    assert chosen.count() == 1
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert not view.isExpanded(model.index_of(1))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.isExpanded(model.index_of(1))


def test_closing_a_batch_selects_it_where_its_message_was_selected(view: BatchView) -> None:
    opened(view)
    model = model_of(view)
    view.select(model.index_of(1, 13))
    selected: list[Selection] = []
    view.selected.connect(selected.append)
    view.collapse(model.index_of(1))
    assert [(one.batch is not None, one.message_key) for one in selected] == [(True, None)]
    assert view.currentIndex() == model.index_of(1)


def test_another_cell_of_the_same_row_is_no_other_selection(view: BatchView) -> None:
    selected = QSignalSpy(view.selected)
    index = model_of(view).index_of(2)
    view.select(index)
    view.setCurrentIndex(index.siblingAtColumn(3))
    assert selected.count() == 1


def test_a_tint_fades_away_and_then_nothing_runs(view: BatchView, qtbot: QtBot) -> None:
    opened(view)
    fading = model_of(view).messages.fading
    model_of(view).messages.update_messages([12], [a_message(12, code=201, second=9)])
    strengths = []
    fading.ticked.connect(lambda: strengths.append(fading.strength(12)))
    qtbot.waitUntil(lambda: not fading.keys)
    assert strengths == sorted(strengths, reverse=True)
    assert len(strengths) >= 3
    assert fading.strength(12) == 0
    assert not fading.is_running


def test_a_new_font_and_a_new_language_are_followed(view: BatchView, qapp: QApplication) -> None:
    changed = QSignalSpy(model_of(view).headerDataChanged)
    font = view.font()
    font.setPointSize(14)
    view.setFont(font)
    qapp.sendEvent(view, QEvent(QEvent.Type.LanguageChange))
    assert changed.count() == 1
    assert not view.grab().isNull()


def test_a_share_that_does_not_fit_is_left_out(view: BatchView) -> None:
    progress = [str(column.title) for column in COLUMNS].index("Delivered")
    view.columns.resizeSection(progress, 64)
    model = model_of(view)

    def painted(expected: int) -> QImage:
        model.batches.apply([a_batch(1, statuses={201: 1_000}, expected_count=expected)])
        place = view.visualRect(model.index_of(1).siblingAtColumn(progress))
        return view.viewport().grab(place).toImage()

    first, second = painted(2_000), painted(4_000)
    assert first == second
    view.columns.resizeSection(progress, 400)
    assert painted(2_000) != painted(4_000)


def test_what_is_waited_for_in_vain_is_painted_so_once_that_is_so(
    view: BatchView, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.resize(1600, 400)
    model = model_of(view)
    place = view.visualRect(model.index_of(1).siblingAtColumn(WAITING))
    end = awaited_until(a_batch(1).last_seen)

    def painted(now: datetime) -> QImage:
        monkeypatch.setattr(model, "manner", lambda: TextManner(now))
        return view.viewport().grab(place).toImage()

    before = painted(START)
    assert painted(end) == before
    assert painted(end + timedelta(seconds=1)) != before


def test_the_header_of_an_open_batch_stays_in_view(view: BatchView) -> None:
    model = model_of(view)
    open_large(view)
    view.verticalScrollBar().setValue(0)
    assert not pinned_header(view)[0].isValid()

    view.verticalScrollBar().setValue(50 * ROW_HEIGHT + 5)

    assert pinned_header(view) == (model.index_of(9), 0)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    selected = view.selection()
    assert selected.batch is not None
    assert (selected.batch.key, selected.message_key) == (9, None)


def test_a_message_is_brought_into_view_from_below_its_batch(view: BatchView) -> None:
    model = model_of(view)
    open_large(view)
    view.verticalScrollBar().setValue(50 * ROW_HEIGHT)

    view.select(model.index(20, 0, model.index_of(9)))

    assert view.visualRect(view.currentIndex()).top() >= ROW_HEIGHT


def test_a_batch_that_is_opened_while_others_come_leaves_every_row_its_facts(
    view: BatchView,
) -> None:
    """A view lays out when it is asked where a row is, and that opens what is expanded."""
    model = model_of(view)
    view.select(model.index_of(2))
    view.scheduleDelayedItemsLayout()
    view.expand(model.index_of(1))

    model.batches.apply([a_batch(4)])

    assert [row.record.key for row in model.batches.shown] == [4, 3, 2, 1]
    assert [model.rowCount(model.top(at)) for at in range(4)] == [
        row.rows for row in model.batches.shown
    ]
    assert all(model.top(at).data() for at in range(4))
    QApplication.processEvents()
    assert model.messages.open_batches == [1], "it is opened a moment later"
    assert model.rowCount(model.index_of(1)) == 9


def test_the_selected_rows_colour_is_soft(view: BatchView) -> None:
    accent = view.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
    assert accent != LIGHT.accent


def test_of_very_many_batches_each_can_be_opened_seen_or_not(
    view: BatchView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(structure, "_SETTLED_AT_ONCE", 0)
    model = model_of(view)
    model.batches.apply([a_batch(key, statuses={201: 3}) for key in range(1001, 1301)])
    far, near = model.index_of(1001), model.index_of(1300)
    assert not model.hasChildren(far), "nobody has looked"

    view.expand_batches({1001})
    view.executeDelayedItemsLayout()
    assert model.rowCount(far) == 3
    view.scrollTo(near)
    view.viewport().grab()
    assert model.rowCount(near) == 1, "it can be opened, which its sign says"
    view.select(model.index_of(1150))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.isExpanded(model.index_of(1150))
    assert model.rowCount(model.index_of(1150)) == 3


def test_of_very_many_batches_those_that_are_found_have_their_counts(view: BatchView) -> None:
    model = model_of(view)
    batches = [a_batch(key, statuses={201: 3}) for key in range(1001, 3001)]
    model.batches.apply(batches, [row.key for row in model.batches.shown])
    for counts in ({1007: 1, 2000: 2, 3000: 3}, dict.fromkeys(range(1001, 3001, 2), 2), {}, None):
        model.batches.set_counts(counts)
        shown = {row.key: row.matches for row in model.batches.shown}
        assert shown == ({one.key: 3 for one in batches} if counts is None else counts)
        assert list(shown) == sorted(shown, reverse=True)
        assert model.rowCount() == len(shown)


def test_of_very_many_batches_one_with_a_single_message_stays_open_when_sorted(
    view: BatchView,
) -> None:
    model = model_of(view)
    batches = [a_batch(key, statuses={201: 1}) for key in range(1001, 1801)]
    model.batches.apply(batches, [row.key for row in model.batches.shown])
    view.grab()
    view.expand_batches({1800})
    model.messages.set_keys(1800, array("q", [7]))
    model.messages.put_records([a_message(7, batch=1800)])
    view.select(model.index_of(1800, 7))

    model.sort(NAME, Qt.SortOrder.AscendingOrder)
    assert model.index_of(1800).row() == len(batches) - 1
    assert model.message_key_at(view.currentIndex()) == 7
    view.scrollTo(model.index_of(1800))
    view.grab()
    assert not view.visualRect(model.index_of(1800, 7)).isEmpty()
