"""The formats that are text, CSV and JSON Lines: the same on every computer.

CSV is for Excel, LibreOffice and programs. RFC 4180: commas, quotes where they are needed, CR LF;
UTF-8 with a byte order mark, without which Excel takes it for Windows-1252. Numbers are plain, with
a point. Text that a spreadsheet would read as something else is marked, see `cell_escaping`.

Excel in Sweden expects semicolons and decimal commas, and on a double click puts a whole line of
this file into one cell. Nothing cures that for all: semicolons break every other country and
RFC 4180, and a first line `sep=,` makes Excel ignore the byte order mark (å, ä, ö turn into
rubbish) and is a row of junk elsewhere. There, the file is opened by Data > From Text/CSV, or the
export is made as xlsx, which is right for Excel everywhere.

JSON Lines is for programs, and loses nothing: one object a line, UTF-8 without a byte order mark.
Amounts are JSON numbers with exactly the digits that they have; who reads them as binary floats
rounds them (in Python: `parse_float=Decimal`). Every column is there in every line; what is absent
is null.
"""

import codecs
import csv
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO, Final

import msgspec
from typing_extensions import override

from kvitto.core.invisible import marks_replaced
from kvitto.core.timestamps import iso
from kvitto.export.cell_escaping import defused, shortened, visible
from kvitto.export.table_writer import ByType, Forms, TableWriter, Value, plain

_ENCODER: Final = msgspec.json.Encoder()
# JSON allows them as they are. But some readers end a line at U+0085, U+2028 and U+2029, a
# terminal obeys the control characters, and direction marks make a number read as another.
_CONTROL: Final = re.compile("[\x7f-\x9f]")
_MOST_KEPT: Final = 256
"""Texts that are kept as they are written: most occur again within a few rows."""


class JsonLinesFile(TableWriter):
    """Writes a table as JSON Lines."""

    def __init__(self, stream: BinaryIO, names: Sequence[str]) -> None:
        """Prepare; there is no head."""
        self._stream = stream
        self._names = tuple(names)

    @override
    def write(self, values: Sequence[Value]) -> None:
        line = _ENCODER.encode(dict(zip(self._names, _TOKENS.of(values), strict=True)))
        self._stream.write(_escaped(line) + b"\n")

    @override
    def finish(self) -> None:
        pass

    @override
    def close(self) -> None:
        pass


_TOKENS: Final = ByType(
    {
        Decimal: lambda value: msgspec.Raw(plain(value).encode()),
        datetime: iso,
    },
    otherwise=lambda value: value,
)


def _escaped(line: bytes) -> bytes:
    """Return a line that means the same, without characters that can't be seen."""
    if line.isascii() and b"\x7f" not in line:
        return line
    return _CONTROL.sub(_escape, marks_replaced(line.decode(), _escape_one)).encode()


def _escape(match: re.Match[str]) -> str:
    return _escape_one(match[0])


def _escape_one(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


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
        text = lru_cache(maxsize=_MOST_KEPT)(_text)
        self._cells = ByType({**_CELLS, str: text}, otherwise=text)

    @override
    def write(self, values: Sequence[Value]) -> None:
        self._rows.writerow(self._cells.of(values))

    @override
    def finish(self) -> None:
        pass

    @override
    def close(self) -> None:
        pass


def _text(text: str) -> str:
    return shortened(defused(visible(text)))


_CELLS: Final[Forms[str]] = {
    type(None): lambda _none: "",
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: plain,
    datetime: iso,
}
