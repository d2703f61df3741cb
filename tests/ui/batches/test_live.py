"""The table follows the store, and leaves alone what is looked at."""

import asyncio

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kvitto.core.report import Origin
from kvitto.store.deletions import DeleteBatches
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.ui.batches.batch_model import ROW_ROLE
from kvitto.ui.services.context import Selection
from tests.store.arrivals import a_report
from tests.ui.batches.conftest import Table
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_a_report_is_seen_as_a_batch_and_its_message(table: Table) -> None:
    await table.append(a_report("m1", code=102))
    await until(lambda: table.names() == ["batch-a"])
    await table.open("batch-a", 1)

    index = table.model.index_of(1)
    assert [index.siblingAtColumn(column).data() for column in (0, 1, 3, 4, 5, 6, 7)] == [
        "Höstrea",
        "Waiting 1",
        "0 · 0 %",
        "–",
        "1 ?",  # it came so long ago that no more is heard of it
        "2",
        "0.08\N{NO-BREAK SPACE}EUR",
    ]
    message = table.model.index(0, 0, index)
    assert [message.siblingAtColumn(column).data() for column in (0, 1, 3, 6, 7, 10)] == [
        "+46\N{NO-BREAK SPACE}70\N{NO-BREAK SPACE}123\N{NO-BREAK SPACE}45\N{NO-BREAK SPACE}67",
        "Queued 102",
        "",
        "2",
        "0.082\N{NO-BREAK SPACE}EUR",
        "Höstrea",
    ]

    await table.append(a_report("m1", code=201, final=True, second=5))
    await until(lambda: str(message.siblingAtColumn(1).data()) == "Delivered 201")
    assert str(index.siblingAtColumn(3).data()) == "1 · 100 %"


async def test_new_messages_come_at_the_end_of_an_open_batch(table: Table) -> None:
    await table.append(*(a_report(f"m{n}") for n in range(3)))
    await until(lambda: bool(table.names()))
    await table.open("batch-a", 3)

    await table.append(a_report("m3"))
    await until(lambda: len(table.messages("batch-a")) == 4)

    assert table.messages("batch-a")[-1] == "m3"


async def test_new_messages_are_placed_where_the_column_sorts_them(table: Table) -> None:
    await table.append(*(a_report(f"m{n}", price_nano=n * 1000) for n in (5, 1, 3)))
    await until(lambda: bool(table.names()))
    table.view.columns.setSortIndicator(7, Qt.SortOrder.AscendingOrder)
    await table.open("batch-a", 3)
    assert table.messages("batch-a") == ["m1", "m3", "m5"]

    await table.append(a_report("m4", price_nano=4000), a_report("m1", price_nano=9000, second=3))
    await until(lambda: len(table.messages("batch-a")) == 4)
    await until(lambda: table.messages("batch-a") == ["m1", "m3", "m4", "m5"])

    table.view.columns.setSortIndicator(7, Qt.SortOrder.DescendingOrder)
    await until(lambda: table.messages("batch-a") == ["m1", "m5", "m4", "m3"])


