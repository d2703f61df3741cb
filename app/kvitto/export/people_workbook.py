"""The format xlsx for people: real dates in local time, and a sheet that sums up."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO, Final, NamedTuple

from typing_extensions import override

from kvitto.core.money import amount_of
from kvitto.core.status import Result
from kvitto.export.export_columns import ExportColumn, Kind
from kvitto.export.people_columns import PeopleWords
from kvitto.export.table_writer import TableWriter, Value
from kvitto.export.workbook_stream import MAX_ROWS, Style, WorkbookStream

_WIDTHS: Final = (32, 24, 12)
_STYLES: Final = {
    Kind.TEXT: Style.TEXT,
    Kind.TIME: Style.TIME,
    Kind.AMOUNT: Style.AMOUNT,
    Kind.WHOLE: Style.PLAIN,
    Kind.FLAG: Style.PLAIN,
}
_OF_SUMMARY: Final = (Style.TEXT, Style.PLAIN, Style.TEXT)


class Sums:
    """What a workbook's rows say together, counted while they are written.

    Attributes:
        results: how many messages show each result.
        costs: what they cost by currency, in nano-units.
        demo_rows: how many rows are of demo campaigns and test reports.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self.results: Counter[Result] = Counter()
        self.costs: Counter[str] = Counter()
        self.demo_rows = 0


class SummarySheet(NamedTuple):
    """What the first sheet says.

    Attributes:
        words: the words of the sheets.
        sums: what the rows say together, read at the end.
        about: what the rows are, a sentence.
        now: as of when they are, UTC.
    """

    words: PeopleWords
    sums: Sums
    about: str
    now: datetime


class PeopleXlsxFile(TableWriter):
    """Writes a table as a workbook whose first sheet sums it up."""

    def __init__(
        self,
        stream: BinaryIO,
        columns: Sequence[ExportColumn[Any]],
        title: str,
        summary: SummarySheet,
        *,
        max_rows: int = MAX_ROWS,
    ) -> None:
        """Begin the sheet of rows.

        Args:
            stream: where the workbook goes, row by row.
            columns: its columns.
            title: the name of the sheet of rows; further ones have a number behind it.
            summary: what the sheet before it says.
            max_rows: how many rows a sheet takes.
        """
        self._summary = summary
        self._rows = 0
        self._book = WorkbookStream(stream, max_rows=max_rows)
        self._book.begin_sheet(
            title,
            [column.width for column in columns],
            [column.name for column in columns],
            [_STYLES[column.kind] for column in columns],
        )

    @override
    def write(self, values: Sequence[Value]) -> None:
        self._rows += 1
        self._book.row(values)

    @override
    def finish(self) -> None:
        self._book.begin_sheet(self._summary.words.summary, _WIDTHS)
        last = self._book.sheets
        for cells in self._lines():
            self._book.row(cells, _OF_SUMMARY)
        self._book.finish([last, *range(1, last)])

    @override
    def close(self) -> None:
        self._book.abandon()

    def _lines(self) -> Sequence[Sequence[Value]]:
        words, sums, about, now = self._summary
        lines: list[Sequence[Value]] = [
            (words.contents, about),
            (words.as_of, now),
            (words.rows, self._rows),
        ]
        lines += [(words.result(one), sums.results[one]) for one in Result if sums.results[one]]
        lines += [
            (words.cost, amount_of(nano), currency) for currency, nano in sorted(sums.costs.items())
        ]
        if sums.demo_rows:
            lines.append((words.demo_rows, sums.demo_rows))
        lines.append((words.times.format(zone=zone_name(now)),))
        return lines


def zone_name(now: datetime) -> str:
    """Return the time zone of this computer: `CET, UTC+01:00`."""
    local = now.astimezone()
    offset = local.strftime("%z")
    return f"{local.tzname()}, UTC{offset[:3]}:{offset[3:5]}"
