"""What can be done with a row."""

import asyncio
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from kvitto.paths import database_file
from kvitto.store.errors import DatabaseReadOnlyError
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.store.records import BatchRecord
from kvitto.ui.batches.batch_dialogs import ExpectedDialog, LabelDialog
from kvitto.ui.batches.columns import COLUMNS, DELIVERED, REFERENCE
from kvitto.ui.services.batch_commands import BatchCommands
from tests.store.arrivals import a_report
from tests.ui.batches.conftest import Table
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


@pytest.fixture
async def shown(table: Table) -> Table:
    await table.append(
        a_report("m1", code=201, final=True), a_report("m2", price_nano=5_000_000, currency="SEK")
    )
    await until(lambda: bool(table.names()))
    await table.open("batch-a", 2)
    table.view.select(table.model.index_of(1))
    table.panel.activateWindow()
    table.view.setFocus()
    await until(table.view.hasFocus)
    return table


def clipboard() -> str:
    data: QMimeData = QGuiApplication.clipboard().mimeData()
    return data.text()


def dialog(table: Table, kind: type[QDialog]) -> QDialog:
    [found] = (one for one in table.view.findChildren(kind) if one.isVisible())
    return found


def texts(table: Table) -> list[str]:
    menu = table.panel.actions_of_rows.menu()
    found = [action.text().replace("&", "") for action in menu.actions() if action.text()]
    menu.close()
    return found


async def test_the_menu_has_all_that_can_be_done(shown: Table) -> None:
    assert texts(shown) == [
        "Those who did not get it…",
        "Copy cell",
        "Copy row",
        "Copy id",
        "Rename batch…",
        "Set expected number…",
        "Archive",
        "Export this batch…",
        "Delete batch",
    ]


