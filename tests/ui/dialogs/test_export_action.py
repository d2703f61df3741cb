"""Export from the window: what, where to, at first and later, and what is said of it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kvitto.core.report import Origin
from kvitto.core.sending_period import PeriodKind, SendingPeriod
from kvitto.core.status import Result
from kvitto.export.kinds import What
from kvitto.export.row_choice import RowChoice
from kvitto.store.search_conditions import MessageFilter, ShownScope
from kvitto.store.write_requests import ReportRequest
from kvitto.ui.batches.scope_watch import ShownNow
from kvitto.ui.dialogs import export_action
from kvitto.ui.dialogs.export_action import Exporter
from kvitto.ui.dialogs.export_dialog import (
    ExportChoice,
    ExportDialog,
    ExportForm,
    ExportSource,
    file_name,
)
from kvitto.ui.services.context import Context
from kvitto.ui.services.languages import Languages
from kvitto.ui.services.preferences import Language
from tests.store.arrivals import START, a_report, arriving
from tests.ui.waiting import until

pytestmark = pytest.mark.qasync

FAILED = MessageFilter(results=frozenset({Result.FAILED}))
TODAY = SendingPeriod(PeriodKind.TODAY)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def speaking(languages: Languages) -> Iterator[Callable[[Language], None]]:
    yield languages.speak
    languages.speak(Language.ENGLISH)


def choose(exporter: Exporter, window: QWidget, what: str = "messages") -> ExportDialog:
    exporter.ask(what)
    return window.findChildren(ExportDialog)[-1]


def asked_where(exporter: Exporter, window: QWidget) -> QFileDialog:
    choose(exporter, window).accept()
    return window.findChildren(QFileDialog)[-1]


def asked_folder(exporter: Exporter, window: QWidget) -> Path:
    dialog = asked_where(exporter, window)
    folder = Path(dialog.directory().path())
    dialog.reject()
    return folder


# --- Where to -----------------------------------------------------------------------------------


async def test_the_documents_come_first_and_then_where_was_exported_to(
    context: Context, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, chosen = tmp_path / "documents", tmp_path / "chosen"
    for folder in (documents, chosen):
        folder.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(documents))
    exporter = Exporter(context, window)
    assert asked_folder(exporter, window) == documents

    exporter.start(ExportChoice(RowChoice(What.BATCHES), ExportForm.CSV), chosen / "batches.csv")
    await until((chosen / "batches.csv").exists)

    assert asked_folder(exporter, window) == chosen


async def test_a_folder_that_is_gone_is_not_asked_for(
    context: Context, window: QWidget, tmp_path: Path
) -> None:
    context.preferences.put("export_folder", str(tmp_path / "gone"))

    assert asked_folder(Exporter(context, window), window) == Path.home()


async def test_the_file_is_named_for_what_it_has_and_the_day(
    context: Context, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[str] = []
    monkeypatch.setattr(QFileDialog, "selectFile", lambda _dialog, name: named.append(name))
    now = ShownNow(ShownScope(FAILED), "Shown: 1 of 2 batch(es)", TODAY)
    asked_where(Exporter(context, window, shown=lambda _id: now), window).reject()
    asked_where(Exporter(context, window), window).reject()

    first, second = (one.rpartition(" ") for one in named)
    assert first[0] == "Kvitto Today messages"
    assert second[0] == "Kvitto all messages"
    assert len(first[2]) == len("2026-11-28.xlsx")
    assert first[2].endswith(".xlsx")
    assert file_name('Höst/rea: "46?"\n') == "Höst rea 46"


# --- What ---------------------------------------------------------------------------------------


async def test_what_is_shown_this_batch_or_everything(context: Context, window: QWidget) -> None:
    await context.backend.append(arriving(a_report("m1")))
    batch = context.backend.reader.batch("batch-a")
    scope = ShownScope(FAILED, with_demo=True, with_archived=True, among=frozenset({1}))
    now = ShownNow(scope, "Shown: 1 of 2 batch(es)", batch=batch)
    exporter = Exporter(context, window, shown=lambda _id: now)

    dialog = choose(exporter, window)
    assert dialog.source is ExportSource.SHOWN
    assert ": 1 of 2 batch" in dialog.sources[ExportSource.SHOWN].text()
    # A demo that is shown is not in a file unless it is asked for.
    assert dialog.choice().rows == RowChoice(What.MESSAGES, shown=ShownScope(FAILED))
    assert dialog.choice().about == "What was shown · Failed"
    dialog.with_demo.setChecked(True)
    assert dialog.choice().rows.shown == ShownScope(FAILED, with_demo=True)

    dialog.sources[ExportSource.BATCH].click()
    assert dialog.choice().rows == RowChoice(What.MESSAGES, "batch-a")
    assert not dialog.with_demo.isEnabled()

    dialog.sources[ExportSource.EVERYTHING].click()
    dialog.form.setCurrentIndex(dialog.form.findData(ExportForm.CSV))
    dialog.what.setCurrentIndex(dialog.what.findData(What.REPORTS))
    assert dialog.choice()[:2] == (RowChoice(What.REPORTS), ExportForm.CSV)
    dialog.form.setCurrentIndex(dialog.form.findData(ExportForm.NUMBERS))
    assert not dialog.what.isEnabled()
    assert dialog.choice().rows.what is What.MESSAGES
    dialog.reject()

    exporter.ask("messages", "batch-a")
    assert window.findChildren(ExportDialog)[-1].source is ExportSource.BATCH


async def test_masked_numbers_leave_after_one_question(context: Context, window: QWidget) -> None:
    context.preferences.put("is_masked", True)
    exporter = Exporter(context, window)
    exporter.ask("messages")
    [box] = window.findChildren(QMessageBox)
    assert not window.findChildren(ExportDialog)
    next(one for one in box.findChildren(QPushButton) if one.text() == "In full").click()
    assert len(window.findChildren(ExportDialog)) == 1
    exporter.ask("messages")
    assert len(window.findChildren(ExportDialog)) == 2, "it asks once"

    context.preferences.put("is_masked", False)
    context.preferences.put("is_masked", True)
    exporter.ask("messages")
    assert len(window.findChildren(ExportDialog)) == 2, "and once more when they are masked anew"


# --- The files ----------------------------------------------------------------------------------


async def test_a_swede_gets_a_swedish_workbook(
    context: Context,
    window: QWidget,
    tmp_path: Path,
    speaking: Callable[[Language], None],
) -> None:
    speaking(Language.SWEDISH)
    await context.backend.append(arriving(a_report("m1", code=511, final=True)))
    await context.backend.append(
        ReportRequest(a_report("d", batch_id="demo"), b"{}", START, origin=Origin.DEMO)
    )
    exporter = Exporter(context, window)
    told: list[str] = []
    exporter.written.connect(lambda text, _file: told.append(text))
    file = tmp_path / "a.xlsx"
    rows = RowChoice(What.MESSAGES, with_demo=True)

    exporter.start(ExportChoice(rows, ExportForm.WORKBOOK, about="Allt"), file)
    await until(lambda: bool(told))

    assert told == ["2 rader sparade i a.xlsx"]
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Sammanfattning", "Meddelanden"]
    head, first, second = book["Meddelanden"].iter_rows(values_only=True)
    assert head[:4] == ("Utskick", "Mottagare", "Resultat", "Status")
    assert first[:2] == ("Höstrea", "+46701234567")
    assert "Demo eller prov" in second
    assert [row[0] for row in book["Sammanfattning"].iter_rows(values_only=True)][:3] == [
        "Innehåll",
        "Läget",
        "Rader",
    ]


async def test_an_export_can_be_stopped_and_leaves_nothing(
    context: Context, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kvitto.export.exporter._INTERVAL_S", 0)
    monkeypatch.setattr(export_action, "_SHOW_AFTER_MS", 0)
    for number in range(5):
        await context.backend.append(arriving(a_report(f"m{number}")))
    is_shown = threading.Event()
    step = Exporter._teller  # noqa: SLF001 - so that it goes on when the bar is there

    def slowly(self: Exporter, number: int, cancelled: threading.Event) -> object:
        tell = step(self, number, cancelled)

        def told(done: int, total: int) -> None:
            is_shown.wait(30)
            tell(done, total)

        return told

    monkeypatch.setattr(Exporter, "_teller", slowly)
    exporter = Exporter(context, window)
    stopped: list[str] = []
    exporter.done.connect(stopped.append)
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"older")

    exporter.start(ExportChoice(RowChoice(What.MESSAGES), ExportForm.WORKBOOK), file)
    await until(lambda: bool(window.findChildren(QProgressDialog)))
    window.findChildren(QProgressDialog)[0].canceled.emit()
    is_shown.set()
    await until(lambda: bool(stopped))

    assert stopped == ["Stopped: a.xlsx was not written."]
    assert file.read_bytes() == b"older"
