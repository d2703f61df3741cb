"""What an earlier version kept whole is packed in the background, and comes back as it came."""

import asyncio
import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from kvitto.core.ip1_parser import parse
from kvitto.paths import database_file
from kvitto.store import packing
from kvitto.store.check import check
from kvitto.store.daily_limit import DailyLimit
from kvitto.store.database import Database, open_database
from kvitto.store.errors import DiskFullError
from kvitto.store.migrations.runner import kept_copies
from kvitto.store.packed_body import is_packed
from kvitto.store.packing import TRY_AGAIN_S, PackBodies, Packing
from kvitto.store.reader import Reader
from kvitto.store.records import ReportRecord
from kvitto.store.transactions import EditTransaction
from kvitto.store.write_connections import write_connection
from kvitto.store.write_requests import ReportRequest, WriteResult
from kvitto.store.writer import Writer
from tests.helpers.logwatch import LogWatch
from tests.helpers.posting import report_body
from tests.store.arrivals import START, append_all

FIRST: Final = Path(__file__).parent.parent / "data" / "databases" / "v1.db"
REPORTS: Final = 25
SOME: Final = 4


def coming(number: int) -> ReportRequest:
    body = report_body(f"m{number}", batch_id="b", code=201, created=START.isoformat())
    return ReportRequest(parse(body), body, START)


