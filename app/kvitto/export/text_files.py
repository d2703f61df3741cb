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
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import starmap
from typing import Any, BinaryIO, Final

import msgspec
from typing_extensions import override

from kvitto.core.invisible import is_all_seen, marks_replaced
from kvitto.core.timestamps import iso
from kvitto.export.block_columns import BlockWriter, Cells
from kvitto.export.cell_escaping import defused, shortened, visible
from kvitto.export.export_columns import Kind
from kvitto.export.table_writer import ByType, Forms, Value, plain

_ENCODER: Final = msgspec.json.Encoder()
# JSON allows them as they are. But some readers end a line at U+0085, U+2028 and U+2029, a
# terminal obeys the control characters, and direction marks make a number read as another.
_CONTROL: Final = re.compile("[\x7f-\x9f]")
_PRINTABLE: Final = bytes(range(0x20, 0x7F)) + b"\n"
"""In UTF-8, all other characters are of other bytes."""
_DELETE: Final = b"\x7f"
_MOST_KEPT: Final = 256
"""Texts that are kept as they are written: most occur again within a few rows."""
_CERTAINLY_SHORT: Final = 1000
"""Characters that fit a cell, whatever is put before them."""


def _token(amount: Decimal | None) -> msgspec.Raw | None:
    return None if amount is None else msgspec.Raw(plain(amount).encode())


class JsonLinesFile(BlockWriter):
    """Writes a table as JSON Lines."""

    forms: Final = {Kind.AMOUNT: _token}

    def __init__(self, stream: BinaryIO, names: Sequence[str]) -> None:
        """Prepare; there is no head."""
        self._stream = stream
        self._names = tuple(names)
        # A dictionary for each row takes ten times as long to make.
        self._row = msgspec.defstruct("Row", self._names, gc=False)

    @override
    def write(self, values: Sequence[Value]) -> None:
        line = _ENCODER.encode(dict(zip(self._names, _TOKENS.of(values), strict=True)))
        self._stream.write(_escaped(line) + b"\n")

    @override
    def write_block(self, columns: Sequence[Cells]) -> None:
        lines = _ENCODER.encode_lines(list(starmap(self._row, zip(*columns, strict=True))))
        if not _is_plain(lines):
            lines = b"\n".join([_escaped(line) for line in lines.split(b"\n")])
        self._stream.write(lines)

    @override
    def finish(self) -> None:
        pass

    @override
    def close(self) -> None:
        pass


_TOKENS: Final = ByType(
    {
        Decimal: _token,
        datetime: iso,
    },
    otherwise=lambda value: value,
)


def _escaped(line: bytes) -> bytes:
    """Return a line that means the same, without characters that can't be seen."""
    if _is_plain(line):
        return line
    return _CONTROL.sub(_escape, marks_replaced(line.decode(), _escape_one)).encode()


def _is_plain(text: bytes) -> bool:
    """Tell at once of most lines of JSON that all characters in them can be seen.

    JSON has no other control characters of ASCII in it than those between its lines, and that one.
    """
    if text.isascii():
        return _DELETE not in text
    return is_all_seen(text.translate(None, _PRINTABLE).decode())


def _escape(match: re.Match[str]) -> str:
    return _escape_one(match[0])


def _escape_one(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _text(text: str | None) -> str:
    if text is None:
        return ""
    if text.isascii() and text.isalnum() and len(text) <= _CERTAINLY_SHORT:
        return defused(text)
    return shortened(defused(visible(text)))


class CsvFile(BlockWriter):
    """Writes a table as CSV."""

    forms: Final = {
        Kind.TEXT: _text,
        Kind.AMOUNT: lambda value: "" if value is None else plain(value),
        Kind.FLAG: lambda value: "true" if value else "false",
        Kind.WHOLE: lambda value: "" if value is None else str(value),
    }

    def __init__(self, stream: BinaryIO, names: Sequence[str]) -> None:
        """Write the head: the byte order mark and the columns' `names`."""
        self._stream = stream
        self._stream.write(codecs.BOM_UTF8)
        self._put([names])
        text = lru_cache(maxsize=_MOST_KEPT)(_text)
        self._cells = ByType({**_CELLS, str: text}, otherwise=text)

    @override
    def write(self, values: Sequence[Value]) -> None:
        self._put([self._cells.of(values)])

    @override
    def write_block(self, columns: Sequence[Cells]) -> None:
        rows = list(zip(*columns, strict=True))
        # Few blocks need quotes, or have times that are absent; for the others this is far faster.
        try:
            text = "\r\n".join(map(",".join, rows)) + "\r\n"
        except TypeError:
            text = ""
        if _has_only(text, rows=len(rows), columns=len(columns)):
            self._stream.write(text.encode("utf-8"))
        else:
            self._put(rows)

    def _put(self, rows: Iterable[Sequence[Any]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        self._stream.write(text.getvalue().encode("utf-8"))

    @override
    def finish(self) -> None:
        pass

    @override
    def close(self) -> None:
        pass


def _has_only(text: str, *, rows: int, columns: int) -> bool:
    """Tell whether no cell of some rows has anything in it that is between them."""
    return (
        '"' not in text
        and text.count(",") == rows * (columns - 1)
        and text.count("\n") == rows
        and text.count("\r") == rows
    )


_CELLS: Final[Forms[str]] = {
    type(None): lambda _none: "",
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: plain,
    datetime: iso,
}
