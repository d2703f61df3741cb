"""The comparison of the log's index with the log, over an index that SQLite writes."""

import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kvitto.store.log_copy import LogCopy
from kvitto.store.log_index import LogIndex

TRANSACTIONS = 4500
"""So many frames that the index has two blocks."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("CREATE TABLE it (value)")
        for value in range(TRANSACTIONS):
            connection.execute("INSERT INTO it VALUES (?)", (value,))
        yield path


@pytest.fixture
def pages(database: Path) -> "Iterator[array[int]]":
    copy = LogCopy(database)
    assert copy.begin(1)
    copy.follow()
    yield copy.pages
    copy.drop()


def strike(database: Path, at: int, content: bytes) -> None:
    with database.with_name("a.db-shm").open("r+b") as file:
        file.seek(at)
        file.write(content)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_what_is_newest_in_each_block_and_all_else_is_compared(
    database: Path, pages: "array[int]"
) -> None:
    index = LogIndex(database)
    index.reopen()
    assert len(pages) > TRANSACTIONS
    assert index.has(pages)
    assert index.has_newest(pages)

    for at, is_newest in ((200, False), (16_000, True), (32_768 + 16, False)):
        before = database.with_name("a.db-shm").read_bytes()[at : at + 8]
        strike(database, at, bytes(8))
        assert not index.has(pages)
        assert index.has_newest(pages) is not is_newest
        strike(database, at, before)
    assert index.has(pages)
    index.leave_to(None)


def test_the_file_stays_open_until_nobody_has_the_database_open(
    database: Path, pages: "array[int]"
) -> None:
    before = open_files()
    index, heir = LogIndex(database), LogIndex(database)
    index.reopen()
    index.reopen()
    assert open_files() == before + 1

    index.leave_to(heir)
    assert open_files() == before + 1
    assert heir.has(pages)

    heir.leave_to(None)
    assert open_files() == before


def test_a_file_that_was_deleted_is_left_for_the_one_in_its_place(database: Path) -> None:
    before = open_files()
    index = LogIndex(database)
    index.reopen()
    file = database.with_name("a.db-shm")
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(bytes(len(content)))

    index.reopen()

    assert open_files() == before + 1
    assert not index.has(array("I", [1, 2]))
    index.leave_to(None)