@pytest.fixture
def earlier(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a store as version 1 left it, of which a part has few reports."""
    monkeypatch.setattr(packing, "PART", SOME)
    store(data_dir, range(REPORTS))
    with closing(sqlite3.connect(database_file(data_dir))) as connection, connection:
        whole = ((one.body, one.received.sequence) for one in stored(data_dir))
        connection.executemany("UPDATE report SET body = ? WHERE pk = ?", list(whole))
        connection.execute("ALTER TABLE store_state DROP COLUMN unpacked_report_pk")
        connection.execute("ALTER TABLE receiver_run DROP COLUMN is_spooling")
        for table in ("recent_repeat", "retention_rule"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("PRAGMA user_version = 1")
    return data_dir


def store(folder: Path, numbers: range) -> None:
    async def append() -> list[WriteResult]:
        return await append_all(writer, [coming(number) for number in numbers])

    with open_database(folder) as database, writing(database) as writer:
        assert set(asyncio.run(append())) == {WriteResult.STORED}


def stored(folder: Path, told: Sequence[str] = ()) -> list[ReportRecord]:
    with open_database(folder) as database:
        assert check(database).differences == list(told)
        return list(Reader(database).stream_reports())


@contextmanager
def writing(database: Database) -> Iterator[Writer]:
    writer = Writer(database)
    writer.start()
    try:
        yield writer
    finally:
        writer.close()


def bodies(folder: Path) -> list[bytes]:
    return [one.body for one in stored(folder)]


def kept(folder: Path) -> list[bytes]:
    with closing(sqlite3.connect(database_file(folder))) as connection:
        return [row[0] for row in connection.execute("SELECT body FROM report ORDER BY pk")]


def left(folder: Path) -> int:
    with closing(sqlite3.connect(database_file(folder))) as connection:
        return int(connection.execute("SELECT unpacked_report_pk FROM store_state").fetchone()[0])


def make_part(folder: Path) -> bool:
    """Make one part; return whether it is the last."""
    part = PackBodies()
    with open_database(folder) as database, database.writing.connect() as connection:
        EditTransaction(part, DailyLimit())(connection)
    return part.is_last


def wait_until_packed(folder: Path) -> None:
    end = time.monotonic() + 60
    while left(folder):
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def test_an_earlier_store_is_read_at_once_and_no_copy_of_it_is_made(earlier: Path) -> None:
    assert not any(map(is_packed, kept(earlier)))
    assert bodies(earlier) == [coming(number).body for number in range(REPORTS)]
    assert left(earlier) == REPORTS
    assert kept_copies(database_file(earlier)) == []


def test_a_store_of_the_first_version_is_packed_with_all_that_is_in_it(data_dir: Path) -> None:
    shutil.copyfile(FIRST, database_file(data_dir))
    before = stored(data_dir)
    with open_database(data_dir) as database, writing(database):
        wait_until_packed(data_dir)
    assert stored(data_dir) == before
    assert not left(data_dir)


def test_it_goes_on_part_by_part_from_where_it_was(earlier: Path) -> None:
    before = stored(earlier)
    parts = 1
    while not make_part(earlier):
        parts += 1
        assert stored(earlier) == before
        assert left(earlier) == REPORTS - SOME * (parts - 1)
    assert parts == REPORTS // SOME + 1
    assert stored(earlier) == before
    assert all(map(is_packed, kept(earlier)))
    assert left(earlier) == 0


def test_what_is_being_packed_is_received_into(earlier: Path) -> None:
    make_part(earlier)
    store(earlier, range(REPORTS, REPORTS + 3))
    with open_database(earlier) as database, writing(database):
        wait_until_packed(earlier)
    assert bodies(earlier) == [coming(number).body for number in range(REPORTS + 3)]
    assert all(map(is_packed, kept(earlier)))


def test_a_new_store_has_nothing_to_be_packed(data_dir: Path) -> None:
    store(data_dir, range(3))
    assert left(data_dir) == 0
    assert all(map(is_packed, kept(data_dir)))


def test_a_body_of_a_batch_that_is_being_deleted_stays_as_it_is(earlier: Path) -> None:
    open_database(earlier).close()
    with closing(sqlite3.connect(database_file(earlier))) as connection, connection:
        connection.execute("DELETE FROM batch")
    while not make_part(earlier):
        pass
    assert kept(earlier) == [coming(number).body for number in range(REPORTS)]


def test_a_part_that_fails_is_told_and_tried_again_later(
    earlier: Path, monkeypatch: pytest.MonkeyPatch, log_watch: LogWatch
) -> None:
    with open_database(earlier) as database:
        of_writer = Packing(database, write_connection(database, lambda: None), 1.0)
        of_writer.begin()
        part = of_writer.part(is_idle=True)
        assert part is not None
        with log_watch.expect(logging.WARNING, "Bodies are not packed for now"):
            part.settle(DiskFullError(database_file(earlier)))
        assert of_writer.part(is_idle=True) is None
        assert of_writer.wait_s == 1.0
        monkeypatch.setattr(packing, "_OVERDUE_S", -TRY_AGAIN_S)
        assert of_writer.part(is_idle=False) is not None


def test_it_rests_while_somebodys_reading_keeps_the_log_long(
    earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "_LONG_LOG_BYTES", 0)
    with open_database(earlier) as database:
        connection = write_connection(database, lambda: None)
        of_writer = Packing(database, connection, 1.0)
        of_writer.begin()
        part = of_writer.part(is_idle=True)
        assert part is not None
        connection.write(EditTransaction(part.edit, DailyLimit()))
        assert connection.log_bytes > 0
        part.settle(1)
        assert of_writer.part(is_idle=True) is None
        assert of_writer.wait_s == 1.0
        connection.finish()


def test_a_body_that_was_put_there_as_a_text_stays_and_hinders_no_other(earlier: Path) -> None:
    open_database(earlier).close()
    with closing(sqlite3.connect(database_file(earlier))) as connection, connection:
        connection.execute("UPDATE report SET body = CAST(body AS TEXT) WHERE pk % 2")
    while not make_part(earlier):
        pass
    told = [f"report.body is no BLOB in the row with pk {pk}" for pk in range(1, REPORTS + 1, 2)]
    there = [one.body for one in stored(earlier, told)]
    assert there == [coming(number).body for number in range(REPORTS)]
    assert sum(isinstance(one, str) for one in kept(earlier)) == (REPORTS + 1) // 2
