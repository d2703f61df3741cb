"""CSV as others read it."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kvitto.export.cell_escaping import MAX_CELL_LENGTH, defused
from kvitto.export.export_columns import Kind
from kvitto.export.table_writer import Value
from kvitto.export.text_files import CsvFile
from tests.export.reading import HOSTILE


def written(*rows: Sequence[Value], names: tuple[str, ...] = ("a", "b")) -> bytes:
    stream = io.BytesIO()
    file = CsvFile(stream, names)
    for row in rows:
        file.write(row)
    file.finish()
    file.close()
    return stream.getvalue()


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_the_file_begins_with_a_byte_order_mark_and_the_names() -> None:
    assert written() == b"\xef\xbb\xbfa,b\r\n"


def test_numbers_are_plain_with_a_point_and_times_are_utc() -> None:
    noon = datetime(2026, 3, 1, 13, 0, tzinfo=timezone(timedelta(hours=1)))

    data = written([1, Decimal("-0.082")], [True, False], [noon, None], [Decimal("1E-9"), 0])

    assert cells(data)[1:] == [
        ["1", "-0.082"],
        ["true", "false"],
        ["2026-03-01T12:00:00Z", ""],
        ["0.000000001", "0"],
    ]


def test_a_time_is_no_text_and_has_no_mark() -> None:
    assert cells(written([datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00Z"]))[1] == [
        "2026-03-01T00:00:00Z",
        "'2026-03-01T00:00:00Z",
    ]


def test_hostile_texts_stay_in_their_cells() -> None:
    rows = cells(written(*([text, "end"] for text in HOSTILE)))

    assert len(rows) == len(HOSTILE) + 1
    assert all(len(row) == 2 and row[1] == "end" for row in rows[1:])


def test_a_long_text_does_not_spill_into_the_next_row() -> None:
    [_, [first, second]] = cells(written(["x" * 32_766 + "=1+1", "end"]))

    assert len(first) == MAX_CELL_LENGTH
    assert first.endswith("characters in all]")
    assert second == "end"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=4))
def test_no_text_cell_can_be_a_formula(texts: list[list[str]]) -> None:
    rows = cells(written(*([*row] for row in texts)))

    assert len(rows) == len(texts) + 1
    for row in rows[1:]:
        assert len(row) == 2
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@"))
            assert not cell.startswith(("\t", "\r", "\n"))


@given(st.lists(st.tuples(st.text(), st.none() | st.text()), min_size=1, max_size=4))
def test_a_block_is_written_as_its_rows_are(rows: list[tuple[str, str | None]]) -> None:
    stream = io.BytesIO()
    file = CsvFile(stream, ("a", "b"))
    file.write_block(
        [[file.forms[Kind.TEXT](one) for one in column] for column in zip(*rows, strict=True)]
    )

    assert stream.getvalue() == written(*rows)


def test_a_block_without_a_time_is_written_as_its_rows_are() -> None:
    stream = io.BytesIO()
    CsvFile(stream, ("a", "b")).write_block([["2026-03-01T12:00:00Z", None], ["x", "y"]])

    assert cells(stream.getvalue())[1:] == [["2026-03-01T12:00:00Z", "x"], ["", "y"]]


@given(st.from_regex(r"[0-9a-zA-Z]{1,12}", fullmatch=True))
def test_a_short_word_is_marked_just_where_any_text_is(text: str) -> None:
    # With a blank behind it, it takes the long way.
    assert defused(text) == defused(text + "\u2007").removesuffix("\u2007")
