"""What a month cost: gathered, and written as a workbook."""

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from kvitto.cli import main
from kvitto.core.cost_period import month_of
from kvitto.export.export_errors import InDataFolderError
from kvitto.export.month_report import (
    MonthReport,
    departments_file,
    read_departments,
    read_month_report,
)
from kvitto.export.month_workbook import write_month_workbook
from kvitto.store.database import Database, open_database
from kvitto.store.reader import Reader
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.new_store import open_new_database
from tests.helpers.purging import purge
from tests.store.arrivals import a_report, append_all, arriving

TODAY = date(2026, 11, 28)
NOVEMBER = month_of(TODAY)
PRICE = 82_000_000


def sent(
    message_id: str, day: datetime, batch_id: str, code: int = 201, **fields: object
) -> ReportRequest:
    report = a_report(message_id, batch_id=batch_id, code=code, final=code >= 200)
    return arriving(replace(report, created=day, **fields), at=day)


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.fixture
async def month(data_dir: Path) -> MonthReport:
    departments_file(data_dir).write_text("REF-12* = Schools\n", "utf-8")
    with open_new_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(
            writer,
            [
                sent("october", noon(10, 5), "old"),
                sent("late october", noon(10, 30), "old"),
                sent("one", noon(11, 2), "school", reference="ref-120"),
                sent("two", noon(11, 2), "school", code=511, reference="ref-120"),
                sent("abroad", noon(11, 20), "other", recipient="4790000001", reference="X"),
                sent("crowns", noon(11, 20), "other", currency="SEK", reference="X"),
            ],
        )
        writer.close()
        return read_month_report(database, NOVEMBER, TODAY)


async def test_the_sums_are_there_before_the_messages_are_read(
    month: MonthReport, data_dir: Path
) -> None:
    with open_database(data_dir, must_exist=True) as database:
        begun = read_month_report(database, NOVEMBER, TODAY, is_whole=False)

    assert not begun.is_whole
    assert month.is_whole
    for before, after in zip(begun.currencies, month.currencies, strict=True):
        assert before.spent == after.spent > 0
        assert (before.batches, before.departments) == (after.batches, after.departments)
        assert not before.countries


async def test_each_currency_has_its_own_sums(month: MonthReport) -> None:
    euros, crowns = month.currencies

    assert (euros.currency, crowns.currency) == ("EUR", "SEK")
    assert euros.spent == 3 * PRICE
    assert euros.before == PRICE  # the 30th of October is later than today's day
    assert (euros.undelivered.messages, euros.undelivered.nano) == (1, PRICE)
    assert [(one.batch.batch_id, one.nano, one.is_whole) for one in euros.batches] == [
        ("other", PRICE, True),
        ("school", 2 * PRICE, True),
    ]
    assert euros.departments == {"Schools": 2 * PRICE, "X": PRICE}
    assert {code: cost.messages for code, cost in euros.countries.items()} == {"46": 2, "47": 1}
    assert sum(nano for _, nano in euros.days) == euros.spent
    assert crowns.spent == PRICE


async def test_the_workbook_says_the_same(month: MonthReport, tmp_path: Path) -> None:
    file = tmp_path / "november.xlsx"

    assert write_month_workbook(file, tmp_path / "data", month) == 3

    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Summary", "Days", "Batches", "Departments", "Countries"]
    first = next(book["Summary"].iter_rows(min_row=2, values_only=True))
    assert first == ("Spent", "EUR", 0.246)
    days = list(book["Days"].iter_rows(min_row=2, values_only=True))
    assert len(days) == 2 * 30
    assert days[1] == (datetime(2026, 11, 2), "EUR", 0.164)  # noqa: DTZ001 - as Excel keeps it


async def test_nothing_is_written_in_the_data_folder(month: MonthReport, data_dir: Path) -> None:
    with pytest.raises(InDataFolderError):
        write_month_workbook(data_dir / "kvitto.db", data_dir, month)


async def test_a_purged_batch_is_told(
    data_dir: Path,
) -> None:
    with open_new_database(data_dir) as database:
        writer = Writer(database)
        writer.start()
        await append_all(writer, [sent("one", noon(11, 2), "school")])
        [batch] = Reader(database).batches()
        purge(writer.edit, batch.key, noon(11, 3) + timedelta(days=90))
        writer.close()

        report = read_month_report(database, NOVEMBER, TODAY)

    assert report.is_partly_purged
    assert [one.spent for one in report.currencies] == [PRICE]


def test_there_need_be_no_departments(data_dir: Path, log_watch: LogWatch) -> None:
    data_dir.mkdir(exist_ok=True)
    assert read_departments(data_dir).rules == ()
    departments_file(data_dir).mkdir()
    with log_watch.expect(logging.WARNING, "departments can't be read"):
        assert read_departments(data_dir).rules == ()


async def test_the_command_writes_it(
    month: MonthReport, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del month
    file = tmp_path / "report.xlsx"

    code = main(["report", "--data-dir", str(data_dir), "--month", "2026-11", str(file)])

    assert code == 0
    assert "0.246 EUR spent" in capsys.readouterr().err
    assert openpyxl.load_workbook(file)["Summary"]["C2"].value == 0.246
    with pytest.raises(SystemExit):
        main(["report", "--month", "November", str(file)])
    assert "is not a month" in capsys.readouterr().err


def test_an_empty_store_has_an_empty_report(database: Database, tmp_path: Path) -> None:
    report = read_month_report(database, NOVEMBER, TODAY)

    assert report.currencies == []
    assert write_month_workbook(tmp_path / "empty.xlsx", tmp_path / "data", report) == 0
