"""Another program folds the log in while the writer has no connection, after an error."""

import logging
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
from sqlalchemy import Connection

from kvitto.store.check import check
from kvitto.store.database import FileDatabase, open_database
from kvitto.store.errors import DatabaseBrokenError, DiskFullError
from kvitto.store.file_errors import ContentsChangedError
from kvitto.store.file_guard import companions
from kvitto.store.reader import Reader
from kvitto.store.write_requests import WriteResult
from kvitto.store.writer import Writer
from kvitto.store.writer_connection import WriterConnection
from tests.helpers.logwatch import LogWatch
from tests.store.arrivals import a_report, append_all, arriving
from tests.store.attacking import started

COUNT = 10


class FillDisk(msgspec.Struct, frozen=True):
    """Writes more than there is room for."""

    leaves_traces: ClassVar[bool] = False

    def apply(self, connection: Connection, revision: int) -> bool:
        del revision
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.exec_driver_sql("CREATE TABLE larger (data BLOB)")
        return True


def run_elsewhere(program: str, *arguments: str | Path) -> None:
    """Run a program in another process: this one would lose its locks on the files."""
    subprocess.run([sys.executable, "-c", program, *arguments], check=True)


def execute_elsewhere(path: Path, statement: str) -> None:
    program = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute(sys.argv[2]).fetchall()
connection.close()
"""
    run_elsewhere(program, path, statement)


def damage(path: Path) -> None:
    """Fill a page with zeros that is read only when all are."""
    program = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
query = "SELECT rootpage FROM sqlite_schema WHERE name = 'code_note'"
[page] = connection.execute(query).fetchone()
connection.close()
with open(sys.argv[1], "r+b") as file:
    file.seek((page - 1) * 4096)
    file.write(bytes(4096))
"""
    run_elsewhere(program, path)


async def until_disk_is_full(database: FileDatabase, writer: Writer, log_watch: LogWatch) -> None:
    """Store messages, and have the writer close its connection after an error."""
    await append_all(writer, [arriving(a_report(f"m{n}")) for n in range(COUNT)])
    with log_watch.expect(logging.ERROR, "full"), pytest.raises(DiskFullError):
        writer.edit(FillDisk()).result(60)
    database.reading.dispose()


async def ensure_all_is_there(database: FileDatabase, writer: Writer, log_watch: LogWatch) -> None:
    with log_watch.expect(logging.WARNING, "stored again"):
        assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED
    assert writer.incident is None
    assert Reader(database).counts().messages == COUNT + 1
    assert check(database).differences == []


async def test_who_closes_the_last_connection_has_folded_it_in(
    data_dir: Path, log_watch: LogWatch
) -> None:
    with open_database(data_dir) as database, started(database) as writer:
        await until_disk_is_full(database, writer, log_watch)
        execute_elsewhere(database.path, "SELECT count(*) FROM report")
        assert not companions(database.path)[0].exists()

        await ensure_all_is_there(database, writer, log_watch)


async def test_who_folds_it_in_beside_a_reader_leaves_the_log(
    data_dir: Path, log_watch: LogWatch
) -> None:
    with open_database(data_dir) as database, started(database) as writer:
        await until_disk_is_full(database, writer, log_watch)
        with database.reading.connect() as reading:
            reading.exec_driver_sql("SELECT count(*) FROM report").all()
            execute_elsewhere(database.path, "PRAGMA wal_checkpoint")
        assert companions(database.path)[0].exists()

        await ensure_all_is_there(database, writer, log_watch)


async def test_a_log_that_is_deleted_once_it_is_folded_in_costs_nothing_beside_a_reader_of_ours(
    data_dir: Path, log_watch: LogWatch
) -> None:
    with open_database(data_dir) as database, started(database) as writer:
        await until_disk_is_full(database, writer, log_watch)
        with database.reading.connect() as reading:  # it stays open, for the next who reads
            reading.exec_driver_sql("SELECT count(*) FROM report").all()
        execute_elsewhere(database.path, "PRAGMA wal_checkpoint")
        companions(database.path)[0].unlink()

        await ensure_all_is_there(database, writer, log_watch)


async def test_what_was_damaged_after_it_was_folded_in_is_told(
    data_dir: Path, log_watch: LogWatch
) -> None:
    with open_database(data_dir) as database, started(database) as writer:
        await until_disk_is_full(database, writer, log_watch)
        execute_elsewhere(database.path, "SELECT count(*) FROM report")
        damage(database.path)

        with log_watch.expect(logging.ERROR, "is damaged"), pytest.raises(DatabaseBrokenError):
            await writer.append(arriving(a_report("late")))


async def test_a_file_without_the_log_that_somebody_has_written_into_is_another(
    data_dir: Path, log_watch: LogWatch
) -> None:
    with open_database(data_dir) as database, started(database) as writer:
        await until_disk_is_full(database, writer, log_watch)
        for one in companions(database.path):
            one.unlink()
        execute_elsewhere(database.path, "CREATE TABLE other (data BLOB)")

        with (
            log_watch.expect(logging.CRITICAL, "may be lost in part"),
            log_watch.expect(logging.WARNING, "stored again"),
        ):
            assert await writer.append(arriving(a_report("late"))) is WriteResult.STORED

        assert isinstance(writer.incident, ContentsChangedError)
        assert Reader(database).counts().messages == COUNT + 1
        assert check(database).differences == []


async def test_once_it_is_folded_in_nothing_is_told_of_however_often_opening_it_fails(
    data_dir: Path, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, is_full = WriterConnection._begin, True  # noqa: SLF001 - fails as a full disk has it

    def failing(self: WriterConnection, connection: Connection) -> None:
        if is_full:
            with connection.begin():
                connection.exec_driver_sql("UPDATE store_health SET pk = pk")
            raise DiskFullError(data_dir)
        begin(self, connection)

    with open_database(data_dir) as database, started(database) as writer:
        await until_disk_is_full(database, writer, log_watch)
        execute_elsewhere(database.path, "SELECT count(*) FROM report")
        monkeypatch.setattr(WriterConnection, "_begin", failing)
        for _ in range(2):
            with pytest.raises(DiskFullError):
                await writer.append(arriving(a_report("late")))
        is_full = False

        await ensure_all_is_there(database, writer, log_watch)
