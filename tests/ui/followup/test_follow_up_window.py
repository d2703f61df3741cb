"""The window of those who did not get a message, over a real store."""

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from kvitto.core.follow_up import FollowUpGroup, FollowUpMark
from kvitto.store.search_conditions import MessageFilter
from kvitto.ui.followup.follow_up_model import NOTE, NUMBER, RESULT, TO_DO
from kvitto.ui.followup.follow_up_window import FollowUpWindow
from kvitto.ui.services.context import Context
from tests.ui.details.arriving import a_body, arrive, arrive_all, arriving, at, begin, the_batch
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync

ENDS = (
    a_body("delivered", code=201, duration=1, recipient="46701000001"),
    a_body("failed", code=511, duration=1, recipient="46701000002"),
    a_body("again", code=511, duration=1, recipient="46701000002"),
    a_body("expired", code=202, duration=1, recipient="46701000003"),
    a_body("waiting", code=112, recipient="46701000004"),
    a_body("stopped", code=203, duration=1, recipient="46701000005"),
)


async def shown(context: Context, qtbot: QtBot, *, is_masked: bool = False) -> FollowUpWindow:
    await begin(context)
    context.preferences.put("is_masked", is_masked)
    await arrive_all(context, [arriving(body) for body in ENDS])
    batch = the_batch(context)
    window = FollowUpWindow(
        context, "Höstrea", MessageFilter(), frozenset({batch.key}), now=lambda: at(60)
    )
    qtbot.addWidget(window)
    window.show()
    await until(lambda: window.is_whole)
    return window


def cells(window: FollowUpWindow, column: int) -> list[str]:
    model = window.models[window.group]
    texts = (model.index(row, column).data() for row in range(model.rowCount()))
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]


def choose(window: FollowUpWindow, *rows: int) -> None:
    window.view.clearSelection()
    for row in rows:
        index = window.models[window.group].index(row, 0)
        window.view.selectionModel().select(
            index,
            window.view.selectionModel().SelectionFlag.Select
            | window.view.selectionModel().SelectionFlag.Rows,
        )


async def test_it_lists_each_group_apart(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    assert "Höstrea" in window.head
    assert cells(window, NUMBER) == [
        "+46 70 100 00 03",
        "+46 70 100 00 02",
        "+46 70 100 00 02",
    ]
    assert cells(window, RESULT) == ["Expired", "Failed", "Failed"]
    assert all("Mostly" in text for text in cells(window, TO_DO))
    window.show_group(FollowUpGroup.NOT_KNOWN)
    assert cells(window, NUMBER) == ["+46 70 100 00 04"]
    assert "known by" in cells(window, TO_DO)[0]
    window.show_group(FollowUpGroup.CANCELLED)
    assert cells(window, NUMBER) == ["+46 70 100 00 05"]


async def test_the_model_keeps_qt_s_rules(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    testers = [
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, window)
        for model in window.models.values()
    ]

    window.read_again()
    await until(lambda: window.is_whole)

    assert len(testers) == 3


async def test_what_arrives_later_is_marked_and_stays(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    window.show_group(FollowUpGroup.NOT_KNOWN)

    late = a_body("waiting", code=201, duration=1, created=at(120).isoformat())
    await arrive(context, arriving(late, 120))
    await until(lambda: "now: Delivered" in cells(window, TO_DO)[0])

    assert cells(window, NUMBER) == ["+46 70 100 00 04"]
    window.read_again()
    await until(lambda: window.is_whole)
    assert cells(window, NUMBER) == []


async def test_chosen_rows_are_marked(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    assert not window.actions_row.mark.isEnabled()
    choose(window, 0, 2)
    assert window.actions_row.mark.isEnabled()

    window.actions_row.mark_actions[FollowUpMark.WRONG_NUMBER].trigger()
    await until(lambda: cells(window, 4) == ["Wrong number", "", "Wrong number"])

    assert [row.then.note for row in window.models[window.group].rows] == [None] * 3


async def test_a_note_is_typed_into_its_cell(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)
    model = window.models[window.group]

    assert model.setData(model.index(1, NOTE), "  No answer  ", Qt.ItemDataRole.EditRole)

    await until(lambda: cells(window, NOTE) == ["", "No answer", ""])


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


async def test_closed_it_reads_no_more(context: Context, qtbot: QtBot) -> None:
    window = await shown(context, qtbot)

    window.reject()
    late = a_body("waiting", code=201, duration=1, created=at(120).isoformat())
    await arrive(context, arriving(late, 120))

    window.show_group(FollowUpGroup.NOT_KNOWN)
    assert "now:" not in cells(window, TO_DO)[0]
