"""Excel workbooks: the form in which a spreadsheet can misread nothing.

Every text is a text cell, so that neither formulas nor links nor numbers are made of it, and the
columns have the format Text, so that it stays so when a cell is edited.
"""

from collections.abc import Sequence
from typing import BinaryIO, Final

from typing_extensions import override

from kvitto.export.block_columns import BlockWriter, Cells
from kvitto.export.export_columns import Heading, Kind
from kvitto.export.table_writer import Value
from kvitto.export.workbook_stream import MAX_ROWS, Style, WorkbookStream

_MARGIN: Final = 0.7109375
"""What a column takes beside its characters."""


class XlsxFile(BlockWriter):
    """Writes a table as an Excel workbook, on as many sheets as it needs."""

    forms: Final = {}  # it makes its cells itself

    def __init__(
        self,
        stream: BinaryIO,
        columns: Sequence[Heading],
        title: str,
        *,
        max_rows: int = MAX_ROWS,
    ) -> None:
        """Begin the first sheet.

        Args:
            stream: where the workbook goes, row by row.
            columns: its columns.
            title: the name of the first sheet; further ones have a number behind it.
            max_rows: how many rows a sheet takes.
        """
        self._book = WorkbookStream(stream, max_rows=max_rows)
        self._book.begin_sheet(
            title,
            [column.width + _MARGIN for column in columns],
            [column.name for column in columns],
            [
                Style.TEXT if column.kind in {Kind.TEXT, Kind.TIME} else Style.PLAIN
                for column in columns
            ],
        )

    @override
    def write(self, values: Sequence[Value]) -> None:
        self._book.row(values)

    @override
    def write_block(self, columns: Sequence[Cells]) -> None:
        for values in zip(*columns, strict=True):
            self._book.row(values)

    @override
    def finish(self) -> None:
        self._book.finish(range(1, self._book.sheets + 1))

    @override
    def close(self) -> None:
        self._book.abandon()
