"""The check finds a changed value in whatever column, or says that it does not look there."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table

from kvitto.core.report import DeliveryReport
from kvitto.core.status import FUNDED, REFUNDED
from kvitto.paths import database_file
from kvitto.store.callback_keys import CallbackKeyStore
from kvitto.store.check import check
from kvitto.store.clock_guard import ClockReading, ConfirmClock
from kvitto.store.database import open_for_reading
from kvitto.store.purge import Purger
from kvitto.store.reader import Reader
from kvitto.store.retention import Retention, RetentionRule
from kvitto.store.schema import metadata
from kvitto.store.unchecked import UNCHECKED
from kvitto.store.write_requests import ReportRequest
from kvitto.store.writer import Writer
from tests.helpers.new_store import open_new_database
from tests.store.arrivals import START, a_report, append_all, arriving
from tests.store.asked import asking

_FAR: Final = 1_000_003
_LONG_AGO: Final = START - timedelta(days=100)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a row in each table that the check looks into."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    asyncio.run(_fill(folder))
    return folder


async def _fill(folder: Path) -> None:
    with open_new_database(folder) as database:
        callback_key = CallbackKeyStore(database).make(START).key
        writer = Writer(database)
        writer.start()
        try:
            writer.edit(ConfirmClock(ClockReading(START, 0.0, "boot")))
            await append_all(
                writer,
                [arriving(a_report("m1", batch_id="old", code=201, final=True), at=_LONG_AGO)],
            )
            purger = Purger(edit=writer.edit, on_progress=lambda _done, _all: None)
            await purger.run(Retention(database).due(RetentionRule(10), START), START)
            await append_all(
                writer,
                [ReportRequest(one, b"{}", START, callback_key) for one in _reports()]
                + [arriving(_reports()[0])],
            )
            writer.edit(
                asking(
                    a_report("m1", code=201, final=True, second=300),
                    a_report("m9", code=201, final=True, second=301),
                )
            )
        finally:
            writer.close()
        assert Reader(database).counts(with_demo=True).batches == 2
    _fill_the_rest(database_file(folder))


def _reports() -> list[DeliveryReport]:
    late = timedelta(days=30)
    return [
        a_report("m1", code=112, second=1),
        *(a_report("m2", code=code, second=code, final=code == 201) for code in (101, FUNDED, 201)),
        a_report("m3", code=FUNDED, second=1, currency="SEK"),
        a_report("m3", code=REFUNDED, second=2, price_nano=3, currency="NOK"),
        a_report("m3", code=202, second=3, final=True, price_nano=None, segments=None),
        a_report("m4", code=112, second=1, currency="SEK"),
        a_report("m4", code=201, second=2, price_nano=None, reference=None, segments=None),
        a_report("m5", code=201, second=int(late.total_seconds()), reference="another"),
    ]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: str(table.name))
def test_a_changed_value_is_found_unless_the_check_says_that_it_does_not_look(
    whole: Path, tmp_path: Path, table: Table
) -> None:
    for column in table.columns:
        if _is_unchecked(table, column):
            continue
        tried = _ways(database_file(whole), table, column)
        assert tried, f"there is no row of {table.name} to try"
        for ways in tried:
            assert any(_found(whole, tmp_path, one) for one in ways), f"nothing finds {ways}"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE batch_status SET message_count = message_count + 1 WHERE batch_pk = 1",
        "UPDATE batch_status SET finished_count = message_count + 1 WHERE batch_pk = 1",
        "UPDATE batch_report_minute SET finished_count = report_count + 1 WHERE batch_pk = 1",
        "DELETE FROM purged_message",
    ],
)
def test_what_is_changed_in_the_sums_of_deleted_messages_is_found(
    whole: Path, tmp_path: Path, statement: str
) -> None:
    assert _found(whole, tmp_path, statement)


def test_what_is_not_looked_at_is_there() -> None:
    for tables in UNCHECKED.values():
        for name, columns in tables.items():
            assert set(columns) <= set(metadata.tables[name].columns.keys())


def _is_unchecked(table: Table, column: Column[Any]) -> bool:
    name, its = table.name, column.name
    is_named = any(
        name in tables and (not tables[name] or its in tables[name])
        for tables in UNCHECKED.values()
    )
    # Each of these tables has a row at most, and SQLite sees to its key.
    return is_named or its == "revision" or (name == "store_state" and its == "pk")


def _found(whole: Path, tmp_path: Path, statement: str) -> bool:
    """Tell whether the check finds what a statement has done to a copy."""
    copy = tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(whole, copy)
    with closing(sqlite3.connect(database_file(copy), isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)
    with open_for_reading(copy) as database:
        return check(database).found > 0


def _ways(file: Path, table: Table, column: Column[Any]) -> list[list[str]]:
    """Return statements that change a value, of a row that has one and of one that has none."""
    keys = [one.name for one in table.primary_key.columns]
    name, names = column.name, ", ".join(keys)
    match column.type:
        case Boolean():
            changed = [f"1 - coalesce({name}, 0)"]
        case Integer():
            changed = [f"coalesce({name}, 0) + {_FAR}", f"coalesce({name}, 0) - {_FAR}"]
        case LargeBinary():
            changed = [f"{name} || x'00'"]
        case _:
            changed = [f"coalesce({name}, '') || 'x'"]
    ways = []
    newest = ", ".join(f"{key} DESC" for key in keys)
    with closing(sqlite3.connect(file)) as connection:
        for condition in ("IS NOT NULL", "IS NULL"):
            row = connection.execute(
                f"SELECT {names} FROM {table.name} WHERE {name} {condition} ORDER BY {newest}"  # noqa: S608 - our own
            ).fetchone()
            if row is not None:
                where = " AND ".join(
                    f"{key} = {value!r}" for key, value in zip(keys, row, strict=True)
                )
                ways.append(
                    [
                        f"UPDATE {table.name} SET {name} = {one} WHERE {where}"  # noqa: S608 - our own
                        for one in changed
                    ]
                )
    return ways


def _fill_the_rest(file: Path) -> None:
    """Put a row into each table that has none."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for table in metadata.sorted_tables:
            some = f"SELECT 1 FROM {table.name}"  # noqa: S608 - our own
            if connection.execute(some).fetchone() is None:
                values = ", ".join(map(_value, table.columns))
                connection.execute(f"INSERT INTO {table.name} VALUES ({values})")  # noqa: S608 - our own


def _value(column: Column[Any]) -> str:
    for key in column.foreign_keys:
        return f"(SELECT max({key.column.name}) FROM {key.column.table.name})"  # noqa: S608 - our own
    match column.type:
        case Integer() | Boolean():
            return "1"
        case _:
            return "'x'"