async def test_a_row_is_copied_as_it_is_shown_with_ids_and_times_whole(shown: Table) -> None:
    shown.panel.resize(1600, 400)
    shown.view.columns.setSectionHidden(REFERENCE, True)
    shown.select_message("batch-a", "m1")
    QTest.keyClick(shown.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = clipboard().split("\t")
    assert cells[:2] == ["+46701234567", "Delivered 201"]
    assert cells[2].startswith("2026-03-01T")
    assert cells[3:8] == ["", "", "", "2", "0.082\N{NO-BREAK SPACE}EUR"]
    assert cells[8].startswith("2026-03-01T")
    assert len(cells) == len(COLUMNS) - 1


async def test_ids_and_cells_are_copied(shown: Table) -> None:
    actions = shown.panel.actions_of_rows
    actions.copy_id.trigger()
    assert clipboard() == "batch-a"
    shown.select_message("batch-a", "m2")
    actions.copy_id.trigger()
    assert clipboard() == "m2"
    # Not by the view: for Qt, the control key is still held that an earlier test has pressed.
    cell = shown.view.currentIndex().siblingAtColumn(7)
    choosing = QItemSelectionModel.SelectionFlag.ClearAndSelect
    choosing |= QItemSelectionModel.SelectionFlag.Rows
    shown.view.selectionModel().setCurrentIndex(cell, choosing)
    actions.copy_cell.trigger()
    assert clipboard() == "0.005\N{NO-BREAK SPACE}SEK"


async def test_a_batch_is_renamed(shown: Table) -> None:
    QTest.keyClick(shown.view, Qt.Key.Key_F2)
    asked = dialog(shown, LabelDialog)
    assert isinstance(asked, LabelDialog)
    asked.setTextValue("  Höstrea ")
    asked.accept()
    await until(lambda: shown.names() == ["Höstrea"])

    shown.panel.actions_of_rows.rename.trigger()
    asked = dialog(shown, LabelDialog)
    assert isinstance(asked, LabelDialog)
    assert asked.textValue() == "Höstrea"
    asked.setTextValue("")
    asked.accept()
    await until(lambda: shown.names() == ["batch-a"])


async def test_the_expected_number_is_set_and_taken_back(shown: Table) -> None:
    delivered = shown.model.index_of(1).siblingAtColumn(DELIVERED)
    for count, text in ((10, "1 · 10 %"), (0, "1 · 50 %")):
        shown.panel.actions_of_rows.expect.trigger()
        asked = dialog(shown, ExpectedDialog)
        assert isinstance(asked, ExpectedDialog)
        asked.setIntValue(count)
        asked.accept()
        await until(lambda text=text: str(delivered.data()) == text)  # type: ignore[misc]


async def test_a_number_in_a_name_is_masked_when_the_expected_number_is_asked(
    table: Table,
) -> None:
    await table.append(a_report("m1", reference="0701234567 Anna"))
    await until(lambda: bool(table.names()))
    table.view.select(table.model.index_of(1))
    for is_masked, name in ((False, "0701234567 Anna"), (True, "••••••••67 Anna")):
        table.context.preferences.put("is_masked", is_masked)
        table.panel.actions_of_rows.expect.trigger()
        asked = dialog(table, ExpectedDialog)
        assert isinstance(asked, ExpectedDialog)
        assert name in asked.labelText()
        asked.reject()


async def test_a_batch_is_marked_done_and_not_done(shown: Table) -> None:
    shown.context.preferences.put("shows_done", True)
    shown.panel.actions_of_rows.mark_done.trigger()
    await until(lambda: shown.model.batches.shown[0].record.is_archived)
    assert "Unarchive" in texts(shown)
    shown.panel.actions_of_rows.mark_done.trigger()
    await until(lambda: not shown.model.batches.shown[0].record.is_archived)


async def test_a_batch_is_exported_by_who_can(shown: Table) -> None:
    asked: list[object] = []
    shown.panel.export_requested.connect(asked.append)
    shown.panel.actions_of_rows.export.trigger()
    assert asked == ["batch-a"]


async def test_a_deleted_batch_is_in_the_bin_and_can_be_put_back(shown: Table) -> None:
    said: list[str] = []
    shown.context.undo.offered.connect(said.append)
    QTest.keyClick(shown.view, Qt.Key.Key_Delete)
    await until(lambda: shown.names() == [])
    await until(lambda: len(said) == 1)
    assert "is in the bin for 30 days" in said[0]

    shown.context.undo.take_back()
    await until(lambda: shown.names() == ["batch-a"])
    shown.view.expand(shown.model.index_of(1))
    await until(lambda: shown.model.rowCount(shown.model.index_of(1)) == 2)
    assert not shown.context.undo.can_undo, "what was taken back is no step of its own"


async def test_del_on_a_message_does_nothing_to_its_batch(shown: Table) -> None:
    shown.select_message("batch-a", "m2")
    assert not shown.panel.actions_of_rows.delete.isEnabled()
    before = shown.context.backend.reader.revision()
    QTest.keyClick(shown.view, Qt.Key.Key_Delete)
    shown.panel.actions_of_rows.mark_done.trigger()  # an edit after it, to wait for
    await until(lambda: shown.context.undo.can_undo)

    assert shown.context.backend.reader.batch("batch-a") is not None
    assert shown.context.backend.reader.revision() == before + 1


async def test_the_last_change_is_taken_back_first(shown: Table) -> None:
    commands, undo = BatchCommands(shown.context, shown.panel), shown.context.undo

    def record() -> BatchRecord:
        found = shown.context.backend.reader.batch("batch-a")
        assert found is not None
        return found

    said: list[str] = []
    undo.offered.connect(said.append)
    commands.rename(record(), "Höstrea")
    await until(lambda: len(said) == 1)
    commands.rename(record(), "Höstrea")  # nothing to take back
    commands.expect(record(), 7)
    await until(lambda: len(said) == 2)
    commands.archive((record(),))
    await until(lambda: len(said) == 3)
    assert (record().label, record().expected_count, record().is_archived) == ("Höstrea", 7, True)

    undo.take_back()
    await until(lambda: not record().is_archived)
    undo.take_back()
    await until(lambda: record().expected_count is None)
    undo.take_back()
    await until(lambda: record().label is None)
    assert not undo.can_undo


async def test_an_edit_that_fails_is_told(shown: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_edit: object) -> Future[int]:
        failed: Future[int] = Future()
        failed.set_exception(DatabaseReadOnlyError(database_file(shown.context.backend.folder)))
        return failed

    monkeypatch.setattr(shown.context.backend, "edit", fail)
    told: list[str] = []
    shown.panel.failed.connect(told.append)
    shown.panel.actions_of_rows.mark_done.trigger()
    await until(lambda: bool(told))
    assert "read-only" in told[0]


async def test_nothing_can_be_done_where_nothing_is_selected(table: Table) -> None:
    await table.append(a_report("m1"))
    await until(lambda: bool(table.names()))
    actions = table.panel.actions_of_rows
    assert not any(one.isEnabled() for one in (actions.copy_row, actions.rename, actions.delete))


async def test_an_edit_elsewhere_is_seen_in_the_menu(shown: Table) -> None:
    shown.context.preferences.put("shows_done", True)
    change = ChangeBatch(1, BatchChange(is_archived=True))
    await asyncio.wrap_future(shown.context.backend.edit(change))
    await until(lambda: shown.model.batches.shown[0].record.is_archived)
    assert "Unarchive" in texts(shown)
