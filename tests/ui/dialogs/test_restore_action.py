"""Restoring from the window: what a backup holds is said before, what came of it afterwards."""

import logging
import os
import shutil
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from kvitto.store.backup import back_up
from kvitto.store.database import open_database
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from kvitto.ui.dialogs.restore_action import RestoreAction
from kvitto.ui.dialogs.restore_progress import (
    BegunRestore,
    RestoreOrder,
    restore_with_progress,
)
from kvitto.ui.services.context import Context
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import a_report, append_all, arriving
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
        self.agreed: list[RestoreOrder] = []
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
    assert asked.agreed == [RestoreOrder(tmp_path / "b å.db", keeps_newer=True)]


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


_KINDS = ["empty", "text", "folder", "missing", *(["pipe"] if hasattr(os, "mkfifo") else [])]


@pytest.mark.parametrize("kind", _KINDS)
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
        name, said = await restore_with_progress(
            tmp_path / "other", RestoreOrder(damaged, keeps_newer=True)
        )

    assert name == "restore_failed"
    assert "everything is as it was" in said
    assert "is not a whole backup of Kvitto" in said


async def test_what_an_earlier_restore_has_kept_can_be_restored(
    context: Context, window: QWidget, tmp_path: Path
) -> None:
    await context.backend.append(arriving(a_report()))
    folder = context.backend.folder
    kept = folder / "kvitto-before-restore-20260301-100000"
    kept.mkdir()
    back_up(folder, tmp_path / "b.db")
    shutil.copyfile(tmp_path / "b.db", kept / "kvitto.db")
    asked = Asked(context, window)

    asked.action.look_into(kept / "kvitto.db")
    await until(lambda: bool(questions(window)))

    assert "holds 1 report(s)" in questions(window)[0].text()
    questions(window)[0].close()
    (kept / "link.db").hardlink_to(folder / "kvitto.db")
    asked.action.look_into(kept / "link.db")
    await until(lambda: bool(asked.failed))
    assert "is one of the files that Kvitto works with" in asked.failed[0]


@pytest.mark.parametrize("is_done", [False, True])
async def test_a_window_that_was_killed_in_a_restore_says_what_came_of_it(
    context: Context, window: QWidget, *, is_done: bool
) -> None:
    folder = context.backend.folder
    begun = BegunRestore.of(folder, Path("/stick/b.db"))
    context.preferences.put("restore_begun", msgspec.json.encode(begun).decode())
    kept = folder / "kvitto-before-restore-20260301-100000"
    kept.mkdir()
    if is_done:
        (kept / "kvitto.db").touch()
    asked = Asked(context, window)

    asked.action.tell_result()
    asked.action.tell_result()

    told = asked.done if is_done else asked.failed
    assert len(asked.done + asked.failed) == 1
    assert "Kvitto was ended while it restored /stick/b.db." in told[0]
    assert ("It is restored all the same" if is_done else "everything is as it was") in told[0]


async def test_what_was_received_since_is_added_where_the_user_wants_it(
    data_dir: Path, tmp_path: Path
) -> None:
    await store(data_dir, "old")
    back_up(data_dir, tmp_path / "b.db")
    await store(data_dir, "new")

    name, said = await restore_with_progress(
        data_dir, RestoreOrder(tmp_path / "b.db", keeps_newer=True)
    )

    assert name == "restore_done"
    assert said.endswith("1 report(s) received since are added.")
    with open_database(data_dir) as database:
        assert Reader(database).counts().messages == 2


async def store(folder: Path, *names: str) -> None:
    with open_database(folder) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [arriving(a_report(name)) for name in names])
        writer.close()
