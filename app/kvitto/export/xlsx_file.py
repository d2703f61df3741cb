"""Excel workbooks: the form in which a spreadsheet can misread nothing.

Every text is a text cell, so that neither formulas nor links nor numbers are made of it, and the
columns have the format Text, so that it stays so when a cell is edited. Rows go to the disk as
they come.
"""

import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final

import xlsxwriter
from typing_extensions import override
from xlsxwriter.exceptions import FileCreateError

from kvitto.core.timestamps import iso
from kvitto.export.cell_escaping import shortened, visible
from kvitto.export.export_columns import ExportColumn, Kind
from kvitto.export.export_errors import in_words
from kvitto.export.leftovers import SCRATCH_PREFIX
from kvitto.export.table_writer import TableWriter, Value, plain

MAX_ROWS: Final = 1_048_575
"""Rows that fit a sheet below its head."""
_EXACT_DIGITS: Final = 15
"""Significant digits that Excel keeps of a number."""
_EVERY_CELL: Final = "A1:XFD1048576"
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    # A sheet of a million rows can be larger than what a plain zip file holds.
    "use_zip64": True,
}


class XlsxFile(TableWriter):
    """Writes a table as an Excel workbook, on as many sheets as it needs."""

    def __init__(
        self,
        stream: BinaryIO,
        columns: Sequence[ExportColumn[Any]],
        title: str,
        scratch: Path,
        *,
        max_rows: int = MAX_ROWS,
    ) -> None:
        """Begin the first sheet.

        Args:
            stream: where the workbook goes when it is finished.
            columns: its columns.
            title: the name of the first sheet; further ones have a number behind it.
            scratch: a folder with room for a few times the size of the table.
            max_rows: how many rows a sheet takes.
        """
        self._stream = stream
        self._columns = columns
        self._title = title
        self._max_rows = max_rows
        self._row = 0
        self._sheets: list[Any] = []
        # For what the system says of the temporary files; their own names would help nobody.
        self._place = scratch / title
        with in_words(self._place):
            self._folder = tempfile.TemporaryDirectory(prefix=SCRATCH_PREFIX, dir=scratch)
        self._path = Path(self._folder.name) / "workbook.xlsx"
        self._workbook: Any = xlsxwriter.Workbook(
            str(self._path), {**_OPTIONS, "tmpdir": self._folder.name}
        )
        self._bold = self._workbook.add_format({"bold": True})
        self._as_text = self._workbook.add_format({"num_format": "@"})
        try:
            self._begin_sheet()
        except BaseException:
            self.close()
            raise

    @override
    def write(self, values: Sequence[Value]) -> None:
        with in_words(self._place):
            if self._row == self._max_rows:
                self._end_sheet()
                self._begin_sheet()
            self._row += 1
            sheet = self._sheets[-1]
            for position, value in enumerate(values):
                _write_cell(sheet, self._row, position, value)

    @override
    def finish(self) -> None:
        with in_words(self._place):
            self._end_sheet()
            try:
                self._workbook.close()
            except FileCreateError as error:
                # XlsxWriter wraps what the system said.
                [cause] = error.args
                raise cause from error
            packed = self._path.open("rb")
        with packed:
            shutil.copyfileobj(packed, self._stream)

    @override
    def close(self) -> None:
        for sheet in self._sheets:
            # What it still has in its buffer may not fit the disk.
            with suppress(OSError):
                sheet.row_data_fh.close()
        self._folder.cleanup()

    def _begin_sheet(self) -> None:
        number = len(self._sheets) + 1
        sheet = self._workbook.add_worksheet(
            self._title if number == 1 else f"{self._title} {number}"
        )
        self._sheets.append(sheet)
        self._row = 0
        for position, column in enumerate(self._columns):
            cell_format = self._as_text if column.kind in {Kind.TEXT, Kind.TIME} else None
            sheet.set_column(position, position, column.width, cell_format)
            sheet.write_string(0, position, column.name, self._bold)
        sheet.freeze_panes(1, 0)
        # No green corner at each phone number.
        sheet.ignore_errors({"number_stored_as_text": _EVERY_CELL})

    def _end_sheet(self) -> None:
        self._sheets[-1].autofilter(0, 0, self._row, len(self._columns) - 1)


def _write_cell(sheet: Any, row: int, position: int, value: Value) -> None:
    match value:
        case None:
            pass
        case str():
            sheet.write_string(row, position, shortened(visible(value)))
        case bool():
            sheet.write_boolean(row, position, value)
        case int() | Decimal():
            if is_kept(value):
                sheet.write_number(row, position, float(value))
            else:
                sheet.write_string(row, position, plain(value))
        case datetime():
            sheet.write_string(row, position, iso(value))


def is_kept(value: int | Decimal) -> bool:
    """Tell whether Excel keeps every digit of a number."""
    return Decimal(format(float(value), f".{_EXACT_DIGITS}G")) == value
