"""Write a list of people: as numbers, as a table, as a page to print."""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from PySide6.QtGui import QTextDocument

from kvitto.core.erased import is_token
from kvitto.export.atomic_file import destination
from kvitto.export.export_columns import ExportColumn, Kind
from kvitto.export.text_files import CsvFile
from kvitto.export.xlsx_file import XlsxFile
from kvitto.ui.text.identifiers import erased_word

_NARROW: Final = 14
_WIDE: Final = 40
_WIDE_FROM: Final = 20
_SHEET: Final = "Kvitto"

Table = Sequence[Sequence[str]]


def dialled(digits: str | None) -> str:
    """Return a number as it is dialled: `+46701234567`; "" where it is not known.

    Of a person who was erased there is a word.
    """
    if not digits:
        return ""
    if is_token(digits):
        return erased_word()
    return f"+{digits}" if digits.isascii() and digits.isdigit() else digits


def numbers_of(recipients: Iterable[str | None]) -> list[str]:
    """Return each known number once, as it is dialled, in order; not of people who were erased."""
    known = (one for one in recipients if not is_token(one))
    return list(dict.fromkeys(number for one in known if (number := dialled(one))))


def write_numbers(file: Path, data_folder: Path, numbers: Sequence[str]) -> int:
    """Write numbers to a text file, one a line; return how many.

    Raises:
        ExportError: it can't be written.
    """
    with destination(file, data_folder) as stream:
        stream.writelines(f"{number}\n".encode() for number in numbers)
    return len(numbers)


def write_table(file: Path, data_folder: Path, headings: Sequence[str], rows: Table) -> int:
    """Write what is shown as a table; return how many rows.

    Args:
        file: `.xlsx` for a workbook, whatever else for CSV.
        data_folder: Kvitto's own, in which nothing is written.
        headings: the columns' titles.
        rows: the cells' texts.

    Raises:
        ExportError: it can't be written.
    """
    with destination(file, data_folder) as stream:
        if file.suffix.lower() == ".xlsx":
            columns = [_column(place, heading, rows) for place, heading in enumerate(headings)]
            writer: CsvFile | XlsxFile = XlsxFile(stream, columns, _SHEET)
        else:
            writer = CsvFile(stream, list(headings))
        try:
            for row in rows:
                writer.write(row)
            writer.finish()
        finally:
            writer.close()
    return len(rows)


def _column(place: int, heading: str, rows: Table) -> ExportColumn[Sequence[str]]:
    longest = max((len(row[place]) for row in rows), default=0)
    width = _WIDE if longest > _WIDE_FROM else _NARROW
    return ExportColumn(heading, Kind.TEXT, lambda row: row[place], width)


def page_of(title: str, note: str, headings: Sequence[str], rows: Table) -> QTextDocument:
    """Return the list as a document to print.

    Args:
        title: the heading.
        note: the line below it: as of when, and of what.
        headings: the columns' titles.
        rows: the cells' texts.
    """
    head = "".join(f"<th align='left'>{escape(one)}</th>" for one in headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    document = QTextDocument()
    document.setHtml(
        f"<h2>{escape(title)}</h2><p>{escape(note)}</p>"
        "<table width='100%' cellspacing='0' cellpadding='4' border='1' "
        f"style='border-collapse: collapse'><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
    return document
