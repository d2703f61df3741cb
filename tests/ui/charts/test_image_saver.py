"""A picture is never saved among the store's own files."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kvitto.paths import database_file
from kvitto.ui.charts.image_export import Heading
from kvitto.ui.charts.image_saver import PictureSaver
from kvitto.ui.services.context import Context
from tests.ui.charts.panels import Make, drawn, report
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


@pytest.mark.parametrize("name", ["kvitto.db", "kvitto.db-wal", "chart.png", "chart.svg"])
async def test_a_file_of_the_data_folder_is_refused(
    context: Context, make: Make, qtbot: QtBot, name: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    await context.backend.append(report())
    panel = make()
    await drawn(panel)
    saver = PictureSaver(context, window)
    failed: list[str] = []
    saver.failed.connect(failed.append)

    saver.start(panel.cost_chart, Heading("Cost", ""), context.backend.folder / name)
    await until(lambda: bool(failed))

    assert "nothing else is written there" in failed[0]
    assert is_a_database(database_file(context.backend.folder))
    assert not (context.backend.folder / "chart.png").exists()


def is_a_database(path: Path) -> bool:
    return path.stat().st_size > 512
