"""Somebody has put a value that its column can't have into the database, by an SQL shell."""

import io
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Column, Table

from kvitto.cli import main
from kvitto.core.cost_period import month_of
from kvitto.export.exporter import export
from kvitto.export.kinds import EXPORT_KINDS
from kvitto.export.month_report import read_month_report
from kvitto.paths import database_file
from kvitto.store.check import check
from kvitto.store.database import FileDatabase, open_for_reading
from kvitto.store.errors import StoreError
from kvitto.store.file_errors import WrongTextError, WrongValueError
from kvitto.store.reader import Reader
from kvitto.store.schema import metadata
from kvitto.store.wrong_values import explained_by_wrong_values
from tests.store.test_check_every_column import whole as whole  # a row in each table

_VALUES: Final = ("x'00ff'", "'odd'", "1.5")
_NOT_UTF_8: Final = "CAST(x'ff' AS TEXT)"
_PROPER: Final = (
    "DELETE FROM binned_batch",
    "UPDATE outage SET cause = 'stopped'",
    "UPDATE quarantine SET kind = 'not_json', reason = 'not_json', reason_values = '{}', "
    "headers = '[]', body = x'00'",
    "UPDATE refused_minute SET kind = 'not_json'",
    "UPDATE message_follow_up SET mark = 'called'",
    "UPDATE callback_key SET origin = 'webhook'",
    # So that it is no copy which lacks its log.
    "UPDATE receiver_run SET stopped_at_us = 1",
)
_TABLES: Final = [one for one in metadata.sorted_tables if one.name != "binned_batch"]
_READ_BY_MOST: Final = [
    one
    for one in _TABLES
    if not one.name.startswith(("receiver_", "erase", "dismissed", "edit_", "code_", "deleted_"))
]
_LARGEST: Final = str((1 << 63) - 1)


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """Return a data folder with a proper row in each of these tables."""
    copy = tmp_path / "whole"
    shutil.copytree(whole, copy)
    for statement in _PROPER:
        _execute(copy, statement)
    with open_for_reading(copy) as database:
        assert check(database).differences == []
    return copy


@pytest.mark.parametrize("table", _TABLES, ids=lambda table: str(table.name))
def test_the_check_names_each_value_that_its_column_cannot_have(folder: Path, table: Table) -> None:
    for column in table.columns:
        for value in _put(folder, table, column):
            with open_for_reading(folder) as database:
                told = check(database).differences
            name = f"{table.name}.{column.name} is no"
            assert any(one.startswith(name) for one in told), (value, column.name, told)


@pytest.mark.parametrize("table", _READ_BY_MOST, ids=lambda table: str(table.name))
def test_what_reads_the_store_says_which_value_cannot_be_read(folder: Path, table: Table) -> None:
    for column in table.columns:
        for _ in _put(folder, table, column, ["x'00ff'"]):
            with open_for_reading(folder) as database:
                for read in _READINGS:
                    error = _error_of(read, database)
                    if isinstance(error, WrongValueError):
                        assert error.column == f"{table.name}.{column.name}"
                    else:
                        assert error is None or isinstance(error, WrongTextError)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report SET created_at_us = x'00'",
        "UPDATE report SET arrived_at_us = 'odd'",
        "UPDATE message SET code = x'00'",
        "UPDATE message SET price_nano = 1.5",
        "UPDATE quarantine SET reason_values = 'odd'",
        "UPDATE asked_batch SET tags = '1'",
        "UPDATE outage SET cause = 'odd'",
        f"UPDATE message SET price_nano = {_LARGEST}",  # noqa: S608 - our own
        "UPDATE batch SET external_id = x'00' WHERE pk = 2",
        "UPDATE batch SET first_seen_at_us = 1.5",
        f"UPDATE message SET created_at_us = {_LARGEST}",  # noqa: S608 - our own
    ],
)
def test_the_commands_end_with_a_sentence(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    _execute(folder, statement)
    column = ".".join(statement.split()[1:4:2])

    assert main(["check", "--data-dir", str(folder)]) == 1
    assert f"{column} is no" in capsys.readouterr().out

    file = str(tmp_path / "file.xlsx")
    for command in (
        *(["export", "--with-demo", "--table", kind, file] for kind in EXPORT_KINDS),
        ["report", "--month", "2026-03", file],
    ):
        code = main([*command, "--data-dir", str(folder)])
        told = capsys.readouterr().err
        assert code == 0 or (code == 1 and f"in {column} of the row with" in told), told


def test_a_value_that_cannot_be_read_does_not_hide_other_differences(folder: Path) -> None:
    _execute(folder, "UPDATE report SET segments = 'odd', created_at_us = x'00' WHERE pk = 9")
    _execute(folder, "UPDATE message SET recipient = '46' WHERE external_id = 'm3'")

    with open_for_reading(folder) as database:
        told = check(database).differences

    assert "report.segments is no whole number in the row with pk 9" in told
    assert "report.created_at_us is no time in the row with pk 9" in told
    assert any("m4 of batch batch-a has a report whose fields" in one for one in told)
    assert any("m3 of batch batch-a is not stored as its reports say" in one for one in told)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE batch SET notes = {_NOT_UTF_8}",  # noqa: S608 - our own
        f"UPDATE message SET reference = {_NOT_UTF_8}",  # noqa: S608 - our own
        f"UPDATE store_state SET revision = {_NOT_UTF_8}",  # noqa: S608 - our own
    ],
)
def test_a_text_that_is_not_utf_8_is_a_difference(folder: Path, statement: str) -> None:
    _execute(folder, statement)

    with open_for_reading(folder) as database:
        assert check(database).found


