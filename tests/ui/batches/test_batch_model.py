"""The model: what its rows say, and when they come and go."""

from array import array
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kvitto.core.outages import TimeRange
from kvitto.core.report import Origin
from kvitto.store.search import MessageOrder
from kvitto.ui.batches.batch_model import FADE_ROLE, ROW_ROLE, WHOLE_ROLE, BatchModel
from kvitto.ui.batches.columns import COLUMNS, DELIVERED, EXPOSED, NAME
from kvitto.ui.batches.shown_rows import UNSORTED
from tests.ui.batches.records import START, a_batch, a_message
from tests.ui.batches.watching import messages, shown, watched

COST: Final = 7
Ascending: Final = Qt.SortOrder.AscendingOrder
Descending: Final = Qt.SortOrder.DescendingOrder


@pytest.fixture
def model(qapp: QApplication) -> Iterator[BatchModel]:
    del qapp
    made = BatchModel(clock=lambda: START)
    tester = watched(made)
    yield made
    del tester


def opened(model: BatchModel, batch_key: int, keys: list[int]) -> None:
    model.fetchMore(model.index_of(batch_key))
    model.messages.set_keys(batch_key, array("q", keys))


LOST: Final = [TimeRange(START - timedelta(hours=5), START - timedelta(hours=1))]


def test_a_batch_about_which_reports_may_be_lost_is_marked_and_shows_no_bare_share(
    model: BatchModel,
) -> None:
    model.batches.apply([a_batch(1, statuses={201: 5}), a_batch(2, statuses={201: 5})])
    model.batches.set_exposed({1: LOST, 3: LOST})
    model.batches.apply([a_batch(3, statuses={201: 5})])

    def said(key: int, column: int, role: Qt.ItemDataRole) -> str:
        index = model.index_of(key)
        return str(index.siblingAtColumn(column).data(role))

    for key in (1, 3):
        assert said(key, DELIVERED, Qt.ItemDataRole.DisplayRole) == "5 · ≤ 100 %"
        assert "gaps?" in said(key, NAME, Qt.ItemDataRole.AccessibleTextRole)
        for column in EXPOSED:
            assert "Ask iP.1" in said(key, column, Qt.ItemDataRole.ToolTipRole)
    assert said(2, DELIVERED, Qt.ItemDataRole.DisplayRole) == "5 · 100 %"
    assert "lost" not in said(2, NAME, Qt.ItemDataRole.ToolTipRole)

    model.batches.set_exposed({})
    assert said(1, DELIVERED, Qt.ItemDataRole.DisplayRole) == "5 · 100 %"


# --- Batches ------------------------------------------------------------------------------------


def test_the_newest_batch_comes_first(model: BatchModel) -> None:
    model.batches.apply([a_batch(1), a_batch(2)])
    model.batches.apply([a_batch(3)])
    assert shown(model) == [3, 2, 1]


def test_a_batch_that_changes_keeps_its_place(model: BatchModel) -> None:
    model.batches.apply([a_batch(1, costs={"EUR": 5}), a_batch(2, costs={"EUR": 9})])
    model.sort(COST, Descending)

    model.batches.apply([a_batch(1, costs={"EUR": 100})])

    assert shown(model) == [2, 1]
    model.batches.sort_again()
    assert shown(model) == [1, 2]


def test_a_new_batch_is_put_where_the_order_has_it(model: BatchModel) -> None:
    model.batches.apply([a_batch(1, costs={"EUR": 5}), a_batch(2, costs={"EUR": 9})])
    model.sort(COST, Ascending)
    model.batches.apply([a_batch(3, costs={"EUR": 7})])
    assert shown(model) == [1, 3, 2]


def test_currencies_are_never_compared_with_each_other(model: BatchModel) -> None:
    model.batches.apply(
        [
            a_batch(1, costs={"SEK": 5}),
            a_batch(2, costs={"EUR": 900}),
            a_batch(3, costs={"EUR": 7}),
            a_batch(4),
        ]
    )
    model.sort(COST, Ascending)
    assert shown(model) == [4, 3, 2, 1]


