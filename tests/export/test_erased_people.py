"""Who was erased is in no exported cell: neither a token that looks like a value, nor a number."""

from pathlib import Path
from typing import Any

import msgspec
import openpyxl

from kvitto.core.erased import PREFIX, token
from kvitto.core.kept_body import body_of
from kvitto.export.exporter import export
from kvitto.export.kinds import Format, What
from kvitto.export.people_columns import PeopleWords
from kvitto.export.people_exporter import export_for_people, export_numbers
from kvitto.export.row_choice import RowChoice
from kvitto.store.reader import Reader
from kvitto.store.writer import Writer
from tests.store.arrivals import START, a_report, append_all, arriving

TABLES = (What.MESSAGES, What.REPORTS)


async def _erased_and_kept(writer: Writer) -> None:
    key = bytes(32)
    erased = msgspec.structs.replace(
        a_report("m1", code=201, final=True),
        recipient=token(key, "number"),
        reference=token(key, "reference"),
    )
    kept = a_report("m2", code=201, final=True)
    await append_all(writer, [arriving(erased, body=body_of(erased)), arriving(kept)])


async def test_files_for_programs_have_nothing_in_their_place(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    await _erased_and_kept(writer)

    for what in TABLES:
        file = tmp_path / f"{what.value}.csv"
        export(reader, what, None, Format.CSV, file)
        assert PREFIX not in file.read_text(), what
        lines = tmp_path / f"{what.value}.jsonl"
        export(reader, what, None, Format.JSONL, lines)
        assert PREFIX not in lines.read_text(), what
        rows = [msgspec.json.decode(line) for line in lines.read_bytes().splitlines()]
        assert {row["recipient"] is None for row in rows} == {True, False}
        for name in ("reference", *(["body"] if what is What.REPORTS else [])):
            assert {row[name] for row in rows if row["recipient"] is None} == {None}
            assert None not in {row[name] for row in rows if row["recipient"] is not None}


async def test_workbooks_for_people_have_a_word(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    await _erased_and_kept(writer)
    words = PeopleWords(erased="raderad")

    for what in TABLES:
        file = tmp_path / f"{what.value}.xlsx"
        export_for_people(reader, RowChoice(what), file, now=START, words=words)
        cells: list[Any] = [
            cell
            for sheet in openpyxl.load_workbook(file)
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        ]
        assert not any(PREFIX in str(cell) for cell in cells), what
        assert cells.count("raderad") == 2, what


async def test_numbers_to_send_to_again_leave_them_out(
    writer: Writer, reader: Reader, tmp_path: Path
) -> None:
    await _erased_and_kept(writer)
    file = tmp_path / "numbers.txt"

    assert export_numbers(reader, RowChoice(What.MESSAGES), file) == 1
    assert PREFIX not in file.read_text()
