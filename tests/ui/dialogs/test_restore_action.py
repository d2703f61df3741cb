"""Restoring from the window: what a backup holds is said before, what came of it afterwards."""

import logging
import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from kvitto.store.backup import back_up
from kvitto.ui.dialogs.restore_action import RestoreAction
from kvitto.ui.dialogs.restore_progress import restore_with_progress
from kvitto.ui.services.context import Context
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import a_report, arriving
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


class Asked:
    """A restore action and what it says."""

    def __init__(self, context: Context, window: QWidget) -> None:
        self.action = RestoreAction(context, window)
        self.failed: list[str] = []
        self.done: list[str] = []
        self.agreed: list[Path] = []
        self.action.failed.connect(self.failed.append)
        self.action.done.connect(self.done.append)
        self.action.agreed.connect(self.agreed.append)


def questions(window: QWidget) -> list[QMessageBox]:
    return [one for one in window.findChildren(QMessageBox) if one.isVisible()]


async def test_it_says_what_a_backup_holds_and_restores_only_when_the_user_agrees(
    context: Context, window: QWidget, tmp_path: Path
) -> None:
    await context.backend.append(arriving(a_report()))
    back_up(context.backend.folder, tmp_path / "b å.db")
    asked = Asked(context, window)

    asked.action.look_into(tmp_path / "b å.db")
    await until(lambda: bool(questions(window)))

    [question] = questions(window)
    assert "b å.db holds 1 report(s) of 1 batch(es). The last report in it came" in question.text()
    assert asked.agreed == []
    [button] = [one for one in question.buttons() if one.text().replace("&", "") == "Restore"]
    button.click()
    assert asked.agreed == [tmp_path / "b å.db"]


async def test_cancel_is_what_enter_does(context: Context, window: QWidget, tmp_path: Path) -> None:
    await context.backend.append(arriving(a_report()))
    back_up(context.backend.folder, tmp_path / "b.db")
    asked = Asked(context, window)

    asked.action.look_into(tmp_path / "b.db")
    await until(lambda: bool(questions(window)))

    [question] = questions(window)
    assert question.defaultButton() is question.button(QMessageBox.StandardButton.Cancel)
    question.defaultButton().click()
    assert asked.agreed == []


@pytest.mark.parametrize("kind", ["empty", "text", "folder", "pipe", "missing"])
async def test_what_is_no_backup_is_refused_in_words(
    context: Context, window: QWidget, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "x.db"
    if kind == "empty":
        file.touch()
    elif kind == "text":
        file.write_text("no database" * 1000)
    elif kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no named pipes")
        os.mkfifo(file)
    asked = Asked(context, window)

    asked.action.look_into(file)
    await until(lambda: bool(asked.failed))

    assert "is not a whole backup of Kvitto" in asked.failed[0]
    assert "Nothing was changed" in asked.failed[0]
    assert questions(window) == []


async def test_the_database_in_use_is_no_backup(context: Context, window: QWidget) -> None:
    asked = Asked(context, window)

    asked.action.look_into(context.backend.folder / "kvitto.db")
    await until(lambda: bool(asked.failed))

    assert "is one of the files that Kvitto works with" in asked.failed[0]


async def test_a_receiver_that_others_started_is_to_be_stopped_first(
    context: Context, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(context.backend), "ends_with_window", property(lambda _self: False))
    asked = Asked(context, window)

    asked.action.ask()

    assert "Stop that first" in asked.failed[0]
    assert window.findChildren(QFileDialog) == []


async def test_it_asks_for_the_file_where_the_last_backup_went(
    context: Context, window: QWidget, tmp_path: Path
) -> None:
    context.preferences.put("backup_folder", str(tmp_path))

    Asked(context, window).action.ask()

    [dialog] = window.findChildren(QFileDialog)
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.close()


async def test_what_came_of_it_is_said_once(context: Context, window: QWidget) -> None:
    context.preferences.put("restore_done", "It is restored.")
    asked = Asked(context, window)

    asked.action.tell_result()
    asked.action.tell_result()

    assert asked.done == ["It is restored."]


async def test_a_restore_that_fails_leaves_everything_and_says_why(
    tmp_path: Path, log_watch: LogWatch
) -> None:
    damaged = tmp_path / "x.db"
    damaged.write_text("no database" * 1000)

    with log_watch.expect(logging.ERROR, "was not restored"):
        name, said = await restore_with_progress(tmp_path / "other", damaged)

    assert name == "restore_failed"
    assert "everything is as it was" in said
    assert "is not a whole backup of Kvitto" in said