def test_no_column_sorts_by_the_newest_batch_again(model: BatchModel) -> None:
    model.batches.apply([a_batch(1, costs={"EUR": 9}), a_batch(2)])
    model.sort(COST, Descending)
    assert shown(model) == [1, 2]
    model.sort(UNSORTED, Ascending)
    assert shown(model) == [2, 1]


def test_a_deleted_batch_goes_with_its_messages(model: BatchModel) -> None:
    model.batches.apply([a_batch(1), a_batch(2)])
    opened(model, 1, [11, 12, 13])
    model.batches.apply([], [1, 77])
    assert shown(model) == [2]
    assert model.batches.batch(1) is None


def test_only_what_the_user_means_is_shown(model: BatchModel) -> None:
    model.batches.set_meant(lambda batch: batch.origin is not Origin.DEMO and not batch.is_archived)
    model.batches.apply([a_batch(1, origin=Origin.DEMO), a_batch(2, is_archived=True), a_batch(3)])
    assert (shown(model), model.batches.meant()) == ([3], 1)

    model.batches.apply([a_batch(1)])
    assert shown(model) == [3, 1]
    model.batches.set_meant(lambda _batch: True)
    assert shown(model) == [3, 2, 1]


def test_a_filter_shows_batches_with_matches(model: BatchModel) -> None:
    model.batches.apply([a_batch(1), a_batch(2), a_batch(3)])

    model.batches.set_counts({1: 2, 3: 1})
    assert shown(model) == [3, 1]
    assert [row.matches for row in model.batches.shown] == [1, 2]

    model.batches.update_counts({2: 1}, [1, 2])
    assert shown(model) == [3, 2]
    model.batches.set_counts(None)
    assert [row.matches for row in model.batches.shown] == [3, 3, 3]


def test_what_the_user_looks_at_does_not_go_with_the_filter(model: BatchModel) -> None:
    model.batches.apply([a_batch(1), a_batch(2)])
    model.batches.set_counts({1: 1, 2: 1})
    model.batches.pin(1)
    model.batches.update_counts({}, [1, 2])
    assert shown(model) == [1]


# --- Messages -----------------------------------------------------------------------------------


def test_a_batch_is_opened_at_once_and_filled_as_it_is_read(
    model: BatchModel, qtbot: QtBot
) -> None:
    model.batches.apply([a_batch(1, statuses={201: 300})])
    index = model.index_of(1)
    assert (model.rowCount(index), model.canFetchMore(index)) == (1, True)

    with qtbot.waitSignal(model.messages.messages_wanted) as wanted:
        model.fetchMore(index)

    assert wanted.args == [1]
    assert (model.rowCount(index), model.canFetchMore(index)) == (300, False)
    page = [a_message(1000 + n) for n in range(200)]
    model.messages.set_page(1, page)
    assert model.index(199, 0, index).data(ROW_ROLE) == page[199]
    assert model.index(200, 0, index).data(ROW_ROLE) is None
    model.messages.set_keys(1, array("q", range(1000, 1300)))
    assert messages(model, 1) == list(range(1000, 1300))


def test_messages_are_asked_for_when_they_are_looked_at(model: BatchModel, qtbot: QtBot) -> None:
    model.batches.apply([a_batch(1, statuses={201: 1000})])
    opened(model, 1, list(range(1, 1001)))
    index = model.index_of(1)

    with qtbot.waitSignal(model.messages.records_wanted) as wanted:
        assert model.index(500, 0, index).data() is None

    assert wanted.args is not None
    [keys] = wanted.args
    assert 501 in keys
    assert len(keys) < 200
    with qtbot.waitSignal(model.dataChanged):
        model.messages.put_records([a_message(501)])
    assert model.index(500, 0, index).data(WHOLE_ROLE) == "+46701234567"
    with qtbot.assertNotEmitted(model.messages.records_wanted, wait=20):
        model.index(510, 0, index).data()


def test_who_scrolls_far_is_given_what_they_see_last(model: BatchModel, qtbot: QtBot) -> None:
    model.batches.apply([a_batch(1, statuses={201: 9000})])
    opened(model, 1, list(range(1, 9001)))
    index = model.index_of(1)
    with qtbot.waitSignal(model.messages.records_wanted) as wanted:
        for row in range(0, 9000, 100):
            model.index(row, 0, index).data()
    assert wanted.args is not None
    assert max(wanted.args[0]) > 8900
    assert min(wanted.args[0]) > 8000


