"""CSV for Excel, LibreOffice and programs: one fixed form, the same on every computer.

RFC 4180: commas, quotes where they are needed, CR LF; UTF-8 with a byte order mark, without which
Excel takes it for Windows-1252. Numbers are plain, with a point. Text that a spreadsheet would
read as something else is marked, see `spreadsheet`.

Excel in Sweden expects semicolons and decimal commas, and on a double click puts a whole line of
this file into one cell. Nothing cures that for all: semicolons break every other country and
RFC 4180, and a first line `sep=,` makes Excel ignore the byte order mark (å, ä, ö turn into
rubbish) and is a row of junk elsewhere. There, the file is opened by Data > From Text/CSV, or the
export is made as xlsx, which is right for Excel everywhere.
"""

import codecs
import csv
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

from typing_extensions import override

from kvitto.core.timestamps import iso
from kvitto.export.cell_escaping import defused, shortened, visible
from kvitto.export.table_writer import TableWriter, Value, plain


class _Encoded:
    """What a csv writer writes to: each row goes on as bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, row: str) -> None:
        self._stream.write(row.encode("utf-8"))


class CsvFile(TableWriter):
    """Writes a table as CSV."""

    def __init__(self, stream: BinaryIO, names: Sequence[str]) -> None:
        """Write the head: the byte order mark and the columns' `names`."""
        stream.write(codecs.BOM_UTF8)
        self._rows = csv.writer(_Encoded(stream), lineterminator="\r\n")
        self._rows.writerow(names)

    @override
    def write(self, values: Sequence[Value]) -> None:
        self._rows.writerow(map(_cell, values))

    @override
    def finish(self) -> None:
        pass

    @override
    def close(self) -> None:
        pass


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return shortened(defused(visible(value)))
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return plain(value)
        case datetime():
            return iso(value)
