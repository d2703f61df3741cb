"""What leaves the window of those who did not get a message: copied, saved and printed."""

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from kvitto.ui.followup.follow_up_model import NUMBER, REFERENCE
from kvitto.ui.services.context import Context
from tests.ui.details.arriving import a_body, arrive, arriving
from tests.ui.followup.listing import cells, choose, shown
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync


async def test_numbers_are_copied_once_each(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    window.actions_row.output.copy.click()

    assert QGuiApplication.clipboard().text() == "+46701000003\n+46701000002"
    choose(window, 1)
    window.actions_row.output.copy.click()
    assert QGuiApplication.clipboard().text() == "+46701000002"


async def test_masked_numbers_leave_the_screen_after_a_question(
    context: Context, qtbot: QtBot
) -> None:
    window = await shown(context, qtbot, is_masked=True)
    QGuiApplication.clipboard().setText("before")
    assert all("•" in text for text in cells(window, NUMBER))

    window.actions_row.output.copy.click()
    [box] = window.findChildren(QMessageBox)
    box.reject()
    assert QGuiApplication.clipboard().text() == "before"

    window.actions_row.output.copy.click()
    box = window.findChildren(QMessageBox)[-1]
    next(one for one in box.findChildren(QPushButton) if one.text() == "In full").click()
    assert QGuiApplication.clipboard().text() == "+46701000003\n+46701000002"
    window.actions_row.output.copy.click()  # asked once
    assert QGuiApplication.clipboard().text() == "+46701000003\n+46701000002"


async def test_numbers_in_references_are_masked_on_the_screen_alone(
    context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    window = await shown(context, qtbot, is_masked=True)
    named = a_body("named", code=511, duration=1, reference="0701234567 Anna")
    await arrive(context, arriving(named))
    window.read_again()
    await until(lambda: window.is_whole)
    said: list[str] = []
    window.told.connect(said.append)
    assert "••••••••67 Anna" in cells(window, REFERENCE)
    model = window.models[window.group]
    tips = (model.index(row, REFERENCE).data(Qt.ItemDataRole.ToolTipRole) for row in range(3))
    assert not any("0701234567" in tip for tip in tips)

    window.resize(2400, 800)
    await until(lambda: not window.view.isColumnHidden(REFERENCE))
    choose(window, 0)
    window.actions_row.output.start_saving(tmp_path / "list.csv")
    await until(lambda: bool(said))
    assert "0701234567 Anna" in (tmp_path / "list.csv").read_text("utf-8-sig")


async def test_exactly_what_is_shown_is_saved(
    context: Context, qtbot: QtBot, tmp_path: Path
) -> None:
    window = await shown(context, qtbot)
    said: list[str] = []
    window.told.connect(said.append)
    choose(window, 0)

    window.actions_row.output.start_saving(tmp_path / "list.xlsx")
    window.actions_row.output.start_saving(tmp_path / "list.csv")
    window.actions_row.output.start_saving(tmp_path / "list.txt")
    await until(lambda: len(said) == 3)

    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    head, row = sheet.iter_rows(values_only=True)
    assert head[:2] == ("Number", "Result")
    assert row[:2] == ("+46701000003", "Expired")
    assert "Batch" not in head
    assert (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()[0].startswith("Number,")
    assert (tmp_path / "list.txt").read_text() == "+46701000003\n"


async def test_nothing_is_written_among_kvitto_s_own_files(
    context: Context, qtbot: QtBot, data_dir: Path
) -> None:
    window = await shown(context, qtbot)
    failed: list[str] = []
    window.failed.connect(failed.append)

    window.actions_row.output.start_saving(data_dir / "kvitto.db-wal")
    await until(lambda: bool(failed))

    assert not window.actions_row.findChildren(QMessageBox)


async def test_it_prints(context: Context, qtbot: QtBot, tmp_path: Path) -> None:
    window = await shown(context, qtbot)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "list.pdf"))

    window.actions_row.output.print_to(printer)

    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF")
