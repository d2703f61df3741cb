"""Export from the window: where to, at first and later."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from kvitto.ui.dialogs.export_action import Exporter
from kvitto.ui.services.context import Context
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


def asked_folder(exporter: Exporter, window: QWidget) -> Path:
    exporter.ask("messages")
    dialog = window.findChildren(QFileDialog)[-1]
    folder = Path(dialog.directory().path())
    dialog.reject()
    return folder


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


async def test_the_documents_come_first_and_then_where_was_exported_to(
    context: Context, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, chosen = tmp_path / "documents", tmp_path / "chosen"
    for folder in (documents, chosen):
        folder.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(documents))
    exporter = Exporter(context, window)
    assert asked_folder(exporter, window) == documents

    exporter.start("batches", None, chosen / "batches.csv")
    await until((chosen / "batches.csv").exists)

    assert asked_folder(exporter, window) == chosen


async def test_a_folder_that_is_gone_is_not_asked_for(
    context: Context, window: QWidget, tmp_path: Path
) -> None:
    context.preferences.put("export_folder", str(tmp_path / "gone"))

    assert asked_folder(Exporter(context, window), window) == Path.home()
