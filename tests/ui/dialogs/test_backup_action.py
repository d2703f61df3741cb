"""A backup from the window: made in the background, and told with what is done with it."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from kvitto.store.backup import restore
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from kvitto.ui.dialogs.backup_action import BackupAction
from kvitto.ui.services.context import Context
from tests.store.arrivals import a_report, arriving
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


async def test_what_was_received_can_be_restored_from_it(
    context: Context, window: QWidget, tmp_path: Path
) -> None:
    await context.backend.append(arriving(a_report()))
    action = BackupAction(context, window)
    told: list[str] = []
    action.done.connect(told.append)
    action.failed.connect(told.append)

    action.start(tmp_path / "b.db")
    await until(lambda: bool(told))

    assert "Restore… puts it back" in told[0]
    restore(tmp_path / "new", tmp_path / "b.db")
    with open_database(tmp_path / "new") as database:
        assert Reader(database).counts().reports == 1


async def test_a_place_among_our_own_files_is_refused_in_words(
    context: Context, window: QWidget
) -> None:
    action = BackupAction(context, window)
    failed: list[str] = []
    action.failed.connect(failed.append)

    action.start(context.backend.folder / "b.db")
    await until(lambda: bool(failed))

    assert "where Kvitto keeps what it receives" in failed[0]


async def test_it_asks_where_to_with_the_day_in_the_name(context: Context, window: QWidget) -> None:
    BackupAction(context, window).ask()

    [dialog] = window.findChildren(QFileDialog)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert dialog.defaultSuffix() == "db"
    dialog.close()