async def test_more_changes_than_are_told_of_are_read_again(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    await table.append(*(a_report(f"m{n}") for n in range(4)))
    await until(lambda: bool(table.names()))
    await table.open("batch-a", 4)
    reader = table.context.backend.reader
    told = reader.changes_since
    monkeypatch.setattr(reader, "changes_since", lambda revision: told(revision, limit=1))

    await table.append(*(a_report(f"m{n}", code=500, final=True, second=9) for n in range(6)))
    await until(lambda: len(table.messages("batch-a")) == 6)

    index = table.model.index_of(1)
    for row in range(6):
        cell = table.model.index(row, 1, index)
        await until(lambda cell=cell: cell.data() == "Failed 500")  # type: ignore[misc]


async def test_what_is_looked_at_stays_where_it_is(table: Table) -> None:
    await table.append(*(a_report("m1", batch_id=f"batch-{n:02}") for n in range(60)))
    await until(lambda: len(table.names()) == 60)
    bar = table.view.verticalScrollBar()
    bar.setValue(30 * 28 + 5)
    first = table.view.indexAt(QPoint(0, 0)).data(ROW_ROLE)
    offset = table.view.visualRect(table.view.indexAt(QPoint(0, 0))).top()

    for number in range(3):
        await table.append(a_report("m1", batch_id=f"new-{number}"))
        await until(lambda rows=61 + number: len(table.names()) == rows)  # type: ignore[misc]
        table.view.viewport().repaint()
        top = table.view.indexAt(QPoint(0, 0))
        assert (top.data(ROW_ROLE), table.view.visualRect(top).top()) == (first, offset)


async def test_at_the_top_with_nothing_selected_new_batches_appear(table: Table) -> None:
    await table.append(*(a_report("m1", batch_id=f"batch-{n:02}") for n in range(60)))
    await until(lambda: len(table.names()) == 60)
    await table.append(a_report("m1", batch_id="new"))
    await until(lambda: table.names()[0] == "new")
    table.view.viewport().repaint()
    assert table.view.indexAt(QPoint(0, 0)).data(ROW_ROLE).record.batch_id == "new"


async def test_selection_and_expansion_survive_what_comes(table: Table) -> None:
    await table.append(*(a_report(f"m{n}", batch_id=b) for b in ("b1", "b2") for n in range(3)))
    await until(lambda: len(table.names()) == 2)
    await table.open("b1", 3)
    table.select_message("b1", "m1")
    selected: list[Selection] = []
    table.panel.selected.connect(selected.append)

    await table.append(a_report("m1", batch_id="b3"), a_report("m9", batch_id="b1"))
    await until(lambda: len(table.names()) == 3 and len(table.messages("b1")) == 4)

    assert selected == []
    index = table.view.currentIndex()
    assert index.data(3) == "Message m1"
    assert table.view.isExpanded(index.parent())


async def test_a_deleted_batch_goes_and_with_it_the_selection(table: Table) -> None:
    await table.append(a_report("m1", batch_id="b1"), a_report("m1", batch_id="b2"))
    await until(lambda: len(table.names()) == 2)
    await table.open("b1", 1)
    table.select_message("b1", "m1")
    selected: list[Selection] = []
    table.panel.selected.connect(selected.append)

    await asyncio.wrap_future(table.context.backend.edit(DeleteBatches((table.key("b1"),))))
    await until(lambda: table.names() == ["b2"])

    assert selected == [Selection()]


async def test_batches_that_are_done_or_of_the_demo_are_shown_on_request(table: Table) -> None:
    await table.append(a_report("m1", batch_id="real"))
    await table.append(a_report("m1", batch_id="demo"), origin=Origin.DEMO)
    await until(lambda: table.names() == ["real"])
    change = ChangeBatch(table.key("real"), BatchChange(is_archived=True))
    await asyncio.wrap_future(table.context.backend.edit(change))
    await until(lambda: table.names() == [])
    placeholder = table.panel.placeholder
    await until(lambda: "not shown" in placeholder.text)

    placeholder.button.click()

    await until(lambda: table.names() == ["demo", "real"])
    await until(lambda: placeholder.text == "")
    assert table.model.index_of(table.key("demo")).data(11) == "Höstrea, demo"


async def test_following_goes_to_the_newest_until_the_user_chooses(table: Table) -> None:
    await table.append(*(a_report("m1", batch_id=f"b{n}") for n in range(4)))
    await until(lambda: len(table.names()) == 4)
    follows: list[bool] = []
    table.panel.follow_changed.connect(follows.append)
    table.panel.set_follow(True)

    await table.append(a_report("m2", batch_id="b2", second=50))
    await until(lambda: table.view.currentIndex().data(ROW_ROLE).record.batch_id == "b2")

    await table.open("b2", 2)
    await table.append(a_report("m3", batch_id="b2", second=60))
    await until(lambda: table.view.currentIndex().data(3) == "Message m3")

    QTest.keyClick(table.view, Qt.Key.Key_Up)
    assert follows == [True, False]
    assert not table.panel.top_row.follow.isChecked()


async def test_phone_numbers_are_masked_with_one_key(table: Table) -> None:
    await table.append(a_report("m1"))
    await until(lambda: bool(table.names()))
    await table.open("batch-a", 1)
    table.context.preferences.put("is_masked", True)
    message = table.model.index(0, 0, table.model.index_of(1))
    assert message.data() == "•••••••••67"


async def test_the_table_is_as_it_was_left(table: Table) -> None:
    await table.append(*(a_report(f"m{n}", batch_id=f"b{n}") for n in range(3)))
    await until(lambda: len(table.names()) == 3)
    await table.open("b1", 1)
    columns = table.view.columns
    columns.column_menu().actions()[5].setChecked(False)
    columns.resizeSection(3, 133)
    columns.moveSection(4, 1)
    columns.setSortIndicator(7, Qt.SortOrder.DescendingOrder)
    table.panel.top_row.field.setText("b")
    table.panel.save_state()

    again = Table(table.context)
    again.panel.restore_state()
    again.model.batches.apply([row.record for row in table.model.batches.known])
    again.panel.grab()

    columns = again.view.columns
    assert (columns.isSectionHidden(5), columns.sectionSize(3)) == (True, 133)
    assert columns.visualIndex(4) == 1
    assert (again.model.batches.sort_column, again.model.batches.is_descending) == (7, True)
    await until(lambda: again.view.isExpanded(again.model.index_of(table.key("b1"))))
    await until(lambda: again.messages("b1") == ["m1"])
    assert again.panel.top_row.field.text() == "", "a filter is not kept"
    again.close()
