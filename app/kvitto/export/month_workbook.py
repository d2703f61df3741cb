"""Write what a month cost as an Excel workbook for people: a summary, and a sheet for each part."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import xlsxwriter

from kvitto.core.cost_period import Period
from kvitto.core.money import amount_of
from kvitto.export.atomic_file import destination, roomiest_folder
from kvitto.export.cell_escaping import shortened, visible
from kvitto.export.export_errors import in_words
from kvitto.export.leftovers import SCRATCH_PREFIX
from kvitto.export.month_report import BatchCost, CurrencyMonth, MonthReport
from kvitto.store.period_costs import CountedCost

_WIDTH: Final = 18
_MONEY: Final = "# ##0.00####"
_DATE: Final = "yyyy-mm-dd"

Cell = str | int | float | date | None


class ReportWords(NamedTuple):
    """The words of the workbook, in the user's language; the ones here are English."""

    summary: str = "Summary"
    days: str = "Days"
    batches: str = "Batches"
    departments: str = "Departments"
    countries: str = "Countries"
    what: str = "What"
    currency: str = "Currency"
    amount: str = "Amount"
    spent: str = "Spent"
    before: str = "Spent on the same days of the month before"
    estimate: str = "Likely in the whole month"
    undelivered: str = "Of that for what did not arrive"
    paid_back: str = "Paid back, not in the sum"
    day: str = "Day"
    batch: str = "Batch"
    batch_id: str = "Id"
    reference: str = "Reference"
    messages: str = "Messages"
    parts: str = "SMS parts"
    whole: str = "All of it in this month"
    department: str = "Department or reference"
    country: str = "Country code"
    by_sending: str = "By the time of sending. Demo campaigns are left out."
    partly: str = (
        "Messages of this month were deleted: countries, what did not arrive and what was paid "
        "back are told of the rest."
    )


ENGLISH: Final = ReportWords()


def write_month_workbook(
    file: Path,
    data_folder: Path,
    report: MonthReport,
    words: ReportWords = ENGLISH,
    name_of: Callable[[BatchCost], str] = lambda one: one.batch.label or one.batch.batch_id,
    shown: Callable[[str], str] = str,
) -> int:
    """Write a month's report; return how many batches it has.

    Args:
        file: where to; replaced in one step once it is whole.
        data_folder: Kvitto's own, in which nothing is written.
        report: the month.
        words: the words of the sheets.
        name_of: what a batch is called.
        shown: returns a reference or a department as it may be shown.

    Raises:
        ExportError: it can't be written.
    """
    scratch = roomiest_folder(file)
    with (
        destination(file, data_folder) as stream,
        in_words(file),
        tempfile.TemporaryDirectory(prefix=SCRATCH_PREFIX, dir=scratch) as folder,
    ):
        path = Path(folder) / "month.xlsx"
        book = _Book(path)
        book.sheet(
            words.summary, (words.what, words.currency, words.amount), _summary(report, words)
        )
        book.sheet(
            words.days,
            (words.day, words.currency, words.amount),
            (
                (day, one.currency, _amount(nano))
                for one in report.currencies
                for day, nano in one.days
            ),
        )
        book.sheet(
            words.batches,
            (
                words.day,
                words.batch,
                words.batch_id,
                words.reference,
                words.messages,
                words.parts,
                words.currency,
                words.amount,
                words.whole,
            ),
            (
                (
                    cost.sent_on,
                    name_of(cost),
                    cost.batch.batch_id,
                    shown(cost.batch.reference or ""),
                    cost.batch.messages,
                    cost.batch.segments,
                    one.currency,
                    _amount(cost.nano),
                    "✓" if cost.is_whole else "",
                )
                for one in report.currencies
                for cost in one.batches
            ),
        )
        book.sheet(
            words.departments,
            (words.department, words.currency, words.amount),
            (
                (shown(department), one.currency, _amount(nano))
                for one in report.currencies
                for department, nano in one.departments.items()
            ),
        )
        book.sheet(
            words.countries,
            (words.country, words.messages, words.parts, words.currency, words.amount),
            (
                (
                    f"+{code}" if code else "",
                    cost.messages,
                    cost.segments,
                    one.currency,
                    _amount(cost.nano),
                )
                for one in report.currencies
                for code, cost in one.countries.items()
            ),
        )
        book.close()
        stream.write(path.read_bytes())
    return sum(len(one.batches) for one in report.currencies)


def _summary(report: MonthReport, words: ReportWords) -> Iterable[Sequence[Cell]]:
    for one in report.currencies:
        yield words.spent, one.currency, _amount(one.spent)
        yield f"{words.before} ({_days(report.before)})", one.currency, _amount(one.before)
        if one.estimate is not None:
            yield words.estimate, one.currency, _amount(one.estimate)
        yield _counted(words.undelivered, one.undelivered, one)
        yield _counted(words.paid_back, one.paid_back, one)
    yield ()
    yield (f"{_days(report.month)}. {words.by_sending}",)
    if report.is_partly_purged:
        yield (words.partly,)


def _counted(what: str, cost: CountedCost, month: CurrencyMonth) -> Sequence[Cell]:
    return f"{what} ({cost.messages})", month.currency, _amount(cost.nano)


def _days(period: Period) -> str:
    return f"{period.first.isoformat()} – {period.last.isoformat()}"


def _amount(nano: int) -> float:
    """Return an amount as Excel keeps it: 15 digits, which no month's sum exceeds."""
    return float(amount_of(nano))


class _Book:
    """A workbook whose sheets are tables."""

    def __init__(self, path: Path) -> None:
        self._book: Any = xlsxwriter.Workbook(
            str(path),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self._bold = self._book.add_format({"bold": True})
        self._money = self._book.add_format({"num_format": _MONEY})
        self._date = self._book.add_format({"num_format": _DATE})

    def sheet(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        sheet = self._book.add_worksheet(title)
        for place, heading in enumerate(headings):
            sheet.set_column(place, place, max(_WIDTH, len(heading) + 2))
            sheet.write_string(0, place, heading, self._bold)
        number = 0
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                self._write(sheet, number, place, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, number, len(headings) - 1)

    def _write(self, sheet: Any, row: int, place: int, value: Cell) -> None:
        match value:
            case None:
                pass
            case str():
                sheet.write_string(row, place, shortened(visible(value)))
            case float():
                sheet.write_number(row, place, value, self._money)
            case int():
                sheet.write_number(row, place, value)
            case date():
                sheet.write_datetime(row, place, value, self._date)

    def close(self) -> None:
        self._book.close()
