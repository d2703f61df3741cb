"""Workbooks for people: real dates in local time, their language, a sheet that sums up."""

import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from kvitto.core.report import DeliveryReport, Origin
from kvitto.core.sending_period import SentRange
from kvitto.core.status import Result
from kvitto.export.exporter import export
from kvitto.export.kinds import What
from kvitto.export.people_columns import PeopleWords
from kvitto.export.people_exporter import export_for_people, export_numbers
from kvitto.export.row_choice import RowChoice
from kvitto.export.workbook_stream import Style, WorkbookStream
from kvitto.store.reader import Reader
from kvitto.store.search_conditions import MessageFilter, ShownScope
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.export.reading import HOSTILE, NOT_NUMBERS
from tests.store.arrivals import START, a_report, append_all, arriving

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = PeopleWords(
    result=lambda result: f"<{result.value}>",
    batch_name=lambda batch: f"The batch {batch.batch_id}",
    summary="Översikt",
    messages="Meddelanden",
    recipient="Mottagare",
    sent="Skickat",
)


@pytest.fixture(autouse=True)
def _stockholm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def made(reader: Reader, rows: RowChoice, file: Path, **more: Any) -> Any:
    """Export, and read it as others do: the workbook."""
    export_for_people(reader, rows, file, now=NOW, words=WORDS, **more)
    return openpyxl.load_workbook(file)


def as_rows(book: Any, name: str = "Meddelanden") -> list[dict[str, Any]]:
    head, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def summary(book: Any) -> dict[str, Any]:
    return {row[0]: row[1] for row in book["Översikt"].iter_rows(values_only=True)}