def test_a_new_message_comes_at_the_end_and_is_tinted(model: BatchModel) -> None:
    model.batches.apply([a_batch(1)])
    opened(model, 1, [11, 12, 13])

    unplaced = model.messages.update_messages([14, 99], [a_message(14), a_message(99, batch=2)])

    assert unplaced == set()
    assert messages(model, 1) == [11, 12, 13, 14]
    assert model.index_of(1, 14).data(FADE_ROLE) > 0.5


def test_a_new_message_in_another_order_is_to_be_placed_by_who_knows(model: BatchModel) -> None:
    model.batches.apply([a_batch(1)])
    opened(model, 1, [11, 12, 13])
    model.sort(COST, Descending)
    assert model.messages.message_order == (MessageOrder.PRICE, True)
    assert model.messages.update_messages([14], [a_message(14)]) == {1}
    assert messages(model, 1) == [11, 12, 13]


def test_a_changed_message_is_shown_where_it_stands_and_tinted(
    model: BatchModel, qtbot: QtBot
) -> None:
    model.batches.apply([a_batch(1)])
    opened(model, 1, [11, 12, 13])
    model.messages.put_records([a_message(12, code=102, final=False)])
    index = model.index_of(1, 12)
    assert index.data(FADE_ROLE) == 0

    with qtbot.waitSignal(model.dataChanged):
        model.messages.update_messages([12], [a_message(12, code=500, second=9)])

    assert index.data(ROW_ROLE).state.code == 500
    assert index.data(FADE_ROLE) > 0.5


def test_a_message_that_leaves_the_filter_goes_unless_it_is_looked_at(
    model: BatchModel, qtbot: QtBot
) -> None:
    model.batches.apply([a_batch(1)])
    opened(model, 1, [11, 12, 13])
    model.batches.pin(1, 12)

    model.messages.update_messages([11, 12], [])
    assert messages(model, 1) == [12, 13]

    model.batches.pin(1, 13)
    qtbot.waitUntil(lambda: messages(model, 1) == [13])


def test_what_is_read_while_a_batch_is_closed_is_not_taken_up(model: BatchModel) -> None:
    model.batches.apply([a_batch(1)])
    opened(model, 1, [11, 12, 13])
    model.messages.put_records([a_message(12)])
    model.messages.close_batch(1)

    model.messages.set_keys(1, array("q", [1, 2]))
    model.messages.set_page(1, [a_message(11)])

    assert model.rowCount(model.index_of(1)) == 1
    opened(model, 1, [11, 12, 13])
    assert model.index_of(1, 12).data() is None, "of a closed batch's changes nothing was heard"


def test_a_batch_that_turns_out_empty_has_no_rows(model: BatchModel) -> None:
    model.batches.apply([a_batch(1)])
    opened(model, 1, [])
    assert not model.hasChildren(model.index_of(1))
    model.messages.close_batch(1)
    assert model.rowCount(model.index_of(1)) == 1


def test_messages_are_read_again_when_more_has_changed_than_was_told(
    model: BatchModel, qtbot: QtBot
) -> None:
    model.batches.apply([a_batch(1)])
    opened(model, 1, [11])
    model.messages.put_records([a_message(11)])
    model.messages.distrust_records()
    with qtbot.waitSignal(model.messages.records_wanted):
        assert model.index_of(1, 11).data() is not None, "the old text stays until the new comes"


def test_phone_numbers_are_masked_everywhere(model: BatchModel) -> None:
    model.batches.apply([a_batch(1)])
    opened(model, 1, [11])
    model.messages.put_records([a_message(11, reference="call 0701234567")])
    model.set_masked(True)
    index = model.index_of(1, 11)
    texts = [
        index.siblingAtColumn(column).data(role)
        for column in range(len(COLUMNS))
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, WHOLE_ROLE)
    ]
    assert not any("1234567" in text.replace("\N{NO-BREAK SPACE}", "") for text in texts)