def test_numbers_that_cannot_be_added_up_are_differences(folder: Path) -> None:
    for statement in (
        f"UPDATE batch SET report_count = {_LARGEST}",  # noqa: S608 - our own
        f"UPDATE report SET repeat_count = {_LARGEST}",  # noqa: S608 - our own
    ):
        _execute(folder, statement)

    with open_for_reading(folder) as database:
        told = check(database).differences

    assert "batch.report_count is no whole number in the row with pk 1" in told
    assert any(one.startswith("report.repeat_count is no whole number") for one in told)


def test_a_mistake_of_ours_stays_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise TypeError("ours")

    with open_for_reading(folder) as database:
        with pytest.raises(TypeError, match="ours"), explained_by_wrong_values(database):
            fail()
        monkeypatch.setattr("kvitto.store.check.compare_batch", fail)
        with pytest.raises(TypeError, match="ours"):
            check(database)


def _execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database_file(folder), isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for one in statements:
            connection.execute(one)


def _put(
    folder: Path, table: Table, column: Column[Any], values: "list[str] | tuple[str, ...]" = _VALUES
) -> Iterator[str]:
    """Put values into a column of one row, one after the other; give those that stay wrong there.

    SQLite makes another value of some, and takes none but whole numbers for some keys.
    """
    name = column.name
    file = database_file(folder)
    before = file.read_bytes()
    kinds = {"INTEGER": "integer", "BOOLEAN": "integer", "BIGINT": "integer", "TEXT": "text"}
    kind = kinds.get(str(column.type), "blob")
    for value in values:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            keys = " || ".join(f"quote({key.name})" for key in table.primary_key.columns)
            newest = f"(SELECT max({keys}) FROM {table.name})"  # noqa: S608 - our own
            try:
                connection.execute(
                    f"UPDATE {table.name} SET {name} = {value} WHERE {keys} = {newest}"  # noqa: S608 - our own
                )
            except sqlite3.IntegrityError:
                continue
            query = f"SELECT DISTINCT typeof({name}) FROM {table.name}"  # noqa: S608 - our own
            found = {one for (one,) in connection.execute(query)}
        if value not in _VALUES or found - {kind, "null"}:
            yield value
        file.write_bytes(before)


def _reading(kind: str) -> Callable[[FileDatabase], object]:
    return lambda database: export(
        Reader(database), kind, None, "jsonl", io.BytesIO(), with_demo=True
    )


def _month(database: FileDatabase) -> object:
    with explained_by_wrong_values(database):
        return read_month_report(database, month_of(date(2026, 3, 1)), date(2026, 3, 2))


_READINGS: Final = (
    _month,
    *map(_reading, EXPORT_KINDS),
)


def _error_of(read: Callable[[FileDatabase], object], database: FileDatabase) -> StoreError | None:
    try:
        read(database)
    except StoreError as error:
        return error
    return None
