"""Excel workbooks as others read them."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from kvitto.export.cell_escaping import MAX_CELL_LENGTH, shortened, visible
from kvitto.export.export_columns import ExportColumn, Kind
from kvitto.export.table_writer import Value
from kvitto.export.xlsx_file import XlsxFile
from tests.export.full_disk import FullDisk
from tests.export.reading import HOSTILE, NOT_NUMBERS
from tests.helpers.examples import examples

COLUMNS: tuple[ExportColumn[Any], ...] = (
    ExportColumn("name", Kind.TEXT, str, 20),
    ExportColumn("amount", Kind.AMOUNT, str, 12),
)


def written(*rows: Sequence[Value], max_rows: int = 100) -> list[Worksheet]:
    stream = io.BytesIO()
    file = XlsxFile(stream, COLUMNS, "messages", max_rows=max_rows)
    for row in rows:
        file.write(row)
    file.finish()
    file.close()
    book = openpyxl.load_workbook(stream)
    return [book[name] for name in book.sheetnames]


def text_of(value: object) -> str:
    """Undo what openpyxl leaves to us and Excel does: _x005F_ is an underscore."""
    assert isinstance(value, str)
    return unescape(value)


def test_the_head_is_bold_frozen_and_filtered() -> None:
    [sheet] = written(["x", 1], ["y", 2])

    assert [cell.value for cell in sheet[1]] == ["name", "amount"]
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"
    assert sheet.column_dimensions["A"].width == pytest.approx(20, abs=1)


def test_texts_are_texts_and_stay_so_when_they_are_edited() -> None:
    texts = [*HOSTILE, *NOT_NUMBERS]

    [sheet] = written(*((text, 0) for text in texts))

    for text, (cell, _) in zip(texts, sheet.iter_rows(min_row=2), strict=True):
        assert (cell.data_type, text_of(cell.value)) == ("s", visible(text))
        assert cell.number_format == "@"
        assert cell.hyperlink is None


@settings(
    examples(40),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(texts=st.lists(st.text(min_size=1), min_size=1, max_size=20))
def test_no_text_cell_can_be_a_formula(texts: list[str]) -> None:
    [sheet] = written(*((text, 0) for text in texts))

    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [text_of(cell.value) for cell in cells] == [visible(text) for text in texts]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize(
    "number",
    [0, 1, -1, 10**15 - 1, Decimal("0.082"), Decimal("-0.082"), Decimal("123456.789012345")],
)
def test_numbers_that_excel_keeps_are_numbers(number: int | Decimal) -> None:
    [sheet] = written(["x", number])

    cell = sheet["B2"]
    assert cell.data_type == "n"
    assert Decimal(str(cell.value)) == number


@pytest.mark.parametrize("number", [2**62, Decimal("999999999.999999999"), 10**15 + 1])
def test_numbers_that_excel_would_round_are_texts(number: int | Decimal) -> None:
    [sheet] = written(["x", number])

    assert (sheet["B2"].data_type, sheet["B2"].value) == ("s", str(number))


def test_times_flags_and_empty_cells() -> None:
    noon = datetime(2026, 3, 1, 12, 0, 0, 1, tzinfo=UTC)

    [sheet] = written([noon, True], [None, False])

    values = list(sheet.iter_rows(min_row=2, values_only=True))
    assert values == [("2026-03-01T12:00:00.000001Z", True), (None, False)]


def test_what_does_not_fit_a_sheet_goes_on_in_the_next() -> None:
    sheets = written(*((f"m{number}", number) for number in range(7)), max_rows=3)

    assert [sheet.title for sheet in sheets] == ["messages", "messages 2", "messages 3"]
    assert [sheet.auto_filter.ref for sheet in sheets] == ["A1:B4", "A1:B4", "A1:B2"]
    rows = [row for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert rows == [(f"m{number}", number) for number in range(7)]


def test_a_sheet_that_is_just_full_is_the_only_one() -> None:
    [sheet] = written(*((f"m{number}", number) for number in range(3)), max_rows=3)

    assert sheet.max_row == 4


def test_a_text_that_is_too_long_is_cut_with_a_mark() -> None:
    text = "📱" * MAX_CELL_LENGTH

    [sheet] = written([text, 0])

    assert sheet["A2"].value == shortened(text)


def test_a_file_can_be_given_up_in_the_middle() -> None:
    stream = io.BytesIO()
    file = XlsxFile(stream, COLUMNS, "messages")
    file.write(["x", 1])

    file.close()

    assert not stream.closed


def test_a_full_disk_under_the_workbook_is_told() -> None:
    file = XlsxFile(FullDisk(room=100), COLUMNS, "messages")
    file.write(["x", 1])

    with pytest.raises(OSError, match="No space left"):
        file.finish()
    file.close()


def test_a_cell_is_written_as_its_own_type_though_another_is_equal() -> None:
    [sheet] = written(["1", 1], [True, True], ["x", Decimal(1)], ["y", False], ["z", 0])

    kinds = [[cell.data_type for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert kinds == [["s", "n"], ["b", "b"], ["s", "n"], ["s", "b"], ["s", "n"]]