async def test_people_get_dates_words_sums_and_a_filter(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    late = msgspec.structs.replace(
        a_report("m2", code=201, final=True, price_nano=41_000_000),
        created=datetime(2026, 7, 1, 22, 30, 15, tzinfo=UTC),
    )
    arrived = datetime(2026, 7, 1, 22, 31, tzinfo=UTC)
    await append_all(writer, [arriving(a_report("m1")), arriving(late, at=arrived)])

    book = made(reader, RowChoice(What.MESSAGES), tmp_path / "a.xlsx", about="Everything")

    assert book.sheetnames == ["Översikt", "Meddelanden"]
    first, second = as_rows(book)
    assert first["Batch"] == "The batch batch-a"
    assert first["Mottagare"] == "+46701234567"
    assert (first["Result"], second["Result"]) == ("<pending>", "<delivered>")
    assert (first["Cost"], first["SMS parts"]) == (0.082, 2)
    # In winter an hour from UTC, in summer two: half an hour after midnight, of the day after.
    assert first["Skickat"] == START.replace(tzinfo=None) + timedelta(hours=1)
    assert second["Last change"] == datetime.fromisoformat("2026-07-02T00:30:15")
    sheet = book["Meddelanden"]
    assert sheet.auto_filter.ref == "A1:P3"
    assert sheet.freeze_panes == "A2"
    assert sheet["K2"].number_format == r"yyyy\-mm\-dd hh:mm:ss"
    assert sheet["B2"].data_type in {"s", "inlineStr"}
    assert summary(book) == {
        "Contents": "Everything",
        "As of": datetime.fromisoformat("2026-03-01T13:00"),
        "Rows": 2,
        "<pending>": 1,
        "<delivered>": 1,
        "Cost": 0.123,
        "Times are those of CET, UTC+01:00.": None,
    }


@pytest.mark.parametrize("what", [What.REPORTS, What.BATCHES])
async def test_reports_and_batches_are_there_too(
    writer: Writer, reader: Reader, tmp_path: Path, what: What
) -> None:
    await append_all(writer, [arriving(a_report("m1")), arriving(a_report("m1", code=201))])
    book = made(reader, RowChoice(what), tmp_path / "a.xlsx")
    rows = as_rows(book, {What.REPORTS: "Reports", What.BATCHES: "Batches"}[what])
    assert len(rows) == {What.REPORTS: 2, What.BATCHES: 1}[what]
    if what is What.BATCHES:
        assert (rows[0]["Batch"], rows[0]["Cost EUR"]) == ("The batch batch-a", 0.082)
        assert rows[0]["Skickat"] == START.replace(tzinfo=None) + timedelta(hours=1)


async def test_only_what_is_shown_is_written_and_demos_are_marked(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    later = START + timedelta(days=40)
    await append_all(
        writer,
        [
            arriving(a_report("m1", batch_id="a")),
            arriving(a_report("m2", batch_id="a", code=511, final=True)),
            arriving(
                msgspec.structs.replace(a_report("m3", batch_id="b", code=511), created=later),
                at=later,
            ),
            ReportRequest(a_report("m4", batch_id="demo"), b"{}", START, origin=Origin.DEMO),
        ],
    )
    march = SentRange(START - timedelta(days=1), START + timedelta(days=20))

    def ids(rows: RowChoice) -> list[str]:
        return [row["Message id"] for row in as_rows(made(reader, rows, tmp_path / "a.xlsx"))]

    wanted = MessageFilter(sent=march)
    assert ids(RowChoice(What.MESSAGES)) == ["m1", "m2", "m3"]
    assert ids(RowChoice(What.MESSAGES, shown=ShownScope(wanted))) == ["m1", "m2"]
    failed = MessageFilter(sent=march, results=frozenset({Result.FAILED}))
    assert ids(RowChoice(What.MESSAGES, shown=ShownScope(failed))) == ["m2"]
    assert ids(RowChoice(What.MESSAGES, shown=ShownScope(MessageFilter(text="m3")))) == ["m3"]
    assert ids(RowChoice(What.MESSAGES, "b")) == ["m3"]
    assert reader.count_shown(ShownScope(failed)) == 1
    assert reader.count_shown(ShownScope(wanted), reports=True) == 2

    asked_for = RowChoice(What.MESSAGES, shown=ShownScope(wanted, with_demo=True))
    book = made(reader, asked_for, tmp_path / "a.xlsx")
    assert [row["Mark"] for row in as_rows(book)] == [None, None, "Demo or test"]
    assert summary(book)["Of demos and tests, marked"] == 1
    of_batches = RowChoice(What.BATCHES, shown=ShownScope(failed))
    book = made(reader, of_batches, tmp_path / "b.xlsx")
    assert [row["Batch id"] for row in as_rows(book, "Batches")] == ["a"]


async def test_programs_get_utc_and_a_mark(writer: Writer, reader: Reader, tmp_path: Path) -> None:
    await append_all(
        writer,
        [
            arriving(a_report("m1", batch_id="a")),
            ReportRequest(a_report("m4", batch_id="demo"), b"{}", START, origin=Origin.DEMO),
        ],
    )
    file = tmp_path / "a.csv"
    assert export(reader, "messages", None, None, file) == 1
    assert export(reader, "messages", None, None, file, with_demo=True) == 2
    head, first, second = file.read_text("utf-8-sig").splitlines()
    assert head.endswith(",report_count,batch_origin")
    assert "2026-03-01T10:00:00.000000Z" in first or "2026-03-01T10:00:00Z" in first
    assert first.endswith(",webhook")
    assert second.endswith(",demo")


async def test_numbers_alone_are_numbers_alone(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    def to(message_id: str, recipient: str | None) -> ReportRequest:
        report: DeliveryReport = a_report(message_id)
        return arriving(msgspec.structs.replace(report, recipient=recipient))

    await append_all(
        writer,
        [to("1", "46702"), to("2", "46701"), to("3", "46702"), to("4", None), to("5", "Åsa=1+1")],
    )
    file = tmp_path / "a.txt"
    assert export_numbers(reader, RowChoice(What.MESSAGES), file) == 2
    assert file.read_bytes() == b"+46702\n+46701\n"


async def test_what_is_written_while_reports_come_equals_one_snapshot(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    """The rows, their number and the sums are of one moment, whatever arrives meanwhile."""
    await append_all(writer, [arriving(a_report(f"m{n}", code=102)) for n in range(300)])
    is_writing = threading.Event()
    seen: list[int] = []

    def on_progress(done: int, _total: int) -> None:
        seen.append(done)
        is_writing.set()

    changed = [
        writer.append(arriving(a_report(f"m{n}", code=201, final=True, second=9)))
        for n in range(300)
    ]
    reading = openpyxl.load_workbook
    file = tmp_path / "a.xlsx"
    rows = RowChoice(What.MESSAGES, shown=ShownScope(MessageFilter(codes=frozenset({102, 201}))))
    worker = threading.Thread(
        target=lambda: export_for_people(reader, rows, file, on_progress, now=NOW, words=WORDS)
    )
    worker.start()
    for one in changed:
        await one
    worker.join()

    book = reading(file)
    told, written = summary(book), as_rows(book)
    assert told["Rows"] == len(written) == 300
    for result in ("<pending>", "<delivered>"):
        assert told.get(result, 0) == sum(row["Result"] == result for row in written)


# --- The format ---------------------------------------------------------------------------------


def workbook(cells: list[list[Any]], *, max_rows: int = 10) -> Any:
    stream = BytesIO()
    book = WorkbookStream(stream, max_rows=max_rows)
    width = len(cells[0])
    book.begin_sheet("A/B's", [10.0] * width, ["a & <b>"] * width, [Style.PLAIN] * width)
    for row in cells:
        book.row(row)
    book.finish(range(1, book.sheets + 1))
    assert zipfile.ZipFile(stream).testzip() is None
    return openpyxl.load_workbook(stream)


@pytest.mark.parametrize("text", [*HOSTILE, *NOT_NUMBERS])
def test_a_text_is_a_text_and_nothing_else(text: str) -> None:
    cell = workbook([[text]])["A B's"]["A2"]
    assert cell.data_type in {"s", "inlineStr"}
    if text.isprintable():
        # As in every workbook, _x0041_ would be a character's number; openpyxl leaves the escape.
        assert cell.value.replace("_x005F_", "_") == text


def test_numbers_keep_their_digits_and_early_times_are_texts() -> None:
    exact = Decimal("999999999.999999999")
    sheet = workbook([[7, Decimal("0.082"), exact, True, None, datetime(1850, 1, 1, tzinfo=UTC)]])[
        "A B's"
    ]
    values = [cell.value for cell in sheet[2]]
    assert values[:5] == [7, 0.082, "999999999.999999999", True, None]
    assert str(values[5]).startswith("1850-01-01")
    assert sheet["A1"].value == "a & <b>"


def test_more_rows_than_fit_go_on_another_sheet_and_columns_beyond_z() -> None:
    book = workbook([[n] * 30 for n in range(25)], max_rows=10)
    assert book.sheetnames == ["A B's", "A B's 2", "A B's 3"]
    assert [book[name].max_row for name in book.sheetnames] == [11, 11, 6]
    assert book["A B's 3"]["AD6"].value == 24
    assert book["A B's 2"].auto_filter.ref == "A1:AD11"


@pytest.mark.parametrize(
    ("instant", "local"),
    [
        # The hour that comes twice, and those around the one that is left out.
        ("2026-10-25T00:30", "2026-10-25T02:30"),
        ("2026-10-25T01:30", "2026-10-25T02:30"),
        ("2026-03-29T00:59", "2026-03-29T01:59"),
        ("2026-03-29T01:00", "2026-03-29T03:00"),
    ],
)
def test_a_time_is_that_of_the_clock_on_the_wall(instant: str, local: str) -> None:
    sheet = workbook([[datetime.fromisoformat(instant).replace(tzinfo=UTC)]])["A B's"]
    assert sheet["A2"].value == datetime.fromisoformat(local)
