"""Every dialog takes one path when it is closed, whichever way that is done."""

import asyncio
import threading
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QProgressDialog
from shiboken6 import isValid

from kvitto.export.kinds import What
from kvitto.export.row_choice import RowChoice
from kvitto.store.mutations import BatchChange, ChangeBatch
from kvitto.ui.dialogs.export_action import Exporter
from kvitto.ui.dialogs.export_dialog import ExportChoice, ExportForm
from kvitto.ui.main_window import MainWindow
from tests.helpers.posting import report_body
from tests.ui.stage import SEEN_S, Stage, on_stage
from tests.ui.waiting import finished, until

pytestmark = [
    pytest.mark.qasync,
    pytest.mark.usefixtures("as_before"),
    # The platform without a screen has no stack of windows, and no tray.
    pytest.mark.qt_log_ignore("does not support raise", "systemTrayWindowChanged", extend=True),
]

WAYS: Final[dict[str, Callable[[QDialog], Any]]] = {
    "Esc": lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape),
    "close": lambda dialog: dialog.close(),
    "reject": lambda dialog: dialog.reject(),
}
OPENERS: Final[dict[str, Callable[[MainWindow], Any]]] = {
    "settings": lambda window: window.windows.show_settings(),
    "reachability": lambda window: window.windows.show_reachability(),
    "refused": lambda window: window.windows.show_quarantine(),
    "demo": lambda window: trigger(window, "Send a demo campaign…"),
    "shortcuts": lambda window: trigger(window, "Keyboard shortcuts"),
    "legend": lambda window: trigger(window, "Status legend"),
    "about": lambda window: trigger(window, "About Kvitto"),
    "closing": lambda window: window.close(),
    "export": lambda window: trigger(window, "Messages…"),
    "rename": lambda window: window.batches.actions_of_rows.rename.trigger(),
    "expect": lambda window: window.batches.actions_of_rows.expect.trigger(),
}


def trigger(window: MainWindow, text: str) -> None:
    from PySide6.QtGui import QAction

    [action] = [one for one in window.findChildren(QAction) if one.text().replace("&", "") == text]
    action.trigger()


def shown_dialogs() -> list[QDialog]:
    return [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, QDialog) and one.isVisible()
    ]


async def with_a_batch(stage: Stage) -> None:
    await stage.post(report_body("m1"))
    await until(lambda: stage.rows() == 1, SEEN_S)
    stage.window.batches.view.select(stage.window.batches.model.index(0, 0))


async def test_every_way_out_of_a_dialog_is_the_same(data_dir: Path) -> None:
    async with on_stage(data_dir) as stage:
        await with_a_batch(stage)
        # Again and again: each way leaves a window in which the dialog can be opened.
        for opener, way in product(OPENERS, WAYS):
            case = f"{opener}, {way}"
            before = asyncio.all_tasks()
            OPENERS[opener](stage.window)
            [dialog] = shown_dialogs()

            # At once: what it reads comes when it is gone.
            WAYS[way](dialog)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            await finished(before)

            assert shown_dialogs() == [], case
            assert not isValid(dialog), f"{case}: it is not kept for nothing"
            assert stage.quits == [], case
            assert stage.rows() == 1, f"{case}: nothing was done"
            assert stage.text("Batch / recipient") == "Höstrea", case


@pytest.mark.parametrize("way", WAYS)
async def test_an_export_is_cancelled_alone_and_in_every_way(
    data_dir: Path, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.ui.dialogs.export_action._SHOW_AFTER_MS", 0)
    asked: dict[str, Callable[[int, int], None]] = {}

    def writing(
        _self: Exporter, _choice: ExportChoice, file: Path, tell: Callable[[int, int], None]
    ) -> Callable[[], int]:
        def write() -> int:
            asked[file.name] = tell
            return 0 if file.name == "second" else blocked(tell)

        return write

    def blocked(tell: Callable[[int, int], None]) -> int:
        rest = threading.Event()
        while not rest.wait(0.01):
            tell(1, 2)
        raise AssertionError

    monkeypatch.setattr(Exporter, "_writing", writing)
    choice = ExportChoice(RowChoice(What.MESSAGES), ExportForm.WORKBOOK)
    async with on_stage(data_dir) as stage:
        await with_a_batch(stage)
        told: list[str] = []
        exporter = stage.window.findChildren(Exporter)[0]
        exporter.written.connect(lambda text, _file: told.append(text))
        exporter.start(choice, tmp_path / "first")
        await until(lambda: "first" in asked)
        exporter.start(choice, tmp_path / "second")
        await until(lambda: bool(told))
        assert "second" in told[0]
        asked["first"](1, 2)  # the end of the second has not cancelled it

        await until(lambda: len(stage.window.findChildren(QProgressDialog)) == 1)
        [progress] = stage.window.findChildren(QProgressDialog)
        await until(progress.isVisible)
        WAYS[way](progress)
        await until(lambda: not isValid(progress))


async def test_a_question_that_is_left_does_nothing(data_dir: Path) -> None:
    from kvitto.ui.settings.keys_panel import KeysPanel

    async with on_stage(data_dir) as stage:
        await with_a_batch(stage)
        [batch] = stage.backend.reader.batches()
        stage.backend.edit(ChangeBatch(batch.key, BatchChange(label="kept"))).result(60)
        stage.backend.renew_callback_key()
        valid = len(stage.backend.valid_callback_keys())
        for way in WAYS:
            stage.window.windows.show_settings()
            [settings] = shown_dialogs()
            panel = settings.findChildren(KeysPanel)[0]
            key = stage.backend.valid_callback_keys()[0]
            panel._on_end(key)  # noqa: SLF001 - its button comes late
            [question] = [one for one in settings.findChildren(QMessageBox) if one.isVisible()]

            before = asyncio.all_tasks()
            WAYS[way](question)
            await finished(before)

            assert len(stage.backend.valid_callback_keys()) == valid, way
            settings.close()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
